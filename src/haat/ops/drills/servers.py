"""Servers of our own, of databases and of a cache: each in a folder of its own, on a free port of this machine, started and stopped by its pid.

They run without privileges, in the foreground, from the packages of the system.
"""

from __future__ import annotations

import secrets
import shutil
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from haat.config.address import Address
from haat.config.cache_address import CacheAddress
from haat.config.secrets import Secret
from haat.kernel.errors import Unavailable
from haat.ops.servers import Process, free_port, give_to, not_installed, programs_of_postgres, run

_PROGRAMS = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"


class Server(Protocol):
    """A database server that is ours."""

    kind: str
    folder: Path

    def address(self, name: str) -> Address:
        """Of a database in it."""

    def ask(self, statement: str) -> None:
        """As its administrator."""

    def start(self) -> None:
        """It answers when this returns. Raises Unavailable."""

    @property
    def pid(self) -> int:
        """Of its process, the last one if it has ended."""

    @property
    def has_ended(self) -> bool:
        """Whether that process does not run any more."""

    def end(self) -> None:
        """In order."""

    def kill(self) -> None:
        """At once, as when the machine loses its power; what it said is on the disk stays there."""

    def begin_anew(self) -> None:
        """An empty one takes its place, at the same address and with the same user; what it had is kept beside as `lost`. It answers when this returns.
        Raises Unavailable.
        """


def server_of(kind: str, folder: Path, *, is_logged: bool = False) -> Server:
    """A new one of this kind in the folder, running; one that `is_logged` keeps a log of all that is committed. Raises NotFound where the system has none, Unavailable when it does not start."""
    logged = {"log-bin": folder / "data" / "haat-bin"} if is_logged else {}
    server = OwnPostgres(folder) if kind == "postgresql" else OwnMaria(folder, logged)
    server.start()
    return server


def is_installed(kind: str) -> bool:
    """Whether this machine has what a stack on this kind of database needs, or on `redis`."""
    programs = {"postgresql": OwnPostgres.find, "mariadb": OwnMaria.find, "redis": OwnRedis.find}
    return kind == "sqlite" or programs[kind]() is not None


class OwnPostgres:
    """PostgreSQL. Whoever is on this machine may connect, as in any folder of tests."""

    kind = "postgresql"

    @staticmethod
    def find() -> Path | None:
        """The folder of its programs, the newest if there are several."""
        return programs_of_postgres()

    def __init__(self, folder: Path, settings: Mapping[str, object] | None = None) -> None:
        programs = self.find()
        if programs is None:
            raise not_installed("PostgreSQL", "postgresql")
        self.folder, self.port = folder, free_port()
        self._user = give_to("postgres", folder)
        if not (folder / "data").exists():
            self._make()
        whereabouts = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": folder}
        given = {**whereabouts, **(settings or {})}
        options = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        command = [str(programs / "postgres"), "-D", str(folder / "data"), *options]
        self._process = Process(command, self._user, folder / "log", lambda: self.ask("SELECT 1"))

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        return self._process.has_ended

    def address(self, name: str) -> Address:
        return Address.of(f"postgresql://haat@127.0.0.1:{self.port}/{name}")

    def ask(self, statement: str) -> None:
        self.connected("postgres", lambda connection: connection.execute(statement))

    def connected(self, name: str, act: Callable[[Any], object]) -> None:
        """Do something on a connection of the administrator's, each statement by itself."""
        import psycopg

        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="haat", dbname=name, autocommit=True, connect_timeout=5
        ) as connection:
            act(connection)

    def start(self) -> None:
        self._process.start()

    def end(self) -> None:
        self._process.end(signal.SIGINT)

    def kill(self) -> None:
        # Its own immediate shutdown: the parent alone, killed, would leave its children with the data.
        self._process.end(signal.SIGQUIT)

    def begin_anew(self) -> None:
        (self.folder / "data").rename(self.folder / "lost")
        self._make()
        self.start()

    def _make(self) -> None:
        programs = self.find()
        assert programs is not None
        words = [
            "--username=haat",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--data-checksums",
            "--no-sync",
        ]
        run([str(programs / "initdb"), f"--pgdata={self.folder / 'data'}", *words], self._user, self.folder)


class OwnMaria:
    """MariaDB."""

    kind = "mariadb"

    @staticmethod
    def find() -> Path | None:
        """Its program."""
        found = shutil.which("mariadbd", path=_PROGRAMS)
        return Path(found) if found else None

    def __init__(self, folder: Path, settings: Mapping[str, object] | None = None, password: str = "") -> None:
        """Without a password it gets one that nobody knows."""
        program = self.find()
        if program is None:
            raise not_installed("MariaDB", "mariadb-server")
        self.folder, self.port = folder, free_port()
        self._password = password or secrets.token_urlsafe(12)
        self._user = give_to("mysql", folder)
        if not (folder / "data").exists():
            self._make()
        whereabouts = {
            "datadir": folder / "data",
            "port": self.port,
            "bind-address": "127.0.0.1",
            "socket": folder / "socket",
            "pid-file": folder / "pid",
            "skip-name-resolve": 1,
        }
        given = {**whereabouts, **(settings or {})}
        command = [str(program), "--no-defaults", *(f"--{name}={value}" for name, value in given.items())]
        self._process = Process(command, self._user, folder / "log", lambda: self.ask("SELECT 1"))

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        return self._process.has_ended

    def address(self, name: str) -> Address:
        return Address.of(f"mariadb://haat:{quote(self._password)}@127.0.0.1:{self.port}/{name}")

    def ask(self, statement: str) -> None:
        self.connected(None, statement)

    def connected(self, name: str | None, *statements: str) -> None:
        """Do something on a connection of the administrator's, each statement by itself."""
        import pymysql

        connection = pymysql.connect(
            unix_socket=str(self.folder / "socket"),
            user="root",
            database=name,
            autocommit=True,
            connect_timeout=5,
            ssl_disabled=True,
        )
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def start(self) -> None:
        self._process.start()
        # One after the other, and none takes away what somebody has who is at work already.
        self.ask(f"CREATE USER IF NOT EXISTS haat@'127.0.0.1' IDENTIFIED BY '{self._password}'")
        self.ask("GRANT ALL ON *.* TO haat@'127.0.0.1'")
        self.ask(f"ALTER USER haat@'127.0.0.1' IDENTIFIED BY '{self._password}'")

    def end(self) -> None:
        self._process.end(signal.SIGTERM)

    def kill(self) -> None:
        self._process.end(signal.SIGKILL)

    def begin_anew(self) -> None:
        (self.folder / "data").rename(self.folder / "lost")
        self._make()
        self.start()

    def _make(self) -> None:
        words = ["--no-defaults", f"--datadir={self.folder / 'data'}", "--skip-test-db"]
        run(["mariadb-install-db", *words, "--auth-root-authentication-method=normal"], self._user, self.folder)


class OwnRedis:
    """Redis, for pages: with a limit, and a password that nobody else knows."""

    @staticmethod
    def find() -> Path | None:
        """Its program."""
        found = shutil.which("redis-server", path=_PROGRAMS)
        return Path(found) if found else None

    def __init__(self, folder: Path, *, remembers: bool = False) -> None:
        """One that `remembers` writes all down, and has it again when it is started again."""
        program = self.find()
        if program is None:
            raise not_installed("Redis", "redis-server")
        self.address = CacheAddress("127.0.0.1", free_port(), 0, password=Secret(secrets.token_urlsafe(12)))
        user = give_to("redis", folder)
        given = {
            "bind": "127.0.0.1",
            "port": self.address.port,
            "dir": folder,
            "requirepass": self.address.password.reveal(),
            "save": "",
            "appendonly": "yes" if remembers else "no",
            "maxmemory": "64mb",
            "maxmemory-policy": "allkeys-lru",
        }
        words = [str(program), *(word for name, value in given.items() for word in (f"--{name}", str(value)))]
        self._process = Process(words, user, folder / "log", lambda: self.ask("PING"))

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, *words: str | int) -> Any:
        """As its administrator: a command and what it takes. Raises Unavailable."""
        from redis import Redis
        from redis.exceptions import RedisError

        address = self.address
        try:
            with Redis(address.host, address.port, address.number, address.password.reveal(), socket_timeout=5) as one:
                return one.execute_command(*words)
        except RedisError as error:
            raise Unavailable("The cache does not answer.", why=f"{error}") from error

    def start(self) -> None:
        self._process.start()

    def end(self) -> None:
        self._process.end(signal.SIGTERM)

    def kill(self) -> None:
        self._process.end(signal.SIGKILL)
