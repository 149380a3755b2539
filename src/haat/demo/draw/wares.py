"""What a market on the telephone sells: telephones, things to wear, things to eat; each on one strong colour."""

import math
from collections.abc import Callable, Sequence

from haat.demo.draw.backdrop import Backdrop, Table
from haat.demo.draw.belongings import headphones, laptop
from haat.demo.draw.colour import RGB, colour, dim, mix
from haat.demo.draw.kit import PANE, at, box, drum, each, facing, lying_on, pipe, plate
from haat.demo.draw.lettering import lettered
from haat.demo.draw.materials import CLOTH, GLAZED, OILED, RAW, RUBBER, SATIN, STEEL, wooden
from haat.demo.draw.solid import (
    Material,
    Paint,
    Part,
    Surface,
    Thing,
    ball,
    block,
    lathe,
    marks,
    moved,
    outline,
    rod,
    rounded,
    skin,
    slab,
    turned,
    wire,
)
from haat.demo.draw.space import Dice, Vec, noise
from haat.demo.draw.stage import Stage, lying, standing

VIOLET = Backdrop("#3a2a7a", "#5a46a8", "#6f57d8", horizon=0.62, shape="disc", shape_at=(0.5, 0.42, 0.31))
TEAL = Backdrop("#0d5c63", "#1d8288", "#17a398", horizon=0.62, shape="arch", shape_at=(0.5, 0.38, 0.3))
CORAL = Backdrop("#e8543f", "#f28b6d", "#ffb07c", horizon=0.62, shape="disc", shape_at=(0.52, 0.42, 0.31))
SUN = Backdrop("#f5b301", "#f8ca4d", "#ffe08a", horizon=0.62, shape="disc", shape_at=(0.5, 0.42, 0.31))
NIGHT = Backdrop("#15172b", "#2b2f52", "#3b3f86", horizon=0.62, shape="disc", shape_at=(0.5, 0.42, 0.31))
MINT = Backdrop("#4cc38a", "#85dbb2", "#b8efd4", horizon=0.62, shape="arch", shape_at=(0.5, 0.38, 0.3))
PINK = Backdrop("#e2477f", "#ef86ab", "#ffb3cc", horizon=0.62, shape="disc", shape_at=(0.5, 0.42, 0.31))

SHELL = Material(gloss=1.0, rough=0.12)
LIT = Material(gloss=0.6, rough=0.1, glow=0.5)


def telephone(tone: str, sky: Sequence[str]) -> Thing:
    """Two of it: one shows its face, the other its back."""
    first, second = map(colour, sky)
    waves: Callable[[float, float, Vec], RGB] = lambda u, v, p: mix(
        first, second, 0.5 + 0.5 * math.sin(p[0] * 2.2 + 1.7 * math.sin(p[1] * 0.9))
    )
    tiles = [
        box(-0.72 + 0.48 * k, 0.5 + 0.5 * row, 0.17, 0.36, 0.36, 0.03, t, LIT, edge=0.1, cell=0.2)
        for row in range(3)
        for k, t in enumerate(("#ffffff", "#ffd166", "#ef476f", "#06d6a0"))
    ]
    face = [
        *plate(0, 0, 0, rounded(2.5, 5.2, 0.34), 0.3, tone, SHELL, bevel=0.08, cell=0.2),
        *plate(0, 0, 0.15, rounded(2.3, 5.0, 0.28), 0.04, waves, LIT, bevel=0.01, cell=0.12),
        *moved(each(tiles), 0, -2.3, 0),
        *facing(drum(0.08, 0.02, "#0a0a0c", GLAZED, around=20), 0, 2.2, 0.17),
    ]
    lenses = [
        facing(
            lathe(
                "0,0 0,0 0.36,0 0.36,0.1 0.3,0.16 0.24,0.1 0,0.1",
                lambda u, v, p: colour("#10131c") if v > 0.7 else colour("#c9ccd2"),
                GLAZED,
                fine=(36, 30),
            ),
            -0.62,
            1.85 - 0.85 * k,
            0.2,
        )
        for k in range(2)
    ]
    back = [
        *plate(0, 0, 0, rounded(2.5, 5.2, 0.34), 0.3, tone, SHELL, bevel=0.1, cell=0.2),
        *plate(-0.62, 1.42, 0.17, rounded(1.05, 1.9, 0.34), 0.1, dim(colour(tone), 0.9), SHELL, bevel=0.04, cell=0.2),
        *each(lenses),
    ]
    return [
        *moved(turned(turned(back, "x", -7), "y", 12), 1.05, 2.6, -0.9),
        *moved(turned(turned(face, "x", -7), "y", -6), -0.85, 2.6, 0.5),
    ]


def watch(strap: str) -> Thing:
    """Closed and standing on its band."""
    band = [
        rod(
            [
                (1.7 * math.cos(a), 1.9 + 1.75 * math.sin(a), 0)
                for a in (math.pi * (0.5 + 0.06 + 1.88 * k / 16) for k in range(17))
            ],
            0.1,
            colour(strap),
            RUBBER,
            wide=6.0,
            side=(0, 0, 1),
            fine=(28, 70),
        )
    ]
    dial: Callable[[float, float, Vec], RGB] = lambda u, v, p: (
        colour("#2de2b0")
        if 0.62 < math.hypot(p[0], p[1]) < 0.74 and math.atan2(p[1], p[0]) > -1.9
        else colour("#ff5d73")
        if 0.44 < math.hypot(p[0], p[1]) < 0.55 and math.atan2(p[1], p[0]) < 1.2
        else colour("#0d0f16")
    )
    case = [
        *plate(
            0, 0, 0, rounded(2.0, 2.3, 0.62), 0.55, "#3b3f46", Material(metal=True, rough=0.25), bevel=0.18, cell=0.15
        ),
        *plate(0, 0, 0.27, rounded(1.76, 2.06, 0.52), 0.05, dial, LIT, bevel=0.02, cell=0.05),
    ]
    crown = [drum(0.16, 0.2, "#ff8c42", STEEL, around=20).turned("z", -90).moved(1.0, 0.3, 0)]
    return [*turned(band, "y", 90), *moved([*case, *crown], 0, 1.95, 1.75)]


def speaker(tone: str) -> Thing:
    mesh: Callable[[float, float, Vec], RGB] = lambda u, v, p: (
        dim(colour(tone), 0.62)
        if (math.floor(p[1] * 11) + math.floor(math.atan2(p[2], p[0]) * 22)) % 2
        else colour(tone)
    )
    return [
        *at(0, 0, 0, drum(1.32, 0.3, "#1c1d22", RUBBER)),
        lathe("1.3,0.25 1.4,0.5 1.4,3.6 1.3,3.85", mesh, Material(sheen=0.2), fine=(110, 60)),
        *at(
            0,
            3.8,
            0,
            drum(1.3, 0.26, "#1c1d22", RUBBER),
            drum(0.9, 0.05, "#2de2b0", Material(glow=0.9), around=48).moved(y=0.25),
            drum(0.78, 0.07, "#1c1d22", RUBBER, around=48).moved(y=0.26),
        ),
        *pipe("1.3,3.3,0.3 1.75,3.2,0.5 1.7,2.2,0.6 1.35,2.0,0.4", 0.12, "#1c1d22", RUBBER),
    ]


def power_bank(tone: str) -> Thing:
    dots = [
        facing(drum(0.06, 0.02, "#2de2b0", Material(glow=1.2), around=14), -0.5 + 0.26 * k, 3.1, 0.46) for k in range(4)
    ]
    wires = pipe("0,3.9,0 0.1,4.6,0 1.5,4.7,0.3 2.2,3.0,0.6 2.0,0.2,0.9 2.9,0.14,1.8", 0.1, "#f4f2ec", RUBBER, 90)
    return [*box(0, 0, 0, 2.4, 3.9, 0.9, tone, SATIN, edge=0.32, cell=0.2), *each(dots), *wires]


def tablet(sky: Sequence[str]) -> Thing:
    first, second, third = map(colour, sky)
    hills: Callable[[float, float, Vec], RGB] = lambda u, v, p: (
        third
        if p[1] < -0.9 + 0.4 * math.sin(p[0] * 1.1)
        else mix(second, first, (p[1] + 1.2) / 3)
        if math.hypot(p[0] - 1.2, p[1] - 0.7) > 0.5
        else colour("#fff0b5")
    )
    face = [
        *plate(0, 0, 0, rounded(6.0, 4.2, 0.36), 0.26, "#c3c7cc", SHELL, bevel=0.07, cell=0.25),
        *plate(0, 0, 0.13, rounded(5.6, 3.8, 0.2), 0.03, hills, LIT, bevel=0.01, cell=0.1),
    ]
    stand = plate(0, 0.9, -1.2, rounded(2.6, 1.8, 0.2), 0.14, "#3b3f46", SATIN)
    return [*turned(stand, "x", 30), *moved(turned(face, "x", -14), 0, 2.15, 0)]


def earbuds(tone: str) -> Thing:
    tray = [block(3.3, 1.5, 2.0, colour(tone), SHELL, edge=0.6, cell=0.2)]
    lid = [block(3.3, 0.8, 2.0, colour(tone), SHELL, edge=0.38, cell=0.2)]
    inside = lying_on([block(2.9, 0.06, 1.6, colour("#24262d"), SATIN, edge=0.03).moved(y=1.46)])
    buds = [
        [
            skin(ball(0.42), 30, 20, colour("#fbfaf6"), GLAZED).moved(x, 1.75, 0.1),
            rod([(x, 1.7, 0.1), (x + 0.02, 1.2, 0.45)], 0.17, colour("#fbfaf6"), GLAZED, fine=(18, 14)),
        ]
        for x in (-0.75, 0.75)
    ]
    buds = [lying_on(bud, 0.9) for bud in buds]
    single = [
        skin(ball(0.42), 30, 20, colour("#fbfaf6"), GLAZED).moved(2.6, 0.42, 1.2),
        rod([(2.65, 0.42, 1.25), (3.5, 0.2, 1.5)], 0.17, colour("#fbfaf6"), GLAZED, fine=(18, 20)),
    ]
    return [*moved(turned(lid, "x", -64), 0, 1.55, -1.05), *tray, *inside, *each(buds), *single]


def sneaker(tone: str, accent: str, x: float = 0.0, z: float = 0.0, turn: float = 0.0) -> Thing:
    upper = outline(
        "-2.5,0.5 1.2,0.5 2.5,0.52 2.75,0.9 2.2,1.35 1.0,1.75 0.3,2.45 -0.2,2.75 -1.1,2.45 -1.9,2.85 -2.5,2.75 -2.65,1.5",
        110,
    )
    sole = outline("-2.7,0 -1.0,0.02 0.5,0.0 2.4,0.12 2.9,0.5 2.85,0.75 2.3,0.62 -2.65,0.6 -2.8,0.3", 110)
    stripe = colour(accent)
    cloth: Callable[[float, float, Vec], RGB] = lambda u, v, p: (
        stripe
        if abs(p[1] - 1.15 - 0.22 * (p[0] + 0.4) ** 2) < 0.17 and -1.7 < p[0] < 1.0
        else dim(colour(tone), 0.82)
        if p[0] > 1.75 or p[0] < -2.1
        else colour(tone)
    )
    body = [
        p.each(lambda q: (q[0], q[1], q[2] * _breadth_of_foot(q[0]) * (1 - 0.26 * max(0.0, (q[1] - 0.6) / 2.2))))
        for p in plate(0, 0, 0, upper, 1.9, cloth, Material(sheen=0.15), bevel=0.42, cell=0.1)
    ]
    foot = [
        p.each(lambda q: (q[0], q[1], q[2] * _breadth_of_foot(q[0])))
        for p in plate(0, 0, 0, sole, 2.1, "#f7f4ec", RUBBER, bevel=0.14, cell=0.15)
    ]
    laces = [
        rod(
            [(0.95 - 0.3 * k, 1.82 + 0.21 * k, 0.42 - 0.02 * k), (0.95 - 0.3 * k, 1.9 + 0.21 * k, -0.4)],
            0.07,
            colour("#ffffff"),
            CLOTH,
            fine=(12, 12),
        )
        for k in range(4)
    ]
    mouth = plate(-1.15, 2.58, 0, outline("-0.9,0 0.9,0 0.75,0.1 -0.8,0.12", 40), 0.9, dim(colour(accent), 0.6), CLOTH)
    return moved(
        turned([*foot, *body, *mouth, *laces], "y", turn),
        x,
        0,
        z,
    )


def _breadth_of_foot(x: float) -> float:
    """Its share of the broadest place, from heel to toe."""
    ball_of_it = 0.74 + 0.26 * math.exp(-(((x - 1.1) / 1.1) ** 2))
    end = max(0.0, (x - 1.9) / 1.15, (-2.0 - x) / 1.0)
    return ball_of_it * math.sqrt(max(0.08, 1 - min(end, 1.0) ** 2))


_SHIRT = "-1.0,3.1 -0.5,2.75 0,2.65 0.5,2.75 1.0,3.1 2.1,2.75 3.3,1.1 2.55,0.5 1.85,1.3 1.85,1.3 1.8,-3.1 1.8,-3.1 0,-3.2 -1.8,-3.1 -1.8,-3.1 -1.85,1.3 -1.85,1.3 -2.55,0.5 -3.3,1.1 -2.1,2.75"


def shirt(paint: Paint) -> Thing:
    collar = rod(
        [(-1.0, 3.1, 0.16), (-0.5, 2.72, 0.2), (0, 2.6, 0.2), (0.5, 2.72, 0.2), (1.0, 3.1, 0.16)],
        0.09,
        paint(0, 0, (9, 9, 9)) if callable(paint) else paint,
        CLOTH,
        fine=(12, 40),
    )
    return [*slab(outline(_SHIRT, 180), 0.14, _creased(paint), CLOTH, bevel=0.1, cell=0.1), collar]


def dress(paint: Paint) -> Thing:
    cut = "-0.85,3.4 -0.45,2.9 0,2.75 0.45,2.9 0.85,3.4 1.2,3.35 1.3,2.2 1.0,0.9 1.0,0.9 2.7,-3.3 2.7,-3.3 0,-3.6 -2.7,-3.3 -2.7,-3.3 -1.0,0.9 -1.0,0.9 -1.3,2.2 -1.2,3.35"
    belt = rod([(-1.05, 0.95, 0.2), (0, 0.85, 0.24), (1.05, 0.95, 0.2)], 0.12, colour("#f2b632"), CLOTH, fine=(12, 30))
    return [*slab(outline(cut, 180), 0.14, _creased(paint), CLOTH, bevel=0.1, cell=0.05), belt]


def _creased(paint: Paint) -> Callable[[float, float, Vec], RGB]:
    def figure(u: float, v: float, p: Vec) -> RGB:
        tone = paint(u, v, p) if callable(paint) else paint
        return dim(tone, 0.84 + 0.2 * noise(p[0] * 0.9 + 0.4 * p[1], p[1] * 0.45, 3.0))

    return figure


def shweshwe(ground: str, dots: str) -> Callable[[float, float, Vec], RGB]:
    """The printed cotton of the Cape: rings of dots in rows."""
    dark, light = colour(ground), colour(dots)

    def paint(u: float, v: float, p: Vec) -> RGB:
        x, y = (p[0] * 1.25 + 50) % 1 - 0.5, (p[1] * 1.25 + 50) % 1 - 0.5
        far, angle = math.hypot(x, y), math.atan2(y, x)
        petal = 0.28 + 0.1 * math.cos(6 * angle)
        return light if far < 0.08 or abs(far - petal) < 0.06 else dark

    return paint


def cap(tone: str, badge: str) -> Thing:
    dome = skin(
        lambda u, v: (
            1.9 * math.cos(2 * math.pi * u) * math.cos(v * math.pi / 2),
            0.15 + 1.75 * math.sin(v * math.pi / 2),
            2.05 * math.sin(2 * math.pi * u) * math.cos(v * math.pi / 2),
        ),
        72,
        30,
        lambda u, v, p: dim(colour(tone), 0.8) if abs((u * 6) % 1 - 0.5) > 0.475 else colour(tone),
        CLOTH,
    )
    brim = skin(
        lambda u, v: (
            (1.9 + 0 * v) * math.cos(math.pi * (u - 1)) * (1 - 0.02 * v),
            0.2 + 0.12 * math.sin(math.pi * u) - 0.34 * v * v * 0.5,
            1.0 + 0.95 * math.sin(math.pi * u) + 1.5 * v * math.sin(math.pi * u),
        ),
        50,
        24,
        dim(colour(tone), 0.86),
        CLOTH,
        both_sides=True,
    )
    button = [skin(ball(0.14, 0.7), 16, 10, colour(badge), SATIN).moved(0, 1.92, 0)]
    sign = lying_on(
        [block(0.95, 0.7, 0.08, colour(badge), SATIN, edge=0.2, cell=0.2).turned("x", -28).moved(0, 0.85, 1.78)], 0.9
    )
    return [dome, *button, brim, *sign]


def sunglasses(tone: str, glass: str) -> Thing:
    lens = outline("-1.05,0.55 0,0.62 0.95,0.5 1.0,-0.1 0.55,-0.75 -0.45,-0.8 -1.0,-0.2", 80)
    fronts: list[Thing] = []
    for x, flip in ((-1.3, 1), (1.3, -1)):
        ring = [(flip * a, b) for a, b in lens] if flip > 0 else [(-a, b) for a, b in reversed(lens)]
        fronts.append(plate(x, 0, 0, [(a * 1.16, b * 1.2) for a, b in ring], 0.2, tone, SHELL, bevel=0.06, cell=0.15))
        fronts.append(
            plate(
                x,
                0,
                0.07,
                ring,
                0.14,
                lambda u, v, p: mix(colour(glass), colour("#0e1020"), 0.5 - 0.6 * p[1]),
                PANE,
                bevel=0.03,
                cell=0.12,
            )
        )
    arms = [
        rod([(x, 0.45, 0), (x * 1.02, 0.4, -3.0), (x, -0.3, -3.7)], 0.12, colour(tone), SHELL, fine=(14, 40))
        for x in (-2.45, 2.45)
    ]
    bridge = pipe("-0.3,0.3,0.05 0,0.42,0.08 0.3,0.3,0.05", 0.12, tone, SHELL)
    return moved(turned([*arms, *each(fronts), *bridge], "x", 8), 0, 0.95, 0.8)


def backpack(tone: str, trim: str) -> Thing:
    strap = [
        pipe(f"{x},4.6,-0.9 {x * 1.5},3.9,-1.7 {x * 1.7},1.6,-1.7 {x},0.5,-0.9", 0.2, trim, CLOTH, 60)
        for x in (-1.0, 1.0)
    ]
    zip_ = pipe(
        "-1.75,2.7,0.95 -1.6,4.2,0.9 -0.8,4.85,0.8 0.8,4.85,0.8 1.6,4.2,0.9 1.75,2.7,0.95", 0.07, "#f4f2ec", SATIN, 80
    )
    return [
        *each(strap),
        *box(0, 0, 0, 3.7, 5.0, 2.0, tone, CLOTH, edge=0.75, cell=0.18, bulge=0.12),
        *zip_,
        *box(0, 0.3, 0.95, 2.9, 2.1, 0.8, dim(colour(tone), 0.85), CLOTH, edge=0.3, cell=0.18, bulge=0.1),
        *lying_on(box(0, 2.2, 1.1, 2.6, 0.16, 0.55, trim, SATIN, edge=0.06)),
        *pipe("-0.5,4.95,-0.3 -0.4,5.5,-0.3 0.4,5.5,-0.3 0.5,4.95,-0.3", 0.12, trim, CLOTH),
    ]


def football() -> Thing:
    centres = _icosahedron()

    def paint(u: float, v: float, p: Vec) -> RGB:
        nearest = max(p[0] * c[0] + p[1] * c[1] + p[2] * c[2] for c in centres) / 2.0
        return (
            colour("#16181d")
            if nearest > 0.945
            else dim(colour("#f7f5ef"), 0.9)
            if nearest > 0.93
            else colour("#f7f5ef")
        )

    return [skin(ball(2.0), 230, 140, paint, Material(gloss=0.7, rough=0.25)).moved(y=2.0)]


def _icosahedron() -> list[Vec]:
    g = (1 + math.sqrt(5)) / 2
    size = math.hypot(1, g)
    points = (
        [(0, a, b * g) for a in (-1, 1) for b in (-1, 1)]
        + [(a, b * g, 0) for a in (-1, 1) for b in (-1, 1)]
        + [(b * g, 0, a) for a in (-1, 1) for b in (-1, 1)]
    )
    return [(x / size, y / size, z / size) for x, y, z in points]


def written(
    surface: Surface, text: str, high: float, at_: tuple[float, float], shape: float, width: float, tone: str
) -> Part:
    """Capitals on a surface; `at_` is the (u, v) of their middle, `shape` how much wider one step of u is than one of v."""
    lines = lettered(text, high)
    return marks(
        surface,
        [[(at_[0] - x / shape, at_[1] + y) for x, y in line] for line in lines],
        width,
        colour(tone),
        SATIN,
        lift=0.02,
    )


def front_words(text: str, high: float, x: float, y: float, z: float, tone: str, width: float = 0.09) -> Thing:
    """Capitals standing in the plane z."""
    return lying_on(
        [
            wire([(x + a, y + b, z) for a, b in line], width, colour(tone))
            for line in lettered(text, high)
            if len(line) > 1
        ],
        0.9,
    )


def tin(tone: str, text: str, accent: str) -> Thing:
    band: Callable[[float, float, Vec], RGB] = lambda u, v, p: (
        colour(accent) if p[1] < 0.5 or p[1] > 3.3 else colour(tone)
    )
    return [
        *box(0, 0, 0, 3.0, 3.9, 2.2, band, Material(gloss=0.8, rough=0.2), edge=0.16, cell=0.16),
        *box(0, 3.86, 0, 3.1, 0.55, 2.3, accent, STEEL, edge=0.14),
        *front_words(text, 0.5, 0, 2.3, 1.13, accent),
        *facing(drum(0.5, 0.05, accent, SATIN, around=40), 0, 1.35, 1.08),
    ]


def sauce(tone: str, text: str, drop: str) -> Thing:
    glass = lathe(
        "0,0 0,0 0.95,0 1.0,0.1 1.0,3.0 0.85,3.5 0.42,4.2 0.38,4.9 0,4.9",
        colour(tone),
        Material(gloss=1.3, rough=0.06, through=0.3),
        fine=(60, 60),
    )
    label = lathe(
        "1.02,0.8 1.02,2.7",
        lambda u, v, p: colour("#fff6e3") if 0.08 < v < 0.92 else colour(drop),
        SATIN,
        fine=(60, 20),
    )
    lid = drum(0.46, 0.7, drop, SATIN)
    return [
        glass,
        *lying_on([label]),
        *at(0, 4.75, 0, lid),
        *front_words(text, 0.34, 0, 1.75, 1.05, drop, 0.07),
        *front_words("HOT", 0.24, 0, 1.15, 1.05, drop, 0.05),
    ]


def jar(tone: str, lid: str, text: str) -> Thing:
    glass = lathe(
        "0,0 0,0 1.35,0 1.45,0.15 1.45,2.4 1.3,2.75 1.2,2.8 0,2.8",
        colour(tone),
        Material(gloss=1.4, rough=0.05, through=0.4),
        fine=(64, 50),
    )
    label = lathe("1.47,0.5 1.47,1.9", colour("#fff8ea"), SATIN, fine=(64, 16))
    return [
        glass,
        *lying_on([label]),
        *at(0, 2.75, 0, drum(1.35, 0.6, lid, SATIN)),
        *front_words(text, 0.42, 0, 1.0, 1.5, "#7a4a12", 0.08),
    ]


def bag(tone: str, text: str, accent: str, below: str = "") -> Thing:
    body: Callable[[float, float, Vec], RGB] = lambda u, v, p: (
        colour(accent) if p[1] < -1.6 or (abs(p[1] - 1.55) < 0.1) else colour(tone)
    )
    sack = [block(3.3, 4.4, 1.5, body, Material(gloss=0.35, rough=0.4), edge=0.4, cell=0.14, bulge=0.18)]
    return [
        *sack,
        *box(0, 4.3, 0, 2.9, 0.5, 0.16, tone, RAW, edge=0.05, cell=0.14),
        *front_words(text, 0.56, 0, 2.35, 1.0, accent, 0.11),
        *(front_words(below, 0.3, 0, 1.7, 1.0, accent, 0.06) if below else []),
    ]


def carton(tone: str, text: str) -> Thing:
    top = plate(0, 4.0, 0, "-1.25,0 1.25,0 0,1.3", 2.5, "#fdfbf5", SATIN, bevel=0.02, cell=0.2)
    wave: Callable[[float, float, Vec], RGB] = lambda u, v, p: (
        colour(tone) if p[1] < -0.5 + 0.25 * math.sin(2.6 * (p[0] + p[2])) else colour("#fdfbf5")
    )
    return [
        *box(0, 0, 0, 2.5, 4.0, 2.5, wave, SATIN, edge=0.04, cell=0.07),
        *turned(top, "y", 0),
        *box(0, 5.2, 0, 0.12, 0.55, 2.5, "#fdfbf5", SATIN, edge=0.03),
        *front_words(text, 0.55, 0, 2.6, 1.27, tone, 0.1),
        *at(0.55, 4.75, 0.3, drum(0.38, 0.3, tone, SATIN), lean=-46),
    ]


def fruit(x: float, y: float, z: float, radius: float, tone: str, *, leaf: bool = False) -> Thing:
    peel: Callable[[float, float, Vec], RGB] = lambda u, v, p: dim(
        colour(tone), 0.88 + 0.16 * noise(p[0] * 14, p[1] * 14, p[2] * 14)
    )
    parts = [skin(ball(radius, 0.9), 44, 28, peel, Material(gloss=0.5, rough=0.4)).moved(x, y + radius * 0.9, z)]
    if leaf:
        parts.append(
            rod(
                [
                    (x, y + radius * 1.75, z),
                    (x + 0.3, y + radius * 1.95, z + 0.2),
                    (x + 0.8, y + radius * 1.85, z + 0.3),
                ],
                lambda t: 0.02 + 0.2 * math.sin(math.pi * t),
                colour("#3f7d3a"),
                SATIN,
                wide=1.0,
                fine=(12, 20),
            )
        )
    return parts


def crate(tone: str) -> Thing:
    grain = wooden("#d8ad74")
    slats = [box(0, 0.1 + 0.55 * k, z, 4.4, 0.45, 0.1, grain, RAW, edge=0.03) for k in range(3) for z in (-1.5, 1.5)]
    ends = [box(x, 0.1, 0, 0.14, 1.6, 3.0, grain, RAW, edge=0.03) for x in (-2.15, 2.15)]
    dice, heap = Dice("naartjies"), []
    for row, y in enumerate((0.35, 1.05)):
        heap += [
            fruit(
                -1.65 + 0.82 * i + dice.throw(-0.06, 0.06),
                y,
                -1.05 + 0.75 * j,
                0.44,
                tone,
                leaf=row == 1 and (i + j) % 3 == 0,
            )
            for i in range(5)
            for j in range(4)
        ]
    return [*each(slats), *each(ends), *each(heap)]


def avocado(x: float, z: float, turn: float, *, cut: bool = False) -> Thing:
    shape = "0,-1.3 0.75,-1.15 1.15,-0.4 1.0,0.4 0.6,1.0 0.3,1.35 0,1.4"
    if cut:
        half = plate(
            0,
            0,
            0,
            outline(
                "0,-1.3 0.75,-1.15 1.15,-0.4 1.0,0.4 0.6,1.0 0.3,1.35 0,1.4 -0.3,1.35 -0.6,1.0 -1.0,0.4 -1.15,-0.4 -0.75,-1.15",
                80,
            ),
            0.5,
            lambda u, v, p: (
                colour("#2f4a26")
                if p[2] < 0.1
                else mix(colour("#f3ecae"), colour("#9cbf5a"), min(1.0, math.hypot(p[0] * 1.1, p[1] * 0.85) ** 2))
            ),
            SATIN,
            bevel=0.14,
            cell=0.08,
        )
        stone = [skin(ball(0.52), 30, 20, colour("#7a4a28"), GLAZED).moved(0, -0.35, 0.26)]
        return moved(turned(turned([*half, *stone], "x", -62), "y", turn), x, 0.55, z)
    bumps: Callable[[float, float, Vec], RGB] = lambda u, v, p: mix(
        colour("#3d5a2e"), colour("#22331c"), noise(p[0] * 9, p[1] * 9, p[2] * 9)
    )
    whole = lathe(shape, bumps, Material(gloss=0.6, rough=0.35), fine=(48, 40))
    return moved(turned([whole.turned("z", 78)], "y", turn), x, 1.1, z)


def loaf() -> Thing:
    crust: Callable[[float, float, Vec], RGB] = lambda u, v, p: (
        mix(colour("#b5702f"), colour("#8f5220"), noise(p[0] * 3, p[1] * 5, p[2] * 3))
        if p[1] > -0.3 or abs(p[0]) > 2.0
        else colour("#d9a862")
    )
    slits = [
        rod([(-1.3 + 0.9 * k, 2.08, -0.5), (-1.0 + 0.9 * k, 2.16, 0.5)], 0.08, colour("#e0b878"), RAW, fine=(12, 14))
        for k in range(4)
    ]
    slices = [
        plate(
            2.4 + 0.42 * k,
            0.95 - 0.1 * k,
            0.2,
            [(a, b) for a, b in rounded(1.9, 1.8, 0.55)],
            0.26,
            lambda u, v, p: (
                colour("#b5702f")
                if max(abs(p[0]) / 0.95, abs(p[1]) / 0.9) > 0.88
                else dim(colour("#f6e4be"), 0.92 + 0.1 * noise(p[0] * 8, p[1] * 8))
            ),
            RAW,
            bevel=0.05,
            cell=0.1,
        )
        for k in range(2)
    ]
    turned_slices = [turned(moved(s, -2.4, 0, 0), "y", 90) for s in slices]
    return [
        *box(0, 0.14, 0, 4.2, 1.7, 2.0, crust, RAW, edge=0.6, cell=0.14, bulge=0.32),
        *slits,
        *moved(turned_slices[0], 2.6, 0.14, 0),
        *moved(turned(turned_slices[1], "z", -14), 3.2, 0.2, 0),
        *box(0.6, 0, 0, 7.0, 0.16, 3.0, wooden("#b98450"), OILED, edge=0.08),
    ]


def blanket(tones: Sequence[str]) -> Thing:
    """Folded, with the bands and cobs of the highlands."""
    ground, first, second = map(colour, tones)

    def paint(u: float, v: float, p: Vec) -> RGB:
        band = (p[0] + 10) % 2.6
        if band < 0.5:
            return first
        if band < 0.7 or 2.0 < band < 2.12:
            return second
        return second if math.hypot((band - 1.35) * 1.3, (p[2] + 10) % 1.2 - 0.6) < 0.26 else ground

    fringe = [
        wire([(x, 0.9, 1.72), (x + 0.03, 0.45, 1.85)], 0.05, second) for x in (-2.4 + 0.16 * k for k in range(31))
    ]
    return [
        *each(
            [
                box(
                    0,
                    0.55 * k,
                    0,
                    5.0 - 0.06 * k,
                    0.56,
                    3.4,
                    paint,
                    Material(sheen=0.3),
                    edge=0.26,
                    cell=0.12,
                    bulge=0.05,
                )
                for k in range(4)
            ]
        ),
        *fringe,
    ]


def beads(tones: Sequence[str]) -> Thing:
    rings: Thing = []
    for row, radius in enumerate((1.5, 1.85, 2.2, 2.55)):
        count = round(radius * 17)
        for k in range(count):
            a = 2 * math.pi * k / count
            tone = tones[(k * 6 // count + row + (k // 3)) % len(tones)]
            rings.append(
                skin(ball(0.15), 12, 8, colour(tone), GLAZED).moved(
                    radius * math.cos(a), 0.2 + 0.16 * (3 - row) + 0.1 * math.sin(a), radius * math.sin(a)
                )
            )
    return rings


def cream(tone: str, lid: str) -> Thing:
    swirl = lathe("0,0 0.9,0.05 0.8,0.25 0.4,0.4 0.1,0.65 0,0.7", colour("#fffdf6"), GLAZED, fine=(40, 30))
    return [
        *at(
            -0.6,
            0,
            0,
            lathe(
                "0,0 0,0 1.5,0 1.6,0.15 1.6,1.4 1.45,1.55 1.25,1.55 1.25,1.35 0,1.35",
                colour(tone),
                GLAZED,
                fine=(60, 50),
            ),
            swirl.moved(y=1.35),
        ),
        *moved(turned([drum(1.62, 0.5, lid, Material(metal=True, rough=0.3), around=56)], "z", -62), 1.65, 0.85, 0.7),
        *front_words("SHEA", 0.36, -0.6, 0.55, 1.63, "#8a5a2b", 0.06),
    ]


def _shown(
    thing: Thing,
    backdrop: Backdrop,
    *,
    zoom: float,
    high: float,
    yaw: float = -22,
    pitch: float = 13,
    side: float = 0.0,
) -> Stage:
    stage = standing(backdrop, zoom=zoom, yaw=yaw, pitch=pitch, target=(side, high, 0))
    stage.mixed = True
    return stage.put(thing)


def _laid(thing: Thing, table: str, accent: str, degrees: float = -8, zoom: float = 158) -> Stage:
    return lying(Table(table, accent=accent), zoom=zoom).put(turned(turned(thing, "z", degrees), "x", -90))


PICTURES: dict[str, Callable[[], Stage]] = {
    "hub-phone-violet": lambda: _shown(telephone("#6f57d8", ("#ff7eb6", "#5f4bd8")), NIGHT, zoom=190, high=2.6, yaw=-14, pitch=9),
    "hub-phone-green": lambda: _shown(telephone("#2fa37c", ("#ffd166", "#0d8f7a")), CORAL, zoom=190, high=2.6, yaw=-14, pitch=9),
    "hub-earbuds": lambda: _shown(earbuds("#f4f2ec"), TEAL, zoom=195, high=1.3, side=0.5, yaw=-18, pitch=24),
    "hub-headphones": lambda: _shown(turned(headphones("#ef476f", "#1d1e2b"), "y", 20), NIGHT, zoom=190, high=2.2, yaw=-24, pitch=10),
    "hub-watch": lambda: _shown(watch("#ff8c42"), VIOLET, zoom=210, high=1.9, yaw=-26, pitch=12),
    "hub-speaker": lambda: _shown(speaker("#2f6fe0"), SUN, zoom=190, high=2.05, yaw=-20, pitch=14),
    "hub-power-bank": lambda: _shown(power_bank("#26283a"), MINT, zoom=185, high=2.0, side=0.6, yaw=-24, pitch=14),
    "hub-tablet": lambda: _shown(tablet(("#ff9e6d", "#c2417c", "#2a1d52")), TEAL, zoom=165, high=2.1, yaw=-16, pitch=12),
    "hub-laptop": lambda: _shown(laptop("#3a3d46", ("#2de2b0", "#1b2a6b", "#10152e")), CORAL, zoom=180, high=1.2, yaw=-24, pitch=18),
    "hub-sneaker-white": lambda: _shown([*sneaker("#f7f5ef", "#e2477f", -0.3, -1.2, 6), *sneaker("#f7f5ef", "#e2477f", 0.2, 1.3, -8)], VIOLET, zoom=170, high=1.2, yaw=-24, pitch=18),
    "hub-sneaker-black": lambda: _shown(sneaker("#23252e", "#f5b301"), SUN, zoom=205, high=1.35, yaw=-28, pitch=14),
    "hub-shirt": lambda: _laid(shirt(lambda u, v, p: colour("#ffd166") if abs(p[1] - 0.6) < 0.28 and abs(p[0]) < 2.0 else colour("#ef476f") if abs(p[1] - 0.05) < 0.14 and abs(p[0]) < 2.0 else colour("#1f2552")), "#e8b64a", "#f2c766"),
    "hub-dress": lambda: _laid(dress(shweshwe("#1f3f8f", "#eef2ff")), "#ef86ab", "#f4a3bf", 7, 150),
    "hub-dress-red": lambda: _laid(dress(shweshwe("#8f1f33", "#ffe9dc")), "#3aa08f", "#4fb3a2", -6, 150),
    "hub-cap": lambda: _shown(cap("#0d8f7a", "#f5b301"), CORAL, zoom=205, high=0.95, yaw=-30, pitch=20),
    "hub-sunglasses": lambda: _shown(sunglasses("#e2477f", "#5f4bd8"), SUN, zoom=190, high=0.8, yaw=-26, pitch=18),
    "hub-backpack": lambda: _shown(backpack("#2f6fe0", "#f5b301"), MINT, zoom=178, high=2.5, yaw=-26, pitch=10),
    "hub-football": lambda: _shown(football(), MINT, zoom=215, high=1.95, yaw=-20, pitch=14),
    "hub-rooibos": lambda: _shown(tin("#c8432f", "ROOIBOS", "#f8e3b0"), SUN, zoom=190, high=2.1, yaw=-24, pitch=13),
    "hub-sauce": lambda: _shown([*moved(sauce("#c22a16", "PERI", "#8f1410"), -0.8, 0, -0.4), *moved(sauce("#e0871a", "LEMON", "#a84e08"), 1.5, 0, 0.5)], NIGHT, zoom=175, high=2.6, yaw=-10, pitch=9),
    "hub-honey": lambda: _shown(jar("#e09a1c", "#1d1e2b", "HONEY"), VIOLET, zoom=215, high=1.6, yaw=-14, pitch=14),
    "hub-maize": lambda: _shown(bag("#fbf6e6", "MAIZE", "#c8432f", "5 KG"), TEAL, zoom=185, high=2.35, yaw=-20, pitch=12),
    "hub-biltong": lambda: _shown(bag("#2a1d1a", "BILTONG", "#f5b301"), CORAL, zoom=185, high=2.35, yaw=20, pitch=12),
    "hub-milk": lambda: _shown(carton("#2f6fe0", "MILK"), PINK, zoom=180, high=2.7, yaw=-28, pitch=12),
    "hub-naartjies": lambda: _shown(crate("#f2811d"), TEAL, zoom=175, high=1.0, yaw=-26, pitch=24),
    "hub-avocados": lambda: _shown([*avocado(-1.7, -1.1, 20), *avocado(1.3, -0.9, -30), *avocado(-0.3, 1.2, -12, cut=True)], PINK, zoom=190, high=0.8, yaw=-14, pitch=26),
    "hub-bread": lambda: _shown(loaf(), MINT, zoom=165, high=0.9, side=0.6, yaw=-24, pitch=20),
    "hub-blanket": lambda: _shown(blanket(("#7a1f2b", "#f5b301", "#1d2f6b")), NIGHT, zoom=180, high=1.1, yaw=-26, pitch=24),
    "hub-beads": lambda: _shown(beads(("#e2477f", "#f5b301", "#1d8288", "#fbf6e6", "#2f3fae")), NIGHT, zoom=200, high=0.3, yaw=-10, pitch=48),
    "hub-cream": lambda: _shown(cream("#f3dcc0", "#c79a4e"), PINK, zoom=195, high=0.9, side=0.3, yaw=-14, pitch=20),
}  # fmt: skip
