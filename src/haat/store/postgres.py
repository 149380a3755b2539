"""PostgreSQL, by psycopg."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

import psycopg
from psycopg import errors
from psycopg.adapt import Loader
from psycopg.pq import TransactionStatus

from haat.config.address import Address
from haat.store import libpq
from haat.store.driver import Cursor
from haat.store.errors import Absent, Again, IntegrityError, Lost, NoTable, Taken, full, said
from haat.store.server import Server

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

_MOST_PREPARED = 500  # statements that a connection keeps prepared

# Nobody waits for a lock for ever, a process that hangs in a transaction does not hold up the others, and no statement takes the
# processors that others wait for. What is asked often is planned once and not for each of its values, and no plan walks through a whole
# index in the hope of meeting the few rows of another table (decision 0026).
_MANNERS = (
    "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s';"
    " SET max_parallel_workers_per_gather = 0; SET plan_cache_mode = force_generic_plan; SET enable_mergejoin = off"
)

_OTHERS_WERE_FASTER = (errors.DeadlockDetected, errors.SerializationFailure, errors.LockNotAvailable)
# It shuts down, starts up, takes no more connections, or has become a standby: another one may be there in a moment.
_AWAY = ("57P01", "57P02", "57P03", "57P05", "53300", "25006", "25P03")


class Postgres(Server):
    """A database of PostgreSQL."""

    def __init__(self, address: Address) -> None:
        super().__init__(address, " ON CONFLICT DO NOTHING", connect)

    @cached_property
    def dialect(self) -> Dialect:
        from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

        return PGDialect_psycopg()  # type: ignore[no-untyped-call]

    def is_missing(self, error: Exception) -> bool:
        return isinstance(error, NoTable)


class _Numeric(Loader):
    """Sums of BIGINT come as NUMERIC; whole ones are whole here too."""

    def load(self, data: Any) -> int | float:
        text = bytes(data)
        return float(text) if b"." in text or b"N" in text else int(text)


def connect(address: Address) -> _Wire:
    """Raises Lost where nobody answers, or nobody that lets us in."""
    try:
        connection = psycopg.connect(autocommit=True, **libpq.parameters(address))
        connection.execute(_MANNERS)
    except psycopg.Error as error:
        raise (Absent(str(error)) if libpq.is_absent(address, str(error), _asked) else _translated(error)) from error
    connection.prepared_max = _MOST_PREPARED
    connection.adapters.register_loader("numeric", _Numeric)
    return _Wire(connection)


def _asked(address: Address, question: str) -> list[Any]:
    with psycopg.connect(autocommit=True, **libpq.parameters(address)) as connection:
        return connection.execute(question.encode()).fetchall()


class _Wire:
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, text: str, values: Any = (), /) -> Cursor:
        try:
            return self._connection.execute(text, values)
        except psycopg.Error as error:
            self._raise(error)

    def executemany(self, text: str, rows: Iterable[Any], /) -> None:
        try:
            self._connection.cursor().executemany(text, rows)
        except psycopg.Error as error:
            self._raise(error)

    def begin(self) -> None:
        self.execute("BEGIN ISOLATION LEVEL READ COMMITTED")

    def begin_snapshot(self) -> None:
        self.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def commit(self) -> None:
        # COMMIT of a transaction that has failed rolls back without a word.
        if self._connection.info.transaction_status == TransactionStatus.INERROR:
            raise RuntimeError("a unit of work went on after a statement of it had failed")
        self.execute("COMMIT")

    def roll_back(self) -> None:
        self.execute("ROLLBACK")

    def take(self, what: int) -> None:
        self.execute("SELECT pg_advisory_xact_lock(%s)", (what,))

    def only_read(self) -> None:
        self.execute("SET default_transaction_read_only = on")
        self._connection.prepare_threshold = 0  # One statement at a time: what is prepared cannot be several.

    def hurry(self, within: float) -> None:
        self.execute(f"SET statement_timeout = {round(within * 1000)}")

    def close(self) -> None:
        self._connection.close()

    def _raise(self, error: psycopg.Error) -> NoReturn:
        raise (Lost(str(error)) if self._connection.broken else _translated(error)) from error


def _translated(error: psycopg.Error) -> Exception:
    if isinstance(error, errors.UniqueViolation):
        return Taken(str(error))
    if isinstance(error, psycopg.IntegrityError):
        return IntegrityError(str(error))
    if isinstance(error, _OTHERS_WERE_FASTER):
        return Again(str(error))
    if isinstance(error, errors.DiskFull):
        return full(f"PostgreSQL says: {said(error)}")
    if isinstance(error, errors.UndefinedTable):
        return NoTable(error.diag.message_primary or str(error))
    state = error.sqlstate
    if (
        state in _AWAY
        or (state or "").startswith("08")
        or (state is None and isinstance(error, psycopg.OperationalError))
    ):
        return Lost(str(error))
    return error
