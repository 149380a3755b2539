"""The sandbox's own books: a small SQLite file, shared by every process of a stack.

The sandbox plays an outside company, so it keeps its books apart from the market's and less strictly: a power cut may cost it the last
moments (synchronous = NORMAL), a killed process costs nothing.
"""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from haat.market.payments.ports import GatewayUnreachable

T = TypeVar("T")
Row: TypeAlias = tuple[Any, ...]

_EDITION = 1
_PATIENCE = 10.0  # seconds to wait for other processes that write
_LONGEST_NAP = 0.0003  # seconds; a charge writes for about a twentieth of that

# `heard_at`: from when on the gateway knows of it. `settles_at`: from when on the verdict holds; NULL while the buyer is asked.
# What is in the future has not happened: every question is answered by comparing these with the clock, and nobody has to wake up.
_TABLES = (
    """CREATE TABLE charges (
        key TEXT PRIMARY KEY, amount INTEGER NOT NULL, currency TEXT NOT NULL, card TEXT NOT NULL,
        verdict TEXT NOT NULL, heard_at INTEGER NOT NULL, settles_at INTEGER, door TEXT,
        return_url TEXT NOT NULL, description TEXT NOT NULL, refunded INTEGER NOT NULL DEFAULT 0,
        CHECK (amount > 0), CHECK (refunded BETWEEN 0 AND amount)
    ) STRICT, WITHOUT ROWID""",
    "CREATE UNIQUE INDEX charges_door ON charges (door) WHERE door IS NOT NULL",
    """CREATE TABLE refunds (
        key TEXT PRIMARY KEY, charge TEXT NOT NULL, amount INTEGER NOT NULL,
        currency TEXT NOT NULL, verdict TEXT NOT NULL, heard_at INTEGER NOT NULL, settles_at INTEGER NOT NULL,
        reason TEXT NOT NULL, CHECK (amount > 0)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX refunds_charge ON refunds (charge)",
    """CREATE TABLE payouts (
        key TEXT PRIMARY KEY, account TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL,
        heard_at INTEGER NOT NULL, paid_at INTEGER, returned_at INTEGER, code TEXT NOT NULL,
        description TEXT NOT NULL, CHECK (amount > 0)
    ) STRICT, WITHOUT ROWID""",
    # An event leaves when it is delivered; one that was given up stays, with nothing due.
    """CREATE TABLE events (
        seq INTEGER PRIMARY KEY, body BLOB NOT NULL, due_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    "CREATE INDEX events_due ON events (due_at) WHERE due_at IS NOT NULL",
)


class Book:
    """The file, used by all threads of this process. A connection is made at a thread's first use, never before a fork.

    Everything here raises GatewayUnreachable when the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        # Threads queue here; only processes meet at the file.
        self._writing = threading.Lock()

    def first(self, sql: str, values: Sequence[Any]) -> Row | None:
        """The first row, or None."""
        row: Row | None = self._patiently(lambda: self._connection().execute(sql, values).fetchone())
        return row

    def all(self, sql: str, values: Sequence[Any]) -> list[Row]:
        """All rows."""
        return self._patiently(lambda: self._connection().execute(sql, values).fetchall())

    def run(self, sql: str, values: Sequence[Any]) -> int:
        """One statement as a transaction of its own; returns how many rows it touched."""
        with self._writing:
            return self._patiently(lambda: self._connection().execute(sql, values).rowcount)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that writes, alone; all of it is kept, or nothing if the block raises."""
        with self._writing:
            connection = self._connection()
            self._patiently(lambda: connection.execute("BEGIN IMMEDIATE"))
            try:
                with _committed(connection):
                    yield connection
            except sqlite3.Error as error:
                raise _explained(self._path, f"{error}.") from error

    def close(self) -> None:
        """Close every connection of this process."""
        self._local = threading.local()
        while self._connections:
            self._connections.pop().close()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._open()
            self._connections.append(connection)
        return connection

    def _open(self) -> sqlite3.Connection:
        connection = self._patiently(
            lambda: sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
        )
        self._patiently(lambda: connection.execute("PRAGMA journal_mode = WAL"))
        connection.execute("PRAGMA synchronous = NORMAL")
        edition = self._patiently(lambda: _make_tables(connection))
        if edition != _EDITION:
            raise _explained(self._path, f"they are of edition {edition}, and this Haat reads {_EDITION}.")
        return connection

    def _patiently(self, do: Callable[[], T]) -> T:
        """Do it, again and again while another process writes.

        SQLite's own way of waiting sleeps longer each time, up to a tenth of a second, so that of two busy processes one can starve.
        Short naps of random length give both their turn.
        """
        deadline = 0.0
        while True:
            try:
                return do()
            except sqlite3.Error as error:
                deadline = deadline or time.monotonic() + _PATIENCE
                if not _is_busy(error) or time.monotonic() > deadline:
                    raise _explained(self._path, f"{error}.") from error
            time.sleep(random.random() * _LONGEST_NAP)  # noqa: S311


def _make_tables(connection: sqlite3.Connection) -> int:
    """Make the tables of a new file; returns the edition of the file."""
    if edition := _edition(connection):
        return edition
    connection.execute("BEGIN IMMEDIATE")
    with _committed(connection):
        if not _edition(connection):
            for table in _TABLES:
                connection.execute(table)
            connection.execute(f"PRAGMA user_version = {_EDITION}")
    return _edition(connection)


def _edition(connection: sqlite3.Connection) -> int:
    edition: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return edition


@contextmanager
def _committed(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit the transaction that is open, or roll it back if the block raises."""
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _is_busy(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _explained(path: Path, why: str) -> GatewayUnreachable:
    return GatewayUnreachable(
        "The sandbox gateway cannot be reached.",
        why=f"Its books, {path}, cannot be used: {why}",
        try_="See that the folder exists, can be written and has room left, and that the file is of this Haat.",
    )
