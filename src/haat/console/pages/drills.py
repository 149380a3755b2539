"""What the last drills came to."""

from __future__ import annotations

from haat.console.order import Columns
from haat.console.request import Answer, Request, page, paper
from haat.kernel.errors import NotFound
from haat.ops.drills.page import page as pictures
from haat.ops.drills.programme import DRILLS, not_done
from haat.ops.drills.records import kept
from haat.ops.drills.run import Report

_COLUMNS: Columns[Report] = Columns(
    {
        "drill": lambda one: (one.drill, one.mutation),
        "on": lambda one: one.database,
        "out": lambda one: one.is_as_it_should_be,
        "gap": lambda one: one.figures.gap,
        "failed": lambda one: one.figures.failed,
        "lost": lambda one: one.figures.lost,
        "loss": lambda one: one.figures.losses.data.seconds if one.figures.losses else -1.0,
        "seconds": lambda one: one.figures.seconds,
        "done": lambda one: one.at,
    },
    usual="out",
)


def show_all(ask: Request) -> Answer:
    newest = sorted(kept(ask.desk.drills), key=lambda one: -one.at)
    reports, order = _COLUMNS.put(newest, ask.query)
    return page(ask, "drills.html", reports=reports, order=order, drills=DRILLS, left=not_done(reports))


def show_pictures(ask: Request) -> Answer:
    reports = kept(ask.desk.drills)
    if not reports:
        raise NotFound("No drill was carried out here.", try_="`haat drill run --all` does all of them.")
    return paper(pictures(reports, DRILLS).encode())
