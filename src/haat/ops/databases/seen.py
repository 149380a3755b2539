"""What is seen of a database: figures, tables, statements, advice, and the eyes with which it is looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from haat.config.address import Address
from haat.kernel.errors import Unavailable
from haat.ops.databases.sessions import PATIENCE, Session
from haat.store.drivers import driver_of

LONG = 300.0  # seconds after which a statement or a transaction is a long one
CROWDED = 0.8  # of the connections

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
    return f"{seconds:.0f} second{'' if round(seconds) == 1 else 's'}"
