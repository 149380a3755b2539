"""What is kept at both levels, and who makes what is not: one at a time for a page, in this process and among all of them."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep
from types import TracebackType
from typing import TYPE_CHECKING

from haat.cache.own import OwnPages
from haat.cache.page import Key, Page
from haat.cache.pattern import Pattern
from haat.cache.port import CLAIM, Claim

if TYPE_CHECKING:
    from haat.cache.shared import SharedPages

# Longer than a claim: when whoever has it was killed, one of those who wait gets it.
_LONGEST_WAIT = CLAIM + 0.2  # seconds
_FIRST_PAUSE, _LONGEST_PAUSE = 0.002, 0.02  # seconds between two looks whether somebody else has made the page


class Turn:
    """It is up to us to make the page. Use it with `with`: at its end somebody else may."""

    def __init__(self, own: OwnPages, mine: Claim | None, shared: SharedPages | None, theirs: Claim | None) -> None:
        self._own, self._mine = own, mine
        self._shared, self._theirs = shared, theirs

    def __enter__(self) -> Turn:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._mine is not None:
            self._own.give_up(self._mine)
        if self._shared is not None and self._theirs is not None:
            self._shared.give_up(self._theirs)

    def keep(self, page: Page) -> None:
        """Others first: they wait for it."""
        if self._shared is not None and self._theirs is not None:
            theirs, self._theirs = self._theirs, None
            self._shared.keep(theirs, page)
        if self._mine is not None:
            mine, self._mine = self._mine, None
            self._own.keep(mine, page)


class Pages:
    """Pages of visitors who are nobody in particular. Without a server each process keeps its own alone."""

    def __init__(self, own: OwnPages, shared: SharedPages | None = None, forget: Callable[[], None] = lambda: None):
        """`forget` is called with every order to clear: for what is kept elsewhere and goes into pages."""
        self.own = own
        self.shared = shared
        self._forget = forget
        self.fresh = own.fresh

    @property
    def keeps(self) -> bool:
        """Whether anything is kept at all."""
        return self.own.life > 0

    def page_or_turn(self, key: Key) -> Page | Turn:
        """The page, as it is or as it was a moment ago, or the turn to make it. While somebody else makes it, it is waited for briefly."""
        until, pause = monotonic() + _LONGEST_WAIT, _FIRST_PAUSE
        while True:
            taken = self._look(key)
            if taken is not None:
                return taken
            if monotonic() > until:
                return Turn(self.own, None, None, None)
            sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def clear(self, pattern: Pattern) -> int:
        """Throw away what this process keeps; returns how many pages that were."""
        count = self.own.clear(pattern)
        self._forget()
        return count

    def _look(self, key: Key) -> Page | Turn | None:
        """None while somebody else makes the page, and it is not there as it was."""
        page, mine = self.own.seek(key)
        if mine is None or self.shared is None:
            return page if mine is None else Turn(self.own, mine, None, None)
        found, theirs = self.shared.seek(key)
        if theirs is not None:
            return Turn(self.own, mine, self.shared, theirs)
        if found is not None and found.fresh_until > monotonic():
            self.own.keep(mine, found)
            return found
        self.own.give_up(mine)
        return found or page
