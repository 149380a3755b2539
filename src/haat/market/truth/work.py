"""Promises about work for later: nothing is stuck, nothing was given up in silence."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import bindparam, select

from haat.jobs.tables import dead_jobs, jobs
from haat.kernel import clock, ids
from haat.kernel.clock import MINUTE
from haat.market.deals.tables import deals
from haat.market.truth.truth import Check
from haat.store import Reader

_PATIENCE = 10 * MINUTE

_STUCK = select(jobs.c.id, jobs.c.topic, jobs.c.attempts).where(
    jobs.c.run_at < bindparam("before"), jobs.c.created_at < bindparam("before")
)
_DEAD = select(dead_jobs.c.id, dead_jobs.c.topic, dead_jobs.c.problem).where(dead_jobs.c.replayed_at.is_(None))
_OVERDUE = select(deals.c.id, deals.c.state).where(deals.c.due_at < bindparam("before"))


def _stuck(reader: Reader) -> Iterator[str]:
    for id_, topic, attempts in reader.read(_STUCK, before=clock.now() - _PATIENCE):
        yield f"job {id_} ({topic}) has waited for more than ten minutes, after {attempts} attempts"


def _dead(reader: Reader) -> Iterator[str]:
    for id_, topic, problem in reader.read(_DEAD):
        yield f"job {id_} ({topic}) was given up: {problem.strip().splitlines()[-1]}"


def _overdue(reader: Reader) -> Iterator[str]:
    for id_, state in reader.read(_OVERDUE, before=clock.now() - _PATIENCE):
        yield f"deal {ids.encode(id_)} is {state}; the clock should have moved it more than ten minutes ago"


CHECKS = (
    Check("outbox", "no job is stuck", _stuck),
    Check("dead letters", "no job was given up", _dead),
    Check("timers", "no deal waits for a clock that stands still", _overdue),
)
