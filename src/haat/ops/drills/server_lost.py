"""The server of the database is lost: it does not start any more. An empty one takes its place, and what was sold until then comes back to it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from pathlib import Path

from haat.kernel.errors import Unavailable
from haat.ops.drills.broken import blind
from haat.ops.drills.database_damaged import NOT_REPLAYED, is_back, losses, recover, wait_for_a_whole_set
from haat.ops.drills.drill import Budget, Drill, Mutation
from haat.ops.drills.servers import Server
from haat.ops.drills.stage import Stage
from haat.ops.procedure import Finding
from haat.ops.recovery.recover_database import RECOVER_DATABASE

# What a server reads before all else, below its data folder.
_SPOILT = {"postgresql": ("global/pg_control", "pg_wal/*"), "mariadb": ("ibdata1", "ib_logfile0")}
_COMPLAINTS = re.compile(r"(?:FATAL|PANIC|\[ERROR\]).*")
_BEGINNING = 1 << 20  # bytes
_SHIPPED_WITHIN = 1.0  # seconds: what was committed later than that before the end may be in no repository


def _lose(stage: Stage) -> Finding:
    """It dies, and what it reads first is garbage, so that it falls over at each start."""
    assert stage.server is not None
    wait_for_a_whole_set(stage)
    time.sleep(2 * _SHIPPED_WITHIN)  # The set alone would be less than is promised.
    stage.notes["struck"] = time.monotonic()
    stage.server.kill()
    for file in _spoilt(stage.server):
        _overwrite(file)
    try:
        stage.server.start()
    except Unavailable as error:
        return Finding(True, f"its server does not start any more: {_complaint(error.why)}")
    return Finding(False, "its server starts again")


def _spoilt(server: Server) -> Sequence[Path]:
    data = server.folder / "data"
    return [file for pattern in _SPOILT[server.kind] for file in data.glob(pattern) if file.is_file()]


def _overwrite(file: Path) -> None:
    with file.open("r+b") as out:
        out.write(os.urandom(min(_BEGINNING, file.stat().st_size)))


def _complaint(log: str) -> str:
    found = _COMPLAINTS.search(log)
    return found[0] if found else log


def _put_an_empty_one(stage: Stage) -> None:
    """As whoever runs the server does it: at the same address, with a user for the shop."""
    assert stage.server is not None
    stage.server.begin_anew()


def _recover(stage: Stage) -> None:
    _put_an_empty_one(stage)
    recover(stage)


def _recover_nothing(stage: Stage) -> None:
    _put_an_empty_one(stage)
    stage.run(blind(RECOVER_DATABASE), {})
    stage.notes["mended"] = time.monotonic()


def _recover_set(stage: Stage) -> None:
    _put_an_empty_one(stage)
    NOT_REPLAYED.answer(stage)


def _gone_with_it(stage: Stage) -> tuple[float, float]:
    struck = stage.notes.get("struck", 0.0)
    return struck - _SHIPPED_WITHIN, struck + _SHIPPED_WITHIN


SERVER_LOST = Drill(
    name="server-lost",
    purpose="The server of the database dies while people buy, and never starts again; an empty one takes its place, and what was sold comes back to it.",
    fault=_lose,
    answer=_recover,
    verify=is_back,
    budget=Budget(gap=35.0, failed=500, seconds=40.0, proof=3.0, loss=1.0),
    mutations=(
        Mutation("not-recovered", "An empty server takes its place, and nothing is brought back.", _put_an_empty_one),
        Mutation(
            "recovers-nothing",
            "The procedure says what it does, and does nothing.",
            _recover_nothing,
            breaks=RECOVER_DATABASE.name,
        ),
        NOT_REPLAYED._replace(answer=_recover_set),
    ),
    procedures=(RECOVER_DATABASE.name,),
    databases=("postgresql", "mariadb"),
    ships=True,
    taken_back=_gone_with_it,
    losses=losses,
)
