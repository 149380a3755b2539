"""The pages that this process keeps for itself: the quickest there are, and the first that are looked for."""

from __future__ import annotations

import threading
from itertools import count
from time import monotonic

from haat.cache.looks import MOST_BYTES, MOST_PAGES, OwnLook
from haat.cache.page import Key, Page, address_of
from haat.cache.pattern import Pattern
from haat.cache.port import CLAIM, GRACE, LARGEST, Claim, Sought


class OwnPages:
    """The last pages, each for `life` seconds. The oldest go first, by number and by size."""

    def __init__(self, life: float) -> None:
        self.life = life
        self._pages: dict[Key, Page] = {}
        self._making: dict[Key, tuple[str, float]] = {}
        self._tokens = count(1)
        self._cleared = 0
        self._bytes = self._evicted = 0
        self._lock = threading.Lock()

    def fresh(self, key: Key) -> Page | None:
        """A page whose time is not up. Nothing is locked: this is what most requests are answered by."""
        page = self._pages.get(key)
        return page if page is not None and page.fresh_until > monotonic() else None

    def seek(self, key: Key) -> Sought:
        with self._lock:
            now, page = monotonic(), self._pages.get(key)
            if page is not None and page.fresh_until > now:
                return Sought(page, None)
            as_it_was = page if page is not None and page.fresh_until + GRACE > now else None
            _, until = self._making.get(key, ("", 0.0))
            if until > now:
                return Sought(as_it_was, None)
            claim = Claim(key, f"{next(self._tokens)}", f"{self._cleared}")
            self._making[key] = (claim.token, now + CLAIM)
            return Sought(as_it_was, claim)

    def prolong(self, claim: Claim) -> None:
        with self._lock:
            if self._making.get(claim.key, ("", 0.0))[0] == claim.token:
                self._making[claim.key] = (claim.token, monotonic() + CLAIM)

    def keep(self, claim: Claim, page: Page) -> bool:
        with self._lock:
            self._end(claim)
            if claim.seen != f"{self._cleared}" or page.size > LARGEST * 5 // 4:
                return False
            page.fresh_until = min(page.fresh_until, monotonic() + self.life)
            self._put(claim.key, page)
            return True

    def give_up(self, claim: Claim) -> None:
        with self._lock:
            self._end(claim)

    def clear(self, pattern: Pattern) -> int:
        with self._lock:
            self._cleared += 1
            meant = [key for key in self._pages if pattern.fits(address_of(key))]
            for key in meant:
                self._drop(key)
            return len(meant)

    def look(self) -> OwnLook:
        return OwnLook(len(self._pages), self._bytes, self._evicted)

    def _end(self, claim: Claim) -> None:
        if self._making.get(claim.key, ("", 0.0))[0] == claim.token:
            del self._making[claim.key]

    def _put(self, key: Key, page: Page) -> None:
        self._drop(key)
        self._pages[key] = page
        self._bytes += page.size
        while len(self._pages) > MOST_PAGES or self._bytes > MOST_BYTES:
            self._drop(next(iter(self._pages)))
            self._evicted += 1

    def _drop(self, key: Key) -> None:
        dropped = self._pages.pop(key, None)
        if dropped is not None:
            self._bytes -= dropped.size
