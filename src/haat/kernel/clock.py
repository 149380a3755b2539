"""The time, as milliseconds since 1970-01-01 UTC.

Integers sort, compare and store alike on every database; they become dates only where a person reads them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_stopped_at: int | None = None


def now() -> int:
    """Milliseconds since 1970-01-01 UTC."""
    return time.time_ns() // 1_000_000 if _stopped_at is None else _stopped_at


def as_datetime(at: int) -> datetime:
    """The instant as an aware datetime in UTC."""
    return datetime.fromtimestamp(at / 1000, UTC)


def in_utc(at: int) -> str:
    """The instant as operators read it, to the second: 2026-11-29 14:02:17 UTC."""
    return f"{as_datetime(at):%Y-%m-%d %H:%M:%S} UTC"


def minute_in_utc(at: int) -> str:
    """The same to the minute."""
    return f"{as_datetime(at):%Y-%m-%d %H:%M} UTC"


@contextmanager
def frozen(at: int | None = None) -> Iterator[None]:
    """Stop the clock of this process (for tests), at `at` or now; `advance` then moves it."""
    global _stopped_at
    before, _stopped_at = _stopped_at, now() if at is None else at
    try:
        yield
    finally:
        _stopped_at = before


def advance(by: int) -> None:
    """Move a stopped clock forward by `by` milliseconds."""
    global _stopped_at
    if _stopped_at is None:
        raise RuntimeError("the clock runs; stop it with frozen() first")
    _stopped_at += by
