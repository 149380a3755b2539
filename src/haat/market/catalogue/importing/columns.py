"""From a header to columns: which format the file has, what each column is, and how a cell of a row is found."""

from __future__ import annotations

import csv
from difflib import get_close_matches
from typing import NamedTuple

from msgspec import Struct

from haat.kernel.errors import Invalid
from haat.market.catalogue.importing.formats import FORMATS, HAAT, Format, letters
from haat.market.catalogue.importing.found import shown
from haat.market.catalogue.importing.rows import Row
from haat.market.catalogue.importing.values import unguard

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}

_HOW = {
    "type": "the category of products that name none",
    "description": "HTML is cleaned, plain text gets paragraphs",
    "currency": "a price in another currency than the market's is passed over",
    "published": "what is not published becomes a draft",
    "image_position": "the order of the pictures",
    "variant_image": "kept as an address; nothing is fetched",
}


class ColumnReading(Struct, frozen=True):
    """How a column is read. `use` is the field it fills, empty where it is passed over; `why` says why, or how it is read."""

    number: int
    header: str
    use: str
    why: str = ""


class Guess(Struct, frozen=True):
    """Which format a header has, and why we think so."""

    format: Format
    why: str


class Record(NamedTuple):
    """The texts of a row by their field, blank ones left out; and the physical line where the row starts."""

    line: int
    texts: dict[str, str]


class Columns:
    """Where the fields of a file are. The first column of a field counts; a second one is passed over."""

    def __init__(self, format: Format, header: list[str]) -> None:
        self.format = format
        self.header = header
        self.readings: list[ColumnReading] = []
        self._at: dict[str, int] = {}
        for index, name in enumerate(header):
            self.readings.append(self._take(index, name.strip()))
        keys = {
            field.removeprefix("attribute."): at for field, at in self._at.items() if field.startswith("attribute.")
        }
        self.attributes = [(key, format.attribute_name(header[at], key)) for key, at in keys.items()]
        self.options = [n for n in "12345" if f"option{n}_value" in self._at]
        self.images = sorted(int(field[5:]) for field in self._at if field[:5] == "image" and field[5:].isdigit())

    def __contains__(self, field: str) -> bool:
        return field in self._at

    def text(self, row: Row, field: str) -> str:
        """The cell of one field, stripped; empty where the row or the file has none."""
        at = self._at.get(field, -1)
        return row.cells[at].strip() if 0 <= at < len(row.cells) else ""

    def record(self, row: Row) -> Record:
        """All that is read of a row."""
        cells = row.cells
        if len(cells) < len(self.header):
            cells = cells + [""] * (len(self.header) - len(cells))
        texts = {field: text for field, at in self._at.items() if (text := cells[at].strip())}
        if self.format.guards_cells:
            texts = {field: unguard(text) if text[0] == "'" else text for field, text in texts.items()}
        return Record(row.line, texts)

    def header_of(self, field: str) -> str:
        """What the file calls a field."""
        return self.header[self._at[field]].strip() if field in self._at else field

    def used(self) -> list[int]:
        """The indices of the columns that are read."""
        return list(self._at.values())

    def _take(self, index: int, name: str) -> ColumnReading:
        field = self.format.field_of(name)
        if not field:
            return ColumnReading(index + 1, name, "", self._why_not(name))
        if field in self._at:
            return ColumnReading(index + 1, name, "", f"column {self._at[field] + 1} is read for it")
        self._at[field] = index
        how = _HOW["variant_image"] if field[5:].isdigit() else _HOW.get(field, "")
        return ColumnReading(index + 1, name, field, how)

    def _why_not(self, name: str) -> str:
        if not name:
            return "it has no header"
        if self.format.is_attribute(name):
            return "the key of an attribute is made of the letters a to z, figures, “-” and “_”"
        return self.format.passed_over.get(letters(name)) or _not_known(name, self.format)


def guess_delimiter(line: str) -> str:
    """The delimiter under which a header line holds the most headers that we know, then the most cells."""
    return max(DELIMITERS, key=lambda delimiter: _worth(_cells(line, delimiter)))


def guess_format(header: list[str]) -> Guess:
    """The format that the header gives away. Raises Invalid when it has not even a title and a price."""
    guess = _guess(header)
    columns = Columns(guess.format, header)
    missing = [field for field in ("title", "price") if field not in columns]
    if missing:
        raise _without(missing, header, guess.format)
    return guess


def _worth(cells: list[str]) -> tuple[int, int]:
    known = sum(any(format.field_of(cell) for format in FORMATS) for cell in cells)
    return known, len(cells)


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _guess(header: list[str]) -> Guess:
    given_away = {format.name: [name.strip() for name in header if format.has_mark(name)] for format in FORMATS}
    best = max(FORMATS, key=lambda format: len(given_away[format.name]))
    marks = given_away[best.name]
    if not marks:
        return Guess(HAAT, "nothing in its header gives another format away")
    return Guess(best, f"its header has {_some(marks)}")


def _some(names: list[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return ", ".join(quoted[:3]) + (f" and {len(quoted) - 3} more" if len(quoted) > 3 else "")


def _not_known(name: str, format: Format) -> str:
    near = get_close_matches(letters(name), format.fields, n=1, cutoff=0.75)
    return f"it is not known; did you mean “{format.fields[near[0]]}”?" if near else "it is not known"


def _without(missing: list[str], header: list[str], format: Format) -> Invalid:
    names = " and ".join(f"“{name}”" for name in missing)
    near = [name.strip() for name in header if "did you mean" in _not_known(name, format) and not format.field_of(name)]
    hint = f"Rename {_some(near)} if that is what it is, or begin" if near else "Begin"
    return Invalid(
        f"The file has no column for {names}.",
        why=f"The first row is taken for the header, and it says: {shown(' | '.join(header))}.",
        try_=f"{hint} the file with a row of headers, such as: handle, title, category, price, stock.",
    )
