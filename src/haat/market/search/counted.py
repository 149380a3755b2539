"""What was counted, kept for a moment: who turns pages, looks at the same shelf or says the same word asks for the same."""

from __future__ import annotations

from collections.abc import Hashable
from time import monotonic
from typing import Generic, NamedTuple, TypeVar

from haat.market.search.facets import Branch, Facet

_MOST_KEPT = 1000
_LONGER = 30  # times, for numbers that are the least anyway

T = TypeVar("T")


class Counted(NamedTuple):
    """There are `number` results, or more where `is_more`; then branches are counted over a sample."""

    number: int
    is_more: bool
    branches: tuple[Branch, ...]
    facets: tuple[Facet, ...]


class Kept(Generic[T]):
    """The last counts, each for `life` seconds, and longer where they are the least; with 0 nothing is kept. The results themselves are
    never kept."""

    def __init__(self, life: float) -> None:
        self._life = life
        self._kept: dict[Hashable, tuple[float, T]] = {}

    def known(self, question: Hashable) -> T | None:
        """What was counted for the question a moment ago."""
        until, counted = self._kept.get(question, (0.0, None))
        return counted if until > monotonic() else None

    def keep(self, question: Hashable, fresh: T, *, is_least: bool) -> None:
        """What has just been counted."""
        if self._life:
            # Threads may both count; clearing all at once needs no order and no lock.
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[question] = (monotonic() + self._life * (_LONGER if is_least else 1), fresh)

    def forget(self) -> None:
        """Count everything anew."""
        self._kept.clear()
