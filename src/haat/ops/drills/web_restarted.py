"""The web is begun anew under load, by the procedure. Whoever is at the door waits, and nobody notices."""

from __future__ import annotations

import os
import signal

from haat.ops.drills.broken import blind
from haat.ops.drills.drill import Budget, Drill, Mutation, by_itself
from haat.ops.drills.stage import Stage
from haat.ops.fleet.restart_service import RESTART_SERVICE
from haat.ops.procedure import Finding


def _restart(stage: Stage) -> Finding:
    before = stage.pids_of("web")
    if stage.notes.get("by force"):
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        return Finding(True, f"{len(before)} processes were killed")
    procedure = blind(RESTART_SERVICE) if stage.notes.get("is blind") else RESTART_SERVICE
    run = stage.run(procedure, {"service": "web"})
    same = before & stage.pids_of("web")
    said = f"{len(before)} processes were begun anew in {run.evidence['ms'] / 1000:.1f} s"
    return Finding(not same, f"{len(same)} processes are the same" if same else said)


def _answers(stage: Stage) -> Finding:
    return Finding(stage.answers(), "the shop answers" if stage.answers() else "nothing answers")


def _be_blind(stage: Stage) -> None:
    stage.notes["is blind"] = True


def _by_force(stage: Stage) -> None:
    stage.notes["by force"] = True


WEB_RESTARTED = Drill(
    name="web-restarted",
    purpose="The processes that answer are begun anew, one after the other, each when it has finished what it has in hand.",
    fault=_restart,
    answer=by_itself,
    verify=_answers,
    budget=Budget(gap=1.5, failed=0, seconds=10.0, proof=2.0),
    mutations=(
        Mutation("by-force", "They are killed instead (kill -9).", by_itself, _by_force),
        Mutation(
            "restarts-nothing",
            "The procedure says that it begins them anew, and does nothing.",
            by_itself,
            _be_blind,
            breaks=RESTART_SERVICE.name,
        ),
    ),
    procedures=(RESTART_SERVICE.name,),
)
