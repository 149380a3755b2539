"""MariaDB, by PyMySQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from haat.config.address import Address
from haat.store.driver import Cursor
from haat.store.errors import Absent, Again, IntegrityError, Lost, NoTable, Taken, full
from haat.store.lacking import lacking
from haat.store.server import Server

# Most of the time of loading it: for passwords as MySQL 8 sends them, which MariaDB does not know, and for TLS before it is known whether a server has that.
with lacking("cryptography"), lacking("ssl"):
    import pymysql
    from pymysql import connections
    from pymysql.connections import Connection as _PyConnection
    from pymysql.constants import CLIENT, CR, ER, FIELD_TYPE
    from pymysql.converters import conversions
    from pymysql.cursors import Cursor as _PyCursor

if TYPE_CHECKING:
    import ssl

    from sqlalchemy.engine import Dialect

connections.SSL_ENABLED = True

COLLATION = "utf8mb4_nopad_bin"  # Text is the same when its letters are, blanks at its end too: as on SQLite.

_PATIENCE = 3  # seconds to reach it
_LONGEST_ANSWER = 60  # seconds
_LAST_WORDS = 5  # seconds in which a server that has given up a statement says so
_LONGEST_LOCK = 10  # seconds to wait for a row

# An UPDATE sees the row as it was, as SQL says and all others do; what does not fit is an error and never cut.
_MANNERS = (
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,SIMULTANEOUS_ASSIGNMENT',"
    f" SESSION innodb_lock_wait_timeout = {_LONGEST_LOCK},"
    " SESSION idle_transaction_timeout = 60"
)

_CONSTRAINT_FAILED = 4025
_CONNECTION_KILLED = 1927
_RECORD_CHANGED = 1020

_OTHERS_WERE_FASTER = {ER.LOCK_DEADLOCK, ER.LOCK_WAIT_TIMEOUT, _RECORD_CHANGED}
# The connection is gone, or it shuts down, takes no more connections, or has become a replica: another may be there in a moment.
_AWAY = {
    CR.CR_SERVER_GONE_ERROR,
    CR.CR_SERVER_LOST,
    CR.CR_CONN_HOST_ERROR,
    CR.CR_CONNECTION_ERROR,
    ER.CON_COUNT_ERROR,
    ER.SERVER_SHUTDOWN,
    ER.OPTION_PREVENTS_STATEMENT,
    ER.QUERY_INTERRUPTED,
    _CONNECTION_KILLED,
}

_FULL = {ER.DISK_FULL, ER.RECORD_FILE_FULL}


class MariaDB(Server):
    """A database of MariaDB."""

    def __init__(self, address: Address) -> None:
        super().__init__(address, "", connect)

    @cached_property
    def dialect(self) -> Dialect:
        from sqlalchemy.dialects.mysql import mariadb

        dialect: Dialect = mariadb.loader("pymysql")(paramstyle="pyformat")
        return dialect

    def is_missing(self, error: Exception) -> bool:
        return isinstance(error, NoTable)


def connect(address: Address) -> _Wire:
    """Raises Lost where nobody answers, or nobody that lets us in."""
    options = dict(address.options)
    try:
        connection = _Connection(
            user=address.user or None,
            password=address.password.reveal() if address.password else "",
            host=address.host or "localhost",
            port=address.port_or_usual,
            database=address.database,
            unix_socket=options.get("unix_socket"),
            ssl_ca=options.get("ssl_ca"),
            ssl_cert=options.get("ssl_cert"),
            ssl_key=options.get("ssl_key"),
            charset="utf8mb4",
            collation=COLLATION,
            connect_timeout=_PATIENCE,
            read_timeout=_LONGEST_ANSWER,
            write_timeout=_LONGEST_ANSWER,
            autocommit=True,
            # An UPDATE counts the rows that it found, whether or not it changed them.
            client_flag=CLIENT.FOUND_ROWS,
            conv=_CONVERSIONS,
            cursorclass=_Cursor,
            init_command=_MANNERS,
        )
        connection.query("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
    except pymysql.err.Error as error:
        found = _translated(error)
        raise (Lost(str(error.args[-1])) if found is error else found) from error  # Also whom it does not let in.
    return _Wire(connection)


class _Connection(_PyConnection):  # type: ignore[misc]
    def _create_ssl_ctx(self, wishes: dict[str, Any]) -> Any:
        if not wishes:
            return _ToAnybody()
        import ssl

        connections.ssl = ssl
        return super()._create_ssl_ctx(wishes)

    def wait_for_answers(self, seconds: float) -> None:
        """From now on so long, and no longer."""
        self._read_timeout = seconds


class _ToAnybody:
    """What wraps a connection to a server that has TLS, and whose certificate nobody checks. To check nobody the library would read all authorities that this
    machine knows: longer than everything else about a connection takes.
    """

    def wrap_socket(self, *given: Any, **more: Any) -> Any:
        return _checking_nobody().wrap_socket(*given, **more)


@cache
def _checking_nobody() -> ssl.SSLContext:
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class _Cursor(_PyCursor):  # type: ignore[misc]
    def fetchall(self) -> list[Any]:
        return list(super().fetchall())


class _Wire:
    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._has_taken = False

    def execute(self, text: str, values: Any = (), /) -> Cursor:
        cursor: _Cursor = self._connection.cursor()
        self._do(lambda: cursor.execute(text, values))
        return cursor

    def executemany(self, text: str, rows: Iterable[Any], /) -> None:
        cursor = self._connection.cursor()
        self._do(lambda: cursor.executemany(text, list(rows)))

    def begin(self) -> None:
        self.execute("START TRANSACTION")

    def begin_snapshot(self) -> None:
        self.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        self.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")

    def commit(self) -> None:
        self.execute("COMMIT")
        with suppress(Lost):  # It is saved; locks of a connection that is gone are free.
            self._give_back()

    def roll_back(self) -> None:
        self.execute("ROLLBACK")
        self._give_back()

    def take(self, what: int) -> None:
        """These locks are the connection's and not the transaction's, so they are given back after it."""
        self._has_taken = True
        (got,) = self.execute("SELECT GET_LOCK(%s, %s)", (f"haat.{what}", _LONGEST_LOCK)).fetchone()
        if got != 1:
            raise Again("somebody else has held a lock for too long")

    def only_read(self) -> None:
        self.execute("SET SESSION TRANSACTION READ ONLY")

    def hurry(self, within: float) -> None:
        self.execute(f"SET SESSION max_statement_time = {within}")
        self._connection.wait_for_answers(within + _LAST_WORDS)

    def close(self) -> None:
        self._connection.close()

    def _give_back(self) -> None:
        if self._has_taken:
            self.execute("SELECT RELEASE_ALL_LOCKS()")
            self._has_taken = False

    def _do(self, act: Callable[[], object]) -> None:
        try:
            act()
        except pymysql.err.Error as error:
            self._raise(error)

    def _raise(self, error: pymysql.err.Error) -> NoReturn:
        raise (_translated(error) if self._connection.open else Lost(str(error))) from error


def _whole(text: str) -> int | float:
    """Sums come as DECIMAL; whole ones are whole here too."""
    return float(text) if "." in text else int(text)


_CONVERSIONS = {**conversions, FIELD_TYPE.DECIMAL: _whole, FIELD_TYPE.NEWDECIMAL: _whole}


def _translated(error: Exception) -> Exception:
    code = error.args[0] if error.args else 0
    text = str(error.args[1]) if len(error.args) > 1 else str(error)
    if code == ER.DUP_ENTRY:
        return Taken(text)
    if code == _CONSTRAINT_FAILED or isinstance(error, pymysql.err.IntegrityError):
        return IntegrityError(text)
    if code in _OTHERS_WERE_FASTER:
        return Again(text)
    if code in _FULL:
        return full(f"MariaDB says: {text}.")
    if code == ER.NO_SUCH_TABLE:
        return NoTable(text)
    if code == ER.BAD_DB_ERROR:
        return Absent(text)
    if code in _AWAY or isinstance(error, pymysql.err.InterfaceError):
        return Lost(text)
    return error
