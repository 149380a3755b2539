"""Whether there is a good backup, what would be lost if the stack were gone now, and how soon all would be back."""

from __future__ import annotations

from haat.console.backups import look
from haat.console.patience import found_or
from haat.console.request import Answer, Request, page
from haat.kernel import clock

_PATIENCE = 8.0  # seconds: a set of many photos is long to read


def show(ask: Request) -> Answer:
    settings = ask.desk.settings
    found, problem = found_or(None, lambda: look(settings, ask.desk.drills), _PATIENCE)
    return page(ask, "backups.html", found=found, problem=problem, ships=settings.backup.ship == "yes", now=clock.now())
