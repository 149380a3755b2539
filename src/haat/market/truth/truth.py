"""Asks the whole market whether it is true: every promise is a check, every check names the rows that break it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from haat.store import Reader, Store

_MOST_NAMED = 20
_AT_ONCE = os.cpu_count() or 1


class Check(NamedTuple):
    """A promise, and how to find what breaks it: a sentence a row."""

    name: str
    promise: str
    find: Callable[[Reader], Iterable[str]]


class Finding(NamedTuple):
    """What became of a check. `offending` names at most 20; `how_many` counts them all. `seconds` is what it took."""

    name: str
    promise: str
    offending: list[str]
    how_many: int
    seconds: float

    @property
    def holds(self) -> bool:
        return self.how_many == 0


HOLDS = "Every promise holds."


def in_a_sentence(findings: Sequence[Finding]) -> str:
    """What came of all checks: HOLDS, or the names of those that do not."""
    broken = [finding.name for finding in findings if not finding.holds]
    return f"Broken: {', '.join(broken)}." if broken else HOLDS


def check_all(store: Store, checks: Sequence[Check]) -> list[Finding]:
    """Run every check on one and the same picture of the database, so that work that goes on meanwhile cannot disturb it."""
    with store.snapshot() as picture:
        return [_run(picture, check) for check in checks]


def check_all_of_a_copy(store: Store, checks: Sequence[Check]) -> list[Finding]:
    """The same of a database that nobody writes to: several are looked at side by side, each on a picture of its own."""

    def alone(check: Check) -> Finding:
        return check_all(store, [check])[0]

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="truth") as pool:
        return list(pool.map(alone, checks))


def _run(picture: Reader, check: Check) -> Finding:
    began = time.perf_counter()
    offending = list(check.find(picture))
    took = time.perf_counter() - began
    return Finding(check.name, check.promise, offending[:_MOST_NAMED], len(offending), took)
