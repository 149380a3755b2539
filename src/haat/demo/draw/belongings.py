"""What people pass on: furniture, things to ride, things to play and to look through, on the classifieds board of a town."""

import math
from collections.abc import Callable, Sequence

from haat.demo.draw.backdrop import Backdrop
from haat.demo.draw.bicycles import bicycle
from haat.demo.draw.colour import RGB, colour, dim, mix
from haat.demo.draw.kit import GLASS_TONE, PANE, at, bar, box, drum, each, facing, lying_on, pipe, plate, wheel
from haat.demo.draw.materials import CHROME, CLOTH, GLAZED, LEATHER, OILED, RAW, SATIN, STEEL, STEEL_TONE, wooden
from haat.demo.draw.solid import (
    Material,
    Part,
    Thing,
    ball,
    block,
    lathe,
    moved,
    outline,
    sized,
    skin,
    turned,
    wire,
)
from haat.demo.draw.space import Dice, Vec, noise
from haat.demo.draw.stage import Stage, standing

# Rooms, hallways and yards of a town: whatever wall was at hand.
HALL = Backdrop("#f3c74f", "#b98655", "#f7d777", horizon=0.66, shape="window", shape_at=(0.6, 0.3, 0.36))
ROOM = Backdrop("#8fb9a8", "#c9a47c", "#a3cabb", horizon=0.64, shape="window", shape_at=(0.58, 0.28, 0.34))
STUDY = Backdrop("#e58a6b", "#b77f58", "#f0a488", horizon=0.66, shape="arch", shape_at=(0.5, 0.36, 0.3))
YARD = Backdrop("#bcd3e0", "#b9b4aa", "#d3e3ec", horizon=0.58, shape="disc", shape_at=(0.72, 0.24, 0.12))
DESK = Backdrop("#f2dcc0", "#c99e6d", "#fff0d8", horizon=0.56, shape="disc", shape_at=(0.34, 0.3, 0.22))
BLUE = Backdrop("#5f8fb8", "#d2b48a", "#78a5ca", horizon=0.62, shape="window", shape_at=(0.6, 0.3, 0.34))

OAK, BEECH, WALNUT, PINE = "#c1915a", "#d6ac77", "#7a4e31", "#deb982"
TWEED = Material(sheen=0.22)


def woven(tone: str) -> Callable[[float, float, Vec], RGB]:
    light = colour(tone)
    return lambda u, v, p: mix(light, dim(light, 0.88), noise(p[0] * 9, p[1] * 9, p[2] * 9))


def sofa(tone: str, seats: int, legs: str = WALNUT) -> Thing:
    cloth, wide = woven(tone), seats * 1.75
    feet = [
        bar((x, 0.5, z), (x * 1.02, 0, z * 1.05), 0.09, legs, OILED)
        for x in (-wide / 2, wide / 2)
        for z in (-0.85, 0.85)
    ]
    middles = [(k - (seats - 1) / 2) * 1.72 for k in range(seats)]
    return [
        *each(feet),
        *box(0, 0.45, 0, wide + 0.5, 0.5, 2.2, cloth, TWEED, edge=0.12),
        *box(0, 0.5, -0.95, wide + 0.4, 1.85, 0.5, cloth, TWEED, edge=0.2),
        *each([box(x, 0.95, 0.15, 1.68, 0.5, 1.85, cloth, TWEED, edge=0.16, cell=0.16, bulge=0.1) for x in middles]),
        *each(
            [at(x, 1.4, -0.55, block(1.62, 1.2, 0.5, cloth, TWEED, edge=0.2, cell=0.16, bulge=0.14)) for x in middles]
        ),
        *each(
            [
                box(x, 0.45, 0, 0.5, 1.35, 2.25, cloth, TWEED, edge=0.2, cell=0.2)
                for x in (-wide / 2 - 0.35, wide / 2 + 0.35)
            ]
        ),
    ]


def cushion(tone: str) -> Part:
    return block(1.05, 1.05, 0.34, woven(tone), CLOTH, edge=0.15, cell=0.12, bulge=0.14)


def chair(wood: str, seat: str, x: float = 0.0, z: float = 0.0, turn: float = 0.0) -> Thing:
    grain = wooden(wood)
    legs = [
        bar((sx * 0.72, 2.0, sz * 0.7), (sx * 0.85, 0, sz * 0.85), 0.075, grain, OILED)
        for sx in (-1, 1)
        for sz in (-1, 1)
    ]
    posts = [bar((sx * 0.74, 2.0, -0.72), (sx * 0.8, 4.1, -1.0), 0.07, grain, OILED) for sx in (-1, 1)]
    rails = [
        box(0, 3.0 + 0.45 * k, -0.92 - 0.04 * k, 1.6, 0.24, 0.1, grain, OILED, edge=0.05, cell=0.2) for k in range(3)
    ]
    whole = [
        *each(legs),
        *each(posts),
        *each(rails),
        *box(0, 1.95, 0, 1.75, 0.2, 1.7, woven(seat), CLOTH, edge=0.09, bulge=0.05),
    ]
    return moved(turned(whole, "y", turn), x, 0, z)


def table(wood: str, wide: float = 5.2, deep: float = 2.6) -> Thing:
    grain = wooden(wood)
    x, z = wide / 2 - 0.3, deep / 2 - 0.3
    legs = [box(sx * x, 0, sz * z, 0.26, 2.5, 0.26, grain, OILED, edge=0.04) for sx in (-1, 1) for sz in (-1, 1)]
    rails = [box(0, 2.15, z, 2 * x, 0.35, 0.12, grain, OILED), box(x, 2.15, 0, 0.12, 0.35, 2 * z, grain, OILED)]
    return [*each(legs), *each(rails), *box(0, 2.5, 0, wide, 0.18, deep, grain, OILED, edge=0.06, cell=0.2)]


def camera(leather: str) -> Thing:
    hide, silver = woven(leather), colour("#cfd1d0")
    ring = "0,0 0,0 0.85,0 0.85,0 0.95,0.08 0.95,0.3 0.95,0.3 0.84,0.36 0.84,0.62 0.92,0.66 0.92,0.98 0.92,0.98 0.78,1.04 0.7,0.9 0.62,0.72 0.62,0.72 0,0.8"
    lens = lathe(
        ring,
        lambda u, v, p: (
            colour("#1d2733") if v > 0.86 else mix(colour("#202124"), silver, 0.9 if 0.36 < v < 0.46 else 0.06)
        ),
        SATIN,
        fine=(60, 90),
    )
    glass = skin(
        ball(0.6, 0.45),
        40,
        20,
        lambda u, v, p: mix(colour("#1c2f4a"), colour("#7a4f8f"), 0.5 + 0.5 * math.sin(5 * p[0] + 3 * p[2])),
        GLAZED,
    )
    dials = [
        at(x, 2.32, 0, drum(r, 0.3, silver, STEEL, lip=0.04)) for x, r in ((-1.35, 0.36), (1.1, 0.28), (1.62, 0.2))
    ]
    return [
        *box(0, 0, 0, 4.1, 1.72, 1.1, hide, LEATHER, edge=0.32, cell=0.14),
        *box(0, 0, 0, 4.12, 0.24, 1.14, silver, STEEL, edge=0.1),
        *box(0, 1.66, 0, 4.12, 0.7, 1.14, silver, STEEL, edge=0.16, cell=0.2),
        *box(0.1, 2.25, 0, 1.25, 0.5, 1.0, silver, STEEL, edge=0.2, cell=0.15),
        *box(1.35, 1.82, 0.58, 0.62, 0.36, 0.05, "#18222c", GLAZED, edge=0.03),
        *box(-1.45, 1.86, 0.58, 0.42, 0.3, 0.05, "#25323d", GLAZED, edge=0.03),
        *each(dials),
        *facing(lens, 0.1, 1.12, 0.5),
        *facing(glass, 0.1, 1.12, 1.15),
    ]


def book(x: float, y: float, z: float, wide: float, thick: float, deep: float, tone: str, turn: float = 0.0) -> Thing:
    """Lying, its back to the reader."""
    cover = Material(gloss=0.4, rough=0.4)
    band = colour("#f4ead2")
    painted = colour(tone)
    spine = lambda u, v, p: (
        band
        if 0.55 < abs(p[0]) / (wide / 2) < 0.62 or (abs(p[0]) < wide * 0.2 and abs(p[1]) < thick * 0.12)
        else painted
    )
    return at(
        x, y, z,
        block(wide, 0.05, deep, painted, cover, edge=0.02),
        block(wide - 0.08, thick - 0.14, deep - 0.12, colour("#efe6d2"), RAW, edge=0.02).moved(y=0.04, z=-0.05),
        block(wide, thick, 0.1, spine, cover, edge=0.045, cell=0.1).moved(z=deep / 2 - 0.03),
        *lying_on([block(wide, 0.05, deep, painted, cover, edge=0.02).moved(y=thick - 0.05)], 0.25),
        turn=turn,
    )  # fmt: skip


def book_stack(tones: Sequence[str], name: str) -> Thing:
    dice, y, books = Dice(name), 0.0, []
    for tone in tones:
        thick = dice.throw(0.26, 0.6)
        books.append(
            book(
                dice.throw(-0.15, 0.15),
                y,
                0,
                dice.throw(2.9, 3.6),
                thick,
                dice.throw(2.0, 2.5),
                tone,
                dice.throw(-14, 14),
            )
        )
        y += thick
    return each(books)


def car(tone: str, *, estate: bool = False) -> Thing:
    """Seen from its left side; it drives to the left."""
    paint, lacquer = colour(tone), Material(gloss=1.1, rough=0.08)
    rear = "3.55,0.62 3.55,1.55 3.42,1.75" if estate else "3.5,0.62 3.5,1.5 3.3,1.72"
    roof = "3.1,2.72 0.1,2.86" if estate else "2.5,2.62 1.9,2.8 0.2,2.86"
    low = f"-3.5,0.55 {rear} -1.55,1.78 -3.2,1.5 -3.6,1.15"
    body = plate(0, 0, 0, low, 2.7, paint, lacquer, bevel=0.16, cell=0.22)
    top = f"{'3.35' if estate else '3.05'},1.68 {roof} -1.35,1.72"
    glassy: Callable[[float, float, Vec], RGB] = lambda u, v, p: paint if p[1] > 2.72 else GLASS_TONE
    cabin = plate(0.05, 0, 0, top, 2.42, glassy, PANE, bevel=0.14, cell=0.2)
    posts = [
        bar((x, 1.7, 1.2), (y, 2.76, 1.12), 0.06, paint, lacquer)
        for x, y in ((-1.3, 0.2), (0.95, 1.0), ((3.2, 2.95) if estate else (2.85, 2.2)))
    ]
    wheels = [wheel(x, 0.62, z, 0.62, 0.42) for z in (-1.15, 1.15) for x in (-2.2, 2.15)]
    arches = [facing(drum(0.78, 0.06, "#1d1e20", RAW, lip=0.02), x, 0.64, 1.32) for x in (-2.2, 2.15)]
    lamps = [
        *box(-3.38, 1.0, 0.95, 0.28, 0.3, 0.5, "#fdf6dc", GLAZED, edge=0.1), *box(-3.38, 1.0, -0.95, 0.28, 0.3, 0.5, "#fdf6dc", GLAZED, edge=0.1),
        *box(3.44, 1.05, 1.05, 0.16, 0.45, 0.4, "#a81e22", GLAZED, edge=0.06),
    ]  # fmt: skip
    trim = [
        *box(-3.52, 0.5, 0, 0.2, 0.32, 2.5, "#34373a", RAW, edge=0.08), *box(-3.56, 0.92, 0, 0.1, 0.3, 1.1, "#222427", RAW, edge=0.04),
        *box(0.55, 1.42, 1.37, 0.42, 0.1, 0.06, "#d4d6d6", CHROME, edge=0.03), *box(-1.2, 1.82, 1.42, 0.3, 0.24, 0.22, paint, lacquer, edge=0.08),
    ]  # fmt: skip
    doors = [wire([(x, 0.72, 1.37), (x, 1.66, 1.37)], 0.025, dim(paint, 0.4)) for x in (-1.15, 0.95)]
    return [*body, *cabin, *each(posts), *each(arches), *each(wheels), *lamps, *trim, *doors]


def guitar(tone: str) -> Thing:
    shape = outline(
        "0,0 1.35,0.25 1.5,1.3 0.95,2.2 1.1,3.05 0.6,3.65 0,3.75 -0.6,3.65 -1.1,3.05 -0.95,2.2 -1.5,1.3 -1.35,0.25", 90
    )
    grain, light = wooden(tone, (14.0, 1.0, 14.0)), colour(tone)
    front: Callable[[float, float, Vec], RGB] = lambda u, v, p: grain(u, v, p) if p[2] > 0.2 else dim(light, 0.45)
    hole = facing(drum(0.55, 0.03, "#1c120b", RAW, lip=0.01, around=48), 0, 2.35, 0.31)
    rose = facing(drum(0.68, 0.02, "#6b3a1c", OILED, lip=0.01, around=48), 0, 2.35, 0.3)
    neck = [
        *box(0, 3.2, 0.18, 0.5, 4.1, 0.2, wooden("#5a3420"), OILED, edge=0.06),
        *box(0, 7.1, 0.12, 0.72, 1.05, 0.16, wooden("#6b3f24"), OILED, edge=0.08),
    ]
    frets = [
        wire(
            [(-0.24, 3.5 + 0.42 * k * (1 - 0.02 * k), 0.4), (0.24, 3.5 + 0.42 * k * (1 - 0.02 * k), 0.4)],
            0.025,
            STEEL_TONE,
        )
        for k in range(9)
    ]
    strings = [
        wire([(-0.2 + 0.08 * k, 0.95, 0.42), (-0.2 + 0.08 * k, 7.3, 0.42)], 0.014, colour("#e8dfc8")) for k in range(6)
    ]
    pegs = [
        facing(drum(0.07, 0.24, "#e8e2d2", CHROME, lip=0.02, around=12), sx * 0.3, 7.4 + 0.26 * k, 0.15)
        for sx in (-1, 1)
        for k in range(3)
    ]
    bridge = box(0, 0.85, 0.34, 1.0, 0.2, 0.1, "#3a2113", OILED, edge=0.03)
    return [
        *plate(0, 0, 0, shape, 0.62, front, Material(gloss=0.9, rough=0.18), bevel=0.07, cell=0.12),
        *rose,
        *hole,
        *bridge,
        *neck,
        *frets,
        *strings,
        *each(pegs),
    ]


def record_player() -> Thing:
    disc = lathe(
        "0,0 0,0 1.5,0 1.5,0 1.5,0.05 1.5,0.05 0,0.05",
        lambda u, v, p: colour("#d6543a") if math.hypot(p[0], p[2]) < 0.5 else mix(colour("#151517"), colour("#3d3d42"), 0.5 + 0.5 * math.sin(math.hypot(p[0], p[2]) * 60)),
        Material(gloss=0.9, rough=0.2), fine=(90, 70),
    )  # fmt: skip
    return [
        *box(0, 0.12, 0, 4.8, 0.7, 3.4, wooden(WALNUT), OILED, edge=0.08, cell=0.2),
        *box(0, 0.82, 0, 4.6, 0.04, 3.2, "#2c2c2e", SATIN, edge=0.02),
        *at(-0.5, 0.86, 0, drum(1.58, 0.12, "#b9bcbe", STEEL, around=60)),
        *at(-0.5, 0.98, 0, disc),
        *at(-0.5, 1.02, 0, drum(0.05, 0.2, "#dddddd", CHROME, lip=0.02, around=12)),
        *at(1.75, 0.84, -1.05, drum(0.4, 0.26, "#c7cacb", STEEL)),
        *pipe("1.75,1.25,-1.25 1.78,1.28,-0.6 1.75,1.26,0.5 1.35,1.2,0.95 0.75,1.12,1.05", 0.05, "#d9dbdc", CHROME),
        *box(0.68, 1.02, 1.06, 0.34, 0.14, 0.2, "#222224", SATIN, edge=0.04),
        *at(1.7, 0.84, 1.15, drum(0.22, 0.14, "#d0d2d3", STEEL), drum(0.12, 0.1, "#d0d2d3", STEEL).moved(x=-0.6)),
    ]


def floor_lamp(shade: str) -> Thing:
    lit = lathe(
        "0.95,0 1.0,0 1.0,0 0.62,1.25 0.62,1.25 0.58,1.25",
        colour(shade),
        Material(sheen=0.1, through=0.4, glow=0.55),
        fine=(60, 24),
        both_sides=True,
    )
    return [
        *at(0, 0, 0, drum(0.9, 0.14, "#26282a", SATIN)),
        *bar((0, 0.1, 0), (0, 6.3, 0), 0.05, "#b8904f", CHROME),
        *at(0, 5.4, 0, lit),
    ]


def shelves(wood: str, name: str) -> Thing:
    grain, dice = wooden(wood), Dice(name)
    tones = ("#b8432f", "#2f5d6b", "#e0b04a", "#4b6b3f", "#efe6d4", "#6a4580", "#34495e", "#d98a5b")
    things: list[Thing] = [box(x, 0, 0, 0.16, 6.2, 1.2, grain, OILED, edge=0.03) for x in (-1.9, 1.9)]
    things.append(box(0, 0, -0.56, 3.8, 6.2, 0.06, grain, OILED))
    for row in range(5):
        y = 0.2 + row * 1.48
        things.append(box(0, y, 0, 3.66, 0.14, 1.2, grain, OILED, edge=0.03))
        x = -1.72
        while row < 4 and x < 1.3 - dice.throw(0, 0.9):
            wide, high = dice.throw(0.14, 0.34), dice.throw(0.8, 1.2)
            things.append(
                box(
                    x + wide / 2,
                    y + 0.14,
                    0.05,
                    wide - 0.02,
                    high,
                    dice.throw(0.75, 0.95),
                    dice.pick(tones),
                    SATIN,
                    edge=0.03,
                )
            )
            x += wide
    pot = lathe(
        "0,0 0,0 0.34,0 0.34,0 0.42,0.6 0.42,0.6 0.36,0.6 0.34,0.5 0,0.5", colour("#c96f4a"), RAW, fine=(36, 20)
    )
    leaves = [
        wire(
            [
                (0, 0.5, 0),
                (0.5 * math.cos(a), 1.1, 0.4 * math.sin(a)),
                (0.8 * math.cos(a), 0.8 + 0.2 * math.sin(a), 0.6 * math.sin(a)),
            ],
            0.13,
            colour("#4f7a43"),
        )
        for a in (k * 0.7 for k in range(9))
    ]
    return [*each(things), *at(-1.1, 6.26, 0.05, pot, *leaves)]


def skateboard(tone: str) -> Thing:
    deck = outline("-3.1,-0.3 -3.3,0 -3.1,0.3 -2.4,0.62 2.4,0.62 3.1,0.3 3.3,0 3.1,-0.3 2.4,-0.62 -2.4,-0.62", 100)
    top = plate(
        0,
        0,
        0,
        deck,
        0.12,
        lambda u, v, p: colour("#f0e3c4") if abs(p[0] + p[1] * 0.6) % 1.6 < 0.28 and abs(p[0]) < 2.2 else colour(tone),
        SATIN,
        bevel=0.03,
        cell=0.14,
    )
    bent = [p.each(lambda q: (q[0], q[1], q[2] - 0.35 * max(0.0, abs(q[0]) - 2.2) ** 2)) for p in top]
    trucks = [
        facing(drum(0.12, 0.3, "#b8bcbe", STEEL), x, 0, 0.05) + bar((x, -0.8, 0.4), (x, 0.8, 0.4), 0.09, "#b8bcbe")
        for x in (-2.0, 2.0)
    ]
    wheels = [
        moved(
            [drum(0.3, 0.36, "#f2ecdf", SATIN, lip=0.09), drum(0.13, 0.38, "#26282a", STEEL, lip=0.03)],
            x,
            y - 0.18,
            0.42,
        )
        for x in (-2.0, 2.0)
        for y in (-0.75, 0.75)
    ]
    return [*bent, *each(trucks), *each(wheels)]


def laptop(tone: str, picture: Sequence[str]) -> Thing:
    metal = Material(metal=True, rough=0.4)
    first, second, third = map(colour, picture)
    sky: Callable[[float, float, Vec], RGB] = lambda u, v, p: (
        third if p[1] < 0.75 + 0.35 * math.sin(p[0] * 1.3) else mix(first, second, (p[1] - 0.5) / 2.2)
    )
    screen = [
        block(4.6, 3.0, 0.12, colour(tone), metal, edge=0.05),
        *box(0, 0.11, 0.06, 4.4, 2.78, 0.04, "#121315", SATIN, edge=0.02),
        *lying_on(
            box(0, 0.3, 0.08, 4.2, 2.5, 0.03, sky, Material(gloss=0.5, rough=0.2, glow=0.55), edge=0.01, cell=0.08), 0.9
        ),
    ]
    keys = [
        box(-1.75 + 0.36 * k, 0.2, -0.55 + 0.36 * row, 0.31, 0.05, 0.3, "#1f2022", SATIN, edge=0.04)
        for row in range(4)
        for k in range(11)
    ]
    return [
        *moved(turned(screen, "x", -18), 0, 0.18, -1.5),
        *box(0, 0, 0, 4.6, 0.2, 3.1, tone, metal, edge=0.09, cell=0.2),
        *each(keys),
        *box(0, 0.19, 1.05, 1.5, 0.03, 0.75, dim(colour(tone), 0.85), metal, edge=0.02),
    ]


def headphones(tone: str, pad: str = "#26272a") -> Thing:
    band = pipe(
        [(-1.75, 1.6, 0), (-1.7, 3.0, 0), (-1.0, 4.1, 0), (0, 4.45, 0), (1.0, 4.1, 0), (1.7, 3.0, 0), (1.75, 1.6, 0)],
        0.16,
        tone,
        SATIN,
        90,
    )
    under = pipe(
        [(-1.2, 3.55, 0), (-0.75, 4.0, 0), (0, 4.2, 0), (0.75, 4.0, 0), (1.2, 3.55, 0)], 0.24, pad, LEATHER, 50
    )
    cups: Thing = []
    for side in (-1, 1):
        shell = lathe("0,0 0,0 0.8,0 1.0,0.18 1.02,0.5 1.02,0.5 0.4,0.56 0,0.56", colour(tone), SATIN, fine=(48, 30))
        ear = lathe("0,0 0,0 1.0,0 1.12,0.18 1.0,0.42 0.6,0.4 0.5,0.2 0,0.2", colour(pad), LEATHER, fine=(48, 36))
        pair = [*moved([ear], 0, 0.5, 0), shell]
        cups += moved(turned(pair, "z", -90 if side < 0 else 90), side * 2.0, 1.35, 0)
    return [*band, *under, *cups]


def keyboard() -> Thing:
    ivory, ebony = colour("#f6f2e6"), colour("#17181a")
    white = [box(-3.1 + 0.31 * k, 0.42, 0.42, 0.29, 0.12, 1.5, ivory, GLAZED, edge=0.04) for k in range(21)]
    black = [
        box(-2.945 + 0.31 * k, 0.5, 0.1, 0.17, 0.2, 0.9, ebony, SATIN, edge=0.04)
        for k in range(20)
        if k % 7 not in (2, 6)
    ]
    knobs = [at(-2.6 + 0.5 * k, 0.66, -0.75, drum(0.14, 0.14, "#d9dbdc", STEEL, around=20)) for k in range(4)]
    return [
        *box(0, 0, -0.1, 7.0, 0.42, 2.8, ebony, SATIN, edge=0.1, cell=0.25),
        *box(0, 0.4, -0.8, 6.8, 0.26, 1.0, ebony, SATIN, edge=0.08, cell=0.25),
        *box(0.9, 0.66, -0.8, 1.5, 0.02, 0.5, "#5fd0c0", Material(glow=0.8), edge=0.01),
        *each(white),
        *each(black),
        *each(knobs),
    ]


def washing_machine() -> Thing:
    white = Material(gloss=0.9, rough=0.15)
    ring = lathe("0.9,0 1.25,0 1.3,0.12 1.2,0.25 0.95,0.2 0.88,0", colour("#cfd4d7"), STEEL, fine=(60, 30))
    pane = skin(ball(0.92, 0.4), 40, 20, colour("#2b3a44"), GLAZED)
    return [
        *box(0, 0.12, 0, 3.6, 5.0, 3.4, "#f3f2ee", white, edge=0.14, cell=0.25), *box(0, 0, 0, 3.3, 0.14, 3.1, "#2a2b2d"),
        *box(0, 4.15, 1.68, 3.4, 0.78, 0.08, "#e3e5e4", white, edge=0.04), *box(-1.0, 4.28, 1.74, 1.1, 0.5, 0.04, "#d5d8d8", white, edge=0.03),
        *box(0.75, 4.35, 1.74, 0.9, 0.36, 0.04, "#20343a", Material(glow=0.3), edge=0.02), *facing(drum(0.24, 0.16, "#c7cccf", STEEL), 0.0, 4.53, 1.72),
        *facing(ring, 0, 2.3, 1.66), *facing(pane, 0, 2.3, 1.62),
    ]  # fmt: skip


def drawers(wood: str, knob: str = "#c79a4e") -> Thing:
    grain = wooden(wood)
    legs = [bar((x, 0.5, z), (x * 1.06, 0, z * 1.05), 0.12, grain, OILED) for x in (-1.9, 1.9) for z in (-0.8, 0.8)]
    fronts = [
        box(0, 0.68 + 1.02 * k, 1.02, 4.1, 0.92, 0.12, wooden(wood, (0.9, 12, 12)), OILED, edge=0.04, cell=0.15)
        for k in range(3)
    ]
    knobs = [
        facing(drum(0.12, 0.22, knob, CHROME, lip=0.05, around=20), x, 1.15 + 1.02 * k, 1.06)
        for k in range(3)
        for x in (-1.1, 1.1)
    ]
    return [
        *each(legs),
        *box(0, 0.5, 0, 4.4, 3.35, 2.1, grain, OILED, edge=0.05),
        *box(0, 3.82, 0, 4.6, 0.14, 2.25, grain, OILED, edge=0.05),
        *each(fronts),
        *each(knobs),
    ]


def suitcase(tone: str, strap: str = "#6b4226") -> Thing:
    shell = Material(gloss=0.6, rough=0.35)
    straps = [box(x, 0, 0, 0.34, 3.24, 1.54, strap, LEATHER, edge=0.1, cell=0.2) for x in (-1.3, 1.3)]
    buckles = [box(x, 2.1, 0.78, 0.46, 0.4, 0.06, "#c9a45c", CHROME, edge=0.05) for x in (-1.3, 1.3)]
    corners = [box(sx * 2.24, y, 0, 0.5, 0.5, 1.52, strap, LEATHER, edge=0.2) for sx in (-1, 1) for y in (0, 2.72)]
    grip = pipe("-0.7,3.2,0 -0.62,3.55,0 0,3.66,0 0.62,3.55,0 0.7,3.2,0", 0.12, strap, LEATHER)
    return [
        *box(0, 0, 0, 4.9, 3.2, 1.46, woven(tone), shell, edge=0.3, cell=0.18),
        *each(straps),
        *each(corners),
        *each(buckles),
        *grip,
    ]


def telescope() -> Thing:
    tube = [
        lathe(
            "0,0 0,0 0.36,0 0.36,0 0.36,0.7 0.5,0.72 0.5,4.3 0.5,4.3 0.58,4.3 0.58,5.1 0.5,5.1 0.5,4.8 0,4.8",
            lambda u, v, p: colour("#22303c") if p[1] > 4.28 or p[1] < 0.72 else colour("#f2efe8"),
            SATIN,
            fine=(48, 60),
        )
    ]
    eyepiece = pipe([(0, 0.05, 0), (0, -0.5, 0), (0.0, -0.7, 0.3)], 0.2, "#1d1e20", SATIN)
    finder = bar((0.62, 1.2, 0), (0.62, 2.6, 0), 0.13, "#1d1e20", SATIN)
    legs = [
        bar((0, 3.6, 0), (2.0 * math.cos(a), 0, 2.0 * math.sin(a)), 0.1, wooden(BEECH), OILED) for a in (0.5, 2.6, 4.7)
    ]
    return [
        *each(legs),
        *at(0, 3.5, 0, drum(0.3, 0.5, "#26282a", SATIN)),
        *moved(turned([*tube, *eyepiece, *finder], "z", 52), 1.75, 2.9, 0),
    ]


def radio(tone: str) -> Thing:
    slots = [box(-0.75, 0.55 + 0.22 * k, 0.78, 2.2, 0.1, 0.06, "#3b2416", RAW, edge=0.03) for k in range(8)]
    return [
        *box(0, 0.1, 0, 4.6, 2.8, 1.5, tone, Material(gloss=0.8, rough=0.2), edge=0.4, cell=0.2), *box(-0.75, 0.4, 0.72, 2.5, 2.1, 0.08, "#e9dcbd", SATIN, edge=0.04),
        *each(slots), *facing(drum(0.62, 0.1, "#f0e6cc", SATIN, around=48), 1.35, 1.9, 0.74), *facing(drum(0.16, 0.2, "#b98b43", CHROME, around=24), 1.35, 1.9, 0.8),
        *facing(drum(0.22, 0.18, "#3b2416", SATIN, around=24), 1.0, 0.72, 0.72), *facing(drum(0.22, 0.18, "#3b2416", SATIN, around=24), 1.75, 0.72, 0.72),
        *bar((1.7, 2.85, -0.4), (2.9, 5.1, -0.5), 0.03, "#d8dadb", CHROME),
    ]  # fmt: skip


def bricks(name: str) -> Thing:
    """Building bricks, half a castle."""
    dice, tones, parts = Dice(name), ("#d23f31", "#2f6fb0", "#f2c230", "#3f9a55", "#f3efe6"), []
    for x in range(-4, 5):
        for z in range(-2, 3):
            high = max(0, round(3.4 - abs(x) * 0.55 - abs(z) * 0.5 + dice.throw(-0.9, 0.9)))
            parts += [
                box(x * 0.7, y * 0.5, z * 0.7, 0.68, 0.48, 0.68, dice.pick(tones), GLAZED, edge=0.03)
                for y in range(high)
            ]
            if high:
                stud = drum(0.2, 0.12, dice.pick(tones), GLAZED, lip=0.03, around=16)
                parts.append(at(x * 0.7, high * 0.5, z * 0.7, stud))
    return each(parts)


def surfboard(tone: str) -> Thing:
    shape = outline(
        "0,0 0.55,0.25 0.95,1.6 1.12,3.4 0.95,5.4 0.5,7.0 0,7.7 -0.5,7.0 -0.95,5.4 -1.12,3.4 -0.95,1.6 -0.55,0.25", 110
    )
    stripe, white, band = colour(tone), colour("#fbf4e4"), colour("#1f4f63")
    paint: Callable[[float, float, Vec], RGB] = lambda u, v, p: (
        band if abs(p[0]) < 0.05 else stripe if 2.4 < p[1] < 4.6 else dim(stripe, 0.8) if 4.7 < p[1] < 4.9 else white
    )
    return plate(0, 0, 0, shape, 0.24, paint, GLAZED, bevel=0.1, cell=0.12)


def _shown(
    thing: Thing,
    backdrop: Backdrop,
    *,
    zoom: float,
    high: float,
    yaw: float = -26,
    pitch: float = 14,
    side: float = 0.0,
) -> Stage:
    """`high` is the height that the camera looks at."""
    stage = standing(backdrop, zoom=zoom, yaw=yaw, pitch=pitch, target=(side, high, 0))
    stage.mixed = True
    return stage.put(thing)


def _leaning(thing: Thing, degrees: float) -> Thing:
    return turned(thing, "x", degrees)


PICTURES: dict[str, Callable[[], Stage]] = {
    "bazar-sofa-green": lambda: _shown([*sofa("#4d7c63", 3), *at(-1.7, 1.45, 0.1, cushion("#f0c44c"), turn=14, lean=8)], HALL, zoom=150, high=1.5),
    "bazar-sofa-blue": lambda: _shown([*sofa("#39587f", 2, OAK), *at(1.0, 1.45, 0.1, cushion("#e0674a"), turn=-12, lean=-8)], STUDY, zoom=180, high=1.5),
    "bazar-armchair": lambda: _shown(sized(sofa("#d9952f", 1), 1.2), ROOM, zoom=205, high=1.6, yaw=-34),
    "bazar-camera": lambda: _shown(camera("#2a2320"), DESK, zoom=190, high=1.3, yaw=-28, pitch=18),
    "bazar-camera-tan": lambda: _shown(camera("#8d5a35"), BLUE, zoom=190, high=1.3, yaw=24, pitch=14),
    "bazar-books": lambda: _shown(book_stack(("#2f5d6b", "#b8432f", "#e0b04a", "#efe6d4", "#4b6b3f", "#34495e", "#d98a5b"), "crime"), STUDY, zoom=180, high=1.6, yaw=-20, pitch=16),
    "bazar-cookbooks": lambda: _shown(book_stack(("#d2503a", "#f3e3bd", "#6f8f4f", "#e9a23b", "#7a3550"), "cooking"), ROOM, zoom=195, high=1.2, yaw=18, pitch=20),
    "bazar-car-red": lambda: _shown(car("#c5342b"), YARD, zoom=122, high=1.35, yaw=-32, pitch=11),
    "bazar-estate-blue": lambda: _shown(car("#3a6f96", estate=True), YARD, zoom=122, high=1.35, yaw=-32, pitch=11),
    "bazar-guitar": lambda: _shown(_leaning(guitar("#d9a15c"), -8), STUDY, zoom=128, high=4.1, yaw=-20, pitch=8),
    "bazar-record-player": lambda: _shown(record_player(), HALL, zoom=180, high=0.7, yaw=-26, pitch=34),
    "bazar-chairs": lambda: _shown([*chair(BEECH, "#3f7a78", -1.5, -0.7, 24), *chair(BEECH, "#3f7a78", 1.4, 0.6, -18)], DESK, zoom=168, high=1.9, yaw=-14),
    "bazar-table": lambda: _shown(table(OAK), ROOM, zoom=165, high=1.3, yaw=-32, pitch=20),
    "bazar-floor-lamp": lambda: _shown(floor_lamp("#f7dfa8"), BLUE, zoom=148, high=3.35, yaw=-20, pitch=6),
    "bazar-shelves": lambda: _shown(shelves(PINE, "shelves"), HALL, zoom=132, high=3.7, yaw=-26, pitch=9),
    "bazar-skateboard": lambda: _shown(moved(turned(turned(skateboard("#d2452f"), "x", 90), "z", 0), 0, 0.72, 0), YARD, zoom=165, high=0.5, yaw=-30, pitch=22),
    "bazar-laptop": lambda: _shown(laptop("#b9bdc1", ("#f6b26b", "#5b6fb5", "#273b5e")), DESK, zoom=180, high=1.2, yaw=-26, pitch=20),
    "bazar-headphones": lambda: _shown(turned(headphones("#e8e2d6"), "y", 20), STUDY, zoom=190, high=2.2, yaw=-24, pitch=10),
    "bazar-keyboard": lambda: _shown(keyboard(), BLUE, zoom=142, high=0.4, yaw=-24, pitch=34),
    "bazar-washing-machine": lambda: _shown(washing_machine(), ROOM, zoom=165, high=2.6, yaw=-28, pitch=12),
    "bazar-drawers": lambda: _shown(drawers(WALNUT), STUDY, zoom=170, high=1.95, yaw=-28, pitch=14),
    "bazar-suitcase": lambda: _shown(suitcase("#b57a45"), BLUE, zoom=175, high=1.8, yaw=-26, pitch=13),
    "bazar-telescope": lambda: _shown(telescope(), Backdrop("#33415e", "#8b7a68", "#46587c", horizon=0.66, shape="disc", shape_at=(0.7, 0.24, 0.13)), zoom=135, high=3.1, yaw=-10, pitch=8),
    "bazar-radio": lambda: _shown(radio("#4a8f86"), HALL, zoom=180, high=1.75, yaw=-22, pitch=12),
    "bazar-bricks": lambda: _shown(bricks("castle"), DESK, zoom=165, high=0.9, yaw=-30, pitch=24),
    "bazar-surfboard": lambda: _shown(_leaning(surfboard("#ef8a4f"), -7), BLUE, zoom=130, high=3.9, yaw=-22, pitch=7),
    "bazar-bicycle": lambda: _shown(bicycle("#e0a12f", step_through=True, saddle_tone="#3a2a22", wall="#efe2c4"), YARD, zoom=148, high=1.75, yaw=-22, pitch=8),
    "bazar-racing-bicycle": lambda: _shown(bicycle("#3c8f86", step_through=False, saddle_tone="#2a2a2c", racing=True), STUDY, zoom=148, high=1.75, yaw=-18, pitch=8),
}  # fmt: skip
