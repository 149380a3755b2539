"""What happened to each request, for the log and for the figures: noted in a moment, written down by a thread of its own."""

from __future__ import annotations

import atexit
import os
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter, time
from typing import NamedTuple

import msgspec

from haat.web.measures import Measures

_EVERY = 0.25  # seconds
_MOST_WAITING = 200_000  # lines; beyond that the log is stuck, and the oldest are given up


class Served(NamedTuple):
    """One request. `began` and `ended` are of perf_counter; `account` is 0 for a stranger, or where nobody asked who it is."""

    began: float
    ended: float
    method: str
    path: str
    route: str
    status: int
    size: int
    request_id: str
    address: str
    account: int
    from_cache: bool


class _Line(msgspec.Struct, omit_defaults=True):
    at: datetime
    level: str
    event: str
    method: str
    path: str
    route: str
    status: int
    ms: float
    bytes: int
    request_id: str
    address: str
    account: int = 0
    from_cache: bool = False


class Journal:
    """Takes notes of requests. `note` may be called by every thread."""

    def __init__(self, measures: Measures, write: Callable[[bytes], object]) -> None:
        self._measures = measures
        self._write = write
        self._served: deque[Served] = deque(maxlen=_MOST_WAITING)
        self._encode = msgspec.json.Encoder().encode
        self._writing = threading.Lock()
        self.note = self._served.append
        self.in_hand: set[str] = set()

    def keep_writing(self) -> None:
        """Write down what was noted, a few times a second and at the end of the process."""
        threading.Thread(target=self._write_forever, name="journal", daemon=True).start()
        atexit.register(self.write_down)

    def write_down(self) -> None:
        """Write what was noted until now."""
        with self._writing:
            batch = [self._served.popleft() for _ in range(len(self._served))]
            self._measures.count(batch, len(self.in_hand))
            if batch:
                since_1970 = time() - perf_counter()
                self._write(b"".join([self._line(served, since_1970) for served in batch]))

    def _write_forever(self) -> None:
        pause = threading.Event()
        while True:
            pause.wait(_EVERY)
            self.write_down()

    def _line(self, served: Served, since_1970: float) -> bytes:
        line = _Line(
            at=datetime.fromtimestamp(since_1970 + served.began, UTC),
            level="info",
            event="request",
            method=served.method,
            path=served.route if "{secret" in served.route else served.path,
            route=served.route,
            status=served.status,
            ms=round((served.ended - served.began) * 1000, 3),
            bytes=served.size,
            request_id=served.request_id,
            address=served.address,
            account=served.account,
            from_cache=served.from_cache,
        )
        return self._encode(line) + b"\n"


def write_to_standard_output(lines: bytes) -> None:
    """All of it, however many writes that takes."""
    while lines:
        lines = lines[os.write(1, lines) :]
