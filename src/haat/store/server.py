"""What PostgreSQL and MariaDB have in common: a connection a thread, units of work that are run again, and patience with a restart.

A unit of work is one transaction. It is run again, from its beginning, when the database ended it because of what others did at the same
time (a deadlock, a row that somebody else put there first), and when the connection was lost before the commit was sent. When it is lost
while the commit is under way nobody knows what came of it: then it is never run again, and the caller is told so.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakSet

from haat.kernel.errors import Unavailable
from haat.store.driver import LONGEST_ANSWER, Connection, Cursor, short_version
from haat.store.errors import Again, Lost, Taken, Uncertain, crowded, gone, too_slow, unanswered

if TYPE_CHECKING:
    from haat.config.address import Address

_PATIENCE = 5.0  # seconds that the database may be away before anybody is told
_PAUSE = 0.1  # seconds between two looks whether it is back
_MOST_RUNS = 12
_MOST_RUNS_INTO_OTHERS = 5
_LINE = 0x4AA7  # the lock for which units wait that others threw out
_FIRST_PAUSE = 0.004  # seconds before a unit is run again, twice as long each time
_LONGEST_PAUSE = 0.5


class Wire(Protocol):
    """A connection of the vendor's driver, with its errors translated (`errors.py`)."""

    def execute(self, text: str, values: Any = (), /) -> Cursor: ...

    def executemany(self, text: str, rows: Iterable[Any], /) -> Any: ...

    def begin(self) -> None: ...

    def begin_snapshot(self) -> None: ...

    def commit(self) -> None: ...

    def roll_back(self) -> None: ...

    def take(self, what: int) -> None: ...

    def only_read(self) -> None:
        """From now on nothing is written."""

    def hurry(self, within: float) -> None:
        """From now on no statement takes longer than so many seconds."""

    def close(self) -> None: ...


class Server:
    """The driver of a database that is a server. `connect` makes a wire and raises Lost where there is nobody."""

    def __init__(self, address: Address, unless_there: str, connect: Callable[[Address], Wire]) -> None:
        self.address = address
        self.unless_there = unless_there
        self._connect = connect
        self._local = threading.local()
        # A thread that ends takes its connection with it.
        self._sessions: WeakSet[Session] = WeakSet()
        self._patience = _Patience()

    def connection(self) -> Session:
        """This thread's own; what is read is asked for again when the connection is lost."""
        session: Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = Session(lambda: self._connect(self.address), self._patience)
            self._sessions.add(session)
        return session

    def run(self, work: Callable[[Connection], Any]) -> Any:
        """As Driver.run. Raises Unavailable when the database stays away, or when others were faster every time."""
        session = self.connection()
        if session.is_taken:
            raise RuntimeError("a unit of work began another; give it the transaction that is open")
        begin = work
        for runs in count(1):
            try:
                return session.transact(begin)
            except (Again, Taken, Lost) as error:
                _refuse_after(runs, error)
                if isinstance(error, Again):
                    begin = _in_line(work)
                time.sleep(_pause_after(runs))
        raise AssertionError("counting has no end")

    def alone(self, connection: Connection, what: int) -> None:
        assert isinstance(connection, Session)
        connection.take(what)

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        session = self.connection()
        with session.snapshot():
            yield session

    def ask(self, text: str, within: float = LONGEST_ANSWER) -> list[Any]:
        with self._once(within) as wire:
            wire.only_read()
            return wire.execute(text).fetchall()

    def tell(self, text: str, within: float = LONGEST_ANSWER) -> None:
        with self._once(within) as wire:
            wire.execute(text)

    def version(self) -> str:
        row = self.connection().execute("SELECT version()").fetchone()
        return short_version(self.address.name, row[0])

    def close(self) -> None:
        for session in list(self._sessions):
            session.close()
        self._local = threading.local()

    @contextmanager
    def _once(self, within: float) -> Iterator[Wire]:
        """A connection for one statement. Whatever goes wrong is raised as Unavailable."""
        try:
            wire = self._connect(self.address)
        except Lost as error:
            raise gone(error) from error
        began = time.monotonic()
        try:
            wire.hurry(within)
            yield wire
        except Unavailable:
            raise
        except Exception as error:
            raise (too_slow(within) if time.monotonic() - began >= within else _refusal(error)) from error
        finally:
            wire.close()


class Session:
    """One thread's connection. It is opened when it is first needed, and again when it was lost between two transactions."""

    def __init__(self, connect: Callable[[], Wire], patience: _Patience) -> None:
        self._connect = connect
        self._patience = patience
        self._wire: Wire | None = None
        self.is_taken = False

    def execute(self, text: str, values: Any = (), /) -> Cursor:
        if self.is_taken:
            return self._the_wire().execute(text, values)
        cursor: Cursor = self._insisting(lambda wire: wire.execute(text, values))
        return cursor

    def executemany(self, text: str, rows: Iterable[Any], /) -> Any:
        return self._the_wire().executemany(text, rows)

    def take(self, what: int) -> None:
        self._the_wire().take(what)

    def transact(self, work: Callable[[Connection], Any]) -> Any:
        """Once. Raises what the work raises, Again, Taken, Lost, or Uncertain."""
        self._insisting(lambda wire: wire.begin())
        self.is_taken = True
        try:
            result = work(self)
            self._commit()
        except BaseException:
            self._roll_back()
            raise
        finally:
            self.is_taken = False
        return result

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """What is read meanwhile is of one instant. Raises Unavailable when the connection is lost."""
        if self.is_taken:
            raise RuntimeError("a snapshot began within a unit of work, or within another snapshot")
        self._insisting(lambda wire: wire.begin_snapshot())
        self.is_taken = True
        try:
            yield
        except Lost as error:
            raise gone(error) from error
        finally:
            self._roll_back()
            self.is_taken = False

    def close(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            with suppress(Exception):
                wire.close()

    def __del__(self) -> None:
        self.close()

    def _commit(self) -> None:
        try:
            self._the_wire().commit()
        except Lost as error:
            raise Uncertain(error) from error

    def _roll_back(self) -> None:
        """A connection that cannot even do this is of no more use; the database rolls back by itself when it is gone."""
        try:
            self._the_wire().roll_back()
        except Exception:
            self.close()

    def _insisting(self, ask: Callable[[Wire], Any]) -> Any:
        while True:
            try:
                answer = ask(self._wire or self._open())
            except Lost as error:
                self.close()
                self._patience.wait(error)
            else:
                self._patience.is_back()
                return answer

    def _open(self) -> Wire:
        self._wire = self._connect()
        return self._wire

    def _the_wire(self) -> Wire:
        if self._wire is None:
            raise Lost("the connection was lost")
        return self._wire


class _Patience:
    """How long the database has been away, as all threads of this process see it: who comes late waits no longer than the others."""

    def __init__(self) -> None:
        self._away_since: float | None = None

    def wait(self, error: Lost) -> None:
        """Wait a moment. Raises Unavailable when it has been away for too long."""
        now = time.monotonic()
        since = self._away_since = self._away_since or now
        if now - since > _PATIENCE:
            raise gone(error) from error
        time.sleep(random.uniform(_PAUSE / 2, _PAUSE))  # noqa: S311 (spreads load, hides nothing)

    def is_back(self) -> None:
        self._away_since = None


def _refusal(error: Exception) -> Unavailable:
    match error:
        case Lost():
            return gone(error)
        case Again():
            return crowded(error)
        case _:
            return unanswered(error)


def _in_line(work: Callable[[Connection], Any]) -> Callable[[Connection], Any]:
    """Units that others threw out go one after the other from then on, so that they cannot throw out each other."""

    def wait_then_work(connection: Connection) -> Any:
        assert isinstance(connection, Session)
        connection.take(_LINE)
        return work(connection)

    return wait_then_work


def _refuse_after(runs: int, error: Again | Taken | Lost) -> None:
    """Raises when so many runs are enough. What is taken is seen by the next run, which then does something else; if not, it is a mistake."""
    if isinstance(error, Taken) and runs >= _MOST_RUNS_INTO_OTHERS:
        raise error
    if isinstance(error, Again) and runs >= _MOST_RUNS:
        raise crowded(error) from error
    if isinstance(error, Lost) and runs >= _MOST_RUNS:
        raise gone(error) from error


def _pause_after(runs: int) -> float:
    longest = min(_FIRST_PAUSE * 2**runs, _LONGEST_PAUSE)
    return random.uniform(0, longest)  # noqa: S311 (spreads load, hides nothing)
