"""The process that answers is killed. The supervisor starts another; only what was in hand is lost."""

from __future__ import annotations

import os
import signal

from haat.ops.drills.drill import Budget, Drill, Mutation, by_itself
from haat.ops.drills.stage import Stage, soon
from haat.ops.procedure import Finding


def _kill(stage: Stage) -> Finding:
    stage.notes["before"] = before = stage.pids_of("web")
    if not before:
        return Finding(False, "there is no web process")
    stage.notes["killed"] = pid = min(before)
    os.kill(pid, signal.SIGKILL)
    return soon(lambda: Finding(pid not in stage.pids_of("web"), f"process {pid} of {len(before)} is gone"), 2.0)


def is_back(stage: Stage) -> Finding:
    now, before = stage.pids_of("web"), stage.notes["before"]
    is_whole = len(now) == len(before) and stage.notes["killed"] not in now and stage.answers()
    return Finding(is_whole, f"{len(now)} of {len(before)} processes are there")


def freeze_supervisor(stage: Stage) -> None:
    """Nobody starts anything again."""
    os.kill(stage.supervisor, signal.SIGSTOP)


WEB_KILLED = Drill(
    name="web-killed",
    purpose="The process that answers is killed at once (kill -9).",
    fault=_kill,
    answer=by_itself,
    verify=is_back,
    budget=Budget(gap=1.5, failed=8, seconds=5.0, proof=2.0),
    mutations=(Mutation("no-supervisor", "Nobody starts the process again.", by_itself, freeze_supervisor),),
)
