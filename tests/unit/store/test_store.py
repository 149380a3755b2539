"""Units of work: all or nothing, each for itself, and durable when they return."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import bindparam, func, select, update

from haat.jobs.tables import schedule
from haat.kernel.errors import Unavailable
from haat.store import IntegrityError, Store, Tx, libpq
from haat.store.drivers import driver_of
from haat.store.sqlite import GroupWriter

HOW_MANY = select(func.count()).select_from(schedule)
OUTCOME = select(schedule.c.outcome).where(schedule.c.task == bindparam("task"))
CLAIM = (
    update(schedule).where(schedule.c.task == bindparam("name"), schedule.c.outcome == "ready").values(outcome="taken")
)
_ADD = "INSERT INTO schedule (task, last_at, outcome) VALUES (?, 0, 'ready')"


def add(task: str, outcome: str = "ready"):
    return lambda tx: tx.insert(schedule, task=task, last_at=tx.now, outcome=outcome)


def test_a_unit_that_fails_leaves_nothing_behind(store: Store) -> None:
    def half_done(tx: Tx) -> None:
        add("a")(tx)
        raise ValueError("cut off")

    with pytest.raises(ValueError, match="cut off"):
        store.write(half_done)
    assert store.value(HOW_MANY) == 0


def test_a_unit_that_fails_does_not_take_the_others_of_its_group_with_it(store: Store) -> None:
    started = threading.Event()
    go_on = threading.Event()

    def slow(tx: Tx) -> None:
        started.set()
        go_on.wait(5)

    def fails(tx: Tx) -> None:
        add("bad")(tx)
        raise ValueError

    def quietly(work) -> None:
        with contextlib.suppress(ValueError):
            store.write(work)

    first = threading.Thread(target=store.write, args=(slow,))
    first.start()
    started.wait(5)
    others = [threading.Thread(target=quietly, args=(work,)) for work in (add("good"), fails, add("also good"))]
    for thread in others:
        thread.start()
    go_on.set()
    for thread in [first, *others]:
        thread.join()
    assert store.value(OUTCOME, task="bad") is None
    assert store.value(HOW_MANY) == 2


class _Stubborn:
    """A connection whose disk breaks as the work is committed, and again as it is rolled back."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection, self._breaks = connection, {"COMMIT", "ROLLBACK"}

    def execute(self, text: str, values: Any = ()) -> sqlite3.Cursor:
        if text in self._breaks:
            self._breaks.remove(text)
            raise sqlite3.OperationalError("disk I/O error")
        return self._connection.execute(text, values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


@pytest.mark.only_on("sqlite", "whose units are committed in groups")
def test_when_even_rolling_back_fails_nobody_of_the_group_is_told_that_it_is_saved(store: Store) -> None:
    writer = GroupWriter(store.address.path)
    writer._connection = cast(sqlite3.Connection, _Stubborn(writer._connection))
    refused: list[Exception] = []

    def save(number: int) -> None:
        try:
            writer.run(lambda connection: connection.execute(_ADD, (f"{number}",)))
        except Unavailable as error:
            refused.append(error)

    threads = [threading.Thread(target=save, args=(number,)) for number in range(3)]
    with writer._lock:
        for thread in threads:
            thread.start()
        until = time.monotonic() + 10
        while len(writer._waiting) < 3 and time.monotonic() < until:
            time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert len(refused) == 3
    save(4)
    writer.close()
    assert store.read(select(schedule.c.task)) == [("4",)]


def test_a_compare_and_set_is_won_once_by_any_number_of_threads(store: Store) -> None:
    store.write(add("prize"))
    won: list[int] = []
    threads = [
        threading.Thread(target=lambda: won.append(store.write(lambda tx: tx.run(CLAIM, name="prize"))))
        for _ in range(32)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [0] * 31 + [1]


def test_a_broken_rule_of_the_table_reaches_the_one_who_broke_it(store: Store) -> None:
    store.write(add("a"))
    with pytest.raises(IntegrityError):
        store.write(add("a"))


def test_a_literal_in_a_statement_is_a_value_like_any_other(store: Store) -> None:
    statement = select(schedule.c.task).where(schedule.c.outcome == "o'clock")
    store.write(add("a", "o'clock"))
    store.write(add("b"))
    assert store.read(statement) == [("a",)]


def test_two_processes_that_write_at_once_lose_nothing(store: Store) -> None:
    program = (
        "import sys; from haat.store import Store; from haat.jobs.tables import schedule\n"
        "store = Store(sys.argv[1])\n"
        "for i in range(150): store.write(lambda tx: tx.insert(schedule, task=f'{sys.argv[2]}-{i}', last_at=0, outcome=''))\n"
    )
    processes = [subprocess.Popen([sys.executable, "-c", program, store.address.reveal(), name]) for name in ("a", "b")]
    assert [process.wait(60) for process in processes] == [0, 0]
    assert store.value(HOW_MANY) == 300


def test_what_was_written_survives_a_kill(store: Store) -> None:
    program = (
        "import os, signal, sys; from haat.store import Store; from haat.jobs.tables import schedule\n"
        "store = Store(sys.argv[1])\n"
        "store.write(lambda tx: tx.insert(schedule, task='kept', last_at=0, outcome=''))\n"
        "def dies(tx):\n"
        "    tx.insert(schedule, task='lost', last_at=0, outcome='')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "store.write(dies)\n"
    )
    assert subprocess.run([sys.executable, "-c", program, store.address.reveal()]).returncode == -9
    assert store.read(select(schedule.c.task)) == [("kept",)]


def test_a_database_that_cannot_be_opened_says_where_and_why(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as raised:
        Store(f"sqlite:///{tmp_path}/missing/haat.db").read(HOW_MANY)
    assert "missing" in raised.value.why


def test_a_unit_that_begins_another_is_told_so_instead_of_waiting_for_itself(store: Store) -> None:
    with pytest.raises(RuntimeError, match="a unit of work began another"):
        store.write(lambda tx: store.write(add("a")))
    store.write(add("b"))
    assert store.value(HOW_MANY) == 1


@pytest.mark.only_on("sqlite", "a server looks after its own disk")
def test_the_last_bytes_of_the_disk_are_left_to_whoever_makes_room(store: Store) -> None:
    store.write(add("a"))
    crowded = Store(store.address, keeps_free=2**62)
    with pytest.raises(Unavailable) as refused:
        crowded.write(add("b"))
    assert "full" in refused.value.what
    assert "MB are free" in refused.value.why
    assert crowded.read(select(schedule.c.task)) == [("a",)]
    crowded.close()


_SAY_FULL = {
    "postgresql": "DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$",
    "mariadb": "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1021, MESSAGE_TEXT = 'Disk full'",
    "sqlite": "CREATE TABLE filler AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 9999) SELECT i FROM n",
}


def test_a_disk_that_is_full_is_told_as_such_and_the_database_goes_on(store: Store) -> None:
    def fill(tx: Tx) -> None:
        connection = tx._connection
        if store.kind == "sqlite":
            [(pages,)] = connection.execute("PRAGMA page_count").fetchall()
            connection.execute(f"PRAGMA max_page_count = {pages}")
        connection.execute(_SAY_FULL[store.kind])

    store.write(add("a"))
    with pytest.raises(Unavailable) as refused:
        store.write(fill)
    assert "full" in refused.value.what
    assert store.read(select(schedule.c.task)) == [("a",)]


ENDLESS = {
    "sqlite": "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(60)",
    "mariadb": "SELECT sleep(60)",
}
LOCK = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "BEGIN; LOCK TABLE schedule IN ACCESS EXCLUSIVE MODE",
    "mariadb": "LOCK TABLES schedule WRITE",
}


@pytest.mark.parametrize("way", ["ask", "tell"])
def test_what_takes_longer_than_its_time_is_given_up_and_that_is_said(store: Store, way: str) -> None:
    driver, began = driver_of(store.address), time.monotonic()
    with pytest.raises(Unavailable, match="takes too long") as given_up:
        getattr(driver, way)(ENDLESS[store.kind], 0.3)
    assert "0.3 s" in given_up.value.why
    assert time.monotonic() - began < 15


def test_what_waits_for_a_lock_is_given_up_when_its_time_is_over(store: Store) -> None:
    with contextlib.closing(driver_of(store.address)) as other:
        other.connection().execute(LOCK[store.kind])
        with pytest.raises(Unavailable, match="takes too long"):
            driver_of(store.address).tell("DELETE FROM schedule", 0.3)


def test_what_a_database_refuses_to_do_is_said_in_its_words(store: Store) -> None:
    with pytest.raises(Unavailable, match="does not have what it should") as refused:
        driver_of(store.address).tell("DELETE FROM nothing")
    assert "nothing" in refused.value.why


@pytest.mark.only_on("mariadb", "whose driver would give up by itself")
def test_what_is_told_has_all_of_its_time_and_is_told_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from haat.store import mariadb

    monkeypatch.setattr(mariadb, "_LONGEST_ANSWER", 1)
    driver_of(store.address).tell("INSERT INTO schedule SELECT concat('a', sleep(1.5)), 0, ''", 20)
    assert store.read(select(schedule.c.task)) == [("a0",)]


@pytest.mark.only_on("postgresql", "whose library in C is asked")
def test_the_quick_way_to_postgresql_says_what_the_other_says(store: Store) -> None:
    store.write(add("ä", "it’s"))
    store.write(add("b"))
    rows = libpq.ask(store.address, "SELECT task, outcome, last_at > 0, NULL FROM schedule ORDER BY task DESC", 5)
    assert rows == [("ä", "it’s", "t", None), ("b", "ready", "t", None)]
    for question, what in (("SELECT nothing", "does not have"), ("SELECT pg_sleep(5)", "too long")):
        with pytest.raises(Unavailable) as refused:
            libpq.ask(store.address, question, 0.2)
        assert what in refused.value.what
    with pytest.raises(Unavailable) as refused:
        libpq.ask(store.address, "DELETE FROM schedule", 5)
    assert "read-only" in refused.value.why
    with pytest.raises(Unavailable) as without_limit:
        libpq.ask(store.address, "SELECT 1", -1)
    assert "statement_timeout" in without_limit.value.why
    with pytest.raises(Unavailable) as away:
        libpq.ask(store.address._replace(port=1), "SELECT 1", 5)
    assert "does not answer" in away.value.what
