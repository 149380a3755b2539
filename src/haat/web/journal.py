"""What happened to each request, for the log and for the figures: noted in a moment, written down by a thread of its own."""

from __future__ import annotations

import atexit
import os
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter, time

import msgspec

from haat.web.measures import Measures
from haat.web.served import Served

_EVERY = 0.25  # seconds
_BREATH = 0.01  # seconds between two batches, in which those who serve requests go first
_BATCH = 512  # lines: a millisecond of work
_MOST_WAITING = 200_000  # lines; beyond that the log is stuck, and the oldest are given up


class _Line(msgspec.Struct, gc=False):
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
    account: int | None
    from_cache: bool


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
        """Write all that was noted until now."""
        while self._served:
            self._write_batch()

    def _write_forever(self) -> None:
        pause = threading.Event()
        while True:
            pause.wait(_BREATH if self._served else _EVERY)
            self._write_batch()

    def _write_batch(self) -> None:
        with self._writing:
            batch = [self._served.popleft() for _ in range(min(_BATCH, len(self._served)))]
            self._measures.count(batch, len(self.in_hand))
            if batch:
                since_1970 = time() - perf_counter()
                self._write(b"".join([self._line(served, since_1970) for served in batch]))

    def _line(self, served: Served, since_1970: float) -> bytes:
        line = _Line(
            datetime.fromtimestamp(since_1970 + served.began, UTC),
            "info",
            "request",
            served.method,
            served.route if "{secret" in served.route else served.path,
            served.route,
            served.status,
            int(served.seconds * 1_000_000) / 1000,
            served.size,
            served.request_id,
            served.address,
            served.account,
            served.from_cache,
        )
        return self._encode(line) + b"\n"


def write_to_standard_output(lines: bytes) -> None:
    """All of it, however many writes that takes."""
    while lines:
        lines = lines[os.write(1, lines) :]
