"""From text to rows: CSV whose rows know their line, and where one broken row does not swallow the next."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple, TextIO

_LONGEST_LINE = 1 << 20  # characters
_MOST_LINES = 1000  # that one row may span
_QUOTES = "Put a quote at both ends of the cell, and write a quote inside it twice."


class Row(NamedTuple):
    """The cells of one row, and the physical line where it starts."""

    line: int
    cells: list[str]


class BrokenRow(NamedTuple):
    """A row that could not be cut into cells."""

    line: int
    value: str
    reason: str
    try_: str


class Rows:
    """The rows of a CSV file, blank ones left out. The first that has text is the header and fixes the `width`.

    Quotes are taken strictly: a quote that is opened and not closed costs its own row; reading goes on with the next line.
    """

    def __init__(self, stream: TextIO, delimiter: str, *, skip: int = 0) -> None:
        self._lines = _Lines(stream)
        self._delimiter = delimiter
        self.width = 0
        for _ in range(skip):
            next(self._lines, None)
            self._lines.forget()

    @property
    def zeros(self) -> list[int]:
        """The lines that held zero bytes, which were taken out."""
        return self._lines.zeros

    def __iter__(self) -> Iterator[Row | BrokenRow]:
        reader = self._reader()
        lines = self._lines
        while True:
            line = lines.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except _LineTooLong:
                yield self._broken(line, "The line is longer than a million characters.", "Shorten its cells.")
            except _NeverClosed:
                yield self._broken(line, "A quote is opened in this row and not closed.", _QUOTES)
            except csv.Error as error:
                yield self._broken(line, *_in_our_words(error))
            else:
                if self._has_swallowed_a_row(cells):
                    yield self._broken(line, "A quote in this row opens a cell that ends in another row.", _QUOTES)
                else:
                    lines.forget()
                    if any(cells) and any(map(str.strip, cells)):
                        self.width = self.width or len(cells)
                        yield Row(line, cells)
                    continue
            reader = self._reader()

    def _has_swallowed_a_row(self, cells: list[str]) -> bool:
        """True when the cells do not fit the header, and a later line would fit it on its own."""
        if self._lines.count == 1 or not self.width or len(cells) == self.width:
            return False
        return any(line.count(self._delimiter) >= self.width - 1 for line in self._lines.after_the_first())

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._lines, delimiter=self._delimiter, strict=True)

    def _broken(self, line: int, reason: str, try_: str) -> BrokenRow:
        return BrokenRow(line, self._lines.give_back_all_but_the_first(), reason, try_)


class _LineTooLong(Exception):
    pass


class _NeverClosed(Exception):
    pass


class _Lines:
    """Physical lines, counted. Those of the row at hand are kept until it is known to be whole, to be read again if it is not."""

    def __init__(self, stream: TextIO) -> None:
        self.number = 0
        self.zeros: list[int] = []
        self._stream = stream
        self._ahead: deque[str] = deque()
        self._row: list[str] = []

    @property
    def count(self) -> int:
        """Of the row at hand."""
        return len(self._row)

    def after_the_first(self) -> list[str]:
        return self._row[1:]

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._ahead.popleft() if self._ahead else self._read()
        if not line:
            raise StopIteration
        self._row.append(line)
        self.number += 1
        if len(line) >= _LONGEST_LINE:
            raise _LineTooLong
        if len(self._row) > _MOST_LINES:
            raise _NeverClosed
        return line

    def forget(self) -> None:
        self._row.clear()

    def give_back_all_but_the_first(self) -> str:
        """Undo the reading of the row but for its first line, which is returned."""
        first, *others = self._row
        self._ahead.extendleft(reversed(others))
        self.number -= len(others)
        self._row.clear()
        return first

    def _read(self) -> str:
        line = self._stream.readline(_LONGEST_LINE)
        if "\0" in line:
            self.zeros.append(self.number + 1)
            line = line.replace("\0", "") or "\n"
        if len(line) == _LONGEST_LINE and not line.endswith(("\n", "\r")):
            self._skip_rest_of_line()
        return line

    def _skip_rest_of_line(self) -> None:
        while True:
            rest = self._stream.readline(_LONGEST_LINE)
            if len(rest) < _LONGEST_LINE or rest.endswith(("\n", "\r")):
                return


def _in_our_words(error: csv.Error) -> tuple[str, str]:
    text = str(error)
    if "field limit" in text:
        return f"A cell is longer than {csv.field_size_limit():,} characters.", "Shorten it."
    if "expected after" in text:
        return "A quoted cell goes on after its closing quote.", _QUOTES
    return "A quote is opened in this row and not closed.", _QUOTES
