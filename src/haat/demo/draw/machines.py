"""From the hire yard: what digs, lifts, mixes, lights, dries and shelters, on concrete under a clear sky."""

import math
from collections.abc import Callable

from haat.demo.draw.backdrop import Backdrop
from haat.demo.draw.colour import RGB, colour, dim, mix
from haat.demo.draw.kit import DARK, GLASS_TONE, at, bar, box, drum, each, facing, pipe, plate, sheet, wheel
from haat.demo.draw.materials import (
    CHROME,
    GLAZED,
    IRON,
    LEATHER,
    OILED,
    RAW,
    RUBBER,
    SATIN,
    STEEL,
    STEEL_TONE,
    wooden,
)
from haat.demo.draw.solid import Material, Thing, ball, lathe, moved, outline, skin, turned, wire
from haat.demo.draw.space import Vec, noise
from haat.demo.draw.stage import Stage, standing

YARD = Backdrop("#d5dadd", "#b9bdbf", "#f2b632", horizon=0.6, shape="disc", shape_at=(0.5, 0.42, 0.3))
SHED = Backdrop("#6f7c86", "#a9aeb1", "#7f8c96", horizon=0.62, shape="window", shape_at=(0.6, 0.28, 0.34))
SITE = Backdrop("#cfdfe8", "#c8bca6", "#e7f0f4", horizon=0.58, shape="disc", shape_at=(0.74, 0.22, 0.12))
HAZARD = Backdrop("#f2b632", "#c9ccce", "#ffce5c", horizon=0.6, shape="arch", shape_at=(0.5, 0.38, 0.32))
EVENING = Backdrop("#26303c", "#5b5f63", "#33404f", horizon=0.62, shape="disc", shape_at=(0.5, 0.4, 0.3))

YELLOW, ORANGE, BLUE, GREEN, RED = "#f2b01e", "#e8641f", "#2b62a0", "#3f8a4f", "#c93a2b"
LACQUER = Material(gloss=0.9, rough=0.18)
GREY = "#5a6066"


def track(z: float, long: float = 4.6, high: float = 1.0) -> Thing:
    """A crawler track with its rollers."""
    r = high / 2
    ring = [
        (long / 2 - r + r * math.cos(a), r + r * math.sin(a)) for a in (math.pi * (k / 10 - 0.5) for k in range(11))
    ]
    ring += [
        (-(long / 2 - r) + r * math.cos(a), r + r * math.sin(a)) for a in (math.pi * (k / 10 + 0.5) for k in range(11))
    ]
    cleats: Callable[[float, float, Vec], RGB] = lambda u, v, p: dim(DARK, 0.55) if math.floor(p[0] * 5) % 2 else DARK
    count = max(3, round(long / 0.95))
    rollers = [
        wheel((k - (count - 1) / 2) * (long - high) / (count - 1), r, z + 0.3, r * 0.62, 0.2, "#3a3d40", "#8b9094")
        for k in range(count)
    ]
    return [*plate(0, 0, z, ring, 0.8, cleats, RUBBER, bevel=0.04, cell=0.2), *each(rollers)]


def excavator(tone: str) -> Thing:
    paint = colour(tone)
    boom = plate(0, 0, 0, "-0.25,0 0.35,-0.1 1.0,1.6 2.9,2.35 2.75,2.75 0.55,2.1", 0.34, paint, LACQUER, cell=0.2)
    arm = plate(0, 0, 0, "2.45,2.75 2.85,2.15 3.95,0.35 4.2,0.5 3.2,2.7 2.85,3.0", 0.28, paint, LACQUER, cell=0.2)
    bucket = plate(
        0, 0, 0, "3.85,0.45 4.3,0.62 4.55,0.05 4.35,-0.75 3.55,-0.95 3.75,-0.35", 0.95, "#474c50", IRON, cell=0.2
    )
    rams = [
        bar((0.3, 0.3, 0.24), (1.5, 1.9, 0.24), 0.09, "#cfd3d5", CHROME),
        bar((1.3, 2.35, 0), (2.7, 2.95, 0), 0.09, "#cfd3d5", CHROME),
        bar((3.3, 2.3, 0), (4.1, 0.75, 0), 0.07, "#cfd3d5", CHROME),
    ]
    frame = [
        bar((x, 1.55, z), (x * 0.94, 4.15, z * 0.94), 0.07, "#2a2c2e", SATIN)
        for x in (-1.0, 0.55)
        for z in (-0.75, 0.75)
    ]
    return [
        *each([track(z) for z in (-1.15, 1.15)]), *at(0, 0.9, 0, drum(0.9, 0.3, "#33373a", IRON)),
        *box(-0.9, 1.2, 0, 3.0, 0.42, 2.3, tone, LACQUER, edge=0.1), *box(-1.75, 1.6, 0, 1.3, 1.15, 2.2, tone, LACQUER, edge=0.25, cell=0.2),
        *box(-2.36, 1.85, 0, 0.1, 0.6, 1.5, "#2f3336", RAW), *box(-0.3, 1.6, 0.15, 0.7, 0.7, 0.7, "#2a2c2e", LEATHER, edge=0.15), *box(-0.62, 2.0, 0.15, 0.2, 1.0, 0.7, "#2a2c2e", LEATHER, edge=0.08),
        *each(frame), *box(-0.22, 4.12, 0, 1.85, 0.16, 1.75, tone, LACQUER, edge=0.08),
        *sheet((-0.95, 1.7, 0.76), (0.5, 1.7, 0.76), (0.48, 4.1, 0.72), (-0.93, 4.1, 0.72), GLASS_TONE, Material(gloss=1.6, rough=0.05, clear=0.72)),
        *sheet((0.56, 1.7, 0.74), (0.56, 1.7, -0.74), (0.53, 4.1, -0.7), (0.53, 4.1, 0.7), GLASS_TONE, Material(gloss=1.6, rough=0.05, clear=0.72)),
        *moved([*boom, *arm, *bucket, *each(rams)], 0.55, 1.35, 0.35),
    ]  # fmt: skip


def dumper(tone: str) -> Thing:
    skip = plate(
        1.0,
        1.15,
        0,
        "-0.9,0 0.9,0 1.7,1.35 -1.15,1.35",
        1.9,
        lambda u, v, p: dim(colour(tone), 0.55) if p[1] > 1.3 else colour(tone),
        LACQUER,
        bevel=0.06,
        cell=0.2,
    )
    earth = [
        skin(
            ball(1.0, 0.35),
            40,
            20,
            lambda u, v, p: mix(colour("#6d5138"), colour("#3f2d1e"), noise(p[0] * 6, p[1] * 9, p[2] * 6)),
            RAW,
        ).moved(1.2, 2.45, 0)
    ]
    engine = [
        *box(-1.5, 1.1, 0, 1.5, 1.15, 1.7, "#2e3235", SATIN, edge=0.12),
        *box(-1.5, 1.35, 0.86, 1.1, 0.5, 0.05, GREY, RAW, edge=0.02),
    ]
    handle = [
        *pipe("-2.1,1.2,0.7 -2.6,2.6,0.7 -2.9,2.75,0.7", 0.07, "#26282a"),
        *pipe("-2.1,1.2,-0.7 -2.6,2.6,-0.7 -2.9,2.75,-0.7", 0.07, "#26282a"),
        *box(-2.45, 2.2, 0, 0.3, 0.4, 1.5, tone, LACQUER, edge=0.1),
    ]
    return [
        *each([track(z, 4.0, 0.9) for z in (-0.9, 0.9)]),
        *box(0, 0.8, 0, 3.6, 0.36, 1.3, GREY, IRON),
        *engine,
        *skip,
        *earth,
        *handle,
    ]


def mixer(tone: str) -> Thing:
    bowl = lathe(
        "0,0 0,0 0.75,0.02 1.3,0.5 1.5,1.15 1.42,1.6 0.95,2.5 0.95,2.5 1.02,2.56 0.92,2.6 0.86,2.45 1.2,1.7 0,1.0",
        lambda u, v, p: colour("#6d7276") if v > 0.78 else colour(tone),
        LACQUER,
        fine=(60, 60),
    )
    rim = lathe("1.5,1.1 1.58,1.12 1.58,1.24 1.5,1.26", colour("#3a3e41"), IRON, fine=(60, 8))
    frame = [
        bar(a, b, 0.09, "#33383b", SATIN)
        for a, b in (
            ((-1.7, 0.1, 0.9), (0, 2.1, 0.75)),
            ((1.7, 0.4, 0.9), (0, 2.1, 0.75)),
            ((-1.7, 0.1, -0.9), (0, 2.1, -0.75)),
            ((1.7, 0.4, -0.9), (0, 2.1, -0.75)),
            ((-1.7, 0.1, -0.9), (-1.7, 0.1, 0.9)),
        )
    ]
    hoop = facing(
        lathe("0.85,0 0.92,0 0.92,0.09 0.85,0.09 0.85,0", colour("#d9dcdd"), CHROME, fine=(60, 12)), 0.1, 2.4, 1.6
    )
    spokes = [
        bar((0.1, 2.4, 1.62), (0.1 + 0.88 * math.cos(a), 2.4 + 0.88 * math.sin(a), 1.62), 0.04, "#d9dcdd", CHROME)
        for a in (0.5, 2.6, 4.7)
    ]
    return [
        *each(frame),
        *each([wheel(1.7, 0.55, z, 0.55, 0.28) for z in (-1.05, 1.05)]),
        *moved(turned([bowl, rim], "z", 38), 0.75, 1.55, 0),
        *box(-0.85, 1.75, 0.85, 0.9, 0.95, 0.6, ORANGE, LACQUER, edge=0.12),
        *hoop,
        *each(spokes),
    ]


def scaffold() -> Thing:
    tubes: list[Thing] = []
    for x in (-1.7, 1.7):
        for z in (-0.75, 0.75):
            tubes.append(bar((x, 0.25, z), (x, 7.2, z), 0.07, "#c7ccd0"))
            tubes.append(at(x, 0, z, drum(0.2, 0.3, "#26282a", RUBBER, around=20)))
        rungs = (0.7 + 0.65 * k for k in range(10))
        tubes += [bar((x, y, -0.75), (x, y, 0.75), 0.05, "#c7ccd0") for y in rungs]
    for z in (-0.75, 0.75):
        tubes += [bar((-1.7, 0.8, z), (1.7, 2.9, z), 0.05, YELLOW), bar((1.7, 2.9, z), (-1.7, 5.0, z), 0.05, YELLOW)]
        tubes += [bar((-1.7, y, z), (1.7, y, z), 0.05, "#c7ccd0") for y in (6.3, 7.0)]
    decks = [box(0, y, 0, 3.3, 0.12, 1.35, wooden("#caa56d"), RAW, edge=0.02) for y in (2.85, 5.4)]
    boards = [box(0, 5.5, z, 3.3, 0.3, 0.06, YELLOW, RAW, edge=0.02) for z in (-0.72, 0.72)]
    return [*each(tubes), *each(decks), *each(boards)]


def generator(tone: str) -> Thing:
    frame = [
        pipe(
            f"-2.1,0.5,{z} -2.1,2.9,{z} -1.9,3.1,{z} 1.9,3.1,{z} 2.1,2.9,{z} 2.1,0.5,{z} 1.9,0.4,{z} -1.9,0.4,{z} -2.1,0.5,{z}",
            0.1,
            "#2a2d30",
            SATIN,
            90,
        )
        for z in (-1.05, 1.05)
    ]
    cross = [
        bar((x, y, -1.05), (x, y, 1.05), 0.09, "#2a2d30", SATIN)
        for x, y in ((-2.0, 3.05), (2.0, 3.05), (-2.0, 0.45), (2.0, 0.45))
    ]
    fins = [box(-1.0 + 0.14 * k, 0.9, 0.6, 0.06, 0.9, 0.9, "#7b8287", STEEL, edge=0.02) for k in range(8)]
    sockets = [
        facing(drum(0.26, 0.1, c, SATIN, around=28), 0.55 + 0.62 * k, 1.15, 1.0)
        for k, c in enumerate((BLUE, BLUE, RED))
    ]
    return [
        *each(cross), *frame[0], *box(0, 2.0, 0, 3.4, 0.9, 1.6, tone, LACQUER, edge=0.22, cell=0.2), *at(-0.6, 2.9, 0.2, drum(0.28, 0.14, "#222426", SATIN)),
        *box(0, 0.5, 0, 3.6, 1.4, 1.4, "#3a3f43", IRON, edge=0.1), *each(fins), *box(1.15, 0.7, 0.72, 1.9, 1.15, 0.5, "#e6e7e4", SATIN, edge=0.08), *each(sockets),
        *box(1.15, 1.55, 0.98, 0.7, 0.2, 0.03, "#20343a", Material(glow=0.3), edge=0.02), *frame[1], *wheel(-1.7, 0.5, 1.25, 0.5, 0.3), *pipe("2.1,2.4,-0.6 3.0,2.5,-0.6 3.1,2.5,0 3.0,2.5,0.6 2.1,2.4,0.6", 0.08, "#2a2d30", RUBBER),
    ]  # fmt: skip


def marquee(tone: str) -> Thing:
    cloth = Material(sheen=0.1, through=0.35)
    x, z, low, high = 3.2, 2.4, 3.1, 5.3
    posts = [bar((sx * x, 0, sz * z), (sx * x, low, sz * z), 0.08, "#dfe2e3") for sx in (-1, 1) for sz in (-1, 1)]
    eaves = [(-x, low, -z), (x, low, -z), (x, low, z), (-x, low, z)]
    roof = []
    for k in range(4):
        a, b = eaves[k], eaves[(k + 1) % 4]
        striped = _striped(colour(tone), colour("#f6f3ea"), 0 if abs(a[0] - b[0]) > 0.1 else 2)
        roof.append(sheet(b, a, (0, high, 0), (0, high, 0), striped, cloth, cuts=26))
        roof.append(sheet((a[0], a[1] - 0.45, a[2]), (b[0], b[1] - 0.45, b[2]), b, a, striped, cloth, cuts=26))
    back = sheet((-x, 0, -z), (x, 0, -z), (x, low, -z), (-x, low, -z), "#f6f3ea", cloth)
    benches = each([moved(bench_set(), 0, 0, 0.1)])
    return [*back, *each(posts), *benches, *each(roof), *at(0, high - 0.05, 0, drum(0.1, 0.5, tone, SATIN, around=16))]


def _striped(tone: RGB, other: RGB, axis: int) -> Callable[[float, float, Vec], RGB]:
    return lambda u, v, p: tone if math.floor((p[axis] + 20) / 0.53) % 2 else other


def bench_set() -> Thing:
    grain = wooden("#d98b2f")
    legs = [
        bar((x, 0, z * 1.0), (x, h, z), 0.05, "#3f7a55", SATIN)
        for z, h in ((0, 1.5), (-1.0, 0.85), (1.0, 0.85))
        for x in (-1.4, 1.4)
    ]
    return [
        *box(0, 0.85, -1.0, 3.6, 0.1, 0.5, grain, OILED),
        *each(legs),
        *box(0, 1.5, 0, 3.6, 0.12, 0.9, grain, OILED),
        *box(0, 0.85, 1.0, 3.6, 0.1, 0.5, grain, OILED),
    ]


def hammer_drill(tone: str) -> Thing:
    body = plate(
        0,
        0,
        0,
        outline("-1.6,0.1 1.5,0.25 1.9,0.5 1.9,1.2 1.4,1.5 -0.6,1.55 -1.2,1.9 -1.9,1.7 -2.0,0.9", 90),
        1.1,
        colour(tone),
        LACQUER,
        bevel=0.3,
        cell=0.14,
    )
    grip = plate(
        0,
        0,
        0,
        outline("-1.2,0.5 -1.9,1.2 -2.5,-0.6 -2.75,-1.7 -2.2,-1.95 -1.75,-1.6 -1.5,-0.6", 80),
        0.8,
        "#26282a",
        RUBBER,
        bevel=0.25,
        cell=0.14,
    )
    nose = [
        lathe(
            "0.55,0 0.6,0 0.55,0.5 0.4,0.9 0.4,1.2 0.3,1.25 0,1.3",
            lambda u, v, p: DARK if p[1] < 0.9 else STEEL_TONE,
            SATIN,
            fine=(40, 30),
        )
        .turned("z", -90)
        .moved(1.8, 0.85, 0)
    ]
    bit = [
        lathe(
            "0.13,0 0.15,0 0.15,2.6 0.02,2.9",
            lambda u, v, p: dim(STEEL_TONE, 0.5 + 0.5 * abs(math.sin(p[1] * 5 + math.atan2(p[2], p[0])))),
            STEEL,
            fine=(24, 80),
        )
        .turned("z", -90)
        .moved(3.0, 0.85, 0)
    ]
    side = [*facing(drum(0.2, 1.6, "#26282a", RUBBER, lip=0.1, around=24), 1.5, 0.85, 0.4)]
    vents = [box(-0.9 + 0.24 * k, 0.55, 0.55, 0.1, 0.5, 0.04, "#26282a") for k in range(5)]
    return moved([*bit, *nose, *body, *grip, *each(vents), *side], 0, 2.1, 0)


def trailer(tone: str) -> Thing:
    boards = [
        box(
            0,
            1.15,
            z,
            5.0,
            1.0,
            0.1,
            lambda u, v, p: dim(colour(tone), 0.82) if math.floor(p[1] * 5.2) % 2 else colour(tone),
            STEEL,
            edge=0.03,
            cell=0.1,
        )
        for z in (-1.25, 1.25)
    ]
    ends = [box(x, 1.15, 0, 0.1, 1.0, 2.5, tone, STEEL, edge=0.03) for x in (-2.45, 2.45)]
    mud = each(
        [
            plate(
                0.15,
                0.35,
                z,
                [(0.85 * math.cos(a), 0.85 * math.sin(a)) for a in (math.pi * k / 12 for k in range(13))]
                + [(0.72 * math.cos(a), 0.72 * math.sin(a)) for a in (math.pi * (12 - k) / 12 for k in range(13))],
                0.5,
                "#2b2d2f",
                RAW,
                cell=0.2,
            )
            for z in (-1.6, 1.6)
        ]
    )
    return [
        *box(0, 1.0, 0, 5.0, 0.14, 2.6, "#5d4a36", RAW), *wheel(0.15, 0.55, -1.6, 0.55, 0.36), *boards[0], *each(ends), *boards[1],
        *bar((-2.4, 0.95, 0.8), (-4.4, 0.9, 0), 0.09, "#b9bec1"), *bar((-2.4, 0.95, -0.8), (-4.4, 0.9, 0), 0.09, "#b9bec1"), *box(-4.5, 0.8, 0, 0.6, 0.22, 0.22, "#2a2c2e", IRON),
        *bar((-3.9, 0.1, 0.2), (-3.9, 1.5, 0.2), 0.08, "#b9bec1"), *wheel(-3.9, 0.2, 0.2, 0.2, 0.14), *wheel(0.15, 0.55, 1.6, 0.55, 0.36), *mud,
        *box(2.5, 1.0, 1.0, 0.08, 0.22, 0.5, "#b5221f", GLAZED, edge=0.03), *box(2.5, 1.0, -1.0, 0.08, 0.22, 0.5, "#b5221f", GLAZED, edge=0.03),
    ]  # fmt: skip


def ladder() -> Thing:
    def side(lean: float) -> Thing:
        rails = [box(x, 0, 0, 0.16, 6.6, 0.26, "#cfd4d7", STEEL, edge=0.03) for x in (-0.85, 0.85)]
        rungs = [box(0, 0.5 + 0.66 * k, 0, 1.7, 0.12, 0.26, "#cfd4d7", STEEL, edge=0.03) for k in range(9)]
        feet = [box(x, 0, 0, 0.22, 0.25, 0.34, ORANGE, RUBBER, edge=0.05) for x in (-0.85, 0.85)]
        return turned([*each(rails), *each(rungs), *each(feet)], "x", lean)

    return [
        *moved(side(15), 0, 0.02, -1.75),
        *moved(side(-15), 0, 0.02, 1.75),
        *box(0, 6.3, 0, 1.9, 0.25, 0.5, ORANGE, SATIN, edge=0.08),
    ]


def compactor(tone: str) -> Thing:
    foot = plate(
        0, 0, 0, "-1.9,0.35 -1.5,0 1.6,0 2.1,0.5 1.95,0.62 1.4,0.3 -1.4,0.3 -1.75,0.6", 1.9, "#4a4f53", IRON, cell=0.2
    )
    handle = pipe(
        "-0.9,1.6,0.7 -2.2,3.4,0.75 -2.9,4.6,0.75 -3.1,4.75,0 -2.9,4.6,-0.75 -2.2,3.4,-0.75 -0.9,1.6,-0.7",
        0.1,
        "#2a2d30",
        SATIN,
        90,
    )
    return [
        *foot,
        *box(0.55, 0.3, 0, 1.5, 1.1, 1.4, tone, LACQUER, edge=0.15),
        *box(-0.6, 0.3, 0, 1.3, 1.6, 1.3, "#2f3336", SATIN, edge=0.14),
        *box(-0.55, 1.85, 0, 1.2, 0.5, 1.1, tone, LACQUER, edge=0.18),
        *facing(drum(0.45, 0.2, "#d7dadb", STEEL), -0.6, 1.1, 0.66),
        *box(0.5, 1.35, 0, 1.0, 0.5, 1.0, "#e5e6e2", GLAZED, edge=0.2),
        *handle,
    ]


def washer(tone: str) -> Thing:
    hose = pipe(
        "0.6,1.1,1.1 1.6,0.5,1.5 2.8,0.12,1.3 3.0,0.12,0.2 1.9,0.12,0.4 2.2,0.12,1.9 3.2,0.4,2.0 3.5,1.6,1.7",
        0.1,
        "#1f2123",
        RUBBER,
        120,
    )
    lance = [
        *bar((3.5, 1.6, 1.7), (3.1, 3.9, 1.1), 0.08, "#cfd3d5"),
        *bar((3.5, 1.6, 1.7), (3.6, 0.9, 1.8), 0.16, "#26282a", RUBBER),
    ]
    return [
        *pipe("-1.1,0.7,-0.8 -1.5,3.9,-0.8 -1.6,4.1,0 -1.5,3.9,0.8 -1.1,0.7,0.8", 0.1, "#26282a", SATIN, 80),
        *wheel(-0.9, 0.7, -1.0, 0.7, 0.3),
        *box(0, 0.5, 0, 2.2, 1.9, 1.6, tone, LACQUER, edge=0.35, cell=0.2),
        *box(0.3, 2.2, 0, 1.4, 0.7, 1.3, "#2b2e31", SATIN, edge=0.25),
        *facing(drum(0.35, 0.15, "#e8e9e6", SATIN), 0.25, 1.6, 0.78),
        *box(0.9, 0.1, 0, 0.4, 0.5, 1.2, "#2b2e31"),
        *wheel(-0.9, 0.7, 1.0, 0.7, 0.3),
        *hose,
        *lance,
    ]


def light_tower() -> Thing:
    lamps: list[Thing] = []
    for x, y in ((-0.8, 6.6), (0.8, 6.6), (-0.8, 7.5), (0.8, 7.5)):
        lamps.append(box(x, y, 0, 1.3, 0.75, 0.4, "#2d3134", SATIN, edge=0.08))
        lamps.append(box(x, y + 0.07, 0.22, 1.16, 0.6, 0.05, "#fff6d8", Material(glow=2.4), edge=0.03, cell=0.2))
    legs = [
        bar((sx * 0.9, 0.9, sz * 0.6), (sx * 2.3, 0.1, sz * 1.6), 0.08, YELLOW, SATIN)
        for sx in (-1, 1)
        for sz in (-1, 1)
    ]
    return [
        *each(legs),
        *box(0, 0.6, 0, 2.6, 1.3, 1.6, YELLOW, LACQUER, edge=0.14),
        *box(0, 0.8, 0.8, 1.9, 0.7, 0.05, "#33383b", RAW),
        *bar((0, 1.8, 0), (0, 4.2, 0), 0.16, "#c7ccd0"),
        *bar((0, 4.1, 0), (0, 7.4, 0), 0.1, "#dfe2e4"),
        *bar((-0.8, 7.42, -0.1), (0.8, 7.42, -0.1), 0.07, "#dfe2e4"),
        *each(lamps),
    ]


def barrow(tone: str) -> Thing:
    tray = plate(
        0.3,
        1.1,
        0,
        "-1.5,0.15 0.6,0 1.7,1.25 -1.9,1.1",
        2.0,
        lambda u, v, p: dim(colour(tone), 0.6) if p[1] > 1.05 else colour(tone),
        LACQUER,
        bevel=0.08,
        cell=0.2,
    )
    poles = [
        pipe(f"2.0,0.65,{z * 0.25} 0.6,1.0,{z * 0.7} -1.6,1.15,{z * 0.8} -3.3,1.75,{z * 0.8}", 0.09, "#2f3336", SATIN)
        for z in (-1, 1)
    ]
    legs = [
        pipe(f"-0.7,1.1,{z * 0.75} -1.0,0.05,{z * 0.8} -1.5,0.05,{z * 0.8} -1.5,1.1,{z * 0.75}", 0.08, "#2f3336", SATIN)
        for z in (-1, 1)
    ]
    grips = [bar((-3.3, 1.75, z * 0.8), (-3.9, 1.95, z * 0.8), 0.14, ORANGE, RUBBER) for z in (-1, 1)]
    return [*each(poles), *each(legs), *each(grips), *tray, *wheel(2.1, 0.65, 0, 0.65, 0.4)]


def speaker(x: float) -> Thing:
    def cone(y: float, r: float) -> Thing:
        part = lathe(
            f"0,0.12 {r * 0.3},0.14 {r * 0.3},0.05 {r * 0.85},0.2 {r * 0.9},0.26 {r},0.2 {r},0",
            lambda u, v, p: colour("#1b1c1e") if v < 0.7 else colour("#4a4e52"),
            SATIN,
            fine=(48, 36),
        )
        return facing(part, 0, y, 0.96)

    return moved(
        [
            *box(0, 1.9, 0, 2.3, 3.9, 1.9, "#232527", RAW, edge=0.1),
            *cone(3.0, 0.9),
            *cone(4.95, 0.45),
            *bar((0, 0.2, 0), (0, 1.9, 0), 0.12, "#cfd3d5"),
            *each(
                [
                    bar((0, 1.0, 0), (1.1 * math.cos(a), 0.05, 1.1 * math.sin(a)), 0.06, "#2a2d30")
                    for a in (0.6, 2.7, 4.8)
                ]
            ),
        ],
        x,
        0,
        0,
    )


def fence() -> Thing:
    panels = []
    for k in range(2):
        x = -2.0 + 4.0 * k
        mesh = [
            wire([(x - 1.85 + 0.23 * j, 0.3, 0), (x - 1.85 + 0.23 * j, 4.2, 0)], 0.03, STEEL_TONE) for j in range(17)
        ]
        mesh += [
            wire([(x - 1.85, 0.6 + 0.55 * j, 0), (x + 1.85, 0.6 + 0.55 * j, 0)], 0.03, STEEL_TONE) for j in range(7)
        ]
        panels += [
            *mesh,
            *pipe(
                f"{x - 1.9},0.2,0 {x - 1.9},4.3,0 {x - 1.8},4.4,0 {x + 1.8},4.4,0 {x + 1.9},4.3,0 {x + 1.9},0.2,0",
                0.09,
                "#c7ccd0",
                STEEL,
            ),
        ]
    feet = [box(x, 0, 0, 0.5, 0.3, 1.8, ORANGE, RAW, edge=0.1) for x in (-3.9, 0, 3.9)]
    return [*panels, *each(feet)]


def pump(tone: str) -> Thing:
    frame = pipe(
        "-1.6,0.1,1.0 -1.6,2.4,1.0 -1.4,2.6,1.0 1.4,2.6,1.0 1.6,2.4,1.0 1.6,0.1,1.0", 0.09, "#2a2d30", SATIN, 70
    )
    hoses = [
        *pipe("1.2,1.0,0.3 2.2,1.1,0.5 3.2,0.5,1.0 3.6,0.16,2.2", 0.3, "#3f7fb0", RUBBER, 60),
        *pipe("0.9,1.9,0.1 1.0,2.9,0.2 2.2,3.5,-0.2 3.6,2.9,-0.6 3.9,0.3,-0.8", 0.26, "#d8582a", RUBBER, 70),
    ]
    return [
        *moved(frame, 0, 0, -2.0),
        *box(-0.5, 0.3, 0, 1.8, 1.4, 1.5, "#34393c", IRON, edge=0.1),
        *box(-0.5, 1.7, 0, 1.7, 0.7, 1.4, tone, LACQUER, edge=0.2),
        *at(0.9, 0.3, 0, drum(0.75, 1.6, "#9aa1a5", STEEL)),
        *hoses,
        *frame,
    ]


def heater(tone: str) -> Thing:
    barrel = lathe(
        "0.7,0 0.95,0.02 1.0,0.1 1.0,3.8 0.95,3.9 0.7,3.9 0.7,3.4 0,3.2",
        lambda u, v, p: colour("#3a2a22") if v > 0.83 else colour(tone),
        LACQUER,
        fine=(56, 60),
    )
    glow = skin(ball(0.66, 0.25), 36, 16, colour("#ff7a2a"), Material(glow=1.6))
    whole = [*turned([barrel], "z", 90), *turned(moved([glow], 0, 3.3, 0), "z", 90)]
    return [
        *moved(turned(whole, "y", 0), 1.9, 2.3, 0),
        *each([wheel(0.9, 0.6, z, 0.6, 0.3) for z in (-1.0,)]),
        *box(0, 0.6, 0, 3.4, 0.9, 1.4, "#2e3235", SATIN, edge=0.1),
        *pipe("1.6,1.0,0.7 2.6,2.2,0.7 2.7,2.3,0 2.6,2.2,-0.7 1.6,1.0,-0.7", 0.08, "#2a2d30"),
        *wheel(0.9, 0.6, 1.0, 0.6, 0.3),
        *bar((-1.4, 0.7, 0.6), (-1.5, 0, 0.6), 0.08, "#2a2d30"),
        *bar((-1.4, 0.7, -0.6), (-1.5, 0, -0.6), 0.08, "#2a2d30"),
    ]


def cable_drum() -> Thing:
    wood = wooden("#c99a5f")
    cheek = lathe("0.4,0 2.0,0 2.05,0.05 2.05,0.2 2.0,0.25 0.4,0.25", wood, RAW, fine=(64, 30))
    coil = lathe(
        [(1.0 + 0.42 + 0.06 * math.cos(k * math.pi), 0.25 + 0.05 * k) for k in range(35)],
        colour("#e2571f"),
        RUBBER,
        fine=(64, 70),
    )
    lying = [cheek, coil, cheek.moved(y=1.95)]
    return (
        [p.turned("x", 90).moved(0, 2.05, -1.1) for p in lying]
        + pipe("1.4,2.6,0 2.2,1.2,0.3 2.6,0.14,0.9 3.5,0.14,1.9", 0.1, "#e2571f", RUBBER)
        + facing(drum(0.5, 0.1, "#26282a", IRON), 0, 2.05, 1.0)
    )


def roller(tone: str) -> Thing:
    rolls = [facing(drum(0.95, 2.0, "#9ba2a6", STEEL, lip=0.08, around=56), x, 0.95, -1.0) for x in (-2.0, 2.0)]
    yokes = [
        *box(-2.0, 1.0, 1.08, 0.35, 1.1, 0.12, tone, LACQUER),
        *box(2.0, 1.0, 1.08, 0.35, 1.1, 0.12, tone, LACQUER),
    ]
    hoop = [bar((0.3, 2.2, z), (0.5, 4.9, z), 0.1, "#26282a", SATIN) for z in (-0.9, 0.9)]
    return [
        *each(rolls),
        *box(0, 1.55, 0, 4.6, 0.6, 1.9, tone, LACQUER, edge=0.18),
        *box(-1.55, 2.1, 0, 1.5, 0.85, 1.8, tone, LACQUER, edge=0.3, cell=0.2),
        *box(0.6, 2.1, 0, 0.8, 0.55, 1.0, "#26282a", LEATHER, edge=0.15),
        *box(0.95, 2.5, 0, 0.2, 0.9, 1.0, "#26282a", LEATHER, edge=0.1),
        *bar((-0.7, 2.6, 0), (-0.35, 3.3, 0), 0.07, "#26282a"),
        *at(-0.33, 3.3, 0, drum(0.4, 0.08, "#26282a", SATIN), lean=-25),
        *each(hoop),
        *bar((0.5, 4.9, -0.9), (0.5, 4.9, 0.9), 0.1, "#26282a", SATIN),
        *yokes,
    ]


def scissor_lift(tone: str) -> Thing:
    legs: list[Thing] = []
    for z in (-0.75, 0.75):
        for k in range(3):
            y = 1.1 + 1.15 * k
            legs += [
                bar((-1.6, y, z), (1.6, y + 1.15, z), 0.1, "#3a3f43", SATIN),
                bar((1.6, y, z * 0.9), (-1.6, y + 1.15, z * 0.9), 0.1, tone, LACQUER),
            ]
    rails = [bar((x, 4.8, z), (x, 6.3, z), 0.06, tone, LACQUER) for x in (-1.9, 0, 1.9) for z in (-0.85, 0.85)]
    rails += [bar((-1.9, y, z), (1.9, y, z), 0.06, tone, LACQUER) for y in (5.5, 6.3) for z in (-0.85, 0.85)]
    rails += [bar((x, 6.3, -0.85), (x, 6.3, 0.85), 0.06, tone, LACQUER) for x in (-1.9, 1.9)]
    return [
        *each([wheel(x, 0.42, -0.85, 0.42, 0.3) for x in (-1.4, 1.4)]),
        *box(0, 0.35, 0, 4.0, 0.75, 1.7, tone, LACQUER, edge=0.1),
        *each(legs),
        *box(0, 4.6, 0, 4.1, 0.2, 1.8, GREY, IRON, edge=0.05),
        *each(rails),
        *each([wheel(x, 0.42, 0.85, 0.42, 0.3) for x in (-1.4, 1.4)]),
        *box(1.5, 5.5, 0.9, 0.6, 0.5, 0.3, "#26282a", SATIN),
    ]


def breaker(tone: str) -> Thing:
    grips = [bar((0, 4.7, 0), (sx * 1.2, 4.75, 0), 0.13, "#26282a", RUBBER) for sx in (-1, 1)]
    return [
        *at(0, 0, 0, lathe("0,0 0.05,0.1 0.22,1.5 0.22,2.2", STEEL_TONE, STEEL, fine=(28, 20))),
        *at(
            0,
            1.9,
            0,
            lathe(
                "0.3,0 0.5,0 0.55,0.6 0.75,0.9 0.8,2.0 0.6,2.5 0.5,2.9 0,2.95",
                lambda u, v, p: colour(tone) if 0.7 < p[1] < 2.3 else DARK,
                LACQUER,
                fine=(44, 40),
            ),
        ),
        *each(grips),
        *box(0.9, 3.1, 0, 0.5, 0.5, 0.5, "#26282a", SATIN),
        *pipe("0.9,3.6,0 1.8,4.2,-0.3 2.3,2.2,-0.2 2.0,0.15,0.8 3.2,0.12,1.6", 0.09, "#1f2123", RUBBER, 80),
    ]


def cones() -> Thing:
    def cone(x: float, z: float) -> Thing:
        paint: Callable[[float, float, Vec], RGB] = lambda u, v, p: (
            colour("#f4f3ee") if 0.9 < p[1] < 1.35 or 1.75 < p[1] < 2.05 else colour("#ef6223")
        )
        return moved(
            [
                *box(0, 0, 0, 1.5, 0.14, 1.5, "#ef6223", RUBBER, edge=0.06),
                lathe("0.55,0.14 0.58,0.14 0.16,2.6 0.12,2.62 0,2.6", paint, SATIN, fine=(40, 60)),
            ],
            x,
            0,
            z,
        )

    plank: Callable[[float, float, Vec], RGB] = lambda u, v, p: (
        colour("#d23a2b") if math.floor((p[0] + p[1] * 0.8) / 0.6) % 2 else colour("#f4f3ee")
    )
    barrier = [
        *box(0, 2.2, -1.2, 5.4, 0.6, 0.14, plank, SATIN, cell=0.1),
        *box(0, 1.0, -1.2, 5.4, 0.45, 0.14, plank, SATIN, cell=0.1),
        *each([bar((x, 0, -1.2 + dz), (x, 2.9, -1.2), 0.07, "#c7ccd0") for x in (-2.4, 2.4) for dz in (-0.7, 0.7)]),
        *each([at(x, 2.85, -1.2, drum(0.2, 0.35, "#f7a51d", Material(glow=0.8), around=20)) for x in (-2.4, 2.4)]),
    ]
    return [*barrier, *cone(-2.2, 0.8), *cone(-0.1, 1.3), *cone(2.0, 0.7)]


def toilet(tone: str) -> Thing:
    walls = [
        *box(0, 0.2, 0, 2.9, 5.4, 2.9, tone, SATIN, edge=0.14, cell=0.25),
        *box(0, 0, 0, 3.1, 0.25, 3.1, "#3a3f43"),
    ]
    ribs = [box(x, 0.5, 1.46, 0.12, 4.8, 0.06, dim(colour(tone), 0.75), SATIN, edge=0.02) for x in (-1.3, 1.3)]
    door = [
        *box(0, 0.45, 1.46, 2.2, 4.7, 0.08, "#e9ecec", SATIN, edge=0.06),
        *box(0.85, 2.5, 1.54, 0.16, 0.5, 0.1, "#2b2e31"),
        *facing(drum(0.14, 0.06, "#3f9a55", GLAZED, around=20), 0.85, 3.3, 1.5),
    ]
    return [
        *walls,
        *each(ribs),
        *door,
        *box(0, 5.55, 0, 3.1, 0.3, 3.1, "#dfe4e5", Material(through=0.4), edge=0.14),
        *bar((-1.0, 5.7, -1.0), (-1.0, 6.4, -1.0), 0.14, "#3a3f43"),
    ]


def mower(tone: str) -> Thing:
    handle = pipe(
        "-1.1,0.9,0.75 -2.6,2.9,0.75 -3.3,3.8,0.75 -3.4,3.9,0 -3.3,3.8,-0.75 -2.6,2.9,-0.75 -1.1,0.9,-0.75",
        0.08,
        "#2a2d30",
        SATIN,
        90,
    )
    bag = [*box(-2.1, 0.6, 0, 1.5, 1.2, 1.4, "#2b2e31", Material(sheen=0.2), edge=0.3)]
    return [
        *wheel(-1.1, 0.55, -1.0, 0.55, 0.26),
        *wheel(1.3, 0.42, -1.0, 0.42, 0.26),
        *bag,
        *box(0.1, 0.45, 0, 3.2, 0.6, 1.9, tone, LACQUER, edge=0.28, cell=0.2),
        *at(0.4, 1.0, 0, drum(0.75, 0.55, "#2b2e31", SATIN)),
        *at(0.4, 1.5, 0, drum(0.5, 0.22, tone, LACQUER)),
        *handle,
        *wheel(-1.1, 0.55, 1.0, 0.55, 0.26),
        *wheel(1.3, 0.42, 1.0, 0.42, 0.26),
    ]


def _shown(
    thing: Thing,
    backdrop: Backdrop,
    *,
    zoom: float,
    high: float,
    yaw: float = -32,
    pitch: float = 13,
    side: float = 0.0,
) -> Stage:
    stage = standing(backdrop, zoom=zoom, yaw=yaw, pitch=pitch, target=(side, high, 0))
    stage.mixed = True
    return stage.put(thing)


PICTURES: dict[str, Callable[[], Stage]] = {
    "hire-excavator": lambda: _shown(excavator(YELLOW), YARD, zoom=118, high=2.1, side=0.7, yaw=-26),
    "hire-mini-excavator": lambda: _shown(excavator("#d8541f"), SITE, zoom=122, high=2.1, side=0.7, yaw=26),
    "hire-dumper": lambda: _shown(dumper(YELLOW), SITE, zoom=160, high=1.5),
    "hire-mixer": lambda: _shown(mixer(ORANGE), YARD, zoom=170, high=1.9, yaw=-24),
    "hire-scaffold": lambda: _shown(scaffold(), SITE, zoom=122, high=3.6, yaw=-30, pitch=8),
    "hire-generator": lambda: _shown(generator(YELLOW), HAZARD, zoom=172, high=1.7),
    "hire-generator-quiet": lambda: _shown(generator(BLUE), SHED, zoom=172, high=1.7, yaw=22),
    "hire-marquee": lambda: _shown(marquee(GREEN), SITE, zoom=116, high=2.5, yaw=-30, pitch=12),
    "hire-marquee-red": lambda: _shown(marquee(RED), YARD, zoom=116, high=2.5, yaw=30, pitch=12),
    "hire-hammer-drill": lambda: _shown(hammer_drill("#1f7a78"), HAZARD, zoom=128, high=2.2, side=1.6, yaw=-16, pitch=14),
    "hire-trailer": lambda: _shown(trailer("#c4cacd"), YARD, zoom=130, high=1.1, side=-0.8, yaw=-34, pitch=18),
    "hire-ladder": lambda: _shown(ladder(), SHED, zoom=130, high=3.2, yaw=-40, pitch=8),
    "hire-compactor": lambda: _shown(compactor(ORANGE), SITE, zoom=165, high=2.0, side=-0.4),
    "hire-pressure-washer": lambda: _shown(washer(YELLOW), YARD, zoom=162, high=1.9, side=0.8, yaw=-22),
    "hire-light-tower": lambda: _shown(light_tower(), EVENING, zoom=122, high=4.1, yaw=-24, pitch=6),
    "hire-barrow": lambda: _shown(barrow(GREEN), SITE, zoom=152, high=1.1, side=-0.6, yaw=-34, pitch=18),
    "hire-speakers": lambda: _shown([*speaker(-1.9), *speaker(1.9)], EVENING, zoom=148, high=2.9, yaw=-20, pitch=8),
    "hire-benches": lambda: _shown([*moved(bench_set(), 0, 0, -1.6), *moved(bench_set(), 0, 0, 1.6)], SITE, zoom=172, high=0.8, yaw=-38, pitch=24),
    "hire-fence": lambda: _shown(fence(), SITE, zoom=124, high=2.1, yaw=-28, pitch=10),
    "hire-pump": lambda: _shown(pump(RED), SHED, zoom=160, high=1.6, side=0.7),
    "hire-heater": lambda: _shown(heater(ORANGE), SHED, zoom=168, high=1.7, yaw=-36),
    "hire-cable-drum": lambda: _shown(cable_drum(), YARD, zoom=165, high=1.8, side=0.6, yaw=-30, pitch=15),
    "hire-roller": lambda: _shown(roller(YELLOW), SITE, zoom=142, high=2.2, yaw=-34),
    "hire-scissor-lift": lambda: _shown(scissor_lift(BLUE), YARD, zoom=132, high=3.1, yaw=-32, pitch=8),
    "hire-breaker": lambda: _shown(breaker(YELLOW), HAZARD, zoom=158, high=2.4, side=0.6, yaw=-18, pitch=10),
    "hire-cones": lambda: _shown(cones(), SITE, zoom=160, high=1.2, yaw=-22, pitch=15),
    "hire-toilet": lambda: _shown(toilet(BLUE), SITE, zoom=142, high=3.0, yaw=-32, pitch=9),
    "hire-mower": lambda: _shown(mower(GREEN), Backdrop("#cfe0d2", "#9fb98a", "#e2eee0", horizon=0.58, shape="disc", shape_at=(0.74, 0.22, 0.12)), zoom=160, high=1.3, side=-0.7),
}  # fmt: skip
