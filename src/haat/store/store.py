"""Reads and units of work, the same for every room."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Table
from sqlalchemy.sql import ClauseElement

from haat.config.address import Address, Kind
from haat.kernel import clock
from haat.store.driver import Connection, Driver
from haat.store.drivers import driver_of
from haat.store.errors import Taken
from haat.store.statements import Statements

T = TypeVar("T")
Row: TypeAlias = tuple[Any, ...]


class Reader:
    """Asks one connection; shared by reads outside and inside a transaction."""

    def __init__(self, connection: Connection, statements: Statements) -> None:
        self._connection = connection
        self._statements = statements

    @property
    def kind(self) -> Kind:
        """Which kind of database this is, for whoever needs what only one of them has."""
        return self._statements.kind

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

    def __init__(self, connection: Connection, statements: Statements, driver: Driver) -> None:
        super().__init__(connection, statements)
        self._driver = driver
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

    def insert_once(self, table: Table, **values: Any) -> bool:
        """Add one row, unless what may be there only once is there already; says whether it was added."""
        text = self._statements.insert_once(table, tuple(values)).text
        try:
            return self._connection.execute(text, values).rowcount == 1
        except Taken:
            return False

    def alone(self, *what: object) -> None:
        """Let nobody else on who asks for the same, until this transaction has ended.

        For rules that no row and no UNIQUE can hold, such as a number of rows. Rows that are there are locked with `with_for_update`.
        """
        digest = hashlib.sha256(repr(what).encode()).digest()
        self._driver.alone(self._connection, int.from_bytes(digest[:8], signed=True))


Work: TypeAlias = Callable[[Tx], T]


class Store:
    """One database, used by all threads of this process. Opened lazily: a process that is forked opens its own connections.

    While less than `keeps_free` bytes of a file's disk are free, `write` raises Unavailable.
    """

    def __init__(self, address: Address | str, *, keeps_free: int = 0) -> None:
        self.address = Address.of(address) if isinstance(address, str) else address
        self._driver = driver_of(self.address, keeps_free)
        self._statements = _statements_of(self._driver, self.address.kind)
        self._local = threading.local()

    @property
    def kind(self) -> Kind:
        """Which kind of database this is, for whoever needs what only one of them has."""
        return self.address.kind

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
        """Run a unit of work: all of it is on disk when this returns, none of it when this raises anything but Uncertain.

        The work must touch nothing outside of its transaction: it may be rolled back, and run again. Raises IntegrityError, and
        Unavailable when the database stays away.
        """
        result: T = self._driver.run(lambda connection: work(Tx(connection, self._statements, self._driver)))
        return result

    @contextmanager
    def snapshot(self) -> Iterator[Reader]:
        """Several reads that see the database as it was at the first of them."""
        with self._driver.snapshot() as connection:
            yield Reader(connection, self._statements)

    def connection(self) -> Connection:
        """This thread's own connection, for statements in the database's own words (search, upkeep)."""
        return self._driver.connection()

    def version(self) -> str:
        """What the database calls itself and its version."""
        return self._driver.version()

    def close(self) -> None:
        """Close every connection of this process."""
        self._driver.close()
        self._local = threading.local()

    def _reader(self) -> Reader:
        reader: Reader | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = Reader(self._driver.connection(), self._statements)
        return reader


def _statements_of(driver: Driver, kind: Kind) -> Statements:
    known = _statements.get(kind)
    if known is None:
        known = _statements[kind] = Statements(driver.dialect, driver.unless_there, kind)
    return known


_statements: dict[Kind, Statements] = {}
