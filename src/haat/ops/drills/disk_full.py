"""The disk of the stack is filled to the last byte. The shop refuses what it cannot keep, until somebody makes room."""

from __future__ import annotations

import json
import time

from haat.kernel.errors import Unavailable
from haat.ops import running
from haat.ops.drills.broken import lazy
from haat.ops.drills.drill import Budget, Drill, Mutation
from haat.ops.drills.small_disk import fill, why_not
from haat.ops.drills.stage import Stage, soon
from haat.ops.logs.drop_old import DROP_OLD_LOGS
from haat.ops.procedure import Finding

_DISK = 160_000_000  # bytes
_REFUSED = 503


def _fill(stage: Stage) -> Finding:
    """What grew is an old log: of all that a stack writes it is what nobody looks at."""
    stage.notes["full"] = time.monotonic()
    fill(stage.data / "logs" / "worker.log.5")
    refused = soon(lambda: _is_refused(stage), 10.0)
    return _health_names_it(stage) if refused.holds else refused


def _is_refused(stage: Stage) -> Finding:
    count = sum(one.status == _REFUSED for one in stage.clients.sent)
    return Finding(count > 0, f"{count} orders were refused")


def _health_names_it(stage: Stage) -> Finding:
    said = stage.haat("health", "--json")
    found = {part["name"]: part for part in json.loads(said.stdout)["parts"]}
    disk = found["disk"]
    is_named = (
        disk["status"] == "failed" and f"at {stage.data} " in disk["detail"] and DROP_OLD_LOGS.name in disk["try"]
    )
    return Finding(is_named, f"orders are refused, and health says: {disk['detail']}")


def _make_room(stage: Stage) -> None:
    ended = stage.haat("runbook", "run", DROP_OLD_LOGS.name)
    stage.notes["mended"] = time.monotonic()
    if ended.returncode:
        raise Unavailable("The procedure did not run.", why=ended.stderr.strip()[-300:])


def _make_none(stage: Stage) -> None:
    stage.run(lazy(DROP_OLD_LOGS), {})


def _keep_nothing_back(stage: Stage) -> None:
    running.reserve_of(stage.data).unlink()


def _takes_orders(stage: Stage) -> Finding:
    since = [one for one in stage.clients.sent if one.began > stage.notes["full"]]
    otherwise = {one.status for one in since if not one.is_acknowledged} - {_REFUSED}
    if otherwise:
        return Finding(False, f"orders were not refused in words, but answered {sorted(otherwise)}")
    mended = stage.notes.get("mended")
    kept = sum(one.is_acknowledged and one.began > mended for one in since) if mended else 0
    return Finding(kept > 0, f"{kept} orders came since there is room")


DISK_FULL = Drill(
    name="disk-full",
    purpose="The disk of the stack is filled to the last byte; orders are refused in words until old logs are removed.",
    fault=_fill,
    answer=_make_room,
    verify=_takes_orders,
    budget=Budget(gap=10.0, failed=10_000, seconds=15.0, proof=2.0),
    mutations=(
        Mutation(
            "makes-no-room", "The procedure says what it does, and does nothing.", _make_none, breaks=DROP_OLD_LOGS.name
        ),
        Mutation(
            "keeps-nothing-back",
            "There is no reserve, so the run of the procedure cannot be written down.",
            _make_room,
            _keep_nothing_back,
        ),
    ),
    procedures=(DROP_OLD_LOGS.name,),
    databases=("sqlite",),
    disk=_DISK,
    why_not=why_not,
)
