"""Who may sign in, for those who may say so. Keys are given at the terminal of the machine alone, and not here."""

from __future__ import annotations

from haat.console.request import Answer, Request, page, redirect
from haat.ops.operators import roster


def show_all(ask: Request) -> Answer:
    return page(ask, "operators.html", operators=roster.everybody(ask.desk.store))


def sign_out(ask: Request, name: str) -> Answer:
    roster.sign_out_everywhere(ask.desk.store, name)
    return redirect("/operators")
