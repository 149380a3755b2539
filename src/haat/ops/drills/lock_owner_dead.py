"""Whoever has the lock of operations dies with it. The next one gets it at once."""

from __future__ import annotations

import signal
import subprocess
import sys

from haat.kernel.errors import Unavailable
from haat.ops import running
from haat.ops.databases.upkeep import UPKEEP
from haat.ops.drills.drill import Budget, Drill, Mutation
from haat.ops.drills.stage import Stage, wait_until
from haat.ops.procedure import Finding
from haat.ops.procedure.lock import is_held

_OWNER = """
import sys, time
from pathlib import Path
from haat.ops.procedure.lock import held
with held(Path(sys.argv[1]), "a thing that hangs"):
    time.sleep(600)
"""


def _hang(stage: Stage) -> Finding:
    lock = running.operations_lock_of(stage.data)
    owner = subprocess.Popen([sys.executable, "-c", _OWNER, str(lock)])  # noqa: S603 (our own program)
    stage.notes["owner"] = owner
    wait_until(lambda: is_held(lock), "the lock has an owner", 10.0)
    refused = stage.haat("runbook", "run", UPKEEP.name)
    names_it = f"process {owner.pid}, for a thing that hangs" in refused.stderr
    return Finding(
        bool(refused.returncode) and names_it,
        "another run is refused, and told who has the lock" if names_it else "another run is not refused",
    )


def _kill_and_run(stage: Stage) -> None:
    stage.notes["owner"].send_signal(signal.SIGKILL)
    stage.notes["owner"].wait()
    _run(stage)


def _run(stage: Stage) -> None:
    try:
        ended = stage.haat("runbook", "run", UPKEEP.name)
        if ended.returncode:
            raise Unavailable("The procedure did not run.", why=ended.stderr.strip()[-300:])
        stage.notes["has run"] = True
    finally:
        stage.notes["owner"].kill()


def _has_run(stage: Stage) -> Finding:
    has_run = bool(stage.notes.get("has run"))
    return Finding(has_run, "the next run had the lock" if has_run else "the next run did not get the lock")


LOCK_OWNER_DEAD = Drill(
    name="lock-owner-dead",
    purpose="Whoever has the lock of operations hangs, is killed, and the next run gets the lock at once.",
    fault=_hang,
    answer=_kill_and_run,
    verify=_has_run,
    budget=Budget(gap=2.5, failed=0, seconds=15.0, proof=2.0),
    mutations=(Mutation("not-killed", "The one that hangs is left alone.", _run),),
)
