"""Reads and units of work, the same for every room."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Table
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.sql import ClauseElement

from haat.kernel import clock
from haat.store.sqlite import GroupWriter, connect
from haat.store.statements import Statements

T = TypeVar("T")
Row: TypeAlias = tuple[Any, ...]


class Reader:
    """Asks one connection; shared by reads outside and inside a transaction."""

    def __init__(self, connection: sqlite3.Connection, statements: Statements) -> None:
        self._connection = connection
        self._statements = statements

    def read(self, statement: ClauseElement, **params: Any) -> list[Row]:
        """All rows."""
        text, constants = self._statements.of(statement)
        return self._connection.execute(text, {**constants, **params} if constants else params).fetchall()

    def first(self, statement: ClauseElement, **params: Any) -> Row | None:
        """The first row, or None."""
        text, constants = self._statements.of(statement)
        row: Row | None = self._connection.execute(text, {**constants, **params} if constants else params).fetchone()
        return row

    def value(self, statement: ClauseElement, **params: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.first(statement, **params)
        return None if row is None else row[0]


class Tx(Reader):
    """A transaction that is open now. `now` is one instant for all that it writes."""

    def __init__(self, connection: sqlite3.Connection, statements: Statements) -> None:
        super().__init__(connection, statements)
        self.now = clock.now()

    def run(self, statement: ClauseElement, **params: Any) -> int:
        """Change rows; returns how many. A compare-and-set expects 1."""
        text, constants = self._statements.of(statement)
        return self._connection.execute(text, {**constants, **params} if constants else params).rowcount

    def many(self, statement: ClauseElement, rows: Iterable[dict[str, Any]]) -> None:
        """Run one statement for each row of values."""
        text, constants = self._statements.of(statement)
        self._connection.executemany(text, [{**constants, **row} for row in rows] if constants else rows)

    def insert(self, table: Table, **values: Any) -> None:
        """Add one row. A broken rule of the table raises `store.IntegrityError`."""
        self._connection.execute(self._statements.insert(table, tuple(values)).text, values)


Work: TypeAlias = Callable[[Tx], T]

IntegrityError = sqlite3.IntegrityError


class Store:
    """One database, used by all threads of this process. Opened lazily: a process that is forked opens its own connections."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._statements = Statements(SQLiteDialect_pysqlite(paramstyle="named"))
        self._local = threading.local()
        self._opening = threading.Lock()
        self._writer: GroupWriter | None = None
        self._readers: list[sqlite3.Connection] = []

    def read(self, statement: ClauseElement, **params: Any) -> list[Row]:
        """All rows of a statement, as the database stands now."""
        return self._reader().read(statement, **params)

    def first(self, statement: ClauseElement, **params: Any) -> Row | None:
        """The first row, or None."""
        return self._reader().first(statement, **params)

    def value(self, statement: ClauseElement, **params: Any) -> Any:
        """The first column of the first row, or None."""
        return self._reader().value(statement, **params)

    def write(self, work: Work[T]) -> T:
        """Run a unit of work: all of it is on disk when this returns, none of it when this raises.

        The work must touch nothing outside of its transaction: it may be rolled back, and run again.
        """
        writer = self._writer or self._open_writer()
        result: T = writer.run(lambda connection: work(Tx(connection, self._statements)))
        return result

    @contextmanager
    def snapshot(self) -> Iterator[Reader]:
        """Several reads that see the database as it was at the first of them."""
        connection = self.connection()
        connection.execute("BEGIN")
        try:
            yield self._reader()
        finally:
            connection.execute("COMMIT")

    def connection(self) -> sqlite3.Connection:
        """This thread's own connection, for statements in SQLite's own words (search, upkeep)."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = connect(self.path)
            self._readers.append(connection)
        return connection

    def close(self) -> None:
        """Close every connection of this process."""
        with self._opening:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            while self._readers:
                self._readers.pop().close()
            self._local = threading.local()

    def _reader(self) -> Reader:
        reader: Reader | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = Reader(self.connection(), self._statements)
        return reader

    def _open_writer(self) -> GroupWriter:
        with self._opening:
            if self._writer is None:
                self._writer = GroupWriter(self.path)
            return self._writer
