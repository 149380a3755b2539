"""Somebody deletes a hundred orders. The database as it was the moment before takes its place, and what was ordered since is named."""

from __future__ import annotations

import time
from contextlib import closing

from haat.kernel import clock, ids
from haat.kernel.errors import Unavailable
from haat.ops import running
from haat.ops.backups import swap
from haat.ops.drills.broken import blind
from haat.ops.drills.database_damaged import is_back, wait_for_a_whole_set
from haat.ops.drills.drill import Budget, Drill, Mutation
from haat.ops.drills.loss import Losses, of_orders
from haat.ops.drills.stage import Stage, wait_until
from haat.ops.logs import instant
from haat.ops.procedure import Finding
from haat.ops.recovery.recover_to_time import RECOVER_TO_TIME
from haat.store.drivers import driver_of

_COUNT = 100
_PATIENCE = 60.0  # seconds
# Whoever deletes by hand does not ask what refers to it.
_UNCHECKED = {
    "sqlite": "PRAGMA foreign_keys = OFF",
    "postgresql": "SET session_replication_role = replica",
    "mariadb": "SET foreign_key_checks = 0",
}
_SHIPPED_WITHIN = 2.0  # seconds: an instant has what was committed some time before it, and nothing after it


def _delete(stage: Stage) -> Finding:
    wait_until(lambda: stage.clients.acknowledged > _COUNT, f"{_COUNT} things are ordered", _PATIENCE)
    wait_for_a_whole_set(stage)
    _wait_until_kept(stage)
    stage.notes["moment"], stage.notes["to"] = time.monotonic(), clock.now() - 1
    stage.notes["deleted"] = [id_ for (id_,) in stage.ask(f"SELECT id FROM deals ORDER BY id LIMIT {_COUNT}")]  # noqa: S608 - a number
    with closing(driver_of(stage.settings.database)) as driver:
        connection = driver.connection()
        connection.execute(_UNCHECKED[driver.address.kind])
        gone = connection.execute(f"DELETE FROM deals WHERE id IN ({_deleted(stage)})").rowcount  # noqa: S608 - numbers
    return Finding(gone == _COUNT, f"{gone} orders are deleted")


def _deleted(stage: Stage) -> str:
    return ", ".join(map(str, stage.notes["deleted"]))


def _wait_until_kept(stage: Stage) -> None:
    """What is committed now. Raises Unavailable."""
    there = time.time() + 1  # Whoever keeps it was at it for that long at most.
    wait_until(lambda: running.shipped_of(stage.data).stat().st_mtime > there, "it is kept", _PATIENCE)


def _recover(stage: Stage) -> None:
    _recover_to(stage, stage.notes["to"])


def _recover_to_now(stage: Stage) -> None:
    """Somebody mistakes the moment: by then it is kept that they are deleted."""
    _wait_until_kept(stage)
    _recover_to(stage, clock.now())


def _recover_to(stage: Stage, at: int) -> None:
    stage.shop.close()  # What looks into the books here has the database open as well.
    ended = stage.haat("runbook", "run", RECOVER_TO_TIME.name, f"to={instant.written(at)}")
    stage.notes["mended"] = time.monotonic()
    if ended.returncode:
        raise Unavailable("The procedure did not run.", why=ended.stderr.strip()[-500:])


def _recover_nothing(stage: Stage) -> None:
    stage.run(blind(RECOVER_TO_TIME), {"to": stage.notes["to"]})
    stage.notes["mended"] = time.monotonic()


def _is_undone(stage: Stage) -> Finding:
    """They are there again, and every order that is not is named."""
    [(count,)] = stage.ask(f"SELECT count(*) FROM deals WHERE id IN ({_deleted(stage)})")  # noqa: S608 - numbers
    if count != _COUNT:
        return Finding(False, f"{count} of {_COUNT} orders are there again")
    done, put = swap.last(stage.data), swap.what_was_put(stage.data)
    if done is None or put is None or put.missing is None:
        return Finding(False, "nobody has said what was ordered since")
    aside = stage.data / done.aside
    named = {ids.decode(line.split()[0]) for line in swap.notes_in(aside).read_text("utf-8").splitlines()}
    database = stage.settings.database
    kept = str(aside / database.path.name) if database.kind == "sqlite" else done.kept
    before = {id_ for (id_,) in driver_of(database._replace(database=kept)).ask("SELECT id FROM deals")}
    unnamed = before - named - {id_ for (id_,) in stage.ask("SELECT id FROM deals")}
    if unnamed:
        return Finding(False, f"{len(unnamed)} orders are gone that nobody has named")
    back = is_back(stage)
    return Finding(
        back.holds, f"{_COUNT} orders are there again, {len(named)} are named that were made since; {back.said}"
    )


def _losses(stage: Stage, kept: set[str]) -> Losses | None:
    """Before the orders were deleted: what came after that is taken back on purpose."""
    moment = stage.notes.get("moment")
    return Losses(of_orders(stage.clients.sent, kept, moment, moment)) if moment else None


def _taken_back(stage: Stage) -> tuple[float, float]:
    moment = stage.notes.get("moment", 0.0)
    return moment - _SHIPPED_WITHIN, stage.notes.get("mended", moment)


ORDERS_DELETED = Drill(
    name="orders-deleted",
    purpose="Somebody deletes a hundred orders; the database of the moment before takes its place, and what was ordered since is named.",
    fault=_delete,
    answer=_recover,
    verify=_is_undone,
    budget=Budget(gap=30.0, failed=500, seconds=45.0, proof=3.0, loss=1.0),
    mutations=(
        Mutation("too-late", "It is brought back to a moment after the orders were deleted.", _recover_to_now),
        Mutation(
            "recovers-nothing",
            "The procedure says what it does, and does nothing.",
            _recover_nothing,
            breaks=RECOVER_TO_TIME.name,
        ),
    ),
    procedures=(RECOVER_TO_TIME.name,),
    ships=True,
    taken_back=_taken_back,
    losses=_losses,
)
