"""A page as it is sent, to whoever is nobody in particular."""

from __future__ import annotations

import gzip
from hashlib import blake2b
from math import inf
from typing import TypeAlias

import msgspec

from haat.cache.packing import packed

Header: TypeAlias = tuple[str, str]
Key: TypeAlias = tuple[str, str, str, str]
"""What makes a page another one: host, path, query and language."""

_USUAL_SHRINKING = 5  # times


def address_of(key: Key) -> str:
    """The path, with the query behind it: what patterns are held against."""
    _, path, query, _ = key
    return f"{path}?{query}" if query else path


class Page:
    """Ready for browsers that take gzip and for others: made the one from the other when the first asks. `fresh_until` is of the monotonic clock."""

    __slots__ = ("_packed", "_plain", "etag", "fresh_until", "headers", "route", "size")

    def __init__(
        self, route: str, etag: str, headers: list[Header], plain: bytes | None, small: bytes | None, fresh_until: float
    ) -> None:
        self.route = route
        self.etag = etag
        self.headers = headers
        self.fresh_until = fresh_until
        self._plain = plain
        self._packed = None if small is None else self._with_headers(small)
        # What it takes when both are there; one of them has yet to be made.
        self.size = len(plain) * 5 // 4 if plain is not None else len(small or b"") * _USUAL_SHRINKING

    @classmethod
    def made(cls, route: str, plain: bytes, headers: list[Header]) -> Page:
        """One that was made just now; for how long it is fresh says whoever keeps it."""
        etag = f'W/"{blake2b(plain, digest_size=12).hexdigest()}"'
        return cls(route, etag, [*headers, ("ETag", etag), ("Cache-Control", "no-cache")], plain, None, inf)

    @classmethod
    def read(cls, written: bytes, fresh_until: float) -> Page | None:
        """One that was written; None for what no page was written as."""
        try:
            route, etag, headers, small = _decoder.decode(written)
        except msgspec.DecodeError:
            return None
        return cls(route, etag, headers, None, small, fresh_until)

    def written(self) -> bytes:
        """As it is kept outside of the process: packed."""
        return _encode((self.route, self.etag, self.headers, self.packed()[0]))

    @property
    def plain(self) -> bytes:
        if self._plain is None:
            self._plain = gzip.decompress(self.packed()[0])
        return self._plain

    def packed(self) -> tuple[bytes, list[Header]]:
        """The page in gzip, and the headers that go with it."""
        known = self._packed
        if known is None:
            known = self._packed = self._with_headers(packed(self.plain))
        return known

    def _with_headers(self, small: bytes) -> tuple[bytes, list[Header]]:
        return small, [*self.headers, ("Content-Encoding", "gzip")]


_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(tuple[str, str, list[Header], bytes])
