"""Bytes in the middle of the database are overwritten while it is sold from. The newest that was kept and is sound takes its place."""

from __future__ import annotations

import json
import os
import time

from haat.kernel.errors import Unavailable
from haat.ops import running
from haat.ops.backups import swap
from haat.ops.drills.drill import Answer, Budget, Drill, Mutation
from haat.ops.drills.loss import Losses, of_orders
from haat.ops.drills.stage import Stage, wait_until
from haat.ops.procedure import Finding, Procedure
from haat.ops.procedure.scene import Scene
from haat.ops.recovery.recover_database import RECOVER_DATABASE, what_is_wrong

_GARBAGE = 64  # pages
_PAGE = 4096  # bytes
_PATIENCE = 60.0  # seconds


def wait_for_a_whole_set(stage: Stage) -> None:
    """The gateway of the sandbox has no database before the first order; and then a set begins anew what is kept. Raises Unavailable."""

    def is_there() -> bool:
        told = stage.haat("backup", "list", "--json")
        return told.returncode == 0 and has_gateway(told.stdout)

    wait_until(is_there, "there is a set with the gateway in it", _PATIENCE)
    now = time.time()
    wait_until(lambda: running.shipped_of(stage.data).stat().st_mtime > now, "what is ordered is kept", _PATIENCE)


def has_gateway(said: str) -> bool:
    """Whether the newest set that `haat backup list --json` tells of has it; while the first is being taken there is none."""
    return any("sandbox.db" in one["positions"] for one in json.loads(said)["sets"][:1])


def _damage(stage: Stage) -> Finding:
    wait_for_a_whole_set(stage)
    file = stage.settings.database.path
    middle = file.stat().st_size // _PAGE // 2 - _GARBAGE // 2
    with file.open("r+b") as out:
        out.seek(middle * _PAGE)
        stage.notes["struck"] = time.monotonic()
        out.write(os.urandom(_GARBAGE * _PAGE))
    said = what_is_wrong(Scene(stage.settings, {}))
    return Finding(bool(said), said or "the database is still sound")


def recover(stage: Stage) -> None:
    """As an operator does it."""
    stage.shop.close()  # What looks into the books here has the database open as well.
    ended = stage.haat("runbook", "run", RECOVER_DATABASE.name)
    stage.notes["mended"] = time.monotonic()
    if ended.returncode:
        raise Unavailable("The procedure did not run.", why=ended.stderr.strip()[-500:])


def is_back(stage: Stage) -> Finding:
    """The copy is there and sound, and orders are taken."""
    put = swap.what_was_put(stage.data)
    if put is None:
        return Finding(False, "no copy was put in the place of the database")
    if not put.looked:
        return Finding(False, "nobody has looked at the copy that is in its place")
    if wrong := what_is_wrong(Scene(stage.settings, {})):
        return Finding(False, wrong)
    since = sum(one.is_acknowledged and one.began > stage.notes["mended"] for one in stage.clients.sent)
    return Finding(since > 0, f"{'; '.join(put.looked)}; {since} orders came since it is in its place")


def losses(stage: Stage, kept: set[str]) -> Losses | None:
    """Of all that was acknowledged until the copy had its place: whoever has the database open may go on for a while. Photos and settings are not touched."""
    if not {"struck", "mended"} <= stage.notes.keys():
        return None
    return Losses(of_orders(stage.clients.sent, kept, stage.notes["struck"], stage.notes["mended"]))


def _skipping(procedure: Procedure, number: int) -> Answer:
    """Somebody leaves out a step."""

    def answer(stage: Stage) -> None:
        stage.shop.close()
        steps = [step for at, step in enumerate(procedure.steps) if at != number]
        stage.run(procedure._replace(steps=steps), {})
        stage.notes["mended"] = time.monotonic()

    return answer


_HOLD = 1

DATABASE_DAMAGED = Drill(
    name="database-damaged",
    purpose="Bytes in the middle of the database are overwritten while people buy; the newest that was kept takes its place.",
    fault=_damage,
    answer=recover,
    verify=is_back,
    budget=Budget(gap=30.0, failed=10_000, seconds=60.0, proof=3.0, loss=1.0),
    mutations=(
        Mutation(
            "served-meanwhile",
            "The shop goes on while the copy takes its place.",
            _skipping(RECOVER_DATABASE, _HOLD),
            breaks=RECOVER_DATABASE.name,
        ),
    ),
    procedures=(RECOVER_DATABASE.name,),
    databases=("sqlite",),
    ships=True,
    losses=losses,
)
