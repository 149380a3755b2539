"""Every picture by its name, with where it goes and how large it may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatch
from multiprocessing import Pool
from pathlib import Path
from typing import NamedTuple

from haat.demo.draw import (
    belongings,
    bicycles,
    coffee,
    machines,
    market,
    plants,
    pottery,
    sites,
    textiles,
    tools,
    wares,
)
from haat.demo.draw.render import darkroom
from haat.demo.draw.stage import Stage

_SOURCE = Path(__file__).resolve().parents[2]
_GOODS = _SOURCE / "demo" / "photos"
_FRONT = _SOURCE / "web" / "static" / "img"
_MOST_OF_GOODS = 45_000
_MOST_OF_FRONT = 90_000


class Picture(NamedTuple):
    """`most` is what its file may weigh, in bytes."""

    name: str
    draw: Callable[[], Stage]
    target: Path
    most: int


def pictures(patterns: Sequence[str] = ()) -> list[Picture]:
    """All pictures, or those whose name fits one of the patterns (`mug-*`)."""
    drawn = [
        Picture(name, draw, _GOODS / f"{name}.webp", _MOST_OF_GOODS)
        for family in (pottery, tools, textiles, plants, coffee, bicycles, belongings, machines, wares, sites)
        for name, draw in family.PICTURES.items()
    ]
    front = [Picture(name, draw, _FRONT / f"{name}.webp", _MOST_OF_FRONT) for name, draw in market.PICTURES.items()]
    return [found for found in (*drawn, *front) if not patterns or any(fnmatch(found.name, p) for p in patterns)]


def redraw(wanted: Sequence[Picture], hands: int = 2) -> Iterator[tuple[Picture, int]]:
    """Draw and write pictures, several at a time; yields each with the size of its file in bytes."""
    with Pool(hands) as pool, darkroom() as room:
        drawings = pool.imap(_drawn, [picture.name for picture in wanted])
        for picture, svg in zip(wanted, drawings, strict=True):
            yield picture, room.develop(svg, picture.target, most=picture.most)


def _drawn(name: str) -> str:
    return next(picture for picture in pictures() if picture.name == name).draw().svg()
