"""What is said most often: messages that differ in numbers and ids alone are one, counted beside the same span before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec

from haat.kernel import clock
from haat.ops.logs import line as lines
from haat.ops.logs.files import Part
from haat.ops.logs.line import LEVELS, level_of_status
from haat.ops.logs.search import blocks_in_time
from haat.ops.logs.wanted import Wanted

_MOST_KEPT = 20_000  # different messages, and different addresses; what is new after so many is counted and not named
_MOST_ADDRESSES = 10
_LONGEST = 300  # characters of a message

_ADDRESS_OF_MAIL = re.compile(r"[\w.+-]+@[\w.-]+")
_WITH_DIGITS = re.compile(r"[A-Za-z_]*[0-9][\w.:-]*")


@dataclass
class Pattern:
    """Messages that are one but for their numbers. `before` counts them in the span before; `request_id` is that of the last of them."""

    part: str
    level: str
    said: str
    count: int = 0
    before: int = 0
    first_at: int = 0
    last_at: int = 0
    request_id: str = ""


class Caller(NamedTuple):
    """How many requests came from an address, and how many of them were refused or failed."""

    address: str
    requests: int
    refused: int


@dataclass
class Patterns:
    """What was said between two instants. Requests that were answered well are counted in `answered` and are no patterns."""

    since: int
    until: int
    patterns: list[Pattern] = field(default_factory=list)
    unnamed: int = 0
    answered: int = 0
    callers: list[Caller] = field(default_factory=list)


class _Entry(msgspec.Struct, gc=False):
    at: datetime
    event: str
    level: str = "info"
    method: str = ""
    path: str = ""
    route: str = ""
    status: int = 0
    address: str = ""
    request_id: str | None = ""
    traceback: str = ""


def patterns(parts: Sequence[Part], since: int, until: int, level: str) -> Patterns:
    """Of this level and above, the commonest first."""
    tally = _Tally(since, until, level)
    for part in parts:
        for block in blocks_in_time(part.files, Wanted(since=2 * since - until, until=until)):
            for entry in _entries(block.content):
                tally.add(part.name, entry)
    return tally.result()


def fold(message: str) -> str:
    """The message with # for whatever has a digit in it, and @ for addresses of mail."""
    return _WITH_DIGITS.sub("#", _ADDRESS_OF_MAIL.sub("@", message[:_LONGEST]))


class _Tally:
    def __init__(self, since: int, until: int, level: str) -> None:
        self._before, self._since = clock.as_datetime(2 * since - until), clock.as_datetime(since)
        self._until = clock.as_datetime(until)
        self._least = LEVELS.index(level)
        self._found: dict[tuple[str, str, str], Pattern] = {}
        self._callers: dict[str, list[int]] = {}
        self._result = Patterns(since, until)
        self._fold = lru_cache(maxsize=8192)(fold)

    def add(self, part: str, entry: _Entry) -> None:
        if not self._before <= entry.at <= self._until:
            return
        is_now = entry.at >= self._since
        if entry.status and is_now:
            self._count_caller(entry)
        level = _level(entry)
        if entry.status and level == "info":
            self._result.answered += is_now
        elif LEVELS.index(level) >= self._least:
            self._count(part, level, entry, is_now=is_now)

    def result(self) -> Patterns:
        found = [one for one in self._found.values() if one.count]
        self._result.patterns = sorted(found, key=lambda one: (-one.count, one.said))
        busiest = sorted(self._callers.items(), key=lambda item: (-item[1][0], item[0]))[:_MOST_ADDRESSES]
        self._result.callers = [Caller(address, *counts) for address, counts in busiest]
        return self._result

    def _count_caller(self, entry: _Entry) -> None:
        counts = self._callers.get(entry.address)
        if counts is None:
            if len(self._callers) >= _MOST_KEPT:
                return
            counts = self._callers[entry.address] = [0, 0]
        counts[0] += 1
        counts[1] += entry.status >= 400

    def _count(self, part: str, level: str, entry: _Entry, *, is_now: bool) -> None:
        key = part, level, self._said(entry)
        if key not in self._found and len(self._found) >= _MOST_KEPT:
            self._result.unnamed += is_now
            return
        pattern = self._found.get(key) or self._found.setdefault(key, Pattern(*key))
        if not is_now:
            pattern.before += 1
            return
        at = round(entry.at.timestamp() * 1000)
        pattern.count += 1
        pattern.first_at = min(pattern.first_at or at, at)
        if at >= pattern.last_at:
            pattern.last_at, pattern.request_id = at, entry.request_id or ""

    def _said(self, entry: _Entry) -> str:
        if entry.status:
            # What no page of ours has asked for has no route: its path tells who is looking for open doors.
            return f"{entry.method} {entry.route or self._fold(entry.path)} {entry.status}"
        *_, cause = entry.traceback.rstrip().splitlines() or [""]
        return self._fold(f"{entry.event} ({cause})" if cause else entry.event)


def _entries(block: bytes) -> Iterator[_Entry]:
    """Every line; one that is damaged under the time of the one before it."""
    try:
        yield from _decoder.decode_lines(block)
    except (msgspec.DecodeError, UnicodeDecodeError):
        yield from _entries_one_by_one(block)


def _entries_one_by_one(block: bytes) -> Iterator[_Entry]:
    decode = _decoder.decode
    last: datetime | None = None
    for raw in block.split(b"\n"):
        try:
            entry = decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            if raw and last:
                line = lines.read("", raw)
                yield _Entry(last, line.said, line.level)
            continue
        last = entry.at
        yield entry


def _level(entry: _Entry) -> str:
    if entry.status >= 400:
        return level_of_status(entry.status)
    return entry.level if entry.level in LEVELS else "error"


_decoder = msgspec.json.Decoder(_Entry)
