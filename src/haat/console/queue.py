"""The jobs that wait, as the database tells whoever knows nothing of the shop."""

from __future__ import annotations

from typing import NamedTuple

from haat.config.address import Address
from haat.store.driver import LONGEST_ANSWER
from haat.store.drivers import driver_of

MOST_COUNTED = 10_000  # jobs, as _JOBS has it


class Queue(NamedTuple):
    """Jobs that wait (no more than MOST_COUNTED are counted), when the oldest of them was due, and how many failed for good."""

    waiting: int
    oldest_at: int | None
    dead: int


def queue_of(address: Address, patience: float = LONGEST_ANSWER) -> Queue:
    """Raises Unavailable."""
    [row] = driver_of(address).ask(_JOBS, patience)
    return Queue(*row)


_JOBS = """
SELECT (SELECT count(*) FROM (SELECT 1 FROM jobs LIMIT 10000) AS counted), (SELECT min(run_at) FROM jobs),
       (SELECT count(*) FROM dead_jobs WHERE replayed_at IS NULL)
"""
