"""The database server dies under load, and is started again. The shop waits for it, and goes on by itself."""

from __future__ import annotations

import time

from haat.kernel.errors import Unavailable
from haat.ops.drills.drill import Budget, Drill, Mutation, by_itself
from haat.ops.drills.stage import Stage
from haat.ops.procedure import Finding

_AWAY = 1.0  # seconds


def _kill(stage: Stage) -> Finding:
    assert stage.server is not None
    stage.server.kill()
    time.sleep(_AWAY)
    try:
        stage.ask("SELECT 1")
    except Unavailable:
        return Finding(True, "the server is away")
    return Finding(False, "the server still answers")


def _start(stage: Stage) -> None:
    assert stage.server is not None
    stage.server.start()


def takes_orders(stage: Stage) -> Finding:
    """Raises nothing: what cannot be asked does not hold yet."""
    try:
        [(count,)] = stage.ask("SELECT count(*) FROM checkouts")
    except Unavailable as error:
        return Finding(False, error.what)
    before = stage.notes.setdefault("orders", count)
    return Finding(count > before, f"{count - before} orders came since it is back")


DATABASE_KILLED = Drill(
    name="database-killed",
    purpose="The database server dies under load, and is started again a second later.",
    fault=_kill,
    answer=_start,
    verify=takes_orders,
    budget=Budget(gap=8.0, failed=400, seconds=20.0, proof=3.0),
    mutations=(Mutation("not-started", "Nobody starts the server again.", by_itself),),
    databases=("postgresql", "mariadb"),
)
