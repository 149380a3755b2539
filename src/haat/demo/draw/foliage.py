"""Leaves, stems, fruit: what grows in pots and stands in vases."""

import math
from collections.abc import Callable, Sequence

from haat.demo.draw.colour import RGB, colour, dim, mix
from haat.demo.draw.solid import Material, Part, Patch, Thing, ball, skin, swept
from haat.demo.draw.space import Dice, Vec, add, cross, curve, noise, scale, sub, unit

LEAFY = Material(gloss=0.35, rough=0.5, through=0.45)
WAXY = Material(gloss=0.7, rough=0.3, through=0.25)
BARK = Material()

Width = Callable[[float], float]


def ovate(t: float) -> float:
    """Broadest near the stalk, pointed at the tip."""
    return float(math.sin(math.pi * t**0.72) ** 0.9)


def lance(t: float) -> float:
    """Long and narrow."""
    return float(math.sin(math.pi * t**0.85) ** 0.75)


def sword(t: float) -> float:
    """Nearly parallel, pointed at the end."""
    return (0.62 + 0.38 * math.sin(math.pi * min(t * 1.1, 1.0))) * min(1.0, ((1 - t) * 5.5) ** 0.6) if t < 1 else 0.0


def leaf(
    base: Vec,
    heading: float,
    rise: float,
    size: float,
    wide: float,
    tone: RGB,
    *,
    droop: float = 40.0,
    fold: float = 0.25,
    roll: float = 0.0,
    shape: Width = ovate,
    across: int = 6,
    along: int = 10,
    rib: RGB | None = None,
) -> list[Patch]:
    """One blade from `base`: `heading` degrees round, leaving at `rise` degrees, bending down by `droop` to its tip."""
    spine = _spine(base, heading, rise, size, droop)
    side = (-math.sin(math.radians(heading)), 0.0, math.cos(math.radians(heading)))
    middle_tone = rib or mix(tone, colour("#e6efb4"), 0.35)

    def surface(u: float, v: float) -> Vec:
        at = v * (len(spine) - 1)
        i = min(int(at), len(spine) - 2)
        mid = add(spine[i], scale(sub(spine[i + 1], spine[i]), at - i))
        ahead = unit(sub(spine[i + 1], spine[i]))
        over = unit(cross(side, ahead))
        c, s = math.cos(math.radians(roll)), math.sin(math.radians(roll))
        out, up = add(scale(side, c), scale(over, s)), add(scale(over, c), scale(side, -s))
        reach = (u - 0.5) * 2 * wide * shape(v)
        return add(mid, add(scale(out, reach), scale(up, abs(reach) * fold)))

    def paint(u: float, v: float, p: Vec) -> RGB:
        near_rib = max(0.0, 1 - abs(u - 0.5) * 9)
        mottled = mix(tone, dim(tone, 0.72), noise(p[0] * 2.2, p[1] * 2.2, p[2] * 2.2))
        return mix(mottled, middle_tone, 0.55 * near_rib * (1 - 0.5 * v))

    return skin(surface, across, along, paint).patches


def blades(patches: list[Patch], material: Material = LEAFY) -> Part:
    """Many leaves as one part: painted leaf by leaf, back to front, without running into each other."""
    return Part(patches, material, 0.0, both_sides=True)


def stem(path: Sequence[Vec], radius: float, tone: RGB, along: int = 40, taper: float = 0.5) -> Part:
    tube = swept(path, lambda t: radius * (1 - taper * t), ends=False)
    return skin(tube, 14, along, tone, BARK, melt=1.0)


def branch(name: str, foot: Vec, height: float, lean: float, tone: str, leaves: str, count: int = 9) -> Thing:
    """A cut twig with leaves on both sides, as stands in a vase."""
    dice = Dice(name)
    bend = dice.throw(-0.3, 0.3)
    path = [
        foot,
        add(foot, (lean * 0.25, height * 0.4, bend * 0.3)),
        add(foot, (lean * 0.6, height * 0.75, bend)),
        add(foot, (lean, height, bend * 0.6)),
    ]
    line = [(p[0], p[1], p[2]) for p in curve(path, count + 5)]
    green = colour(leaves)
    patches: list[Patch] = []
    for k, point in enumerate(line[4:]):
        heading = (0 if k % 2 else 180) + dice.throw(-50, 50)
        tone_here = mix(green, dim(green, 0.6), dice.throw())
        size = height * (0.27 - 0.09 * k / count)
        patches += leaf(
            point,
            heading,
            dice.throw(15, 55),
            size,
            size * 0.2,
            tone_here,
            droop=dice.throw(20, 60),
            roll=dice.throw(35, 75),
        )
    return [stem(path, 0.035, colour(tone)), blades(patches)]


def berries(name: str, foot: Vec, height: float, lean: float, tone: str, fruit: str, count: int = 16) -> Thing:
    """A bare twig with side shoots, each ending in a round berry."""
    dice = Dice(name)
    path = [foot, add(foot, (lean * 0.3, height * 0.45, 0.05)), add(foot, (lean, height, dice.throw(-0.3, 0.3)))]
    line = [(p[0], p[1], p[2]) for p in curve(path, count + 5)]
    parts = [stem(path, 0.03, colour(tone))]
    for k, point in enumerate(line[5:]):
        way = (dice.throw(0.12, 0.34) * (1 if k % 2 else -1), dice.throw(0.1, 0.26), dice.throw(-0.2, 0.2))
        tip = add(point, way)
        parts.append(stem([point, add(point, scale(way, 0.5)), tip], 0.016, colour(tone), 8))
        parts += [skin(ball(dice.throw(0.06, 0.085)), 18, 12, colour(fruit), WAXY, melt=0.8).moved(*tip)]
    return parts


def lemon(name: str, size: float = 1.0, tone: str = "#efc640") -> Thing:
    def surface(u: float, v: float) -> Vec:
        lift, angle = math.pi * (v - 0.5), 2 * math.pi * u
        around = 0.42 * math.cos(lift) ** 0.92 if abs(lift) < math.pi / 2 - 1e-6 else 0.0
        tip = 0.10 * abs(math.sin(lift)) ** 9
        return (
            around * math.cos(angle),
            math.copysign(0.5 * abs(math.sin(lift)) + tip, math.sin(lift)),
            around * math.sin(angle),
        )

    peel = colour(tone)

    def paint(u: float, v: float, p: Vec) -> RGB:
        return mix(
            peel,
            mix(peel, colour("#9fb14a"), 0.5),
            max(0.0, abs(v - 0.5) - 0.38) * 5 + 0.12 * noise(p[0] * 30, p[1] * 30, p[2] * 30),
        )

    return [skin(surface, 48, 36, paint, Material(gloss=0.6, rough=0.4)).turned("z", 80).sized(size)]


def ball_of(radius: float, tone: str, material: Material, squash: float = 1.0) -> Thing:
    return [skin(ball(radius, squash), 48, 32, colour(tone), material)]


def _spine(base: Vec, heading: float, rise: float, size: float, droop: float, steps: int = 24) -> list[Vec]:
    points = [base]
    ahead = (math.cos(math.radians(heading)), math.sin(math.radians(heading)))
    for k in range(steps):
        angle = math.radians(rise - droop * (k / steps) ** 1.3)
        points.append(
            add(
                points[-1],
                scale((ahead[0] * math.cos(angle), math.sin(angle), ahead[1] * math.cos(angle)), size / steps),
            )
        )
    return points
