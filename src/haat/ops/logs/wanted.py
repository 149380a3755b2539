"""Which lines somebody looks for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from haat.ops.logs.line import LEVELS, Line

# What a line of this level and above has in it; one expression for all of it would be six times as slow.
_OF_LEVEL = {
    "warning": (b'"warning"', b'"error"', b'"critical"', b'"status":4', b'"status": 4', b'"status":5', b'"status": 5'),
    "error": (b'"error"', b'"critical"', b'"status":5', b'"status": 5'),
}
# A line that is no line of a log, and the end of the one before it.
_NAKED = re.compile(rb"\n[^{\n]")


class Wanted(NamedTuple):
    """What a line must be to be found; what is empty or None asks for nothing.

    `text` may stand in any value of the line, with its letters from a to z large or small; `level` is the least; `since` and `until`
    are in ms since 1970, and a line that does not say when it was written is of any time.
    """

    request: str = ""
    text: str = ""
    level: str = ""
    since: int | None = None
    until: int | None = None

    def holds(self, line: Line) -> bool:
        return (
            (not self.request or line.fields.get("request_id") == self.request)
            and (not self.level or LEVELS.index(line.level) >= LEVELS.index(self.level))
            and (line.at is None or self._is_in_time(line.at))
            and (not self.text or _folded(self.text) in _folded(_all_that_is_said(line)))
        )

    def places(self, block: bytes) -> Iterator[int] | None:
        """Where in the bytes such lines may be; None for anywhere. Nothing that is wanted is passed over."""
        if self.request:
            return _each(block, _as_written(self.request))
        if self.text:
            return _each_of_text(block, self.text)
        if self.level in _OF_LEVEL:
            return _each_of_level(block, self.level)
        return None

    def _is_in_time(self, at: int) -> bool:
        return (self.since is None or at >= self.since) and (self.until is None or at <= self.until)


def _each_of_text(block: bytes, text: str) -> Iterator[int]:
    """As it is written within JSON, and as a line that is none would have it."""
    folded, needle, plain = block.lower(), _as_written(text).lower(), text.encode().lower()
    yield from _each(folded, needle)
    if plain != needle:
        yield from _each(folded, plain)


def _each_of_level(block: bytes, level: str) -> Iterator[int]:
    for needle in _OF_LEVEL[level]:
        yield from _each(block, needle)
    yield from (found.end() - 2 for found in _NAKED.finditer(b"\n" + block))


def _each(block: bytes, needle: bytes) -> Iterator[int]:
    place = block.find(needle)
    while place >= 0:
        yield place
        place = block.find(needle, place + len(needle))


def _as_written(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False)[1:-1].encode()


def _folded(text: str) -> bytes:
    return text.encode("utf-8", "replace").lower()


def _all_that_is_said(line: Line) -> str:
    return "\n".join(_texts(line.fields)) if line.fields else line.said


def _texts(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for one in value.values():
                yield from _texts(one)
        case list():
            for one in value:
                yield from _texts(one)
        case _:
            yield str(value)
