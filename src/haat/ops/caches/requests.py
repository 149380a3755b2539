"""Requests for pages as the web's log has them, each with whether it was answered from what is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from haat.kernel.errors import NotFound
from haat.ops.caches import act
from haat.ops.logs.files import Part, close, open_parts
from haat.ops.logs.search import blocks_in_time
from haat.ops.logs.wanted import Wanted


class Request(msgspec.Struct, gc=False):
    at: datetime
    path: str
    route: str
    status: int
    ms: float
    request_id: str
    account: int | None
    from_cache: bool

    @property
    def is_ours(self) -> bool:
        """Whether it was made to warm the cache: then it is nobody's wish."""
        return self.request_id.startswith(act.WARMING)


@contextmanager
def web_log(data: Path) -> Iterator[Sequence[Part]]:
    """What the web processes have logged, open as long as this lasts; nothing where nobody has asked for anything yet."""
    try:
        parts = open_parts(data / "logs", ())
    except NotFound:
        parts = []
    try:
        yield [part for part in parts if part.name == "web"]
    finally:
        close(parts)


def requests(parts: Sequence[Part], since: int, until: int) -> Iterator[Request]:
    """Those between two instants."""
    for part in parts:
        for block in blocks_in_time(part.files, Wanted(since=since, until=until)):
            for request in _all_in(block.content):
                if since <= request.at.timestamp() * 1000 <= until:
                    yield request


def _all_in(content: bytes) -> Iterator[Request]:
    for raw in content.split(b"\n"):
        if b'"from_cache"' in raw:
            try:
                yield _decoder.decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError):  # It is damaged, and counts for nothing.
                continue


_decoder = msgspec.json.Decoder(Request)
