"""SQLite: connections as we need them, and one writer that commits many units of work at once."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from haat.config.address import Address
from haat.kernel.errors import Unavailable
from haat.store.driver import LONGEST_ANSWER, Connection
from haat.store.errors import crowded, full, too_slow, unanswered

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

_MOST_IN_A_GROUP = 64
_PATIENCE = 10.0  # seconds to wait for another process that is writing
_BETWEEN_LOOKS = 10_000  # steps of a statement between two looks at the clock

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # Each thread has a connection: what they keep adds up, and the system keeps the file in memory anyway.
    "PRAGMA cache_size = -16000",
    "PRAGMA temp_store = MEMORY",
)


def connect(path: Path, patience: float = _PATIENCE) -> sqlite3.Connection:
    """A connection without implicit transactions; statements commit by themselves unless BEGIN was said. It waits so many seconds for another
    process that is writing.
    """
    try:
        connection = sqlite3.connect(
            path, timeout=patience, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        for pragma in _PRAGMAS:
            connection.execute(pragma)
    except sqlite3.Error as error:
        raise _cannot_open(path, error) from error
    return connection


def _cannot_open(path: Path, error: sqlite3.Error) -> Unavailable:
    if error.sqlite_errorcode in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        what, try_ = "The database is damaged.", "Keep the file as it is, and restore a backup in its place."
    else:
        what, try_ = "The database cannot be opened.", "See that the folder exists, can be written, and has room left."
    return Unavailable(what, why=f"{path}: {error}.", try_=try_)


def _code(error: sqlite3.Error) -> int:
    """What SQLite calls it, without the fine print."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF


def _is_full(error: Exception) -> bool:
    return isinstance(error, sqlite3.Error) and _code(error) == sqlite3.SQLITE_FULL


def _refusal(path: Path, error: sqlite3.Error) -> Unavailable:
    if _is_full(error):
        return full(f"It says: {error}.")
    if _code(error) == sqlite3.SQLITE_BUSY:
        return crowded(error)
    return _cannot_open(path, error) if _is_about_the_file(error) else unanswered(error)


def _is_about_the_file(error: sqlite3.Error) -> bool:
    return _code(error) in {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PERM,
    }


class SQLite:
    """A database that is a file."""

    unless_there = " ON CONFLICT DO NOTHING"

    def __init__(self, address: Address, keeps_free: int = 0) -> None:
        self.address = address
        self._keeps_free = keeps_free
        self._local = threading.local()
        self._opening = threading.Lock()
        self._writer: GroupWriter | None = None
        self._readers: list[sqlite3.Connection] = []

    @cached_property
    def dialect(self) -> Dialect:
        from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

        return SQLiteDialect_pysqlite(paramstyle="named")

    def connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = connect(self.address.path)
            self._readers.append(connection)
        return connection

    def run(self, work: Callable[[Connection], Any]) -> Any:
        writer = self._writer or self._open_writer()
        return writer.run(work)

    def alone(self, connection: Connection, what: int) -> None:
        """There is one writer, so a unit of work is alone anyway."""

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        connection = self.connection()
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.execute("COMMIT")

    def is_missing(self, error: Exception) -> bool:
        return isinstance(error, sqlite3.OperationalError) and "no such table" in str(error)

    def ask(self, text: str, within: float = LONGEST_ANSWER) -> list[Any]:
        url, patience = f"{self.address.path.as_uri()}?mode=ro", min(within, _PATIENCE)
        return self._once(text, within, lambda: sqlite3.connect(url, uri=True, timeout=patience))

    def tell(self, text: str, within: float = LONGEST_ANSWER) -> None:
        self._once(text, within, lambda: connect(self.address.path, min(within, _PATIENCE)))

    def _once(self, text: str, within: float, connected: Callable[[], sqlite3.Connection]) -> list[Any]:
        """One statement on a connection of its own. Whatever goes wrong is raised as Unavailable."""
        path = self.address.path
        if not path.exists():
            raise Unavailable(
                "There is no database.",
                why=f"{path} does not exist.",
                try_="`haat up` makes an empty one; what was lost comes back from a backup.",
            )
        until = time.monotonic() + within
        try:
            with closing(connected()) as connection:
                connection.set_progress_handler(lambda: time.monotonic() > until, _BETWEEN_LOOKS)
                return connection.execute(text).fetchall()
        except sqlite3.Error as error:
            if _code(error) == sqlite3.SQLITE_INTERRUPT or time.monotonic() > until:
                raise too_slow(within) from error
            raise _refusal(path, error) from error

    def version(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}"

    def close(self) -> None:
        with self._opening:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            while self._readers:
                self._readers.pop().close()
            self._local = threading.local()

    def _open_writer(self) -> GroupWriter:
        with self._opening:
            if self._writer is None:
                self._writer = GroupWriter(self.address.path, self._keeps_free)
            return self._writer


class _Unit:
    """A unit of work on its way through the writer."""

    __slots__ = ("error", "is_done", "result", "work")

    def __init__(self, work: Callable[[sqlite3.Connection], Any]) -> None:
        self.work = work
        self.is_done = False
        self.result: Any = None
        self.error: BaseException | None = None

    def outcome(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.result


class GroupWriter:
    """Commits the units of work that wait at the same time as one transaction, each in a savepoint of its own.

    There is no thread behind it: whoever gets the lock commits for all who wait. One fsync then serves many, a unit that fails is rolled
    back alone, and a unit that is alone pays for nothing but its own commit. Nothing is written while less than `keeps_free` bytes of the
    disk are free.
    """

    def __init__(self, path: Path, keeps_free: int = 0) -> None:
        self._path, self._keeps_free = path, keeps_free
        self._connection = connect(path)
        self._lock = threading.Lock()
        self._committer: int | None = None
        self._waiting: deque[_Unit] = deque()

    def run(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        """Run the work in a transaction and return what it returns once it is on disk; raise what it raises."""
        if self._committer == threading.get_ident():
            raise RuntimeError("a unit of work began another; give it the transaction that is open")
        unit = _Unit(work)
        self._waiting.append(unit)
        with self._lock:
            if not unit.is_done:
                self._commit(self._next_group())
        return unit.outcome()

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _next_group(self) -> list[_Unit]:
        group: list[_Unit] = []
        while self._waiting and len(group) < _MOST_IN_A_GROUP:
            group.append(self._waiting.popleft())
        return group

    def _commit(self, group: list[_Unit]) -> None:
        self._committer = threading.get_ident()
        try:
            self._refuse_full_disk()
            self._roll_back()
            self._connection.execute("BEGIN IMMEDIATE")
            for unit in group:
                self._run_one(unit)
            self._connection.execute("COMMIT")
        except BaseException as error:
            self._give_up(group, error)
            if not isinstance(error, sqlite3.Error):
                raise
        finally:
            self._committer = None
            for unit in group:
                unit.is_done = True

    def _refuse_full_disk(self) -> None:
        if not self._keeps_free:
            return
        disk = os.statvfs(self._path)  # One look for all who wait, of two millionths of a second.
        free = disk.f_bavail * disk.f_frsize
        if free < self._keeps_free:
            raise full(
                f"{free // 1_000_000} MB are free, and the last {self._keeps_free // 1_000_000} MB are not written to."
            )

    def _run_one(self, unit: _Unit) -> None:
        self._connection.execute("SAVEPOINT unit")
        try:
            unit.result = unit.work(self._connection)
        except Exception as error:
            # A full disk or a broken file may already have ended the whole transaction: then nobody's work is kept.
            if not self._connection.in_transaction:
                raise
            unit.error = full(f"It says: {error}.") if _is_full(error) else error
            self._connection.execute("ROLLBACK TO unit")
        self._connection.execute("RELEASE unit")

    def _give_up(self, group: list[_Unit], error: BaseException) -> None:
        """All are told before anything is rolled back, which may fail too: nobody takes for saved what is not."""
        for unit in group:
            unit.error = unit.error or _explained(error)
        with suppress(sqlite3.Error):  # The next group tries again.
            self._roll_back()

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


def _explained(error: BaseException) -> BaseException:
    if not isinstance(error, sqlite3.Error):
        return error
    if _is_full(error):
        return full(f"It says: {error}.")
    return Unavailable(
        "The change could not be saved.",
        why=f"The database says: {error}.",
        try_="Try again in a moment; if it stays, see `haat health` for the disk and the database.",
    )
