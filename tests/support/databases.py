"""Real databases for tests: files of SQLite, or a server of PostgreSQL or MariaDB that is started for the session and stopped with it.

    pytest --database postgresql       the same tests, on PostgreSQL

A server runs in a folder of its own, without privileges, on a free port of this machine, and need not survive a power cut: it never
waits for the disk. One that a test kills is durable as far as the machine goes on: what it has committed is with the system.
A database that a test gives back is emptied for the next one, which is quicker than making it anew.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from haat.config.address import NAMES, Address
from haat.market.tables import metadata
from haat.ops.drills import servers
from haat.ops.drills.servers import OwnMaria, OwnPostgres, is_installed
from haat.store import Store
from haat.store.drivers import driver_of
from haat.store.migrate import known, migrate

KINDS = ("sqlite", "postgresql", "mariadb")

LOCKS_SEEN_EVERY = 0.2
"""Seconds between two looks at who waits for whom: MariaDB tells whoever comes again within a tenth what it told at the last look."""


class Databases(Protocol):
    """Makes databases of one kind."""

    kind: str

    def bare(self) -> Address:
        """A new one, in which nothing is."""

    def fresh(self) -> Address:
        """A migrated one without rows."""

    def give_back(self, address: Address) -> None:
        """The test is done with it."""

    def let_go(self) -> None:
        """Nobody is connected to them but who tests."""

    def stop(self) -> None:
        """Nothing of it is left."""


def databases_of(kind: str, folder: Path) -> Databases:
    """Makes databases of this kind; a server has been started when this returns."""
    return Files(folder) if kind == "sqlite" else Servers(server_of(kind))


def server_of(kind: str, *, is_durable: bool = False) -> Server:
    """Starts a server; a durable one keeps what it has committed when it is killed."""
    folder = Path(tempfile.mkdtemp(prefix="haat-database-"))
    folder.chmod(0o755)
    server = PostgresServer(folder, is_durable) if kind == "postgresql" else MariaServer(folder, is_durable)
    server.start()
    return server


def why_not(kind: str) -> str:
    """Why there can be no such databases here; empty when there can."""
    return "" if is_installed(kind) else f"{NAMES[kind]} is not installed here"


def lay(address: Address, data: Path) -> None:
    """Let the stack in this folder use the database."""
    if address.kind == "sqlite":
        address.path.replace(data / "haat.db")
        return
    settings = data / "haat.toml"
    written = settings.read_text("utf-8") if settings.exists() else ""
    settings.write_text(f'[store]\nurl = "{address.reveal()}"\n\n{written}', "utf-8")


def unchecked(store: Store, *statements: str) -> None:
    """Write what no rule of the tables would let in, as a program with a mistake might have before the rule was there."""
    driver = driver_of(store.address)
    connection = driver.connection()
    connection.execute(_UNCHECKED[store.address.kind])
    for statement in statements:
        connection.execute(statement)
    driver.close()


_UNCHECKED = {
    "sqlite": "PRAGMA foreign_keys = OFF",
    "postgresql": "SET session_replication_role = replica",
    "mariadb": "SET foreign_key_checks = 0",
}


class Files:
    """Of SQLite."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._template: Path | None = None

    def bare(self) -> Address:
        self._count += 1
        return Address("sqlite", str(self._folder / f"{self._count}.db"))

    def fresh(self) -> Address:
        if self._template is None:
            template = self.bare()
            migrate(template)
            self._template = template.path
        address = self.bare()
        shutil.copyfile(self._template, address.path)
        return address

    def give_back(self, address: Address) -> None:
        for file in address.path.parent.glob(f"{address.path.name}*"):
            file.unlink(missing_ok=True)

    def let_go(self) -> None:
        pass

    def stop(self) -> None:
        pass


class Server(servers.Server, Protocol):
    """A server that runs for the tests."""

    def empty(self, name: str) -> None:
        """Take all rows out of a database."""

    def let_go(self) -> None:
        """Keep no connection."""

    def stop(self) -> None:
        """At once, and nothing of it is left."""


class Servers:
    """Of a server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.kind = server.kind
        self._count = 0
        self._emptied: list[str] = []

    def bare(self) -> Address:
        self._count += 1
        name = f"haat_{os.getpid()}_{self._count}"
        self.server.ask(f"CREATE DATABASE {name}")
        return self.server.address(name)

    def fresh(self) -> Address:
        if self._emptied:
            return self.server.address(self._emptied.pop())
        address = self.bare()
        migrate(address)
        return address

    def give_back(self, address: Address) -> None:
        try:
            self.server.empty(address.database)
        except Exception:  # A process that was killed may hold something a while longer: leave it alone.
            return
        self._emptied.append(address.database)

    def let_go(self) -> None:
        self.server.let_go()

    def stop(self) -> None:
        self.server.stop()


class Kept:
    """Connections for emptying databases, kept: a new one would have to learn what tables there are, which takes longer than emptying them."""

    def __init__(self, connect: Callable[[str], Any]) -> None:
        self._connect = connect
        self._connections: dict[str, Any] = {}

    def use(self, name: str, act: Callable[[Any], object]) -> None:
        """Do something in the database; on a new connection if a test has cut the one that was kept."""
        if kept := self._connections.pop(name, None):
            with suppress(Exception):
                act(kept)
                self._connections[name] = kept
                return
        connection = self._connect(name)
        act(connection)
        self._connections[name] = connection

    def let_go(self) -> None:
        while self._connections:
            with suppress(Exception):
                self._connections.popitem()[1].close()


class PostgresServer(OwnPostgres):
    """PostgreSQL."""

    def __init__(self, folder: Path, is_durable: bool) -> None:
        settings = {
            "fsync": "off",
            "synchronous_commit": "on" if is_durable else "off",
            "full_page_writes": "on" if is_durable else "off",
            "max_connections": 300,
            "shared_buffers": "64MB",
            "max_wal_size": "4GB",
            "autovacuum": "off",
            "deadlock_timeout": "100ms",
            "shared_preload_libraries": "pg_stat_statements",
        }
        super().__init__(folder, settings)
        self._kept = Kept(self._connect)

    def empty(self, name: str) -> None:
        statements = [f'DELETE FROM "{table}"' for table in (*metadata.tables, "listing_text")]
        statements.append(f"UPDATE alembic_version SET version_num = '{known()[-1]}'")
        self._kept.use(name, lambda connection: connection.execute("; ".join(statements)))

    def let_go(self) -> None:
        self._kept.let_go()

    def _connect(self, name: str) -> Any:
        import psycopg

        manners = "-c session_replication_role=replica -c lock_timeout=2s"
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="haat", dbname=name, autocommit=True, options=manners
        )

    def stop(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class MariaServer(OwnMaria):
    """MariaDB."""

    def __init__(self, folder: Path, is_durable: bool) -> None:
        settings = {
            "innodb-flush-log-at-trx-commit": int(is_durable),
            "innodb-flush-method": "nosync",
            "innodb-doublewrite": int(is_durable),
            "debug-no-sync": 1,
            "innodb-buffer-pool-size": "128M",
            "innodb-log-file-size": "64M",
            "max-connections": 300,
            **({"log-bin": folder / "data" / "Shop-bin"} if is_durable else {"skip-log-bin": 1}),
            "performance-schema": 0,
        }
        super().__init__(folder, settings, password="seven umbrellas")
        self._kept = Kept(self._connect)

    def empty(self, name: str) -> None:
        statements = [f"DELETE FROM `{table}`" for table in (*metadata.tables, "listing_text")]
        statements.append(f"UPDATE alembic_version SET version_num = '{known()[-1]}'")
        self._kept.use(name, lambda connection: [connection.query(statement) for statement in statements])

    def let_go(self) -> None:
        self._kept.let_go()

    def _connect(self, name: str) -> Any:
        import pymysql

        return pymysql.connect(
            unix_socket=str(self.folder / "socket"),
            user="root",
            database=name,
            autocommit=True,
            ssl_disabled=True,
            init_command="SET foreign_key_checks = 0, innodb_lock_wait_timeout = 2",
        )

    def stop(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
