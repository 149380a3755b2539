"""The pictures of one product, in their order, each once, and with the variant that it shows."""

from __future__ import annotations

from collections.abc import Iterator

from haat.market.catalogue.importing import values
from haat.market.catalogue.importing.cells import Cells, text
from haat.market.catalogue.importing.columns import Record
from haat.market.catalogue.importing.found import DraftPicture, DraftVariant
from haat.market.catalogue.importing.offers import Bundle
from haat.market.catalogue.photos import LONGEST_ALT, MOST

_LAST = 1_000_000


def gallery(cells: Cells, offers: list[tuple[Bundle, DraftVariant | None]]) -> tuple[DraftPicture, ...] | None:
    """None when the file has no pictures at all."""
    if not cells.columns.images and "variant_image" not in cells.columns:
        return None
    variants = {id(row): variant for bundle, variant in offers for row in bundle.rows}
    pictures: dict[str, DraftPicture] = {}
    for row, picture in _in_order(cells):
        if not cells.columns.format.pictures_show_the_variant or id(row) not in variants:
            pictures.setdefault(picture.source, picture)
        elif variant := variants[id(row)]:
            pictures.setdefault(picture.source, DraftPicture(picture.source, picture.alt, variant.sku))
    for row in cells.rows:
        if variant := variants.get(id(row)):
            _show(pictures, _source(cells, row, "variant_image"), variant)
    if len(pictures) > MOST:
        cells.note(cells.rows[0], f"products keep their first {MOST} pictures", "image1")
    return tuple(pictures.values())[:MOST]


def _in_order(cells: Cells) -> Iterator[tuple[Record, DraftPicture]]:
    for row in sorted(cells.rows, key=_position):
        for n in cells.columns.images:
            if source := _source(cells, row, f"image{n}"):
                alt = cells.read_if_possible(row, f"image{n}_alt", _alt)
                yield row, DraftPicture(source, alt or "")


def _position(row: Record) -> int:
    position = text(row, "image_position")
    return int(position) if position.isascii() and position.isdigit() and len(position) < 7 else _LAST


def _source(cells: Cells, row: Record, field: str) -> str:
    return (cells.read_if_possible(row, field, values.picture) or "") if field in row.texts else ""


def _show(pictures: dict[str, DraftPicture], source: str, variant: DraftVariant) -> None:
    known = pictures.get(source)
    if source and (known is None or not known.sku):
        pictures[source] = DraftPicture(source, known.alt if known else "", variant.sku)


def _alt(cell: str) -> str:
    return values.within(values.one_line(cell), LONGEST_ALT)
