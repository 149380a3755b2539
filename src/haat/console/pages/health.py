"""Every check of `haat health --detailed`, the worst first, with what to do about what it finds."""

from __future__ import annotations

from typing import NamedTuple

from haat.console.checkup import Checked, Part
from haat.console.order import Columns
from haat.console.request import Answer, Request, page
from haat.kernel.errors import HaatError

_WORST_FIRST = ("failed", "attention", "ok", "none")


class More(NamedTuple):
    """The page on which one sees more of a part."""

    path: str
    name: str


_COLUMNS: Columns[Part] = Columns(
    {
        "state": lambda one: _WORST_FIRST.index(one.status) if one.status in _WORST_FIRST else -1,
        "part": lambda one: one.name,
        "ms": lambda one: one.ms,
    },
    usual="state",
)
_MORE = {
    "database": More("/database", "Database"),
    "web": More("/logs?part=web&level=warning", "its log"),
    "worker": More("/logs?part=worker&level=warning", "its log"),
    "queue": More("/database", "Database"),
    "processes": More("/services", "Services"),
    "port": More("/services", "Services"),
    "ports": More("/services", "Services"),
    "cache": More("/cache", "Cache"),
    "shipping": More("/backups", "Backups"),
}


def show(ask: Request) -> Answer:
    problem: HaatError | None = None
    checked = Checked()
    try:
        checked = ask.desk.checkup.look()
    except HaatError as error:
        problem = error
    parts, order = _COLUMNS.put(checked.parts, ask.query)
    counts = {status: sum(one.status == status for one in parts) for status in _WORST_FIRST}
    return page(
        ask, "health.html", checked=checked, parts=parts, order=order, counts=counts, more=_MORE, problem=problem
    )
