"""Dead letters: jobs that failed for good, kept until somebody has seen to the cause and replays them."""

from __future__ import annotations

from typing import NamedTuple

from haat.jobs import queries
from haat.jobs.tables import jobs
from haat.kernel.errors import NotFound
from haat.kernel.ids import new_id
from haat.store import Store, Tx

_AFTER_ALL = 2**63 - 1
_AT_ONCE = 100


class DeadJob(NamedTuple):
    """A job that failed for good, and what the last attempt said."""

    id: int
    topic: str
    body: str
    attempts: int
    problem: str
    request_id: str
    created_at: int
    died_at: int


def list_dead(store: Store, *, before: int | None = None, most: int = 50) -> list[DeadJob]:
    """Those that nobody has replayed, youngest first; the next page is asked for with `before` = the last id of this one."""
    return [DeadJob(*row) for row in store.read(queries.DEAD_BEFORE, before=before or _AFTER_ALL, most=most)]


def replay(store: Store, dead_id: int) -> None:
    """Let the job run again as if it were new. Raises NotFound when it is not there or was replayed already."""
    if not store.write(lambda tx: _replay(tx, dead_id)):
        raise NotFound("This job is not among the dead letters.", why="It was replayed already, or never failed.")


def replay_all(store: Store) -> int:
    """Let every dead job run again; returns how many. What dies meanwhile is left for the next time."""
    replayed = 0
    page = list_dead(store, most=_AT_ONCE)
    while page:
        replayed += _replay_page(store, page)
        page = list_dead(store, before=page[-1].id, most=_AT_ONCE)
    return replayed


def _replay_page(store: Store, page: list[DeadJob]) -> int:
    return store.write(lambda tx: sum(_replay(tx, dead.id) for dead in page))


def _replay(tx: Tx, dead_id: int) -> bool:
    row = tx.first(queries.DEAD_BY_ID, dead=dead_id)
    if row is None or tx.run(queries.MARK_REPLAYED, dead=dead_id, at=tx.now) != 1:
        return False
    topic, payload, request_id = row
    tx.insert(
        jobs,
        id=new_id(),
        topic=topic,
        payload=payload,
        run_at=tx.now,
        attempts=0,
        request_id=request_id,
        created_at=tx.now,
    )
    return True
