"""Roasted, ground and brewed: bags of coffee and what makes a cup of it."""

import itertools
import math
from collections.abc import Callable, Sequence

from haat.demo.draw import pottery
from haat.demo.draw.backdrop import Backdrop, Table
from haat.demo.draw.colour import RGB, colour, dim, mix
from haat.demo.draw.lettering import breadth, lettered
from haat.demo.draw.materials import (
    BRASS,
    BRASS_TONE,
    GLASS,
    GLAZED,
    OILED,
    PAINT,
    RAW,
    SATIN,
    STEEL,
    STEEL_TONE,
    brushed,
    clouded,
    wooden,
)
from haat.demo.draw.solid import (
    Material,
    Part,
    Surface,
    Thing,
    laid,
    lathe,
    marks,
    moved,
    opened,
    outline,
    revolved,
    skin,
    slab,
    stood,
    swept,
    turned,
)
from haat.demo.draw.space import Dice, Flat, Vec, noise, step, trace
from haat.demo.draw.stage import Stage, lying, standing

MUSTARD = Backdrop("#e6b45a", "#efca80", "#d98a3f", shape="disc", shape_at=(0.5, 0.41, 0.31))
TEAL = Backdrop("#2f5c5c", "#5c8684", "#3d6e6c", shape="disc", shape_at=(0.5, 0.42, 0.32))
MILK = Backdrop("#eadfce", "#f2e9da", "#d9b793", shape="arch", shape_at=(0.52, 0.39, 0.28))
CORAL = Backdrop("#dc8263", "#e8a283", "#cb6d4f", shape="disc", shape_at=(0.48, 0.41, 0.31))
ESPRESSO = Table("#6d4a38", boards=3, leaning=3)

FOIL = Material(gloss=0.65, rough=0.45)


class Bag:
    """A flat-bottomed coffee bag, 3 wide and 4.6 high, closed at the top by a fold."""

    def __init__(self, paper: str, label: str, name: str, kind: str, motif: str) -> None:
        self.paper, self.label = colour(paper), colour(label)
        self.name, self.kind, self.motif = name, kind, motif

    def thing(self) -> Thing:
        ink = colour("#2b2420")
        body = skin(self._surface, 150, 110, clouded(self.paper, 0.10, 5), FOIL, melt=2.0)
        sheet = skin(
            lambda u, v: self._front(-1.06 + 2.12 * u, 0.75 + 2.35 * v, 0.02),
            60,
            60,
            clouded(self.label, 0.04, 4),
            RAW,
            melt=1.6,
            both_sides=True,
        )
        words = self._printed(lettered(self.name, _fitted(self.name, 1.75, 0.40), at=(0, 1.55)), 0.062, ink)
        kind = self._printed(lettered(self.kind, _fitted(self.kind, 1.7, 0.135), at=(0, 1.22), spaced=2.2), 0.017, ink)
        head = self._printed(lettered("DROSSELHOF", 0.15, at=(0, 0.92), spaced=3.0), 0.024, ink)
        rule = self._printed([[(-0.9, 1.13), (0.9, 1.13)]], 0.014, ink)
        fold = swept([(-1.42, 4.42, 0.10), (1.42, 4.42, 0.10)], 0.115, wide=1.1, side=(0, 0, 1))
        clip = swept([(-1.54, 4.34, 0.215), (1.54, 4.34, 0.215)], 0.035, wide=2.2, side=(0, 1, 0))
        return [
            body, sheet, rule, words, kind, head, *self._motif(),
            skin(fold, 40, 80, self.paper, FOIL), skin(clip, 16, 80, mix(self.label, (1, 1, 1), 0.1), PAINT, melt=0.8),
        ]  # fmt: skip

    def _surface(self, u: float, v: float) -> Vec:
        angle = 2 * math.pi * u
        c, s = math.cos(angle), math.sin(angle)
        x = math.copysign(abs(c) ** 0.34, c) * self._half_width(v)
        z = math.copysign(abs(s) ** 0.42, s) * self._half_depth(v)
        dent = 0.05 * (noise(x * 1.1 + 3, v * 5, 2 if z > 0 else 9) - 0.5) * math.sin(math.pi * v)
        return (x, 4.45 * v, z + dent)

    def _front(self, x: float, y: float, lift: float) -> Vec:
        v = y / 4.45
        c = min(abs(x) / self._half_width(v), 0.999) ** (1 / 0.34)
        s = math.sqrt(1 - c * c) ** 0.42
        dent = 0.05 * (noise(x * 1.1 + 3, v * 5, 2) - 0.5) * math.sin(math.pi * v)
        return (x, y, s * self._half_depth(v) + dent + lift)

    def _half_width(self, v: float) -> float:
        return 1.5 - 0.05 * math.sin(math.pi * v) + 0.03 * v

    def _half_depth(self, v: float) -> float:
        return 0.72 * math.pow(1 - step(0.35, 1.06, v), 0.8) + 0.07

    def _printed(self, lines: Sequence[Sequence[Flat]], width: float, ink: RGB) -> Part:
        dense = [
            [point for a, b in itertools.pairwise(line) for point in _between(a, b)] + [line[-1]] for line in lines
        ]
        return marks(lambda u, v: self._front(u, v, 0.03), dense, width, ink, RAW, both_sides=True)

    def _motif(self) -> list[Part]:
        """A small picture above the name: a rising sun, hills, or a moon."""
        tone, second = self.paper, mix(self.paper, self.label, 0.45)
        disc = [(0.46 * math.cos(k * math.pi / 24), 2.42 + 0.46 * math.sin(k * math.pi / 24)) for k in range(49)]
        fills = {
            "sun": [(disc[:25], tone)],
            "hills": [(disc, second), (_hill(-0.35, 2.36, 0.62, 0.5), tone), (_hill(0.4, 2.3, 0.56, 0.32), mix(tone, (0, 0, 0), 0.35))],
            "moon": [(disc, tone), ([(x * 0.86 + 0.20, (y - 2.42) * 0.86 + 2.50) for x, y in disc], self.label)],
        }[self.motif]  # fmt: skip
        parts = [self._filled(ring, shade) for ring, shade in fills]
        if self.motif == "sun":
            rays = [
                [(0.58 * math.cos(a), 2.42 + 0.58 * math.sin(a)), (0.74 * math.cos(a), 2.42 + 0.74 * math.sin(a))]
                for a in (math.pi * k / 10 for k in range(11))
            ]
            parts.append(self._printed([*rays, [(-0.8, 2.36), (0.8, 2.36)]], 0.045, tone))
        return parts

    def _filled(self, ring: Sequence[Flat], shade: RGB) -> Part:
        pieces = slab(list(ring), 0.0, shade, RAW, bevel=0.0, cell=0.08, steps=1)[1]
        return Part(
            [p._replace(corners=tuple(self._front(x, y, 0.028) for x, y, _ in p.corners)) for p in pieces.patches],
            RAW,
            0.0,
            True,
            casts=False,
        )


def _fitted(text: str, room: float, high: float) -> float:
    return min(high, high * room / breadth(text, high))


def _hill(x: float, foot: float, wide: float, high: float) -> list[Flat]:
    return outline(
        [
            (x - wide, foot),
            (x - wide, foot),
            (x - wide * 0.3, foot + high * 0.72),
            (x, foot + high),
            (x + wide * 0.35, foot + high * 0.66),
            (x + wide, foot),
            (x + wide, foot),
        ],
        40,
    )


def _between(a: Flat, b: Flat) -> list[Flat]:
    count = max(1, math.ceil(math.dist(a, b) / 0.06))
    return [(a[0] + (b[0] - a[0]) * k / count, a[1] + (b[1] - a[1]) * k / count) for k in range(count)]


DAYBREAK = Bag("#c9532f", "#f4e6cc", "DAYBREAK", "ESPRESSO - CHOCOLATE & CHERRY", "sun")
HIGHLAND = Bag("#2f6a66", "#efe7d3", "GUJI", "ETHIOPIA - APRICOT & JASMINE", "hills")
NIGHTCAP = Bag("#3b3f63", "#e9dfd0", "NIGHTCAP", "DECAF - CARAMEL & MALT", "moon")


def bean(name: str) -> Thing:
    """A roasted bean, its cut side up."""
    dice = Dice(name)
    tone = mix(colour("#5a3420"), colour("#3a2014"), dice.throw())

    def surface(u: float, v: float) -> Vec:
        lift, angle = math.pi * (v - 0.5), 2 * math.pi * u
        around = math.cos(lift)
        x, z = 0.21 * around * math.cos(angle), 0.145 * around * math.sin(angle)
        y = 0.10 * math.sin(lift)
        cut = -0.055 * math.exp(-((z / 0.024) ** 2)) if y > 0 else 0.0
        return (x, y + cut, z + 0.02 * math.sin(x * 12) * (1 if y > 0 else 0))

    def paint(u: float, v: float, p: Vec) -> RGB:
        return (
            mix(dim(tone, 0.35), tone, step(0.0, 0.03, abs(p[2] - 0.02 * math.sin(p[0] * 12))))
            if p[1] > -0.02
            else tone
        )

    bean_part = [skin(surface, 30, 22, paint, Material(gloss=0.9, rough=0.3), melt=0.7)]
    return turned(turned(bean_part, "x", dice.throw(-40, 40)), "y", dice.throw(0, 360))


def beans(name: str, count: int, around: Flat, spread: Flat) -> Thing:
    dice = Dice(name)
    places = sorted(((dice.throw(-1, 1), dice.throw(-1, 1)) for _ in range(count)), key=lambda p: p[1])
    return [
        part
        for k, (x, z) in enumerate(places)
        for part in moved(bean(f"{name}{k}"), around[0] + x * spread[0], 0.11, around[1] + z * spread[1])
    ]


def grinder() -> Thing:
    """A hand grinder: steel barrel, walnut band, crank with a wooden knob."""
    steel = brushed(STEEL_TONE, (1, 40, 1))
    jar = revolved("0,0.03 0.72,0 0.78,0.04 0.8,0.1 0.8,1.42 0.8,1.45")
    grip = revolved("0.8,1.45 0.845,1.47 0.86,1.55 0.86,2.2 0.845,2.28 0.8,2.3")
    barrel = revolved(
        "0.8,2.3 0.8,2.34 0.8,3.5 0.82,3.52 0.82,3.62 0.78,3.68 0.3,3.76 0.14,3.8 0.14,4 0.2,4.02 0.2,4.14 0,4.18"
    )
    arm = swept(
        [(0.0, 4.08, 0), (0.6, 4.12, 0.12), (1.25, 4.2, 0.24), (1.62, 4.3, 0.3)], 0.055, wide=2.4, side=(0, 0, 1)
    )
    knob = revolved("0,0 0.12,0 0.13,0.1 0.26,0.24 0.32,0.46 0.25,0.68 0,0.76")
    walnut = wooden("#7b4f33", (7, 1.4, 7))
    return [
        skin(jar, 130, 40, steel, STEEL, melt=2.0), skin(grip, 130, 30, walnut, OILED, melt=1.4), skin(barrel, 130, 70, steel, STEEL, melt=1.6),
        skin(arm, 24, 50, STEEL_TONE, STEEL, melt=1.2), skin(knob, 60, 50, walnut, OILED, melt=1.2).moved(1.5, 4.28, 0.28),
    ]  # fmt: skip


def moka_pot(size: float = 1.0) -> Thing:
    """Eight-sided aluminium, black handle and knob; the spout to the left."""
    alloy = brushed(colour("#c3c6c8"), (2, 2, 2))
    metal = Material(metal=True, rough=0.26)

    def faceted(profile: Sequence[Flat], spout: bool = False) -> Surface:
        base = revolved(profile)

        def surface(u: float, v: float) -> Vec:
            x, y, z = base(u, v)
            angle = (2 * math.pi * u + math.pi / 8) % (math.pi / 4) - math.pi / 8
            out = math.cos(math.pi / 8) / math.cos(angle)
            if spout:
                away = abs((u - 0.5 + 0.5) % 1.0 - 0.5)
                out += 0.30 * max(0.0, 1 - away / 0.055) * step(0.25, 1.0, v)
            return (x * out, y, z * out)

        return surface

    boiler = faceted(trace("0,0.03 1.16,0 1.2,0.04 0.92,1.42 0.9,1.46"))
    ring = revolved("0.84,1.42 0.9,1.44 0.92,1.5 0.92,1.72 0.88,1.78 0.8,1.8")
    top = faceted(trace("0.82,1.78 0.86,1.82 1.2,3.28 1.21,3.32 1.17,3.34"), spout=True)
    lid = faceted(trace("1.2,3.33 1.21,3.38 1.12,3.44 0.2,3.8 0.14,3.82"))
    knob = revolved("0.12,3.8 0.15,3.86 0.27,4.02 0.25,4.24 0,4.3")
    handle_line = outline(
        "1.05,3.28 1.05,3.28 1.9,3.34 2.12,3.1 2.02,2.2 1.84,1.72 1.66,1.72 1.66,1.9 1.76,2.4 1.74,2.86 1.58,3 1.05,2.94 1.05,2.94",
        100,
    )
    handle = moved(
        slab(handle_line, 0.3, colour("#26282b"), Material(gloss=0.8, rough=0.3), bevel=0.1, cell=0.1), z=-0.15
    )
    safety = [
        lathe([(0.1, 0), (0.1, 0.08), (0.06, 0.12), (0, 0.13)], BRASS_TONE, BRASS, fine=(30, 10), melt=0.8)
        .turned("x", 90)
        .moved(-0.1, 1.02, 0.98)
    ]
    parts = [
        skin(boiler, 160, 60, alloy, metal, melt=0.8), skin(ring, 120, 24, alloy, metal, melt=1.0), *safety, *handle,
        skin(top, 160, 60, alloy, metal, melt=0.8), skin(lid, 160, 30, alloy, metal, melt=0.8), skin(knob, 50, 30, colour("#26282b"), Material(gloss=0.8, rough=0.3)),
    ]  # fmt: skip
    return [
        Part(
            [p._replace(corners=tuple((x * size, y * size, z * size) for x, y, z in p.corners)) for p in part.patches],
            part.material,
            part.melt,
        )
        for part in parts
    ]


def dripper(glaze: str) -> Thing:
    """A ribbed cone with a flange and a handle; its foot at y = 0."""
    tone = colour(glaze)
    cone = trace("0.22,0.16 0.34,0.18 0.5,0.5 1.12,1.55 1.14,1.6 1.1,1.63 1.05,1.58 0.42,0.48 0.15,0.2")
    flange = trace("0.5,0.02 1,0 1.05,0.05 1.02,0.12 0.4,0.16 0.3,0.2")
    handle = swept(
        "0.95,1.28,0 1.45,1.34,0 1.58,0.95,0 1.25,0.62,0 0.62,0.6,0", 0.085, wide=1.5, side=(0, 0, 1), ends=False
    )
    base = revolved(cone)

    def ribbed(u: float, v: float) -> Vec:
        x, y, z = base(u, v)
        swell = 1 + (0.012 * math.cos(2 * math.pi * (20 * u + v * 3)) if v > 0.55 else 0.0)
        return (x * swell, y, z * swell)

    return [
        skin(handle, 30, 60, tone, GLAZED),
        lathe(flange, tone, GLAZED, fine=(110, 30), melt=1.6),
        skin(ribbed, 150, 90, tone, GLAZED, melt=1.4),
    ]


def server(full: float = 0.5) -> Thing:
    """A glass jug with coffee in it, its handle to the right."""
    wall = trace("0,0.03 1.05,0 1.15,0.06 1.18,0.3 1.05,1.2 0.78,1.8 0.74,2 0.8,2.12")
    depth = 0.1 + 1.6 * full
    inner = [(0, 0.1), (1.02, 0.08), (1.10, 0.14), (1.12, 0.32), (1.10 - 0.08 * full, depth), (0.0, depth)]
    handle = swept(
        "0.74,1.86,0 1.3,1.95,0 1.62,1.6,0 1.5,0.9,0 1.12,0.62,0", 0.085, wide=1.2, side=(0, 0, 1), ends=False
    )
    shape = revolved(wall)
    glass = skin(shape, 120, 70, colour("#dfe9ea"), GLASS, melt=1.2, both_sides=True)
    brew = lathe(inner, colour("#5c2a10"), Material(gloss=0.7, rough=0.1, through=0.6), fine=(110, 60), melt=1.6)
    return [skin(handle, 24, 60, colour("#dfe9ea"), Material(gloss=1.6, rough=0.03, clear=0.8), melt=1.0), brew, glass]


def kettle(tone: str, material: Material) -> Thing:
    """A swan-necked kettle, its spout to the left."""
    paint = colour(tone)
    body = trace("0,0.02 1.28,0 1.34,0.05 1.34,0.12 1.24,0.9 0.98,1.7 0.92,1.78 0.86,1.8")
    lid = trace("0.88,1.79 0.9,1.83 0.6,1.93 0.2,1.98 0.12,2 0.12,2.06 0.24,2.14 0.26,2.22 0.18,2.3 0,2.32")
    neck = swept(
        "-1.15,0.32,0 -1.75,0.38,0 -1.98,0.95,0 -1.72,1.6,0 -1.86,2.1,0 -2.42,2.22,0",
        lambda t: 0.135 - 0.055 * t,
        ends=False,
    )
    mouth = swept([(-2.40, 2.222, 0), (-2.425, 2.22, 0)], 0.066)
    handle = swept(
        "0.94,1.62,0 1.5,1.95,0 2.12,1.86,0 2.36,1.3,0 2.28,0.7,0",
        lambda t: 0.075 + 0.055 * step(0.35, 0.6, t),
        wide=1.5,
        side=(0, 0, 1),
    )
    wood = wooden("#8a5c3a", (9, 3, 9))

    def held(u: float, v: float, p: Vec) -> RGB:
        return wood(u, v, p) if v > 0.46 else paint

    return [
        skin(neck, 40, 90, paint, material, melt=1.4), skin(mouth, 20, 4, dim(paint, 0.2), RAW), skin(handle, 30, 80, held, OILED if material is not STEEL else SATIN, melt=1.2),
        lathe(body, paint, material, fine=(150, 80), melt=2.0), lathe(lid, paint, material, fine=(120, 60), melt=1.4),
    ]  # fmt: skip


def canister(tone: str) -> Thing:
    """A tin for beans with a beech lid."""
    enamel = colour(tone)
    tin = revolved("0,0.03 1.16,0 1.2,0.04 1.2,0.08 1.18,0.12 1.18,2.5 1.2,2.54 1.2,2.58 1.14,2.6")
    lid = revolved("1.16,2.6 1.22,2.62 1.24,2.68 1.24,2.92 1.2,2.98 0.3,3 0.16,3 0.16,3.06 0.28,3.16 0.26,3.3 0,3.34")

    def label(u: float, v: float) -> Vec:
        angle = math.pi / 2 + 0.62 * (1 - 2 * u)
        return (1.2 * math.cos(angle), 0.75 + 1.15 * v, 1.2 * math.sin(angle))

    paper = skin(label, 50, 40, clouded(colour("#f2e8d2"), 0.05, 3), RAW, melt=1.2, both_sides=True)
    words = marks(
        label,
        [[(0.5 + x / 1.48, 0.5 + y / 1.15) for x, y in line] for line in lettered("BEANS", 0.30, at=(0, -0.05))],
        0.045,
        colour("#2b2420"),
        lift=0.01,
        both_sides=True,
    )
    rules = marks(
        label,
        [[(0.1 + 0.8 * k / 20, at) for k in range(21)] for at in (0.2, 0.86)],
        0.02,
        colour("#c9532f"),
        lift=0.01,
        both_sides=True,
    )
    return [
        skin(tin, 140, 80, enamel, PAINT, melt=2.0),
        skin(lid, 130, 60, wooden("#cf9a68", (1.2, 14, 14)), OILED, melt=1.4),
        paper,
        rules,
        words,
    ]


def filter_papers(count: int = 7) -> Thing:
    """Cone filters fanned out, lying flat."""
    parts: Thing = []
    wing = outline(
        "-1.5,1.5 -1.5,1.5 -0.8,1.72 0,1.8 0.8,1.72 1.5,1.5 1.5,1.5 0.42,-1.4 0.42,-1.4 -0.42,-1.4 -0.42,-1.4", 130
    )
    for k in range(count):
        paper = slab(
            wing,
            0.06,
            clouded(mix(colour("#c9a273"), colour("#e6cfa9"), k / count), 0.06, 1.4),
            RAW,
            bevel=0.02,
            cell=0.12,
        )
        crease = marks(
            lambda u, v: (u, v, 0.064),
            [[(0.5 + 1.0 * t, -1.35 + 2.85 * t) for t in (0, 0.25, 0.5, 0.75, 0.97)], [(-0.4, -1.24), (0.4, -1.24)]],
            0.02,
            colour("#b08f66"),
            both_sides=True,
        )
        parts += moved(turned(moved([*paper, crease], y=1.6), "z", 57 - 19 * k), 0, -1.2, 0.075 * k)
    return parts


def cup_with_coffee(glaze: str) -> list[Thing]:
    inside, outside = opened(pottery.espresso_cup(glaze, "served"))
    crema = [
        lathe(
            [(0.49, 0.72), (0.3, 0.722), (0, 0.722)],
            clouded(colour("#8a4f22"), 0.35, 1.2),
            Material(gloss=0.5, rough=0.3),
            fine=(60, 12),
            melt=1.2,
        )
    ]
    return [inside, crema, outside]


def _bag(bag: Bag, backdrop: Backdrop, scatter: str) -> Stage:
    return standing(backdrop, zoom=172, pitch=11, yaw=-13, target=(0.1, 2.05, 0)).put(
        bag.thing(), beans(scatter, 9, (1.6, 1.5), (0.75, 0.5)), beans(scatter + "l", 4, (-1.75, 1.4), (0.4, 0.4))
    )


def _bags_three() -> Stage:
    return standing(MILK, zoom=128, pitch=13, target=(0, 1.95, 0)).put(
        stood(HIGHLAND.thing(), -2.15, -0.7, 14),
        stood(NIGHTCAP.thing(), 2.15, -0.7, -14),
        moved(DAYBREAK.thing(), 0, 0, 0.7),
    )


def _grinder() -> Stage:
    return standing(CORAL, zoom=188, pitch=14, target=(0.3, 2.2, 0)).put(
        grinder(), beans("g", 8, (-1.3, 0.9), (0.6, 0.5)), beans("h", 7, (1.5, 1.1), (0.6, 0.4))
    )


def _moka() -> Stage:
    return standing(MUSTARD, zoom=192, pitch=15, target=(0.25, 2.0, 0)).put(turned(moka_pot(), "y", -14))


def _moka_cups() -> Stage:
    return standing(TEAL, zoom=165, pitch=20, target=(0, 1.55, 0)).put(
        stood(moka_pot(), -0.2, -0.8, -20),
        *(moved(thing, 1.75, 0, 0.5) for thing in cup_with_coffee("salt")),
        stood(moka_pot(0.62), -1.9, 1.2, 24),
    )


def _dripper_server() -> Stage:
    return standing(CORAL, zoom=190, pitch=15, target=(0.2, 1.75, 0)).put(
        server(0.45), moved(turned(dripper("#f1ebdf"), "y", -12), y=2.06)
    )


def _drippers() -> Stage:
    return standing(MILK, zoom=200, pitch=30, target=(0, 0.7, 0)).put(
        stood(dripper("#f1ebdf"), -1.25, -0.8, 25),
        stood(dripper("#2f6a66"), 1.15, -0.6, -30),
        stood(dripper("#c9532f"), -0.1, 1.35, -20),
    )


def _kettle(tone: str, material: Material, backdrop: Backdrop) -> Stage:
    return standing(backdrop, zoom=190, pitch=15, target=(0, 1.2, 0)).put(turned(kettle(tone, material), "y", -12))


def _canister() -> Stage:
    return standing(MUSTARD, zoom=205, pitch=16, target=(0, 1.55, 0)).put(
        canister("#2f6a66"), beans("c", 9, (1.8, 1.2), (0.6, 0.5))
    )


def _filters() -> Stage:
    return lying(ESPRESSO, zoom=178).put(laid(filter_papers(), -0.15, -0.2), beans("f", 12, (2.0, 2.2), (0.8, 0.6)))


PICTURES: dict[str, Callable[[], Stage]] = {
    "coffee-daybreak": lambda: _bag(DAYBREAK, MUSTARD, "d"),
    "coffee-guji": lambda: _bag(HIGHLAND, CORAL, "e"),
    "coffee-nightcap": lambda: _bag(NIGHTCAP, TEAL, "n"),
    "coffee-three": _bags_three,
    "hand-grinder": _grinder,
    "moka-pot": _moka,
    "moka-cups": _moka_cups,
    "dripper-server": _dripper_server,
    "drippers": _drippers,
    "kettle-black": lambda: _kettle("#2c2f33", Material(gloss=0.5, rough=0.5), MILK),
    "kettle-steel": lambda: _kettle("#c9cdd0", STEEL, TEAL),
    "bean-canister": _canister,
    "filter-papers": _filters,
}
