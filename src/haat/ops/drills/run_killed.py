"""A procedure is killed at every step, and each time somebody goes on with it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

from haat.kernel.errors import Unavailable
from haat.kernel.ids import encode
from haat.ops.databases.upkeep import UPKEEP
from haat.ops.drills.drill import Budget, Drill, Mutation, by_itself
from haat.ops.drills.stage import Stage
from haat.ops.procedure import Finding
from haat.ops.procedure.journal import DONE

_EVENTS = ("intended", "acted", "verified")


def _points() -> Iterator[str]:
    for number in range(len(UPKEEP.steps)):
        for event in _EVENTS:
            yield f"before.{event}.{number}"
            yield f"after.{event}.{number}"


def _kill(stage: Stage) -> Finding:
    stage.notes["left"] = list(_points())
    return _kill_at(stage, stage.notes["left"].pop(0))


def _kill_at(stage: Stage, point: str) -> Finding:
    marker = stage.folder / f"killed-{point}"
    ended = stage.haat("runbook", "run", UPKEEP.name, HAAT_FAULT=f"{point}:{marker}")
    was_killed = Path(marker).exists() and ended.returncode == -signal.SIGKILL
    return Finding(was_killed, f"killed at “{point}”" if was_killed else f"it was not killed at “{point}”")


def _go_on_each_time(stage: Stage) -> None:
    """Raises Unavailable when a run cannot be gone on with, or is not done afterwards."""
    _go_on_by_command(stage)
    for point in stage.notes["left"]:
        found = _kill_at(stage, point)
        if not found.holds:
            raise Unavailable("The procedure lived.", why=f"{found.said}.")
        stage.resume(UPKEEP)


def _go_on_by_command(stage: Stage) -> None:
    """Once as an operator does it. The other times the same is done from here: to start the command takes longer than what it does."""
    [killed] = stage.unfinished()
    ended = stage.haat("runbook", "resume", encode(killed.id))
    if ended.returncode:
        raise Unavailable("A run that was killed cannot go on.", why=ended.stderr.strip()[-300:])


def _all_are_done(stage: Stage) -> Finding:
    count, killed = len(list(_points())), stage.runs()
    done = sum(run.state == DONE for run in killed)
    return Finding(done == count, f"{done} of {count} runs that were killed are done")


RUN_KILLED = Drill(
    name="run-killed",
    purpose="A procedure is killed before and after every entry of its journal, and resumed each time.",
    fault=_kill,
    answer=_go_on_each_time,
    verify=_all_are_done,
    budget=Budget(gap=2.5, failed=0, seconds=60.0, proof=5.0),
    mutations=(Mutation("not-resumed", "Nobody goes on with the run.", by_itself),),
    procedures=(UPKEEP.name,),
)
