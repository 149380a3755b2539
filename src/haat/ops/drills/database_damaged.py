"""Bytes of the database are overwritten while it is sold from, or pages of a server's files. The newest that was kept and is sound takes its place."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from haat.kernel.errors import Unavailable
from haat.ops import running
from haat.ops.backups import swap
from haat.ops.drills.drill import Budget, Drill, Mutation
from haat.ops.drills.loss import Losses, of_orders
from haat.ops.drills.servers import Server
from haat.ops.drills.stage import Stage, soon, wait_until
from haat.ops.procedure import Finding
from haat.ops.procedure.scene import Scene
from haat.ops.procedure.step import only_looks
from haat.ops.recovery import steps
from haat.ops.recovery.recover_database import RECOVER_DATABASE, what_is_wrong

_GARBAGE = 64  # pages
_PAGE = {"sqlite": 4096, "postgresql": 8192, "mariadb": 16384}  # bytes
_FILES = """
SELECT pg_relation_filepath('listings') UNION ALL
SELECT min(pg_relation_filepath(indexrelid)) FROM pg_index WHERE indrelid = 'deals'::regclass
"""
_SPARED = 3  # pages of a file of MariaDB: what is in them is of no table
_PATIENCE = 60.0  # seconds
_LOOKED_EVERY = 0.1  # seconds
_LOOKED_FOR = 10.0  # seconds
_FAILURE = 500  # The least status of an answer that says so.


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
    if stage.server is None:
        file = stage.settings.database.path
        stage.notes["struck"] = time.monotonic()
        _overwrite(file, _PAGE["sqlite"], _pages(file, _PAGE["sqlite"]) // 2 - _GARBAGE // 2, _GARBAGE)
    else:
        _damage_server(stage, stage.server)
    return soon(lambda: _is_damaged(stage), _PATIENCE)


def _damage_server(stage: Stage, server: Server) -> None:
    """All of a table that every order reads; of PostgreSQL the end of an index as well. What is in the memory of a server is sound, so it is begun
    anew on what its disk has then. MariaDB falls over of an index that is damaged and written to, from then on at each start: that is another fault.
    """
    read, *indexes = (server.folder / "data" / name for name in _files(stage))
    stage.notes["struck"] = time.monotonic()
    server.end()
    page = _PAGE[server.kind]
    first = _SPARED if server.kind == "mariadb" else 0
    _overwrite(read, page, first, _pages(read, page) - first)
    for index in indexes:
        _overwrite(index, page, _pages(index, page) - 1, 1)
    since = time.monotonic()
    threading.Thread(target=_keep_up, args=(stage, server), daemon=True).start()
    sent = stage.clients.sent
    wait_until(lambda: any(one.began > since and one.status >= _FAILURE for one in sent), "orders fail", _PATIENCE)


def _keep_up(stage: Stage, server: Server) -> None:
    """As the system does with its services: one that has ended, or falls over of what it reads, is begun anew."""
    stage.notes["fallen"] = -1  # It has ended in order.
    while not stage.is_over.wait(_LOOKED_EVERY):
        if server.has_ended:
            stage.notes["fallen"] += 1
            with suppress(Exception):  # It may fall over while it is greeted.
                server.start()


def _is_damaged(stage: Stage) -> Finding:
    """Raises nothing: a server that falls over of it cannot be asked."""
    if stage.notes.get("fallen", 0) > 0:
        return Finding(True, f"its server has fallen over {stage.notes['fallen']} times of what it reads")
    try:
        said = what_is_wrong(Scene(stage.settings, {}))
    except Unavailable as error:
        return Finding(False, f"{error.what} {error.why}")
    return Finding(bool(said), said or "the database is still sound")


def _files(stage: Stage) -> Sequence[str]:
    """Below the data folder of the server: of the table that is read, and of indexes."""
    database = stage.settings.database
    if database.kind == "mariadb":
        return [f"{database.database}/listings.ibd"]
    return [name for (name,) in stage.ask(_FILES)]


def _pages(file: Path, size: int) -> int:
    """How many there are, without those at the end that nothing was written to."""
    return -(-len(file.read_bytes().rstrip(b"\0")) // size)


def _overwrite(file: Path, size: int, first: int, count: int) -> None:
    with file.open("r+b") as out:
        out.seek(first * size)
        out.write(os.urandom(count * size))


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


def _without_rest(stage: Stage) -> None:
    """The shop is at work all the while: also while its server, which was begun anew a moment ago, is looked at."""
    stage.shop.close()
    look, _, *others = RECOVER_DATABASE.steps
    taken = [look._replace(act=only_looks, timeout=_LOOKED_FOR), *others]
    stage.run(RECOVER_DATABASE._replace(steps=taken), {})
    stage.notes["mended"] = time.monotonic()


_PROVE = 2

NOT_REPLAYED = Mutation(
    "not-replayed",
    "The newest set comes back as it is, without what was sold since.",
    _without_the_log,
    breaks=RECOVER_DATABASE.name,
)

DATABASE_DAMAGED = Drill(
    name="database-damaged",
    purpose="Bytes of the database, or pages of its server's files, are overwritten while people buy; the newest that was kept takes its place.",
    fault=_damage,
    answer=recover,
    verify=is_back,
    budget=Budget(gap=30.0, failed=600, seconds=35.0, proof=3.0, loss=1.0),
    mutations=(
        NOT_REPLAYED,
        Mutation(
            "not-at-rest",
            "The shop does not rest, and nothing may get the place of a database that is served.",
            _without_rest,
            breaks=RECOVER_DATABASE.name,
        ),
    ),
    procedures=(RECOVER_DATABASE.name,),
    ships=True,
    losses=losses,
)
