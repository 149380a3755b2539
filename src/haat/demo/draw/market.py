"""A market morning: stalls under striped awnings, goods in front, people talking."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from haat.demo.draw import bicycles
from haat.demo.draw.colour import RGB, blend, colour, dim, mix
from haat.demo.draw.foliage import blades, lance, leaf, ovate
from haat.demo.draw.light import Lamp
from haat.demo.draw.materials import CLOTH, GLAZED, OILED, RAW, SATIN, wooden
from haat.demo.draw.pottery import GLAZES
from haat.demo.draw.solid import (
    Material,
    Part,
    Patch,
    Thing,
    ball,
    laid,
    lathe,
    moved,
    revolved,
    rod,
    rounded,
    sized,
    skin,
    slab,
    stood,
    turned,
    wire,
)
from haat.demo.draw.space import Camera, Dice, Flat, Vec, trace
from haat.demo.draw.stage import Hour, Stage

WIDE, HIGH = 1600.0, 700.0
GLOWING = Material(glow=1.1)
SKIN = Material(gloss=0.2, rough=0.6)
CREAM = "#f6ead2"
STALLS = (-9.9, -3.3, 3.3, 9.9)


@dataclass(frozen=True)
class Town:
    """Sky, houses and pavement; `lit` for the hour before sunrise, lamps burning."""

    lit: bool

    @property
    def ground(self) -> str:
        return "#4a4d66" if self.lit else "#e6d3ba"

    @property
    def around(self) -> str:
        return "#4b5f8f" if self.lit else "#f3dcc0"

    @property
    def shadow(self) -> str:
        return "#0c1024" if self.lit else "#4a2f35"

    def svg(self, width: float, height: float) -> tuple[str, str]:
        sky = ("#16203c", "#33436e", "#c98a76") if self.lit else ("#a9d3de", "#dbe8dc", "#fbe6c2")
        ground = ("#595a74", "#3a3c55") if self.lit else ("#f0dfc6", "#dcc3a4")
        horizon = _HORIZON
        defs = (
            f'<linearGradient id="sky" x1="0" x2="0" y1="0" y2="1"><stop offset="0" stop-color="{sky[0]}"/>'
            f'<stop offset=".42" stop-color="{sky[1]}"/><stop offset=".72" stop-color="{sky[2]}"/></linearGradient>'
            f'<linearGradient id="pavement" x1="0" x2="0" y1="{horizon / height:.3f}" y2="1">'
            f'<stop offset="0" stop-color="{ground[0]}"/><stop offset="1" stop-color="{ground[1]}"/></linearGradient>'
            '<radialGradient id="sun"><stop offset="0" stop-color="#fff6dc"/>'
            '<stop offset=".3" stop-color="#fff2cf" stop-opacity=".75"/><stop offset="1" stop-color="#fff2cf" stop-opacity="0"/></radialGradient>'
            '<radialGradient id="pool"><stop offset="0" stop-color="#ffc677" stop-opacity=".55"/>'
            '<stop offset="1" stop-color="#ffc677" stop-opacity="0"/></radialGradient>'
        )
        drawing = [
            f'<rect width="{width:.0f}" height="{height:.0f}" fill="url(#sky)"/>',
            self._heaven(),
            _houses(self.lit),
            _trees(self.lit),
        ]
        drawing.append(
            f'<rect y="{horizon}" width="{width:.0f}" height="{height - horizon:.0f}" fill="url(#pavement)"/>'
        )
        drawing.append(_paving(self.lit))
        if self.lit:
            drawing += [
                f'<ellipse cx="{x}" cy="{horizon + 96}" rx="230" ry="70" fill="url(#pool)"/>'
                for x in (210, 590, 985, 1370)
            ]
        return defs, "".join(drawing)

    def _heaven(self) -> str:
        if not self.lit:
            return '<circle cx="300" cy="96" r="300" fill="url(#sun)"/><circle cx="300" cy="96" r="44" fill="#fff8e4"/>'
        dice = Dice("stars")
        stars = "".join(
            f'<circle cx="{dice.throw(0, WIDE):.0f}" cy="{dice.throw(0, 230):.0f}" r="{dice.throw(0.7, 1.9):.1f}" opacity="{dice.throw(0.3, 0.9):.2f}"/>'
            for _ in range(70)
        )
        moon = '<circle cx="250" cy="120" r="40" fill="#f4ecd4"/><circle cx="268" cy="110" r="36" fill="#1d2848"/>'
        return f'<g fill="#fdf3d8">{stars}</g>{moon}'


_HORIZON = 440


def _houses(lit: bool) -> str:
    """Two rows of gabled houses, the farther paler."""
    dice = Dice("houses")
    tones = ("#e9b99a", "#f0d2a8", "#d9c3a5", "#c9d0bd", "#e8c8b8", "#bcd0d2")
    pieces = []
    for row, (haze, foot, tall) in enumerate(((0.55, _HORIZON, 290), (0.25, _HORIZON, 235))):
        x = -40.0 - 30 * row
        while x < WIDE + 40:
            wide, high = dice.throw(86, 150), tall * dice.throw(0.72, 1.15)
            tone = (
                blend(dice.pick(tones), "#fbe6c2", haze)
                if not lit
                else blend(blend(dice.pick(tones), "#1b2544", 0.86 - 0.1 * row), "#5a5c80", 0.35 * (1 - row))
            )
            pieces.append(_house(x, foot, wide, high, tone, lit, dice))
            x += wide + (dice.throw(-8, 4) if row else dice.throw(-14, 0))
    return "".join(pieces)


def _house(x: float, foot: float, wide: float, high: float, tone: str, lit: bool, dice: Dice) -> str:
    gable = wide * dice.throw(0.32, 0.62)
    top = foot - high
    roof = blend(tone, "#8a3f33" if not lit else "#0e1428", 0.42)
    pieces = [f'<path d="M{x:.0f} {foot}V{top:.0f}L{x + wide / 2:.0f} {top - gable:.0f}L{x + wide:.0f} {top:.0f}V{foot}z" fill="{tone}"/>',
              f'<path d="M{x - 4:.0f} {top + 4:.0f}L{x + wide / 2:.0f} {top - gable - 5:.0f}L{x + wide + 4:.0f} {top + 4:.0f}L{x + wide:.0f} {top + 12:.0f}'
              f'L{x + wide / 2:.0f} {top - gable + 9:.0f}L{x:.0f} {top + 12:.0f}z" fill="{roof}"/>']  # fmt: skip
    columns, rows = max(2, round(wide / 38)), max(1, int(high / 46))
    for i in range(columns):
        for j in range(rows):
            cx, cy = x + wide * (i + 0.5) / columns, top + 24 + j * 44
            glow = lit and dice.throw() < 0.22
            pane = "#ffcf86" if glow else blend(tone, "#33425c", 0.34 if not lit else 0.5)
            pieces.append(f'<rect x="{cx - 7:.0f}" y="{cy:.0f}" width="14" height="22" rx="1.5" fill="{pane}"/>')
    return "".join(pieces)


def _trees(lit: bool) -> str:
    dice = Dice("trees")
    pieces = []
    for x in (20, 392, 745, 800, 1168, 1545):
        for _ in range(9):
            cx, cy, r = x + dice.throw(-44, 44), 205 + dice.throw(-42, 62), dice.throw(22, 42)
            tone = (
                blend(dice.pick(("#8fb07a", "#7da26f", "#a3bf86")), "#fbe6c2", 0.2)
                if not lit
                else blend("#2f4a4a", "#1b2544", dice.throw(0.2, 0.6))
            )
            pieces.append(f'<circle cx="{cx:.0f}" cy="{cy:.0f}" r="{r:.0f}" fill="{tone}"/>')
    return "".join(pieces)


def _paving(lit: bool) -> str:
    lines = []
    for k in range(1, 12):
        y = _HORIZON + 248 * (k / 12) ** 1.7
        lines.append(f"M0 {y:.1f}H{WIDE:.0f}")
    lines += [f"M{800 + (k - 12) * 46:.0f} {_HORIZON}L{800 + (k - 12) * 118:.0f} 700" for k in range(-24, 49)]
    return f'<path d="{"".join(lines)}" stroke="{"#23263f" if lit else "#b99a78"}" stroke-width="1.1" opacity=".28" fill="none"/>'


def awning(wide: float, tone: str, name: str) -> Thing:
    """A striped roof sloping to the front, with a scalloped edge."""
    stripes = 11
    first, second = colour(tone), colour(CREAM)

    def striped(u: float, v: float, p: Vec) -> RGB:
        return first if int(u * stripes) % 2 == 0 else second

    def roof(u: float, v: float) -> Vec:
        sag = 0.10 * math.sin(math.pi * v) + 0.03 * math.cos(2 * math.pi * stripes * u) * v
        return ((0.5 - u) * wide, 7.2 - 1.35 * v - sag, -1.7 + 3.7 * v)

    def edge(u: float, v: float) -> Vec:
        drop = 0.50 + 0.17 * abs(math.sin(math.pi * stripes * u)) ** 0.8
        return (
            (0.5 - u) * wide,
            5.85 - drop * v,
            2.0 + 0.05 * math.sin(2 * math.pi * 5 * u + 3 * v + len(name)) * v + 0.05 * v,
        )

    side_tone = mix(first, second, 0.1)
    cheeks: Thing = []
    for x, flip in ((-wide / 2, 1), (wide / 2, -1)):
        corners = ((x, 7.2, -1.7), (x, 5.85, 2.0), (x, 5.32, 2.05), (x, 5.9, -1.7))
        cheeks.append(
            Part([Patch(corners if flip > 0 else corners[::-1], (-flip, 0.0, 0.0), side_tone)], CLOTH, 0.0, True)
        )
    return [
        cheeks[1], cheeks[0], skin(roof, stripes * 8, 24, striped, CLOTH, melt=0.5, both_sides=True),
        skin(edge, stripes * 12, 8, striped, CLOTH, melt=0.4, both_sides=True),
    ]  # fmt: skip


def stall(wide: float, tone: str, skirt: str, goods: Thing, behind: Thing, name: str) -> Thing:
    wood = wooden("#a8764a", (9, 1.0, 9))
    posts = [
        rod([(x, 0, z), (x, 6.8 - 0.25 * (z + 1.6), z)], 0.085, wood, OILED, ends=False, fine=(10, 24), melt=0.6)
        for z in (-1.6, 1.7)
        for x in (-wide / 2 + 0.15, wide / 2 - 0.15)
    ]
    cloth = colour(skirt)

    def fall(u: float, v: float) -> Vec:
        fold = 0.08 * math.sin(2 * math.pi * 7 * u + len(name)) * (0.3 + 0.7 * v)
        return ((0.5 - u) * (wide - 0.5), 2.1 - 2.0 * v, 1.15 + fold)

    back = skin(
        lambda u, v: ((0.5 - u) * (wide - 0.4), 6.6 - 6.6 * v, -1.62), 24, 16, dim(cloth, 0.55), CLOTH, both_sides=True
    )
    top = laid(
        slab(rounded(wide - 0.3, 2.5, 0.06), 0.12, wooden("#c39563", (1, 9, 9)), OILED, bevel=0.03, cell=0.3),
        0,
        0,
        lift=2.1,
    )
    front = skin(fall, 90, 20, cloth, CLOTH, melt=0.8, both_sides=True)
    inside = [
        back,
        *posts[:2],
        *behind,
        front,
        *top,
        *moved(goods, y=2.22),
        *posts[2:],
        *moved(_lantern(), 0, 5.0, 0.4),
    ]
    return [*inside, *awning(wide, tone, name)]


def _lantern() -> Thing:
    bulb = skin(ball(0.2), 20, 14, colour("#ffe2a0"), GLOWING, melt=0.6, casts=False)
    shade = lathe(
        [(0.46, 0.02), (0.36, 0.26), (0.1, 0.42), (0.06, 0.5)],
        colour("#3b4250"),
        SATIN,
        fine=(30, 12),
        melt=0.6,
        both_sides=True,
        casts=False,
    )
    return [wire([(0, 0.5, 0), (0, 1.4, 0)], 0.03, colour("#2c2f38")), bulb, shade]


def _turned(profile: Sequence[Flat], tone: str, size: float, material: Material = GLAZED) -> Thing:
    return [skin(revolved(profile, 60), 44, 30, colour(tone), material, melt=0.7).sized(size)]


_VASE = trace("0,0.02 0.4,0 0.62,0.5 0.66,0.95 0.4,1.5 0.22,1.8 0.26,2.1 0.2,2.1 0.16,1.8")
_BOTTLE = trace("0,0.02 0.42,0 0.46,0.5 0.36,1 0.14,1.35 0.12,1.8 0.15,1.85 0.08,1.8")
_BOWL = trace("0,0.05 0.3,0 0.36,0.06 0.72,0.4 0.8,0.62 0.74,0.62 0.5,0.25 0,0.14")
_JUG = trace("0,0.02 0.5,0 0.62,0.4 0.5,1 0.36,1.3 0.42,1.6 0.36,1.6 0.3,1.3")
_POT = trace("0,0.02 0.42,0 0.56,0.72 0.62,0.72 0.64,0.95 0.56,0.95 0.52,0.8 0,0.8")


def crockery() -> Thing:
    glazes = GLAZES
    places = [
        (_VASE, "salt", -2.3, -0.7, 0.8), (_BOTTLE, "ink", -1.55, -0.75, 0.85), (_JUG, "terracotta", -0.75, -0.75, 0.8), (_VASE, "sea", 0.2, -0.75, 0.72), (_BOTTLE, "honey", 1.0, -0.7, 0.75),
        (_JUG, "moss", 1.75, -0.7, 0.85), (_VASE, "ink", 2.45, -0.75, 0.62), (_BOWL, "honey", -2.2, 0.35, 0.7), (_BOWL, "sea", -1.1, 0.4, 0.8), (_BOWL, "salt", -1.1, 0.4, 0.62),
        (_BOWL, "terracotta", 0.15, 0.4, 0.75), (_JUG, "salt", 1.2, 0.35, 0.45), (_JUG, "ink", 1.75, 0.4, 0.42), (_BOWL, "moss", 2.4, 0.4, 0.6),
    ]  # fmt: skip
    return [
        part for profile, glaze, x, z, size in places for part in moved(_turned(profile, glazes[glaze], size), x, 0, z)
    ]


def greenery(name: str, tall: float, count: int, tone: str, *, lanced: bool = False, flowers: str = "") -> Thing:
    dice = Dice(name)
    patches: list[Patch] = []
    for k in range(count):
        heading = k * 137.5 + dice.throw(-20, 20)
        t = k / count
        green = mix(colour(tone), dim(colour(tone), 0.5), dice.throw())
        size = tall * dice.throw(0.75, 1.1)
        patches += leaf(
            (0, 0.1, 0),
            heading,
            30 + 52 * t,
            size,
            size * (0.09 if lanced else 0.19),
            green,
            droop=dice.throw(40, 90),
            shape=lance if lanced else ovate,
            along=6,
            across=4,
        )
    parts: Thing = [blades(patches)]
    for _ in range(14 if flowers else 0):
        angle, away = dice.throw(0, 6.28), dice.throw(0.1, 0.75) * tall
        spot = (away * math.cos(angle), tall * dice.throw(0.55, 0.95), away * math.sin(angle))
        parts += [
            skin(ball(0.11, 0.7), 10, 8, mix(colour(flowers), (1, 1, 1), 0.3 * dice.throw()), CLOTH, melt=0.4).moved(
                *spot
            )
        ]
    return parts


def nursery() -> Thing:
    kinds = [
        ("a", 1.5, 26, "#5f9a4a", True, "", -2.2, -0.5), ("b", 1.1, 22, "#3f7a4a", False, "", -1.1, -0.6), ("c", 1.0, 22, "#7da355", False, "#d9503f", 0.0, -0.5),
        ("d", 1.6, 24, "#4d8a55", True, "", 1.15, -0.6), ("e", 1.0, 20, "#6d9a4a", False, "#e7b83f", 2.25, -0.5), ("f", 0.7, 18, "#8ab86a", False, "", -1.7, 0.5),
        ("g", 0.75, 18, "#6f9a5a", False, "#b59ad6", -0.6, 0.5), ("h", 0.65, 18, "#5d9a6a", True, "", 0.6, 0.5), ("i", 0.7, 18, "#86b455", False, "#e88fae", 1.7, 0.5),
    ]  # fmt: skip
    parts: Thing = []
    for name, tall, count, tone, lanced, flowers, x, z in kinds:
        pot = _turned(_POT, Dice(name).pick(("#c07850", "#b96a48", "#d8cfc0", "#5e7d78")), 0.72, RAW)
        parts += moved(
            [*pot, *moved(greenery(name, tall, count, tone, lanced=lanced, flowers=flowers), y=0.55)], x, 0, z
        )
    return parts


def crate_of(name: str, tone: str, radius: float = 0.17) -> Thing:
    """A shallow crate heaped with round fruit, tipped towards the buyer."""
    dice = Dice(name)
    wood = wooden("#c9a06c", (1, 9, 9))
    back = moved(slab(rounded(1.5, 0.42, 0.03), 0.06, wood, OILED, bevel=0.02, cell=0.3), 0, 0.2, -0.62)
    front = moved(slab(rounded(1.5, 0.38, 0.03), 0.06, wood, OILED, bevel=0.02, cell=0.3), 0, 0.19, 0.6)
    fruit: list[tuple[float, Thing]] = []
    for row in range(4):
        for column in range(4):
            x = -0.55 + column * 0.365 + dice.throw(-0.03, 0.03)
            z = -0.45 + row * 0.3 + dice.throw(-0.03, 0.03)
            shade = mix(colour(tone), dim(colour(tone), 0.72), dice.throw())
            fruit.append(
                (
                    z,
                    [
                        skin(ball(radius, 0.94), 16, 12, shade, Material(gloss=0.7, rough=0.3), melt=0.5).moved(
                            x, 0.36 + dice.throw(0, 0.10), z
                        )
                    ],
                )
            )
    fruit.sort(key=lambda item: item[0])
    return turned([*back, *(part for _, thing in fruit for part in thing), *front], "x", 14)


def fruit_table() -> Thing:
    places = (-2.35, -0.8, 0.78, 2.35)
    parts: Thing = []
    for tone, x in zip(("#7a3f63", "#e8963a", "#b9d06a", "#d9503f"), places, strict=True):
        parts += moved(crate_of(f"back {tone}", tone), x, 0.42, -0.62)
    for tone, x in zip(("#e8963a", "#c9372c", "#efc640", "#8fae45"), places, strict=True):
        parts += moved(crate_of(f"front {tone}", tone), x, 0.05, 0.52)
    return parts


def cloth_pile(tones: Sequence[str], wide: float) -> Thing:
    parts: Thing = []
    for k, tone in enumerate(tones):
        parts += laid(
            slab(rounded(wide - 0.03 * (k % 2), 1.15, 0.2), 0.24, colour(tone), CLOTH, bevel=0.11, cell=0.2),
            0.02 * (k % 2),
            0,
            lift=0.235 * k,
        )
    return parts


def drapery() -> Thing:
    piles = [
        (("#34466b", "#f1e9da", "#b5573a", "#8d9c78"), -2.2),
        (("#d2983f", "#6d3f57", "#e0d2b8"), -0.75),
        (("#3c5d50", "#c9898a", "#f1e9da", "#34466b", "#d2983f"), 0.75),
        (("#b5573a", "#e0d2b8"), 2.2),
    ]
    return [part for tones, x in piles for part in moved(cloth_pile(tones, 1.25), x, 0, 0.1)]


def hung_cloths(tones: Sequence[tuple[str, str]]) -> Thing:
    """Scarves and blankets over a rail at the back of the stall."""
    parts: Thing = []
    gap = 5.2 / len(tones)
    for k, (tone, stripe) in enumerate(tones):
        ground, line = colour(tone), colour(stripe)
        x0 = -2.6 + gap * (k + 0.5)

        def fall(u: float, v: float, x0: float = x0, k: int = k) -> Vec:
            return (
                x0 + (0.5 - u) * (gap - 0.16),
                5.7 - (2.1 + 0.25 * (k % 2)) * v,
                -1.35 + 0.09 * math.sin(2 * math.pi * 2.3 * u + k) * (0.3 + 0.7 * v),
            )

        def paint(u: float, v: float, p: Vec, ground: RGB = ground, line: RGB = line) -> RGB:
            return line if 0.72 < v < 0.78 or 0.83 < v < 0.86 else ground

        parts.append(skin(fall, 30, 36, paint, CLOTH, melt=0.6, both_sides=True))
    return parts


@dataclass(frozen=True)
class Person:
    """A figure as a carved toy: coat, round head, no face needed; about 4.8 tall, looking towards +z.

    `arm` is how far the right arm is raised, in degrees. A hat or a bag is there when it has a colour.
    """

    coat: str
    hair: str
    flesh: str
    arm: float
    trousers: str = "#3a4256"
    hat: str = ""
    bag: str = ""

    def thing(self) -> Thing:
        return [*self._legs(), *self._trunk(), *self._arm(-1, 7.0), *self._arm(1, self.arm), *self._bag()]

    def _legs(self) -> Thing:
        parts: Thing = []
        for x in (-0.24, 0.24):
            leg = [(x, 1.9, 0.0), (x, 1.0, 0.0), (x * 1.05, 0.1, 0.02)]
            parts.append(rod(leg, lambda t: 0.23 - 0.05 * t, colour(self.trousers), CLOTH, fine=(14, 20), melt=0.7))
            parts.append(skin(ball(0.24, 0.55), 16, 10, colour("#2b2523"), SATIN, melt=0.6).moved(x, 0.1, 0.12))
        return parts

    def _trunk(self) -> Thing:
        """The hair behind the head, the coat, the head, and what covers it."""
        body = revolved("0,1.25 0.62,1.25 0.68,1.3 0.6,2 0.56,2.7 0.52,3.3 0.3,3.66 0.14,3.72 0.12,3.9")

        def coat(u: float, v: float) -> Vec:
            x, y, z = body(u, v)
            return (x, y, z * 0.72)

        def crown(u: float, v: float) -> Vec:
            return ball(0.43, 1.12)(u, 0.5 + 0.5 * v)

        hair = colour(self.hair)
        return [
            skin(ball(0.40, 1.05), 26, 18, hair, CLOTH, melt=0.8).moved(0, 4.29, -0.07),
            skin(coat, 44, 36, colour(self.coat), CLOTH, melt=0.8),
            skin(ball(0.40, 1.12), 30, 22, colour(self.flesh), SKIN, melt=0.8).moved(0, 4.26, 0.03),
            skin(crown, 30, 14, hair, CLOTH, melt=0.8).moved(0, 4.29, -0.07),
            *self._hat(),
        ]

    def _hat(self) -> Thing:
        if not self.hat:
            return []
        knitted = lathe("0.44,0 0.45,0.12 0.4,0.34 0.2,0.46 0,0.48", colour(self.hat), CLOTH, fine=(30, 16), melt=0.7)
        return [knitted.moved(0, 4.36, -0.02)]

    def _arm(self, side: int, raised: float) -> Thing:
        bend = math.radians(raised)
        hand = (side * (0.66 - 0.1 * bend), 2.62 - 0.72 * math.cos(bend), 0.18 + 0.75 * math.sin(bend))
        sleeve = [(side * 0.46, 3.38, 0.0), (side * 0.70, 2.62, 0.12), hand]
        return [
            rod(sleeve, 0.155, colour(self.coat), CLOTH, fine=(14, 26), melt=0.7),
            skin(ball(0.14), 12, 10, colour(self.flesh), SKIN, melt=0.6).moved(*hand),
        ]

    def _bag(self) -> Thing:
        if not self.bag:
            return []
        cloth = colour(self.bag)
        straps = [wire([(-0.66, 2.1, 0.2), (x, 1.72, 0.22)], 0.05, cloth) for x in (-0.95, -0.48)]
        return [
            *straps,
            *moved(slab(rounded(0.85, 0.8, 0.08), 0.22, cloth, CLOTH, bevel=0.06, cell=0.2), -0.72, 1.35, 0.1),
        ]


def bunting(y: float, z: float, lit: bool) -> tuple[Thing, list[Vec]]:
    """Flags by day, bulbs by night, on a sagging line across the picture; the places of the bulbs."""
    tones = ("#c8553d", "#e0a63f", "#2f7a78", "#f6ead2", "#7a4a66")
    line: list[Vec] = []
    for k in range(121):
        t = k / 120
        line.append((-17 + 34 * t, y - 0.85 * (1 - (2 * ((t * 3) % 1.0) - 1) ** 2), z))
    parts: Thing = [wire(line, 0.035, colour("#5a4a44" if not lit else "#20243a"))]
    bulbs: list[Vec] = []
    flags = []
    for k in range(2, 119, 3):
        x, py, pz = line[k]
        if lit:
            bulbs.append((x, py - 0.16, pz))
            parts += [
                skin(ball(0.10), 12, 8, colour("#ffe2a0"), GLOWING, melt=0.4, casts=False).moved(x, py - 0.15, pz)
            ]
        else:
            tone = colour(tones[k // 3 % 5])
            flags.append(
                Patch(((x - 0.27, py, pz), (x, py - 0.62, pz + 0.08), (x + 0.27, py, pz)), (0.2, 0.2, 0.96), tone)
            )
    if flags:
        parts.append(Part(flags, Material(through=0.4), 0.0, True, casts=False))
    return parts, bulbs


def market(lit: bool) -> Stage:
    """The market by day, or in the hour before sunrise when lamps burn."""
    camera = Camera(WIDE, HIGH, 8.0, 58.0, -5.0, 58.0, (0.3, 3.9, 0.0), (0.5, 0.54))
    line, bulbs = bunting(9.3, -3.0, lit)
    stage = Stage(camera, Town(lit), (-0.72, 0.62, 0.46), shade=0.55, hour=_hour(lit), grain=900)
    stage.over = _glows(camera, bulbs) if lit else ""
    return stage.put(line, *_stalls(), *_people(), *_in_front())


def _hour(lit: bool) -> Hour:
    if lit:
        lamps = tuple(Lamp((x, 5.0, 0.4), (2.1, 1.25, 0.55), 2.0) for x in STALLS)
        return Hour(0.26, 0.30, (0.55, 0.68, 1.0), lamps)
    from_the_pavement = tuple(Lamp((x, 1.6, 4.6), (0.62, 0.52, 0.42), 3.2) for x in STALLS)
    return Hour(0.90, 0.42, (1.0, 0.93, 0.82), from_the_pavement)


def _stalls() -> list[Thing]:
    towels = hung_cloths((("#f1e9da", "#c8553d"),) * 3)
    scarves = hung_cloths(
        (
            ("#34466b", "#f1e9da"),
            ("#d2983f", "#b5573a"),
            ("#f1e9da", "#6d3f57"),
            ("#3c5d50", "#e0d2b8"),
            ("#b5573a", "#f1e9da"),
        )
    )
    kinds: tuple[tuple[str, str, Thing, Thing, Person], ...] = (
        ("#c8553d", "#8a3f33", crockery(), towels, Person("#d9c3a0", "#4a2f22", "#b97a55", 50)),
        ("#2f7a78", "#2f5d5b", nursery(), [], Person("#5d7a4a", "#c99a55", "#e0b090", 35, hat="#3c5d50")),
        ("#e0a63f", "#b97a2c", fruit_table(), [], Person("#b9483a", "#2a2220", "#8a5a3f", 65)),
        ("#7a4a66", "#5b3a50", drapery(), scarves, Person("#c9898a", "#6b3f2a", "#dba583", 30)),
    )
    return [
        moved(stall(6.1, tone, skirt, goods, [*hung, *stood(seller.thing(), 0.9, -0.85, 12)], tone), x)
        for x, (tone, skirt, goods, hung, seller) in zip(STALLS, kinds, strict=True)
    ]


def _people() -> list[Thing]:
    carrying = Person("#34597a", "#2a2220", "#9a6446", 70, bag="#f1e9da")
    telling = Person("#d2983f", "#7a3f22", "#e2b391", 40, trousers="#5b4453")
    choosing = Person("#6d8a6a", "#3a2a22", "#d09a74", 80, hat="#b5573a")
    child = Person("#c8553d", "#c9a25f", "#e6bb9a", 95, trousers="#34466b")
    return [
        stood(carrying.thing(), -6.9, 3.4, 60),
        stood(telling.thing(), -5.3, 3.7, -65),
        stood(choosing.thing(), 3.9, 3.2, 172),
        stood(sized(child.thing(), 0.62), 5.2, 3.3, 150),
    ]


def _in_front() -> list[Thing]:
    red = bicycles.bicycle("#b8392e", step_through=True, saddle_tone="#8a4f2c", wall="#d9c39a")
    tubs = (("left", "#d9503f", -11.4), ("middle", "#e7b83f", -0.55), ("right", "#b59ad6", 0.95))
    return [
        stood(sized(red, 0.86), 9.9, 4.0, -8),
        *(moved(_tub(name, flowers), x, 0, 3.0) for name, flowers, x in tubs),
    ]


def _tub(name: str, flowers: str) -> Thing:
    return [
        *_turned(_POT, Dice(name).pick(("#8fa3a0", "#c07850", "#5e6f86")), 1.15, RAW),
        *moved(greenery(name, 1.35, 30, "#5f9250", flowers=flowers), y=0.9),
    ]


def _glows(camera: Camera, bulbs: Sequence[Vec]) -> str:
    """The air around lamps."""
    stops = ((0, "#ffd48a", 0.75), (0.25, "#ffc46a", 0.22), (1, "#ffc46a", 0))
    inner = "".join(f'<stop offset="{at}" stop-color="{tone}" stop-opacity="{alpha}"/>' for at, tone, alpha in stops)
    spots = [(at, 26) for at in bulbs] + [((x, 5.0, 0.4), 150) for x in STALLS]
    halos = []
    for at, radius in spots:
        x, y, _ = camera.project(at)
        halos.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius}" fill="url(#halo)"/>')
    return f'<defs><radialGradient id="halo">{inner}</radialGradient></defs>{"".join(halos)}'


PICTURES: dict[str, Callable[[], Stage]] = {
    "market-morning": lambda: market(lit=False),
    "market-morning-dark": lambda: market(lit=True),
}
