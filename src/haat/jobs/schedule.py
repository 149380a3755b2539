"""What is done again and again: each task once at its time, however many workers there are.

A task is short, and one that fails or dies is next tried at its next time; what must not be missed it tells to the outbox.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from haat.jobs import queries
from haat.jobs.tables import schedule
from haat.kernel import clock
from haat.kernel.clock import DAY, HOUR, MINUTE
from haat.kernel.errors import HaatError
from haat.kernel.ids import encode, new_id
from haat.kernel.trace import request_id
from haat.store import Store

_BETWEEN_LOOKS = 1.0  # seconds

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Every:
    """A task and its time: `every_ms` milliseconds, or each day `at` an hour and minute in UTC, such as "02:00".

    `do` says in a sentence what it did, for the operator who looks at the schedule.
    """

    name: str
    do: Callable[[], str]
    every_ms: int | None = None
    at: str | None = None

    def __post_init__(self) -> None:
        if (self.every_ms is None) == (self.at is None):
            raise ValueError(f"{self.name}: give either every_ms or at")

    def next_after(self, last_at: int) -> int:
        """When it is due, having last run at `last_at`."""
        if self.every_ms is not None:
            return last_at + self.every_ms
        today = last_at - last_at % DAY + self._time_of_day()
        return today if today > last_at else today + DAY

    def _time_of_day(self) -> int:
        hours, minutes = str(self.at).split(":")
        return int(hours) * HOUR + int(minutes) * MINUTE


class Run(NamedTuple):
    """When a task last ran, and what came of it."""

    task: str
    last_at: int
    outcome: str


class Schedule:
    """Runs tasks when they are due."""

    def __init__(self, store: Store, tasks: Sequence[Every]) -> None:
        self._store = store
        self._tasks = tasks

    def run_until_stopped(self, stop: threading.Event) -> None:
        """Run tasks as they fall due. Once `stop` is set the task in hand is finished and no other is begun."""
        while not stop.wait(_BETWEEN_LOOKS):
            try:
                self.run_due(stop)
            except Exception:
                _log.exception("The schedule cannot be read; it is looked at again in a moment.")

    def run_due(self, stop: threading.Event | None = None) -> dict[str, str]:
        """Run what is due and nobody else has claimed; returns the sentence of each task that ran."""
        last_runs: dict[str, int] = dict(self._store.read(queries.LAST_RUNS))
        said = {}
        for task in self._tasks:
            if stop is not None and stop.is_set():
                break
            last_at = last_runs.get(task.name)
            if last_at is None:
                last_at = self._add(task)
            if task.next_after(last_at) <= clock.now() and (at := self._claim(task, last_at)):
                said[task.name] = self._run(task, at)
        return said

    def _add(self, task: Every) -> int:
        # What runs every few minutes runs at once; what runs at night waits for the night.
        last_at = 0 if task.at is None else clock.now()
        self._store.write(
            lambda tx: tx.insert_once(schedule, task=task.name, last_at=last_at, outcome="It has not run yet.")
        )
        return last_at

    def _claim(self, task: Every, seen: int) -> int | None:
        at = clock.now()
        rows = self._store.write(
            lambda tx: tx.run(queries.CLAIM_TASK, name=task.name, seen=seen, at=at, sentence="It is running.")
        )
        return at if rows == 1 else None

    def _run(self, task: Every, at: int) -> str:
        token = request_id.set(encode(new_id()))
        try:
            sentence = _outcome_of(task)
            _log.debug("%s: %s", task.name, sentence)
        finally:
            request_id.reset(token)
        self._store.write(lambda tx: tx.run(queries.STORE_OUTCOME, name=task.name, at=at, sentence=sentence))
        return sentence


def last_runs(store: Store) -> list[Run]:
    """Every task that was ever due, by name."""
    return [Run(*row) for row in store.read(queries.ALL_RUNS)]


def _outcome_of(task: Every) -> str:
    try:
        return task.do()
    except Exception as error:
        _log.exception("The task %s failed.", task.name)
        return f"It failed: {error.what if isinstance(error, HaatError) else error!r}"
