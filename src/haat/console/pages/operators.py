"""Who may sign in, for those who may say so. Keys are given at the terminal of the machine alone, and not here."""

from __future__ import annotations

from haat.console.request import Answer, Request, page, redirect
from haat.console.workshop import WAY_IN
from haat.ops.operators import acts, roster

_MOST_ACTS = 100


def show_all(ask: Request) -> Answer:
    store = ask.desk.store
    return page(ask, "operators.html", operators=roster.everybody(store), acts=acts.newest(store, _MOST_ACTS))


def sign_out(ask: Request, name: str) -> Answer:
    roster.sign_out_everywhere(ask.desk.store, name, acts.Hand(ask.operator.name, WAY_IN))
    return redirect("/operators")
