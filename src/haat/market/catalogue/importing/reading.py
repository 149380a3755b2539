"""Reading a catalogue file: once over the whole of it to see what it is, then product by product.

The first look costs a second pass, and buys certainty: the encoding is proved and not sampled, unclear prices are read as the rest of
their column is written, and products whose rows stand apart are known before they are met.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from msgspec import Struct
from msgspec.structs import replace

from haat.kernel.errors import Invalid
from haat.market.catalogue.importing import values
from haat.market.catalogue.importing.assemble import Assembler, Group
from haat.market.catalogue.importing.columns import (
    DELIMITERS,
    ColumnReading,
    Columns,
    Guess,
    Record,
    guess_delimiter,
    guess_format,
)
from haat.market.catalogue.importing.found import Found, Note, Problem, shown
from haat.market.catalogue.importing.prices import Style, Tally, style_of
from haat.market.catalogue.importing.rows import BrokenRow, Row, Rows
from haat.market.catalogue.importing.shelf import Shelf
from haat.market.catalogue.importing.text import Encoding, find_encoding, is_undecodable, open_text

MOST_ROWS = 1000  # of one product
_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?\s*", re.IGNORECASE)
_PRICES = ("price", "compare_at_price")


class Reading(Struct, frozen=True):
    """How a file is read: what was guessed and why, and what each column is taken for."""

    format: str
    format_title: str
    format_why: str
    encoding: str
    encoding_why: str
    delimiter: str
    columns: tuple[ColumnReading, ...]
    rows: int
    products: int
    currencies: dict[str, int]  # rows by the currency they name


class CatalogueFile:
    """A catalogue file that was looked over and can be read, as often as one likes."""

    def __init__(
        self,
        path: Path,
        currency: str,
        layout: _Layout,
        reading: Reading,
        styles: dict[str, Style],
        apart: dict[str, int],
    ) -> None:
        self.reading = reading
        self.rows_read = 0
        self._path = path
        self._currency = currency
        self._layout = layout
        self._styles = styles
        self._apart = apart  # the last row of each product whose rows stand apart

    def read(self) -> Iterator[Found]:
        """The drafts of the file, each after the problems and notes about it; rows that belong to no product come as problems."""
        self.rows_read = 0
        assembler = Assembler(self._layout.columns, self._currency, self._styles)
        with self._layout.rows(self._path) as rows, Shelf() as shelf:
            for found in self._groups(rows, shelf):
                if isinstance(found, Group):
                    yield from assembler.assemble(found)
                else:
                    yield found
            for line in rows.zeros:
                yield Note(line, "zero bytes were taken out")

    def header_of(self, field: str) -> str:
        """What the file calls a field."""
        return self._layout.columns.header_of(field)

    def _groups(self, rows: Rows, shelf: Shelf) -> Iterator[Group | Problem | Note]:
        group = Group("", [])
        for row in self._layout.usable(rows):
            if not isinstance(row, Row):
                yield row
                continue
            self.rows_read += 1
            handle = self._layout.handle(row)
            record = self._layout.columns.record(row)
            if handle in self._apart:
                yield from self._shelve(handle, record, shelf)
                continue
            if handle != group.handle:
                if group.rows:
                    yield group
                group = Group(handle, [])
            if len(group.rows) < MOST_ROWS:
                group.rows.append(record)
            else:
                yield self._one_too_many(record)
        if group.rows:
            yield group

    def _shelve(self, handle: str, record: Record, shelf: Shelf) -> Iterator[Group | Problem | Note]:
        if shelf.count(handle) < MOST_ROWS:
            shelf.put(handle, record)
        else:
            yield self._one_too_many(record)
        if self.rows_read == self._apart[handle]:
            rows = shelf.take(handle)
            yield Note(rows[0].line, "products whose rows stand apart in the file were put together", "", handle)
            yield Group(handle, rows)

    def _one_too_many(self, record: Record) -> Problem:
        column, value = self._layout.columns.header_of("handle"), shown(record.texts.get("handle", ""))
        reason = f"A product has {MOST_ROWS} rows at the most."
        hint = "Check the handles: each product needs one of its own."
        return Problem(record.line, column, value, reason, hint, "row")


class _Layout(Struct):
    """Where the rows of a file are and what their columns mean."""

    encoding: Encoding
    delimiter: str
    skip: int
    guess: Guess
    columns: Columns

    @contextmanager
    def rows(self, path: Path) -> Iterator[Rows]:
        """The rows after the header."""
        with open_text(path, self.encoding) as stream:
            rows = Rows(stream, self.delimiter, skip=self.skip)
            _header(rows)
            yield rows

    def usable(self, rows: Rows) -> Iterator[Row | Problem | Note]:
        """Rows that belong to a product; those that cannot come as problems."""
        width = len(self.columns.header)
        for row in rows:
            if isinstance(row, BrokenRow):
                yield Problem(row.line, "", shown(row.value), row.reason, row.try_, "row")
                continue
            if len(row.cells) != width:
                if any(map(str.strip, row.cells[width:])):
                    yield self._too_wide(row)
                    continue
                if len(row.cells) < width:
                    yield Note(row.line, "rows with fewer cells than headers were read as if the rest were blank")
            if not self.encoding.is_sound and (damaged := self._damaged(row)) is not None:
                yield damaged
            elif not self.handle(row):
                column = self.columns.header_of("handle")
                reason = "The row has neither a handle nor a title."
                yield Problem(row.line, column, "", reason, "Write which product it belongs to.", "row")
            else:
                yield row

    def handle(self, row: Row) -> str:
        """What the rows of a product have in common."""
        return values.handle(self.columns.text(row, "handle") or self.columns.text(row, "title"))

    def _too_wide(self, row: Row) -> Problem:
        reason = f"The row has {len(row.cells)} cells, and the header has {len(self.columns.header)}."
        hint = f"Put cells that have a {DELIMITERS.get(self.delimiter, self.delimiter)} in them between quotes."
        return Problem(row.line, "", shown(self.delimiter.join(row.cells)), reason, hint, "row")

    def _damaged(self, row: Row) -> Problem | None:
        for at in self.columns.used():
            if at < len(row.cells) and is_undecodable(row.cells[at]):
                reason = f"It has bytes that are no text in {self.encoding.name}."
                hint = "Save the file as UTF-8."
                return Problem(row.line, self.columns.header[at], shown(row.cells[at]), reason, hint, "row")
        return None


def look_over(path: Path, currency: str) -> CatalogueFile:
    """See what a file is and how it will be read. Raises Invalid when there is nothing in it that can be a catalogue."""
    encoding = find_encoding(path)
    layout = _find_layout(path, encoding)
    survey = _Survey(layout)
    with layout.rows(path) as rows:
        survey.run(rows)
    if not survey.rows:
        raise survey.without_rows(path)
    styles = survey.styles(currency)
    return CatalogueFile(path, currency, layout, survey.reading(styles), styles, survey.apart)


class _Survey:
    """What one pass over the rows shows."""

    def __init__(self, layout: _Layout) -> None:
        self._layout = layout
        self._tallies = {field: Tally() for field in _PRICES}
        self._currencies: Counter[str] = Counter()
        self._last: dict[str, int] = {}
        self._apart: set[str] = set()
        self._first_problem: Problem | None = None
        self.rows = 0

    def run(self, rows: Rows) -> None:
        columns = self._layout.columns
        before = ""
        for row in self._layout.usable(rows):
            if isinstance(row, Problem):
                self._first_problem = self._first_problem or row
            if not isinstance(row, Row):
                continue
            self.rows += 1
            handle = self._layout.handle(row)
            if handle != before and handle in self._last:
                self._apart.add(handle)
            self._last[handle] = self.rows
            before = handle
            for field, tally in self._tallies.items():
                if text := columns.text(row, field):
                    tally.add(text)
            if currency := columns.text(row, "currency"):
                self._currencies[shown(currency.upper())] += 1

    @property
    def apart(self) -> dict[str, int]:
        return {handle: self._last[handle] for handle in self._apart}

    def without_rows(self, path: Path) -> Invalid:
        problem = self._first_problem
        if problem is None:
            why, hint = (
                "There is a header, and nothing under it.",
                "Export the catalogue again, or choose another file.",
            )
        else:
            why, hint = f"None of its rows can be read. Line {problem.line}: {problem.reason}", problem.try_
        return Invalid(f"{path.name} has no products.", why=why, try_=hint)

    def styles(self, currency: str) -> dict[str, Style]:
        return {field: style_of(tally, self._tallies.values(), currency) for field, tally in self._tallies.items()}

    def reading(self, styles: dict[str, Style]) -> Reading:
        layout = self._layout
        format = layout.guess.format
        return Reading(
            format=format.name,
            format_title=format.title,
            format_why=layout.guess.why,
            encoding=layout.encoding.name,
            encoding_why=layout.encoding.why,
            delimiter=DELIMITERS.get(layout.delimiter, layout.delimiter),
            columns=tuple(_with_style(column, styles) for column in layout.columns.readings),
            rows=self.rows,
            products=len(self._last),
            currencies=dict(self._currencies.most_common(20)),
        )


def _with_style(column: ColumnReading, styles: dict[str, Style]) -> ColumnReading:
    style = styles.get(column.use)
    return replace(column, why=style.why) if style and style.why else column


def _find_layout(path: Path, encoding: Encoding) -> _Layout:
    with open_text(path, encoding) as stream:
        delimiter, skip = _find_delimiter(stream)
    with open_text(path, encoding) as stream:
        header = _header(Rows(stream, delimiter, skip=skip))
    guess = guess_format(header.cells)
    return _Layout(encoding, delimiter, skip, guess, Columns(guess.format, header.cells))


def _find_delimiter(stream: TextIO) -> tuple[str, int]:
    """The delimiter, and how many lines to skip: a spreadsheet may name the delimiter in a line of its own."""
    for line in iter(lambda: stream.readline(1 << 20), ""):
        if named := _SEPARATOR_LINE.fullmatch(line):
            return named[1], 1
        if line.replace("\0", "").strip():
            return guess_delimiter(line), 0
    return ",", 0


def _header(rows: Rows) -> Row:
    for row in rows:
        if isinstance(row, BrokenRow):
            raise Invalid("The header of the file cannot be read.", why=row.reason, try_=row.try_)
        return row
    raise Invalid("The file is empty.", why="There is no text in it.", try_="Choose another file.")
