"""What is due of maintenance, when it was done last, what stands still, and the profiles that are kept. It shows; a terminal or a procedure does."""

from __future__ import annotations

from itertools import groupby

from haat.console.request import Answer, Request, page, paper
from haat.kernel import clock
from haat.ops.maintenance.look import in_all, look
from haat.ops.procedure import pause
from haat.ops.profiles import shelf

_MOST_PAUSES, _MOST_PROFILES = 5, 50


def show(ask: Request) -> Answer:
    now, desk = clock.now(), ask.desk
    tasks = look(desk.store, desk.journal, desk.settings)
    profiles = shelf.kept(desk.settings.data)
    return page(
        ask,
        "maintenance.html",
        lists=[(every, list(of_it)) for every, of_it in groupby(tasks, lambda one: one.task.every)],
        in_all=in_all(tasks, now),
        preset=desk.settings.market.preset,
        hour=desk.settings.maintenance.hour,
        paused=pause.in_force(desk.store),
        pauses=pause.newest(desk.store, _MOST_PAUSES),
        profiles=profiles[:_MOST_PROFILES],
        more_profiles=len(profiles[_MOST_PROFILES:]),
        now=now,
    )


def show_profile(ask: Request, name: str) -> Answer:
    return paper(shelf.page_of(ask.desk.settings.data, name))
