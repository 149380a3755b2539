"""The process that writes to the database file is killed in the middle of it: what it had not committed is as if it never was."""

from __future__ import annotations

import os
import signal
import time

from haat.ops.databases.sqlite import writers
from haat.ops.drills.drill import Budget, Drill, Mutation, by_itself
from haat.ops.drills.stage import Stage
from haat.ops.drills.web_killed import freeze_supervisor, is_back
from haat.ops.procedure import Finding

_TRIES = 500


def _kill(stage: Stage) -> Finding:
    """Each is frozen until one is met that has the database to itself, and killed then."""
    file = stage.settings.database.path
    stage.notes["before"] = before = stage.pids_of("web")
    for number in range(_TRIES):
        pid = sorted(before)[number % len(before)]
        os.kill(pid, signal.SIGSTOP)
        if pid in writers(file):
            os.kill(pid, signal.SIGKILL)
            stage.notes["killed"] = pid
            return Finding(True, f"process {pid} died while it wrote")
        os.kill(pid, signal.SIGCONT)
        time.sleep(0.005)
    return Finding(False, "no process was met while it wrote")


WRITER_KILLED = Drill(
    name="writer-killed",
    purpose="The process that writes to the database file is killed in the middle of it (kill -9).",
    fault=_kill,
    answer=by_itself,
    verify=is_back,
    budget=Budget(gap=1.5, failed=8, seconds=5.0, proof=2.0),
    mutations=(Mutation("no-supervisor", "Nobody starts the process again.", by_itself, freeze_supervisor),),
    databases=("sqlite",),
)
