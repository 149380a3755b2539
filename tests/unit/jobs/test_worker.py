"""Every job runs until it succeeds or is given up, on one worker at a time, whoever dies."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from haat.jobs.dead import list_dead
from haat.jobs.health import figures
from haat.jobs.job import GiveUp, Job
from haat.jobs.outbox import tell
from haat.jobs.tables import jobs
from haat.jobs.worker import LEASE, MOST_ATTEMPTS, Worker, pause_after
from haat.kernel import clock
from haat.kernel.errors import Unavailable
from haat.store import Store, Tx

HOW_OFTEN_TRIED = select(jobs.c.attempts)

# A job puts a file where it works, and adds a line to its record when it is done: two at once would find the file there.
CAREFUL_WORKER = """
import sys, threading, time
from pathlib import Path
from haat.jobs.worker import Worker
from haat.store import Store

store, folder, stop = Store(sys.argv[1]), Path(sys.argv[2]), threading.Event()

def work(payload):
    with open(folder / f"at-work-{payload['n']}", "x"):
        time.sleep(0.002)
    with open(folder / f"done-{payload['n']}", "a") as record:
        record.write("x")
    (folder / f"at-work-{payload['n']}").unlink()

def stops_when_told():
    sys.stdin.read()
    stop.set()

threading.Thread(target=stops_when_told).start()
Worker(store, {"work": work}, threads=2).run_until_stopped(stop)
"""

DYING_WORKER = """
import os, signal, sys, threading
from pathlib import Path
from haat.jobs.worker import Worker
from haat.store import Store

def work(payload):
    Path(sys.argv[2], "begun").touch()
    os.kill(os.getpid(), signal.SIGKILL)

Worker(Store(sys.argv[1]), {"work": work}, supervisor=sys.argv[3]).run_until_stopped(threading.Event())
"""


@pytest.fixture
def running(store: Store):
    """Starts a worker in a thread of its own, and stops it in the end."""
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def start(handlers: dict, **settings: Any) -> Callable[[], None]:
        thread = threading.Thread(target=Worker(store, handlers, **settings).run_until_stopped, args=(stop,))
        thread.start()
        threads.append(thread)
        return lambda: (stop.set(), thread.join())

    yield start
    stop.set()
    for thread in threads:
        thread.join()


def tell_many(store: Store, count: int) -> None:
    def tell_all(tx: Tx) -> None:
        for n in range(count):
            tell(tx, "work", {"n": n})

    store.write(tell_all)


def fail(_: dict) -> None:
    raise Unavailable("The mail server does not answer.", why="Connection refused.")


def die(store: Store, folder: Path, supervisor: str = "a-supervisor") -> None:
    """A worker is killed while it does the first job."""
    command = [sys.executable, "-c", DYING_WORKER, store.address.reveal(), str(folder), supervisor]
    assert subprocess.run(command, timeout=30).returncode == -9
    assert (folder / "begun").exists()


def until(is_so: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def test_a_job_that_succeeds_is_gone(store: Store) -> None:
    done = []
    store.write(lambda tx: tell(tx, "work", {"n": 1, "text": "Ünïcødé"}))
    assert Worker(store, {"work": done.append}).drain() == 1
    assert done == [{"n": 1, "text": "Ünïcødé"}]
    assert figures(store).waiting == 0


def test_a_job_that_is_told_runs_within_a_moment(store: Store, running: Callable) -> None:
    done = threading.Event()
    running({"work": lambda _: done.set()})
    time.sleep(0.15)
    told_at = time.monotonic()
    tell_many(store, 1)
    assert done.wait(2)
    assert time.monotonic() - told_at < 1


def test_a_job_that_fails_runs_again_later_and_later(store: Store) -> None:
    worker = Worker(store, {"work": fail})
    tell_many(store, 1)
    with clock.frozen():
        assert worker.drain() == 1
        assert worker.drain() == 0
        clock.advance(2 * clock.SECOND)
        assert worker.drain() == 1
        assert store.value(HOW_OFTEN_TRIED) == 2
    pauses = [pause_after(attempts) for attempts in range(1, MOST_ATTEMPTS)]
    assert pauses[0] <= 2 * clock.SECOND
    assert clock.MINUTE < pauses[7] <= 5 * clock.MINUTE
    assert pause_after(50) <= clock.HOUR


def test_a_job_that_fails_too_often_becomes_a_dead_letter_with_its_problem(store: Store) -> None:
    worker = Worker(store, {"work": fail})
    tell_many(store, 1)
    with clock.frozen():
        for _ in range(MOST_ATTEMPTS):
            worker.drain()
            clock.advance(clock.HOUR)
        assert worker.drain() == 0
    [dead] = list_dead(store)
    assert (dead.topic, dead.attempts) == ("work", MOST_ATTEMPTS)
    assert dead.problem == "The mail server does not answer. Connection refused."


def test_a_handler_that_gives_up_is_not_asked_again(store: Store) -> None:
    def refuse(_: dict) -> None:
        raise GiveUp("There is no such mailbox.")

    tell_many(store, 1)
    assert Worker(store, {"work": refuse}).drain() == 1
    assert [(dead.attempts, dead.problem) for dead in list_dead(store)] == [(1, "There is no such mailbox.")]


def test_a_topic_that_nobody_handles_is_tried_again_and_not_lost(store: Store) -> None:
    with clock.frozen():
        tell_many(store, 1)
        Worker(store, {}).drain()
        clock.advance(2 * clock.SECOND)
        done = []
        Worker(store, {"work": done.append}).drain()
    assert done == [{"n": 0}]


def test_an_error_of_ours_says_where_it_happened(store: Store) -> None:
    def divides(_: dict) -> None:
        raise ZeroDivisionError("division by zero")

    tell_many(store, 1)
    with clock.frozen():
        for _ in range(MOST_ATTEMPTS):
            Worker(store, {"work": divides}).drain()
            clock.advance(clock.HOUR)
    assert list_dead(store)[0].problem.startswith("ZeroDivisionError: division by zero (divides, line ")


def test_a_job_whose_worker_is_killed_runs_again_when_its_claim_has_run_out(store: Store, tmp_path: Path) -> None:
    tell_many(store, 1)
    die(store, tmp_path)
    done = []
    worker = Worker(store, {"work": done.append})
    assert worker.drain() == 0
    assert worker.drain(clock.now() + LEASE) == 1
    assert done == [{"n": 0}]


def test_the_next_worker_of_the_same_supervisor_takes_over_at_once(
    store: Store, tmp_path: Path, running: Callable
) -> None:
    tell_many(store, 1)
    die(store, tmp_path)
    done = threading.Event()
    running({"work": lambda _: done.set()}, supervisor="a-supervisor")
    assert done.wait(LEASE / clock.SECOND / 2)


def test_a_job_whose_outcome_could_not_be_saved_runs_again_as_soon_as_the_database_is_back(store: Store) -> None:
    class Unlucky(Worker):
        """The database goes away just when the first outcome is to be saved."""

        def _settle(self, job: Job, error: Exception | None) -> None:
            if len(runs) == 1:
                raise Unavailable("The database does not answer.")
            super()._settle(job, error)

    runs, stop = [], threading.Event()
    tell_many(store, 1)
    thread = threading.Thread(target=Unlucky(store, {"work": runs.append}).run_until_stopped, args=(stop,))
    thread.start()
    until(lambda: figures(store).waiting == 0, seconds=LEASE / clock.SECOND / 2)
    stop.set()
    thread.join()
    assert runs == [{"n": 0}, {"n": 0}]


def test_a_job_is_out_of_hand_before_it_is_told_that_it_is_left(store: Store) -> None:
    class Witness(threading.Event):
        def set(self) -> None:
            in_hand.append(list(worker._in_hand))
            super().set()

    in_hand: list[list[int]] = []
    worker = Worker(store, {})
    worker._may_be_left = Witness()
    tell_many(store, 1)
    [job] = worker._claim(1, clock.now())
    worker._in_hand[job.id] = job
    worker._settle = lambda job, error: 1 / 0
    worker._run_in_hand(job)
    assert in_hand == [[]]


def test_what_somebody_else_keeps_is_never_taken_from_it(store: Store, running: Callable) -> None:
    begun, go_on, runs = threading.Event(), threading.Event(), []

    def work(payload: dict) -> None:
        runs.append(payload["n"])
        begun.set()
        go_on.wait(10)

    tell_many(store, 1)
    running({"work": work}, supervisor="a-supervisor")
    assert begun.wait(5)
    for supervisor in ("supervisor", "another", None):
        other = Worker(store, {"work": work}, supervisor=supervisor)
        other._free_what_nobody_does()
        assert other._claim(1, clock.now()) == []
    go_on.set()
    until(lambda: figures(store).waiting == 0)
    assert runs == [0]


def test_a_job_that_kills_every_worker_is_buried_without_another_try(store: Store) -> None:
    tell_many(store, 1)
    with clock.frozen():
        for _ in range(MOST_ATTEMPTS):
            assert len(Worker(store, {})._claim(1, clock.now())) == 1
            clock.advance(LEASE)
        done = []
        Worker(store, {"work": done.append}).drain()
    assert done == []
    assert "died" in list_dead(store)[0].problem


def test_a_job_that_takes_longer_than_a_claim_lasts_is_not_run_by_two(store: Store, running: Callable) -> None:
    runs = []

    def takes_long(payload: dict) -> None:
        runs.append(payload)
        time.sleep(2.4)

    tell_many(store, 1)
    for _ in range(2):
        running({"work": takes_long}, lease=1000)
    until(lambda: figures(store).waiting == 0)
    assert len(runs) == 1


def test_a_worker_that_was_away_too_long_does_not_finish_what_another_took_over(store: Store) -> None:
    tell_many(store, 1)
    with clock.frozen():

        def away(_: dict) -> None:
            clock.advance(LEASE)
            [taken] = Worker(store, {})._claim(1, clock.now())
            assert taken.attempts == 2

        Worker(store, {"work": away})._run(*Worker(store, {})._claim(1, clock.now()))
    assert figures(store).waiting == 1


def test_a_worker_that_is_stopped_finishes_the_job_in_hand_and_begins_no_other(store: Store, running: Callable) -> None:
    begun, go_on, done = threading.Event(), threading.Event(), []

    def work(payload: dict) -> None:
        begun.set()
        go_on.wait(5)
        done.append(payload["n"])

    tell_many(store, 3)
    stop = running({"work": work}, threads=1)
    begun.wait(5)
    threading.Timer(0.3, go_on.set).start()
    stop()
    assert done == [0]
    assert figures(store).waiting == 2


@pytest.mark.only_on("sqlite", "it takes the file away")
def test_a_broken_queue_does_not_end_the_worker(
    store: Store, running: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = threading.Event()
    tell_many(store, 1)
    whole, broken = store.address.path, store.address.path.with_name("moved.db")
    whole.rename(broken)
    whole.mkdir()
    store.close()
    running({"work": lambda _: done.set()})
    assert not done.wait(0.5)
    whole.rmdir()
    broken.rename(whole)
    assert done.wait(5)


def test_two_processes_of_two_threads_lose_no_job_and_run_none_twice(store: Store, tmp_path: Path) -> None:
    count = 120
    tell_many(store, count)
    command = [sys.executable, "-c", CAREFUL_WORKER, store.address.reveal(), str(tmp_path)]
    workers = [subprocess.Popen(command, stdin=subprocess.PIPE) for _ in range(2)]
    try:
        until(lambda: figures(store).waiting == 0, seconds=30)
    finally:
        for worker in workers:
            worker.communicate(timeout=30)
    assert [worker.returncode for worker in workers] == [0, 0]
    assert list_dead(store) == []
    assert {file.read_text() for file in tmp_path.glob("done-*")} == {"x"}
    assert len(list(tmp_path.glob("done-*"))) == count


def test_four_threads_run_jobs_at_the_same_time(store: Store, running: Callable) -> None:
    all_at_once = threading.Barrier(4)
    tell_many(store, 4)
    running({"work": lambda _: all_at_once.wait(5)}, threads=4)
    until(lambda: figures(store).waiting == 0)
