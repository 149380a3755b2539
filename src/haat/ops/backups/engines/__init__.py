"""The engine of each kind of database."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from haat.config.address import Address
from haat.config.schema import Settings
from haat.kernel.errors import Refused
from haat.ops.backups.engine import Engine
from haat.ops.backups.manifest import Manifest
from haat.ops.backups.still import users_of


def engine_of(settings: Settings) -> Engine:
    """That of a stack. Raises Refused for a database that cannot be copied with it, also for a file that a restored copy would share with the shop."""
    if settings.database.kind == "sqlite" and settings.store.url is not None and "/" in settings.store.url.database:
        raise Refused(
            "This stack cannot be backed up whole.",
            why=f"`store.url` names {settings.store.url.database}: a copy of the stack would use the same file, and not its own.",
            try_="Move the database into the data folder itself, and name it by its name alone, such as “sqlite:///shop.db”.",
        )
    return engine_at(settings.database)


def engine_in(manifest: Manifest) -> Engine:
    """That of a set, whatever the stack has now."""
    return engine_at(Address.of(manifest.database))


def engine_at(address: Address) -> Engine:
    """Of the database at this address."""
    if address.kind == "sqlite":
        from haat.ops.backups.engines.sqlite import SQLite

        return SQLite(Path(address.database))
    if address.kind == "postgresql":
        from haat.ops.backups.engines.postgresql import PostgreSQL

        return PostgreSQL(address)
    from haat.ops.backups.engines.mariadb import MariaDB

    return MariaDB(address)


def at_work(settings: Settings) -> Sequence[str]:
    """Who has the shop's database open beside us, for people. Raises Unavailable where its server cannot say."""
    database = settings.database
    if database.kind == "sqlite":
        return users_of(database.path)
    carrier = engine_at(database).carrier()
    assert carrier is not None
    return carrier.sessions(database.database)
