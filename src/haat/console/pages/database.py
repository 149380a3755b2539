"""Who is connected to the database, what each does, and who waits for whom."""

from __future__ import annotations

from collections import Counter

from haat.console.patience import within
from haat.console.request import Answer, Request, page
from haat.kernel import clock
from haat.kernel.errors import Unavailable
from haat.ops.databases.sessions import Session, sessions
from haat.ops.operators.operator import OPERATE


def show(ask: Request) -> Answer:
    address = ask.desk.settings.database
    problem: Unavailable | None = None
    found: list[Session] = []
    try:
        found = within(lambda: sessions(address))
    except Unavailable as error:
        problem = error
    return page(
        ask,
        "database.html",
        database=str(address),
        has_sessions=address.kind != "sqlite",
        sessions=found,
        holds_up=Counter(one.waits_for for one in found if one.waits_for),
        may_end=ask.operator.may(OPERATE),
        problem=problem,
        now=clock.now(),
    )
