"""Where a craftsperson is wanted: corners of houses and gardens, as models on a board; and the people who come."""

import math
from collections.abc import Callable, Sequence
from functools import partial

from haat.demo.draw.backdrop import Backdrop
from haat.demo.draw.belongings import chair, sofa, woven
from haat.demo.draw.colour import RGB, colour, dim, mix
from haat.demo.draw.kit import GLASS_TONE, PANE, at, bar, box, drum, each, facing, lying_on, pipe, plate, sheet
from haat.demo.draw.materials import BRASS, CHROME, CLOTH, GLAZED, IRON, OILED, RAW, RUBBER, SATIN, STEEL, wooden
from haat.demo.draw.solid import Material, Part, Thing, ball, block, lathe, moved, outline, rod, skin, turned, wire
from haat.demo.draw.space import Dice, Vec, noise, scale
from haat.demo.draw.stage import Stage, standing

LINEN = Backdrop("#e6e1d3", "#efeadd", "#f6f1e4", horizon=0.7)
SAGE = Backdrop("#cdd8c6", "#dbe3d3", "#e5ecdf", horizon=0.7)
CLAY = Backdrop("#e3c9b6", "#ecd9ca", "#f3e6da", horizon=0.7)
MIST = Backdrop("#c6d3da", "#d7e0e5", "#e3eaee", horizon=0.7)
STRAW = Backdrop("#e8d6a4", "#efe2bd", "#f6edd2", horizon=0.7)

OAK, PINE, LARCH = "#c1915a", "#dcb681", "#b97f4d"
PLASTER, BRICK, SLATE = "#f1ebdf", "#b5573d", "#59636b"


def base(tone: str = "#d9d2c2") -> Thing:
    return box(0, 0, 0, 7.4, 0.35, 7.4, tone, RAW, edge=0.12, cell=0.4)


def walls(back: str, right: str, high: float = 4.6) -> Thing:
    return [
        *box(0, 0.35, -3.4, 7.1, high, 0.3, back, RAW, cell=0.25),
        *box(3.4, 0.35, 0, 0.3, high, 7.1, right, RAW, cell=0.25),
    ]


def planks(tone: str, *, gap: bool = False) -> Thing:
    """A floor of boards; with a gap, some are still missing."""
    dice, boards = Dice(f"planks {tone}"), []
    for k in range(11):
        z = -3.1 + 0.62 * k
        long = 6.7 if not gap or k < 5 else 6.7 - 1.1 * (k - 4) + dice.throw(-0.5, 0.2)
        if long > 0.6:
            boards.append(
                box(
                    3.25 - long / 2,
                    0.35,
                    z,
                    long,
                    0.12,
                    0.58,
                    wooden(tone if k % 3 else LARCH, (0.8, 14, 14)),
                    OILED,
                    edge=0.03,
                    cell=0.25,
                )
            )
    return each(boards)


def tiles_on(
    x: float,
    y: float,
    z: float,
    columns: int,
    rows: int,
    tones: Sequence[str],
    *,
    side: bool = False,
    missing: float = 0.0,
    name: str = "tiles",
) -> Thing:
    """Tiles on a wall that faces the reader, or on the one at the right; some of the upper ones may be missing."""
    dice, found = Dice(name), []
    for i in range(columns):
        for j in range(rows):
            if dice.throw() < missing * max(0.0, j / rows - 0.35) * 3:
                continue
            tone = tones[(i + j) % len(tones)]
            where = (x, y + 0.5 * j, z + 0.5 * i) if side else (x + 0.5 * i, y + 0.5 * j, z)
            found.append(
                box(*where, 0.06 if side else 0.47, 0.47, 0.47 if side else 0.06, tone, GLAZED, edge=0.025, cell=0.5)
            )
    return each(found)


def roof(*, panels: bool = False, hole: bool = True) -> Thing:
    """A gable, its front slope covered with tiles."""
    house = plate(0, 0.35, -0.2, "-2.9,0 2.9,0 2.9,2.3 -2.9,2.3", 4.6, PLASTER, RAW, cell=0.4)
    gable = [plate(0, 0, 0, "-2.3,0 2.3,0 0,2.2", 0.3, PLASTER, RAW, cell=0.3)]
    slope, dice, rows = math.radians(43.7), Dice("roof"), []
    for side in (-1, 1):
        for row in range(8):
            along = row * 0.44
            for k in range(14):
                if side > 0 and hole and 4 <= row <= 6 and 5 <= k <= 8 and not (row == 4 and k in (5, 8)):
                    continue
                y, z = 2.55 + along * math.sin(slope), side * (2.75 - along * math.cos(slope)) - 0.2
                tone = dice.pick(("#b5573d", "#a84d36", "#c06648", "#9c4832"))
                tile = [block(0.44, 0.1, 0.52, colour(tone), RAW, edge=0.04, cell=0.3).turned("x", side * 43.7)]
                rows.append(moved(tile, -2.95 + 0.45 * k, y, z))
    battens = (
        [
            bar(
                (-3.0, 2.5 + 0.44 * r * math.sin(slope), 2.55 - 0.44 * r * math.cos(slope)),
                (3.0, 2.5 + 0.44 * r * math.sin(slope), 2.55 - 0.44 * r * math.cos(slope)),
                0.05,
                wooden(PINE),
                RAW,
            )
            for r in range(3, 8)
        ]
        if hole
        else []
    )
    ends = [*moved(turned(gable[0], "y", 90), -2.95, 2.6, -0.2), *moved(turned(gable[0], "y", 90), 2.85, 2.6, -0.2)]
    chimney = [
        *box(1.7, 3.6, -1.1, 0.8, 2.2, 0.8, BRICK, RAW, cell=0.2),
        *box(1.7, 5.8, -1.1, 1.0, 0.18, 1.0, SLATE, RAW),
    ]
    window = [
        *box(-1.2, 0.9, 2.12, 1.1, 1.2, 0.08, "#fdfbf4", SATIN),
        *box(-1.2, 1.0, 2.16, 0.9, 1.0, 0.06, GLASS_TONE, PANE),
        *box(1.1, 0.4, 2.12, 1.0, 1.8, 0.1, "#3f6f63", SATIN),
    ]
    solar = []
    for i in range(3):
        for j in range(2):
            along = 0.75 + 1.15 * j
            cell: Callable[[float, float, Vec], RGB] = lambda u, v, p: (
                colour("#8fa5c9") if (p[0] * 4 + 40) % 1 < 0.08 or (p[2] * 4 + 40) % 1 < 0.08 else colour("#1d2f5a")
            )
            one = [block(1.45, 0.1, 1.05, cell, PANE, edge=0.03, cell=0.06).turned("x", 43.7)]
            solar.append(moved(one, -1.6 + 1.6 * i, 2.72 + along * math.sin(slope), 2.7 - along * math.cos(slope)))
    return [
        *base("#b9c4a4"),
        *house,
        *ends,
        *each(battens),
        *chimney,
        *each(rows),
        *window,
        *(each(solar) if panels else []),
    ]


def bathroom() -> Thing:
    tub = [
        *box(0.4, 0.35, -2.0, 4.6, 1.5, 2.2, "#fdfcf8", GLAZED, edge=0.35, cell=0.2),
        *box(0.4, 1.82, -2.0, 4.1, 0.06, 1.75, "#cfe3e6", GLAZED, edge=0.03),
    ]
    floor = each(
        [
            box(
                -3.0 + 0.86 * i,
                0.35,
                -2.9 + 0.86 * j,
                0.82,
                0.06,
                0.82,
                "#e7e2d6" if (i + j) % 2 else "#7f9a9c",
                GLAZED,
                edge=0.02,
                cell=0.9,
            )
            for i in range(8)
            for j in range(8)
            if not (i < 3 and j > 4)
        ]
    )
    tap = [*pipe("-1.6,1.85,-2.9 -1.6,2.6,-2.9 -1.6,2.7,-2.5 -1.6,2.5,-2.3", 0.09, "#d7dadc", CHROME)]
    pile = each([box(-2.2, 0.4 + 0.09 * k, 2.2, 0.9, 0.08, 0.9, "#7fb0ad", GLAZED, edge=0.02) for k in range(7)])
    return [
        *base(),
        *walls("#efe9dd", "#f4efe4"),
        *floor,
        *tiles_on(-3.25, 0.42, -3.2, 13, 8, ("#7fb0ad", "#8fbcb7"), missing=0.9),
        *tiles_on(3.2, 0.42, -3.0, 9, 8, ("#8fbcb7", "#7fb0ad"), side=True, missing=0.9, name="more tiles"),
        *tub,
        *tap,
        *pile,
        *at(-1.0, 0.35, 2.4, drum(0.5, 0.7, "#4f6f8f", SATIN)),
    ]


def tree(x: float, z: float, high: float, tone: str, name: str) -> Thing:
    dice = Dice(name)
    crown = []
    for _ in range(9):
        a, r = dice.throw(0, 6.28), dice.throw(0, 1.0)
        leaf: Callable[[float, float, Vec], RGB] = lambda u, v, p: mix(
            colour(tone), dim(colour(tone), 0.55), noise(p[0] * 5, p[1] * 5, p[2] * 5)
        )
        crown.append(
            skin(ball(dice.throw(0.7, 1.1)), 26, 16, leaf, RAW).moved(
                x + r * math.cos(a), high + dice.throw(-0.6, 1.0), z + r * math.sin(a)
            )
        )
    return [
        *pipe([(x, 0.3, z), (x + 0.1, high * 0.5, z), (x, high, z)], 0.2, wooden("#7a5a3c", (16, 1, 16)), RAW),
        *crown,
    ]


def lawn() -> Thing:
    grass: Callable[[float, float, Vec], RGB] = lambda u, v, p: mix(
        colour("#86a964"), colour("#6d9150"), noise(p[0] * 4, 0, p[2] * 4)
    )
    return [*base("#8a6f52"), *box(0, 0.33, 0, 7.1, 0.14, 7.1, grass, RAW, cell=0.2)]


def hedge(x: float, z: float, long: float, high: float, *, along_z: bool = False, name: str = "hedge") -> Thing:
    green: Callable[[float, float, Vec], RGB] = lambda u, v, p: mix(
        colour("#4f7a43"), colour("#35592f"), noise(p[0] * 7, p[1] * 7, p[2] * 7)
    )
    return box(
        x,
        0.4,
        z,
        0.9 if along_z else long,
        high,
        long if along_z else 0.9,
        green,
        RAW,
        edge=0.25,
        cell=0.15,
        bulge=0.08,
    )


def garden() -> Thing:
    dice = Dice("flowers")
    bed = box(-1.6, 0.42, 1.4, 2.6, 0.22, 2.2, "#5b4130", RAW, edge=0.1)
    flowers = [
        [
            wire([(x, 0.5, z), (x, 0.5 + h, z)], 0.04, colour("#4f7a43")),
            skin(ball(0.16), 12, 8, colour(dice.pick(("#d6543a", "#f2c230", "#e2477f", "#f4efe6"))), RAW).moved(
                x, 0.55 + h, z
            ),
        ]
        for x, z, h in ((dice.throw(-2.7, -0.5), dice.throw(0.5, 2.3), dice.throw(0.3, 0.8)) for _ in range(34))
    ]
    path = each(
        [
            box(1.7 + 0.25 * math.sin(k), 0.44, 3.1 - 1.05 * k, 1.2, 0.1, 0.85, "#bdb6a8", RAW, edge=0.08)
            for k in range(6)
        ]
    )
    return [
        *lawn(),
        *hedge(0, -3.0, 7.0, 1.7),
        *hedge(3.1, 0.2, 5.6, 1.5, along_z=True),
        *tree(-1.9, -1.2, 3.0, "#6f9a4a", "apple"),
        *path,
        *bed,
        *each(flowers),
    ]


def wiring() -> Thing:
    box_ = [
        *box(-0.6, 1.5, -3.2, 2.2, 2.8, 0.3, "#e9ebea", SATIN, edge=0.06),
        *box(-0.6, 1.7, -3.02, 1.8, 2.4, 0.06, "#cfd3d3", SATIN),
    ]
    fuses = [
        box(-1.25 + 0.33 * i, 3.1 - 0.85 * j, -2.95, 0.28, 0.6, 0.16, "#f7f7f4", SATIN, edge=0.03)
        for i in range(5)
        for j in range(2)
    ]
    switches = [
        box(
            -1.25 + 0.33 * i,
            3.3 - 0.85 * j,
            -2.85,
            0.12,
            0.2,
            0.12,
            "#2f6fb0" if (i + j) % 3 else "#d23a2b",
            SATIN,
            edge=0.03,
        )
        for i in range(5)
        for j in range(2)
    ]
    tones = ("#8a4b2a", "#2f6fb0", "#5aa046", "#e0b02e", "#3a3d42", "#d23a2b")
    cables = [
        pipe(
            [
                (-1.2 + 0.24 * k, 1.6, -2.95),
                (-1.25 + 0.3 * k, 0.9, -2.4 + 0.1 * k),
                (-1.6 + 0.5 * k, 0.5, -1.0),
                (-2.2 + 0.75 * k, 0.45, 1.2 + 0.2 * k),
            ],
            0.07,
            tone,
            RUBBER,
            60,
        )
        for k, tone in enumerate(tones)
    ]
    slot = [
        *box(3.2, 1.2, 0.4, 0.1, 0.7, 0.7, "#33373a", RAW),
        *pipe("3.15,1.5,0.3 2.7,1.5,0.2 2.5,1.0,0.1", 0.06, tones[0], RUBBER, 30),
        *pipe("3.15,1.5,0.5 2.8,1.4,0.7 2.6,0.9,0.8", 0.06, tones[1], RUBBER, 30),
        *pipe("3.15,1.6,0.4 2.6,1.7,0.5 2.3,1.3,0.6", 0.06, tones[3], RUBBER, 30),
    ]
    chase = box(3.24, 1.9, 0.4, 0.06, 3.0, 0.22, "#8b8376", RAW)
    return [
        *base(),
        *walls("#f2ede2", "#e6dccb"),
        *planks(OAK),
        *box_,
        *each(fuses),
        *each(switches),
        *each(cables),
        *chase,
        *slot,
        *at(1.3, 0.47, 2.2, lathe("0.6,0 1.0,0 1.0,0.7 0.6,0.7 0.6,0", colour("#e0b02e"), RUBBER, fine=(48, 24))),
    ]


def kitchen() -> Thing:
    top, front = wooden("#a8713f"), "#5f8577"
    units = each(
        [
            [
                *box(-2.55 + 1.5 * k, 0.35, -2.5, 1.46, 1.75, 1.4, front, SATIN, edge=0.04),
                *box(-2.55 + 1.5 * k, 0.5, -1.77, 1.26, 1.4, 0.06, dim(colour(front), 1.12), SATIN, edge=0.03),
                *box(-2.55 + 1.5 * k, 1.65, -1.7, 0.5, 0.08, 0.08, "#d7b36a", BRASS, edge=0.03),
            ]
            for k in range(4)
        ]
    )
    side = each([[*box(2.5, 0.35, -0.4 + 1.5 * k, 1.4, 1.75, 1.46, front, SATIN, edge=0.04)] for k in range(1, 3)])
    sink = [
        *box(-1.0, 2.28, -2.45, 1.5, 0.05, 0.95, "#9fa6a9", STEEL, edge=0.02),
        *pipe("-1.0,2.3,-3.0 -1.0,3.2,-3.0 -1.0,3.35,-2.7 -1.0,3.1,-2.45", 0.08, "#d7dadc", CHROME),
    ]
    hob = [
        *box(1.3, 2.3, -2.5, 1.5, 0.05, 1.1, "#1d1f22", GLAZED, edge=0.02),
        *at(1.0, 2.35, -2.7, drum(0.42, 0.45, "#c94f35", GLAZED)),
        *at(1.0, 2.8, -2.7, drum(0.44, 0.08, "#c94f35", GLAZED)),
    ]
    shelf = [
        *box(-0.6, 3.6, -3.0, 4.6, 0.12, 0.6, wooden(OAK), OILED),
        *each(
            [
                at(-2.4 + 0.7 * k, 3.72, -3.0, drum(0.22, 0.5, t, GLAZED, around=24))
                for k, t in enumerate(("#e0b02e", "#f4efe6", "#5f8577", "#d6543a", "#f4efe6"))
            ]
        ),
    ]
    return [
        *base(),
        *walls("#f3e7d3", "#eadcc4"),
        *planks(OAK),
        *tiles_on(-3.25, 2.3, -3.2, 13, 2, ("#f7f4ea", "#e9e4d4")),
        *units,
        *box(0, 2.1, -2.5, 6.5, 0.2, 1.5, top, OILED),
        *sink,
        *hob,
        *side,
        *box(2.5, 2.1, 1.6, 1.5, 0.2, 4.0, top, OILED),
        *shelf,
    ]


def painting() -> Thing:
    coat: Callable[[float, float, Vec], RGB] = lambda u, v, p: (
        colour("#4f8a86") if p[0] < 0.6 + 0.35 * math.sin(p[1] * 3) + 0.2 * math.sin(p[1] * 9) else colour("#e9dfcb")
    )
    steps = [
        bar((x, 0.4, z), (x * 0.8, 4.2, z * 0.2 - 0.3), 0.09, wooden(PINE), RAW)
        for x in (-0.75, 0.75)
        for z in (-1.0, 1.0)
    ]
    rungs = [box(0, 0.9 + 0.7 * k, 0.85 - 0.22 * k, 1.4, 0.1, 0.35, wooden(PINE), RAW, edge=0.03) for k in range(5)]
    bucket = [
        lathe(
            "0,0 0,0 0.5,0 0.6,0.9 0.6,0.9 0.55,0.9 0.5,0.6 0,0.6",
            lambda u, v, p: colour("#4f8a86") if v > 0.8 else colour("#e8e8e4"),
            SATIN,
            fine=(40, 30),
        )
    ]
    roller = [
        *facing(drum(0.2, 1.1, "#4f8a86", CLOTH), 0, 0.2, -0.5),
        *pipe("0,0.2,0.7 0.5,0.2,0.7 0.5,0.2,0 1.3,0.25,0", 0.05, "#c7ccd0", CHROME),
        *bar((1.3, 0.25, 0), (2.2, 0.3, 0), 0.11, "#d6543a", SATIN),
    ]
    back = box(0, 0.35, -3.4, 7.1, 4.6, 0.3, coat, RAW, cell=0.1)
    drop = lying_on(box(0.2, 0.36, -1.2, 6.2, 0.04, 3.8, "#f4efe4", CLOTH, cell=0.3), 0.25)
    return [
        *base(),
        *back,
        *box(3.4, 0.35, 0, 0.3, 4.6, 7.1, "#efe6d4", RAW),
        *planks(OAK),
        *moved(drop, 0, 0.12, 0),
        *moved([*each(steps), *each(rungs)], -1.6, 0.1, -0.9),
        *at(1.0, 0.5, 0.4, *bucket),
        *moved(turned(roller, "y", 30), 0.6, 0.5, 2.2),
    ]


def floorboards() -> Thing:
    joists = each([box(-2.9 + 0.9 * k, 0.33, 0, 0.18, 0.1, 6.8, wooden("#a9825a", (14, 14, 1)), RAW) for k in range(7)])
    stack = each(
        [
            box(
                -1.6,
                0.5 + 0.14 * k,
                2.4 + 0.05 * (k % 2),
                3.6,
                0.12,
                0.58,
                wooden(PINE, (0.8, 14, 14)),
                OILED,
                edge=0.03,
            )
            for k in range(4)
        ]
    )
    return [
        *base("#8b7c68"),
        *walls("#e8ded0", "#f1e9dc"),
        *box(0.0, 0.35, -3.2, 6.8, 0.4, 0.08, "#fdfaf2", SATIN),
        *joists,
        *planks(PINE, gap=True),
        *stack,
    ]


def staircase() -> Thing:
    steps = each(
        [
            [
                *box(-2.5 + 0.75 * k, 0.35 + 0.5 * k, -1.9, 0.86, 0.12, 2.4, wooden(OAK), OILED, edge=0.04),
                *box(-2.2 + 0.75 * k, 0.35, -1.9, 0.1, 0.5 * (k + 1), 2.3, PLASTER, RAW),
                *box(-2.5 + 0.75 * k, 0.35, -1.9, 0.75, 0.5 * k + 0.02, 2.2, PLASTER, RAW),
            ]
            for k in range(8)
        ]
    )
    balusters = [
        bar((-2.5 + 0.75 * k, 0.45 + 0.5 * k, -0.8), (-2.5 + 0.75 * k, 2.2 + 0.5 * k, -0.8), 0.06, "#fdfaf2", SATIN)
        for k in range(7)
        if k != 4
    ]
    rail = bar((-2.7, 2.1, -0.8), (2.2, 5.35, -0.8), 0.1, wooden(OAK), OILED)
    return [
        *base(),
        *walls("#dfe4da", "#e9ede4", 5.6),
        *planks(OAK),
        *steps,
        *each(balusters),
        *rail,
        *box(-2.75, 0.47, -0.8, 0.24, 2.0, 0.24, wooden(OAK), OILED),
    ]


def fence() -> Thing:
    pickets = each(
        [
            plate(
                -3.2 + 0.52 * k,
                0.45,
                0.3,
                "-0.18,0 0.18,0 0.18,2.0 0,2.3 -0.18,2.0",
                0.12,
                "#f4efe4" if k % 5 else "#e6dfd0",
                SATIN,
                cell=0.3,
            )
            for k in range(13)
            if k not in (7, 8, 10)
        ]
    )
    fallen = [*turned(plate(0, 0, 0, "-0.18,0 0.18,0 0.18,2.0 0,2.3 -0.18,2.0", 0.12, "#e6dfd0", SATIN), "x", -88)]
    posts = each([box(x, 0.4, 0.05, 0.3, 2.5, 0.3, wooden(LARCH, (14, 1, 14)), RAW) for x in (-3.2, 0, 3.2)])
    rails = each([box(0, y, 0.15, 6.6, 0.2, 0.14, wooden(PINE), RAW) for y in (0.9, 2.0)])
    return [
        *lawn(),
        *hedge(-1.5, -2.8, 3.6, 1.4),
        *tree(2.0, -2.0, 2.8, "#7fa653", "fence"),
        *posts,
        *rails,
        *pickets,
        *moved(turned(fallen, "y", 40), 0.6, 0.55, 2.6),
    ]


def brickwork() -> Thing:
    dice, bricks = Dice("bricks"), []
    for row in range(10):
        for k in range(9):
            x = -3.1 + 0.72 * k + (0.36 if row % 2 else 0)
            if x > 3.1 or (row > 3 and abs(x - 1.2) < (row - 3) * 0.34):
                continue
            bricks.append(
                box(
                    x,
                    0.4 + 0.36 * row,
                    -1.6,
                    0.68,
                    0.32,
                    0.7,
                    dice.pick(("#b5573d", "#a64c35", "#c26a4c", "#93452f")),
                    RAW,
                    edge=0.04,
                    cell=0.4,
                )
            )
    loose = [
        at(
            dice.throw(-0.6, 2.9),
            0.42 + 0.02 * k,
            dice.throw(0.0, 2.6),
            block(0.68, 0.32, 0.34, colour("#a64c35"), RAW, edge=0.04),
            turn=dice.throw(0, 180),
        )
        for k in range(11)
    ]
    stack = each(
        [
            box(
                -2.4 + 0.72 * i,
                0.42 + 0.34 * j,
                1.6 + 0.38 * k,
                0.68,
                0.32,
                0.35,
                dice.pick(("#b5573d", "#c26a4c")),
                RAW,
                edge=0.04,
                cell=0.4,
            )
            for i in range(2)
            for j in range(3)
            for k in range(3)
        ]
    )
    return [*lawn(), *each(bricks), *each(loose), *stack]


def radiator() -> Thing:
    ribs = each([box(-1.6 + 0.36 * k, 1.0, -2.95, 0.3, 2.0, 0.45, "#fbfaf5", GLAZED, edge=0.1) for k in range(10)])
    pipes = [
        *pipe("1.9,1.3,-2.95 2.4,1.3,-2.95 2.4,0.4,-2.95", 0.08, "#c98a5a", CHROME, 30),
        *pipe("-1.9,1.3,-2.95 -2.3,1.3,-2.95 -2.3,0.4,-2.95", 0.08, "#c98a5a", CHROME, 30),
    ]
    boiler = [
        *box(3.0, 2.2, 0.4, 0.6, 2.4, 1.7, "#f4f3ee", GLAZED, edge=0.12),
        *box(2.68, 2.6, 0.4, 0.06, 0.5, 1.0, "#26323a", SATIN),
        *each([bar((3.0, 0.4, z), (3.0, 2.2, z), 0.07, "#c98a5a", CHROME) for z in (-0.1, 0.3, 0.7, 1.0)]),
    ]
    return [
        *base(),
        *walls("#e9e2d3", "#dfe4de"),
        *planks(OAK),
        *box(0, 3.5, -3.15, 3.4, 0.14, 0.5, "#fbfaf5", SATIN),
        *ribs,
        *pipes,
        *boiler,
    ]


def leak() -> Thing:
    basin = lathe(
        "0,0 0,0 0.5,0.05 1.5,0.7 1.6,1.0 1.6,1.0 1.5,1.05 1.3,0.75 0.4,0.3 0,0.28",
        colour("#fdfcf8"),
        GLAZED,
        fine=(60, 50),
    )
    trap = [
        *pipe("0,2.1,-2.1 0,1.3,-2.1 0.1,0.9,-2.1 0.45,0.9,-2.2 0.5,1.4,-2.3 0.5,1.5,-3.2", 0.17, "#cfd3d5", CHROME, 90)
    ]
    drops = [
        skin(ball(0.1, 1.4), 14, 10, colour("#6fb7d6"), GLAZED).moved(0.15, 0.75 - 0.17 * k, -2.0) for k in range(2)
    ]
    puddle = [
        *at(0.1, 0.47, -1.2, lathe([(0.0, 0.0), (0.9, 0.01), (1.3, 0.0)], colour("#8fc6dd"), GLAZED, fine=(40, 8)))
    ]
    pail = [
        lathe(
            "0,0 0,0 0.55,0 0.7,1.0 0.7,1.0 0.64,1.0 0.58,0.5 0,0.5",
            lambda u, v, p: colour("#8fc6dd") if v > 0.8 else colour("#d6543a"),
            SATIN,
            fine=(40, 36),
        )
    ]
    wrench = [
        *turned(
            plate(
                0,
                0,
                0,
                outline(
                    "-1.3,-0.15 0.7,-0.15 0.9,-0.42 1.4,-0.4 1.2,-0.1 1.2,0.1 1.4,0.4 0.9,0.42 0.7,0.15 -1.3,0.15", 70
                ),
                0.16,
                "#c4342a",
                SATIN,
                cell=0.15,
            ),
            "x",
            -90,
        )
    ]
    return [
        *base(),
        *walls("#efe8da", "#e3ebe6"),
        *planks(OAK),
        *tiles_on(-3.25, 2.4, -3.2, 13, 4, ("#cfdfe0", "#bfd3d5")),
        *puddle,
        *trap,
        *drops,
        *at(0, 2.0, -2.1, basin),
        *pipe("0,3.0,-3.1 0,3.9,-3.1 0,4.0,-2.7 0,3.7,-2.4", 0.1, "#d7dadc", CHROME),
        *at(-1.9, 0.47, -0.2, *pail),
        *moved(turned(wrench, "y", 30), 1.6, 0.6, 1.6),
    ]


def front_door() -> Thing:
    front = [
        *box(-2.3, 0.35, -1.6, 2.4, 5.0, 0.5, "#dccfb6", RAW),
        *box(2.3, 0.35, -1.6, 2.4, 5.0, 0.5, "#dccfb6", RAW),
        *box(0, 4.3, -1.6, 2.3, 1.05, 0.5, "#dccfb6", RAW),
    ]
    frame = [
        *box(-1.05, 0.7, -1.5, 0.24, 3.7, 0.5, "#fbf8f0", SATIN),
        *box(1.05, 0.7, -1.5, 0.24, 3.7, 0.5, "#fbf8f0", SATIN),
        *box(0, 4.2, -1.5, 2.3, 0.24, 0.5, "#fbf8f0", SATIN),
    ]
    leaf = [
        *box(0.95, 0, 0, 1.9, 3.5, 0.16, "#2f6457", SATIN),
        *each(
            [
                box(0.95, y, 0.08, 1.3, h, 0.06, dim(colour("#2f6457"), 1.25), SATIN, edge=0.03)
                for y, h in ((0.3, 1.2), (1.75, 1.3))
            ]
        ),
        *facing(drum(0.12, 0.2, "#d7b36a", BRASS, around=20), 1.65, 1.75, 0.1),
    ]
    step = [*box(0, 0.35, -0.6, 3.2, 0.35, 1.5, "#bdb6a8", RAW, edge=0.06)]
    return [
        *base("#b9c4a4"),
        *front,
        *frame,
        *step,
        *moved(turned(leaf, "y", -48), -0.93, 0.72, -1.4),
        *at(
            2.4,
            0.35,
            0.2,
            lathe("0,0 0,0 0.5,0 0.65,0.9 0.6,0.9 0.5,0.7 0,0.7", colour("#b5573d"), RAW, fine=(36, 24)),
            skin(
                ball(0.75),
                30,
                20,
                lambda u, v, p: mix(colour("#4f7a43"), colour("#35592f"), noise(p[0] * 8, p[1] * 8, p[2] * 8)),
                RAW,
            ).moved(y=1.4),
        ),
    ]


def window() -> Thing:
    wall = [
        *box(-2.4, 0.35, -2.2, 2.2, 4.9, 0.7, "#d8b49a", RAW),
        *box(2.4, 0.35, -2.2, 2.2, 4.9, 0.7, "#d8b49a", RAW),
        *box(0, 0.35, -2.2, 2.6, 1.3, 0.7, "#d8b49a", RAW),
        *box(0, 4.4, -2.2, 2.6, 0.85, 0.7, "#d8b49a", RAW),
    ]
    frame = each([box(x, 1.65, -2.05, 0.16, 2.75, 0.24, "#fbf8f0", SATIN) for x in (-1.25, 0, 1.25)]) + each(
        [box(0, y, -2.05, 2.6, 0.16, 0.24, "#fbf8f0", SATIN) for y in (1.65, 3.4, 4.25)]
    )
    panes = sheet(
        (-1.2, 1.7, -2.1),
        (1.2, 1.7, -2.1),
        (1.2, 4.3, -2.1),
        (-1.2, 4.3, -2.1),
        "#9fc3d4",
        Material(gloss=1.4, rough=0.05, clear=0.4),
    )
    shutters = [
        *moved(
            turned(
                box(
                    0.65,
                    0,
                    0,
                    1.25,
                    2.75,
                    0.12,
                    lambda u, v, p: dim(colour("#3f6f8a"), 0.78) if math.floor(p[1] * 6) % 2 else colour("#3f6f8a"),
                    SATIN,
                    cell=0.1,
                ),
                "y",
                -25,
            ),
            1.35,
            1.65,
            -1.75,
        ),
        *moved(
            turned(
                turned(
                    box(
                        -0.65,
                        0,
                        0,
                        1.25,
                        2.75,
                        0.12,
                        lambda u, v, p: dim(colour("#3f6f8a"), 0.78) if math.floor(p[1] * 6) % 2 else colour("#3f6f8a"),
                        SATIN,
                        cell=0.1,
                    ),
                    "y",
                    20,
                ),
                "z",
                7,
            ),
            -1.35,
            1.6,
            -1.75,
        ),
    ]
    return [
        *base("#b9c4a4"),
        *wall,
        *panes,
        *frame,
        *box(0, 1.5, -1.7, 3.0, 0.16, 0.5, "#cfc7b8", RAW),
        *shutters,
        *hedge(1.4, 0.4, 3.6, 0.9),
    ]


def terrace() -> Thing:
    boards = each(
        [
            box(
                0,
                0.6,
                -3.0 + 0.5 * k,
                6.6 if k < 9 else 6.6 - 1.3 * (k - 8),
                0.14,
                0.44,
                wooden(LARCH, (0.7, 14, 14)),
                OILED,
                edge=0.03,
                cell=0.25,
            )
            for k in range(12)
        ]
    )
    joists = each([box(-3.0 + 1.2 * k, 0.4, 0, 0.2, 0.2, 6.4, wooden(PINE, (14, 14, 1)), RAW) for k in range(6)])
    seat = moved(chair(OAK, "#c9704a", 0, 0, 30), -0.9, 0.74, -1.5)
    return [
        *lawn(),
        *box(0, 0.35, -3.4, 7.1, 3.6, 0.3, "#e8dcc6", RAW),
        *joists,
        *boards,
        *[p.sized(1.0) for p in seat],
        *tree(2.6, -2.2, 2.2, "#6f9a4a", "olive"),
    ]


def gutter() -> Thing:
    eaves = each(
        [
            [
                block(0.62, 0.12, 1.2, colour(t), RAW, edge=0.05)
                .turned("x", 35)
                .moved(-3.1 + 0.66 * k, 4.6 + 0.55 * (r), -0.9 - 0.85 * r)
            ]
            for r in range(3)
            for k, t in enumerate(
                (
                    "#59636b",
                    "#4f5960",
                    "#626d75",
                    "#59636b",
                    "#525c63",
                    "#5f6a72",
                    "#59636b",
                    "#4f5960",
                    "#626d75",
                    "#59636b",
                )
            )
        ]
    )
    channel = pipe([(-3.4, 4.3, -0.2), (0, 4.25, -0.2), (1.2, 4.1, -0.1), (2.6, 3.7, 0.0)], 0.22, "#b87a52", CHROME, 60)
    down = pipe("-3.1,4.3,-0.3 -3.1,3.8,-0.7 -3.1,3.4,-1.0 -3.1,0.5,-1.0", 0.17, "#b87a52", CHROME, 60)
    wall = [
        *box(0, 0.35, -2.2, 7.1, 4.3, 2.2, "#eadfc9", RAW),
        *box(0.8, 1.5, -1.08, 1.6, 1.8, 0.08, "#fbf8f0", SATIN),
        *box(0.8, 1.6, -1.03, 1.4, 1.6, 0.06, GLASS_TONE, PANE),
    ]
    return [*base("#b9c4a4"), *wall, *eaves, *channel, *down, *hedge(1.8, 0.6, 2.6, 0.9)]


def alcove() -> Thing:
    dice = Dice("alcove")
    tones = ("#b8432f", "#2f5d6b", "#e0b04a", "#4b6b3f", "#efe6d4", "#6a4580", "#34495e")
    things = [box(-0.4, 0.4 + 0.95 * row, -2.8, 5.2, 0.12, 1.0, wooden(OAK), OILED) for row in range(5)]
    things += [box(x, 0.4, -2.8, 0.12, 4.0, 1.0, wooden(OAK), OILED) for x in (-2.95, -0.4, 2.15)]
    for row in range(3):
        x = -2.8
        while x < -0.7:
            wide = dice.throw(0.12, 0.26)
            things.append(
                box(
                    x + wide / 2,
                    0.52 + 0.95 * row,
                    -2.75,
                    wide - 0.02,
                    dice.throw(0.5, 0.75),
                    0.7,
                    dice.pick(tones),
                    SATIN,
                    edge=0.02,
                )
            )
            x += wide
    saw = moved(turned(box(0, 0, 0, 2.6, 0.12, 0.6, wooden(OAK), OILED), "y", 24), 0.2, 0.5, 1.4)
    return [*base(), *walls("#d5ddd2", "#e3e8df"), *planks(OAK), *each(things), *saw, *moved(saw, 0.5, 0.13, 0.2)]


def stove() -> Thing:
    body = [
        *box(0, 0.65, -2.0, 2.2, 3.0, 1.6, "#2b2e31", IRON, edge=0.14),
        *box(0, 1.5, -1.18, 1.6, 1.4, 0.08, "#ff9440", Material(glow=1.1), edge=0.04),
        *each([box(x, 1.5, -1.12, 0.1, 1.4, 0.06, "#1d1f21", IRON) for x in (-0.75, 0, 0.75)]),
        *each([box(x, 0.47, z, 0.2, 0.25, 0.2, "#1d1f21", IRON) for x in (-0.9, 0.9) for z in (-1.4, -2.6)]),
    ]
    flue = bar((0, 3.6, -2.1), (0, 5.9, -2.1), 0.32, "#2b2e31", IRON, round_=28)
    logs = each(
        [
            [
                drum(0.28, 1.3, wooden("#8a6a48"), RAW, lip=0.03, around=20)
                .turned("x", 90)
                .moved(-2.6 + 0.56 * i + (0.28 if j % 2 else 0), 0.75 + 0.5 * j, -2.5)
            ]
            for j in range(4)
            for i in range(3 - j % 2)
        ]
    )
    return [
        *base(),
        *walls("#e5d3c0", "#f0e4d5", 5.4),
        *planks(OAK),
        *box(0, 0.47, -1.8, 3.4, 0.08, 2.6, SLATE, RAW),
        *flue,
        *body,
        *logs,
    ]


def pruning() -> Thing:
    big = [
        *tree(0.2, -0.8, 4.2, "#5f8a45", "pruning"),
        *pipe("0.2,3.2,-0.8 -1.4,4.0,0.2 -2.4,4.2,0.6", 0.16, wooden("#7a5a3c"), RAW),
    ]
    rails = [bar((x, 0.45, 2.4), (x - 0.2, 5.0, -0.1), 0.08, wooden(PINE), RAW) for x in (1.0, 2.0)]
    rungs = [
        bar(
            (1.0 - 0.04 * k, 0.9 + 0.6 * k, 2.15 - 0.33 * k),
            (2.0 - 0.04 * k, 0.9 + 0.6 * k, 2.15 - 0.33 * k),
            0.06,
            wooden(PINE),
            RAW,
        )
        for k in range(7)
    ]
    cut = each(
        [
            pipe(
                [
                    (-2.4 + 0.3 * k, 0.55, 1.2 + 0.4 * k),
                    (-1.4 + 0.3 * k, 0.65, 1.5 + 0.3 * k),
                    (-0.6 + 0.3 * k, 0.55, 1.2 + 0.3 * k),
                ],
                0.09,
                wooden("#7a5a3c"),
                RAW,
                20,
            )
            for k in range(3)
        ]
    )
    return [*lawn(), *hedge(0, -3.1, 6.6, 1.3), *big, *each(rails), *each(rungs), *cut]


def paving() -> Thing:
    dice = Dice("paving")
    slabs = each(
        [
            box(
                -2.8 + 0.95 * i,
                0.42,
                -2.8 + 0.95 * j,
                0.9,
                0.14,
                0.9,
                dice.pick(("#c4bcae", "#b7afa1", "#cfc8bb")),
                RAW,
                edge=0.04,
                cell=0.5,
            )
            for i in range(7)
            for j in range(7)
            if i + j < 8
        ]
    )
    sand = box(
        0.2,
        0.38,
        0.2,
        6.6,
        0.06,
        6.6,
        lambda u, v, p: mix(colour("#d8bf8d"), colour("#c7ab76"), noise(p[0] * 6, 0, p[2] * 6)),
        RAW,
        cell=0.2,
    )
    pile = each([box(2.4, 0.46 + 0.15 * k, 2.4, 0.9, 0.14, 0.9, "#c4bcae", RAW, edge=0.04) for k in range(6)])
    mallet = [
        *bar((0.4, 0.55, 2.2), (1.5, 0.62, 1.4), 0.07, wooden(OAK), OILED),
        *at(1.5, 0.45, 1.4, drum(0.22, 0.6, "#26282a", RUBBER)),
    ]
    return [*lawn(), *sand, *slabs, *pile, *mallet, *tree(-2.4, -2.6, 2.4, "#7fa653", "paving")]


def upholstery() -> Thing:
    seat = moved(turned([p.sized(0.95) for p in sofa("#9c5a6b", 1)], "y", 24), 0.6, 0.47, -0.8)
    rolls = each(
        [
            [drum(0.34, 2.4, woven(t), CLOTH, lip=0.05).turned("z", 90).moved(-0.6, 0.85 + 0.62 * k, 2.2 - 0.2 * k)]
            for k, t in enumerate(("#4f8a86", "#d9a441"))
        ]
    )
    return [*base(), *walls("#e8ddd0", "#dfe5dc"), *planks(OAK), *seat, *rolls]


def shed() -> Thing:
    board: Callable[[float, float, Vec], RGB] = lambda u, v, p: dim(
        wooden(LARCH, (14, 1, 14))(u, v, p),
        0.7 if (p[0] * 2.2 + 40) % 1 < 0.07 or (p[2] * 2.2 + 40) % 1 < 0.07 else 1.0,
    )
    house = plate(0, 0.45, -0.8, "-2.3,0 2.3,0 2.3,2.9 0,4.2 -2.3,2.9", 3.4, board, RAW, cell=0.1)
    covers = [
        *sheet((-2.7, 3.2, 1.1), (0, 4.85, 1.1), (0, 4.85, -2.7), (-2.7, 3.2, -2.7), SLATE, RAW),
        *sheet((2.7, 3.2, 1.1), (0, 4.85, 1.1), (0, 4.85, -2.7), (2.7, 3.2, -2.7), SLATE, RAW),
    ]
    door = [
        *box(-0.6, 0.5, 0.93, 1.3, 2.4, 0.1, "#3f6f63", SATIN),
        *box(1.2, 1.6, 0.93, 1.0, 1.0, 0.1, "#fbf8f0", SATIN),
        *box(1.2, 1.7, 0.98, 0.8, 0.8, 0.08, GLASS_TONE, PANE),
    ]
    return [
        *lawn(),
        *house,
        *covers,
        *door,
        *hedge(-3.0, -1.0, 4.0, 1.1, along_z=True),
        *at(2.6, 0.45, 1.8, drum(0.55, 1.2, "#4f6f5a", SATIN)),
    ]


def lamp_over_table() -> Thing:
    shade = lathe(
        "0.2,0.9 0.35,0.85 1.1,0 1.15,0 1.15,0.05 0.4,0.95 0.2,1.0",
        colour("#d9a441"),
        BRASS,
        fine=(56, 30),
        both_sides=True,
    )
    bulb = skin(ball(0.3), 24, 16, colour("#fff2cf"), Material(glow=1.6))
    top = [
        *box(0, 2.3, -0.2, 4.2, 0.18, 2.4, wooden(OAK), OILED, edge=0.06),
        *each([box(x, 0.47, z, 0.24, 1.85, 0.24, wooden(OAK), OILED) for x in (-1.8, 1.8) for z in (-1.1, 0.7)]),
    ]
    return [
        *base(),
        *walls("#cfd9d6", "#dde4e1", 5.6),
        *planks(OAK),
        *top,
        *at(
            0.4,
            2.48,
            -0.2,
            lathe("0,0 0,0 0.5,0.05 0.8,0.4 0.75,0.4 0.4,0.1 0,0.1", colour("#f4efe6"), GLAZED, fine=(40, 24)),
        ),
        *bar((0, 4.9, -0.2), (0, 6.4, -0.2), 0.035, "#26282a", RUBBER),
        *at(0, 4.0, -0.2, shade, bulb.moved(y=0.25)),
        *pipe("0,6.4,-0.2 0,6.3,-1.6 0,5.9,-3.2", 0.03, "#26282a", RUBBER, 30),
    ]


def gate() -> Thing:
    posts = each(
        [
            box(x, 0.4, -0.6, 0.9, 3.8, 0.9, BRICK, RAW, cell=0.2) + box(x, 4.2, -0.6, 1.1, 0.2, 1.1, "#bdb6a8", RAW)
            for x in (-2.8, 2.8)
        ]
    )
    bars_: list[Thing] = []
    for k in range(9):
        x = -2.1 + 0.52 * k
        top = 3.2 + 0.7 * math.cos((k - 4) / 4 * 1.3)
        bars_.append(bar((x, 0.7, -0.6), (x, top, -0.6), 0.06, "#26302d", IRON))
        bars_.append([skin(ball(0.12, 1.6), 12, 10, colour("#c79a4e"), BRASS).moved(x, top + 0.1, -0.6)])
    rails = each([bar((-2.3, y, -0.6), (2.3, y, -0.6), 0.07, "#26302d", IRON) for y in (0.9, 2.7)])
    scrolls = each(
        [
            pipe(
                [
                    (x + s * r * math.cos(a), 1.8 + r * math.sin(a), -0.55)
                    for a, r in (
                        (0.0, 0.5),
                        (0.9, 0.45),
                        (1.8, 0.4),
                        (2.7, 0.34),
                        (3.6, 0.28),
                        (4.6, 0.22),
                        (5.6, 0.15),
                    )
                ],
                0.05,
                "#26302d",
                IRON,
                40,
            )
            for x, s in ((-0.7, 1), (0.7, -1))
        ]
    )
    return [
        *lawn(),
        *box(0, 0.42, 0.4, 4.4, 0.06, 6.4, "#c9bda6", RAW),
        *hedge(0, -3.0, 6.8, 1.7),
        *posts,
        *each(bars_),
        *rails,
        *scrolls,
    ]


def wardrobe() -> Thing:
    doors = each(
        [
            [
                *box(-1.9 + 1.5 * k, 0.75, -1.95, 1.4, 3.9, 0.1, wooden("#c9a06b", (14, 1, 14)), OILED, edge=0.04),
                *box(-1.35 + 1.5 * k, 2.5, -1.88, 0.06, 0.7, 0.08, "#26282a", SATIN),
            ]
            for k in (0, 1)
        ]
    )
    inside = [
        *box(1.1, 0.75, -2.6, 1.5, 4.0, 1.2, "#8a6a45", RAW),
        *bar((0.4, 4.2, -2.1), (1.8, 4.2, -2.1), 0.06, "#d7dadc", CHROME),
        *each(
            [
                box(0.6 + 0.28 * k, 2.3, -2.1, 0.2, 1.85, 0.8, t, CLOTH, edge=0.08)
                for k, t in enumerate(("#2f5d6b", "#d6543a", "#efe6d4", "#4b6b3f"))
            ]
        ),
    ]
    return [
        *base(),
        *walls("#eadfd0", "#e1e6de", 5.4),
        *planks(OAK),
        *box(-0.4, 0.47, -2.7, 4.6, 4.5, 1.3, wooden("#b98d58", (14, 1, 14)), OILED),
        *inside,
        *doors,
        *moved(
            turned(box(0.7, 0, 0, 1.4, 3.9, 0.1, wooden("#c9a06b", (14, 1, 14)), OILED), "y", -70), 1.9, 0.75, -1.95
        ),
    ]


def plaster() -> Thing:
    skim: Callable[[float, float, Vec], RGB] = lambda u, v, p: (
        colour("#f4efe4")
        if p[1] > 0.4 - 0.5 * math.sin(p[0] * 0.9) + 0.25 * math.sin(p[0] * 4)
        else mix(colour("#b5573d"), colour("#93452f"), noise(p[0] * 5, p[1] * 12))
        if (p[1] * 2.6 + 40) % 1 > 0.12
        else colour("#c9bda6")
    )
    trowel = [
        *turned(
            plate(0, 0, 0, "-0.9,-0.35 0.9,-0.35 0.9,0.35 -0.9,0.35", 0.06, "#c7ccd0", STEEL, bevel=0.02), "x", -90
        ),
        *bar((-0.4, 0.3, 0), (0.4, 0.3, 0), 0.11, wooden(OAK), OILED),
    ]
    return [
        *base(),
        *box(0, 0.35, -3.4, 7.1, 4.8, 0.3, skim, RAW, cell=0.09),
        *box(3.4, 0.35, 0, 0.3, 4.8, 7.1, PLASTER, RAW),
        *planks("#a9825a"),
        *at(
            -1.2,
            0.47,
            0.2,
            lathe(
                "0,0 0,0 0.9,0 1.1,0.8 1.1,0.8 1.0,0.8 0.95,0.6 0,0.75",
                lambda u, v, p: colour("#e9e2d3") if v > 0.75 else colour("#33373a"),
                RAW,
                fine=(48, 36),
            ),
        ),
        *moved(turned(trowel, "y", 30), 1.0, 0.55, 1.6),
        *box(1.9, 0.47, -1.6, 1.8, 0.9, 1.2, "#d8cfbd", RAW, edge=0.3, bulge=0.12),
    ]


class Face:
    """Somebody: skin, hair, what they wear."""

    def __init__(
        self,
        skin_: str,
        hair: str,
        shirt: str,
        *,
        apron: str = "",
        style: str = "short",
        beard: bool = False,
        hat: str = "",
        glasses: bool = False,
    ) -> None:
        self.skin, self.hair, self.shirt, self.apron = skin_, hair, shirt, apron
        self.style, self.beard, self.hat, self.glasses = style, beard, hat, glasses


def bust(face: Face) -> Thing:
    """Head and shoulders, as carved and painted."""
    flesh, matt = colour(face.skin), Material(sheen=0.08)
    head = skin(
        lambda u, v: _head(u, v),
        64,
        48,
        lambda u, v, p: mix(
            flesh,
            dim(colour("#c4574a"), 0.8),
            0.22 * max(0.0, 1 - 9 * ((abs(p[0]) - 0.68) ** 2 + (p[1] + 0.28) ** 2)) if p[2] > 0.4 else 0,
        ),
        matt,
    )
    body = [skin(lambda u, v: _shoulders(u, v), 72, 40, woven(face.shirt), CLOTH).moved(0, -2.05, 0)]
    neck = [rod([(0, -2.4, -0.1), (0, -0.7, 0)], 0.54, dim(flesh, 0.9), matt, ends=False, fine=(28, 12))]
    collar = [
        rod(
            [
                (0.7 * math.sin(a), -1.98 - 0.06 * math.cos(a), 0.62 * math.cos(a) - 0.08)
                for a in (math.pi * 2 * k / 18 for k in range(19))
            ],
            0.2,
            dim(colour(face.shirt), 0.8),
            CLOTH,
            ends=False,
            fine=(12, 60),
        )
    ]
    straps = (
        [
            pipe(
                [(x * 1.25, -2.12, 0.0), (x * 1.27, -2.46, 0.74), (x * 1.22, -3.31, 1.06), (x * 1.1, -4.4, 1.22)],
                0.15,
                face.apron,
                CLOTH,
                40,
            )
            for x in (-1, 1)
        ]
        if face.apron
        else []
    )
    bib = [block(1.9, 1.2, 0.12, colour(face.apron), CLOTH, edge=0.06).moved(0, -4.15, 1.2)] if face.apron else []
    ears = [skin(ball(0.24, 1.3), 16, 12, dim(flesh, 0.92), matt).moved(x, -0.05, -0.05) for x in (-1.02, 1.02)]
    nose = [skin(ball(0.2, 1.25), 20, 14, dim(flesh, 0.97), matt).moved(0, -0.18, 1.08)]
    eyes = [skin(ball(0.095), 12, 10, colour("#2a211d"), GLAZED).moved(x, 0.12, 0.99) for x in (-0.4, 0.4)]
    brows = [
        rod(
            [(x - 0.2, 0.4, 0.98), (x, 0.46, 1.04), (x + 0.2, 0.4, 0.98)],
            0.06,
            dim(colour(face.hair), 0.9),
            matt,
            fine=(10, 12),
        )
        for x in (-0.4, 0.4)
    ]
    mouth = [
        rod(
            [(-0.3, -0.62, 0.93), (0, -0.7, 1.0), (0.3, -0.62, 0.93)],
            0.055,
            dim(colour("#a84a42"), 0.8),
            matt,
            fine=(10, 16),
        )
    ]
    return moved(
        [
            *body,
            *neck,
            *lying_on(each(straps)),
            *bib,
            *collar,
            *ears,
            head,
            *nose,
            *eyes,
            *brows,
            *mouth,
            *_beard(face),
            *_hair(face),
            *_hat(face),
            *_glasses(face),
        ],
        0,
        4.6,
        0,
    )


def _head(u: float, v: float) -> Vec:
    lift, angle = math.pi * (v - 0.5), 2 * math.pi * u
    around = math.cos(lift)
    jaw = 1.0 - 0.16 * max(0.0, -math.sin(lift))
    return (1.04 * jaw * around * math.cos(angle), 1.28 * math.sin(lift), 1.08 * jaw * around * math.sin(angle))


def _shoulders(u: float, v: float) -> Vec:
    angle = 2 * math.pi * u
    wide, y = (
        (2.35 - 0.1 * v, -2.4 + 1.9 * v)
        if v < 0.6
        else (2.29 * math.cos((v - 0.6) / 0.4 * 1.3), -1.26 + 1.35 * math.sin((v - 0.6) / 0.4 * 1.3))
    )
    return (wide * math.cos(angle), y, 0.52 * wide * math.sin(angle))


def _hair(face: Face) -> Thing:
    tone = colour(face.hair)
    strands: Callable[[float, float, Vec], RGB] = lambda u, v, p: mix(
        tone, dim(tone, 0.6), noise(p[0] * 8, p[1] * 2, p[2] * 8)
    )
    matt = Material(sheen=0.15)
    if face.style == "none":
        return []

    def shell(grow: float, keep: Callable[[Vec], bool]) -> Part:
        return skin(
            lambda u, v: scale(_head(u, v), grow),
            80,
            60,
            strands,
            matt,
            keep=lambda u, v: keep(_head(u, v)),
            both_sides=True,
        )

    parts = [shell(1.1, lambda p: p[1] > 0.62 - 0.5 * max(0.0, 0.4 - p[2]) or (p[2] < -0.15 and p[1] > -0.75))]
    if face.style == "bun":
        parts.append(skin(ball(0.52), 30, 20, strands, matt).moved(0, 1.55, -0.35))
    if face.style == "long":
        parts.append(shell(1.2, lambda p: p[2] < 0.15 and p[1] > -1.2))
        parts += [
            rod([(x, 0.3, 0.0), (x * 1.12, -0.8, 0.0), (x * 1.05, -1.9, 0.2)], 0.36, strands, matt, fine=(20, 24))
            for x in (-1.0, 1.0)
        ]
    if face.style == "curls":
        dice = Dice(f"curls {face.hair}")
        for _ in range(60):
            a, lift = dice.throw(0, 6.28), dice.throw(0.12, 1.35)
            p = (1.12 * math.cos(lift) * math.cos(a), 1.36 * math.sin(lift), 1.14 * math.cos(lift) * math.sin(a))
            if p[1] > 0.75 or p[2] < 0.2:
                parts.append(skin(ball(dice.throw(0.2, 0.32)), 12, 9, strands, matt).moved(*p))
    return parts


def _beard(face: Face) -> Thing:
    if not face.beard:
        return []
    tone = colour(face.hair)
    strands: Callable[[float, float, Vec], RGB] = lambda u, v, p: mix(
        tone, dim(tone, 0.6), noise(p[0] * 7, p[1] * 7, p[2] * 7)
    )
    return [
        skin(
            lambda u, v: scale(_head(u, v), 1.08),
            80,
            60,
            strands,
            Material(sheen=0.1),
            keep=lambda u, v: _head(u, v)[1] < -0.35 - 0.3 * (1 - abs(_head(u, v)[0])) and _head(u, v)[2] > -0.1,
        )
    ]


def _hat(face: Face) -> Thing:
    if not face.hat:
        return []
    dome = skin(
        lambda u, v: (
            1.2 * math.cos(2 * math.pi * u) * math.cos(v * math.pi / 2),
            0.52 + 1.0 * math.sin(v * math.pi / 2),
            1.24 * math.sin(2 * math.pi * u) * math.cos(v * math.pi / 2),
        ),
        60,
        24,
        colour(face.hat),
        SATIN if face.style == "helmet" else CLOTH,
    )
    brim = skin(
        lambda u, v: (
            1.15 * math.cos(math.pi * (u - 1)),
            0.56 + 0.06 * math.sin(math.pi * u) - 0.1 * v * v,
            0.5 + 0.72 * math.sin(math.pi * u) + 0.75 * v * math.sin(math.pi * u),
        ),
        40,
        16,
        dim(colour(face.hat), 0.85),
        CLOTH,
        both_sides=True,
    )
    return [dome, brim]


def _glasses(face: Face) -> Thing:
    if not face.glasses:
        return []
    rings = [
        rod(
            [
                (x + 0.3 * math.cos(a), 0.1 + 0.27 * math.sin(a), 1.14)
                for a in (2 * math.pi * k / 20 for k in range(21))
            ],
            0.04,
            colour("#26282a"),
            SATIN,
            ends=False,
            fine=(8, 50),
        )
        for x in (-0.4, 0.4)
    ]
    return [*rings, rod([(-0.1, 0.14, 1.16), (0.1, 0.14, 1.16)], 0.04, colour("#26282a"), SATIN, fine=(8, 8))]


PEOPLE: dict[str, tuple[Face, Backdrop]] = {
    "hand-face-tilda": (Face("#e9b995", "#a4552a", "#4f7f79", apron="#2f3e46", style="bun"), STRAW),
    "hand-face-joao": (Face("#b97b50", "#1f1713", "#d9a441", beard=True, hat="#2f5d6b"), MIST),
    "hand-face-amira": (Face("#c98f62", "#3b2417", "#7a8f5a", style="long", apron="#5b3a2a"), CLAY),
    "hand-face-henrik": (Face("#f0c7a6", "#c9b286", "#2f4f7a", beard=True, glasses=True, apron="#6b4a2f"), SAGE),
    "hand-face-kofi": (Face("#6f452c", "#17110e", "#c9563a", style="curls"), STRAW),
    "hand-face-marta": (Face("#f0c19c", "#2a1f1b", "#5f7f95", style="short", hat="#d6543a", apron="#3a4a3f"), LINEN),
}


def _model(
    thing: Thing, backdrop: Backdrop, *, zoom: float = 118.0, high: float = 2.0, yaw: float = -36, pitch: float = 24
) -> Stage:
    stage = standing(backdrop, zoom=zoom, yaw=yaw, pitch=pitch, target=(0, high, 0))
    stage.mixed = True
    return stage.put(thing)


def _portrait(name: str) -> Stage:
    face, backdrop = PEOPLE[name]
    stage = standing(backdrop, zoom=196, yaw=-14, pitch=3, target=(0, 3.95, 0))
    stage.mixed = True
    return stage.put(bust(face))


PICTURES: dict[str, Callable[[], Stage]] = {
    "hand-roof": lambda: _model(roof(), MIST, high=2.6),
    "hand-solar": lambda: _model(roof(panels=True, hole=False), STRAW, high=2.6),
    "hand-bathroom": lambda: _model(bathroom(), LINEN, high=2.2),
    "hand-garden": lambda: _model(garden(), SAGE, high=1.7),
    "hand-wiring": lambda: _model(wiring(), CLAY, high=2.2),
    "hand-kitchen": lambda: _model(kitchen(), STRAW, high=2.2),
    "hand-painting": lambda: _model(painting(), MIST, high=2.2),
    "hand-floor": lambda: _model(floorboards(), LINEN, high=2.2),
    "hand-stairs": lambda: _model(staircase(), CLAY, high=2.7),
    "hand-fence": lambda: _model(fence(), SAGE, high=1.6),
    "hand-bricks": lambda: _model(brickwork(), STRAW, high=1.8),
    "hand-radiator": lambda: _model(radiator(), MIST, high=2.2),
    "hand-leak": lambda: _model(leak(), LINEN, high=2.2),
    "hand-door": lambda: _model(front_door(), SAGE, high=2.4),
    "hand-window": lambda: _model(window(), CLAY, high=2.4),
    "hand-terrace": lambda: _model(terrace(), SAGE, high=1.8),
    "hand-gutter": lambda: _model(gutter(), MIST, high=2.7),
    "hand-shelves": lambda: _model(alcove(), LINEN, high=2.2),
    "hand-stove": lambda: _model(stove(), CLAY, high=2.6),
    "hand-pruning": lambda: _model(pruning(), STRAW, high=2.6, zoom=112),
    "hand-paving": lambda: _model(paving(), SAGE, high=1.3),
    "hand-upholstery": lambda: _model(upholstery(), LINEN, high=2.2),
    "hand-shed": lambda: _model(shed(), MIST, high=2.2),
    "hand-lamp": lambda: _model(lamp_over_table(), STRAW, high=2.7, zoom=112),
    "hand-gate": lambda: _model(gate(), SAGE, high=2.0),
    "hand-wardrobe": lambda: _model(wardrobe(), CLAY, high=2.5),
    "hand-plaster": lambda: _model(plaster(), MIST, high=2.3),
    **{name: partial(_portrait, name) for name in PEOPLE},
}  # fmt: skip
