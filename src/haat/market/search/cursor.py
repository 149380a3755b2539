"""Where a page of results ended, so that the next one begins after it whatever has been added meanwhile."""

from __future__ import annotations

import re
from typing import NamedTuple

from haat.kernel.errors import Invalid

LAST = (1 << 63) - 1

_TEXT = re.compile(r"([0-9]{1,19})-([0-9]{1,19})")


class Cursor(NamedTuple):
    """The place of the last result, and what it was sorted by before that: its rung, its price, or nothing (0)."""

    by: int
    place: int

    def __str__(self) -> str:
        return f"{self.by}-{self.place}"


def read(text: str) -> Cursor:
    """The cursor behind a text. Raises Invalid for one that no page has given."""
    match = _TEXT.fullmatch(text)
    cursor = Cursor(int(match[1]), int(match[2])) if match else None
    if cursor is None or max(cursor) > LAST:
        raise Invalid("This page of results does not exist.", fields={"after": "Begin at the first page."})
    return cursor
