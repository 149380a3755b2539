"""What a database does to us: deadlocks, connections that are killed or cut, restarts under load, workers that are killed."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import bindparam, func, select, update
from tests.support.cutting import Cutter
from tests.support.databases import Databases
from tests.support.running import wait_until
from tests.support.stack import Stack
from tests.support.up import Up, get

from haat.cli import main
from haat.config.address import NAMES, Address
from haat.jobs.health import figures
from haat.jobs.outbox import tell
from haat.jobs.tables import idempotency_keys as notes
from haat.jobs.tables import schedule
from haat.kernel.errors import Unavailable
from haat.store import Store, Tx, Uncertain
from haat.store.migrate import known

on_servers = pytest.mark.only_on("postgresql mariadb", "a file has no connections, and one writer")

HOW_MANY = select(func.count()).select_from(schedule)
COUNT_UP = update(schedule).where(schedule.c.task == bindparam("name")).values(last_at=schedule.c.last_at + 1)
COUNTED = select(schedule.c.task, schedule.c.last_at).order_by(schedule.c.task)
NOTED = select(notes.c.key)


def add(store: Store, *tasks: str) -> None:
    store.write(lambda tx: [tx.insert(schedule, task=task, last_at=0, outcome="") for task in tasks])


def together(count: int, act: Callable[[int], object]) -> None:
    """In so many threads at once; raises what one of them raised."""
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            act(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    if errors:
        raise errors[0]


def kill_own_connection(store: Store, databases: Databases) -> None:
    """As an administrator might, or a database that runs short of memory."""
    if store.kind == "postgresql":
        (pid,) = store.connection().execute("SELECT pg_backend_pid()").fetchone()
        databases.server.ask(f"SELECT pg_terminate_backend({pid})")
    else:
        (number,) = store.connection().execute("SELECT connection_id()").fetchone()
        databases.server.ask(f"KILL CONNECTION {number}")


@on_servers
def test_units_that_lock_each_other_out_are_run_again_and_both_succeed(store: Store) -> None:
    add(store, "a", "b")
    both_have_one = threading.Barrier(2)
    runs: list[int] = []

    def work(tx: Tx, number: int) -> None:
        runs.append(number)
        first, second = ("a", "b") if number else ("b", "a")
        tx.run(COUNT_UP, name=first)
        if runs.count(number) == 1:
            both_have_one.wait(10)
        tx.run(COUNT_UP, name=second)

    together(2, lambda number: store.write(lambda tx: work(tx, number)))
    assert store.read(COUNTED) == [("a", 2), ("b", 2)]
    assert len(runs) > 2


def test_nobody_is_counted_twice_and_nobody_left_out_when_all_count_at_once(store: Store) -> None:
    add(store, "a", "b", "c")

    def count(number: int) -> None:
        for name in ("abc", "cab", "bca", "cba")[number % 4]:
            store.write(lambda tx, name=name: tx.run(COUNT_UP, name=name))
        store.write(lambda tx: [tx.run(COUNT_UP, name=name) for name in ("abc", "cba")[number % 2]])

    together(24, count)
    assert store.read(COUNTED) == [("a", 48), ("b", 48), ("c", 48)]


def test_what_may_be_there_once_is_added_by_one_of_many_and_the_others_are_told(store: Store) -> None:
    added: list[bool] = []
    together(
        32, lambda _: added.append(store.write(lambda tx: tx.insert_once(schedule, task="a", last_at=0, outcome="")))
    )
    assert sorted(added) == [False] * 31 + [True]


def test_who_is_alone_with_something_sees_what_the_one_before_did(store: Store) -> None:
    def add_if_few(tx: Tx) -> bool:
        tx.alone("few", 3)
        if (count := tx.value(HOW_MANY)) >= 3:
            return False
        time.sleep(0.005)
        tx.insert(schedule, task=f"task {count}", last_at=0, outcome="")
        return True

    added: list[bool] = []
    together(24, lambda _: added.append(store.write(add_if_few)))
    assert Counter(added) == {True: 3, False: 21}


@on_servers
def test_a_connection_that_is_killed_within_a_unit_leaves_nothing_half_done(store: Store, databases: Databases) -> None:
    add(store, "a")
    runs: list[int] = []

    def work(tx: Tx) -> None:
        runs.append(1)
        tx.run(COUNT_UP, name="a")
        if len(runs) < 3:
            kill_own_connection(store, databases)
        tx.insert(schedule, task="b", last_at=0, outcome="")

    store.write(work)
    assert store.read(COUNTED) == [("a", 1), ("b", 0)]
    assert len(runs) == 3


@on_servers
def test_a_connection_that_was_killed_between_two_reads_is_made_anew(store: Store, databases: Databases) -> None:
    assert store.value(HOW_MANY) == 0
    kill_own_connection(store, databases)
    assert store.value(HOW_MANY) == 0


@pytest.fixture
def cutter(store: Store) -> Iterator[Cutter]:
    cutter = Cutter(store.address.port_or_usual)
    yield cutter
    cutter.close()


@on_servers
@pytest.mark.parametrize("is_saved", [True, False])
def test_a_unit_whose_commit_was_not_answered_is_never_run_twice(store: Store, cutter: Cutter, is_saved: bool) -> None:
    cut = Store(store.address._replace(port=cutter.port))
    runs: list[int] = []

    def work(tx: Tx) -> None:
        runs.append(1)
        tx.insert(schedule, task="a", last_at=0, outcome="")
        cutter.cut_at(b"COMMIT", passes=is_saved)

    with pytest.raises(Uncertain) as raised:
        cut.write(work)
    assert runs == [1]
    assert raised.value.temporary
    wait_until(lambda: store.value(HOW_MANY) == int(is_saved), "it is saved, or not")
    cut.write(lambda tx: tx.insert(schedule, task="b", last_at=0, outcome=""))
    cut.close()


@on_servers
def test_a_wire_that_is_cut_before_the_commit_is_sent_costs_a_second_run(store: Store, cutter: Cutter) -> None:
    cut = Store(store.address._replace(port=cutter.port))
    runs: list[int] = []

    def work(tx: Tx) -> None:
        runs.append(1)
        if len(runs) == 1:
            cutter.cut_at(b"INSERT", passes=False)
        tx.insert(schedule, task="a", last_at=0, outcome="")

    cut.write(work)
    assert len(runs) == 2
    assert store.value(HOW_MANY) == 1
    cut.close()


@on_servers
def test_a_restart_under_load_loses_nothing_that_was_acknowledged(store: Store, databases: Databases) -> None:
    acknowledged: list[str] = []
    unknown: list[str] = []
    refused: list[Exception] = []
    stop = threading.Event()

    def write_on(number: int) -> None:
        count = 0
        while not stop.is_set():
            count += 1
            key = f"{number}-{count}"
            try:
                store.write(
                    lambda tx, key=key: tx.insert(notes, owner="me", key=key, request_hash="", created_at=tx.now)
                )
                acknowledged.append(key)
            except Uncertain:
                unknown.append(key)
            except Unavailable as error:
                refused.append(error)

    def restart_twice() -> None:
        for _ in range(2):
            time.sleep(0.5)
            databases.server.end()
            databases.server.start()
        time.sleep(0.5)
        stop.set()

    together(7, lambda number: write_on(number) if number else restart_twice())
    stored = [key for (key,) in store.read(NOTED)]
    assert len(set(stored)) == len(stored)
    assert set(acknowledged) <= set(stored) <= {*acknowledged, *unknown}
    assert len(acknowledged) > 20
    assert refused == []  # A restart is shorter than our patience.


@on_servers
def test_while_the_database_is_away_the_web_says_so_and_when_to_come_back(stack: Stack, databases: Databases) -> None:
    browser = stack.browser()
    browser.cookies["haat_session"] = "x"
    browser.get("/account")
    databases.server.end()
    try:
        began = time.monotonic()
        answer = browser.get("/account")
        first = time.monotonic() - began
        assert (answer.status, answer.header("Retry-After")) == (503, "5")
        assert "<header" in answer.text
        began = time.monotonic()
        assert browser.get("/account").status == 503
        # Who comes while it has been away for long is told at once: else everybody would stand in line.
        assert time.monotonic() - began < first / 2
    finally:
        databases.server.start()
    assert browser.get("/account").status == 303


@on_servers
def test_no_address_with_a_password_is_shown_to_anybody(store: Store) -> None:
    address = Address.of(f"{store.kind}://haat:open%20sesame@127.0.0.1:1/shop")
    with pytest.raises(Unavailable) as raised:
        Store(address).value(HOW_MANY)
    said = f"{raised.value} {raised.value.why} {address} {address!r} {raised.value.__cause__!r}"
    assert "sesame" not in said


def test_a_stack_is_made_served_and_asked_how_it_is_by_an_address_from_a_file(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "address").write_text(f"{databases.bare().reveal()}\n")
    monkeypatch.setenv("HAAT_STORE__URL_FILE", str(tmp_path / "address"))
    data = tmp_path / "data"
    up = Up(data, "--empty")
    try:
        assert len(up.wait_for("made")["revisions"]) == len(known())
        up.wait_for("ready")
        assert get(up.port, "/").startswith("HTTP/1.1 200")
        assert main(["health", "--data", str(data), "--json"]) == 0
        parts = {part["name"]: part for part in json.loads(capsys.readouterr().out)["parts"]}
        assert parts["database"]["status"] == "ok"
        assert NAMES[databases.kind] in parts["database"]["detail"]
        assert parts["queue"]["status"] == "ok"
        assert main(["truth", "--data", str(data)]) == 0
        assert main(["config", "show", "--data", str(data)]) == 0
        said = capsys.readouterr().out
        assert "umbrellas" not in said
        assert databases.kind in said
        up.end()
    finally:
        up.close()
    assert "umbrellas" not in "".join(file.read_text() for file in (data / "logs").glob("*.log"))


WORKER = """
import os, sys, threading, time
from haat.jobs.tables import idempotency_keys as notes
from haat.jobs.worker import Worker
from haat.store import Store

store, begun = Store(sys.argv[1]), open(sys.argv[2], "a", buffering=1)

def work(payload):
    begun.write(f"{payload['n']}\\n")
    time.sleep(0.005)
    store.write(lambda tx: tx.insert_once(
        notes, owner="work", key=str(payload["n"]), request_hash=str(os.getpid()), created_at=tx.now))

Worker(store, {"work": work}, threads=2, lease=10_000).run_until_stopped(threading.Event())
"""


def test_four_workers_of_which_some_are_killed_lose_no_job_and_share_none(store: Store, tmp_path: Path) -> None:
    halves = (range(120), range(120, 240))
    workers: dict[str, subprocess.Popen[bytes]] = {}
    killed: list[str] = []

    def start() -> None:
        name = f"worker-{len(workers) + 1}"
        (tmp_path / name).touch()
        workers[name] = subprocess.Popen([sys.executable, "-c", WORKER, store.address.reveal(), str(tmp_path / name)])

    def begun(name: str) -> list[int]:
        return [int(line) for line in (tmp_path / name).read_text().split()]

    def at_work(jobs: range) -> list[str]:
        return [name for name in workers if name not in killed and any(n in jobs for n in begun(name))]

    try:
        for _ in range(4):
            start()
        for half in halves:
            store.write(lambda tx, half=half: [tell(tx, "work", {"n": n}) for n in half])
            wait_until(lambda half=half: at_work(half), "a worker has begun one of these jobs", 120)
            victim = at_work(half)[0]
            workers[victim].kill()
            killed.append(victim)
            start()
        wait_until(lambda: figures(store).waiting == 0, "every job is done", 120)
    finally:
        for worker in workers.values():
            worker.kill()
            worker.wait()
    assert {int(key) for (key,) in store.read(NOTED)} == {n for half in halves for n in half}
    survivors = Counter(n for name in workers if name not in killed for n in begun(name))
    assert max(survivors.values()) == 1  # A job was begun a second time only where the first worker was killed with it.
