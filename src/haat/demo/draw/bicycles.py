"""From the bicycle workshop: whole bicycles and what is screwed to them."""

import math
from collections.abc import Callable, Sequence

from haat.demo.draw.backdrop import Backdrop, Table
from haat.demo.draw.colour import RGB, colour, dim, mix
from haat.demo.draw.lettering import lettered
from haat.demo.draw.materials import (
    BRASS,
    BRASS_TONE,
    CHROME,
    COPPER_TONE,
    IRON,
    LEATHER,
    OILED,
    PAINT,
    RAW,
    RUBBER,
    SATIN,
    STEEL,
    clouded,
    wooden,
)
from haat.demo.draw.solid import (
    Material,
    Part,
    Surface,
    Thing,
    ball,
    flat,
    laid,
    lathe,
    marks,
    moved,
    outline,
    revolved,
    rod,
    rounded,
    sized,
    skin,
    slab,
    swept,
    turned,
    wire,
)
from haat.demo.draw.space import Dice, Vec, noise, route, step, trace
from haat.demo.draw.stage import Stage, lying, standing

SKY = Backdrop("#a8cbd8", "#cddfe2", "#8fbacb", shape="disc", shape_at=(0.5, 0.42, 0.33))
BUTTER = Backdrop("#f1d27c", "#f4e0a8", "#e9b957", shape="disc", shape_at=(0.5, 0.40, 0.31))
ROSE = Backdrop("#e7a08c", "#efbda9", "#da8670", shape="arch", shape_at=(0.5, 0.39, 0.29))
NAVY = Backdrop("#2f4a63", "#617b90", "#3d5b76", shape="disc", shape_at=(0.48, 0.42, 0.32))
CONCRETE = Backdrop("#cfd0ca", "#dcdcd5", "#f4f1e4", shape="window", shape_at=(0.58, 0.3, 0.36))
SHOP_TABLE = Table("#86a5b0", accent="#7a99a5")

REAR, FRONT, CRANK = (-2.15, 1.3, 0.0), (2.2, 1.3, 0.0), (-0.45, 1.12, 0.0)
WHEEL = 1.3
WHITE_METAL = colour("#d6d9db")


def ring(
    at: Vec,
    radius: float,
    thick: float,
    tone: RGB,
    material: Material,
    *,
    wide: float = 1.0,
    sides: int = 14,
    around: int = 120,
) -> Part:
    """A hoop standing in the plane of the bicycle."""

    def surface(u: float, v: float) -> Vec:
        a, b = 2 * math.pi * u, 2 * math.pi * v
        out = radius + thick * math.cos(a)
        return (at[0] + out * math.cos(b), at[1] + out * math.sin(b), at[2] + thick * wide * math.sin(a))

    return skin(surface, sides, around, tone, material, melt=0.8)


def tube(a: Vec, b: Vec, radius: float, tone: RGB, material: Material = PAINT) -> Part:
    return rod([a, b], radius, tone, material, ends=False, fine=(22, 30), melt=0.8)


def pipe(path: Sequence[Vec], radius: float, tone: RGB, material: Material = PAINT, along: int = 60) -> Part:
    return rod(path, radius, tone, material, fine=(20, along), melt=0.8)


def wheel(at: Vec, tyre: str = "#2a2b2d", wall: str = "") -> Thing:
    spokes = []
    for k in range(28):
        angle = 2 * math.pi * k / 28
        side = 0.09 if k % 2 else -0.09
        lean = 0.55 if (k // 2) % 2 else -0.55
        hub = (at[0] + 0.09 * math.cos(angle + lean), at[1] + 0.09 * math.sin(angle + lean), side)
        rim = (at[0] + 1.13 * math.cos(angle), at[1] + 1.13 * math.sin(angle), 0.0)
        spokes.append(wire([hub, rim], 0.016, colour("#cfd3d6")))
    hub_part = [
        lathe(
            "0,-0.16 0.06,-0.15 0.1,-0.12 0.06,-0.08 0.06,0.08 0.1,0.12 0.06,0.15 0,0.17",
            WHITE_METAL,
            CHROME,
            fine=(30, 24),
            melt=0.6,
        ).turned("x", 90)
    ]
    parts: Thing = [
        *spokes,
        *moved(hub_part, *at),
        ring(at, 1.14, 0.045, WHITE_METAL, Material(metal=True, rough=0.18), wide=1.3),
    ]
    parts.append(ring(at, 1.235, 0.075, colour(tyre), RUBBER))
    if wall:
        parts.append(ring(at, 1.185, 0.035, colour(wall), RUBBER, wide=1.7))
    return parts


def mudguard(at: Vec, start: float, end: float, tone: RGB, material: Material = PAINT) -> Part:
    """An arc over a wheel from one angle to another, in degrees."""

    def surface(u: float, v: float) -> Vec:
        a = math.pi * u
        b = math.radians(start + (end - start) * v)
        out = 1.345 + 0.05 * math.sin(a)
        return (at[0] + out * math.cos(b), at[1] + out * math.sin(b), 0.12 * math.cos(a))

    return skin(surface, 12, 90, tone, material, melt=0.8, both_sides=True)


def bicycle(
    paint: str, *, step_through: bool, saddle_tone: str, racing: bool = False, tyre: str = "#2a2b2d", wall: str = ""
) -> Thing:
    tone = colour(paint)
    seat_top, seat_low = (-1.02, 2.95, 0.0), CRANK
    head_low = (1.66, 2.42, 0.0)
    chrome = WHITE_METAL
    parts: Thing = [*wheel(REAR, tyre, wall), *wheel(FRONT, tyre, wall)]
    parts += [tube(REAR, CRANK, 0.05, tone), tube(REAR, (-0.98, 2.8, 0), 0.045, tone)]
    if not racing:
        parts += [mudguard(REAR, 20, 196, tone), mudguard(FRONT, 8, 158, tone)]
    fork = [(head_low[0], head_low[1], 0.0), (1.83, 1.9, 0.0), (1.98, 1.55, 0.0), FRONT]
    parts.append(pipe(fork, 0.055, tone))
    if step_through:
        down = [(1.60, 2.62, 0.0), (0.9, 1.75, 0.0), (0.25, 1.25, 0.0), CRANK]
        upper = [(1.57, 2.76, 0.0), (0.75, 1.95, 0.0), (0.0, 1.62, 0.0), (-0.68, 1.78, 0.0)]
        parts += [pipe(down, 0.075, tone), pipe(upper, 0.062, tone)]
    else:
        parts += [tube((1.63, 2.5, 0), CRANK, 0.075, tone), tube((1.55, 2.82, 0), (-0.97, 2.78, 0), 0.065, tone)]
    parts += [tube(seat_low, seat_top, 0.068, tone), tube((1.70, 2.30, 0), (1.50, 3.0, 0), 0.085, tone)]
    parts += [tube(seat_top, (-1.09, 3.22, 0), 0.045, chrome, CHROME), *_saddle_on(saddle_tone)]
    parts += _bars(racing, saddle_tone)
    parts += _drive()
    if not racing:
        parts += _lamp_on()
        parts.append(_carrier(tone))
    return parts


def _saddle_on(tone: str) -> Thing:
    return moved(sized(saddle(tone, rails=False), 0.40), -1.05, 3.22, 0)


def _bars(racing: bool, grip_tone: str) -> Thing:
    leather = colour(grip_tone)
    stem = [(1.50, 3.0, 0), (1.46, 3.2, 0), (1.62, 3.36, 0), (1.82, 3.38, 0)]
    parts: Thing = [pipe(stem, 0.045, WHITE_METAL, CHROME)]
    if racing:
        for z in (-0.42, 0.42):
            drop = [
                (1.82, 3.38, 0.0),
                (1.84, 3.38, z * 0.8),
                (1.98, 3.37, z),
                (2.3, 3.32, z),
                (2.42, 3.1, z),
                (2.25, 2.86, z),
                (1.92, 2.84, z),
            ]
            parts.append(
                rod(drop, 0.052, lambda u, v, p: leather if v > 0.3 else WHITE_METAL, LEATHER, fine=(18, 80), melt=0.8)
            )
            parts.append(
                pipe([(2.42, 3.3, z), (2.52, 3.36, z), (2.56, 3.2, z), (2.46, 2.95, z)], 0.028, WHITE_METAL, CHROME, 30)
            )
        return parts
    for z in (-0.62, 0.62):
        sweep = [
            (1.82, 3.38, 0.0),
            (1.86, 3.46, z * 0.5),
            (1.62, 3.58, z),
            (1.2, 3.56, z * 1.04),
            (0.82, 3.5, z * 1.06),
        ]
        parts.append(
            rod(
                sweep,
                lambda t: 0.038 + 0.026 * step(0.66, 0.68, t),
                lambda u, v, p: leather if v > 0.665 else WHITE_METAL,
                LEATHER,
                fine=(18, 80),
                melt=0.8,
            )
        )
    return parts


def _drive() -> Thing:
    x, y, _ = CRANK
    z = 0.16
    chain = colour("#7d8184")
    upper = wire([(x, y + 0.42, z), (REAR[0], REAR[1] + 0.15, z)], 0.034, chain)
    lower = wire([(x, y - 0.42, z), (REAR[0], REAR[1] - 0.15, z)], 0.034, chain)
    ring_part = ring((x, y, z), 0.42, 0.03, WHITE_METAL, Material(metal=True, rough=0.15), wide=0.6, around=80)
    arms = [
        wire([(x, y, z), (x + 0.4 * math.cos(a), y + 0.4 * math.sin(a), z)], 0.06, colour("#b9bec2"))
        for a in (math.radians(72 * k + 20) for k in range(5))
    ]
    cog = ring((REAR[0], REAR[1], z), 0.13, 0.03, WHITE_METAL, STEEL, around=40)
    crank = pipe([(x, y, z + 0.06), (x + 0.30, y - 0.62, z + 0.08)], 0.042, WHITE_METAL, CHROME, 20)
    pedal = moved(
        slab(rounded(0.42, 0.13, 0.05), 0.26, colour("#2a2b2d"), RUBBER, bevel=0.03, cell=0.1),
        x + 0.30,
        y - 0.64,
        z + 0.12,
    )
    far = pipe([(x, y, -z), (x - 0.30, y + 0.62, -z)], 0.042, dim(WHITE_METAL, 0.7), CHROME, 20)
    return [far, upper, lower, cog, ring_part, *arms, crank, *pedal]


def _lamp_on() -> Thing:
    return moved(sized(turned(lamp(), "y", 0), 0.17), 1.80, 3.06, 0)


def _carrier(tone: RGB) -> Part:
    return pipe(
        [(-1.1, 2.72, 0.0), (-1.6, 2.78, 0.0), (-2.75, 2.74, 0.0), (-2.85, 2.6, 0.0), REAR], 0.032, WHITE_METAL, CHROME
    )


def saddle(tone: str, *, rails: bool = True) -> Thing:
    """A leather saddle with riveted edges, its nose to the right; about 4.4 long."""
    hide = colour(tone)

    def half(t: float) -> float:
        rear = math.sqrt(max(0.0, 1 - max(0.0, 1 - t / 0.18) ** 2.4))
        return 0.22 + (0.92 * (1 - step(0.08, 0.62, t)) + 0.10 * (1 - t)) * rear

    def surface(u: float, v: float) -> Vec:
        t = min(max(v, 0.004), 0.999)
        across = (0.5 - u) * 2
        nose = math.sqrt(max(0.0, 1 - max(0.0, (t - 0.92) / 0.08) ** 2))
        bend = across * math.pi / 2 * 0.99
        top = 0.30 * (1 - t) ** 2.2 - 0.07 * math.sin(math.pi * t) - 0.10 * step(0.86, 1.0, t)
        depth = (0.46 + 0.42 * math.sin(math.pi * min(1.0, t * 1.15)) ** 1.5 - 0.12 * step(0.7, 1.0, t)) * (
            0.25 + 0.75 * nose
        )
        tail = 0.34 * max(0.0, 1 - t / 0.07) ** 2
        return (-2.0 + 4.3 * t, top - depth * (1 - math.cos(bend)) - tail, half(t) * nose * math.sin(bend))

    def paint(u: float, v: float, p: Vec) -> RGB:
        worn = noise(p[0] * 1.4, p[1] * 2, p[2] * 1.4)
        crease = noise(p[0] * 9, 3, p[2] * 9)
        return mix(
            mix(hide, dim(hide, 0.62), 0.6 * worn), colour("#2a1a10"), 0.10 * crease + 0.28 * abs(2 * u - 1) ** 8
        )

    shell = skin(surface, 90, 120, paint, LEATHER, melt=1.4, both_sides=True)
    rivets: Thing = []
    for u, v in (
        (0.16, 0.045),
        (0.34, 0.03),
        (0.5, 0.026),
        (0.66, 0.03),
        (0.84, 0.045),
        (0.36, 0.965),
        (0.5, 0.975),
        (0.64, 0.965),
    ):
        x, y, z = surface(u, v)
        rivets += [
            skin(ball(0.085, 0.55), 22, 14, COPPER_TONE, Material(metal=True, rough=0.2), melt=0.7).moved(
                x, y + 0.015, z
            )
        ]
    if not rails:
        return [shell, *rivets]
    frame = []
    for z in (-0.42, 0.42):
        line = [(2.0, -0.28, z * 0.2), (1.2, -0.62, z * 0.7), (0.2, -0.78, z), (-0.9, -0.74, z), (-1.6, -0.42, z * 1.2)]
        frame.append(pipe(line, 0.055, WHITE_METAL, CHROME, 70))
    springs = [part for z in (-0.62, 0.62) for part in _spring((-1.45, -0.95, z))]
    plate = pipe(
        route("-1.75,0,-0.95 -1.85,-0.1,-0.4 -1.88,-0.12,0 -1.85,-0.1,0.4 -1.75,0,0.95"), 0.07, WHITE_METAL, CHROME
    )
    clamp = [
        lathe("0,-0.62 0.17,-0.6 0.2,-0.5 0.2,0.5 0.17,0.6 0,0.62", WHITE_METAL, CHROME, fine=(30, 24), melt=0.8)
        .turned("x", 90)
        .moved(-0.3, -0.86, 0)
    ]
    return [*springs[:1], frame[0], plate, *clamp, frame[1], *springs[1:], shell, *rivets]


def _spring(at: Vec) -> Thing:
    coil = [(at[0] + 0.2 * math.cos(k * 0.6), at[1] + 0.018 * k, at[2] + 0.2 * math.sin(k * 0.6)) for k in range(46)]
    return [rod(coil, 0.045, WHITE_METAL, CHROME, samples=400, fine=(12, 260), melt=0.6)]


def bell() -> Thing:
    """A brass dome on its clamp, the striker to the right."""
    dome = revolved("1.38,0.42 1.45,0.4 1.48,0.46 1.46,0.6 1.36,1 1.08,1.42 0.66,1.68 0.2,1.78 0,1.79")
    nut = revolved([(0.24, 1.76), (0.24, 1.84), (0.2, 1.9), (0, 1.94)])
    base = trace("0,0.1 0.9,0.1 1.1,0.2 1.1,0.42 0.9,0.5")
    clamp = swept(
        "0,-0.42,-0.56 0,0.02,-0.5 0,0.12,0 0,0,0.5 0,-0.42,0.56 0,-0.85,0.42", 0.07, wide=3.8, side=(1, 0, 0)
    )
    bar = swept([(-9, -0.42, -0.6), (0, -0.42, 0), (9, -0.42, -0.6)], 0.46, ends=False)
    lever = swept(
        [(0.95, 0.3, 0.45), (1.5, 0.42, 0.62), (1.9, 0.72, 0.66), (2.05, 0.95, 0.66)], 0.06, wide=1.6, side=(0, 0, 1)
    )
    knob = [skin(ball(0.15), 24, 18, BRASS_TONE, BRASS, melt=0.8).moved(2.06, 1.02, 0.66)]
    rings = marks(
        dome,
        [[(k / 120, at) for k in range(121)] for at in (0.30, 0.33)],
        0.018,
        dim(BRASS_TONE, 0.4),
        BRASS,
        lift=0.01,
    )
    return [
        skin(bar, 70, 160, colour("#2f3236"), Material(gloss=0.9, rough=0.25), melt=1.6), skin(clamp, 24, 60, WHITE_METAL, CHROME), lathe(base, WHITE_METAL, CHROME, fine=(90, 24)),
        skin(lever, 20, 40, WHITE_METAL, CHROME, melt=1.0), *knob, skin(dome, 160, 90, BRASS_TONE, Material(metal=True, rough=0.07), melt=1.6), rings,
        skin(nut, 50, 16, BRASS_TONE, BRASS, melt=1.0),
    ]  # fmt: skip


def lamp() -> Thing:
    """A bullet lamp along x, shining to the right."""
    shell = [
        lathe(
            "0,-2.1 0.16,-2.06 0.5,-1.72 0.86,-1.1 1.06,-0.3 1.1,0.25 1.16,0.3 1.18,0.42 1.14,0.5 1.04,0.5",
            WHITE_METAL,
            Material(metal=True, rough=0.13),
            fine=(130, 90),
            melt=2.2,
        ).turned("z", -90)
    ]
    glass = [
        lathe(
            "1.04,0.42 0.9,0.56 0.6,0.68 0.3,0.74 0,0.76",
            colour("#ffdf94"),
            Material(gloss=1.2, rough=0.05, glow=0.75),
            fine=(90, 40),
            melt=1.4,
        ).turned("z", -90)
    ]
    lines = [
        marks(
            revolved("1.04,0.42 0.9,0.56 0.6,0.68 0.3,0.74 0,0.76"),
            [[(k / 60, at) for k in range(61)] for at in (0.2, 0.42, 0.64)],
            0.02,
            colour("#d9b765"),
            lift=0.012,
        ).turned("z", -90)
    ]
    foot = swept([(-0.2, -1.0, 0), (-0.25, -1.5, 0), (-0.25, -2.0, 0)], 0.12, wide=1.8, side=(0, 0, 1))
    clamp = [
        lathe("0,-0.4 0.26,-0.38 0.3,-0.3 0.3,0.3 0.26,0.38 0,0.4", WHITE_METAL, CHROME, fine=(40, 24))
        .turned("x", 90)
        .moved(-0.25, -2.05, 0)
    ]
    switch = [
        lathe(
            [(0.2, 0), (0.2, 0.14), (0.14, 0.2), (0, 0.22)], colour("#26282b"), RUBBER, fine=(30, 12), melt=0.8
        ).moved(-0.35, 1.0, 0)
    ]
    return [*clamp, skin(foot, 24, 30, WHITE_METAL, CHROME), *switch, *shell, *glass, *lines]


def helmet(tone: str, name: str = "helmet") -> Thing:
    """A round city helmet with slots, a peak to the right and a strap."""
    paint = colour(tone)

    def dome(grow: float) -> Surface:
        def surface(u: float, v: float) -> Vec:
            lift, angle = math.pi / 2 * v, 2 * math.pi * u
            around = math.cos(lift) ** 0.82 if v < 1 else 0.0
            long = 1.62 + 0.05 * math.cos(angle)
            x, z = long * around * math.cos(angle), 1.36 * around * math.sin(angle)
            ear = 0.16 * math.cos(2 * angle) * (1 - v) ** 2
            return (x * grow, 1.72 * math.sin(lift) * grow + ear + 0.1, z * grow)

        return surface

    outer, inner = dome(1.0), dome(0.93)
    shell = skin(outer, 180, 80, paint, Material(gloss=0.75, rough=0.25), melt=1.6)
    slots = [_slot(outer, side * 0.5 + 0.25 + off, low, high) for side in (0, 1) for off, low, high in _SLOTS]
    inside = skin(lambda u, v: inner(1 - u, v), 90, 40, colour("#34373b"), RUBBER)
    rim = rod(
        [outer(k / 80, 0.0) for k in range(81)],
        0.06,
        colour("#26282b"),
        RUBBER,
        ends=False,
        samples=200,
        fine=(14, 200),
        melt=0.8,
    )

    def peak(u: float, v: float) -> Vec:
        angle = (u - 0.5) * 1.9
        x, y, z = outer((angle / (2 * math.pi)) % 1.0, 0.06)
        out = 1 + 0.26 * v * math.cos(angle * 1.55) ** 0.6
        return (x * out, y - 0.10 * v, z * (1 + 0.05 * v))

    visor = skin(peak, 60, 16, colour("#26282b"), Material(gloss=0.5, rough=0.4), both_sides=True)
    strap = [
        swept(
            [(0.5, 0.0, 1.28), (0.35, -0.5, 1.25), (0.15, -0.95, 1.0), (0.1, -1.12, 0.5)],
            0.025,
            wide=3.0,
            side=(1, 0.4, 0),
        ),
        swept(
            [(-0.5, 0.02, 1.28), (-0.15, -0.45, 1.25), (0.12, -0.92, 1.0), (0.1, -1.12, 0.5)],
            0.025,
            wide=3.0,
            side=(1, -0.4, 0),
        ),
    ]
    near = Part([p for p in rim.patches if sum(c[2] - 0.5 * c[0] for c in p.corners) > 0], RUBBER, 0.8)
    return [
        rim,
        inside,
        *(skin(s, 12, 50, colour("#3a3e43"), RAW, melt=0.8) for s in strap),
        visor,
        shell,
        *slots,
        near,
    ]


_SLOTS = [
    (side * away, low, high)
    for side in (-1, 1)
    for away, low, high in ((0.042, 0.40, 0.80), (0.115, 0.34, 0.74), (0.185, 0.38, 0.66))
]


def _slot(shell: Surface, at: float, low: float, high: float) -> Part:
    """An opening in a helmet: dark, with its upper lip in shade."""

    def surface(u: float, v: float) -> Vec:
        height = low + (high - low) * v
        half = 0.021 * (0.72 + 0.6 * v) * max(0.0, 1 - abs(2 * v - 1) ** 5) ** 0.5
        x, y, z = shell((at + (u - 0.5) * 2 * half) % 1.0, height)
        return (x * 1.006, y + 0.006, z * 1.006)

    def paint(u: float, v: float, p: Vec) -> RGB:
        return mix(colour("#3b3f44"), colour("#101113"), step(0.1, 0.8, v))

    return skin(surface, 8, 40, paint, RUBBER, melt=0.6)


def basket() -> Thing:
    """Willow, wider above, with two leather straps."""
    willow = ("#c79a5f", "#b98a50", "#d6ad74")
    dice = Dice("willow")
    rows = 22
    high = 2.3
    behind: Thing = []
    front: Thing = []

    def at(angle: float, y: float, wave: float = 0.0) -> Vec:
        c, s = math.cos(angle), math.sin(angle)
        grow = 0.80 + 0.20 * (y / high)
        x = math.copysign(abs(c) ** 0.42, c) * 1.95 * grow
        z = math.copysign(abs(s) ** 0.42, s) * 1.35 * grow
        size = math.hypot(x, z)
        return (x * (1 + wave / size), y, z * (1 + wave / size))

    stakes = 34
    for row in range(rows):
        y = 0.1 + (high - 0.2) * row / (rows - 1)
        tone = mix(colour(dice.pick(willow)), colour("#8a5f30"), dice.throw(0, 0.25))
        points = [
            at(2 * math.pi * k / 136, y, 0.055 * math.cos(math.pi * (stakes * k / 136 * 2 / 2 + row)))
            for k in range(137)
        ]
        hoop = rod(points, 0.058, tone, SATIN, wide=0.9, ends=False, samples=420, fine=(10, 420), melt=0.6)
        for side, keepers in ((behind, False), (front, True)):
            side.append(Part([p for p in hoop.patches if (sum(c[2] for c in p.corners) > 0) is keepers], SATIN, 0.6))
    for k in range(stakes):
        angle = 2 * math.pi * (k + 0.5) / stakes
        post = rod([at(angle, 0.0), at(angle, high)], 0.035, colour("#a87a45"), SATIN, fine=(8, 20), melt=0.6)
        (front if at(angle, 0)[2] > 0 else behind).insert(0, post)
    rim_points = [at(2 * math.pi * k / 90, high + 0.04) for k in range(91)]

    def braided(u: float, v: float, p: Vec) -> RGB:
        return mix(colour("#c79a5f"), colour("#7d5528"), step(0.3, 0.9, abs(math.sin(v * 190 + u * 6))))

    rim = rod(rim_points, 0.13, braided, SATIN, ends=False, samples=300, fine=(18, 300), melt=0.7)
    back_rim = Part([p for p in rim.patches if sum(c[2] for c in p.corners) <= 0], SATIN, 0.7)
    front_rim = Part([p for p in rim.patches if sum(c[2] for c in p.corners) > 0], SATIN, 0.7)
    floor = skin(
        lambda u, v: ((0.5 - u) * 3.0, 0.06, (v - 0.5) * -2.0),
        20,
        20,
        dim(colour("#a87a45"), 0.7),
        RAW,
        both_sides=True,
    )
    straps = []
    for x in (-0.75, 0.75):
        line = [(x, high + 0.16, 1.05), (x, high + 0.2, 1.36), (x, high - 0.1, 1.52), (x, 1.5, 1.42)]
        straps.append(rod(line, 0.035, colour("#7d4a2a"), LEATHER, wide=4.2, side=(1, 0, 0), fine=(14, 50), melt=0.8))
        buckle = swept(
            [
                (x - 0.2, 1.95, 1.56),
                (x + 0.2, 1.95, 1.56),
                (x + 0.2, 1.68, 1.53),
                (x - 0.2, 1.68, 1.53),
                (x - 0.2, 1.95, 1.56),
            ],
            0.03,
            ends=False,
        )
        straps.append(skin(buckle, 10, 60, BRASS_TONE, BRASS, melt=0.6))
    return [*behind, back_rim, floor, *front, front_rim, *straps]


def floor_pump(tone: str) -> Thing:
    barrel = revolved("0.26,0.3 0.3,0.34 0.3,4.4 0.34,4.44 0.34,4.7 0.26,4.76 0.1,4.78")
    rod = tube((0, 4.7, 0), (0, 5.35, 0), 0.07, WHITE_METAL, CHROME)
    handle = [
        lathe(
            "0,-1.1 0.16,-1.06 0.2,-0.9 0.15,-0.5 0.14,-0.15 0.18,0 0.14,0.15 0.15,0.5 0.2,0.9 0.16,1.06 0,1.1",
            wooden("#b07a48", (9, 1.2, 9)),
            OILED,
            fine=(50, 90),
            melt=1.2,
        ).turned("z", 90)
    ]
    base = flat(
        slab(
            outline(
                "-1.3,-0.3 -0.6,-0.42 0,-0.5 0.6,-0.42 1.3,-0.3 1.42,0 1.3,0.3 0.6,0.42 0,0.5 -0.6,0.42 -1.3,0.3 -1.42,0",
                120,
            ),
            0.2,
            colour("#2d3033"),
            IRON,
            bevel=0.07,
            cell=0.1,
        )
    )
    foot = revolved([(0.52, 0.18), (0.5, 0.26), (0.36, 0.4), (0.3, 0.5)])
    gauge = moved(
        turned(
            [
                lathe("0,-0.12 0.42,-0.12 0.46,-0.08 0.46,0.1 0.42,0.14", BRASS_TONE, BRASS, fine=(60, 20), melt=1.0),
                lathe([(0.42, 0.13), (0.2, 0.135), (0, 0.135)], colour("#f7f2e4"), RAW, fine=(40, 8)),
            ],
            "x",
            90,
        ),
        0,
        0.82,
        0.44,
    )
    needle = [wire([(0, 0.82, 0.60), (0.16, 1.04, 0.60)], 0.03, colour("#c8432f"))]
    ticks = [
        wire(
            [
                (0.30 * math.cos(a), 0.82 + 0.30 * math.sin(a), 0.595),
                (0.36 * math.cos(a), 0.82 + 0.36 * math.sin(a), 0.595),
            ],
            0.02,
            colour("#2b2b2b"),
        )
        for a in (math.radians(-30 + 24 * k) for k in range(11))
    ]
    hose = swept("0.3,0.5,0 1.2,0.42,0.4 1.9,1.4,0.6 1.5,3.2,0.5 0.75,4.35,0.4 0.42,4.55,0.3", 0.075, samples=200)
    nozzle = pipe([(0.62, 4.42, 0.36), (0.36, 4.6, 0.26), (0.30, 4.42, 0.3)], 0.11, BRASS_TONE, BRASS, 40)
    return [
        *base, skin(foot, 60, 16, colour("#2d3033"), IRON), rod, *moved(handle, y=5.4),
        skin(barrel, 90, 60, colour(tone), PAINT, melt=1.8), skin(hose, 18, 120, colour("#2a2b2d"), RUBBER), *gauge, *ticks, *needle, nozzle,
    ]  # fmt: skip


def repair_tin(tone: str) -> Thing:
    """Lies open: the tin with patches, its lid beside it, levers and a tube of glue; upright in x and y."""
    lid = slab(rounded(3.4, 2.2, 0.42), 0.34, colour(tone), PAINT, bevel=0.12, cell=0.1)
    words = marks(
        lambda u, v: (u, v, 0.345), lettered("PUNCTURES", 0.30, at=(0, 0.05)), 0.05, colour("#f6ecd2"), both_sides=True
    )
    small = marks(
        lambda u, v: (u, v, 0.345),
        [*lettered("SPOKE & LANTERN", 0.14, at=(0, -0.4), spaced=2.4)],
        0.024,
        colour("#f6ecd2"),
        both_sides=True,
    )
    frame = marks(
        lambda u, v: (u, v, 0.345),
        [[*rounded(3.0, 1.8, 0.3), rounded(3.0, 1.8, 0.3)[0]]],
        0.03,
        colour("#f6ecd2"),
        both_sides=True,
    )
    tray = slab(rounded(3.4, 2.2, 0.42), 0.3, WHITE_METAL, STEEL, bevel=0.04, cell=0.1)
    hollow = moved(slab(rounded(3.2, 2.0, 0.36), 0.01, dim(WHITE_METAL, 0.5), STEEL, bevel=0.002, cell=0.1), z=0.3)
    patches: Thing = []
    for x, y, size in ((-1.0, 0.35, 0.36), (-0.35, -0.3, 0.42), (-1.05, -0.45, 0.3)):
        rim = moved(
            slab(
                outline([(size * math.cos(k * 0.5236), size * math.sin(k * 0.5236)) for k in range(12)], 60),
                0.05,
                colour("#c8553d"),
                RUBBER,
                bevel=0.03,
                cell=0.08,
            ),
            x,
            y,
            0.32,
        )
        core = moved(
            slab(
                outline(
                    [(size * 0.72 * math.cos(k * 0.5236), size * 0.72 * math.sin(k * 0.5236)) for k in range(12)], 60
                ),
                0.05,
                colour("#26282b"),
                RUBBER,
                bevel=0.03,
                cell=0.08,
            ),
            x,
            y,
            0.36,
        )
        patches += [*rim, *core]
    glue = [
        rod(
            [(0.35, 0.4, 0.5), (1.1, 0.42, 0.5)],
            lambda t: 0.24 - 0.05 * t,
            colour("#d9b03f"),
            Material(gloss=0.9, rough=0.25),
            wide=lambda t: 1.0 + 0.5 * (1 - t),
            side=(0, 1, 0),
            ends=False,
            fine=(30, 30),
        ),
        rod([(1.08, 0.42, 0.5), (1.38, 0.43, 0.5)], 0.11, colour("#26282b"), RUBBER, fine=(24, 16)),
    ]
    chalk = moved(
        slab(rounded(0.8, 0.42, 0.05), 0.22, clouded(colour("#e9e2d4"), 0.25, 0.5), RAW, bevel=0.05, cell=0.06),
        0.85,
        -0.4,
        0.31,
    )
    levers: Thing = []
    for k, shade in enumerate(("#3f6b8a", "#3f6b8a")):
        lever = swept(
            "-1.5,0,0.12 -0.6,0.02,0.13 0.8,0,0.12 1.3,0.03,0.13 1.5,0.12,0.2",
            lambda t: 0.09,
            wide=lambda t: 2.2 - 0.8 * t,
            side=(0, 1, 0),
        )
        levers += [
            skin(lever, 24, 70, colour(shade), Material(gloss=0.8, rough=0.25))
            .turned("z", 16 + 7 * k)
            .moved(0.9, -1.75 - 0.62 * k, 0)
        ]
    tin = [*tray, *hollow, *patches, *glue, *chalk]
    return [
        *moved(turned(tin, "z", 8), -1.0, 0.1, 0),
        *moved(turned([*lid, frame, words, small], "z", -10), 1.1, 2.1, 0),
        *levers,
    ]


def _city(paint: str, backdrop: Backdrop, saddle_tone: str = "#8a4f2c") -> Stage:
    return standing(backdrop, zoom=150, pitch=7, yaw=-16, target=(0, 1.75, 0)).put(
        bicycle(paint, step_through=True, saddle_tone=saddle_tone, wall="#d9c39a")
    )


def _touring() -> Stage:
    return standing(CONCRETE, zoom=150, pitch=7, yaw=-16, target=(0.05, 1.75, 0)).put(
        bicycle("#2f5d50", step_through=False, saddle_tone="#8a4f2c", racing=True, wall="#c9a66b")
    )


def _saddle(tone: str, backdrop: Backdrop, yaw: float) -> Stage:
    return standing(backdrop, zoom=205, pitch=24, yaw=yaw, target=(0.15, 0.8, 0)).put(moved(saddle(tone), y=1.1))


def _bell() -> Stage:
    return standing(SKY, zoom=215, pitch=20, yaw=-12, target=(0.2, 1.5, 0)).put(moved(bell(), y=1.1))


def _lamp() -> Stage:
    return standing(NAVY, zoom=190, pitch=10, yaw=42, target=(-0.2, 1.75, 0)).put(moved(lamp(), y=2.35))


def _helmet(tone: str, backdrop: Backdrop) -> Stage:
    return standing(backdrop, zoom=225, pitch=15, yaw=-28, target=(0.2, 0.85, 0)).put(moved(helmet(tone), y=0.12))


def _helmets() -> Stage:
    return standing(CONCRETE, zoom=150, pitch=24, yaw=-20, target=(0, 0.6, 0)).put(
        moved(helmet("#e9e2d2"), -1.6, 0.12, -1.9),
        moved(helmet("#2f5d6b"), 1.7, 0.12, -1.0),
        moved(helmet("#d9673f"), -0.4, 0.12, 1.7),
    )


def _basket() -> Stage:
    return standing(ROSE, zoom=190, pitch=22, yaw=-18, target=(0, 1.15, 0)).put(basket())


def _pump() -> Stage:
    return standing(SKY, zoom=158, pitch=11, yaw=-14, target=(0.3, 2.75, 0)).put(floor_pump("#c8432f"))


def _repair() -> Stage:
    return lying(SHOP_TABLE, zoom=172).put(laid(repair_tin("#2f5d50"), -0.1, 0.35))


PICTURES: dict[str, Callable[[], Stage]] = {
    "city-bicycle-sky": lambda: _city("#5b93ab", BUTTER),
    "city-bicycle-red": lambda: _city("#b8392e", SKY, "#3a2a22"),
    "touring-bicycle": _touring,
    "saddle-honey": lambda: _saddle("#a8662f", ROSE, 16),
    "saddle-black": lambda: _saddle("#35302e", BUTTER, 34),
    "bell": _bell,
    "lamp": _lamp,
    "helmet-coral": lambda: _helmet("#d9673f", SKY),
    "helmets": _helmets,
    "basket": _basket,
    "floor-pump": _pump,
    "repair-tin": _repair,
}
