"""The worker is killed with jobs in hand. Its keeper has seen it die, and the next one takes them up at once."""

from __future__ import annotations

import os
import signal
import time

from haat.ops.drills.drill import Budget, Drill, Mutation, by_itself
from haat.ops.drills.stage import Stage
from haat.ops.drills.web_killed import freeze_supervisor
from haat.ops.procedure import Finding

_IN_HAND = "SELECT id, worker FROM jobs WHERE worker IS NOT NULL"
_TRIES = 100


def _kill(stage: Stage) -> Finding:
    """Frozen until it is seen to have jobs in hand, and killed then."""
    for _ in range(_TRIES):
        [pid] = stage.pids_of("worker") or [0]
        if not pid:
            break
        os.kill(pid, signal.SIGSTOP)
        in_hand = [row[0] for row in stage.ask(_IN_HAND)]
        if in_hand:
            os.kill(pid, signal.SIGKILL)
            stage.notes["in hand"] = in_hand
            return Finding(True, f"process {pid} died with {len(in_hand)} jobs in hand")
        os.kill(pid, signal.SIGCONT)
        time.sleep(0.005)
    return Finding(False, "the worker had nothing in hand")


def _are_done(stage: Stage) -> Finding:
    numbers = ", ".join(str(number) for number in stage.notes["in hand"])
    [(left,)] = stage.ask(f"SELECT count(*) FROM jobs WHERE id IN ({numbers})")  # noqa: S608 (numbers)
    return Finding(left == 0, f"{left} of the jobs it had in hand are not done" if left else "every job it had is done")


WORKER_KILLED = Drill(
    name="worker-killed",
    purpose="The worker is killed at once (kill -9) while it has jobs in hand.",
    fault=_kill,
    answer=by_itself,
    verify=_are_done,
    budget=Budget(gap=1.5, failed=0, seconds=8.0, proof=3.0),
    mutations=(Mutation("no-supervisor", "Nobody starts the worker again.", by_itself, freeze_supervisor),),
)
