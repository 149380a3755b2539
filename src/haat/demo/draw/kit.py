"""Blocks, bars and wheels: what furniture, machines and houses are put together from."""

import math
from collections.abc import Sequence
from dataclasses import replace

from haat.demo.draw.colour import colour, dim
from haat.demo.draw.materials import PAINT, RAW, RUBBER, STEEL, STEEL_TONE
from haat.demo.draw.solid import Material, Paint, Part, Thing, block, lathe, moved, panel, prism, rod, turned
from haat.demo.draw.space import Flat, Vec, length, sub

DARK = colour("#25272a")
TYRE = colour("#2b2c2e")
GLASS_TONE = colour("#3c5563")
PANE = Material(gloss=1.6, rough=0.05)
_THIN = 0.085


def at(x: float, y: float, z: float, *parts: Part, turn: float = 0.0, lean: float = 0.0) -> Thing:
    """Parts put down at a place, leant about z and then turned about the upright axis, in degrees."""
    return moved(turned(turned(list(parts), "z", lean), "y", turn), x, y, z)


def each(things: Sequence[Thing]) -> Thing:
    return [part for thing in things for part in thing]


def box(
    x: float,
    y: float,
    z: float,
    wide: float,
    high: float,
    deep: float,
    tone: Paint | str,
    material: Material = RAW,
    *,
    edge: float = 0.05,
    cell: float = 0.3,
    bulge: float = 0.0,
) -> Thing:
    """A block whose foot is at x, y, z. A thin one counts as lying on something."""
    whole = [block(wide, high, deep, _tone(tone), material, edge=edge, cell=cell, bulge=bulge).moved(x, y, z)]
    return lying_on(whole) if min(wide, high, deep) <= _THIN else whole


def bar(a: Vec, b: Vec, radius: float, tone: Paint | str, material: Material = STEEL, *, round_: int = 10) -> Thing:
    """A straight tube from one point to another."""
    cuts = max(4, math.ceil(length(sub(b, a)) / 0.3))
    return [rod([a, b], radius, _tone(tone), material, ends=False, samples=8, fine=(round_, cuts), melt=0.8)]


def pipe(
    path: str | Sequence[Vec], radius: float, tone: Paint | str, material: Material = PAINT, along: int = 60
) -> Thing:
    """A bent tube."""
    return [rod(path, radius, _tone(tone), material, fine=(12, along), melt=0.8)]


def drum(
    radius: float, thick: float, tone: Paint | str, material: Material = PAINT, *, lip: float = 0.06, around: int = 36
) -> Part:
    """A cylinder that stands on the floor."""
    lip = min(lip, thick / 2.5, radius / 2)
    profile = [
        (0.0, 0.0), (0.0, 0.0), (radius / 2, 0.0), (radius - lip, 0.0), (radius - lip, 0.0), (radius, lip), (radius, lip),
        (radius, thick / 2), (radius, thick - lip), (radius, thick - lip), (radius - lip, thick), (radius - lip, thick),
        (radius / 2, thick), (0.0, thick),
    ]  # fmt: skip
    cuts = max(18, math.ceil((2 * radius + thick) / 0.2))
    return lathe(profile, _tone(tone), material, fine=(around, cuts), melt=0.8)


def facing(part: Part, x: float, y: float, z: float) -> Thing:
    """What was turned upright, laid over so that its top looks at the reader."""
    return [part.turned("x", 90).moved(x, y, z)]


def wheel(
    x: float, y: float, z: float, radius: float, wide: float, tone: str = "#2b2c2e", hub: str = "#c9cdd0"
) -> Thing:
    """A wheel seen from its side, its outer face at z + half of its width."""
    tyre, disc = (
        drum(radius, wide, tone, RUBBER, lip=wide * 0.28),
        drum(radius * 0.58, wide * 1.04, hub, STEEL, lip=0.05),
    )
    nut = drum(radius * 0.16, wide * 1.16, dim(colour(hub), 0.45), STEEL, lip=0.03, around=16)
    return each([facing(one, x, y, z - wide / 2) for one in (tyre, disc, nut)])


def plate(
    x: float,
    y: float,
    z: float,
    outline: str | Sequence[Flat],
    deep: float,
    tone: Paint | str,
    material: Material = PAINT,
    *,
    bevel: float = 0.05,
    cell: float = 0.3,
) -> Thing:
    """An outline with straight sides, drawn out along z; `outline` is counter-clockwise."""
    ring = (
        [(float(a), float(b)) for a, b in (p.split(",") for p in outline.split())]
        if isinstance(outline, str)
        else outline
    )
    whole = [prism(ring, deep, _tone(tone), material, bevel=bevel, cell=cell).moved(x, y, z)]
    return lying_on(whole) if deep <= _THIN else whole


def sheet(a: Vec, b: Vec, c: Vec, d: Vec, tone: Paint | str, material: Material = RAW, *, cuts: int = 12) -> Thing:
    """A thin piece between four corners, seen from both sides."""
    one = panel(a, b, c, d, cuts, cuts, _tone(tone), material)
    return [Part(one.patches, one.material, one.melt, True, one.casts)]


def lying_on(thing: Thing, by: float = 0.45) -> Thing:
    """What lies on something, as a label on a tin, so that it is painted after it."""
    return [replace(part, above=by) for part in thing]


def bolt(x: float, y: float, z: float, radius: float = 0.07) -> Thing:
    return facing(drum(radius, 0.05, STEEL_TONE, STEEL, lip=0.02, around=12), x, y, z)


def _tone(tone: Paint | str) -> Paint:
    return colour(tone) if isinstance(tone, str) else tone
