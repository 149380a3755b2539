"""The results of one question: a page of them, how many there are, and a sample to count facets over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from haat.market.catalogue.card import Card
from haat.market.hire.queries import free_params
from haat.market.places import near
from haat.market.search import cursor, queries
from haat.market.search.cursor import LAST, Cursor
from haat.market.search.full_text import Text, full_text_of
from haat.market.search.queries import Shape
from haat.market.search.question import Question
from haat.store import Store

_BEFORE_ALL = {
    "newest": Cursor(0, LAST),
    "price_up": Cursor(-1, LAST),
    "price_down": Cursor(LAST, LAST),
    "nearest": Cursor(-1, LAST),
}


class Results:
    """`match` is the expression of all results in `text`, empty for the whole market; `rungs` are its parts by relevance."""

    def __init__(self, store: Store, question: Question, text: Text, match: str, rungs: Sequence[str] = ()) -> None:
        self._store = store
        self._question = question
        self._rungs = rungs
        has_price = question.low is not None or question.high is not None
        self._shape = Shape(
            text if match else None,
            has_price,
            question.in_stock,
            question.free_days is not None,
            question.near is not None,
            is_in_currency := bool(question.currency) and question.compares_prices,
        )
        self._params: dict[str, Any] = {"match": match} if match else {}
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
        rows = self._climb(after, size + 1) if self._is_by_relevance else self._sorted(after, size + 1)
        cards = [Card._make(row[2:]) for row in rows[:size]]
        return cards, str(Cursor(*rows[size - 1][:2])) if len(rows) > size else ""

    def sample(self, most: int) -> tuple[int, str]:
        """How many of the newest results there are, up to `most`, and all that they are tagged with."""
        number, tags = self._store.read(queries.sample(self._shape), most=most, **self._params)[0]
        return number, tags or ""

    def count(self, most: int) -> int:
        """How many results there are, counted up to `most`."""
        return int(self._store.value(queries.count(self._shape), most=most, **self._params))

    @property
    def _is_by_relevance(self) -> bool:
        return self._question.sort == "relevance" and bool(self._rungs)

    def _climb(self, after: Cursor | None, size: int) -> list[tuple[Any, ...]]:
        """Rung by rung until the page is full; rows begin with the rung and the place."""
        full_text = full_text_of(self._store)
        first, place = after or (0, LAST)
        rows: list[tuple[Any, ...]] = []
        for rung in range(first, len(self._rungs)):
            text = full_text.whole if rung == len(self._rungs) - 1 else full_text.tidy
            params = self._params | {"match": self._rungs[rung], "place": place, "size": size - len(rows)}
            found = self._store.read(queries.page(self._shape._replace(text=text), "newest"), **params)
            rows += ((rung, *row[1:]) for row in found)
            if len(rows) == size:
                break
            place = LAST
        return rows

    def _sorted(self, after: Cursor | None, size: int) -> list[tuple[Any, ...]]:
        order: queries.Order = "newest" if self._question.sort == "relevance" else self._question.sort
        by, place = after or _BEFORE_ALL[order]
        params = self._params | {"place": place, "size": size}
        return self._store.read(queries.page(self._shape, order), by=by, **params)
