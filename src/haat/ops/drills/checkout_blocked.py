"""A session holds rows that every order needs, and does nothing: orders wait until it is found and ended."""

from __future__ import annotations

from haat.kernel.errors import Unavailable
from haat.ops.databases.end_session import END_SESSION
from haat.ops.databases.sessions import Session, sessions
from haat.ops.drills.drill import Budget, Drill, Mutation
from haat.ops.drills.stage import Stage, soon
from haat.ops.procedure import Finding, Procedure
from haat.ops.procedure.step import only_looks
from haat.store.drivers import driver_of

_ALL_STOCK = "UPDATE stock SET held = held"


def _block(stage: Stage) -> Finding:
    stage.notes["blocker"] = driver_of(stage.settings.database).connection()
    stage.notes["blocker"].execute("BEGIN")
    stage.notes["blocker"].execute(_ALL_STOCK)
    return soon(lambda: _somebody_waits(stage), 5.0)


def _somebody_waits(stage: Stage) -> Finding:
    waiting = _waiting(stage)
    return Finding(bool(waiting), f"{len(waiting)} sessions wait for another" if waiting else "nobody waits")


def _nobody_waits(stage: Stage) -> Finding:
    """Orders wait for each other for a moment at all times; none waits for the one that was found."""
    blocking = stage.notes.get("found")
    left = [one for one in _waiting(stage) if blocking is None or one.waits_for == blocking]
    return Finding(not left, f"{len(left)} sessions still wait" if left else "nobody waits for it any more")


def _find_and_end(stage: Stage, procedure: Procedure = END_SESSION) -> None:
    stage.notes["found"] = found = _first_of_the_queue(stage)
    stage.run(procedure, {"session": found})


def _first_of_the_queue(stage: Stage) -> int:
    """The session for which others wait and which waits for nobody. Raises Unavailable when there is none."""
    found = sessions(stage.settings.database)
    waits_for = {one.number: one.waits_for for one in found}
    for one in found:
        if one.waits_for is not None and waits_for.get(one.waits_for) is None:
            return one.waits_for
    raise Unavailable("No session is found for which others wait.")


def _waiting(stage: Stage) -> list[Session]:
    return [one for one in sessions(stage.settings.database) if one.waits_for is not None]


def _end_nobody(stage: Stage) -> None:
    _find_and_end(stage, lazy(END_SESSION))


def lazy(procedure: Procedure) -> Procedure:
    """The procedure with steps that do nothing."""
    steps = tuple(step._replace(act=only_looks, timeout=1.0) for step in procedure.steps)
    return procedure._replace(steps=steps)


CHECKOUT_BLOCKED = Drill(
    name="checkout-blocked",
    purpose="A session holds the stock of everything, and orders wait for it; it is found and ended.",
    fault=_block,
    answer=_find_and_end,
    verify=_nobody_waits,
    budget=Budget(gap=3.0, failed=0, seconds=5.0),
    mutations=(Mutation("ends-nobody", "The procedure says what it does, and does nothing.", _end_nobody),),
    procedures=(END_SESSION.name,),
    databases=("postgresql", "mariadb"),
)
