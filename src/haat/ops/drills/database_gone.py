"""The database is deleted while it is sold from: its file, or by an administrator of its server. What was sold until the last moment comes back."""

from __future__ import annotations

import time

import msgspec

from haat.ops.backups import swap
from haat.ops.backups.engines import engine_of
from haat.ops.backups.swap import Ready
from haat.ops.drills.database_damaged import NOT_REPLAYED, is_back, losses, newest_set, recover, wait_for_a_whole_set
from haat.ops.drills.drill import Budget, Drill, Mutation
from haat.ops.drills.stage import Stage
from haat.ops.procedure import Finding, Scene
from haat.ops.recovery.recover_database import RECOVER_DATABASE, what_is_wrong

_DROP = {"postgresql": 'DROP DATABASE "{}" WITH (FORCE)', "mariadb": "DROP DATABASE `{}`"}


def _delete(stage: Stage) -> Finding:
    wait_for_a_whole_set(stage)
    stage.notes["struck"] = time.monotonic()  # What is acknowledged meanwhile has to come back as well.
    if stage.server is None:
        file = stage.settings.database.path
        for end in ("", "-wal", "-shm"):
            file.with_name(f"{file.name}{end}").unlink()
    else:
        stage.server.ask(_DROP[stage.server.kind].format(stage.settings.database.database))
    said = what_is_wrong(Scene(stage.settings, {}))
    return Finding(bool(said), said or "the database is still there")


def _unproved(stage: Stage) -> None:
    """A copy is put in its place at which nobody has looked."""
    stage.shop.close()
    engine, before = engine_of(stage.settings), stage.folder / "unproved"
    stage.haat("backup", "restore", newest_set(stage), "--into", str(before))
    swap.stack_of(stage.data).mkdir(parents=True)
    now = int(time.time() * 1000)
    ready = Ready(0, now + 60_000, (), now, now, now, ())
    if carrier := engine.carrier():
        ready = msgspec.structs.replace(ready, database=engine.address.database)
        with engine.served(before) as copy:
            carrier.carry(copy, swap.beside(ready.database))
    else:
        ready = msgspec.structs.replace(ready, names=(engine.name,))
        (before / engine.name).rename(swap.stack_of(stage.data) / engine.name)
    swap.say_ready(stage.data, ready)
    stage.run(RECOVER_DATABASE, {})
    stage.notes["mended"] = time.monotonic()


DATABASE_GONE = Drill(
    name="database-gone",
    purpose="The database is deleted while people buy; what was sold until the last moment comes back.",
    fault=_delete,
    answer=recover,
    verify=is_back,
    budget=Budget(gap=35.0, failed=500, seconds=40.0, proof=3.0, loss=1.0),
    mutations=(
        NOT_REPLAYED,
        Mutation("unproved", "A copy takes its place at which nobody has looked.", _unproved),
    ),
    procedures=(RECOVER_DATABASE.name,),
    ships=True,
    losses=losses,
)
