"""What waits in the outbox, for operators who want to see it."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, select

from haat.jobs.tables import jobs
from haat.store import Store


class WaitingJob(NamedTuple):
    """A job that has not run yet, or that runs again. `worker` has it in hand now."""

    id: int
    topic: str
    attempts: int
    run_at: int
    worker: str | None
    request_id: str
    created_at: int


def list_waiting(store: Store, *, most: int = 50) -> list[WaitingJob]:
    """The jobs in the order in which they fall due."""
    return [WaitingJob(*row) for row in store.read(_WAITING, most=most)]


_WAITING = (
    select(
        jobs.c.id,
        jobs.c.topic,
        jobs.c.attempts,
        jobs.c.run_at,
        jobs.c.worker,
        jobs.c.request_id,
        jobs.c.created_at,
    )
    .order_by(jobs.c.run_at, jobs.c.id)
    .limit(bindparam("most"))
)
