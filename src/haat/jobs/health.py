"""How the queue is doing, in figures that cost three looks at an index."""

from __future__ import annotations

from typing import NamedTuple

from haat.jobs import queries
from haat.kernel import clock
from haat.store import Store

MOST_COUNTED = 10_000


class Figures(NamedTuple):
    """The counts stop at MOST_COUNTED. `oldest_due_ms`: for how long the job that is due longest has waited."""

    waiting: int
    oldest_due_ms: int
    dead: int


def figures(store: Store) -> Figures:
    """The queue as it stands now."""
    oldest = store.value(queries.OLDEST)
    return Figures(
        waiting=store.value(queries.HOW_MANY_WAIT, most=MOST_COUNTED),
        oldest_due_ms=0 if oldest is None else max(0, clock.now() - oldest),
        dead=store.value(queries.HOW_MANY_ARE_DEAD, most=MOST_COUNTED),
    )
