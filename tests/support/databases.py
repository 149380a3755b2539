"""Real databases for tests: files of SQLite, or a server of PostgreSQL or MariaDB that is started for the session and stopped with it.

    pytest --database postgresql       the same tests, on PostgreSQL

A server runs in a folder of its own, without privileges, on a free port of this machine, and need not survive a power cut: it never
waits for the disk. A database that a test gives back is emptied for the next one, which is quicker than making it anew.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from haat.config.address import Address
from haat.market.tables import metadata
from haat.store import Store
from haat.store.driver import driver_of
from haat.store.migrate import known, migrate
from tests.support.running import free_port

KINDS = ("sqlite", "postgresql", "mariadb")
_PATIENCE = 60.0  # seconds


class Databases(Protocol):
    """Makes databases of one kind."""

    kind: str

    def bare(self) -> Address:
        """A new one, in which nothing is."""

    def fresh(self) -> Address:
        """A migrated one without rows."""

    def give_back(self, address: Address) -> None:
        """The test is done with it."""

    def stop(self) -> None:
        """Nothing of it is left."""


def databases_of(kind: str, folder: Path) -> Databases:
    """Makes databases of this kind; a server has been started when this returns."""
    if kind == "sqlite":
        return Files(folder)
    return Servers(PostgresServer() if kind == "postgresql" else MariaServer())


def why_not(kind: str) -> str:
    """Why there can be no such databases here; empty when there can."""
    server = {"postgresql": PostgresServer, "mariadb": MariaServer}.get(kind)
    return "" if server is None or server.find() else f"{server.package} is not installed here"


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

    def stop(self) -> None:
        pass


class Server(Protocol):
    """A server that runs for the tests."""

    kind: str

    def address(self, name: str) -> Address: ...

    def ask(self, statement: str) -> None:
        """As its administrator."""

    def empty(self, name: str) -> None:
        """Take all rows out of a database."""

    def restart(self) -> None:
        """At once, with everybody thrown out."""

    def pause(self) -> None:
        """It is away until `resume`."""

    def resume(self) -> None: ...

    def stop(self) -> None: ...


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

    def stop(self) -> None:
        self.server.stop()


class _Process:
    """A server in the foreground, under our eyes: started and stopped by its pid."""

    def __init__(self, command: Sequence[str], user: str | None, log: Path, is_up: Callable[[], bool]) -> None:
        self._command = [*command]
        self._user, self._log, self._is_up = user, log, is_up
        self.start()

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                user=self._user,
                group=self._user,
                extra_groups=[] if self._user else None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + _PATIENCE
        while not self._is_up():
            if self._process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"the server does not come up: {self._log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def end(self, number: int) -> None:
        self._process.send_signal(number)
        self._process.wait(_PATIENCE)


def _folder_for(user: str | None) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="haat-database-"))
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    folder.chmod(0o755)
    return folder


class PostgresServer:
    """PostgreSQL."""

    kind = "postgresql"
    package = "PostgreSQL"

    @staticmethod
    def find() -> Path | None:
        """The folder of its programs, the newest if there are several."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
        return found[-1].parent if found else None

    def __init__(self) -> None:
        self._user = "postgres" if os.getuid() == 0 else None
        self._programs = self.find()
        assert self._programs is not None
        self.folder = _folder_for(self._user)
        self.port = free_port()
        self._run(
            "initdb",
            "--pgdata",
            str(self.folder / "data"),
            "--username",
            "haat",
            "--auth",
            "trust",
            "--no-sync",
            "--encoding",
            "UTF8",
            "--locale",
            "C",
        )
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.folder,
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": 300,
            "shared_buffers": "64MB",
            "max_wal_size": "4GB",
            "autovacuum": "off",
            "deadlock_timeout": "100ms",
            "shared_preload_libraries": "pg_stat_statements",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(self._programs / "postgres"), "-D", str(self.folder / "data"), *options]
        self._process = _Process(command, self._user, self.folder / "log", self._is_up)

    def address(self, name: str) -> Address:
        return Address.of(f"postgresql://haat@127.0.0.1:{self.port}/{name}")

    def ask(self, statement: str) -> None:
        self._connected("postgres", lambda connection: connection.execute(statement))

    def empty(self, name: str) -> None:
        statements = ["SET session_replication_role = replica", "SET lock_timeout = '2s'"]
        statements += [f'DELETE FROM "{table}"' for table in (*metadata.tables, "listing_text")]
        statements.append(f"UPDATE alembic_version SET version_num = '{known()[-1]}'")
        self._connected(name, lambda connection: connection.execute("; ".join(statements)))

    def restart(self) -> None:
        self.pause()
        self.resume()

    def pause(self) -> None:
        self._process.end(signal.SIGINT)

    def resume(self) -> None:
        self._process.start()

    def stop(self) -> None:
        self._process.end(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _connected(self, name: str, act: Callable[[Any], object]) -> None:
        import psycopg

        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="haat", dbname=name, autocommit=True, connect_timeout=5
        ) as connection:
            act(connection)

    def _run(self, program: str, *arguments: str) -> None:
        assert self._programs is not None
        subprocess.run(
            [str(self._programs / program), *arguments],
            user=self._user,
            group=self._user,
            check=True,
            extra_groups=[] if self._user else None,
            capture_output=True,
            cwd=self.folder,
        )

    def _is_up(self) -> bool:
        try:
            self.ask("SELECT 1")
        except Exception:
            return False
        return True


class MariaServer:
    """MariaDB."""

    kind = "mariadb"
    package = "MariaDB"

    @staticmethod
    def find() -> Path | None:
        """Its program."""
        found = shutil.which("mariadbd", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
        return Path(found) if found else None

    def __init__(self) -> None:
        self._user = "mysql" if os.getuid() == 0 else None
        program = self.find()
        assert program is not None
        self.folder = _folder_for(self._user)
        self.port = free_port()
        self._socket = self.folder / "socket"
        subprocess.run(
            [
                "mariadb-install-db",
                "--no-defaults",
                f"--datadir={self.folder / 'data'}",
                "--skip-test-db",
                "--auth-root-authentication-method=normal",
            ],
            user=self._user,
            group=self._user,
            extra_groups=[] if self._user else None,
            check=True,
            capture_output=True,
            cwd=self.folder,
        )
        settings = {
            "datadir": self.folder / "data",
            "port": self.port,
            "bind-address": "127.0.0.1",
            "socket": self._socket,
            "pid-file": self.folder / "pid",
            "innodb-flush-log-at-trx-commit": 0,
            "innodb-flush-method": "nosync",
            "innodb-doublewrite": 0,
            "debug-no-sync": 1,
            "innodb-buffer-pool-size": "128M",
            "innodb-log-file-size": "64M",
            "max-connections": 300,
            "skip-name-resolve": 1,
            "skip-log-bin": 1,
            "performance-schema": 0,
        }
        command = [str(program), "--no-defaults", *(f"--{name}={value}" for name, value in settings.items())]
        self._process = _Process(command, self._user, self.folder / "log", self._is_up)
        self.ask("CREATE USER haat@'127.0.0.1' IDENTIFIED BY 'seven umbrellas'")
        self.ask("GRANT ALL ON *.* TO haat@'127.0.0.1'")

    def address(self, name: str) -> Address:
        return Address.of(f"mariadb://haat:seven%20umbrellas@127.0.0.1:{self.port}/{name}")

    def ask(self, statement: str) -> None:
        self._connected(None, statement)

    def empty(self, name: str) -> None:
        deletes = [f"DELETE FROM `{table}`" for table in (*metadata.tables, "listing_text")]
        deletes.append(f"UPDATE alembic_version SET version_num = '{known()[-1]}'")
        self._connected(name, "SET foreign_key_checks = 0", "SET innodb_lock_wait_timeout = 2", *deletes)

    def restart(self) -> None:
        self.pause()
        self.resume()

    def pause(self) -> None:
        self._process.end(signal.SIGTERM)

    def resume(self) -> None:
        self._process.start()

    def stop(self) -> None:
        self._process.end(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _connected(self, name: str | None, *statements: str) -> None:
        import pymysql

        connection = pymysql.connect(
            unix_socket=str(self._socket), user="root", database=name, autocommit=True, connect_timeout=5
        )
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def _is_up(self) -> bool:
        try:
            self.ask("SELECT 1")
        except Exception:
            return False
        return True
