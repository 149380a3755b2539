"""The order of the rows of a table, which a link in its head changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import urlencode

from haat.web.bodies import Values

T = TypeVar("T")

_FIELD = "sort"


class Order(NamedTuple):
    """By which column, and which way round. `rest` is what else the address of the page says."""

    by: str
    is_falling: bool
    rest: Mapping[str, str]

    def link(self, column: str, *, is_number: bool) -> str:
        """Where the head of a column leads: to its order, and from there to the other way round. Of figures one wants the largest first."""
        is_falling = not self.is_falling if column == self.by else is_number
        return "?" + urlencode({**self.rest, _FIELD: f"{'-' if is_falling else ''}{column}"})

    def state(self, column: str) -> str:
        """As `aria-sort` has it."""
        if column != self.by:
            return "none"
        return "descending" if self.is_falling else "ascending"


class Columns(Generic[T]):
    """The columns by which rows can be put in order, each with the value that counts, and the order in which they are found."""

    def __init__(self, keys: Mapping[str, Callable[[T], Any]], usual: str) -> None:
        self._keys = keys
        self._usual = usual

    def put(self, rows: Iterable[T], query: Values) -> tuple[list[T], Order]:
        """The rows in the order that is asked for; those that have no value stand last."""
        order = self._order(query)
        key = self._keys[order.by]
        rows = list(rows)
        known = sorted((row for row in rows if key(row) is not None), key=key, reverse=order.is_falling)
        return [*known, *(row for row in rows if key(row) is None)], order

    def _order(self, query: Values) -> Order:
        wanted = query.get(_FIELD)
        if wanted.removeprefix("-") not in self._keys:
            wanted = self._usual
        rest = {name: value for name, value in query.first_values().items() if name != _FIELD}
        return Order(wanted.removeprefix("-"), wanted.startswith("-"), rest)
