"""From the rows of one product to its draft.

A bad value costs what cannot do without it and no more: a picture, a variant, a product. What is wrong is told before the draft.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from haat.market.catalogue.attribute import LONGEST as LONGEST_ATTRIBUTE
from haat.market.catalogue.description import EMPTY, Description, describe
from haat.market.catalogue.description import LONGEST as LONGEST_DESCRIPTION
from haat.market.catalogue.handle import LONGEST as LONGEST_HANDLE
from haat.market.catalogue.importing import values
from haat.market.catalogue.importing.cells import Cells, GivenUp, text
from haat.market.catalogue.importing.columns import Columns, Record
from haat.market.catalogue.importing.found import Draft, DraftAttribute, Found, Problem, State, shown
from haat.market.catalogue.importing.gallery import gallery
from haat.market.catalogue.importing.offers import Offers
from haat.market.catalogue.importing.prices import Style
from haat.market.catalogue.listing import LONGEST_TITLE


class Group(NamedTuple):
    """The rows of one product, in the order of the file."""

    handle: str
    rows: list[Record]


class Assembler:
    """Makes drafts out of groups, one after another."""

    def __init__(self, columns: Columns, currency: str, styles: dict[str, Style]) -> None:
        self._columns = columns
        self._offers = Offers(currency, styles)

    def assemble(self, group: Group) -> Iterator[Found]:
        """Problems and notes, then the draft unless the product is lost."""
        cells = Cells(self._columns, group.rows)
        try:
            draft = self._draft(cells, group.handle)
        except GivenUp:
            draft = None
        yield from cells.found
        if draft is not None:
            yield draft

    def _draft(self, cells: Cells, handle: str) -> Draft:
        title = _title(cells, handle)
        _check_handle(cells, handle)
        state = _state(cells)
        offers = self._offers.read(cells, handle)
        variants = tuple(variant for _, variant in offers if variant is not None)
        if not variants:
            reason = "None of its variants can be taken." if offers else "None of its rows has a price."
            _lose(cells, handle, reason, "Correct its rows and import the file again.")
        return Draft(
            line=cells.rows[0].line,
            handle=handle,
            title=title,
            description=_description(cells),
            category=_category(cells),
            state=state,
            attributes=_attributes(cells),
            variants=variants,
            pictures=gallery(cells, offers),
        )


def _title(cells: Cells, handle: str) -> str:
    """The title; rows that name another product are told and left out."""
    row = cells.first_with("title")
    if row is None:
        cells.give_up(cells.rows[0], "title", "None of the rows of this product has a title.", "Write one.", "product")
    title = cells.read(row, "title", _title_of, "product")
    others = [other for other in cells.rows if text(other, "title") and not _is_same(text(other, "title"), title)]
    for other in others:
        reason = f"The handle “{handle}” already belongs to “{title}” of line {row.line}."
        cells.tell(other, "title", reason, "Give this product a handle of its own.", "row")
    cells.rows = [kept for kept in cells.rows if kept not in others] if others else cells.rows
    return title


def _is_same(cell: str, title: str) -> bool:
    return values.one_line(cell).casefold() == title.casefold()


def _check_handle(cells: Cells, handle: str) -> None:
    if len(handle) > LONGEST_HANDLE:
        _lose(cells, handle, f"It has {len(handle)} characters; {LONGEST_HANDLE} is the most.", "Shorten it.")


def _lose(cells: Cells, handle: str, reason: str, try_: str) -> None:
    """Lose the whole product, which may have its handle from its title."""
    column = cells.columns.header_of("handle")
    cells.found.append(Problem(cells.rows[0].line, column, shown(handle), reason, try_, "product"))
    raise GivenUp


def _state(cells: Cells) -> State | None:
    row = cells.first_with("state")
    words = cells.columns.format.states
    state = cells.read(row, "state", lambda cell: values.state(cell, words), "product") if row else None
    published = cells.first_with("published")
    if published is None or state not in (None, "active"):
        return state
    return "draft" if values.is_true(text(published, "published")) is False else "active"


def _description(cells: Cells) -> Description | None:
    if "description" not in cells.columns:
        return None
    row = cells.first_with("description")
    if row is None:
        return EMPTY
    if values.has_danger(text(row, "description")):
        cells.note(row, "parts of descriptions that could act on a reader were taken out", "description")
    return cells.read_if_possible(row, "description", _description_of)


def _category(cells: Cells) -> tuple[str, ...] | None:
    for field in ("category", "type"):
        row = cells.first_with(field)
        if row is not None:
            return cells.read_if_possible(row, field, values.category) or None
    return None


def _attributes(cells: Cells) -> tuple[DraftAttribute, ...]:
    said = ((key, name, _attribute(cells, f"attribute.{key}")) for key, name in cells.columns.attributes)
    return tuple(DraftAttribute(key, name, words) for key, name, words in said if words is not None)


def _attribute(cells: Cells, field: str) -> str | None:
    row = cells.first_with(field)
    return cells.read_if_possible(row, field, _attribute_of) if row else ""


def _title_of(cell: str) -> str:
    return values.within(values.one_line(cell), LONGEST_TITLE)


def _description_of(cell: str) -> Description:
    description = describe(cell)
    values.within(description, LONGEST_DESCRIPTION)
    return description


def _attribute_of(cell: str) -> str:
    return values.within(values.one_line(cell), LONGEST_ATTRIBUTE)
