"""What is kept at both levels, and who makes what is not: one at a time for a page, in this process and among all of them."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep
from types import TracebackType
from typing import TYPE_CHECKING

from haat.cache.own import OwnPages
from haat.cache.page import Key, Page
from haat.cache.pattern import Pattern
from haat.cache.port import Claim

if TYPE_CHECKING:
    from haat.cache.shared import SharedPages

# Making it oneself would take as long. When whoever makes it is killed, one of those who wait may after CLAIM.
_LONGEST_WAIT = 5.0  # seconds
_PRIVATE_FOR = 5.0  # seconds
_MOST_PRIVATE = 1000
_FIRST_PAUSE, _LONGEST_PAUSE = 0.002, 0.02  # seconds between two looks whether somebody else has made the page


class Turn:
    """It is up to us to make the page. Use it with `with`: at its end somebody else may."""

    def __init__(self, pages: Pages, key: Key, mine: Claim | None = None, theirs: Claim | None = None) -> None:
        self._pages, self._key = pages, key
        self._mine, self._theirs = mine, theirs

    def __enter__(self) -> Turn:
        self._pages.turns.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pages.turns.discard(self)
        if self._pages.shared is not None and self._theirs is not None:
            self._pages.shared.give_up(self._theirs)
        if self._mine is not None:
            self._pages.own.give_up(self._mine)

    def prolong(self) -> None:
        """We are still at it."""
        mine, theirs = self._mine, self._theirs
        if mine is not None:
            self._pages.own.prolong(mine)
        if self._pages.shared is not None and theirs is not None:
            self._pages.shared.prolong(theirs)

    def keep(self, page: Page) -> None:
        """Others first: they wait for it."""
        if self._pages.shared is not None and self._theirs is not None:
            theirs, self._theirs = self._theirs, None
            self._pages.shared.keep(theirs, page)
        if self._mine is not None:
            mine, self._mine = self._mine, None
            self._pages.own.keep(mine, page)

    def leave(self) -> None:
        """What was made is for one visitor alone, and so it will be the next time: for a while nobody waits for another's."""
        self._pages.note_private(self._key)


class Pages:
    """Pages of visitors who are nobody in particular. Without a server each process keeps its own alone."""

    def __init__(
        self, own: OwnPages, shared: SharedPages | None = None, forget: Callable[[], None] = lambda: None
    ) -> None:
        """`forget` is called with every order to clear: for what is kept elsewhere and goes into pages."""
        self.own = own
        self.shared = shared
        self.fresh = own.fresh
        self.turns: set[Turn] = set()
        self._forget = forget
        self._private: dict[Key, float] = {}

    @property
    def keeps(self) -> bool:
        """Whether anything is kept at all."""
        return self.own.life > 0

    def page_or_turn(self, key: Key) -> Page | Turn:
        """The page, as it is or as it was a moment ago, or the turn to make it. While somebody else makes it, it is waited for briefly."""
        until, pause = monotonic() + _LONGEST_WAIT, _FIRST_PAUSE
        while self._private.get(key, 0.0) < monotonic() < until:
            taken = self._look(key)
            if taken is not None:
                return taken
            sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        return Turn(self, key)

    def prolong(self) -> None:
        """Whoever makes a page here is still at it."""
        for turn in list(self.turns):
            turn.prolong()

    def note_private(self, key: Key) -> None:
        """What is there is for one visitor alone."""
        if len(self._private) >= _MOST_PRIVATE:
            self._private.clear()
        self._private[key] = monotonic() + _PRIVATE_FOR

    def clear(self, pattern: Pattern) -> int:
        """Throw away what this process keeps; returns how many pages that were."""
        count = self.own.clear(pattern)
        self._forget()
        return count

    def _look(self, key: Key) -> Page | Turn | None:
        """None while somebody else makes the page, and it is not there as it was."""
        page, mine = self.own.seek(key)
        if mine is None or self.shared is None:
            return page if mine is None else Turn(self, key, mine)
        found, theirs = self.shared.seek(key)
        if theirs is not None:
            return Turn(self, key, mine, theirs)
        if found is not None and found.fresh_until > monotonic():
            self.own.keep(mine, found)
            return found
        self.own.give_up(mine)
        return found or page
