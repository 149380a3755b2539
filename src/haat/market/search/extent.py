"""How large the market is, and so what of it is looked at before everything that matches is collected."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import NamedTuple

from haat.kernel import clock
from haat.market.search import queries
from haat.market.search.full_text import SEASON
from haat.market.search.full_texts import full_text_of
from haat.market.search.index import first_place
from haat.store import Store

_LOOKED_AT = 5  # listings for one in the sample
_COLLECTED = 5  # times as many as make a market large
_ASKED_AGAIN = 60  # seconds


class First(NamedTuple):
    """The `window` newest listings are looked at one by one, then those of the `seasons` are collected; nothing of either in a small market."""

    window: int = 0
    seasons: Sequence[int] = ()


NOTHING_FIRST = First()


class Extent:
    """Asked of the market now and then; only of a database that would collect everything which matches for every question."""

    def __init__(self, store: Store, sample: int, large: int) -> None:
        self._store = store
        self._sample = sample
        self._large = large
        self._first = NOTHING_FIRST
        self._asked_again_at = 0.0

    def first(self) -> First:
        """What to look at first now."""
        if full_text_of(self._store).newest is not None and self._asked_again_at <= monotonic():
            self._first = self._ask()
            self._asked_again_at = monotonic() + _ASKED_AGAIN
        return self._first

    def _ask(self) -> First:
        if self._place_behind(self._large) is None:
            return NOTHING_FIRST
        since = self._place_behind(self._large * _COLLECTED)
        # One season more, for listings of a machine whose clock is ahead, and because the question is not asked again at once.
        seasons = () if since is None else range(since >> SEASON, (first_place(clock.now()) >> SEASON) + 2)
        return First(self._sample * _LOOKED_AT, seasons)

    def _place_behind(self, number: int) -> int | None:
        place: int | None = self._store.value(queries.BEHIND, number=number)
        return place
