"""The cells of one product, and what is told about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeVar

from haat.market.catalogue.importing.columns import Columns, Record
from haat.market.catalogue.importing.found import Lost, Note, Problem, Unreadable, shown

T = TypeVar("T")


class GivenUp(Exception):
    """What is wrong costs the thing that was being read; the problem is told already."""


def text(row: Record, field: str) -> str:
    """The cell of a field; empty where the row or the file has none."""
    return row.texts.get(field, "")


class Cells:
    """The rows of one product, in the order of the file. `found` gathers what is wrong or remarkable about them."""

    def __init__(self, columns: Columns, rows: list[Record]) -> None:
        self.columns = columns
        self.rows = rows
        self.found: list[Problem | Note] = []

    def first_with(self, field: str) -> Record | None:
        """The first row in which the field is not blank."""
        if field not in self.columns:
            return None
        return next((row for row in self.rows if field in row.texts), None)

    def read(self, row: Record, field: str, read: Callable[[str], T], lost: Lost) -> T:
        """The value of a cell. Raises GivenUp when it cannot be read, which costs `lost`."""
        try:
            return read(text(row, field))
        except Unreadable as problem:
            self.tell(row, field, problem.reason, problem.try_, lost)
            raise GivenUp from None

    def read_if_possible(self, row: Record, field: str, read: Callable[[str], T]) -> T | None:
        """The value of a cell that the product can do without; None when it cannot be read."""
        try:
            return self.read(row, field, read, "value")
        except GivenUp:
            return None

    def give_up(self, row: Record, field: str, reason: str, try_: str, lost: Lost) -> NoReturn:
        """Tell what is wrong and raise GivenUp."""
        self.tell(row, field, reason, try_, lost)
        raise GivenUp

    def tell(self, row: Record, field: str, reason: str, try_: str, lost: Lost) -> None:
        """Tell what is wrong with a cell."""
        column, value = self.columns.header_of(field), shown(text(row, field))
        self.found.append(Problem(row.line, column, value, reason, try_, lost))

    def note(self, row: Record, about: str, field: str) -> None:
        """Tell what is worth knowing about a cell."""
        self.found.append(Note(row.line, about, self.columns.header_of(field), shown(text(row, field))))
