"""A statement is explained and never done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from haat.config.address import Address
from haat.kernel.errors import Invalid
from haat.ops.databases.explain import advice, explain
from haat.ops.databases.plan import Node
from haat.store.driver import Connection
from haat.store.drivers import driver_of


@pytest.fixture
def address(new_database: Callable[[], Address]) -> Address:
    return new_database()


@pytest.fixture
def connection(address: Address) -> Iterator[Connection]:
    driver = driver_of(address)
    driver.connection().execute("INSERT INTO schedule (task, last_at, outcome) VALUES ('a', 0, '')")
    yield driver.connection()
    driver.close()


def told(node: Node) -> str:
    return "\n".join([node.what, *map(told, node.below)])


def test_the_tables_that_are_read_are_in_the_tree(address: Address) -> None:
    way = told(explain(address, "SELECT 1 FROM schedule, jobs WHERE jobs.topic = schedule.task AND jobs.attempts > 7"))
    assert "schedule" in way
    assert "jobs" in way


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 'DELETE; -- no' FROM schedule WHERE outcome LIKE '100 %' ;",
        "WITH w AS (SELECT task FROM schedule) SELECT count(*) FROM w /* UPDATE ? */",
        "select task from schedule where task in (select outcome from schedule) union select 'it''s' order by 1",
    ],
)
def test_whatever_only_reads_is_explained(address: Address, statement: str) -> None:
    assert explain(address, statement).what


@pytest.mark.usefixtures("connection")
@pytest.mark.parametrize(
    "statement",
    [
        "",
        "DELETE FROM schedule",
        "EXPLAIN ANALYZE DELETE FROM schedule",
        "SELECT 1; DROP TABLE schedule",
        "SELECT 1 /* ; */ ; DELETE FROM schedule",
        "WITH gone AS (DELETE FROM schedule RETURNING task) SELECT * FROM gone",
        "SELECT task INTO copied FROM schedule",
        "SELECT $$a$$; DELETE FROM schedule",
        "PRAGMA journal_mode = DELETE",
        "SELECT 1 -- \n; DELETE FROM schedule",
    ],
)
def test_what_writes_is_refused_and_nothing_is_done(address: Address, statement: str) -> None:
    with pytest.raises(Invalid):
        explain(address, statement)
    assert driver_of(address).ask("SELECT count(*) FROM schedule") == [(1,)]


@pytest.mark.usefixtures("connection")
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT '\\'; DELETE FROM schedule; --'",
        "SELECT E'\\''; COMMIT; SET default_transaction_read_only = off; DELETE FROM schedule; --'",
        "SELECT '\\'; COMMIT; SET default_transaction_read_only = off; DELETE FROM schedule; --'",
        "SELECT 1 /* /* */ ' */; COMMIT; SET default_transaction_read_only = off; DELETE FROM schedule; --'",
        "SELECT 1 /*! ; DELETE FROM schedule */",
    ],
)
def test_whatever_is_hidden_in_a_statement_is_not_done(address: Address, statement: str) -> None:
    with suppress(Invalid):
        explain(address, statement)
    assert driver_of(address).ask("SELECT count(*) FROM schedule") == [(1,)]


def test_what_is_not_understood_is_told_in_the_words_of_the_database(address: Address) -> None:
    with pytest.raises(Invalid, match="does not understand") as refused:
        explain(address, "SELECT task FROM scedule")
    assert "scedule" in refused.value.why


@pytest.mark.parametrize("text", ["$1", "?", "%(task)s", ":task"])
def test_a_parameter_wants_a_value(address: Address, text: str) -> None:
    with pytest.raises(Invalid, match="not explained") as refused:
        explain(address, f"SELECT last_at FROM schedule WHERE task = {text}")
    assert text in refused.value.why


def test_a_table_that_is_read_from_end_to_end_is_worth_a_thought(address: Address, connection: Connection) -> None:
    connection.execute("CREATE TABLE many (number integer)")
    try:
        connection.execute("INSERT INTO many VALUES (0)")
        for _ in range(14):
            connection.execute("INSERT INTO many SELECT number + (SELECT count(*) FROM many) FROM many")
        connection.execute("ANALYZE TABLE many" if address.kind == "mariadb" else "ANALYZE many")
        [thought] = advice(explain(address, "SELECT number FROM many WHERE number = 7"))
        assert "all of many" in thought
        assert "`haat runbook run create-index table=many columns=COLUMNS`" in thought
        connection.execute("CREATE INDEX ix_many ON many (number)")
        assert advice(explain(address, "SELECT number FROM many WHERE number = 7")) == []
    finally:
        connection.execute("DROP TABLE many")
