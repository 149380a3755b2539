"""What is kept for a moment and what that saves: of each web process, of the server that they share, and of the shop's pages."""

from __future__ import annotations

from haat.console.line import line
from haat.console.order import Columns
from haat.console.patience import found_or
from haat.console.request import Answer, Request, page
from haat.kernel import clock
from haat.ops.caches.clear_cache import CLEAR_CACHE
from haat.ops.caches.look import Route, look_at
from haat.ops.caches.warm_cache import WARM_CACHE

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
    settings = ask.desk.settings
    found, problem = found_or(None, lambda: look_at(settings), _PATIENCE)
    routes, order = _COLUMNS.put(found.saved.routes if found else (), ask.query)
    return page(
        ask,
        "cache.html",
        found=found,
        routes=routes,
        order=order,
        pings={
            one.pid: line(one.pings, lambda ms: f"{ms:.2f} ms", most=1.0) for one in (found.processes if found else ())
        },
        procedures=(CLEAR_CACHE, WARM_CACHE),
        problem=problem,
        now=clock.now(),
    )
