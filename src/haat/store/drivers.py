"""The driver of each kind of database: its file is imported when its database is chosen, and not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from haat.config.address import Address
    from haat.store.driver import Driver


def driver_of(address: Address) -> Driver:
    """The driver of a database. Nothing is connected yet."""
    if address.kind == "postgresql":
        from haat.store.postgres import Postgres

        return Postgres(address)
    if address.kind == "mariadb":
        from haat.store.mariadb import MariaDB

        return MariaDB(address)
    from haat.store.sqlite import SQLite

    return SQLite(address)
