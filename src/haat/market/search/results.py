"""The results of one question: a page of them, how many there are, and a sample to count facets over."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

from haat.market.catalogue.card import Card
from haat.market.hire.queries import free_params
from haat.market.places import near
from haat.market.search import cursor, queries
from haat.market.search.cursor import LAST, Cursor
from haat.market.search.full_text import Text
from haat.market.search.full_texts import full_text_of
from haat.market.search.queries import Shape
from haat.market.search.question import Question
from haat.store import Store

_BEFORE_ALL: dict[queries.Order, Cursor] = {
    "relevance": Cursor(-1, LAST),
    "newest": Cursor(LAST, LAST),
    "price_up": Cursor(-1, LAST),
    "price_down": Cursor(LAST, LAST),
    "nearest": Cursor(-1, LAST),
}


# Very many match when so many do in one part of the window.
_MANY, _PART = 10, 5


class Sample(NamedTuple):
    """`number` of the newest results, and all that they are tagged with; `is_all` says that there are no others."""

    number: int
    tags: str
    is_all: bool


class Results:
    """`match` is the expression of all results in `text`, `rungs` are its parts by relevance. Where it is empty, it is the shelf of one category
    or the whole market.

    With a `window`, so many of the newest listings may be looked at one by one, before everything is collected that matches.
    """

    def __init__(
        self,
        store: Store,
        question: Question,
        text: Text,
        match: str,
        rungs: Sequence[str] = (),
        shelf: int | None = None,
        window: int = 0,
    ) -> None:
        self._store = store
        self._full_text = full_text_of(store)
        self._window = window if match else 0
        self._question = question
        self._rungs = rungs
        has_price = question.low is not None or question.high is not None
        self._shape = Shape(
            text if match else None,
            has_price,
            question.in_stock,
            question.free_days is not None,
            question.near is not None,
            shelf is not None,
            is_in_currency := bool(question.currency) and question.compares_prices,
        )
        self._params: dict[str, Any] = {"match": match} if match else {}
        if shelf is not None:
            self._params["category"] = shelf
        if has_price:
            high = question.high
            self._params |= {"low": question.low or 0, "high": LAST if high is None else high}
        if is_in_currency:
            self._params |= {"currency": question.currency}
        if question.free_days is not None:
            self._params |= free_params(*question.free_days)
        if question.near is not None:
            self._params |= near.params(question.near)

    def page(self) -> tuple[list[Card], str]:
        """The page that the question asks for, and where the next one begins; nothing when this is the last."""
        after = cursor.read(self._question.after) if self._question.after else None
        size = self._question.size
        rows = self._ranked(after, size + 1) if self._is_by_relevance else self._in_order(after, size + 1)
        cards = [Card._make(row[2:]) for row in rows[:size]]
        return cards, str(Cursor(*rows[size - 1][:2])) if len(rows) > size else ""

    def sample(self, most: int) -> Sample:
        """The newest results, up to `most` and one."""
        shape, params = self._shape, self._params
        if self.are_dense:
            shape, params = self._among_newest(self._window)
        number, tags = self._store.read(queries.sample(shape), most=most + 1, **params)[0]
        return Sample(number, tags or "", is_all=number <= most and not self.are_dense)

    def promoted(self, shelf: int, most: int) -> list[int]:
        """Where those of them stand that stand out on this shelf, the newest first."""
        return [
            row[0] for row in self._store.read(queries.promoted(self._shape), shelf=shelf, most=most, **self._params)
        ]

    def count(self, most: int) -> int:
        """How many results there are, counted up to `most`."""
        if most < self._window // _PART and self._count_newest(most) == most:
            return most
        return int(self._store.value(queries.count(self._shape), most=most, **self._params))

    @cached_property
    def are_dense(self) -> bool:
        """Whether so many listings match that the next page and a fair sample are among the newest."""
        return self._window > 0 and self._count_newest(_MANY) == _MANY

    def _count_newest(self, most: int) -> int:
        shape, params = self._among_newest(self._window // _PART)
        return int(self._store.value(queries.count(shape), most=most, **params))

    def _among_newest(self, window: int, before: int = LAST) -> tuple[Shape, dict[str, Any]]:
        return self._shape._replace(text=self._full_text.newest), self._params | {"window": window, "before": before}

    @property
    def _is_by_relevance(self) -> bool:
        return self._question.sort == "relevance" and bool(self._rungs)

    def _ranked(self, after: Cursor | None, size: int) -> list[tuple[Any, ...]]:
        """By relevance; rows begin with the rung and the place."""
        if self._full_text.newest is not None and not self.are_dense:
            return self._sorted("relevance", after, size, titles=self._rungs[0], facts=self._rungs[1])
        first, place = after or (0, LAST)
        rows: list[tuple[Any, ...]] = []
        for rung in range(first, len(self._rungs)):
            rows += ((rung, *row[1:]) for row in self._on_rung(rung, place, size - len(rows)))
            if len(rows) == size:
                break
            place = LAST
        return rows

    def _on_rung(self, rung: int, place: int, size: int) -> list[tuple[Any, ...]]:
        text = self._full_text.whole if rung == len(self._rungs) - 1 else self._full_text.tidy
        return self._newest(text, Cursor(0, place), size, match=self._rungs[rung])

    def _in_order(self, after: Cursor | None, size: int) -> list[tuple[Any, ...]]:
        if self._question.sort in ("relevance", "newest"):
            return self._newest(self._shape.text, after or _BEFORE_ALL["newest"], size)
        return self._sorted(self._question.sort, after, size)

    def _newest(self, text: Text | None, after: Cursor, size: int, **params: Any) -> list[tuple[Any, ...]]:
        """The next page by age. Where very many match, it is among the next ones that are looked at, or everything has to be collected."""
        params |= {"by": after.by, "place": after.place, "size": size}
        if self.are_dense:
            shape, near = self._among_newest(self._window, after.place)
            rows = self._store.read(queries.page(shape, "newest"), **(near | params))
            if len(rows) == size:
                return rows
        return self._store.read(queries.page(self._shape._replace(text=text), "newest"), **(self._params | params))

    def _sorted(self, order: queries.Order, after: Cursor | None, size: int, **params: Any) -> list[tuple[Any, ...]]:
        by, place = after or _BEFORE_ALL[order]
        params |= {"by": by, "place": place, "size": size}
        return self._store.read(queries.page(self._shape, order), **(self._params | params))
