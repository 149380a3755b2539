"""A look at a database that is at work: real sessions that block each other, real slow statements, real locks."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from tests.support.databases import LOCKS_SEEN_EVERY, Databases, Servers
from tests.support.running import wait_until

from haat.config.address import Address
from haat.kernel.errors import Unavailable
from haat.ops.databases.look import look
from haat.ops.databases.seen import Look, Statement
from haat.ops.databases.sessions import Session, queues, sessions
from haat.store.driver import Connection
from haat.store.drivers import driver_of

on_servers = pytest.mark.only_on("postgresql mariadb", "SQLite has no sessions")

CLAIM = "UPDATE schedule SET last_at = last_at + 1 WHERE task = '{}'"
END = {"postgresql": "SELECT pg_terminate_backend({})", "mariadb": "KILL CONNECTION {}"}
SLEEP = {"postgresql": "SELECT pg_sleep(30)", "mariadb": "SELECT sleep(30)"}


@pytest.fixture
def address(new_database: Callable[[], Address]) -> Address:
    return new_database()


@pytest.fixture
def connection(address: Address) -> Iterator[Connection]:
    """One that is ours, on a database that has two rows to quarrel about."""
    driver = driver_of(address)
    for task in "ab":
        driver.connection().execute(f"INSERT INTO schedule (task, last_at, outcome) VALUES ('{task}', 0, '')")
    yield driver.connection()
    driver.close()


@contextmanager
def at_work(address: Address, *statements: str) -> Iterator[Connection]:
    """A transaction that is open as long as this lasts."""
    driver = driver_of(address)
    connection = driver.connection()
    connection.execute("BEGIN IMMEDIATE" if address.kind == "sqlite" else "BEGIN")
    try:
        for statement in statements:
            connection.execute(statement)
        yield connection
    finally:
        connection.execute("ROLLBACK")
        driver.close()


@contextmanager
def waiting(address: Address, *statements: str) -> Iterator[None]:
    """Another transaction, in a thread of its own: its last statement waits for somebody."""

    def work() -> None:
        with at_work(address, *statements):
            pass

    thread = threading.Thread(target=work)
    thread.start()
    yield
    thread.join(30)
    assert not thread.is_alive()


def number_of(found: Look | list[Session], part: str) -> int:
    seen = found.sessions if isinstance(found, Look) else found
    return next(one.number for one in seen if part in one.statement and one.state != "idle")


@on_servers
def test_who_blocks_whom_is_a_tree_with_the_command_that_ends_its_head(
    address: Address, connection: Connection
) -> None:
    with (
        at_work(address, CLAIM.format("a")),
        waiting(address, CLAIM.format("b"), CLAIM.format("a")),
    ):
        wait_until(lambda: len(queues(sessions(address))) == 2, "one waits", 20, LOCKS_SEEN_EVERY)
        with waiting(address, CLAIM.format("b")):
            wait_until(lambda: len(queues(sessions(address))) == 3, "two wait", 20, LOCKS_SEEN_EVERY)
            found = look(address)
            first, second, third = queues(found.sessions)
            assert [one.depth for one in (first, second, third)] == [0, 1, 2]
            assert (first.session.state, first.behind) == ("in transaction", 2)
            assert second.session.waits_for == first.session.number
            assert second.session.transaction_seconds is not None
            [advice] = [one for one in found.advice if "holds up" in one.because]
            assert advice == (
                f"Session {first.session.number} holds up 2 others.",
                f"`haat runbook run end-session session={first.session.number}`",
            )
            connection.execute(END[address.kind].format(first.session.number))


def test_what_is_known_of_every_database_is_told(address: Address) -> None:
    found = look(address)
    figures = {one.name: one.value for one in found.figures}
    assert found.version.split()[0] in ("SQLite", "PostgreSQL", "MariaDB")
    assert float(figures["size"]) > 100_000
    assert "listings" in {one.name for one in found.tables} or len(found.tables) == 12
    assert all(one.bytes > 0 for one in found.tables)


@on_servers
@pytest.mark.usefixtures("connection")
def test_connections_are_counted_beside_their_limit(address: Address) -> None:
    [connections] = [one for one in look(address).figures if one.name == "connections"]
    assert 1 <= float(connections.value) < 300
    assert connections.said.endswith("are taken")


@pytest.mark.only_on("postgresql", "which has a module that counts statements")
def test_statements_are_counted_by_the_module_of_postgresql(address: Address, connection: Connection) -> None:
    assert any("pg_stat_statements" in one for one in look(address).unseen)
    connection.execute("CREATE EXTENSION pg_stat_statements")
    connection.execute("SELECT pg_stat_statements_reset()")  # Others have used this database before.
    try:
        for _ in range(12):
            connection.execute("SELECT count(*), pg_sleep(0.11) FROM schedule")
        found = look(address)
        [slow] = [one for one in found.statements if "pg_sleep" in one.text]
        assert (slow.calls, slow.mean_ms > 100) == (12, True)
        assert any("12 times" in one.because and "explain" in one.do for one in found.advice)
    finally:
        connection.execute("DROP EXTENSION pg_stat_statements")


@pytest.mark.only_on("mariadb", "which writes slow statements to a table if it is told to")
def test_statements_are_read_from_the_slow_log_of_mariadb(address: Address, connection: Connection) -> None:
    assert any("slow_query_log" in one for one in look(address).unseen)
    connection.execute("SET GLOBAL log_output = 'TABLE', GLOBAL slow_query_log = 1")
    try:
        slow = [f"SELECT sleep({pause}), 'a secret'" for pause in (0.06, 0.07)]
        with at_work(address, "SET SESSION long_query_time = 0.05", *slow):
            pass
        [found] = [one for one in look(address).statements if "sleep" in one.text]
        assert found == Statement("SELECT sleep(?), ?", 2, found.mean_ms, found.total_ms)
        assert found.mean_ms > 50
        connection.execute("SET GLOBAL log_output = 'FILE'")
        assert any("in the file" in one for one in look(address).unseen)
    finally:
        connection.execute("SET GLOBAL log_output = 'FILE', GLOBAL slow_query_log = 0")
        connection.execute("TRUNCATE mysql.slow_log")


@pytest.mark.only_on("postgresql", "which counts dead rows")
def test_dead_rows_are_counted_and_upkeep_is_what_to_do(address: Address, connection: Connection) -> None:
    connection.execute("CREATE TABLE worn (number integer)")
    try:
        connection.execute("INSERT INTO worn SELECT generate_series(1, 15000)")
        connection.execute("DELETE FROM worn WHERE number > 1000")
        counted = "SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'worn' AND n_dead_tup > 0"
        # A session tells its counts when it does the next thing.
        wait_until(lambda: bool(connection.execute(counted).fetchall()), "dead rows are counted", 20)
        [advice] = [one for one in look(address).advice if "worn" in one.because]
        assert advice == ("Of worn 14,000 rows are dead.", "`haat runbook run upkeep-database`")
    finally:
        connection.execute("DROP TABLE worn")


@on_servers
@pytest.mark.usefixtures("connection")
def test_what_a_user_may_not_see_is_named_and_the_rest_is_told(address: Address, databases: Databases) -> None:
    assert isinstance(databases, Servers)
    name = f"humble_{os.getpid()}"
    humble = address._replace(user=name)
    if address.kind == "postgresql":
        databases.server.ask(f"CREATE USER {name}")
    else:
        databases.server.ask(f"CREATE USER {name}@'127.0.0.1' IDENTIFIED BY 'seven umbrellas'")
        databases.server.ask(f"GRANT SELECT ON {address.database}.* TO {name}@'127.0.0.1'")
    with at_work(address, CLAIM.format("a")):
        found = look(humble)
    assert found.version
    if address.kind == "postgresql":
        assert "hidden" in {one.state for one in found.sessions}
    else:
        assert any(one.startswith("sessions:") and "GRANT PROCESS" in one for one in found.unseen)
    databases.server.ask(f"DROP USER {name}" + ("" if address.kind == "postgresql" else "@'127.0.0.1'"))


@pytest.mark.only_on("sqlite", "whose writer is a process with a lock")
@pytest.mark.usefixtures("connection")
def test_who_writes_and_who_reads_the_file_is_seen_from_outside(address: Address) -> None:
    figures = {one.name: one.said for one in look(address).figures}
    assert figures["writing"] == "nobody, at this moment"
    with at_work(address, CLAIM.format("a")):
        figures = {one.name: one.said for one in look(address).figures}
        assert figures["writing"].startswith(f"process {os.getpid()} (")
        assert figures["reading"].startswith(f"process {os.getpid()} (")


@pytest.mark.only_on("sqlite", "whose log is a file")
def test_what_is_free_and_what_is_not_in_the_file_yet_is_told(address: Address, connection: Connection) -> None:
    connection.execute("CREATE TABLE filler AS SELECT randomblob(200000) AS content")
    connection.execute("DROP TABLE filler")
    figures = {one.name: float(one.value or 0) for one in look(address).figures if one.name in ("free", "log")}
    assert figures["free"] >= 200_000
    assert figures["log"] >= 200_000
    assert any("upkeep-database" in one.do for one in look(address).advice)
    connection.execute("ANALYZE")
    assert look(address).advice == []


@pytest.mark.only_on("sqlite", "whose file a test can take away")
def test_where_there_is_no_database_it_is_said(address: Address) -> None:
    address.path.unlink()
    with pytest.raises(Unavailable):
        look(address)


class TestAsking:
    """Whatever operations asks reads only, and has an end."""

    @pytest.mark.usefixtures("connection")
    def test_nothing_is_written(self, address: Address) -> None:
        with pytest.raises(Unavailable):
            driver_of(address).ask("DELETE FROM schedule")
        assert driver_of(address).ask("SELECT count(*) FROM schedule") == [(2,)]

    def test_what_takes_too_long_is_given_up_and_the_database_is_no_longer_at_it(self, address: Address) -> None:
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        began = time.monotonic()
        with pytest.raises(Unavailable, match="too long"):
            driver_of(address).ask(SLEEP.get(address.kind, endless), 0.3)
        assert time.monotonic() - began < 15
        wait_until(lambda: all("30" not in one.statement for one in sessions(address)), "it has stopped", 10)


def test_a_queue_is_told_whoever_is_not_seen() -> None:
    def session(number: int, waits_for: int | None) -> Session:
        return Session(number, "haat", "active", 1.0, waits_for, "", 1.0, f"statement {number}")

    found = queues([session(2, 1), session(3, 2), session(4, 2), session(6, 5), session(7, None)])
    assert [(one.session.number, one.depth, one.behind) for one in found] == [
        (1, 0, 3), (2, 1, 2), (3, 2, 0), (4, 2, 0), (5, 0, 1), (6, 1, 0)
    ]  # fmt: skip
    assert found[0].session.state == "hidden"
