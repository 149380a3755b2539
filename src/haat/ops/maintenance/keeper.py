"""The keeper: it does what is due of maintenance, by itself. Each turn it looks, decides, does at most one thing, and says it in a sentence."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

from haat.config import load, secrets
from haat.config.schema import Settings
from haat.kernel import clock
from haat.kernel.clock import SECOND
from haat.kernel.errors import Conflict, HaatError, Unavailable
from haat.ops import running
from haat.ops.attendance import attendance
from haat.ops.health.processes import children
from haat.ops.maintenance import records
from haat.ops.maintenance.decide import WAY_IN, Begin, GiveUp, GoOn, Seen, Stay, decide
from haat.ops.maintenance.look import look
from haat.ops.maintenance.task import tasks_of
from haat.ops.procedure import Procedure, Scene, pause
from haat.ops.procedure.journal import Journal, Run
from haat.ops.procedure.run import Runner
from haat.ops.procedure.scene import PicturesInUse
from haat.ops.runbook import procedure
from haat.ops.tables import opened
from haat.store import Store

WHO = "keeper"
_BETWEEN_TURNS = 10.0  # seconds
_FAILED = "It failed:"
_FASTER = "Somebody was faster, and is at a run."

_log = logging.getLogger(__name__)


class Keeper:
    """That of one stack. Nothing is opened before its first turn."""

    def __init__(self, settings: Settings, pictures_in_use: PicturesInUse) -> None:
        self._settings = settings
        self._pictures_in_use = pictures_in_use
        self._lock_file = running.operations_lock_of(settings.data)
        self._gives_way, self._is_ending = False, False

    def run_until_stopped(self, stop: threading.Event) -> None:
        """Turn after turn; once `stop` is set what is in hand is finished, and nothing else is begun. What is news is logged."""
        last = ""
        while not stop.is_set():
            last = self._turn(last)
            stop.wait(_BETWEEN_TURNS)

    def tick(self) -> str:
        """One turn; returns what it came to."""
        decision = decide(self._see())
        match decision:
            case Begin(task, said):
                asked = procedure(task.procedure)
                scene = self._scene(asked, task.given)
                return f"{said} {_outcome(lambda: self._runner.start(asked, scene, WHO, WAY_IN))}"
            case GoOn(run, said):
                asked = procedure(run.procedure)
                scene = self._scene(asked, run.given)
                return f"{said} {_outcome(lambda: self._runner.resume(run, asked, scene, WHO, WAY_IN))}"
            case GiveUp(run, said):
                try:
                    self._runner.give_up(run, procedure(run.procedure))
                except Conflict:
                    return _FASTER
                return said
            case Stay(said):
                return said

    def give_way(self) -> None:
        """End what is in hand where that leaves nothing half done: somebody may be waiting to recover the shop. The run fails, and is tried again later."""
        self._is_ending = True
        if self._gives_way:
            for pid in children(os.getpid()):
                os.kill(pid, signal.SIGTERM)

    def close(self) -> None:
        for name in ("_journal", "_store"):
            if name in self.__dict__:
                self.__dict__.pop(name).close()

    def _turn(self, last: str) -> str:
        """What the turn came to; it is logged unless it is what the last one came to, be it the same trouble."""
        try:
            said = self.tick()
        except Exception as error:
            said = repr(error)
            if said != last:
                _log.exception("The keeper cannot see what is due; it looks again and again.")
        else:
            news = logging.ERROR if _FAILED in said else logging.INFO
            _log.log(logging.DEBUG if said == last else news, "%s", said)
        return said

    def _scene(self, asked: Procedure, given: Mapping[str, str]) -> Scene:
        self._gives_way = asked.gives_way
        return Scene(self._settings, asked.read(given), self._pictures_in_use)

    def _see(self) -> Seen:
        records.get_to_know(self._store, tasks_of(self._settings.market.preset))
        unfinished = next(iter(self._journal.unfinished()), None)
        return Seen(
            clock.now(),
            pause.in_force(self._store),
            attendance(self._settings.data).is_busy,
            unfinished,
            len(self._journal.turns(unfinished.id)) if unfinished else 0,
            look(self._store, self._journal, self._settings),
            self._unproved_at(),
        )

    def _look_up(self, step: int, event: str, said: str) -> None:
        """Told to end while it looked, it begins nothing that it would be kept waiting for. Whoever wants to know what is done reads the journal."""
        if event == "intended" and self._gives_way and self._is_ending:
            raise Unavailable("It was told to end.")

    def _unproved_at(self) -> int | None:
        """When the shipper took its set, or settings were changed since: what no set has that was proved. None where nothing is shipped."""
        data = self._settings.data
        taken_at = _changed_at(running.unproved_of(data))
        if taken_at is None:
            return None
        return max(taken_at, *(_changed_at(data / name) or 0 for name in (load.FILE, secrets.FILE)))

    @property
    def _runner(self) -> Runner:
        return Runner(self._journal, self._lock_file, self._look_up)

    @cached_property
    def _store(self) -> Store:
        return opened(running.memory_of(self._settings.data))

    @cached_property
    def _journal(self) -> Journal:
        return Journal(running.memory_of(self._settings.data))


def _changed_at(file: Path) -> int | None:
    """In ms since 1970; None where there is no such file."""
    return int(file.stat().st_mtime * SECOND) if file.exists() else None


def _outcome(work: Callable[[], Run]) -> str:
    try:
        return f"It is {work().state}."
    except Conflict:
        return _FASTER
    except HaatError as error:
        return f"{_FAILED} {error.what} {error.why}".strip()
