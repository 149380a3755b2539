"""Servers of our own, of databases and of a cache: each in a folder of its own, on a free port of this machine, started and stopped by its pid.

They run without privileges, in the foreground, from the packages of the system.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from haat.config.address import Address
from haat.config.cache_address import CacheAddress
from haat.config.secrets import Secret
from haat.kernel.errors import NotFound, Unavailable

_PATIENCE = 60.0  # seconds
_PROGRAMS = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"


class Server(Protocol):
    """A database server that is ours."""

    kind: str

    def address(self, name: str) -> Address:
        """Of a database in it."""

    def ask(self, statement: str) -> None:
        """As its administrator."""

    def start(self) -> None:
        """It answers when this returns. Raises Unavailable."""

    def end(self) -> None:
        """In order."""

    def kill(self) -> None:
        """At once, as when the machine loses its power; what it said is on the disk stays there."""


def server_of(kind: str, folder: Path) -> Server:
    """A new one of this kind in the folder, running. Raises NotFound where the system has none, Unavailable when it does not start."""
    server = OwnPostgres(folder) if kind == "postgresql" else OwnMaria(folder)
    server.start()
    return server


def is_installed(kind: str) -> bool:
    """Whether this machine has what a stack on this kind of database needs, or on `redis`."""
    programs = {"postgresql": OwnPostgres.find, "mariadb": OwnMaria.find, "redis": OwnRedis.find}
    return kind == "sqlite" or programs[kind]() is not None


def free_port() -> int:
    """One that nobody listens on, and that the system does not give to the next who asks at once."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class OwnPostgres:
    """PostgreSQL. Whoever is on this machine may connect, as in any folder of tests."""

    kind = "postgresql"

    @staticmethod
    def find() -> Path | None:
        """The folder of its programs, the newest if there are several."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
        return found[-1].parent if found else None

    def __init__(self, folder: Path, settings: Mapping[str, object] | None = None) -> None:
        programs = self.find()
        if programs is None:
            raise _not_installed("PostgreSQL", "postgresql")
        self.folder, self.port = folder, free_port()
        self._user = _give_to("postgres", folder)
        if not (folder / "data").exists():
            words = ["--username=haat", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
            _run([str(programs / "initdb"), f"--pgdata={folder / 'data'}", *words], self._user, folder)
        whereabouts = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": folder}
        given = {**whereabouts, **(settings or {})}
        options = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        command = [str(programs / "postgres"), "-D", str(folder / "data"), *options]
        self._process = _Process(command, self._user, folder / "log", lambda: self.ask("SELECT 1"))

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
            raise _not_installed("MariaDB", "mariadb-server")
        self.folder, self.port = folder, free_port()
        self._password = password or secrets.token_urlsafe(12)
        self._user = _give_to("mysql", folder)
        if not (folder / "data").exists():
            words = ["--no-defaults", f"--datadir={folder / 'data'}", "--skip-test-db"]
            _run(["mariadb-install-db", *words, "--auth-root-authentication-method=normal"], self._user, folder)
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
        self._process = _Process(command, self._user, folder / "log", lambda: self.ask("SELECT 1"))

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
        self.ask(f"CREATE OR REPLACE USER haat@'127.0.0.1' IDENTIFIED BY '{self._password}'")
        self.ask("GRANT ALL ON *.* TO haat@'127.0.0.1'")

    def end(self) -> None:
        self._process.end(signal.SIGTERM)

    def kill(self) -> None:
        self._process.end(signal.SIGKILL)


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
            raise _not_installed("Redis", "redis-server")
        self.address = CacheAddress("127.0.0.1", free_port(), 0, password=Secret(secrets.token_urlsafe(12)))
        user = _give_to("redis", folder)
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
        self._process = _Process(words, user, folder / "log", lambda: self.ask("PING"))

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


class _Process:
    """A server in the foreground, which is ours to start and to end."""

    def __init__(self, command: Sequence[str], user: str | None, log: Path, greet: Callable[[], object]) -> None:
        self._command, self._user, self._log, self._greet = [*command], user, log, greet
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(  # noqa: S603 (a program of the system, with our words)
                self._command,
                user=self._user,
                group=self._user,
                extra_groups=[] if self._user else None,
                env=_at_home(self._log.parent),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + _PATIENCE
        while not self._answers():
            if self._running.poll() is not None or time.monotonic() > until:
                raise Unavailable(
                    f"{self._command[0]} does not start.", why=self._log.read_text(errors="replace")[-1000:]
                )
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        assert self._running is not None
        return self._running.pid

    def end(self, number: int) -> None:
        if self._running is not None and self._running.poll() is None:
            self._running.send_signal(number)
            self._running.wait(_PATIENCE)

    def _answers(self) -> bool:
        try:
            self._greet()
        except Exception:
            return False
        return True


def _give_to(user: str, folder: Path) -> str | None:
    """The folder is the user's, as servers that refuse to run as root need it; None where we are not root, and keep it."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.getuid() != 0:
        return None
    owner = pwd.getpwnam(user)
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return user


def _run(command: Sequence[str], user: str | None, folder: Path) -> None:
    ended = subprocess.run(  # noqa: S603 (a program of the system, with our words)
        command,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        env=_at_home(folder),
        cwd=folder,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if ended.returncode:
        raise Unavailable(f"{command[0]} failed.", why=(ended.stderr or ended.stdout).strip()[-1000:])


def _at_home(folder: Path) -> dict[str, str]:
    """Its temporary files are in its own folder: another user's, which TMPDIR may name, is closed to it."""
    return {**os.environ, "TMPDIR": str(folder)}


def _not_installed(name: str, package: str) -> NotFound:
    return NotFound(f"There is no {name} on this machine.", try_=f"Install it: `apt-get install {package}`.")
