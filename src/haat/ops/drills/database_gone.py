"""The file of the database is deleted while it is sold from. What was sold until the last moment comes back."""

from __future__ import annotations

import time

from haat.ops.backups import swap
from haat.ops.backups.swap import Ready
from haat.ops.drills.database_damaged import is_back, recover, wait_for_a_whole_set
from haat.ops.drills.drill import Budget, Drill, Mutation
from haat.ops.drills.stage import Stage
from haat.ops.procedure import Finding
from haat.ops.recovery import steps
from haat.ops.recovery.recover_database import RECOVER_DATABASE


def _delete(stage: Stage) -> Finding:
    wait_for_a_whole_set(stage)
    file = stage.settings.database.path
    for end in ("", "-wal", "-shm"):
        file.with_name(f"{file.name}{end}").unlink()
    return Finding(not file.exists(), f"{file} is gone")


def newest_set(stage: Stage) -> str:
    """Its id."""
    return str(stage.told("backup", "list")["sets"][0]["id"])


def _without_the_log(stage: Stage) -> None:
    """The newest set comes back as it is."""
    stage.shop.close()
    id_ = newest_set(stage)
    taken = [
        steps.prove_copy(lambda scene: (id_,)) if number == _PROVE else step
        for number, step in enumerate(RECOVER_DATABASE.steps)
    ]
    stage.run(RECOVER_DATABASE._replace(steps=taken), {})
    stage.notes["mended"] = time.monotonic()


def _unproved(stage: Stage) -> None:
    """A copy is put in its place at which nobody has looked."""
    stage.shop.close()
    place = stage.settings.database.path.name
    before = stage.folder / "unproved"
    stage.haat("backup", "restore", newest_set(stage), "--into", str(before))
    swap.stack_of(stage.data).mkdir(parents=True)
    (before / place).rename(swap.stack_of(stage.data) / place)
    now = int(time.time() * 1000)
    swap.say_ready(stage.data, Ready(0, now + 60_000, (place,), now, now, now, ()))
    stage.run(RECOVER_DATABASE, {})
    stage.notes["mended"] = time.monotonic()


_PROVE = 2

DATABASE_GONE = Drill(
    name="database-gone",
    purpose="The file of the database is deleted while people buy; what was sold until the last moment comes back.",
    fault=_delete,
    answer=recover,
    verify=is_back,
    budget=Budget(gap=30.0, failed=10_000, seconds=60.0, proof=2.0),
    mutations=(
        Mutation("not-replayed", "The newest set comes back as it is, without what was sold since.", _without_the_log),
        Mutation("unproved", "A copy takes its place at which nobody has looked.", _unproved),
    ),
    procedures=(RECOVER_DATABASE.name,),
    databases=("sqlite",),
    ships=True,
)
