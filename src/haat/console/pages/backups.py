"""Whether there is a good backup, what would be lost if the stack were gone now, and how soon all would be back."""

from __future__ import annotations

import shlex

from haat.console.backups import look, look_at
from haat.console.patience import found_or, within
from haat.console.request import Answer, Request, page
from haat.kernel import clock, ids

_PATIENCE = 8.0  # seconds: a set of many photos is long to read


def show(ask: Request) -> Answer:
    settings = ask.desk.settings
    found, problem = found_or(None, lambda: look(settings, ask.desk.drills), _PATIENCE)
    return page(ask, "backups.html", found=found, problem=problem, ships=settings.backup.ship == "yes", now=clock.now())


def show_set(ask: Request, id_: str) -> Answer:
    settings, asked_for = ask.desk.settings, ids.decode(id_)
    found = within(lambda: look_at(settings, asked_for), _PATIENCE)
    of_it = f"{ids.encode(asked_for)} --data {shlex.quote(str(settings.data))}"
    commands = (
        ("Prove it: restore it in a scratch place, and examine the shop in it", f"haat backup prove {of_it}"),
        ("See what a restore would do", f"haat backup restore {of_it} --into DIR --dry-run"),
        ("Restore all of it into a folder that does not exist yet", f"haat backup restore {of_it} --into DIR"),
        (
            "Put its database in the place of the one of this stack, once that does not run",
            f"haat backup restore {of_it} --replace",
        ),
    )
    return page(ask, "set.html", found=found, commands=commands, now=clock.now())
