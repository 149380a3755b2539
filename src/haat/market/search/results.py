"""The results of one question: a page of them, how many there are, and a sample to count facets over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from haat.market.catalogue.card import Card
from haat.market.hire.queries import free_params
from haat.market.places import near
from haat.market.search import cursor, queries
from haat.market.search.cursor import LAST, Cursor
from haat.market.search.extent import NOTHING_FIRST, First
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

# Many match when one part of a sample is among what was published lately.
_SHARE = 10

_BY_AGE: tuple[queries.Order, ...] = ("relevance", "newest")

_DEARER = 4  # times, to look up what is booked than what is counted


Part: TypeAlias = tuple[Shape, dict[str, Any]]
"""What is asked of a part of the market, and the values for it."""


class Sample(NamedTuple):
    """`number` of the newest results, and all that they are tagged with; `is_all` says that there are no others."""

    number: int
    tags: str
    is_all: bool


class Results:
    """`match` is the expression of all results in `text`, `rungs` are its parts by relevance. Where it is empty, it is the shelf of one category
    or the whole market.

    In a large market some may be looked at `first`, before everything is collected that matches.
    """

    def __init__(
        self,
        store: Store,
        question: Question,
        text: Text,
        match: str,
        rungs: Sequence[str] = (),
        shelf: int | None = None,
        first: First = NOTHING_FIRST,
    ) -> None:
        self._store = store
        self._full_text = full_text_of(store)
        self._window, self._seasons = first if match else NOTHING_FIRST
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
        size = self._question.size
        rows = self._ranked(size + 1) if self._order == "relevance" else self._in_order(size + 1)
        cards = [Card._make(row[2:]) for row in rows[:size]]
        return cards, str(Cursor(*rows[size - 1][:2])) if len(rows) > size else ""

    def sample(self, most: int) -> Sample:
        """The newest results, up to `most` and one, or to a part of it where each of them is dear to look at."""
        most, enough = self._affordable(most), self._enough(most)
        if self.are_dense:
            return self._sample_of(self._among_newest(self._window), most)._replace(is_all=False)
        if self._seasons:
            sample = self._sample_of(self._among_recent(), most)
            if sample.number >= enough:
                return sample._replace(is_all=False)
        return self._sample_of(self._everything, most)

    def _sample_of(self, part: Part, most: int) -> Sample:
        shape, params = part
        number, tags = self._store.read(queries.sample(shape), most=most + 1, **params)[0]
        return Sample(number, tags or "", is_all=number <= most)

    def page_and_sample(self, most: int) -> tuple[list[Card], str, Sample]:
        """What `page` and `sample` say, and all that match are collected for both of them only once."""
        text = self._shape.text
        if text is None or not text.is_collected or self.are_dense:
            return *self.page(), self.sample(most)
        places, sample = self._places_and_sample(most)
        size = self._question.size
        next_ = str(places[size - 1]) if len(places) > size else ""
        return self._cards_at(places[:size]), next_, sample

    def _places_and_sample(self, most: int) -> tuple[list[Cursor], Sample]:
        """Where the page and one more stand."""
        size, most, enough = self._question.size + 1, self._affordable(most), self._enough(most)
        if self._seasons and self._order in _BY_AGE:
            places, sample = self._collected(self._among_recent(), size, most)
            if sample.number >= enough and self._are_first(places, size):
                return places, sample._replace(is_all=False)
        return self._collected(self._everything, size, most)

    def _collected(self, part: Part, size: int, most: int) -> tuple[list[Cursor], Sample]:
        shape, params = part
        params = params | self._beginning(self._order, size)
        rows = self._store.read(queries.page_and_sample(shape, self._order), most=most + 1, **params)
        number, tags = next(row[1:] for row in rows if row[0] == queries.SAMPLE)
        places = [Cursor(by, place) for by, place, _ in rows if by != queries.SAMPLE]
        places.sort(key=lambda at: (-at.by if self._order in queries.FALLING else at.by, -at.place))
        return places, Sample(number, tags or "", is_all=number <= most)

    def _cards_at(self, places: Sequence[Cursor]) -> list[Card]:
        """What stands there now; who was taken off since is left out."""
        if not places:
            return []
        at = {f"p{i}": one.place for i, one in enumerate(places)}
        found = {row[0]: Card._make(row[1:]) for row in self._store.read(queries.standing_at(len(at)), **at)}
        return [found[one.place] for one in places if one.place in found]

    def _affordable(self, most: int) -> int:
        return most // _DEARER if self._shape.is_free else most

    def _enough(self, most: int) -> int:
        """How many that were published lately are a fair sample; fewer where each of them is looked up besides."""
        return max(1, most // _SHARE if self._shape.is_plain else most // _SHARE // _DEARER)

    def promoted(self, shelf: int, most: int) -> list[int]:
        """Where those of them stand that stand out on this shelf, the newest first."""
        return [
            row[0] for row in self._store.read(queries.promoted(self._shape), shelf=shelf, most=most, **self._params)
        ]

    def count(self, most: int) -> int:
        """How many results there are, counted up to `most`."""
        if most < self._window // _PART and self._count_newest(most) == most:
            return most
        if self._seasons and self._count(self._among_recent(), most) == most:
            return most
        return self._count(self._everything, most)

    @cached_property
    def are_dense(self) -> bool:
        """Whether so many listings match that the next page and a fair sample are among the newest."""
        return self._window > 0 and self._count_newest(_MANY) == _MANY

    def _count_newest(self, most: int) -> int:
        return self._count(self._among_newest(self._window // _PART), most)

    def _count(self, part: Part, most: int) -> int:
        shape, params = part
        return int(self._store.value(queries.count(shape), most=most, **params))

    @property
    def _everything(self) -> Part:
        return self._shape, self._params

    def _among_newest(self, window: int, before: int = LAST) -> Part:
        return self._shape._replace(text=self._full_text.newest), self._params | {"window": window, "before": before}

    def _among_recent(self) -> Part:
        return self._shape._replace(text=self._full_text.recent), self._params | {"seasons": list(self._seasons)}

    @property
    def _order(self) -> queries.Order:
        order = self._question.sort
        return "newest" if order == "relevance" and not self._rungs else order

    @property
    def _after(self) -> Cursor | None:
        return cursor.read(self._question.after) if self._question.after else None

    def _ranked(self, size: int) -> list[tuple[Any, ...]]:
        """By relevance; rows begin with the rung and the place."""
        if self._full_text.whole.is_collected and not self.are_dense:
            return self._ranked_at_once(size)
        first, place = self._after or (0, LAST)
        rows: list[tuple[Any, ...]] = []
        for rung in range(first, len(self._rungs)):
            rows += ((rung, *row[1:]) for row in self._on_rung(rung, place, size - len(rows)))
            if len(rows) == size:
                break
            place = LAST
        return rows

    def _ranked_at_once(self, size: int) -> list[tuple[Any, ...]]:
        if self._seasons:
            rows = self._sorted(self._among_recent(), "relevance", size)
            if self._are_first(rows, size):
                return rows
        return self._sorted(self._everything, "relevance", size)

    def _are_first(self, rows: Sequence[tuple[Any, ...]], size: int) -> bool:
        """Whether so many results that were published lately come before all others: all of them are on the rung that the page begins with."""
        if len(rows) < size:
            return False
        rung = self._after.by if self._after else 0
        return self._order == "newest" or rows[-1][0] == rung

    def _on_rung(self, rung: int, place: int, size: int) -> list[tuple[Any, ...]]:
        text = self._full_text.whole if rung == len(self._rungs) - 1 else self._full_text.tidy
        return self._newest(text, Cursor(0, place), size, match=self._rungs[rung])

    def _in_order(self, size: int) -> list[tuple[Any, ...]]:
        if self._order == "newest":
            return self._newest(self._shape.text, self._after or _BEFORE_ALL["newest"], size)
        return self._sorted(self._everything, self._order, size)

    def _newest(self, text: Text | None, after: Cursor, size: int, **params: Any) -> list[tuple[Any, ...]]:
        """The next page by age. Where many match, it is among the next ones that are looked at, or everything has to be collected."""
        params |= {"by": after.by, "place": after.place, "size": size}
        for shape, part in self._parts_before(after.place):
            rows = self._store.read(queries.page(shape, "newest"), **(part | params))
            if len(rows) == size:
                return rows
        return self._store.read(queries.page(self._shape._replace(text=text), "newest"), **(self._params | params))

    def _parts_before(self, place: int) -> Iterator[Part]:
        """Where the newest ones before this place are looked for first."""
        if self.are_dense:
            yield self._among_newest(self._window, place)
        if self._seasons:
            yield self._among_recent()

    def _sorted(self, part: Part, order: queries.Order, size: int) -> list[tuple[Any, ...]]:
        shape, params = part
        return self._store.read(queries.page(shape, order), **(params | self._beginning(order, size)))

    def _beginning(self, order: queries.Order, size: int) -> dict[str, Any]:
        """The values of the next `size` results in this order."""
        by, place = self._after or _BEFORE_ALL[order]
        rungs = {"titles": self._rungs[0], "facts": self._rungs[1]} if order == "relevance" else {}
        return self._params | rungs | {"by": by, "place": place, "size": size}
