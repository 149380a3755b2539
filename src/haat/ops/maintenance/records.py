"""What is remembered of maintenance: since when a task is known, and who ticked it. What the keeper ran is in the journal of runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, select

from haat.config.kinds import Text, Unfit
from haat.kernel.errors import Invalid, Refused
from haat.kernel.ids import new_id
from haat.ops.maintenance.task import Task
from haat.ops.tables import known_tasks, ticks
from haat.store import Store, Tx

REMARK = Text("a remark of at most 300 characters, on one line", r"[^\x00-\x1f\x7f]{0,300}")


class Tick(NamedTuple):
    """Somebody has done a task, and says so."""

    task: str
    who: str
    way_in: str
    said: str
    at: int


def get_to_know(store: Store, tasks: Iterable[Task]) -> None:
    """What is new is known from now on, so that nothing is due whose time was before."""
    old = known(store)
    new = [task.name for task in tasks if task.name not in old]

    def write(tx: Tx) -> None:
        for name in new:
            tx.insert_once(known_tasks, name=name, known_at=tx.now)

    if new:
        store.write(write)


def known(store: Store) -> dict[str, int]:
    """Since when each task is known that the keeper has met."""
    return dict(store.read(_KNOWN))


def tick(store: Store, task: Task, who: str, way_in: str, said: str) -> None:
    """Somebody has done it. Raises Refused for what goes by itself, and Invalid."""
    if task.goes_by_itself:
        raise Refused(
            f"“{task.name}” is not ticked.",
            why=f"It is done by the procedure “{task.procedure}”, which writes down itself what came of it.",
            try_=f"`haat maintenance run {task.name}` runs it now.",
        )
    try:
        REMARK.read(said)
    except Unfit as unfit:
        raise Invalid("That is no remark.", fields={"--said": f"expected {unfit.expected}"}) from None
    row_id = new_id()
    store.write(lambda tx: tx.insert(ticks, id=row_id, task=task.name, who=who, way_in=way_in, said=said, at=tx.now))


def ticks_of(store: Store, since: int) -> list[Tick]:
    """All since then, oldest first."""
    return [Tick(*row) for row in store.read(_TICKS, since=since)]


_KNOWN = select(known_tasks.c.name, known_tasks.c.known_at)
_TICKS = (
    select(ticks.c.task, ticks.c.who, ticks.c.way_in, ticks.c.said, ticks.c.at)
    .where(ticks.c.at >= bindparam("since"))
    .order_by(ticks.c.id)
)
