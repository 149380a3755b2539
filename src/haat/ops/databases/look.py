"""What a database does now, how it is, and what to do next.

Every question is asked read-only and has a few seconds. What cannot be asked (a right is missing, a module is not loaded) is named with
the reason, and does not keep the rest from being told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from haat.config.address import Address
from haat.kernel.errors import Unavailable
from haat.ops.databases.sessions import PATIENCE, Session, queues
from haat.store.driver import driver_of

LONG = 300.0  # seconds after which a statement or a transaction is a long one
CROWDED = 0.8  # of the connections
_SLOW = 100.0  # milliseconds on average
_OFTEN = 10  # calls from which on an average says something

T = TypeVar("T")


class Figure(NamedTuple):
    """One thing that is known: its name, its value for programs, and how it is told."""

    name: str
    value: float | str
    said: str


class TableSize(NamedTuple):
    """`rows` are estimates. `dead_rows` wait for upkeep; `upkeep_seconds` ago it was last looked at. None where the database does not say."""

    name: str
    bytes: int
    rows: int | None
    dead_rows: int | None
    upkeep_seconds: float | None


class Statement(NamedTuple):
    """A statement without its values: how often it was called, and how long that took, in milliseconds."""

    text: str
    calls: int
    mean_ms: float
    total_ms: float


class Index(NamedTuple):
    """An index that nobody has used since the database counts."""

    name: str
    table: str
    bytes: int


class Advice(NamedTuple):
    """What is wrong, and what to do next."""

    because: str
    do: str


@dataclass
class Look:
    """All that could be seen. `unseen` names what could not, with the reason and the remedy."""

    kind: str
    version: str = ""
    figures: list[Figure] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    tables: list[TableSize] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    unused_indexes: list[Index] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    advice: list[Advice] = field(default_factory=list)


class Eyes:
    """Asks one database, and keeps what could not be seen."""

    def __init__(self, address: Address, look: Look) -> None:
        self.address = address
        self._look = look
        self._driver = driver_of(address)

    def ask(self, sql: str) -> list[Any]:
        """Raises Unavailable."""
        return self._driver.ask(sql, PATIENCE)

    def see(self, what: str, look: Callable[[], T], otherwise: T, remedy: str = "") -> T:
        """What the look brings; where it brings nothing, `otherwise`, and a line that says why."""
        try:
            return look()
        except Unavailable as error:
            self.miss(what, f"{error.why} {remedy}".strip())
            return otherwise

    def rows(self, what: str, sql: str) -> list[Any]:
        """All rows; none where they cannot be seen."""
        return self.see(what, lambda: self.ask(sql), [])

    def miss(self, what: str, why: str) -> None:
        self._look.unseen.append(f"{what}: {why}")


def look(address: Address) -> Look:
    """Raises Unavailable where the database does not answer at all."""
    match address.kind:
        case "postgresql":
            from haat.ops.databases.postgresql import look_at
        case "mariadb":
            from haat.ops.databases.mariadb import look_at
        case _:
            from haat.ops.databases.sqlite import look_at
    found = Look(address.kind)
    look_at(Eyes(address, found), found)
    found.advice += [*_on_sessions(found.sessions), *_on_statements(found.statements)]
    return found


def connections(used: int, most: int) -> tuple[Figure, list[Advice]]:
    """How many of the connections are taken, and what to do when there will soon be none."""
    figure = Figure("connections", used, f"{used} of {most} are taken")
    if used < most * CROWDED:
        return figure, []
    return figure, [
        Advice(
            f"{used} of {most} connections are taken.",
            "`haat database sessions` shows whose they are; `haat runbook run end-session session=N` ends one. Lower web.threads and"
            " worker.threads, or raise the limit of the server.",
        )
    ]


def hit_rate(hits: int, reads: int, memory: str) -> tuple[Figure, list[Advice]]:
    """How many of the pages that were wanted were in memory. `memory` is what the setting of the server is called."""
    share = hits / (hits + reads) if hits + reads else 1.0
    figure = Figure("hit rate", round(share, 4), f"{share:.1%} of the pages that were wanted were in memory")
    if share >= 0.95 or reads < 100_000:
        return figure, []
    return figure, [Advice(f"Only {share:.0%} of the pages that are wanted are in memory.", f"Raise `{memory}`.")]


def size(count: float) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"


def span(seconds: float) -> str:
    for unit, name in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} seconds"


def _on_sessions(sessions: Sequence[Session]) -> list[Advice]:
    heads = [one for one in queues(sessions) if one.depth == 0]
    blocking = {one.session.number for one in heads}
    advice = [
        Advice(f"Session {one.session.number} holds up {_others(one.behind)}.", _end(one.session)) for one in heads
    ]
    for session in sessions:
        long = max(session.transaction_seconds or 0.0, session.seconds if session.state == "active" else 0.0)
        if long >= LONG and session.number not in blocking and session.waits_for is None:
            advice.append(Advice(f"Session {session.number} has been at it for {span(long)}.", _end(session)))
    return advice


def _on_statements(statements: Sequence[Statement]) -> list[Advice]:
    slow = [one for one in statements if one.mean_ms >= _SLOW and one.calls >= _OFTEN]
    return [
        Advice(
            f"A statement that was called {one.calls:,} times takes {one.mean_ms:,.0f} ms on average: {one.text[:60]}…",
            "`haat database explain 'SELECT …'` shows its way, with values in the place of its parameters.",
        )
        for one in slow[:3]
    ]


def _others(count: int) -> str:
    return "another" if count == 1 else f"{count} others"


def _end(session: Session) -> str:
    return f"`haat runbook run end-session session={session.number}`"
