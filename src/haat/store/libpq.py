"""One question to PostgreSQL by its own library in C, which comes with psycopg: for whoever has not the third of a second that psycopg takes to load."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from haat.config.address import Address
from haat.store.errors import Absent, gone, too_slow, unanswered

_PATIENCE = 3  # seconds to reach it
_CONNECTED, _DONE, _TUPLES = 0, 1, 2  # CONNECTION_OK, PGRES_COMMAND_OK, PGRES_TUPLES_OK
DOORS = ("postgres", "template1")
"""Databases that are always there, from where the others are made and get their names."""
_NAMES = "SELECT datname::text FROM pg_database"

# Who is cut off is noticed, whatever is waited for.
_SIGNS_OF_LIFE = {
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}


def parameters(address: Address) -> dict[str, Any]:
    """How the library is told where the database is, and who asks."""
    who = {"user": address.user, "password": address.password.reveal() if address.password else ""}
    where = {"host": address.host, "port": str(address.port or ""), "dbname": address.database, **dict(address.options)}
    manners = {"application_name": "haat", "connect_timeout": str(_PATIENCE), "client_encoding": "UTF8"}
    return {name: value for name, value in (who | where | manners | _SIGNS_OF_LIFE).items() if value}


def is_there() -> bool:
    """Whether the library is where the wheel of psycopg has it."""
    return _file() is not None


def ask(address: Address, question: str, within: float) -> list[tuple[str | None, ...]]:
    """All rows, as text; nothing is written. Raises Unavailable, also when it takes longer than so many seconds."""
    library, told = _library(), parameters(address)
    connection = library.PQconnectdbParams(_texts([*told]), _texts([*told.values()]), 0)
    try:
        if library.PQstatus(connection) != _CONNECTED:
            error = _error(library, connection)
            is_gone = is_absent(address, str(error), partial(ask, within=within))
            raise gone(Absent(str(error)) if is_gone else error)
        manners = f"SET default_transaction_read_only = on; SET statement_timeout = {round(within * 1000)}"
        _tell(library, connection, manners)
        began = time.monotonic()
        rows = _rows(library, connection, question)
        if rows is None:
            is_slow = time.monotonic() - began >= within
            raise too_slow(within) if is_slow else unanswered(_error(library, connection))
        return rows
    finally:
        library.PQfinish(connection)


def is_absent(address: Address, said: str, ask: Callable[[Address, str], Sequence[Sequence[str | None]]]) -> bool:
    """Whether this was said because the server has no such database: it says so in its own language, and without a number. Who asks raises Exceptions."""
    if address.database in DOORS or address.database not in said:
        return False
    for door in DOORS:
        with suppress(Exception):
            return address.database not in [name for (name,) in ask(address._replace(database=door), _NAMES)]
    return False


def _tell(library: Any, connection: int, command: str) -> None:
    result = library.PQexec(connection, command.encode())
    status = library.PQresultStatus(result)
    library.PQclear(result)
    if status != _DONE:
        raise unanswered(_error(library, connection))


def _rows(library: Any, connection: int, question: str) -> list[tuple[str | None, ...]] | None:
    """None where the database refuses to answer."""
    result = library.PQexec(connection, question.encode())
    try:
        if library.PQresultStatus(result) != _TUPLES:
            return None
        columns = range(library.PQnfields(result))
        return [
            tuple(_cell(library, result, row, column) for column in columns) for row in range(library.PQntuples(result))
        ]
    finally:
        library.PQclear(result)


def _cell(library: Any, result: int, row: int, column: int) -> str | None:
    if library.PQgetisnull(result, row, column):
        return None
    text: bytes = library.PQgetvalue(result, row, column)
    return text.decode()


def _error(library: Any, connection: int) -> Exception:
    message: bytes = library.PQerrorMessage(connection)
    return Exception(message.decode("utf-8", "replace"))


def _texts(texts: list[str]) -> Any:
    """An array of C, with nothing at its end."""
    return (ctypes.c_char_p * (len(texts) + 1))(*(text.encode() for text in texts), None)


@cache
def _file() -> Path | None:
    spec = find_spec("psycopg_binary")
    homes = (
        [Path(place).with_name("psycopg_binary.libs") for place in (spec.submodule_search_locations or [])]
        if spec
        else []
    )
    return next((file for home in homes for file in sorted(home.glob("libpq-*.so*"))), None)


@cache
def _library() -> Any:
    library = ctypes.CDLL(str(_file()))
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, gives, takes in (
        ("PQconnectdbParams", pointer, [ctypes.POINTER(text), ctypes.POINTER(text), number]),
        ("PQstatus", number, [pointer]),
        ("PQexec", pointer, [pointer, text]),
        ("PQresultStatus", number, [pointer]),
        ("PQnfields", number, [pointer]),
        ("PQntuples", number, [pointer]),
        ("PQgetisnull", number, [pointer, number, number]),
        ("PQgetvalue", text, [pointer, number, number]),
        ("PQerrorMessage", text, [pointer]),
        ("PQclear", None, [pointer]),
        ("PQfinish", None, [pointer]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = gives, takes
    return library
