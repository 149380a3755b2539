"""How every task of a stack stands: when it was due, whether it was done, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from haat.config.schema import Settings
from haat.config.words import found
from haat.kernel import clock
from haat.kernel.clock import DAY
from haat.kernel.ids import encode
from haat.ops.maintenance import records
from haat.ops.maintenance.records import Tick
from haat.ops.maintenance.task import Task, tasks_of
from haat.ops.procedure import journal
from haat.ops.procedure.journal import Journal, Run
from haat.ops.runbook import procedure
from haat.store import Store

_LOOK_BACK = 70 * DAY  # more than two months, so that the last time of every task is among what is looked at


class Done(NamedTuple):
    """It was done, or tried, by `who`; a sentence says what came of it. `run` is the id of the run, if there was one."""

    who: str
    at: int
    said: str
    run: str = ""


class Standing(NamedTuple):
    """A task: since when the keeper knows it, None where it has not met it yet; when it was due last and is next, when it was `done` last, and
    what was tried in vain since it was due, oldest first.
    """

    task: Task
    known_at: int | None
    due_at: int
    next_at: int
    done: Done | None
    failed: Sequence[Done]

    @property
    def is_due(self) -> bool:
        """Whether it is to be done: since it became known its time has come, once or more often, and it was not done since."""
        is_new = self.known_at is None or self.due_at <= self.known_at
        return not is_new and (self.done is None or self.done.at < self.due_at)

    def is_overdue(self, now: int) -> bool:
        return self.is_due and now >= self.task.overdue_at(self.due_at)

    def state(self, now: int) -> str:
        """`overdue`, `failed`, `due`, `done`, or `waits` where its time has not come since it became known."""
        if self.is_overdue(now):
            return "overdue"
        if self.is_due:
            return "failed" if self.failed else "due"
        return "done" if self.done is not None and self.done.at >= self.due_at else "waits"


def look(store: Store, journal_: Journal, settings: Settings) -> list[Standing]:
    """All tasks of the stack, in the order of its list."""
    known, now = records.known(store), clock.now()
    runs, ticks = journal_.since(now - _LOOK_BACK), records.ticks_of(store, now - _LOOK_BACK)
    return [
        _standing(task, known.get(task.name), settings.maintenance.hour, now, runs, ticks)
        for task in tasks_of(settings.market.preset)
    ]


def in_all(found: Sequence[Standing], now: int) -> str:
    """What all of them come to, in a sentence."""
    if all(one.known_at is None for one in found):
        return "The keeper has not looked yet, so nothing is known to be due. `haat ps` shows whether it runs."
    overdue = sum(one.is_overdue(now) for one in found)
    if not overdue:
        return "Nothing is overdue."
    return "1 task is overdue." if overdue == 1 else f"{overdue} tasks are overdue."


def task_of(settings: Settings, name: str) -> Task:
    """Raises NotFound."""
    tasks = {task.name: task for task in tasks_of(settings.market.preset)}
    return found(name, tasks, "task", "haat maintenance list")


def given_of(task: Task) -> Mapping[str, str]:
    """What its procedure is given, as the journal has it."""
    asked = procedure(task.procedure)
    return asked.show(asked.read(task.given))


def _standing(
    task: Task, known_at: int | None, hour: int, now: int, runs: Sequence[Run], ticks: Sequence[Tick]
) -> Standing:
    due_at = task.last_time(hour, now)
    if task.goes_by_itself:
        given = given_of(task)
        own = [run for run in runs if run.procedure == task.procedure and run.given == given]
        done = [_done(run) for run in own if run.state == journal.DONE]
        failed = [_done(run) for run in own if run.state in (journal.FAILED, journal.UNDONE) and run.began_at >= due_at]
    else:
        done = [Done(one.who, one.at, one.said) for one in ticks if one.task == task.name]
        failed = []
    return Standing(task, known_at, due_at, task.next_time(hour, now), done[-1] if done else None, failed)


def _done(run: Run) -> Done:
    return Done(run.who, run.began_at, f"run {encode(run.id)} is {run.state}", encode(run.id))
