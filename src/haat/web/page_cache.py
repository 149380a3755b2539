"""Whole pages for visitors who are nobody in particular, kept for a moment: everyone gets the same one."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from time import monotonic
from typing import Any, TypeAlias

from haat.web import cookies
from haat.web.headers import OF_PAGES, Header
from haat.web.http import Response
from haat.web.languages import preferred
from haat.web.packing import packed

Key: TypeAlias = tuple[str, str, str, str]

_MOST_PAGES = 1000
_MOST_BYTES = 16_000_000
_LARGEST = 500_000


class Kept:
    """A page as it is sent, to browsers that take gzip and to others; packed when the first of them asks."""

    __slots__ = ("_packed", "etag", "headers", "plain", "route", "until")

    def __init__(self, until: float, route: str, plain: bytes, headers: list[Header]) -> None:
        self.until = until
        self.route = route
        self.etag = f'W/"{blake2b(plain, digest_size=12).hexdigest()}"'
        self.plain = plain
        self.headers = [*headers, ("ETag", self.etag), ("Cache-Control", "no-cache")]
        self._packed: tuple[bytes, list[Header]] | None = None

    def packed(self) -> tuple[bytes, list[Header]]:
        """The page in gzip, and the headers that go with it."""
        known = self._packed
        if known is None:
            content = packed(self.plain)
            known = self._packed = (content, [*self.headers, ("Content-Encoding", "gzip")])
        return known


class PageCache:
    """The last pages, each for `life` seconds. The oldest go first, by number and by size."""

    def __init__(self, life: float) -> None:
        self._life = life
        self._pages: dict[Key, Kept] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def keeps(self) -> bool:
        """Whether anything is kept at all."""
        return self._life > 0

    def find(self, key: Key) -> Kept | None:
        kept = self._pages.get(key)
        return kept if kept is not None and kept.until > monotonic() else None

    def keep(self, key: Key, route: str, response: Response) -> Kept:
        """Make a page that may be shared ready to be sent again and again."""
        kept = Kept(monotonic() + self._life, route, response.content, [*response.headers, *OF_PAGES])
        if len(kept.plain) <= _LARGEST:
            with self._lock:
                self._put(key, kept)
        return kept

    def _put(self, key: Key, kept: Kept) -> None:
        self._drop(key)
        self._pages[key] = kept
        self._bytes += _size(kept)
        while len(self._pages) > _MOST_PAGES or self._bytes > _MOST_BYTES:
            self._drop(next(iter(self._pages)))

    def _drop(self, key: Key) -> None:
        dropped = self._pages.pop(key, None)
        if dropped is not None:
            self._bytes -= _size(dropped)


class Keys:
    """Says under which key the page of a request is kept, if it may be shared at all."""

    def __init__(self, languages: Sequence[str], cookie_names: Mapping[str, str]) -> None:
        self._languages = tuple(languages)
        self._language_cookie = cookie_names[cookies.LANGUAGE]
        personal = [re.escape(name) for name in cookie_names.values() if name != self._language_cookie]
        self._is_personal = re.compile("|".join(personal)).search
        # Strangers send few different headers, and nothing that is secret.
        self._language = lru_cache(maxsize=512)(self._language_of)

    def of(self, environ: Mapping[str, Any]) -> Key | None:
        """None where the visitor is somebody: signed in, with a cart, or with a message waiting."""
        sent = environ.get("HTTP_COOKIE", "")
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] != "GET" or path.startswith("/api/") or self._is_personal(sent):
            return None
        return (
            environ.get("HTTP_HOST", ""),
            path,
            environ.get("QUERY_STRING", ""),
            self._language(sent, environ.get("HTTP_ACCEPT_LANGUAGE", "")),
        )

    def _language_of(self, sent: str, accepted: str) -> str:
        if self._language_cookie in sent:
            chosen = cookies.parse(sent).get(self._language_cookie, "")
            if chosen in self._languages:
                return chosen
        return preferred(accepted, self._languages)


def may_be_shared(response: Response) -> bool:
    """A whole page that sets no cookie and does not ask to be forgotten."""
    return (
        response.status == 200
        and response.headers[0][1].startswith("text/html")
        and response.header("Set-Cookie") is None
        and response.header("Cache-Control") is None
    )


def _size(kept: Kept) -> int:
    # Packed, pages have a quarter of their size; whether they will be is not known when they are kept.
    return len(kept.plain) * 5 // 4
