"""What is told in a transaction is kept with it, once for each key."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from sqlalchemy import select
from tests.support.running import wait_until
from tests.support.together import together

from haat.jobs.health import figures
from haat.jobs.job import Handler, Payload
from haat.jobs.outbox import tell
from haat.jobs.tables import jobs
from haat.jobs.worker import Worker
from haat.kernel import clock
from haat.kernel.trace import request_id
from haat.store import Store, Tx

WAITING = select(jobs.c.topic, jobs.c.payload, jobs.c.key).order_by(jobs.c.id)


def test_what_a_failed_transaction_told_was_never_said(store: Store) -> None:
    def sells_and_fails(tx: Tx) -> None:
        tell(tx, "parcel", {"deal": 1})
        raise ValueError

    with pytest.raises(ValueError):
        store.write(sells_and_fails)
    assert store.read(WAITING) == []


def test_of_jobs_with_the_same_key_the_first_is_kept_while_it_waits(store: Store) -> None:
    store.write(lambda tx: tell(tx, "index", {"turn": 1}, key="listing:7"))
    store.write(lambda tx: tell(tx, "index", {"turn": 2}, key="listing:7"))
    store.write(lambda tx: tell(tx, "index", {"turn": 1}, key="listing:8"))
    assert store.read(WAITING) == [("index", '{"turn":1}', "listing:7"), ("index", '{"turn":1}', "listing:8")]


def test_what_changes_while_a_job_runs_is_worth_another_job(store: Store) -> None:
    seen = []

    def index(payload: dict) -> None:
        if not seen:
            store.write(lambda tx: tell(tx, "index", {"turn": 2}, key="listing:7"))
        seen.append(payload["turn"])

    store.write(lambda tx: tell(tx, "index", {"turn": 1}, key="listing:7"))
    Worker(store, {"index": index}).drain()
    assert seen == [1, 2]


def test_a_job_for_later_waits_for_its_time(store: Store) -> None:
    done = []
    worker = Worker(store, {"remind": done.append})
    with clock.frozen():
        store.write(lambda tx: tell(tx, "remind", {"deal": 1}, run_at=tx.now + clock.HOUR))
        assert worker.drain() == 0
        clock.advance(clock.HOUR)
        assert worker.drain() == 1
    assert done == [{"deal": 1}]


def test_the_request_id_follows_the_job_and_the_jobs_of_the_job(store: Store) -> None:
    seen = []

    def first(_: dict) -> None:
        seen.append(request_id.get())
        store.write(lambda tx: tell(tx, "second", {}))

    def second(_: dict) -> None:
        seen.append(request_id.get())

    before = request_id.get()
    token = request_id.set("r-1")
    store.write(lambda tx: tell(tx, "first", {}))
    request_id.reset(token)
    Worker(store, {"first": first, "second": second}).drain()
    assert seen == ["r-1", "r-1"]
    assert request_id.get() == before


def test_what_sixty_four_tell_at_once_is_done_once_each_by_four_workers(store: Store) -> None:
    done: Counter[tuple[str, int]] = Counter()
    counting, stop = threading.Lock(), threading.Event()

    def count(topic: str) -> Handler:
        def handle(payload: Payload) -> None:
            with counting:
                done[topic, payload["by"]] += 1

        return handle

    def tell_three(number: int) -> None:
        store.write(lambda tx: tell(tx, "alone", {"by": number}))
        store.write(lambda tx: [tell(tx, "alone", {"by": 100 + number}), tell(tx, "shared", {"by": 0}, key="shared")])

    handlers = {topic: count(topic) for topic in ("alone", "shared")}
    workers = [
        threading.Thread(target=Worker(store, handlers, threads=2).run_until_stopped, args=(stop,)) for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    try:
        together(64, tell_three)
        wait_until(lambda: figures(store).waiting == 0, "every job is done", 60)
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    shared = done.pop(("shared", 0))
    assert done == {("alone", by): 1 for first in (0, 100) for by in range(first, first + 64)}
    assert 1 <= shared <= 64  # One that waits stands for all who told it meanwhile.
