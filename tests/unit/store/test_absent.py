"""A server that answers without having the database is told from one that is away."""

from __future__ import annotations

from contextlib import closing

import pytest
from tests.support.databases import Databases

from haat.cli.parts import rows
from haat.config.address import Address
from haat.kernel.errors import Unavailable
from haat.ops.servers import free_port
from haat.store.drivers import driver_of
from haat.store.errors import NoDatabase, NoTable
from haat.store.migrate import current

pytestmark = pytest.mark.only_on("postgresql mariadb", "a file is there or not")


@pytest.fixture
def absent(databases: Databases) -> Address:
    return databases.bare()._replace(database="was_never_there")


def test_a_database_that_is_not_there_is_said_not_to_be_there(absent: Address) -> None:
    for ask in (
        lambda: driver_of(absent).ask("SELECT 1"),
        lambda: driver_of(absent).tell("SELECT 1"),
        lambda: rows(absent, "SELECT 1"),
        lambda: current(absent),
    ):
        with pytest.raises(NoDatabase, match="no such database") as raised:
            ask()
        assert absent.database in raised.value.why
        assert "recover-database" in raised.value.try_


def test_a_server_that_is_away_or_lets_nobody_in_is_not_said_to_be_without_it(absent: Address) -> None:
    for address in (absent._replace(port=free_port()), absent._replace(user="was_never_there")):
        with pytest.raises(Unavailable) as raised:
            driver_of(address).ask("SELECT 1")
        assert not isinstance(raised.value, NoDatabase)


def test_who_asks_an_empty_database_for_what_it_should_have_is_told_to_come_again(databases: Databases) -> None:
    """An empty one may stand in the place of one that is lost."""
    driver = driver_of(databases.bare())
    with closing(driver):
        for ask in (
            lambda: driver.connection().execute("SELECT 1 FROM people"),
            lambda: driver.run(lambda connection: connection.execute("SELECT 1 FROM people")),
            lambda: driver.ask("SELECT 1 FROM people"),
        ):
            with pytest.raises(NoTable) as raised:
                ask()
            assert "people" in raised.value.why
            assert raised.value.temporary
            assert driver.is_missing(raised.value)
    assert current(databases.bare()) is None
