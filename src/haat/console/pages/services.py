"""The processes of the stack: what each is doing, since when, and what it takes of the machine."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from haat import __version__
from haat.adapters.processes.lock import owner_of
from haat.console.desk import Desk
from haat.console.line import Line, line
from haat.console.order import Columns
from haat.console.patience import found_or
from haat.console.request import Answer, Request, page
from haat.console.words import bytes_
from haat.kernel import clock
from haat.ops import running
from haat.ops.health.processes import Process, family

_NUMBER = re.compile("-[0-9]+$")


class Row(NamedTuple):
    """A process, with what it took in the last hour."""

    process: Process
    cpu: Line | None
    memory: Line | None


_COLUMNS: Columns[Process] = Columns(
    {
        "name": lambda one: one.name,
        "pid": lambda one: one.pid,
        "state": lambda one: one.state,
        "up": lambda one: one.up_seconds,
        "cpu": lambda one: one.cpu,
        "memory": lambda one: one.memory,
    },
    usual="pid",
)


def show(ask: Request) -> Answer:
    data = ask.desk.settings.data
    keeper = owner_of(running.lock_of(data))
    found, problem = found_or([], lambda: family(keeper) if keeper else [])
    rows, order = _COLUMNS.put(found, ask.query)
    return page(
        ask,
        "services.html",
        rows=[_row(ask.desk, one) for one in rows],
        order=order,
        replicas=sorted(Counter(_NUMBER.sub("", one.name) for one in found if one.pid != keeper).items()),
        keeper=keeper,
        told=running.told(data) if found else None,
        installed=__version__,
        problem=problem,
        samples_began_at=ask.desk.samples.began_at,
        now=clock.now(),
    )


def _row(desk: Desk, one: Process) -> Row:
    samples = desk.samples
    return Row(
        one,
        line(samples.of_process(one.pid, lambda seen: seen.cpu), lambda share: f"{share:.0%}", most=0.1),
        line(samples.of_process(one.pid, lambda seen: float(seen.memory)), bytes_),
    )
