"""What the keeper does next: a function of what it sees, and of nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from haat.kernel import clock
from haat.kernel.clock import HOUR, MINUTE
from haat.kernel.ids import encode
from haat.ops.backups.take_backup import TAKE_BACKUP
from haat.ops.maintenance.look import Standing
from haat.ops.maintenance.task import Task
from haat.ops.procedure import journal
from haat.ops.procedure.journal import Run
from haat.ops.procedure.pause import Pause
from haat.ops.runbook import gives_way

WAY_IN = "schedule"
MOST_TRIES = 3  # at one time of a task, and of one run
AGAIN_AFTER = HOUR
PROVED_AFTER = 2 * MINUTE


class Seen(NamedTuple):
    """All that matters: `unfinished` is a run that has no end, and `turns` how often somebody was at it. `unproved_at` is when the shipper took the set that it
    goes on from, which it leaves to others to prove, or settings were changed since; None where it takes none.
    """

    now: int
    pause: Pause | None
    is_busy: bool
    unfinished: Run | None
    turns: int
    standings: Sequence[Standing]
    unproved_at: int | None = None


class Stay(NamedTuple):
    """Do nothing, and why."""

    said: str


class GoOn(NamedTuple):
    """Go on with a run of its own that was killed."""

    run: Run
    said: str


class Begin(NamedTuple):
    """Run the procedure of a task."""

    task: Task
    said: str


class GiveUp(NamedTuple):
    """End a run that was killed, and left nothing half done."""

    run: Run
    said: str


Decision: TypeAlias = Stay | GoOn | Begin | GiveUp


def decide(seen: Seen) -> Decision:
    if seen.pause is not None:
        return Stay(seen.pause.said)
    if seen.is_busy:
        return Stay("Somebody is at a run; one dangerous thing is done at a time.")
    if seen.unfinished is not None:
        return _on_unfinished(seen.unfinished, seen.turns)
    for one in seen.standings:
        if _proves(one, seen) and _may_try(one, seen.now):
            return Begin(one.task, "What is shipped goes on from a set that was never proved.")
    waiting = sorted(
        (one for one in seen.standings if one.task.goes_by_itself and one.is_due), key=lambda one: one.due_at
    )
    for one in waiting:
        if _may_try(one, seen.now):
            return Begin(one.task, f"“{one.task.name}” was due on {clock.minute_in_utc(one.due_at)}.")
    if waiting:
        names = ", ".join(f"“{one.task.name}”" for one in waiting)
        return Stay(f"What was tried in vain waits for another try, or for a person: {names}.")
    return _nothing_due(seen.standings)


def _on_unfinished(run: Run, turns: int) -> Decision:
    """What the keeper began it may finish, for every act may be done twice; what a person began is the person's to decide about, unless nothing of it is
    half done.
    """
    name = f"Run {encode(run.id)} of “{run.procedure}”"
    if gives_way(run.procedure):
        return GiveUp(run, f"{name} was killed, and has failed with that; it left nothing half done.")
    if run.way_in != WAY_IN or run.state != journal.RUNNING:
        return Stay(f"{name} was killed; somebody has to resume it, or take it back.")
    if turns >= MOST_TRIES:
        return Stay(f"{name} was killed {turns} times; somebody has to see why.")
    return GoOn(run, f"{name} was killed, and goes on.")


def _proves(one: Standing, seen: Seen) -> bool:
    """Whether this task makes a set that is proved, and there is none to go on from: once a stack that was just started has come to rest."""
    if one.task.procedure != TAKE_BACKUP.name or seen.unproved_at is None:
        return False
    return seen.now - seen.unproved_at >= PROVED_AFTER and (one.done is None or one.done.at < seen.unproved_at)


def _may_try(one: Standing, now: int) -> bool:
    return not one.failed or (len(one.failed) < MOST_TRIES and now >= one.failed[-1].at + AGAIN_AFTER)


def _nothing_due(standings: Sequence[Standing]) -> Stay:
    coming = [one for one in standings if one.task.goes_by_itself]
    if not coming:
        return Stay("Nothing is done by itself.")
    first = min(coming, key=lambda one: one.next_at)
    return Stay(f"Nothing is due; the next is “{first.task.name}”, on {clock.minute_in_utc(first.next_at)}.")
