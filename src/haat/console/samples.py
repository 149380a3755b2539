"""The last hour, as the console has seen it: every few seconds it asks, and keeps what it was told in memory.

Nothing is written down, so a console that begins anew begins with nothing, and says so.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, NamedTuple

from haat.adapters.processes.heart import since_last_beat
from haat.adapters.processes.lock import owner_of
from haat.config.schema import Settings
from haat.console.patience import asked
from haat.console.queue import queue_of
from haat.kernel import clock
from haat.ops import running
from haat.ops.health import host, processes
from haat.ops.health.processes import Process

EVERY = 5.0  # seconds
_KEPT = 720  # samples, which are an hour
_SPAN = 0.2  # seconds over which the machine is watched
_PATIENCE = 2.0  # seconds for the shop and for the database
_SHOWN = 60  # points of a line, each the worst of its part of the hour


class Sample(NamedTuple):
    """What was seen at a moment; None is what did not answer. `shop_ms` and `database_ms` are how long an answer took, `cpu`,
    `memory` and `disk` the shares of the machine that are taken, `waiting` the jobs, `beat` the seconds since the worker's last sign of life, `taken` what each process takes."""

    at: int
    shop_ms: float | None
    database_ms: float | None
    waiting: float | None
    beat: float | None
    cpu: float | None
    memory: float | None
    disk: float | None
    taken: Mapping[int, Process]


class Samples:
    """Asks and keeps, in a thread of its own, from `begin` to `end`."""

    def __init__(self, settings: Settings) -> None:
        self._kept: deque[Sample] = deque(maxlen=_KEPT)
        self._questions: dict[str, Callable[[], Any]] = {
            "shop_ms": lambda: _ms_of_shop(settings),
            "queue": lambda: _queue(settings),
            "beat": lambda: since_last_beat(running.beats_of(settings.data)),
            "use": lambda: host.use(_SPAN),
            "disk": lambda: _disk(settings),
            "taken": lambda: _taken(settings),
        }
        self._asked: dict[str, Future[Any]] = {}
        self._is_over = threading.Event()
        self.began_at: int | None = None

    def begin(self) -> None:
        self.began_at = clock.now()
        threading.Thread(target=self._run, name="samples", daemon=True).start()

    def end(self) -> None:
        self._is_over.set()

    def take(self) -> None:
        """Ask everything once. A question that hangs is not asked again before it has answered, and holds up no other one."""
        for name, question in self._questions.items():
            if name not in self._asked or self._asked[name].done():
                self._asked[name] = asked(question)
        until = time.monotonic() + _PATIENCE + 1
        told = {name: _told(answer, until - time.monotonic()) for name, answer in self._asked.items()}
        database_ms, waiting = told["queue"] or (None, None)
        use = told["use"]
        self._kept.append(
            Sample(
                clock.now(),
                told["shop_ms"],
                database_ms,
                waiting,
                told["beat"],
                use.cpu if use else None,
                use.memory if use else None,
                told["disk"],
                told["taken"] or {},
            )
        )

    def of(self, value: Callable[[Sample], float | None]) -> list[float | None]:
        """The hour in few points, the oldest first: of each part the largest value, and none where once there was none."""
        kept = list(self._kept)
        size = max(1, -(-len(kept) // _SHOWN))
        return [_worst([value(one) for one in kept[start : start + size]]) for start in range(0, len(kept), size)]

    def of_process(self, pid: int, value: Callable[[Process], float]) -> list[float | None]:
        """The same of one process, from when it was first seen."""
        seen = self.of(lambda one: value(one.taken[pid]) if pid in one.taken else None)
        first = next((number for number, one in enumerate(seen) if one is not None), len(seen))
        return seen[first:]

    def _run(self) -> None:
        while not self._is_over.is_set():
            self.take()
            self._is_over.wait(EVERY)


def _told(answer: Future[Any], patience: float) -> Any:
    """What was answered; None where there is no answer yet, or none that says anything."""
    try:
        return answer.result(max(0.0, patience))
    except Exception:  # Why there is none is told by those who ask for it now.
        return None


def _worst(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return max(known) if len(known) == len(values) else None


def _ms_of_shop(settings: Settings) -> float | None:
    told = running.told(settings.data)
    began = time.perf_counter()
    is_there = running.answers(told.url if told else settings.web.own_url, _PATIENCE)
    return (time.perf_counter() - began) * 1000 if is_there else None


def _queue(settings: Settings) -> tuple[float, int]:
    """How long the database took to say it, and how many jobs wait."""
    began = time.perf_counter()
    queue = queue_of(settings.database, _PATIENCE)
    return (time.perf_counter() - began) * 1000, queue.waiting


def _disk(settings: Settings) -> float:
    taken = shutil.disk_usage(settings.data)
    return taken.used / (taken.used + taken.free)


def _taken(settings: Settings) -> dict[int, Process]:
    keeper = owner_of(running.lock_of(settings.data))
    return {one.pid: one for one in processes.family(keeper)} if keeper else {}
