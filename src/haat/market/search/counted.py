"""How many results there are and of what kinds, kept for a moment: who turns pages or looks at the same shelf asks for the same."""

from __future__ import annotations

from collections.abc import Hashable
from time import monotonic
from typing import NamedTuple

from haat.market.search.facets import Branch, Facet

_MOST_KEPT = 1000
_LONGER = 30  # times, for numbers that are the least anyway


class Counted(NamedTuple):
    """There are `number` results, or more where `is_more`; then branches are counted over a sample."""

    number: int
    is_more: bool
    branches: tuple[Branch, ...]
    facets: tuple[Facet, ...]


class KeptCounts:
    """The last counts, each for `life` seconds, and longer where there are more than were counted; with 0 nothing is kept. The results
    themselves are never kept."""

    def __init__(self, life: float) -> None:
        self._life = life
        self._kept: dict[Hashable, tuple[float, Counted]] = {}

    def known(self, question: Hashable) -> Counted | None:
        """What was counted for the question a moment ago."""
        until, counted = self._kept.get(question, (0.0, None))
        return counted if until > monotonic() else None

    def keep(self, question: Hashable, fresh: Counted) -> Counted:
        """What has just been counted."""
        if self._life:
            # Threads may both count; clearing all at once needs no order and no lock.
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            life = self._life * _LONGER if fresh.is_more else self._life
            self._kept[question] = (monotonic() + life, fresh)
        return fresh
