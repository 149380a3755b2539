"""What the pages that web processes keep for a moment have saved, as the log of requests tells it."""

from __future__ import annotations

from pathlib import Path

from haat.console.order import Columns
from haat.console.patience import within
from haat.console.request import Answer, Request, page
from haat.kernel import clock
from haat.kernel.errors import HaatError
from haat.ops.caches.look import Look, Route, look
from haat.ops.logs.files import close, open_parts
from haat.ops.runbook import PROCEDURES

_PATIENCE = 8.0  # seconds: a busy hour is long to read

_COLUMNS: Columns[Route] = Columns(
    {
        "route": lambda one: one.route,
        "answered": lambda one: one.answered,
        "kept": lambda one: one.from_cache / one.answered,
    },
    usual="-answered",
)


def show(ask: Request) -> Answer:
    until = clock.now()
    problem: HaatError | None = None
    found = Look(until - clock.HOUR, until, (), 0.0, 0.0)
    try:
        found = within(lambda: _looked(ask.desk.logs, until), _PATIENCE)
    except HaatError as error:
        problem = error
    routes, order = _COLUMNS.put(found.routes, ask.query)
    return page(
        ask,
        "cache.html",
        found=found,
        routes=routes,
        order=order,
        kept_for=ask.desk.settings.web.page_cache,
        procedures=[one for one in PROCEDURES.values() if "cache" in one.name],
        problem=problem,
    )


def _looked(folder: Path, until: int) -> Look:
    parts = open_parts(folder, ())
    try:
        return look([part for part in parts if part.name == "web"], until - clock.HOUR, until)
    finally:
        close(parts)
