from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from haat.kernel.errors import Refused
from haat.market.tables import metadata
from haat.store.migrate import current, known, migrate


def test_an_empty_database_gets_every_revision_and_a_second_run_none(tmp_path: Path) -> None:
    assert migrate(tmp_path / "haat.db") == known()
    assert migrate(tmp_path / "haat.db") == []
    assert current(tmp_path / "haat.db") == known()[-1]


def test_the_migrations_make_exactly_the_tables_that_the_code_names(empty_database: Path) -> None:
    def is_ours(thing: object, name: str | None, kind: str, *_: object) -> bool:
        return kind != "table" or not str(name).startswith("listing_text")

    with create_engine(f"sqlite:///{empty_database}").connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        assert compare_metadata(context, metadata) == []


def test_a_database_of_a_newer_haat_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "haat.db"
    migrate(path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Refused) as raised:
        migrate(path)
    assert "9999" in raised.value.why


def test_every_migration_says_whether_it_runs_before_or_after_the_new_code() -> None:
    import haat.store.migrate as module

    names = [file.name for file in (Path(module.__file__).parent / "migrations" / "versions").glob("*.py")]
    assert all(name[4:9] in ("_pre_", "_post") for name in names)
