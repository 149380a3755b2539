"""Woven and knitted: blankets, scarves, cushions, aprons, bags, towels, a rug, hats."""

import itertools
import math
from collections.abc import Callable, Sequence

from haat.demo.draw.backdrop import Backdrop, Table
from haat.demo.draw.colour import RGB, colour, dim, mix
from haat.demo.draw.lettering import lettered
from haat.demo.draw.materials import BRASS, BRASS_TONE, CLOTH, LEATHER, OILED, wooden
from haat.demo.draw.solid import (
    Material,
    Part,
    Patch,
    Surface,
    Thing,
    laid,
    lathe,
    marks,
    moved,
    opened,
    revolved,
    rod,
    rounded,
    skin,
    stood,
    swept,
    turned,
    wire,
)
from haat.demo.draw.space import Dice, Flat, Vec, curve, noise, step, trace
from haat.demo.draw.stage import Stage, lying, standing

MAUVE = Backdrop("#cdb7bb", "#ddcccb", "#b7989f", shape="arch", shape_at=(0.54, 0.40, 0.28))
SAGE = Backdrop("#b9c3ac", "#d0d6c2", "#a3b096", shape="disc", shape_at=(0.48, 0.42, 0.32))
PLUM = Backdrop("#64495a", "#8a6c79", "#735768", shape="disc", shape_at=(0.5, 0.42, 0.32))
CREAM = Backdrop("#e8dfd0", "#efe8db", "#fdf6e8", shape="window", shape_at=(0.62, 0.32, 0.34))
ROSE_WALL, SAGE_WALL, OAT_WALL, PLUM_WALL = Table("#d3bcbd"), Table("#bcc5ae"), Table("#e2d6c4"), Table("#6b4f60")

WOOL = Material(sheen=0.22)
YARNS = {
    "oat": "#e0d2b8", "plum": "#6d3f57", "rust": "#b5573a", "sage": "#8d9c78", "indigo": "#34466b", "ochre": "#d2983f",
    "charcoal": "#45454b", "rose": "#c9898a", "cream": "#f1e9da", "pine": "#3c5d50", "sky": "#8fb0c4",
}  # fmt: skip

Pattern = Callable[[float, float], RGB]


def yarn(name: str) -> RGB:
    return colour(YARNS.get(name, name))


def folded(wide: float, deep: float, thick: float, pattern: Pattern, name: str) -> tuple[Part, Surface]:
    """One fold of a thick cloth lying along x, its round edge to the front; the pattern runs (round the fold, along)."""
    ring = rounded(deep, thick, thick * 0.48)
    line = curve([*((p[0], p[1]) for p in ring), ring[0]], 161)

    def surface(u: float, v: float) -> Vec:
        at = u % 1.0 * 160
        i = min(int(at), 159)
        z, y = (line[i][k] + (line[i + 1][k] - line[i][k]) * (at - i) for k in (0, 1))
        x = (v - 0.5) * wide
        soft = (
            math.sqrt(max(0.0, 1 - max(0.0, abs(v - 0.5) * 2 - 0.965) ** 2 / 0.035**2))
            if abs(v - 0.5) > 0.4825
            else 1.0
        )
        sag = 0.05 * (noise(x * 0.7, z * 0.7, len(name)) - 0.5) + 0.02 * (noise(x * 2.2, z * 2.2, 4) - 0.5)
        return (
            x,
            y * (0.82 + 0.18 * soft) + thick / 2 + sag * step(0, thick, y + thick / 2),
            z * (0.985 + 0.015 * soft),
        )

    return skin(surface, 150, 110, lambda u, v, p: pattern(u, v), WOOL, melt=1.2), surface


def fold_ends(surface: Surface, tone: RGB) -> Thing:
    """The cut ends of a fold: two layers of cloth, one upon the other."""
    parts: Thing = []
    for v, side in ((0.0, -1.0), (1.0, 1.0)):
        ring = [surface(k / 80, v) for k in range(80)]
        parts.append(
            Part([Patch(tuple(ring if side < 0 else ring[::-1]), (side, 0.0, 0.0), dim(tone, 0.9))], WOOL, 0.0)
        )
        low, high = min(p[1] for p in ring), max(p[1] for p in ring)
        back, front = min(p[2] for p in ring), max(p[2] for p in ring)
        for share in (0.25, 0.5, 0.75):
            y = low + (high - low) * share
            parts.append(
                wire(
                    [
                        (ring[0][0] + side * 0.01, y + 0.012 * math.sin(5 * z), z)
                        for z in (back + (front - 0.12 - back) * k / 24 for k in range(25))
                    ],
                    0.022,
                    dim(tone, 0.5),
                )
            )
    return parts


def herringbone(
    surface: Surface, around: float, along: float, thread: RGB, width: float, *, rows: int, low: float, high: float
) -> Part:
    """Slanted stitches in rows that turn about; `around` and `along` are the cloth's lengths."""
    lines: list[list[Flat]] = []
    pace = 0.085
    for row in range(rows):
        u0, u1 = low + (high - low) * row / rows, low + (high - low) * (row + 1) / rows
        for k in range(int(along / pace)):
            v = (k + 0.5) * pace / along
            lean = (0.10 if row % 2 else -0.10) / along
            if v - abs(lean) > 0.02 and v + abs(lean) < 0.98:
                lines.append([(u0 % 1.0, v - lean), (u1 % 1.0, v + lean)])
    return marks(
        surface, [line for line in lines if abs(line[0][0] - line[1][0]) < 0.5], width, thread, WOOL, lift=0.008
    )


def blanket_stack(main: str, second: str) -> Thing:
    ground, thread = yarn(main), yarn(second)
    parts: Thing = []
    for k in range(3):

        def pattern(u: float, v: float) -> RGB:
            band = min(abs(v - at) for at in (0.14, 0.20, 0.80, 0.86))
            return mix(thread, ground, step(0.016, 0.019, band))

        part, surface = folded(5.0 - 0.04 * k, 3.4 - 0.1 * k, 0.66, pattern, f"{main}{k}")
        rows = herringbone(surface, 8.0, 5.0, mix(ground, thread, 0.34), 0.026, rows=52, low=0.0, high=1.0)
        parts += moved([*fold_ends(surface, ground), part, rows], 0.05 * (k % 2), 0.64 * k, 0.06 * (k - 1))
    return parts


def hanging(
    wide: Callable[[float], float], long: float, pattern: Pattern, *, folds: float = 5, depth: float = 0.16, seed: float = 0.0,
    off_wall: float = 0.25, shift: Callable[[float], float] = lambda v: 0.0, across: int = 110, along: int = 130,
) -> tuple[Part, Surface]:  # fmt: skip
    """Cloth falling from y = 0 down to -long, in folds; u runs across from the right, v down."""

    def surface(u: float, v: float) -> Vec:
        s = 1 - u
        width = wide(v)
        wave = math.sin(2 * math.pi * folds * s + seed + 0.9 * math.sin(2.2 * v + seed))
        drift = 0.5 * math.sin(2 * math.pi * folds * 0.43 * s + seed * 2 + v)
        z = off_wall + depth * (wave + drift) * (0.12 + 0.88 * step(0.0, 0.45, v))
        x = shift(v) + (s - 0.5) * width + 0.02 * math.sin(9 * v + 6 * s + seed)
        return (x, -long * v + 0.03 * wave * v, z)

    return skin(surface, across, along, lambda u, v, p: pattern(u, v), WOOL, melt=1.3, both_sides=True), surface


def fringe(surface: Surface, count: int, size: float, tone: RGB, name: str) -> list[Part]:
    dice = Dice(name)
    parts = []
    for k in range(count):
        x, y, z = surface((k + 0.5) / count, 1.0)
        sway, out = dice.throw(-0.05, 0.05), dice.throw(-0.04, 0.06)
        points = [
            (x, y, z),
            (x + sway * 0.3, y - size * 0.5, z + out),
            (x + sway, y - size * dice.throw(0.9, 1.05), z * 0.8),
        ]
        line = [(p[0], p[1], p[2]) for p in curve(points, 7)]
        parts.append(wire(line, 0.045, mix(tone, dim(tone, 0.75), dice.throw()), WOOL))
    return parts


def peg(tone: str = "#b98a58") -> Thing:
    """A turned peg standing out of the wall towards the reader."""
    shape = [
        lathe(
            "0.2,-0 0.17,0.1 0.15,0.6 0.2,0.78 0.27,0.88 0.25,1 0,1.04",
            wooden(tone, (9, 2, 9)),
            OILED,
            fine=(50, 50),
            melt=1.0,
        ).turned("x", 90)
    ]
    plate = [
        lathe(
            [(0.36, 0), (0.36, 0.08), (0.32, 0.12), (0, 0.12)], wooden(tone, (2, 9, 9)), OILED, fine=(50, 12), melt=1.0
        )
        .turned("x", 90)
        .moved()
    ]
    return [*plate, *shape]


def rail(wide: float) -> Thing:
    bar = swept([(-wide / 2, 0, 0.5), (wide / 2, 0, 0.5)], 0.13)
    knobs = [moved(turned(peg(), "x", 0), x, 0, -0.35) for x in (-wide / 2 + 0.3, wide / 2 - 0.3)]
    return [*knobs[0], *knobs[1], skin(bar, 40, 80, wooden("#b98a58", (1, 14, 14)), OILED, melt=1.0)]


def blanket_hung(main: str, second: str) -> Thing:
    ground, thread = yarn(main), yarn(second)

    def pattern(u: float, v: float) -> RGB:
        band = min(abs(v - at) for at in (0.70, 0.745, 0.79, 0.90))
        return mix(thread, ground, step(0.011, 0.013, band))

    cloth, surface = hanging(lambda v: 5.6, 7.0, pattern, folds=3.6, depth=0.17, off_wall=0.80)
    rows = twill(surface, 7.0, 5.6, mix(ground, thread, 0.30))
    over = swept([(-2.8, 0, 0.52), (2.8, 0, 0.52)], 0.26, ends=False)
    return [
        *rail(7.2),
        skin(over, 40, 90, ground, WOOL),
        *moved([cloth, rows, *fringe(surface, 62, 0.6, ground, main)], y=0.1),
    ]


def twill(surface: Surface, long: float, wide: float, thread: RGB) -> Part:
    """Herringbone seen from afar: columns of slanted stitches."""
    lines: list[list[Flat]] = []
    columns, pace = 20, 0.13
    for column in range(columns):
        for k in range(int(long / pace)):
            v = (k + 0.5) * pace / long
            lean = (0.09 if column % 2 else -0.09) / long
            lines.append(
                [
                    ((column + 0.06) / columns, v - lean),
                    ((column + 0.5) / columns, v),
                    ((column + 0.94) / columns, v + lean),
                ]
            )
    return marks(surface, lines, 0.026, thread, WOOL, lift=0.01, both_sides=True)


def scarf_hung(colours: Sequence[str]) -> Thing:
    tones = [yarn(name) for name in colours]

    def striped(flip: float) -> Pattern:
        def pattern(u: float, v: float) -> RGB:
            down = v * flip
            if down > 0.62:
                k = int((down - 0.62) / 0.045)
                return tones[(0, 1, 0, 2, 0, 1, 2, 0, 1)[min(k, 8)]]
            return tones[0]

        return pattern

    def gathered(v: float) -> float:
        return 0.55 + 0.95 * step(0.0, 0.75, v)

    back, back_surface = hanging(
        gathered, 5.6, striped(1.0), folds=2.4, depth=0.13, seed=1.3, off_wall=0.3, shift=lambda v: 0.12 + 0.62 * v
    )
    front, front_surface = hanging(
        gathered, 6.9, striped(1.0), folds=2.4, depth=0.14, seed=4.0, off_wall=0.52, shift=lambda v: -0.12 - 0.52 * v
    )
    collar = rod(
        "0.3,-0.75,0.4 0.36,-0.2,0.46 0.26,0.16,0.5 0,0.3,0.55 -0.26,0.16,0.6 -0.36,-0.2,0.64 -0.3,-0.75,0.66",
        lambda t: 0.2 + 0.07 * abs(2 * t - 1),
        tones[0],
        WOOL,
        wide=1.25,
        side=(0, 0.3, 1),
        fine=(36, 70),
    )
    return [
        *peg(), back, *fringe(back_surface, 22, 0.5, tones[0], "back"),
        front, *fringe(front_surface, 22, 0.5, tones[0], "front"), collar,
    ]  # fmt: skip


def scarf_folded(colours: Sequence[str]) -> Thing:
    tones = [yarn(name) for name in colours]
    parts: Thing = []
    for k in range(2):

        def pattern(u: float, v: float, k: int = k) -> RGB:
            if v < 0.34:
                return tones[(0, 1, 0, 2, 0, 1, 2, 0)[min(int(v / 0.043), 7)]]
            return tones[0]

        part, surface = folded(4.4, 2.2, 0.34, pattern, f"scarf{k}")
        parts += moved([*fold_ends(surface, tones[0]), part], 0.1 * k, 0.33 * k, 0.05 * k)
    return parts


def cushion(pattern: Pattern, name: str, size: float = 2.0) -> Thing:
    """Standing upright, facing the reader; plump, its corners pulled out."""

    def half(a: float, b: float) -> float:
        return (
            0.62 * math.pow((1 - a**4) * (1 - b**4), 0.62) * (1 + 0.10 * (noise(a * 1.6 + 5, b * 1.6, len(name)) - 0.5))
        )

    def place(u: float, v: float, side: float) -> Vec:
        a, b = 2 * u - 1, 2 * v - 1
        pucker = 0.02 * math.sin(a * 26) * abs(b) ** 8 + 0.02 * math.sin(b * 26) * abs(a) ** 8
        return (size * a * (1 - 0.075 * (1 - b * b)), size * b * (1 - 0.075 * (1 - a * a)), side * half(a, b) + pucker)

    front = skin(lambda u, v: place(1 - u, v, 1), 110, 110, lambda u, v, p: pattern(1 - u, v), CLOTH, melt=1.4)
    back = skin(lambda u, v: place(u, v, -1), 40, 40, lambda u, v, p: pattern(u, v), CLOTH)
    ring = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
    border = []
    for (a, b), (c, d) in zip(ring, [*ring[1:], ring[0]], strict=True):
        border += [place((a + (c - a) * k / 16 + 1) / 2, (b + (d - b) * k / 16 + 1) / 2, 1) for k in range(16)]
    piping = swept([*border, border[0]], 0.045, ends=False, samples=260)
    return [back, front, skin(piping, 12, 260, dim(pattern(0.0, 0.0), 0.8), CLOTH, melt=0.8)]


def linen(tone: RGB) -> Pattern:
    def pattern(u: float, v: float) -> RGB:
        return mix(tone, dim(tone, 0.78), 0.5 * noise(u * 90, v * 7, 2) + 0.5 * noise(u * 7, v * 90, 8))

    return pattern


def banded(tone: str, stripe: str, places: Sequence[float], width: float, *, upright: bool = True) -> Pattern:
    ground, line = linen(yarn(tone)), yarn(stripe)

    def pattern(u: float, v: float) -> RGB:
        at = u if upright else v
        return line if min(abs(at - p) for p in places) < width else ground(u, v)

    return pattern


def apron(tone: str, strap_tone: str = "#8c5a34") -> Thing:
    def wide(v: float) -> float:
        if v < 0.30:
            return 1.75 + 0.25 * v
        return 1.82 + 1.75 * step(0.28, 0.46, v) + 0.35 * (v - 0.3)

    cloth = linen(yarn(tone))
    skirt, surface = hanging(wide, 6.2, cloth, folds=2.2, depth=0.12, seed=0.6, off_wall=0.34, along=150, across=120)
    pocket_ground = linen(dim(yarn(tone), 0.92))

    def pocket(u: float, v: float) -> Vec:
        x, y, z = surface(0.24 + 0.52 * u, 0.52 + 0.22 * v)
        return (x, y, z + 0.05 + 0.03 * math.sin(math.pi * v))

    stitch = mix(yarn(tone), (1, 1, 1), 0.45)
    seam = marks(pocket, [[(0.01 + 0.98 * k / 40, 0.06) for k in range(41)], [(0.5, k / 30) for k in range(31)], [(0.02, k / 30) for k in range(31)],
                          [(0.98, k / 30) for k in range(31)]], 0.016, stitch, both_sides=True, lift=0.012)  # fmt: skip
    hem = marks(surface, [[(k / 80, 0.975) for k in range(81)]], 0.016, stitch, both_sides=True, lift=0.012)
    leather = colour(strap_tone)
    left = swept(
        [(-0.74, -0.15, 0.4), (-0.62, 0.6, 0.36), (-0.25, 1.45, 0.5), (0, 1.72, 0.62)], 0.03, wide=3.2, side=(1, 0.2, 0)
    )
    right = swept(
        [(0.74, -0.15, 0.4), (0.62, 0.6, 0.36), (0.25, 1.45, 0.5), (0, 1.72, 0.62)], 0.03, wide=3.2, side=(1, -0.2, 0)
    )
    ties = [
        swept(
            [(side * 1.72, -2.8, 0.35), (side * 2.1, -3.3, 0.25), (side * 2.0, -4.4, 0.2), (side * 2.25, -5.5, 0.15)],
            0.025,
            wide=2.6,
            side=(1, 0, 0),
        )
        for side in (-1, 1)
    ]
    rings = [
        [
            rod(_ring(0.13), 0.03, BRASS_TONE, BRASS, ends=False, fine=(14, 40), melt=0.8)
            .turned("x", 0)
            .moved(x, -0.14, 0.5)
        ]
        for x in (-0.74, 0.74)
    ]
    return [
        *moved(peg(), y=1.5), *(skin(tie, 14, 50, yarn(tone), CLOTH) for tie in ties), skirt, hem,
        skin(pocket, 60, 40, lambda u, v, p: pocket_ground(u, v), CLOTH, melt=1.2, both_sides=True), seam,
        skin(left, 16, 60, leather, LEATHER, melt=0.8), skin(right, 16, 60, leather, LEATHER, melt=0.8), *rings[0], *rings[1],
    ]  # fmt: skip


def _ring(radius: float) -> list[Vec]:
    return [(radius * math.cos(k * math.pi / 8), radius * math.sin(k * math.pi / 8), 0.0) for k in range(17)]


def tote(tone: str, stripe: str, word: str = "") -> Thing:
    ground = linen(yarn(tone))

    def pattern(u: float, v: float) -> RGB:
        return yarn(stripe) if 0.66 < v < 0.70 or 0.72 < v < 0.735 or 0.755 < v < 0.795 else ground(u, v)

    def surface(u: float, v: float) -> Vec:
        s = 1 - u
        a, b = 2 * s - 1, v
        belly = (1 - a**4) * math.sin(math.pi * min(1, 0.12 + 0.8 * b)) ** 0.8
        crease = 0.09 * math.sin(5.2 * a + 2.4 * b) * (1 - b) + 0.06 * math.sin(3 * a - 5 * b + 1)
        x = 2.15 * a * (1 - 0.05 * math.sin(math.pi * b)) * (1 - 0.04 * (1 - b))
        return (
            x,
            -4.6 * v + 0.10 * (1 - a * a) * (b * 2 - 1) - 0.12 * (1 - a * a) * (1 - b),
            0.2 + 0.55 * belly + crease,
        )

    body = skin(surface, 110, 120, lambda u, v, p: pattern(u, v), CLOTH, melt=1.3, both_sides=True)
    band = skin(
        lambda u, v: _lifted(surface(u, 0.085 * v), 0.025),
        110,
        8,
        lambda u, v, p: ground(u, v * 0.1),
        CLOTH,
        melt=1.2,
        both_sides=True,
    )
    ink = yarn(stripe)
    strokes = [[(0.5 - x / 4.3, 0.42 - y / 4.6) for x, y in line] for line in lettered(word, 0.62)] if word else []
    printed = marks(surface, [_dense(line) for line in strokes], 0.075, ink, CLOTH, lift=0.02, both_sides=True)
    handles = []
    for depth, reach in ((0.16, 0.92), (0.62, 0.86)):
        path = [
            (-reach, -0.42, depth + 0.12),
            (-reach, 0.3, depth + 0.1),
            (-0.5, 1.5, depth * 0.5 + 0.3),
            (-0.1, 2.12, 0.62),
            (0.1, 2.12, 0.62),
            (0.5, 1.5, depth * 0.5 + 0.3),
            (reach, 0.3, depth + 0.1),
            (reach, -0.42, depth + 0.12),
        ]
        handles.append(
            rod(
                path,
                0.035,
                yarn(tone),
                CLOTH,
                wide=3.6,
                side=(0.8, 0.3, 0.5),
                ends=False,
                samples=160,
                fine=(16, 110),
                melt=0.8,
            )
        )
    return [*moved(peg(), y=1.92), handles[0], body, band, printed, handles[1]]


def _lifted(p: Vec, by: float) -> Vec:
    return (p[0], p[1], p[2] + by)


def _dense(line: Sequence[Flat]) -> list[Flat]:
    points: list[Flat] = [line[0]]
    for a, b in itertools.pairwise(line):
        count = max(1, round(math.dist(a, b) / 0.02))
        points += [(a[0] + (b[0] - a[0]) * k / count, a[1] + (b[1] - a[1]) * k / count) for k in range(1, count + 1)]
    return points


def towels() -> Thing:
    kinds = [
        banded("cream", "indigo", (0.10, 0.13, 0.87, 0.90), 0.009),
        banded("oat", "rust", (0.3, 0.34, 0.5, 0.66, 0.70), 0.012),
        banded("sage", "cream", (0.2, 0.35, 0.5, 0.65, 0.8), 0.012),
    ]
    parts: Thing = [*rail(8.0)]
    for k, (pattern, long) in enumerate(zip(kinds, (4.9, 4.5, 5.1), strict=True)):
        cloth, surface = hanging(
            lambda v: 1.95,
            long,
            pattern,
            folds=1.7,
            depth=0.10,
            seed=1.0 + 1.7 * k,
            off_wall=0.74,
            across=90,
            along=100,
        )
        hem = marks(
            surface, [[(i / 60, 0.972) for i in range(61)]], 0.016, yarn("charcoal"), both_sides=True, lift=0.012
        )
        over = swept([(-0.98, 0, 0.5), (0.98, 0, 0.5)], 0.19, ends=False)

        def rolled(u: float, v: float, p: Vec, pattern: Pattern = pattern) -> RGB:
            return pattern(1 - v, 0.0)

        parts += moved([skin(over, 40, 90, rolled, CLOTH, melt=1.0), *moved([cloth, hem], y=0.05)], x=(k - 1) * 2.25)
    return parts


def rug(colours: Sequence[str]) -> Thing:
    """A rag rug half unrolled towards the reader."""
    tones = [yarn(name) for name in colours]
    dice = Dice("rug")
    order = [dice.pick(tones) for _ in range(220)]
    plan: list[Vec] = [(0, 0.06, 3.2), (0, 0.06, 0.6)]
    for k in range(60):
        angle = -math.pi / 2 + k * 0.33
        radius = 0.82 - 0.0105 * k
        plan.append((0, 0.86 + radius * math.sin(angle), -0.55 - radius * math.cos(angle)))
    line = [(p[0], p[1], p[2]) for p in curve(plan, 401)]

    def surface(u: float, v: float) -> Vec:
        i = min(int(v * 400), 399)
        _, y, z = line[i]
        edge = 0.02 * math.sin(v * 260) + 0.02 * math.sin(v * 97)
        return ((0.5 - u) * (4.6 + edge), y + 0.012 * math.sin(v * 690), z)

    def pattern(u: float, v: float, p: Vec) -> RGB:
        row = int(v * 110)
        tone = order[row]
        return mix(tone, dim(tone, 0.6), 0.8 * noise(p[0] * 7 + row * 3, row, 3))

    # Its thickness, seen at the end of the roll: the rows one after another along the spiral.
    rolled = [(-2.32, y, z) for _, y, z in line[120:]]
    end = [wire(rolled[k : k + 4], 0.17, dim(order[int((k + 120) / 400 * 110)], 0.8), WOOL) for k in range(0, 281, 3)]
    return [skin(surface, 60, 400, pattern, WOOL, melt=0.8, both_sides=True), *end]


def hat(main: str, *, ribs: int = 46) -> Thing:
    ground = yarn(main)

    def ribbed(profile: Sequence[Flat], depth: float) -> Surface:
        base = revolved(profile)

        def surface(u: float, v: float) -> Vec:
            x, y, z = base(u, v)
            swell = 1 + depth * math.cos(2 * math.pi * ribs * u) + 0.02 * math.sin(4 * math.pi * u + 1)
            return (x * swell, y + 0.03 * math.sin(6 * math.pi * u), z * swell)

        return surface

    def knit(u: float, v: float, p: Vec) -> RGB:
        stitch = 0.5 + 0.5 * math.cos(2 * math.pi * ribs * u)
        return mix(
            dim(ground, 0.6), mix(ground, dim(ground, 0.88), noise(p[0] * 8, p[1] * 16, p[2] * 8)), 0.25 + 0.75 * stitch
        )

    crown = ribbed(trace("1.3,0.55 1.36,0.9 1.34,1.1 1.22,1.6 0.98,2.15 0.62,2.5 0.25,2.64 0,2.66"), 0.016)
    cuff = ribbed(trace("1.3,0.06 1.36,0 1.42,0.06 1.44,0.5 1.42,0.92 1.36,0.98 1.28,0.95"), 0.018)
    inside, outside = opened([skin(cuff, 276, 50, knit, WOOL, melt=0.8)])
    return [*inside, skin(crown, 276, 80, knit, WOOL, melt=0.8), *outside]


def _blanket_stack() -> Stage:
    return standing(MAUVE, zoom=178, yaw=-24, pitch=26, target=(0, 0.8, 0)).put(blanket_stack("oat", "plum"))


def _blanket_hung() -> Stage:
    return lying(SAGE_WALL, zoom=130).put(laid(blanket_hung("oat", "plum"), 0, -3.4))


def _scarf_peg() -> Stage:
    return lying(ROSE_WALL, zoom=140).put(laid(scarf_hung(("indigo", "cream", "rust")), 0, -3.2))


def _scarf_stack() -> Stage:
    return standing(SAGE, zoom=200, yaw=-28, pitch=28, target=(0, 0.7, 0)).put(
        scarf_folded(("pine", "cream", "ochre")), moved(scarf_folded(("rust", "oat", "plum")), 0.05, 0.67, 0.04),
        moved(scarf_folded(("indigo", "cream", "rust")), -0.03, 1.34, 0),
    )  # fmt: skip


def _cushion_one() -> Stage:
    stripes = banded("ochre", "cream", (0.2, 0.5, 0.8), 0.014)
    return standing(MAUVE, zoom=195, yaw=-16, pitch=12, target=(0, 1.85, 0)).put(
        moved(turned(cushion(stripes, "one"), "x", -12), y=1.93)
    )


def _cushion_pair() -> Stage:
    plain = banded("sage", "cream", (0.16, 0.19, 0.81, 0.84), 0.008)
    check = banded("rose", "plum", (0.12, 0.18, 0.82, 0.88), 0.012, upright=False)
    return standing(CREAM, zoom=165, yaw=-10, pitch=13, target=(0, 1.75, 0)).put(
        moved(turned(cushion(plain, "two", 2.1), "x", -10), -0.8, 2.03, -0.9),
        stood(turned(cushion(check, "three", 1.6), "x", -14), 1.1, 0.6, -14, lift=1.54),
    )


def _apron(tone: str, wall: Table) -> Stage:
    return lying(wall, zoom=138).put(laid(apron(tone), 0, -2.3))


def _tote(tone: str, stripe: str, wall: Table) -> Stage:
    return lying(wall, zoom=158).put(laid(tote(tone, stripe, "MARKET"), 0, -1.35))


def _towels() -> Stage:
    return lying(OAT_WALL, zoom=142).put(laid(towels(), 0, -2.5))


def _rug() -> Stage:
    return standing(CREAM, zoom=165, yaw=-30, pitch=24, target=(0, 0.7, 0.9)).put(
        rug(("rust", "cream", "indigo", "oat", "rose", "ochre"))
    )


def _hat_one() -> Stage:
    return standing(SAGE, zoom=250, pitch=13, target=(0, 1.3, 0)).put(hat("ochre"))


def _hats() -> Stage:
    return standing(PLUM, zoom=170, pitch=20, target=(0, 1.15, 0)).put(
        moved(hat("cream"), -1.3, 0, -1.1), moved(hat("rust"), 1.55, 0, -0.6), moved(hat("pine"), -0.1, 0, 1.3)
    )


PICTURES: dict[str, Callable[[], Stage]] = {
    "blanket-folded": _blanket_stack,
    "blanket-hung": _blanket_hung,
    "scarf-peg": _scarf_peg,
    "scarf-folded": _scarf_stack,
    "cushion-ochre": _cushion_one,
    "cushion-pair": _cushion_pair,
    "apron-indigo": lambda: _apron("indigo", OAT_WALL),
    "apron-rust": lambda: _apron("rust", SAGE_WALL),
    "tote-cream": lambda: _tote("cream", "indigo", ROSE_WALL),
    "tote-pine": lambda: _tote("pine", "cream", OAT_WALL),
    "tea-towels": _towels,
    "rag-rug": _rug,
    "hat-ochre": _hat_one,
    "hats-three": _hats,
}
