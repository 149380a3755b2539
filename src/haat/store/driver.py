"""What a database has to be able to do for the store. There are three: `sqlite.py`, `postgres.py` and `mariadb.py`.

The file of a driver is imported when its database is chosen, and not before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

    from haat.config.address import Address

Values: TypeAlias = Mapping[str, Any]


LEAST_FREE = 20_000_000  # bytes of the disk below which nothing of the shop is written any more: the rest is for whoever makes room
LONGEST_ANSWER = 600.0  # seconds that a question about the database may take, unless somebody has less time


class Cursor(Protocol):
    """What came of a statement."""

    @property
    def rowcount(self) -> int:
        """How many rows an UPDATE or DELETE found, changed or not."""

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...


class Connection(Protocol):
    """One conversation with the database. Statements commit by themselves but in a unit of work."""

    def execute(self, text: str, values: Any = ..., /) -> Cursor: ...

    def executemany(self, text: str, rows: Iterable[Any], /) -> Any: ...


class Driver(Protocol):
    """One database, for all threads of this process."""

    address: Address
    # Put behind an INSERT so that a row which is there already is left as it is and counts as none; where there are no such words,
    # the INSERT raises Taken, and the transaction goes on.
    unless_there: str

    @property
    def dialect(self) -> Dialect:
        """What SQLAlchemy writes statements for."""

    def connection(self) -> Connection:
        """This thread's own, for reading."""

    def run(self, work: Callable[[Connection], Any]) -> Any:
        """Run the work in a transaction and return what it returns once it is on disk; raise what it raises."""

    def alone(self, connection: Connection, what: int) -> None:
        """Wait until no other unit of work that is open has asked for the same; in this transaction."""

    def snapshot(self) -> AbstractContextManager[Connection]:
        """This thread's connection, which sees the database as it was at its first statement."""

    def is_missing(self, error: Exception) -> bool:
        """Whether the error says that there is no such table."""

    def ask(self, text: str, within: float = LONGEST_ANSWER) -> list[Any]:
        """All rows, by a connection of its own that cannot write, and without patience: for whoever asks how the database is.

        Raises Unavailable, also when it takes longer than so many seconds; the database is then no longer at it.
        """

    def tell(self, text: str, within: float = LONGEST_ANSWER) -> None:
        """Let the database do something, by a connection of its own, once and without patience: for whoever keeps it in order.

        Raises Unavailable, also when it takes longer than so many seconds; the database is then no longer at it.
        """

    def version(self) -> str:
        """What the database calls itself and its version."""

    def close(self) -> None:
        """Close every connection of this process."""


def short_version(name: str, said: str) -> str:
    """“PostgreSQL 15.18” of what a server says of itself at length."""
    number = re.search(r"[0-9]+(\.[0-9]+)+", said)
    return f"{name} {number[0]}" if number else name
