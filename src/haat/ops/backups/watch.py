"""When a log was how far: looked at a hundred times a second, whatever else is done meanwhile.

Logs of SQLite say nothing of when something was committed, and those of MariaDB no more than the second. But what is seen of a log was committed by then.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple, TypeAlias

from haat.kernel import clock
from haat.ops.backups.log import Mark

_EVERY = 0.01  # seconds
_MOST = 20_000  # places that are remembered one by one

Log: TypeAlias = str | int
"""What a log is told from others by."""


class _Seen(NamedTuple):
    log: Log
    place: int
    at: int


class Watch:
    """`look` says which log is written now, and how far it is; None or OSError where that cannot be seen. It is called from a thread of its own."""

    def __init__(self, look: Callable[[], tuple[Log, int] | None]) -> None:
        self._look = look
        self._seen: list[_Seen] = []
        self._lock = threading.Lock()
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def marks(self, log: Log, after: int, last: int) -> list[Mark]:
        """The places of this log beyond `after`, up to `last`, each with the instant by which it was reached."""
        reached: dict[int, int] = {}
        with self._lock:
            for seen in self._seen:
                if seen.log == log and after < seen.place <= last:
                    reached.setdefault(seen.place, seen.at)
        return [Mark(place, reached[place]) for place in sorted(reached)]

    def forget(self, log: Log, last: int) -> None:
        """What was seen of this log up to this place is needed no longer."""
        with self._lock:
            self._seen = [seen for seen in self._seen if seen.log != log or seen.place > last]

    def close(self) -> None:
        """When this returns nobody looks any more."""
        self._is_over = True
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._is_over:
            time.sleep(_EVERY)  # An event that one waits for would cost twice as much.
            with suppress(OSError):
                if found := self._look():
                    self._note(*found, whole_now())

    def _note(self, log: Log, place: int, at: int) -> None:
        with self._lock:
            if not self._seen or self._seen[-1][:2] != (log, place):
                self._seen.append(_Seen(log, place, at))
            if len(self._seen) > _MOST:  # Those that are left say the same, not as finely.
                del self._seen[:-1:2]


def whole_now() -> int:
    """The first whole millisecond (since 1970) that is not before now: of what was committed within one, nothing is dated before it."""
    return clock.now() + 1
