"""Turned and glazed by the potter: mugs, a teapot, bowls, vases, plates, jars."""

import math
from collections.abc import Callable, Sequence

from haat.demo.draw import foliage, plants
from haat.demo.draw.backdrop import Backdrop, Table
from haat.demo.draw.colour import RGB, colour, dim, mix
from haat.demo.draw.materials import GLAZED, RAW, SATIN, wooden
from haat.demo.draw.solid import Material, Thing, ball, moved, opened, revolved, skin, specks, stood, swept, turned
from haat.demo.draw.space import Flat, Vec, noise, route, step, trace
from haat.demo.draw.stage import Stage, lying, standing

CLAY = colour("#b57f5b")
GLAZES = {
    "salt": "#f2ede2",
    "sea": "#6f9aa6",
    "terracotta": "#c46a48",
    "moss": "#7d8a5c",
    "ink": "#2f4460",
    "honey": "#d79b45",
}

SAND = Backdrop("#e6c6ab", "#efdac4", "#d18a68", shape="arch", shape_at=(0.55, 0.40, 0.27))
DUSK = Backdrop("#b9664a", "#cf8e70", "#a45038", shape="disc", shape_at=(0.5, 0.44, 0.31))
MIST = Backdrop("#bccbcd", "#d9dfdb", "#9fb5ba", shape="disc", shape_at=(0.44, 0.42, 0.30))
LINEN = Backdrop("#e9ddcb", "#f0e7d8", "#fbf3e3", shape="window", shape_at=(0.62, 0.34, 0.34))
CLOTH = Table("#d9c2a8", accent="#d0b598")

MUG = trace("0,0.02 0.86,0 0.92,0.03 0.98,0.2 1,0.6 0.98,1.2 0.955,1.86 0.955,1.92 0.925,1.955 0.89,1.92 0.89,1.85 0.9,1.2 0.9,0.5 0.8,0.26 0.5,0.2 0,0.2")  # fmt: skip


def mug(glaze: str, name: str) -> Thing:
    handle = swept(
        "0.93,1.62,0 1.3,1.68,0 1.58,1.42,0 1.52,0.98,0 1.2,0.62,0 0.95,0.5,0",
        0.1, wide=1.5, side=(0, 0, 1), ends=False,
    )  # fmt: skip
    body = vessel(MUG, glaze, name, bare=0.34, speckled=420)
    return [skin(handle, 36, 60, colour(GLAZES[glaze]), GLAZED), *body]


def vessel(
    profile: Sequence[Flat],
    glaze: str,
    name: str,
    *,
    bare: float = -1.0,
    speckled: int = 0,
    inside: str = "",
    turns: int = 150,
    steps: int = 110,
    material: Material = GLAZED,
) -> Thing:
    """A turned pot glazed above the height `bare`, with iron specks in the glaze."""
    shape = revolved(profile)
    paint = dipped(colour(GLAZES.get(glaze, glaze)), bare, name, colour(GLAZES.get(inside, inside)) if inside else None)
    pot: Thing = [skin(shape, turns, steps, paint, material, melt=2.2)]
    if speckled:
        pot += specks(shape, name, speckled, 0.012, dim(colour(GLAZES.get(glaze, glaze)), 0.35), 0.28, 0.62)
    return pot


def dipped(glaze: RGB, bare: float, name: str, inside: RGB | None = None) -> Callable[[float, float, Vec], RGB]:
    """Glazed above a wavering line, bare clay below, the glaze pooling darker at its edge."""

    def paint(u: float, v: float, p: Vec) -> RGB:
        around = math.atan2(p[2], p[0])
        edge = bare + 0.06 * (noise(math.cos(around) * 2 + 7, math.sin(around) * 2, len(name)) - 0.5)
        depth = p[1] - edge
        ground = inside if inside and v > 0.6 else glaze
        clouded = mix(ground, dim(ground, 0.86), noise(p[0] * 2.5, p[1] * 2.5, p[2] * 2.5))
        pooled = mix(clouded, dim(clouded, 0.62), step(0.16, 0.0, depth))
        turned_clay = mix(CLAY, dim(CLAY, 0.7), 0.5 * noise(p[0] * 2, p[1] * 26, p[2] * 2))
        return mix(turned_clay, pooled, step(-0.012, 0.012, depth)) if bare >= 0 else clouded

    return paint


def teapot(glaze: str) -> Thing:
    body = trace("0,0.03 0.72,0 0.8,0.05 1.18,0.42 1.36,0.92 1.22,1.42 0.86,1.74 0.6,1.82 0.6,1.88 0.56,1.9")  # fmt: skip
    lid = trace("0.57,1.9 0.6,1.93 0.5,2.02 0.2,2.13 0.08,2.17 0.08,2.22 0.17,2.3 0.15,2.4 0,2.44")
    spout = swept(
        [(0.95, 0.72, 0), (1.42, 0.92, 0), (1.68, 1.42, 0), (1.98, 1.78, 0)],
        lambda t: 0.30 - 0.18 * t**0.8,
        side=(0, 0, 1),
        ends=False,
    )
    mouth = swept([(1.94, 1.73, 0), (1.985, 1.785, 0)], lambda t: 0.095, side=(0, 0, 1))
    tone = colour(GLAZES[glaze])
    return [
        *_cane_handle(behind=True),
        skin(spout, 40, 50, tone, GLAZED),
        skin(mouth, 24, 6, colour("#241a17"), RAW),
        *vessel(body, glaze, "teapot", bare=0.26, speckled=320, steps=90),
        *vessel(lid, glaze, "teapot lid", steps=60),
        *_cane_handle(behind=False),
    ]


def _cane_handle(*, behind: bool) -> Thing:
    """A bow of cane over the lid, bound at both ends; its far lug is painted before the pot."""
    bow = route("-0.86,1.66,0 -1,2.2,0 -0.72,2.92,0 0,3.2,0 0.72,2.92,0 1,2.2,0 0.86,1.66,0")
    if behind:
        return []
    cane = colour("#c79a5f")
    tube = swept(bow, 0.085, wide=1.1, side=(0, 0, 1), ends=False)

    def paint(u: float, v: float, p: Vec) -> RGB:
        bound = step(0.25, 0.35, abs(math.sin(v * 130))) if v < 0.2 or v > 0.8 else 1.0
        knot = step(0.012, 0.004, min(abs(v - at) for at in (0.36, 0.5, 0.64)))
        return mix(mix(dim(cane, 0.42), cane, bound), dim(cane, 0.55), knot)

    return [skin(tube, 30, 220, paint, SATIN, melt=1.0)]


def bowl(glaze: str, radius: float, name: str, inside: str = "") -> Thing:
    r, h = radius, radius * 0.52
    profile = [(0, 0.05), (0.4 * r, 0.05), (0.4 * r, 0), (0.46 * r, 0), (0.46 * r, 0.09), (0.72 * r, 0.28 * h + 0.05), (0.92 * r, 0.66 * h),
               (r, h), (r * 0.985, h + 0.03), (r * 0.955, h), (0.88 * r, 0.68 * h), (0.66 * r, 0.32 * h + 0.06), (0.3 * r, 0.15), (0, 0.13)]  # fmt: skip
    return vessel(profile, glaze, name, bare=0.12 + 0.05 * r, inside=inside, speckled=500)


def vase(glaze: str, name: str = "vase") -> Thing:
    profile = trace("0,0.03 0.55,0 0.62,0.05 0.86,0.7 1.02,1.5 0.98,2.1 0.7,2.62 0.36,2.9 0.25,3.15 0.25,3.42 0.33,3.6 0.32,3.63 0.27,3.6 0.2,3.4 0.19,3.1")  # fmt: skip
    return vessel(profile, glaze, name, bare=0.55, speckled=520, steps=150)


def bottle_vase(glaze: str, name: str = "bottle") -> Thing:
    profile = trace(
        "0,0.03 0.5,0 0.56,0.06 0.62,0.5 0.56,1 0.3,1.35 0.15,1.7 0.13,2.2 0.18,2.35 0.16,2.37 0.11,2.3 0.09,2"
    )
    return vessel(profile, glaze, name, bare=0.3, speckled=260, steps=120)


def espresso_cup(glaze: str, name: str) -> Thing:
    profile = trace("0,0.03 0.3,0 0.34,0.03 0.46,0.22 0.52,0.6 0.53,0.84 0.515,0.86 0.49,0.84 0.47,0.6 0.4,0.25 0.2,0.14 0,0.13")  # fmt: skip
    return vessel(profile, glaze, name, bare=0.22, speckled=200, turns=96, steps=70)


def plate(glaze: str, name: str, radius: float = 1.7) -> Thing:
    r = radius
    profile = [(0, 0.04), (0.55 * r, 0.04), (0.56 * r, 0), (0.6 * r, 0), (0.62 * r, 0.05), (0.85 * r, 0.1), (0.98 * r, 0.22), (r, 0.26),
               (0.985 * r, 0.29), (0.95 * r, 0.26), (0.82 * r, 0.15), (0.6 * r, 0.105), (0.3 * r, 0.1), (0, 0.1)]  # fmt: skip
    return vessel(profile, glaze, name, speckled=900, turns=180, steps=100)


def salt_jar(glaze: str, *, lid_on: bool = True) -> Thing:
    body = trace("0,0.03 0.92,0 0.98,0.04 1.06,0.5 1.04,1.1 0.92,1.42 0.86,1.5 0.86,1.56 0.8,1.56 0.8,1.45 0.86,1.2 0.9,0.9 0,0.9")  # fmt: skip
    jar = vessel(body, glaze, "salt jar", bare=0.42, speckled=420)
    return [*jar, *moved(oak_lid(), y=1.53)] if lid_on else jar


def oak_lid() -> Thing:
    disc = revolved("0,0 0.78,0 0.92,0.02 0.95,0.08 0.92,0.16 0.85,0.19 0.3,0.21 0.12,0.22 0.12,0.3 0.2,0.38 0.18,0.47 0,0.5")  # fmt: skip
    return [skin(disc, 110, 70, wooden("#b98a58"), SATIN, melt=1.4)]


def spoon() -> Thing:
    """A small wooden spoon lying along x, its bowl to the right."""

    def width(t: float) -> float:
        return 0.075 + 0.17 * math.exp(-(((t - 0.86) / 0.10) ** 2))

    shape = swept(
        [(-1.1, 0.1, 0), (-0.4, 0.12, 0), (0.4, 0.1, 0), (0.9, 0.1, 0)],
        0.06,
        wide=lambda t: width(t) / 0.06,
        side=(0, 0, 1),
    )
    hollow = ball(0.19, 0.12)
    return [
        skin(shape, 30, 90, wooden("#c99f68", (1.0, 14, 14)), SATIN, melt=1.2),
        skin(hollow, 30, 16, dim(colour("#c99f68"), 0.62), RAW).moved(0.61, 0.155, 0.0),
    ]


def planter(glaze: str) -> Thing:
    pot = trace("0,0.2 0.78,0.16 0.82,0.2 0.98,1 1.1,1.72 1.12,1.8 1.08,1.83 1.03,1.8 0.99,1.6 0,1.55")
    saucer = trace("0,0.05 0.9,0 1.05,0.04 1.16,0.16 1.16,0.2 1.12,0.2 1.04,0.12 0,0.12")
    soil = colour("#4b3526")

    def earth(u: float, v: float, p: Vec) -> RGB:
        if v > 0.78:
            return mix(soil, dim(soil, 0.4), noise(p[0] * 9, p[1], p[2] * 9))
        return inner(u, v, p)

    inner = dipped(colour(GLAZES[glaze]), 0.75, "planter")
    shape = revolved(pot)
    return [
        *vessel(saucer, glaze, "saucer", steps=60),
        skin(shape, 150, 110, earth, GLAZED, melt=2.0),
        *specks(shape, "planter", 420, 0.012, dim(colour(GLAZES[glaze]), 0.35), 0.4, 0.68),
    ]


def filled(vessel: Thing, *contents: Thing) -> list[Thing]:
    """A vessel on the upright axis with things in it, in the order they are to be painted."""
    inside, outside = opened(vessel)
    return [inside, *contents, outside]


def _mug_hero() -> Stage:
    return standing(SAND, zoom=274, target=(0.18, 0.92, 0)).put(turned(mug("salt", "mug"), "y", -25))


def _mug_sea() -> Stage:
    return standing(MIST, zoom=262, target=(0.1, 0.95, 0), pitch=24).put(turned(mug("sea", "mug"), "y", 32))


def _mug_three() -> Stage:
    return standing(LINEN, zoom=183, target=(0, 0.9, 0), pitch=22).put(
        stood(mug("moss", "m"), -1.55, -1.5, 20),
        stood(mug("terracotta", "mu"), 1.35, -0.9, -30),
        stood(mug("salt", "mug"), -0.45, 1.1, -40),
    )


def _teapot_hero() -> Stage:
    return standing(MIST, zoom=201, target=(0.22, 1.5, 0)).put(turned(teapot("ink"), "y", -18))


def _teapot_cups() -> Stage:
    return standing(LINEN, zoom=171, target=(0.3, 1.3, 0), pitch=24).put(
        stood(teapot("ink"), 0.5, -0.9, -150),
        moved(espresso_cup("ink", "a"), -1.5, 0, 0.9),
        moved(espresso_cup("salt", "b"), -0.2, 0, 1.6),
    )


def _bowl_nest() -> Stage:
    return standing(DUSK, zoom=201, target=(0, 0.6, 0), pitch=23).put(
        *filled(
            bowl("salt", 1.9, "large"),
            *(
                moved(shell, y=0.36)
                for shell in filled(bowl("sea", 1.42, "middle"), moved(bowl("honey", 1.02, "small"), y=0.32))
            ),
        )
    )


def _bowl_lemons() -> Stage:
    return standing(MIST, zoom=226, target=(0, 0.75, 0), pitch=26).put(
        *filled(
            bowl("salt", 1.8, "large", inside="sea"),
            stood(foliage.lemon("a", 1.1), -0.55, -0.35, 20, lift=0.72),
            stood(foliage.lemon("b", 1.05), 0.5, -0.4, -50, lift=0.68),
            stood(foliage.lemon("c", 1.15), 0.1, 0.35, 70, lift=0.78),
        )
    )


def _vase_branch() -> Stage:
    return standing(SAND, zoom=149, target=(0.1, 2.75, 0), pitch=12).put(
        foliage.branch("left", (-0.05, 3.2, 0), 2.6, -1.3, "#6b4a34", "#6f8a5a", 11),
        foliage.branch("right", (0.05, 3.2, -0.05), 2.2, 1.2, "#6b4a34", "#7f9a66", 10),
        vase("salt"),
    )


def _vase_pair() -> Stage:
    return standing(MIST, zoom=178, target=(0.1, 2.0, 0), pitch=14).put(
        moved(vase("terracotta"), -0.75, 0, -0.4),
        moved(foliage.berries("bottle", (0.0, 2.1, 0), 1.9, 0.55, "#4a3025", "#c7392f"), 1.15, 0, 0.7),
        moved(bottle_vase("ink"), 1.15, 0, 0.7),
    )


def _bottle() -> Stage:
    return standing(LINEN, zoom=205, target=(0.1, 1.95, 0), pitch=13).put(
        foliage.berries("single", (0.0, 2.1, 0), 2.0, -0.5, "#4a3025", "#c7392f"), bottle_vase("ink")
    )


def _cups_four() -> Stage:
    return standing(DUSK, zoom=305, target=(0, 0.72, 0), pitch=20).put(
        moved(espresso_cup("sea", "a"), 0.75, 0, -0.55),
        *(
            moved(shell, -0.62, 0, -0.2)
            for shell in filled(espresso_cup("salt", "b"), moved(espresso_cup("honey", "c"), y=0.5))
        ),
        moved(espresso_cup("moss", "d"), 0.42, 0, 0.75),
    )


def _plates_stack() -> Stage:
    stack: Thing = []
    for k, glaze in enumerate(("salt", "sea", "salt", "sea")):
        stack += moved(plate(glaze, f"plate {k}"), y=0.14 * k, x=(0.03, -0.02, 0.02, 0)[k])
    return standing(SAND, zoom=220, target=(0, 0.35, 0), pitch=30).put(stack)


def _plate_above() -> Stage:
    return lying(CLOTH, zoom=232, pitch=84).put(plate("salt", "plate"))


def _salt_closed() -> Stage:
    return standing(LINEN, zoom=262, target=(0, 0.95, 0), pitch=20).put(salt_jar("moss"))


def _salt_open() -> Stage:
    leaning = stood(turned(oak_lid(), "x", 62), -1.35, 0.35, -28, lift=0.86)
    return standing(SAND, zoom=226, target=(-0.05, 0.8, 0), pitch=28).put(
        salt_jar("moss", lid_on=False), _salt(), leaning, stood(spoon(), 0.5, 1.75, 25)
    )


def _salt() -> Thing:
    heap = revolved([(0.88, 1.0), (0.6, 1.16), (0.3, 1.24), (0, 1.27)])

    def paint(u: float, v: float, p: Vec) -> RGB:
        return mix(colour("#ffffff"), colour("#e6e8ea"), noise(p[0] * 28, p[1] * 28, p[2] * 28))

    return [skin(heap, 80, 30, paint, RAW, melt=0.8)]


def _planter_empty() -> Stage:
    return standing(SAND, zoom=250, target=(0, 0.95, 0), pitch=22).put(planter("terracotta"))


def _planter_grown() -> Stage:
    return standing(MIST, zoom=175, target=(0, 2.1, 0), pitch=14).put(
        planter("terracotta"), moved(plants.snake_plant("grown", 9), y=1.55)
    )


PICTURES = {
    "mug-salt": _mug_hero,
    "mug-sea": _mug_sea,
    "mug-three": _mug_three,
    "teapot-ink": _teapot_hero,
    "teapot-cups": _teapot_cups,
    "bowl-nest": _bowl_nest,
    "bowl-lemons": _bowl_lemons,
    "vase-branch": _vase_branch,
    "vase-pair": _vase_pair,
    "bottle-vase": _bottle,
    "espresso-cups": _cups_four,
    "plates-stack": _plates_stack,
    "plate-above": _plate_above,
    "salt-jar": _salt_closed,
    "salt-jar-open": _salt_open,
    "planter-terracotta": _planter_empty,
    "planter-snake": _planter_grown,
}
