"""The database server is restarted under load, in order, by the procedure. The shop waits for it, and goes on by itself."""

from __future__ import annotations

import json
from functools import partial

from haat.ops.databases.restart import RESTART_DATABASE
from haat.ops.drills.broken import blind
from haat.ops.drills.database_killed import takes_orders
from haat.ops.drills.drill import Budget, Drill, Mutation, by_itself
from haat.ops.drills.obeying import obeying
from haat.ops.drills.stage import Stage
from haat.ops.procedure import Finding


def _restart(stage: Stage) -> Finding:
    """Another process must be the server afterwards, whatever the procedure says."""
    assert stage.server is not None
    before = stage.server.pid
    procedure = blind(RESTART_DATABASE) if stage.notes.get("is blind") else RESTART_DATABASE
    with obeying(stage.folder, partial(_end_and_start, stage)) as command:
        with (stage.data / "haat.toml").open(
            "a", encoding="utf-8"
        ) as settings:  # Its last section is that of the store.
            settings.write(f"restart_command = {json.dumps(command)}\n")
        run = stage.run(procedure, {})
    if stage.server.pid == before:
        return Finding(False, f"process {before} is still the server")
    return Finding(True, f"the server was restarted in {run.evidence['ms'] / 1000:.1f} s")


def _end_and_start(stage: Stage) -> str:
    assert stage.server is not None
    stage.server.end()
    if stage.notes.get("stays down"):
        return "the server does not start"
    stage.server.start()
    return ""


def _be_blind(stage: Stage) -> None:
    stage.notes["is blind"] = True


def _let_it_stay_down(stage: Stage) -> None:
    stage.notes["stays down"] = True


DATABASE_RESTARTED = Drill(
    name="database-restarted",
    purpose="The database server is restarted in order, as after a change of its settings.",
    fault=_restart,
    answer=by_itself,
    verify=takes_orders,
    budget=Budget(gap=8.0, failed=400, seconds=20.0, proof=3.0),
    mutations=(
        Mutation("stays-down", "The server ends, and is not started.", by_itself, _let_it_stay_down),
        Mutation(
            "restarts-nothing",
            "The procedure says that it restarts the server, and does nothing.",
            by_itself,
            _be_blind,
            breaks=RESTART_DATABASE.name,
        ),
    ),
    procedures=(RESTART_DATABASE.name,),
    databases=("postgresql", "mariadb"),
)
