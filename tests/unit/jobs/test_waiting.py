"""Operators see what waits, in the order in which it falls due."""

from __future__ import annotations

from haat.jobs import outbox
from haat.jobs.waiting import list_waiting
from haat.kernel import clock
from haat.store import Store


def test_what_falls_due_first_stands_first(store: Store) -> None:
    later = clock.now() + clock.HOUR
    store.write(lambda tx: outbox.tell(tx, "late", {}, run_at=later))
    store.write(lambda tx: outbox.tell(tx, "early", {}))
    assert [job.topic for job in list_waiting(store)] == ["early", "late"]
    assert [job.topic for job in list_waiting(store, most=1)] == ["early"]
