"""Every database gets the same tables by the same migrations, whoever starts first and whatever is cut off."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect
from tests.support.databases import Databases

from haat.config.address import Address
from haat.kernel.errors import Refused
from haat.market.tables import metadata
from haat.store import Store
from haat.store.drivers import driver_of
from haat.store.migrate import current, known, lacking, migrate, migrate_before, pending, revisions, tables
from haat.store.migrations.engine import url_of


@pytest.fixture
def bare(databases: Databases) -> Address:
    """A database in which nothing is."""
    return databases.bare()


def test_an_empty_database_gets_every_revision_and_a_second_run_none(bare: Address) -> None:
    assert current(bare) is None
    assert migrate(bare) == known()
    assert migrate(bare) == []
    assert current(bare) == known()[-1]


def test_the_migrations_make_exactly_the_tables_that_the_code_names(new_database: Callable[[], Address]) -> None:
    with create_engine(url_of(new_database())).connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _is_ours})
        assert compare_metadata(context, metadata) == []


def test_the_migrations_make_the_same_as_the_tables_of_the_code_would(databases: Databases, bare: Address) -> None:
    """Types, lengths, defaults, keys, rules and references, as the database itself tells them."""
    other = databases.bare()
    migrate(bare)
    migrate(other)
    with create_engine(url_of(other)).begin() as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)
    by_migrations, by_code = _told(bare), _told(other)
    assert by_migrations.keys() == by_code.keys()
    for table in by_code:
        assert by_migrations[table] == by_code[table]


def test_what_a_database_lacks_of_its_own_revision_is_named(new_database: Callable[[], Address]) -> None:
    assert set(tables(known()[-1])) == {*metadata.tables, "alembic_version", "listing_text"}
    address = new_database()
    assert lacking(address) == []
    driver = driver_of(address)
    driver.connection().execute("ALTER TABLE deal_lines RENAME TO lines_before")
    driver.close()
    assert lacking(address) == ["deal_lines"]


def test_a_database_of_a_newer_haat_is_refused(bare: Address) -> None:
    migrate(bare)
    store = Store(bare)
    store.connection().execute("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    with pytest.raises(Refused) as raised:
        migrate(bare)
    assert "9999" in raised.value.why


def test_two_processes_that_migrate_at_once_make_one_database(bare: Address) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        pool.map(_migrate, [bare.reveal()] * 3)
    assert current(bare) == known()[-1]
    assert migrate(bare) == []


@pytest.mark.only_on("mariadb", "on the others a migration is one transaction")
@pytest.mark.parametrize("is_done", [True, False])
def test_a_migration_that_was_cut_off_goes_on_where_it_was(bare: Address, is_done: bool) -> None:
    migrate(bare)
    driver = driver_of(bare)
    if is_done:
        driver.connection().execute("UPDATE alembic_version SET version_num = '0003'")
        assert migrate(bare) == known()[known().index("0003") + 1 :]
        return
    for statement in ("DELETE FROM alembic_version", "SET foreign_key_checks = 0", "DROP TABLE submissions, slots"):
        driver.connection().execute(statement)
    driver.connection().execute("ALTER TABLE jobs DROP INDEX ix_jobs_run_at_id")
    driver.close()
    migrate(bare)
    assert current(bare) == known()[-1]
    with create_engine(url_of(bare)).connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _is_ours})
        assert compare_metadata(context, metadata) == []


@pytest.mark.only_on("postgresql", "only there is a database made for one language")
def test_a_database_that_sorts_in_a_language_is_refused(databases: Databases) -> None:
    databases.server.ask("CREATE DATABASE spoken TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en' LOCALE 'C'")
    with pytest.raises(Refused) as raised:
        migrate(databases.server.address("spoken"))
    assert "template0" in raised.value.try_


@pytest.mark.only_on("sqlite", "which run is reckoned before a database is asked")
def test_what_goes_after_the_new_code_is_left_by_the_step_before_it(
    bare: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    *before, last = revisions()
    monkeypatch.setattr("haat.store.migrate.revisions", lambda: [*before, last._replace(kind="post")])
    assert migrate_before(bare) == [revision.number for revision in before]
    assert [revision.number for revision in pending(bare)] == [last.number]
    assert migrate_before(bare) == []
    assert migrate(bare) == [last.number]
    assert pending(bare) == []


@pytest.mark.only_on("sqlite", "which run is reckoned before a database is asked")
def test_a_release_that_was_left_out_is_noticed_before_anything_is_changed(
    bare: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, *rest = revisions()
    monkeypatch.setattr("haat.store.migrate.revisions", lambda: [first, second._replace(kind="post"), *rest])
    with pytest.raises(Refused) as raised:
        migrate_before(bare)
    assert second.number in raised.value.why
    assert current(bare) is None


def test_every_migration_says_whether_it_runs_before_or_after_the_new_code() -> None:
    import haat.store.migrate as module

    names = [file.name for file in (Path(module.__file__).parent / "migrations" / "versions").glob("*.py")]
    assert all(name[4:9] in ("_pre_", "_post") for name in names)


def _is_ours(thing: object, name: str | None, kind: str, *_: object) -> bool:
    """The full text is each database's own, and no table of the code."""
    return kind != "table" or not str(name).startswith("listing_text")


def _migrate(address: str) -> None:
    migrate(Address.of(address))


def _told(address: Address) -> dict[str, object]:
    with create_engine(url_of(address)).connect() as connection:
        told = inspect(connection)
        return {
            table: {
                "columns": sorted(
                    (column["name"], str(column["type"]), column["nullable"], str(column["default"]))
                    for column in told.get_columns(table)
                ),
                "key": told.get_pk_constraint(table)["constrained_columns"],
                "indexes": sorted(
                    (str(index["name"]), tuple(index["column_names"]), bool(index["unique"]))
                    for index in told.get_indexes(table)
                ),
                "rules": sorted((str(rule["name"]), rule["sqltext"]) for rule in told.get_check_constraints(table)),
                "references": sorted(
                    (str(key["name"]), tuple(key["constrained_columns"]), key["referred_table"])
                    for key in told.get_foreign_keys(table)
                ),
            }
            for table in metadata.tables
        }
