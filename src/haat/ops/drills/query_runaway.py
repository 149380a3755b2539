"""A statement that would run for hours is found and ended."""

from __future__ import annotations

import threading
from contextlib import suppress

from haat.kernel.errors import Unavailable
from haat.ops.databases.end_session import END_SESSION
from haat.ops.databases.sessions import Session, sessions
from haat.ops.drills.broken import lazy
from haat.ops.drills.drill import Budget, Drill, Mutation
from haat.ops.drills.stage import Stage, soon
from haat.ops.procedure import Finding, Procedure
from haat.store.drivers import driver_of

_LONG = 1.0  # seconds: no statement of the shop takes as long
# Each piece of stock with each, twelve times over: billions of rows that take no room.
_RUNAWAY = "SELECT count(*) FROM " + ", ".join(f"stock s{number}" for number in range(12))  # noqa: S608 (our own words)


def _run_away(stage: Stage) -> Finding:
    threading.Thread(target=_ask, args=(stage,), daemon=True).start()
    return soon(lambda: _said(stage, is_there=True), 10.0)


def _ask(stage: Stage) -> None:
    with suppress(Exception):  # It is ended from outside, and how that is said does not matter here.
        driver_of(stage.settings.database).connection().execute(_RUNAWAY).fetchall()


def _is_gone(stage: Stage) -> Finding:
    return _said(stage, is_there=False)


def _said(stage: Stage, *, is_there: bool) -> Finding:
    found = _runaways(stage)
    said = f"session {found[0].number} has been at it for {found[0].seconds:g} s" if found else "no statement is long"
    return Finding(bool(found) == is_there, said)


def _find_and_end(stage: Stage, procedure: Procedure = END_SESSION) -> None:
    found = _runaways(stage)
    if not found:
        raise Unavailable("No statement is found that takes long.")
    stage.run(procedure, {"session": found[0].number})


def _end_nobody(stage: Stage) -> None:
    _find_and_end(stage, lazy(END_SESSION))


def _runaways(stage: Stage) -> list[Session]:
    return [one for one in sessions(stage.settings.database) if one.state == "active" and one.seconds >= _LONG]


QUERY_RUNAWAY = Drill(
    name="query-runaway",
    purpose="A statement that would run for hours takes a whole core; it is found and ended.",
    fault=_run_away,
    answer=_find_and_end,
    verify=_is_gone,
    budget=Budget(gap=2.0, failed=0, seconds=15.0, proof=2.0),
    mutations=(
        Mutation(
            "ends-nobody", "The procedure says what it does, and does nothing.", _end_nobody, breaks=END_SESSION.name
        ),
    ),
    procedures=(END_SESSION.name,),
    databases=("postgresql", "mariadb"),
)
