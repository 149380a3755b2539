"""The driver of each kind of database: its file is imported when its database is chosen, and not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from haat.config.address import Address
    from haat.store.driver import Driver


def driver_of(address: Address, keeps_free: int = 0) -> Driver:
    """The driver of a database. Nothing is connected yet. Of a file's disk the last `keeps_free` bytes are never written to; a server
    looks after its own.
    """
    if address.kind == "postgresql":
        from haat.store.postgres import Postgres

        return Postgres(address)
    if address.kind == "mariadb":
        from haat.store.mariadb import MariaDB

        return MariaDB(address)
    from haat.store.sqlite import SQLite

    return SQLite(address, keeps_free)
