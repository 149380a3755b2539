"""Hand tools for wood and garden, as a toolmaker sells them."""

import math
from collections.abc import Sequence

from haat.demo.draw.backdrop import Backdrop, Table
from haat.demo.draw.colour import RGB, colour, dim, mix
from haat.demo.draw.materials import (
    BRASS,
    BRASS_TONE,
    CHROME,
    CLOTH,
    IRON,
    LEATHER,
    OILED,
    RAW,
    STEEL,
    STEEL_TONE,
    Figure,
    brushed,
    clouded,
    wooden,
)
from haat.demo.draw.solid import (
    Material,
    Paint,
    Thing,
    flat,
    laid,
    lathe,
    marks,
    moved,
    outline,
    panel,
    revolved,
    rod,
    rounded,
    skin,
    slab,
    stood,
    subdivided,
    swept,
    turned,
)
from haat.demo.draw.space import Vec, noise, step
from haat.demo.draw.stage import Stage, lying, standing

BENCH = Table("#b98d62", boards=4, leaning=4)
WALNUT = Table("#7a5640", boards=4, leaning=-6)
FELT = Table("#42604f")
SLATE = Backdrop("#4f666d", "#8b9a99", "#d2a252", shape="disc", shape_at=(0.5, 0.42, 0.31))
PUTTY = Backdrop("#cfc6b4", "#ded6c6", "#bcb19b", shape="arch", shape_at=(0.46, 0.40, 0.28))

ASH, BEECH, WALNUT_WOOD, ROSEWOOD = "#dcb787", "#cf9a68", "#7b4f33", "#6b3326"


def chisel(width: float, handle: str = ASH) -> Thing:
    """Lies along y, its handle below, its edge above; `width` of the blade."""
    grip = revolved("0,-3.5 0.24,-3.48 0.33,-3.3 0.335,-3 0.3,-2.4 0.33,-1.5 0.3,-0.7 0.22,-0.25 0.2,-0.2")
    hoop = revolved([(0.315, -3.34), (0.35, -3.33), (0.352, -3.12), (0.32, -3.1)])
    ferrule = revolved("0.235,-0.32 0.255,-0.31 0.245,0.16 0.2,0.18 0.12,0.2")
    neck = revolved("0.1,0.15 0.17,0.2 0.19,0.3 0.1,0.42 0.1,0.8")
    return [
        *moved(blade(width, 0.62, 3.9), z=0.2),
        *moved(
            [
                skin(neck, 36, 20, brushed(STEEL_TONE, (1, 12, 1)), STEEL, melt=1.0),
                skin(grip, 60, 90, wooden(handle, (15, 1.0, 15)), OILED, melt=1.2),
                skin(hoop, 60, 8, STEEL_TONE, STEEL, melt=1.0),
                skin(ferrule, 60, 18, BRASS_TONE, BRASS, melt=1.0),
            ],
            z=0.36,
        ),
    ]


def blade(width: float, low: float, high: float) -> Thing:
    """A bevel-edged blade on z = 0, its cutting edge at `high`."""
    w, top, land, edge = width / 2, 0.15, width * 0.27, high - 0.42
    shoulder = low + 0.28
    steel = brushed(STEEL_TONE, (26, 1.2, 1))
    parts = [
        panel((-w, shoulder, 0), (-land, shoulder, top), (-land, edge, top), (-w, edge, 0.04), 4, 60, steel, STEEL),
        panel(
            (-land, shoulder, top), (land, shoulder, top), (land, edge, top), (-land, edge, top), 8, 60, steel, STEEL
        ),
        panel(
            (land, shoulder, top),
            (w, shoulder, 0),
            (w, edge, 0.04),
            (land, edge, top),
            4,
            60,
            dim(STEEL_TONE, 0.8),
            STEEL,
        ),
        panel(
            (-0.13, low - 0.05, 0.2),
            (0.13, low - 0.05, 0.2),
            (w, shoulder, 0.02),
            (-w, shoulder, 0.02),
            8,
            6,
            dim(STEEL_TONE, 0.85),
            STEEL,
        ),
        panel(
            (-0.13, low - 0.05, 0.22),
            (0.13, low - 0.05, 0.22),
            (land, shoulder, top),
            (-land, shoulder, top),
            8,
            6,
            STEEL_TONE,
            STEEL,
        ),
        panel(
            (-w, edge, 0.06),
            (w, edge, 0.06),
            (w, high, 0),
            (-w, high, 0),
            8,
            8,
            mix(STEEL_TONE, (1, 1, 1), 0.5),
            CHROME,
        ),
    ]
    ground = panel(
        (-land, edge, top), (land, edge, top), (w, edge + 0.02, 0.06), (-w, edge + 0.02, 0.06), 6, 2, STEEL_TONE, STEEL
    )
    return [*parts, ground]


def tool_roll() -> tuple[Thing, Thing]:
    """Canvas laid open, upright in x and y: the cloth with its ties, and the pockets that go over the blades."""
    canvas, seam = colour("#4d5d78"), colour("#e8dcb8")
    cloth = weave(canvas)
    back = slab(rounded(7.4, 8.6, 0.16), 0.05, cloth, CLOTH, bevel=0.03, cell=0.14)

    def pocket(u: float, v: float) -> Vec:
        swell = abs(math.sin(math.pi * u * 4)) ** 0.6
        return (3.5 - 7.0 * u, -4.1 + 4.1 * v, 0.08 + 0.72 * swell * (0.35 + 0.65 * v))

    front = skin(pocket, 120, 60, cloth, CLOTH, melt=1.0)
    places = [min(max(k / 4 + off, 0.003), 0.997) for k in range(5) for off in (-0.004, 0.004)]
    seams = [[(u, v / 20) for v in range(21)] for u in places]
    hems = [[(u / 80, at) for u in range(81)] for at in (0.955, 0.03)]
    stitched = marks(pocket, [*seams, *hems], 0.022, seam, lift=0.012)
    ties = [
        rod(path, 0.035, colour("#8c5a34"), LEATHER, wide=3.6, side=(0.3, 1.0, 0.0), fine=(14, 60), melt=0.8)
        for path in (
            "3.5,0.5,0.07 4.2,0.7,0.06 4.7,0.1,0.05 4.4,-0.9,0.05 4.75,-1.7,0.05",
            "3.5,0.1,0.07 4.0,-0.1,0.1 4.25,-0.9,0.1 4.0,-1.7,0.05 4.2,-2.4,0.05",
        )
    ]
    return [*ties, *back], [front, stitched]


def weave(tone: RGB) -> Figure:
    def paint(u: float, v: float, p: Vec) -> RGB:
        return mix(tone, dim(tone, 0.82), 0.5 * noise(p[0] * 26, p[1] * 5, 1) + 0.5 * noise(p[0] * 5, p[1] * 26, 5))

    return paint


def smoothing_plane() -> Thing:
    """Toe to the right, the blade leaning back; about 6 long."""
    iron = clouded(colour("#3a4146"), 0.25)
    base = flat(slab(rounded(6.4, 1.66, 0.25), 0.18, iron, IRON, bevel=0.03))
    cheek_line = outline(
        "3.1,0.1 3.1,0.1 3.1,0.32 3.1,0.32 1.7,0.42 0.75,0.95 0.1,1.22 -0.6,1.16 -1.15,0.62 -1.9,0.4 -3.1,0.36 -3.1,0.36 -3.1,0.1 -3.1,0.1", 140)  # fmt: skip
    cheek = slab(cheek_line, 0.13, iron, IRON, bevel=0.03, cell=0.12)
    knob = revolved("0,0.18 0.34,0.18 0.36,0.25 0.22,0.42 0.24,0.62 0.46,0.86 0.5,1.1 0.36,1.34 0,1.42")
    tote_line = outline(
        "0.62,0 0.62,0 0.6,0.16 0.36,0.46 0.25,0.86 0.22,1.22 0.1,1.55 -0.28,1.8 -0.62,1.86 -0.78,1.72 -0.6,1.55 -0.42,1.3 -0.36,0.9 -0.5,0.4 -0.58,0 -0.58,0", 140)  # fmt: skip
    wood = wooden(ROSEWOOD, (12, 1.6, 12))
    tote = [*slab(tote_line, 0.28, wood, OILED, bevel=0.15, cell=0.1)]
    tote = moved(tote, -1.75, 0.16, -0.08)
    wheel = [
        lathe("0,-0.1 0.3,-0.1 0.33,-0.06 0.33,0.06 0.3,0.1 0,0.1", BRASS_TONE, BRASS, fine=(60, 14), melt=1.0).turned(
            "z", 90
        )
    ]
    iron_set = moved(turned(_irons(), "z", 45), 0.62, 0.18, 0)
    return [
        *moved(cheek, z=-0.83),
        *base,
        *moved(wheel, -1.02, 0.86, 0),
        *iron_set,
        skin(knob, 80, 60, wooden(ROSEWOOD, (8, 3, 8)), OILED).moved(2.05, 0, 0),
        *tote,
        *moved(cheek, z=0.70),
    ]


def _irons() -> Thing:
    """Blade and cap lying along +y from the mouth, facing +x."""
    face = [*slab(rounded(1.24, 2.9, 0.08), 0.07, brushed(STEEL_TONE, (20, 1, 20)), STEEL, bevel=0.02)]
    cap = slab(
        outline("-0.55,-1.2 -0.55,-1.2 0.55,-1.2 0.55,-1.2 0.5,0.1 0.4,0.75 0,0.95 -0.4,0.75 -0.5,0.1", 90),
        0.16,
        STEEL_TONE,
        CHROME,
        bevel=0.08,
        cell=0.1,
    )
    screw = [
        lathe("0,0 0.16,0 0.17,0.05 0.1,0.09 0,0.1", BRASS_TONE, BRASS, fine=(40, 10), melt=0.8)
        .turned("x", 90)
        .moved(0, -0.1, 0.23)
    ]
    lever = moved(slab(rounded(0.34, 0.62, 0.15), 0.1, STEEL_TONE, CHROME, bevel=0.05, cell=0.1), 0, 0.62, 0.3)
    stack = [*moved(face, y=0.25), *moved(cap, z=0.07), *screw, *lever]
    return moved(turned(stack, "y", 90), y=1.2)


def shaving(seed: float, turns: float, tone: str = "#f0d3a6", width: float = 0.9) -> Thing:
    """A curl of wood, its axis along x, thin enough to let light through."""
    pale = colour(tone)

    def surface(u: float, v: float) -> Vec:
        angle = 2 * math.pi * turns * v + seed
        radius = 0.30 + 0.22 * v + 0.04 * math.sin(angle * 0.7 + seed)
        along = width * (u - 0.5) + 1.5 * width * (v - 0.5)
        return (along, radius * math.cos(angle), radius * math.sin(angle))

    def paint(u: float, v: float, p: Vec) -> RGB:
        return mix(pale, dim(pale, 0.74), 0.6 * noise(u * 9, v * 3, seed) ** 2 + 0.5 * step(0.92, 1.0, abs(2 * u - 1)))

    return [skin(surface, 12, int(60 * turns), paint, Material(through=0.7, gloss=0.15), melt=0.7, both_sides=True)]


def hammer() -> Thing:
    """A cross-peen hammer along y, its head above; drawn upright in x and y."""
    head_line = outline(
        "-1.55,-0.36 -1.55,-0.36 -1,-0.33 -0.6,-0.27 -0.42,-0.4 0.42,-0.4 0.6,-0.27 1.2,-0.06 1.62,0.02 1.66,0.1 1.62,0.17 1.1,0.3 0.42,0.42 -0.42,0.42 -0.6,0.32 -1,0.36 -1.55,0.4 -1.55,0.4", 150)  # fmt: skip
    head = slab(head_line, 0.66, brushed(colour("#8d959b"), (3, 3, 3)), STEEL, bevel=0.14, cell=0.08)
    face = moved(slab(rounded(0.16, 0.84, 0.07), 0.7, STEEL_TONE, CHROME, bevel=0.1, cell=0.08), -1.58, 0.02, -0.02)
    shaft = swept("0,0.5,0 0,-0.4,0 0,-2,0 0.02,-3.6,0 0,-5.2,0 0,-5.5,0",
                  lambda t: 0.21 - 0.06 * math.exp(-(((t - 0.3) / 0.14) ** 2)) + 0.05 * t, wide=1.5, side=(1, 0, 0))  # fmt: skip
    handle = skin(shaft, 50, 120, wooden(ASH, (16, 0.9, 16)), OILED, melt=1.2)
    return [*moved([handle], z=0.36), *face, *head]


def dovetail_saw() -> Thing:
    """Blade to the right, handle to the left."""
    low = [(-0.2 + 6.0 * k / 160, -0.62 + 0.055 * (k % 2) + 0.20 * k / 160) for k in range(161)]
    plate_line = [*low, (5.8, 0.5), (-0.2, 0.62)]
    plate = slab(subdivided(plate_line, 0.4), 0.06, brushed(STEEL_TONE, (0.9, 30, 1)), STEEL, bevel=0.004, cell=0.16)
    back = moved(
        slab(rounded(6.2, 0.34, 0.05), 0.2, brushed(BRASS_TONE, (0.8, 20, 1)), BRASS, bevel=0.05, cell=0.1),
        2.75,
        0.62,
        -0.05,
    )
    back = moved(turned(back, "z", -0.9), 0, 0.03, 0)
    grip_line = outline(
        "0.15,0.92 0.15,0.92 -0.25,1.02 -0.72,0.86 -1.2,1 -1.75,1.38 -2.02,1.34 -2.02,1.1 -1.72,0.82 -1.62,0.4 -1.85,-0.2 -2.05,-0.72 -1.92,-1.02 -1.6,-1 -1.28,-0.72 -1.02,-0.2 -0.95,0.15 -0.74,0.28 -0.55,0.1 -0.52,-0.25 -0.32,-0.5 0.1,-0.52 0.42,-0.3 0.42,-0.3 0.5,0.2 0.35,0.6", 220)  # fmt: skip
    grip = slab(grip_line, 0.5, wooden(WALNUT_WOOD, (2.2, 12, 12)), OILED, bevel=0.2, cell=0.08, steps=8)
    nuts = [moved(_nut(), x, y, 0.5) for x, y in ((-0.18, 0.42), (0.0, -0.08))]
    return [
        *moved(plate, z=0.16),
        *moved(back, z=0.16),
        *moved(grip, z=-0.05),
        *(part for nut in nuts for part in moved(nut, z=-0.05)),
    ]


def _nut() -> Thing:
    disc = [
        lathe(
            [(0.13, -0.02), (0.13, 0.02), (0.1, 0.045), (0, 0.05)], BRASS_TONE, BRASS, fine=(36, 10), melt=0.8
        ).turned("x", 90)
    ]
    return [
        *disc,
        panel(
            (-0.1, -0.012, 0.056),
            (0.1, -0.012, 0.056),
            (0.1, 0.012, 0.056),
            (-0.1, 0.012, 0.056),
            4,
            1,
            dim(BRASS_TONE, 0.25),
            RAW,
        ),
    ]


def try_square() -> Thing:
    """Stock upright, blade to the right."""
    stock = slab(rounded(0.95, 4.0, 0.06), 0.5, wooden(ROSEWOOD, (12, 0.9, 12)), OILED, bevel=0.06, cell=0.12)
    strip = moved(slab(rounded(0.12, 4.0, 0.02), 0.5, BRASS_TONE, BRASS, bevel=0.03, cell=0.1), 0.52)
    steel = slab(
        rounded(5.4, 0.85, 0.02), 0.09, brushed(colour("#aeb6bd"), (0.8, 24, 1)), STEEL, bevel=0.015, cell=0.16
    )
    ruled = [
        [(x, 0.42), (x, 0.42 - (0.2 if k % 5 == 0 else 0.12))]
        for k, x in enumerate(-2.0 + 0.145 * i for i in range(31))
    ]
    scale_lines = marks(
        lambda u, v: (u, v, 0.095),
        [[(x, y) for x, y in line] for line in ruled],
        0.018,
        colour("#20262b"),
        lift=0.004,
        both_sides=True,
    )
    rivets = [part for x, y in ((-0.2, 1.72), (0.12, 1.42), (-0.2, 1.14)) for part in moved(_rivet(), x, y, 0.5)]
    return [*moved([*steel, scale_lines], 2.5, 1.42, 0.2), *stock, *strip, *rivets]


def _rivet() -> Thing:
    return [lathe([(0.11, 0), (0.1, 0.02), (0, 0.03)], BRASS_TONE, BRASS, fine=(30, 6), melt=0.8).turned("x", 90)]


def pencil(tone: str) -> Thing:
    """A carpenter's pencil along x, its point to the right."""
    body = swept([(-2.2, 0, 0.14), (1.4, 0, 0.14)], 0.11, wide=1.9, side=(0, 1, 0), ends=False)
    cut = swept(
        [(1.4, 0, 0.14), (2.0, 0, 0.14)],
        lambda t: 0.11 - 0.085 * t,
        wide=lambda t: 1.9 - 0.5 * t,
        side=(0, 1, 0),
        ends=False,
    )
    lead = swept([(1.98, 0, 0.14), (2.16, 0, 0.14)], lambda t: 0.026 - 0.02 * t, wide=1.6, side=(0, 1, 0))
    return [
        skin(body, 16, 40, colour(tone), Material(gloss=0.7, rough=0.3)),
        skin(cut, 24, 20, wooden("#e3bd8c", (1, 14, 14)), RAW),
        skin(lead, 16, 8, colour("#2a2c30"), OILED),
    ]


def mallet() -> Thing:
    """Standing on its head, the handle up."""
    head_line = subdivided([(-1.5, 0), (1.5, 0), (1.32, 1.62), (-1.32, 1.62)], 0.2)
    beech = wooden(BEECH, (1.1, 10, 10))
    head = moved(slab(head_line, 1.25, beech, OILED, bevel=0.09, cell=0.09), z=-0.62)
    shaft = swept(
        "0,1.5,0 0,2.6,0 0,4,0 0,5,0 0,5.2,0", lambda t: 0.22 + 0.05 * t, wide=lambda t: 1.75 - 0.2 * t, side=(1, 0, 0)
    )
    return [*head, skin(shaft, 50, 120, wooden(ASH, (14, 1.0, 14)), OILED, melt=1.2)]


def whetstone() -> Thing:
    """Two grits glued, on a wooden base."""
    lower = _brick(4.6, 1.7, 0.42, clouded(colour("#b56f4c"), 0.12, 0.6), Material(gloss=0.25, rough=0.6), 0.03)
    upper = _brick(4.6, 1.7, 0.32, clouded(colour("#ece2cd"), 0.07, 0.6), Material(gloss=0.5, rough=0.35), 0.04)
    base = _brick(5.6, 2.1, 0.42, wooden(WALNUT_WOOD, (1, 12, 12)), OILED, 0.08)
    stops = [
        moved(_brick(0.24, 1.9, 0.26, wooden(WALNUT_WOOD, (10, 10, 1)), OILED, 0.05), x, 0.42, 0) for x in (-2.46, 2.46)
    ]
    return [*base, *stops[1], *moved(lower, y=0.42), *moved(upper, y=0.84), *stops[0]]


def _brick(wide: float, deep: float, high: float, paint: Paint, material: Material, bevel: float) -> Thing:
    return flat(slab(rounded(wide, deep, 0.05), high, paint, material, bevel=bevel, cell=0.1))


def trowel() -> Thing:
    """Along y, the blade above."""

    def half(t: float) -> float:
        return 0.62 * (min(1.0, 0.82 + t * 0.4)) * (1 - math.pow(max(0.0, (t - 0.45) / 0.55), 2.4)) + 0.004

    def scoop(u: float, v: float) -> Vec:
        x = (u - 0.5) * 2 * half(v)
        return (-x, 0.9 + 3.1 * v, 0.16 + 0.55 * (x / 0.62) ** 2 * (1 - 0.55 * v) + 0.12 * (1 - v) ** 4)

    steel = skin(scoop, 40, 70, brushed(colour("#b9bfc3"), (20, 1.2, 1)), STEEL, melt=1.4, both_sides=True)
    tang = swept(
        [(0, 1.2, 0.24), (0, 0.7, 0.42), (0, 0.2, 0.62), (0, -0.5, 0.42)],
        lambda t: 0.17 - 0.03 * t,
        wide=lambda t: 1.7 - 0.7 * t,
        side=(1, 0, 0),
        ends=False,
    )
    grip = revolved("0,-3.5 0.22,-3.46 0.34,-3.25 0.33,-2.7 0.27,-1.8 0.32,-1 0.22,-0.35 0.18,-0.3")
    ferrule = revolved([(0.22, -0.52), (0.245, -0.5), (0.22, -0.05), (0.16, -0.02)])
    loop = swept(
        "0,-3.4,0.38 0.34,-3.75,0.1 0.3,-4.15,0.06 0,-4.3,0.06 -0.3,-4.15,0.06 -0.3,-3.75,0.1 0.02,-3.4,0.38",
        0.045,
        ends=False,
    )
    return [
        steel,
        skin(tang, 30, 40, STEEL_TONE, STEEL),
        skin(loop, 12, 80, colour("#8c5a34"), LEATHER, melt=0.8),
        *moved(
            [
                skin(grip, 60, 90, wooden(ASH, (15, 1, 15)), OILED, melt=1.2),
                skin(ferrule, 60, 14, BRASS_TONE, BRASS, melt=1.0),
            ],
            z=0.38,
        ),
    ]


def bulb(name: str) -> Thing:
    """A tulip bulb with its papery coat, lying on its side."""
    tone = colour("#9c6238")
    shape = revolved("0,0 0.22,0.02 0.46,0.22 0.5,0.5 0.34,0.85 0.12,1.12 0.03,1.3 0,1.32")

    def paint(u: float, v: float, p: Vec) -> RGB:
        angle = math.atan2(p[2], p[0])
        streak = noise(math.cos(angle) * 9 + len(name), math.sin(angle) * 9, p[1] * 1.2)
        return mix(mix(tone, colour("#e4c9a0"), 0.75 * streak**2), colour("#f0e3c4"), max(0.0, v - 0.82) * 4)

    return [skin(shape, 70, 60, paint, OILED, melt=1.2)]


def _row(things: Sequence[Thing], gap: float) -> list[Thing]:
    first = -gap * (len(things) - 1) / 2
    return [moved(thing, first + gap * k) for k, thing in enumerate(things)]


def _chisel_one() -> Stage:
    return lying(BENCH, zoom=140).put(
        laid(chisel(0.62), -0.2, -0.1, -38),
        stood(shaving(1.0, 2.2, width=0.7), 2.5, 2.3, 35, lift=0.5),
        stood(shaving(3.0, 1.6, width=0.6), -2.5, -2.6, -50, lift=0.5),
    )


def _chisel_widths() -> Stage:
    return lying(FELT, zoom=122).put(
        *(flat(thing) for thing in _row([chisel(w) for w in (0.26, 0.46, 0.66, 0.92)], 1.75))
    )


def _chisel_roll() -> Stage:
    tools = [
        moved(turned(chisel(w, BEECH), "z", 180), -2.62 + 1.75 * k, 0.55, 0.02)
        for k, w in enumerate((0.3, 0.48, 0.66, 0.9))
    ]
    back, pockets = tool_roll()
    return lying(WALNUT, zoom=118).put(
        flat(turned([*back, *(part for tool in tools for part in tool), *pockets], "z", 4))
    )


def _plane_hero() -> Stage:
    return standing(SLATE, zoom=178, yaw=30, pitch=20, target=(0.1, 0.8, 0)).put(smoothing_plane())


def _plane_shavings() -> Stage:
    return standing(PUTTY, zoom=160, yaw=48, pitch=34, target=(0.3, 0.6, 0.3)).put(
        stood(shaving(0.5, 2.4), -1.2, -2.3, 20, lift=0.5),
        smoothing_plane(),
        stood(shaving(2.2, 2.0), 2.2, 2.3, 70, lift=0.5),
        stood(shaving(4.2, 2.6), -0.2, 2.5, -15, lift=0.5),
    )


def _hammer_bench() -> Stage:
    return lying(WALNUT, zoom=138).put(laid(hammer(), 1.65, -1.95, -40))


def _saw_bench() -> Stage:
    return lying(BENCH, zoom=132).put(laid(dovetail_saw(), -1.6, 1.0, 30))


def _square_felt() -> Stage:
    return lying(FELT, zoom=132).put(laid(try_square(), -1.9, 0.3, -14), laid(pencil("#c8432f"), 1.5, 1.9, 24))


def _mallet_stands() -> Stage:
    return standing(PUTTY, zoom=165, yaw=-30, pitch=15, target=(0, 2.5, 0)).put(mallet())


def _stone_hero() -> Stage:
    return standing(SLATE, zoom=182, yaw=-28, pitch=28, target=(0, 0.5, 0.25)).put(
        whetstone(), stood(flat(turned(chisel(0.62), "z", -90)), -0.9, 2.0, 14)
    )


def _trowel_bulbs() -> Stage:
    return lying(Table("#8d9a7b", accent="#7d8b6c"), zoom=132).put(
        laid(trowel(), 0.4, 0.2, 36),
        laid(bulb("a"), 2.9, -1.6, 70, lift=0.5),
        laid(bulb("bb"), -2.6, 2.9, -30, lift=0.5),
        laid(bulb("ccc"), -1.5, 1.9, 150, lift=0.5),
    )


def _pencils() -> Stage:
    tones = ("#c8432f", "#d9a441", "#3f6b58")
    return lying(FELT, zoom=175).put(
        *(laid(pencil(tone), -0.35 + 0.3 * k, -1.2 + 1.15 * k, 32 + 5 * k) for k, tone in enumerate(tones))
    )


PICTURES = {
    "chisel": _chisel_one,
    "chisel-widths": _chisel_widths,
    "chisel-roll": _chisel_roll,
    "plane": _plane_hero,
    "plane-shavings": _plane_shavings,
    "hammer": _hammer_bench,
    "dovetail-saw": _saw_bench,
    "try-square": _square_felt,
    "mallet": _mallet_stands,
    "whetstone": _stone_hero,
    "trowel": _trowel_bulbs,
    "pencils": _pencils,
}
