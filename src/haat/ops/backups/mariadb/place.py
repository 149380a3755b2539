"""Where one is in the binary logs of a server: in which file, and at which byte.

Files have numbers, and begin with the second at which they were begun: two servers, or one whose logs were begun anew, do not have the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import NamedTuple

MAGIC = b"\xfebin"
HEADER = 19  # bytes of an event before its content
_KIND, _SIZE = 4, slice(9, 13)
_STATEMENT = 2  # the kind of an event with a statement: beside other things the sizes of the name of its database and of its status
_NAME_SIZE, _STATUS_SIZE, _BEFORE_STATUS = 8, slice(11, 13), 13
_FATE = re.compile(
    rb"\s*(?:/\*.*?\*/\s*)*(CREATE|DROP)\s+(?:OR\s+REPLACE\s+)?(?:DATABASE|SCHEMA)\b", re.IGNORECASE | re.DOTALL
)
_GROUP_BEGINS = 162  # the kind of an event with a GTID


class Event(NamedTuple):
    """The beginning of an event of a binary log; `second` is since 1970."""

    second: int
    begins_group: bool
    size: int

    @classmethod
    def of(cls, header: bytes) -> Event:
        second, size = int.from_bytes(header[:4], "little"), int.from_bytes(header[_SIZE], "little")
        return cls(second, header[_KIND] == _GROUP_BEGINS, size)


def fates(log: bytes, database: str) -> Iterator[tuple[int, bool]]:
    """Where in a binary log the transactions begin that make this database or drop it, and whether they drop it."""
    at, group = len(MAGIC), len(MAGIC)
    while at + HEADER <= len(log):
        event = Event.of(log[at : at + HEADER])
        if event.begins_group:
            group = at
        verb = _fate(log[at + HEADER : at + event.size], database) if log[at + _KIND] == _STATEMENT else None
        if verb:
            yield group, verb == b"DROP"
        at += max(HEADER, event.size)


def _fate(statement: bytes, database: str) -> bytes | None:
    """A server writes down a statement that makes or drops a database as one in that database."""
    named = _BEFORE_STATUS + int.from_bytes(statement[_STATUS_SIZE], "little")
    name = statement[named : named + statement[_NAME_SIZE]]
    found = _FATE.match(statement, named + len(name) + 1) if name == database.encode() else None
    return found[1].upper() if found else None


def number_of(file: str) -> int:
    """The number of a binary log: 7 of mariadb-bin.000007."""
    return int(PurePath(file).suffix[1:])


def salt_of(number: int, beginning: bytes) -> str:
    """What tells a binary log from every other with its number, given how it begins; empty as long as it does not say."""
    if len(beginning) < len(MAGIC) + HEADER or not beginning.startswith(MAGIC):
        return ""
    return f"{number:06d}.{Event.of(beginning[len(MAGIC) :]).second:08x}"


def written(salt: str, at: int) -> str:
    """The position of a copy: everything before this byte of the log is in it."""
    return f"{salt}:{at}"
