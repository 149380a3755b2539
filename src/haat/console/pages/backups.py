"""Whether there is a good backup, what would be lost if the stack were gone now, and how soon all would be back."""

from __future__ import annotations

from haat.console.backups import Backups, look
from haat.console.patience import within
from haat.console.request import Answer, Request, page
from haat.kernel import clock
from haat.kernel.errors import HaatError

_PATIENCE = 8.0  # seconds: a set of many photos is long to read


def show(ask: Request) -> Answer:
    settings = ask.desk.settings
    problem: HaatError | None = None
    found: Backups | None = None
    try:
        found = within(lambda: look(settings, ask.desk.drills), _PATIENCE)
    except HaatError as error:
        problem = error
    return page(ask, "backups.html", found=found, problem=problem, ships=settings.backup.ship == "yes", now=clock.now())
