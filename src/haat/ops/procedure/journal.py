"""What was meant to be done, and what came of it: written to the disk before the one, and after the other.

Every entry is a transaction of its own, which SQLite has on the disk (fsync) before it returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, func, select, update

from haat.kernel import clock
from haat.kernel.errors import NotFound
from haat.kernel.ids import encode, new_id
from haat.ops.tables import entries, opened, runs, turns
from haat.store import Tx

RUNNING, FAILED, DONE, UNDOING, UNDONE = "running", "failed", "done", "undoing", "undone"
INTERRUPTED = "interrupted"


class Run(NamedTuple):
    """One run of a procedure. Times in milliseconds since 1970; `ended_at` is None while it runs, or was killed."""

    id: int
    procedure: str
    given: Mapping[str, str]
    who: str
    way_in: str
    state: str
    began_at: int
    ended_at: int | None
    evidence: Mapping[str, Any]


class Entry(NamedTuple):
    """What happened at a step, and a sentence about it; of what was intended, the deeds as JSON."""

    step: int
    event: str
    said: str
    at: int


class Turn(NamedTuple):
    """Somebody `began` a run, `resumed` it or `undid` it, and by which way in."""

    what: str
    who: str
    way_in: str
    at: int


def state_of(run: Run, is_busy: bool) -> str:
    """The state of the run; one that does not end, and at which nobody is, is interrupted."""
    return run.state if run.ended_at or is_busy else INTERRUPTED


class Journal:
    """The journal of one stack."""

    def __init__(self, file: Path) -> None:
        self._store = opened(file)

    def begin(self, procedure: str, given: Mapping[str, str], who: str, way_in: str) -> int:
        """Write down that a run begins; returns its id."""
        run_id = new_id()

        def write(tx: Tx) -> None:
            tx.insert(
                runs,
                id=run_id,
                procedure=procedure,
                given=msgspec.json.encode(given).decode(),
                who=who,
                way_in=way_in,
                state=RUNNING,
                began_at=clock.now(),
                ended_at=None,
                evidence="",
            )
            _take(tx, run_id, "began", who, way_in)

        self._store.write(write)
        return run_id

    def note(self, run_id: int, step: int, event: str, said: str) -> None:
        """Write down what happens; it is on the disk when this returns."""

        def write(tx: Tx) -> None:
            number = tx.value(_NEXT, run=run_id)
            tx.insert(entries, run_id=run_id, number=number, step=step, event=event, said=said, at=clock.now())

        self._store.write(write)

    def go_on(self, run_id: int, who: str, way_in: str) -> None:
        """Somebody has taken up the run again."""
        self._take_up(run_id, RUNNING, "resumed", who, way_in)

    def go_back(self, run_id: int, who: str, way_in: str) -> None:
        """Somebody has begun to take back what the run did."""
        self._take_up(run_id, UNDOING, "undid", who, way_in)

    def end(self, run_id: int, state: str, evidence: Mapping[str, Any]) -> None:
        """The run has come to an end, and this is what it cost."""
        proof = msgspec.json.encode(evidence).decode()
        self._store.write(lambda tx: tx.run(_MOVE, run=run_id, new_state=state, ended=clock.now(), proof=proof))

    def run(self, run_id: int) -> Run:
        """Raises NotFound."""
        row = self._store.first(_RUN, run=run_id)
        if row is None:
            raise NotFound(
                f"There is no run {encode(run_id)}.", why="", try_="`haat runbook history` lists all of them."
            )
        return _run(row)

    def entries(self, run_id: int) -> list[Entry]:
        """All that happened in a run, oldest first."""
        return [Entry(*row) for row in self._store.read(_ENTRIES, run=run_id)]

    def turns(self, run_id: int) -> list[Turn]:
        """Who began a run, and who took it up again or back, oldest first."""
        return [Turn(*row) for row in self._store.read(_TURNS, run=run_id)]

    def newest(self, most: int) -> list[Run]:
        """The youngest runs, youngest first."""
        return [_run(row) for row in self._store.read(_NEWEST, most=most)]

    def since(self, at: int) -> list[Run]:
        """All runs that began then or later, oldest first."""
        return [_run(row) for row in self._store.read(_SINCE, since=at)]

    def unfinished(self) -> list[Run]:
        """Runs that have not come to an end: one is under way, or they were killed."""
        return [_run(row) for row in self._store.read(_UNFINISHED)]

    def close(self) -> None:
        self._store.close()

    def _take_up(self, run_id: int, state: str, what: str, who: str, way_in: str) -> None:
        def write(tx: Tx) -> None:
            tx.run(_MOVE, run=run_id, new_state=state, ended=None, proof="")
            _take(tx, run_id, what, who, way_in)

        self._store.write(write)


def _take(tx: Tx, run_id: int, what: str, who: str, way_in: str) -> None:
    number = tx.value(_NEXT_TURN, run=run_id)
    tx.insert(turns, run_id=run_id, number=number, what=what, who=who, way_in=way_in, at=clock.now())


def _run(row: Any) -> Run:
    id_, procedure, given, who, way_in, state, began_at, ended_at, evidence = row
    proof = msgspec.json.decode(evidence) if evidence else {}
    return Run(id_, procedure, msgspec.json.decode(given), who, way_in, state, began_at, ended_at, proof)


_NEXT = select(func.count()).select_from(entries).where(entries.c.run_id == bindparam("run"))
_NEXT_TURN = select(func.count()).select_from(turns).where(turns.c.run_id == bindparam("run"))
_MOVE = (
    update(runs)
    .where(runs.c.id == bindparam("run"))
    .values(state=bindparam("new_state"), ended_at=bindparam("ended"), evidence=bindparam("proof"))
)
_RUN = select(runs).where(runs.c.id == bindparam("run"))
_ENTRIES = (
    select(entries.c.step, entries.c.event, entries.c.said, entries.c.at)
    .where(entries.c.run_id == bindparam("run"))
    .order_by(entries.c.number)
)
_TURNS = (
    select(turns.c.what, turns.c.who, turns.c.way_in, turns.c.at)
    .where(turns.c.run_id == bindparam("run"))
    .order_by(turns.c.number)
)
_NEWEST = select(runs).order_by(runs.c.id.desc()).limit(bindparam("most"))
_SINCE = select(runs).where(runs.c.began_at >= bindparam("since")).order_by(runs.c.id)
_UNFINISHED = select(runs).where(runs.c.ended_at.is_(None)).order_by(runs.c.id)
