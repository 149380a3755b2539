"""What the nursery grows and sells: plants in pots, seeds, a watering can."""

import math
from collections.abc import Callable

from haat.demo.draw.backdrop import Backdrop, Table
from haat.demo.draw.colour import RGB, colour, dim, mix
from haat.demo.draw.foliage import LEAFY, WAXY, blades, leaf, lemon, stem, sword
from haat.demo.draw.lettering import lettered
from haat.demo.draw.materials import OILED, PAINT, RAW, SATIN, clouded, wooden
from haat.demo.draw.solid import (
    Material,
    Part,
    Patch,
    Thing,
    ball,
    laid,
    lathe,
    marks,
    moved,
    opened,
    rounded,
    skin,
    slab,
    stood,
    swept,
    turned,
)
from haat.demo.draw.space import Dice, Flat, Vec, add, cross, curve, noise, scale, step, sub, trace, unit
from haat.demo.draw.stage import Stage, lying, standing

MINT = Backdrop("#c3d6bd", "#d8e4cf", "#a5c2a0", shape="disc", shape_at=(0.52, 0.40, 0.32))
BLUSH = Backdrop("#efcdbb", "#f4dfd0", "#e3a98f", shape="arch", shape_at=(0.52, 0.38, 0.29))
SUN = Backdrop("#f0d68e", "#f4e2b0", "#e8bd58", shape="disc", shape_at=(0.47, 0.40, 0.30))
FOREST = Backdrop("#3f6152", "#6d8a78", "#4d7262", shape="disc", shape_at=(0.5, 0.42, 0.32))
KRAFT = Table("#c9d3b8", accent="#b9c6a5")


def pot(tone: str, radius: float = 1.0, high: float = 1.7, material: Material = RAW) -> tuple[Thing, Thing]:
    """A flower pot with a collar and soil; its inside and its outside."""
    r, h = radius, high
    profile = [(0, 0.03), (0.66 * r, 0), (0.7 * r, 0.04), (0.93 * r, 0.72 * h), (0.93 * r, 0.72 * h), (1.03 * r, 0.73 * h), (1.03 * r, 0.73 * h),
               (1.07 * r, h), (1.05 * r, h + 0.03), (0.97 * r, h + 0.02), (0.94 * r, h - 0.16), (0.0, h - 0.14)]  # fmt: skip
    clay = colour(tone)
    soil = colour("#4a3426")

    def paint(u: float, v: float, p: Vec) -> RGB:
        if math.hypot(p[0], p[2]) < 0.925 * r and p[1] > h - 0.3:
            return mix(soil, dim(soil, 0.35), noise(p[0] * 11, p[1], p[2] * 11))
        return mix(clay, dim(clay, 0.8), noise(p[0] * 2, p[1] * 9, p[2] * 2))

    return opened([lathe(profile, paint, material, fine=(130, 90), melt=1.8)])


def fern(name: str = "fern", height: float = 3.3, fronds: int = 30) -> Thing:
    dice = Dice(name)
    patches: list[Patch] = []
    ribs: list[Part] = []
    for k in range(fronds):
        heading = k * 137.5 + dice.throw(-14, 14)
        inner = k / fronds
        rise, droop = 48 + 38 * inner + dice.throw(-8, 8), 128 - 60 * inner + dice.throw(-15, 15)
        size = height * (0.86 + 0.25 * dice.throw() - 0.18 * inner)
        tone = mix(colour("#5f9a4a"), colour("#9cc46a"), dice.throw() * 0.7 + 0.3 * inner)
        spine = _arc((0.12 * math.cos(heading), 0, 0.12 * math.sin(heading)), heading, rise, droop, size)
        ribs.append(stem(spine[::4], 0.018, dim(colour("#6d8a45"), 0.8), 24))
        for j in range(5, len(spine) - 1):
            t = j / len(spine)
            long = size * 0.135 * (math.sin(math.pi * min(1.0, 0.18 + t * 0.86)) ** 0.8) * (1.0 if t < 0.9 else 0.7)
            ahead = unit(sub(spine[j + 1], spine[j]))
            for side in (-1, 1):
                patches += _pinna(spine[j], ahead, heading, side, long, mix(tone, dim(tone, 0.6), 0.5 * dice.throw()))
    return [*ribs, blades(patches)]


def _pinna(base: Vec, ahead: Vec, heading: float, side: int, long: float, tone: RGB) -> list[Patch]:
    """One leaflet, leaving the rib sideways and a little forward."""
    out = (-math.sin(math.radians(heading)) * side, 0.0, math.cos(math.radians(heading)) * side)
    way = unit(add(scale(out, 1.0), scale(ahead, 0.36)))
    normal = unit(cross(ahead, out)) if side < 0 else unit(cross(out, ahead))
    wide = 0.13 * long
    points = [
        (add(base, scale(ahead, -wide)), add(base, scale(ahead, wide))),
        (
            add(add(base, scale(way, long * 0.55)), scale(ahead, -wide * 0.8)),
            add(add(base, scale(way, long * 0.55)), scale(ahead, wide * 0.75)),
        ),
    ]
    tip = add(add(base, scale(way, long)), (0, -0.12 * long, 0))
    (a, b), (c, d) = points
    return [Patch((a, b, d, c), normal, tone), Patch((c, d, tip), normal, mix(tone, colour("#c6dc8a"), 0.18))]


def _arc(base: Vec, heading: float, rise: float, droop: float, size: float, count: int = 34) -> list[Vec]:
    points = [base]
    c, s = math.cos(math.radians(heading)), math.sin(math.radians(heading))
    for k in range(count):
        angle = math.radians(rise - droop * (k / count) ** 1.2)
        points.append(add(points[-1], scale((c * math.cos(angle), math.sin(angle), s * math.cos(angle)), size / count)))
    return points


def monstera(leaves: int = 9, name: str = "monstera", height: float = 3.0) -> Thing:
    dice = Dice(name)
    stalks: list[Part] = []
    big: list[tuple[float, Part, Part]] = []
    for k in range(leaves):
        heading = k * 137.5 + 40 + dice.throw(-16, 16)
        lift = 0.45 + 0.55 * (k + 1) / leaves
        reach = 1.5 * (1.12 - 0.65 * k / leaves)
        top = (reach * math.cos(math.radians(heading)), height * lift, reach * math.sin(math.radians(heading)))
        stalks.append(
            stem(
                [
                    (0, 0, 0),
                    (top[0] * 0.25, top[1] * 0.6, top[2] * 0.25),
                    (top[0] * 0.7, top[1] * 0.95, top[2] * 0.7),
                    top,
                ],
                0.055,
                colour("#7d9a4e"),
                40,
                0.3,
            )
        )
        size = 1.9 * (1.05 - 0.4 * k / leaves) * dice.throw(0.92, 1.08)
        tone = mix(colour("#2f6b45"), colour("#5d9a54"), k / leaves * 0.8 + 0.2 * dice.throw())
        blade, veins = _split_leaf(top, heading, 8 + 22 * dice.throw(), size, tone, young=k >= leaves - 2)
        big.append((top[2] + top[1] * 0.25, blade, veins))
    big.sort(key=lambda item: item[0])
    return [*stalks, *(part for _, blade, veins in big for part in (blade, veins))]


def _split_leaf(base: Vec, heading: float, tilt: float, size: float, tone: RGB, *, young: bool) -> tuple[Part, Part]:
    """A heart-shaped blade with slits from the edge and holes along the rib."""

    def half(v: float) -> float:
        return 0.56 * size * math.sin(math.pi * (0.10 + 0.90 * v) ** 0.80) ** 0.72 if v < 1 else 0.0

    c, s = math.cos(math.radians(heading)), math.sin(math.radians(heading))

    def surface(u: float, v: float) -> Vec:
        t = (u - 0.5) * 2
        along = size * (v - 0.24 * abs(t) ** 1.2 * (1 - v) ** 2)
        reach = t * half(v)
        fall = math.radians(tilt + 38 * v)
        level, drop = along * math.cos(fall), -along * math.sin(fall) * 0.75
        up = 0.10 * size * abs(t) - 0.16 * size * t * t + 0.03 * math.sin(v * 16) * abs(t)
        return (base[0] + c * level - s * reach, base[1] + drop + up, base[2] + s * level + c * reach)

    def keep(u: float, v: float) -> bool:
        t = abs(u - 0.5) * 2
        if young:
            return True
        for k, at in enumerate((0.16, 0.32, 0.48, 0.64)):
            slit = v - (at + 0.16 * t)
            if t > 0.42 and abs(slit) < 0.012 + 0.034 * (t - 0.42):
                return False
            hole = ((t - 0.24) / 0.085) ** 2 + ((v - (at + 0.09)) / 0.022) ** 2
            if k < 3 and hole < 1:
                return False
        return True

    def paint(u: float, v: float, p: Vec) -> RGB:
        t = abs(u - 0.5) * 2
        rib = max(0.0, 1 - t * 22)
        vein = max(0.0, 1 - abs(((v - 0.16 * t + 0.02) / 0.16) % 1.0 - 0.5) * 16) * 0.16
        return mix(
            mix(tone, dim(tone, 0.72), noise(p[0] * 2, p[1] * 2, p[2] * 2)), colour("#b9d48a"), max(0.55 * rib, vein)
        )

    blade = skin(
        surface, 64, 84, paint, Material(gloss=0.7, rough=0.35, through=0.4), melt=0.7, both_sides=True, keep=keep
    )
    rib = marks(
        surface,
        [[(0.5, k / 30) for k in range(31)]],
        0.03 * size,
        mix(tone, colour("#cfe0a0"), 0.5),
        LEAFY,
        lift=0.006,
        both_sides=True,
    )
    return blade, rib


def echeveria(name: str, size: float, tone: str, tip: str, count: int = 44) -> Thing:
    """A rosette, its outermost leaves lying, the innermost closed."""
    base, blush = colour(tone), colour(tip)
    leaves: list[tuple[float, list[Patch]]] = []
    for k in range(count):
        t = k / (count - 1)
        heading = k * 137.508
        rise = 12 + 72 * t**1.25
        long = size * (1.0 - 0.66 * t)
        patches = _plump(heading, rise, long, long * (0.36 + 0.06 * t), size * 0.10 * t, base, blush)
        leaves.append((t, patches))
    return [Part(patches, WAXY, 0.9) for _, patches in leaves]


def _plump(heading: float, rise: float, long: float, wide: float, lift: float, base: RGB, blush: RGB) -> list[Patch]:
    """A thick leaf, spoon-shaped, with a small point."""
    c, s = math.cos(math.radians(heading)), math.sin(math.radians(heading))
    a = math.radians(rise)

    def surface(u: float, v: float) -> Vec:
        angle = 2 * math.pi * u
        profile = math.sin(math.pi * min(1.0, v) ** 1.5) ** 0.62 * (1 - 0.15 * v) if 0 < v < 1 else 0.0
        across = wide * profile * math.cos(angle)
        thick = 0.30 * wide * profile * math.sin(angle) + 0.55 * wide * profile * math.cos(angle) ** 2 * 0.5
        bend = 0.28 * long * v * v
        out, up = long * v, thick + bend
        x, y = out * math.cos(a) - up * math.sin(a), out * math.sin(a) + up * math.cos(a)
        return (c * x - s * across, y + lift, s * x + c * across)

    def paint(u: float, v: float, p: Vec) -> RGB:
        return mix(mix(base, (1, 1, 1), 0.10 * noise(p[0] * 4, p[1] * 4, p[2] * 4)), blush, step(0.74, 1.0, v) * 0.9)

    return skin(surface, 22, 16, paint, WAXY).patches


def snake_plant(name: str = "snake", leaves: int = 11) -> Thing:
    dice = Dice(name)
    found: list[tuple[float, Part]] = []
    for k in range(leaves):
        heading = k * 137.5 + dice.throw(-20, 20)
        away = 0.16 + 0.42 * (k / leaves) ** 0.6
        base = (away * math.cos(math.radians(heading)), 0.0, away * math.sin(math.radians(heading)))
        tall = dice.throw(2.6, 3.9) * (1.05 - 0.45 * k / leaves)
        found.append((base[2], _sword_leaf(base, heading, tall, dice)))
    found.sort(key=lambda item: item[0])
    return [part for _, part in found]


def _sword_leaf(base: Vec, heading: float, tall: float, dice: Dice) -> Part:
    lean, twist, seed = dice.throw(4, 13), dice.throw(-50, 50), dice.throw(0, 60)
    green, dark, rim = colour("#7fa06a"), colour("#2f5a40"), colour("#dfd27a")
    facing = dice.throw(-40, 40)

    def surface(u: float, v: float) -> Vec:
        t = (u - 0.5) * 2
        turned_by = math.radians(facing + twist * v)
        half = 0.24 * sword(v) * (0.8 + 0.2 * v)
        x, z = t * half * math.cos(turned_by), t * half * math.sin(turned_by) + 0.09 * t * t * half / 0.24
        out = math.tan(math.radians(lean)) * tall * v * (0.6 + 0.4 * v)
        return (
            base[0] + x + out * math.cos(math.radians(heading)),
            tall * v,
            base[2] + z + out * math.sin(math.radians(heading)),
        )

    def paint(u: float, v: float, p: Vec) -> RGB:
        t = abs(u - 0.5) * 2
        bands = noise(v * tall * 7 + 0.6 * noise(u * 5, v * 9, seed), u * 1.2, seed)
        return mix(mix(green, dark, step(0.42, 0.56, bands)), rim, step(0.78, 0.86, t))

    return skin(surface, 28, 90, paint, WAXY, melt=0.8, both_sides=True)


def lemon_tree(name: str = "lemon") -> Thing:
    dice = Dice(name)
    bark = colour("#8a6a4a")
    trunk = stem([(0, 0, 0), (0.05, 0.9, 0), (-0.03, 1.7, 0.03), (0, 2.3, 0)], 0.10, bark, 40, 0.3)
    crown: Vec = (0.0, 3.05, 0.0)
    twigs, patches = [], []
    fruit: list[tuple[float, Thing]] = []
    for k in range(150):
        lift = math.asin(2 * (k + 0.5) / 150 - 1)
        angle = k * 2.39996
        away = 1.18 * dice.throw(0.72, 1.04)
        way = (math.cos(lift) * math.cos(angle), math.sin(lift) * 0.92, math.cos(lift) * math.sin(angle))
        point = add(crown, scale(way, away))
        if k % 5 == 0:
            twigs.append(stem([(0, 2.2, 0), add(crown, scale(way, away * 0.5)), point], 0.03, bark, 12))
        green = mix(colour("#3f7a3c"), colour("#86b455"), 0.75 * dice.throw() ** 1.4)
        for _ in range(3):
            patches += leaf(
                point,
                math.degrees(angle) + dice.throw(-70, 70),
                dice.throw(-15, 65),
                dice.throw(0.42, 0.62),
                0.115,
                green,
                droop=dice.throw(20, 70),
                roll=dice.throw(-30, 60),
                along=7,
                across=4,
            )
    for angle, high, away in (
        (70, 2.75, 1.22),
        (115, 3.25, 1.2),
        (30, 3.1, 1.22),
        (150, 2.62, 1.2),
        (95, 2.35, 1.12),
        (52, 3.6, 1.05),
        (128, 3.75, 1.0),
    ):
        x, z = away * math.cos(math.radians(angle)), away * math.sin(math.radians(angle))
        fruit.append((z, moved(turned(lemon(f"{angle}", 0.52), "z", 78), x, high, z)))
    return [trunk, *twigs, blades(patches), *(part for _, thing in sorted(fruit, key=lambda f: f[0]) for part in thing)]


def basil(name: str) -> Thing:
    dice = Dice(name)
    patches, stalks = [], []
    for k in range(16):
        heading = k * 137.5
        lean = 0.34 * math.sqrt((k + 1) / 16)
        foot = (lean * 0.4 * math.cos(heading), 0, lean * 0.4 * math.sin(heading))
        top = (
            lean * 1.6 * math.cos(math.radians(heading)),
            dice.throw(0.7, 1.2),
            lean * 1.6 * math.sin(math.radians(heading)),
        )
        stalks.append(
            stem(
                [foot, ((foot[0] + top[0]) / 2, top[1] * 0.55, (foot[2] + top[2]) / 2), top],
                0.026,
                colour("#86a85a"),
                14,
            )
        )
        tone = mix(colour("#4f8f3f"), colour("#93c45a"), dice.throw())
        for j in range(4):
            patches += leaf(
                top,
                heading + j * 90 + dice.throw(-18, 18),
                dice.throw(12, 42),
                dice.throw(0.36, 0.54),
                0.155,
                tone,
                droop=dice.throw(45, 85),
                fold=-0.25,
                along=7,
                across=6,
            )
        for j in range(2):
            patches += leaf(
                (top[0] * 0.8, top[1] * 0.6, top[2] * 0.8),
                heading + 90 + j * 180,
                15,
                0.48,
                0.15,
                dim(tone, 0.8),
                droop=70,
                fold=-0.2,
                along=6,
                across=4,
            )
    return [*stalks, blades(patches)]


def needles(name: str, tone: str, tall: float, long: float, wide: float, twigs: int = 15) -> Thing:
    """Rosemary, thyme, lavender: upright twigs set with narrow leaves."""
    dice = Dice(name)
    patches, stalks = [], []
    for k in range(twigs):
        heading = k * 137.5
        away = 0.5 * math.sqrt((k + 0.5) / twigs)
        foot = (away * 0.6 * math.cos(math.radians(heading)), 0, away * 0.6 * math.sin(math.radians(heading)))
        high = tall * dice.throw(0.75, 1.1)
        top = (away * 1.7 * math.cos(math.radians(heading)), high, away * 1.7 * math.sin(math.radians(heading)))
        line = [
            (p[0], p[1], p[2])
            for p in curve([foot, ((foot[0] + top[0]) * 0.42, high * 0.55, (foot[2] + top[2]) * 0.42), top], 16)
        ]
        stalks.append(stem(line[::3], 0.022, colour("#7b6f4d"), 14))
        green = mix(colour(tone), dim(colour(tone), 0.55), dice.throw())
        for point in line[3:]:
            for j in range(4):
                patches += leaf(
                    point,
                    j * 90 + dice.throw(0, 90),
                    dice.throw(25, 60),
                    long * dice.throw(0.8, 1.1),
                    wide,
                    green,
                    droop=10,
                    fold=0.1,
                    along=3,
                    across=2,
                )
    return [*stalks, blades(patches)]


def lavender(name: str = "lavender") -> Thing:
    dice = Dice(name)
    foliage = needles(name, "#93a683", 1.0, 0.42, 0.022, 22)
    stalks, patches = [], []
    for k in range(26):
        heading = k * 137.5 + dice.throw(-20, 20)
        away = 0.95 * math.sqrt((k + 0.5) / 26)
        high = dice.throw(2.0, 2.7) - 0.35 * away
        top = (away * math.cos(math.radians(heading)), high, away * math.sin(math.radians(heading)))
        foot = (0.25 * top[0], 0.2, 0.25 * top[2])
        line = [(p[0], p[1], p[2]) for p in curve([foot, (top[0] * 0.5, high * 0.55, top[2] * 0.5), top], 26)]
        stalks.append(stem(line[::5], 0.018, colour("#8ba06d"), 16, 0.2))
        for j, point in enumerate(line[15:]):
            for i in range(6):
                tone = mix(colour("#7a5fb0"), colour("#a88fd6"), dice.throw())
                patches += leaf(
                    point,
                    i * 60 + j * 25,
                    dice.throw(25, 55),
                    0.13 * (1.1 - 0.05 * j),
                    0.036,
                    tone,
                    droop=20,
                    along=2,
                    across=2,
                    rib=tone,
                )
    return [*foliage, *stalks, blades(patches)]


def crate(wide: float, deep: float, high: float) -> tuple[Thing, Thing]:
    """A slatted wooden box: what is behind its contents, and its front."""
    wood = wooden("#cfa877", (1.2, 12, 12))

    def slats(y: float) -> Thing:
        return moved(slab(rounded(wide, 0.44, 0.03), 0.12, wood, OILED, bevel=0.03, cell=0.14), y=y)

    heights = [0.3 + k * 0.52 for k in range(int(high / 0.5))]
    back = [part for y in heights for part in moved(slats(y), z=-deep / 2)]
    ends = [
        stood(
            slab(rounded(deep, high, 0.03), 0.14, wooden("#bf9766", (1.2, 12, 12)), OILED, bevel=0.03, cell=0.14),
            x - 0.07,
            0,
            90,
            lift=high / 2 + 0.06,
        )
        for x in (-wide / 2, wide / 2)
    ]
    front = [part for y in heights for part in moved(slats(y), z=deep / 2)]
    return [*back, *ends[0], *ends[1]], front


def seed_packet(ground: str, band: str, name: str, kind: str, picture: Thing) -> Thing:
    """An envelope, upright in x and y, with a printed picture."""
    paper = slab(rounded(3.1, 4.5, 0.05), 0.1, clouded(colour(ground), 0.05, 3), RAW, bevel=0.05, cell=0.12)
    top = moved(
        slab(rounded(3.1, 0.62, 0.04), 0.05, clouded(colour(band), 0.06, 3), RAW, bevel=0.03, cell=0.12), 0, 1.94, 0.07
    )
    foot = moved(slab(rounded(2.5, 0.86, 0.06), 0.01, colour("#f7efdc"), RAW, bevel=0.005, cell=0.12), 0, -1.62, 0.095)
    ink = colour("#2f3a2c")
    words = _print(lettered(name, 0.30, at=(0, -1.62)), 0.045, ink, 0.112)
    small = _print(lettered(kind, 0.115, at=(0, -1.92), spaced=1.8), 0.02, ink, 0.112)
    head = _print(lettered("GREEN STAIRS", 0.17, at=(0, 1.86), spaced=2.6), 0.03, colour("#f7efdc"), 0.14)
    printed = [_pressed(part) for part in picture]
    return [*paper, *top, *foot, *printed, words, small, head]


def _print(lines: list[list[Flat]], width: float, ink: RGB, z: float) -> Part:
    return marks(lambda u, v: (u, v, z), lines, width, ink, both_sides=True, lift=0.004)


def _pressed(part: Part) -> Part:
    """A modelled thing turned into its own print: as good as flat, still shaded."""
    return Part(
        [p._replace(corners=tuple((x, y, 0.106 + z * 0.012) for x, y, z in p.corners)) for p in part.patches],
        part.material,
        part.melt,
        part.both_sides,
        casts=False,
    )


def tomato(name: str, size: float, tone: str = "#cf3b2c") -> Thing:
    red = colour(tone)

    def surface(u: float, v: float) -> Vec:
        x, y, z = ball(size, 0.82)(u, v)
        angle = 2 * math.pi * u
        ribs = 1 + 0.045 * math.cos(7 * angle + len(name)) * (0.4 + 0.6 * abs(2 * v - 1))
        dimple = -0.20 * size * math.exp(-((math.hypot(x, z) / (0.34 * size)) ** 2)) if v > 0.5 else 0.0
        return (x * ribs, y + dimple, z * ribs)

    def paint(u: float, v: float, p: Vec) -> RGB:
        return mix(red, colour("#e88a3c"), 0.55 * step(0.72, 0.98, v) + 0.12 * noise(p[0] * 3, p[1] * 3, p[2] * 3))

    star: list[Patch] = []
    for k in range(6):
        star += leaf(
            (0, 0.66 * size, 0),
            k * 60 + 12,
            34,
            size * 0.62,
            size * 0.11,
            colour("#5d8a3c"),
            droop=74,
            along=7,
            across=4,
        )
    return [
        skin(surface, 70, 50, paint, Material(gloss=0.9, rough=0.16)),
        stem(
            [(0, 0.6 * size, 0), (0.03, 0.86 * size, 0.02), (0.10, 1.04 * size, 0.04)],
            0.06 * size,
            colour("#6f8f45"),
            14,
            0.2,
        ),
        blades(star),
    ]


def petal(t: float) -> float:
    """Narrow at the heart of the flower, broad and blunt outside."""
    return min(1.0, 0.25 + 1.2 * t) * math.sqrt(max(0.0, 1 - max(0.0, (t - 0.62) / 0.38) ** 2.4))


def flower(at: Vec, size: float, tone: str, petals: int, heart: str, wide: float = 0.30) -> Thing:
    """A flower facing the reader, in x and y."""
    patches: list[Patch] = []
    for k in range(petals):
        blade = leaf(
            (0, 0, 0),
            0,
            0,
            size,
            size * wide,
            colour(tone),
            droop=-12,
            shape=petal,
            along=9,
            across=6,
            rib=dim(colour(tone), 0.75),
        )
        shaped = Part(blade).each(lambda p: (p[0], p[2], p[1]), lambda n: (n[0], n[2], abs(n[1])))
        patches += turned([shaped], "z", k * 360 / petals + at[0] * 50)[0].patches
    middle_part = [
        skin(ball(size * 0.24, 0.6), 24, 14, clouded(colour(heart), 0.3, 0.3), RAW, melt=0.7)
        .turned("x", 90)
        .moved(z=0.1)
    ]
    return moved([blades(patches), *middle_part], *at)


def watering_can(tone: str) -> Thing:
    """Spout to the right; enamelled, its rose of brass."""
    body = trace(
        "0,0.02 1,0 1.06,0.05 1.06,0.08 1.02,0.14 0.98,0.9 0.93,1.7 0.93,1.72 0.97,1.76 0.97,1.8 0.9,1.86 0.62,2 0.5,2.02"
    )
    enamel = colour(tone)
    spout = swept(
        [(0.85, 0.42, 0), (1.5, 0.75, 0), (2.1, 1.6, 0), (2.55, 2.35, 0)],
        lambda t: 0.24 - 0.13 * t,
        side=(0, 0, 1),
        ends=False,
    )
    rose = [
        lathe(
            "0.1,-0.1 0.12,0 0.3,0.26 0.36,0.3 0.36,0.34 0.3,0.38 0,0.42",
            colour("#d9ab57"),
            Material(metal=True, rough=0.22),
            fine=(60, 30),
            melt=1.0,
        )
        .turned("z", -52)
        .moved(2.52, 2.3, 0)
    ]
    brace = swept([(0.72, 1.85, 0), (1.4, 1.95, 0), (2.05, 1.72, 0)], 0.045, ends=False)
    top = swept(
        "0.42,1.98,0 0.5,2.6,0 0,3.05,0 -0.62,2.8,0 -0.86,2.2,0 -0.92,1.74,0",
        0.075,
        wide=1.5,
        side=(0, 0, 1),
        ends=False,
    )
    back = swept(
        "-0.9,1.55,0 -1.45,1.5,0 -1.6,1.05,0 -1.35,0.6,0 -0.98,0.5,0", 0.075, wide=1.5, side=(0, 0, 1), ends=False
    )
    return [
        skin(spout, 36, 50, enamel, PAINT), *rose, skin(brace, 16, 30, enamel, PAINT), skin(back, 24, 60, enamel, PAINT),
        lathe(body, enamel, PAINT, fine=(140, 90), melt=2.0), skin(top, 24, 70, enamel, PAINT),
    ]  # fmt: skip


def potted(plant: Thing, tone: str, radius: float = 1.0, high: float = 1.7, material: Material = RAW) -> Thing:
    inside, outside = pot(tone, radius, high, material)
    return [*inside, *outside, *moved(plant, y=high - 0.16)]


def _fern() -> Stage:
    return standing(BLUSH, zoom=196, pitch=14, target=(0, 2.0, 0)).put(potted(fern(), "#c98a63", 0.95, 1.5))


def _fern_above() -> Stage:
    return standing(FOREST, zoom=193, pitch=42, target=(0, 1.7, 0)).put(
        potted(fern("young", 2.2), "#e9e1d2", 0.9, 1.4, SATIN)
    )


def _monstera() -> Stage:
    return standing(MINT, zoom=167, pitch=13, target=(0, 2.55, 0)).put(potted(monstera(), "#e8e2d6", 1.05, 1.6, SATIN))


def _monstera_young() -> Stage:
    return standing(SUN, zoom=209, pitch=20, target=(0, 1.95, 0)).put(
        potted(monstera(5, "young", 2.0), "#b9694a", 0.85, 1.35)
    )


def _echeveria() -> Stage:
    return standing(BLUSH, zoom=314, pitch=34, target=(0, 1.05, 0)).put(
        potted(moved(echeveria("one", 1.45, "#8fb0a2", "#d98a94"), y=0.12), "#d8cfc0", 0.9, 1.05, SATIN)
    )


def _echeveria_three() -> Stage:
    kinds = (
        ("a", "#9cb8a0", "#d77f86", "#c8805c", -1.75, -0.7),
        ("b", "#8a9fb0", "#b48ab0", "#e6ded0", 1.7, -0.4),
        ("c", "#b3c486", "#e0906a", "#5e7d78", -0.15, 1.4),
    )
    return standing(MINT, zoom=196, pitch=33, target=(0, 0.8, 0)).put(
        *(
            moved(potted(moved(echeveria(n, 1.12, tone, tip), y=0.10), clay, 0.72, 0.9, SATIN), x, 0, z)
            for n, tone, tip, clay, x, z in kinds
        )
    )


def _snake() -> Stage:
    return standing(SUN, zoom=189, pitch=13, target=(0, 2.35, 0)).put(potted(snake_plant(), "#3e4a52", 0.9, 1.5, SATIN))


def _lemon_tree() -> Stage:
    return standing(BLUSH, zoom=165, pitch=12, target=(0, 2.75, 0)).put(potted(lemon_tree(), "#bf7348", 1.05, 1.5))


def _herbs() -> Stage:
    behind, front = crate(5.6, 1.9, 1.2)
    pots = [
        potted(plant, "#c08058", 0.72, 1.3)
        for plant in (
            needles("rosemary", "#6f8a62", 1.7, 0.30, 0.024),
            basil("basil"),
            needles("thyme", "#93ab6b", 0.95, 0.14, 0.04, 24),
        )
    ]
    return standing(MINT, zoom=196, pitch=18, yaw=-14, target=(0, 1.35, 0)).put(
        behind, *(moved(thing, (k - 1) * 1.75, 0.1, 0) for k, thing in enumerate(pots)), front
    )


def _lavender() -> Stage:
    return standing(FOREST, zoom=209, pitch=13, target=(0, 2.0, 0)).put(potted(lavender(), "#d9cbb5", 0.9, 1.4))


def _tomato_seeds() -> Stage:
    picture = [
        *moved(turned(tomato("print a", 0.95), "x", 28), -0.25, 0.35, 0),
        *moved(turned(tomato("print b", 0.7, "#d9542f"), "x", 34), 0.62, -0.42, 1),
    ]
    packet = seed_packet("#e9dfb9", "#3f6b45", "TOMATO", "OXHEART - 20 SEEDS", picture)
    return lying(KRAFT, zoom=180).put(
        laid(packet, -0.5, 0, 10),
        moved(turned(tomato("x", 0.85), "x", 30), 2.15, 0.68, 1.5),
        moved(turned(tomato("yy", 0.62, "#d9542f"), "z", -35), 2.3, 0.5, -0.25),
    )


def _meadow_seeds() -> Stage:
    kinds = (
        ((-0.55, 0.95, 0), 0.62, "#d9503f", 6, "#2c2830", 0.5),
        ((0.62, 0.75, 0), 0.58, "#5f78c4", 11, "#3b3f78", 0.2),
        ((-0.02, 0.02, 0.5), 0.62, "#f4ead2", 14, "#e2a93a", 0.16),
        ((-0.9, -0.12, 0.2), 0.40, "#e7b83f", 8, "#8a5a2a", 0.3),
        ((0.95, -0.2, 0.2), 0.42, "#d88bb0", 7, "#e8c65a", 0.34),
    )
    picture = [
        part for at, size, tone, petals, heart, wide in kinds for part in flower(at, size, tone, petals, heart, wide)
    ]
    packet = seed_packet("#dfe8e4", "#b5573a", "MEADOW", "WILD FLOWERS - 5 SQM", picture)
    loose = [part for k in range(46) for part in _seed(k)]
    return lying(Table("#e6c9b3", accent="#dcb89f"), zoom=180).put(laid(packet, -0.35, -0.1, -8), loose)


def _seed(k: int) -> Thing:
    dice = Dice(f"seed {k}")
    shape = ball(dice.throw(0.04, 0.075), dice.throw(0.4, 0.7))
    tone = dice.pick(("#4a3526", "#8a6a42", "#2f2a28", "#b99a66"))
    return [
        skin(shape, 12, 8, colour(tone), OILED, melt=0.6).moved(
            1.3 + abs(dice.throw(-1, 1)) * 1.5, 0.03, 1.1 + dice.throw(-1, 1.7)
        )
    ]


def _can() -> Stage:
    return standing(SUN, zoom=204, pitch=17, yaw=14, target=(0.4, 1.45, 0)).put(watering_can("#3f6b58"))


def _cans() -> Stage:
    return standing(MINT, zoom=154, pitch=22, target=(0.2, 1.3, 0)).put(
        stood(watering_can("#e9e2d2"), -1.1, -2.2, 160), stood(watering_can("#c8553d"), 0.5, 1.2, -18)
    )


PICTURES: dict[str, Callable[[], Stage]] = {
    "fern": _fern,
    "fern-above": _fern_above,
    "monstera": _monstera,
    "monstera-young": _monstera_young,
    "echeveria": _echeveria,
    "echeveria-three": _echeveria_three,
    "snake-plant": _snake,
    "lemon-tree": _lemon_tree,
    "herb-crate": _herbs,
    "lavender": _lavender,
    "tomato-seeds": _tomato_seeds,
    "meadow-seeds": _meadow_seeds,
    "watering-can-pine": _can,
    "watering-cans": _cans,
}
