"""A session holds rows that every order needs, and does nothing: orders wait until it is found and ended."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable

from haat.kernel.errors import Unavailable
from haat.ops.databases.end_session import END_SESSION
from haat.ops.databases.sessions import Session, sessions
from haat.ops.databases.sqlite import holder_of
from haat.ops.drills.broken import lazy
from haat.ops.drills.drill import Budget, Drill, Mutation
from haat.ops.drills.stage import Stage, soon
from haat.ops.procedure import Finding, Procedure
from haat.store.drivers import driver_of

_ALL_STOCK = "UPDATE stock SET held = held"
# MariaDB tells who waits as it was when nobody had asked for a tenth of a second: whoever asks more often is told the same for ever.
_REMEMBERED = 0.15  # seconds

# Somebody at a shell of the database, who has begun something and gone to lunch.
_SHELL = """
import sqlite3, sys
shell = sqlite3.connect(sys.argv[1], isolation_level=None)
shell.execute("BEGIN IMMEDIATE")
shell.execute(sys.argv[2])
sys.stdin.read()
"""


def _block(stage: Stage) -> Finding:
    database = stage.settings.database
    if database.kind == "sqlite":
        words = [sys.executable, "-c", _SHELL, str(database.path), _ALL_STOCK]
        shell = subprocess.Popen(words, stdin=subprocess.PIPE)  # noqa: S603 (our own program)
        _end_at_last(stage, shell.kill)
        return soon(lambda: _is_kept(stage), 5.0)
    driver = driver_of(database)
    connection = driver.connection()
    connection.execute("BEGIN")
    connection.execute(_ALL_STOCK)
    _end_at_last(stage, driver.close)
    return soon(lambda: _somebody_waits(stage), 5.0)


def _end_at_last(stage: Stage, end: Callable[[], object]) -> None:
    """What nobody has ended must not hold up the end of the stack too."""

    def wait_and_end() -> None:
        stage.is_over.wait()
        end()

    threading.Thread(target=wait_and_end, daemon=True).start()


def _is_kept(stage: Stage) -> Finding:
    keeper = holder_of(stage.settings.database.path)
    return Finding(
        keeper is not None, f"process {keeper} keeps the database to itself" if keeper else "writers come and go"
    )


def _somebody_waits(stage: Stage) -> Finding:
    waiting = _waiting(stage)
    return Finding(bool(waiting), f"{len(waiting)} sessions wait for another" if waiting else "nobody waits")


def _nobody_waits(stage: Stage) -> Finding:
    """Orders wait for each other for a moment at all times; none waits for the one that was found."""
    if stage.settings.database.kind == "sqlite":
        kept = _is_kept(stage)
        return Finding(not kept.holds, kept.said)
    blocking = stage.notes.get("found")
    left = [one for one in _waiting(stage) if blocking is None or one.waits_for == blocking]
    return Finding(not left, f"{len(left)} sessions still wait" if left else "nobody waits for it any more")


def _find_and_end(stage: Stage, procedure: Procedure = END_SESSION) -> None:
    stage.notes["found"] = found = _first_of_the_queue(stage)
    stage.run(procedure, {"session": found})


def _first_of_the_queue(stage: Stage) -> int:
    """The session for which others wait and which waits for nobody. Raises Unavailable when there is none."""
    if stage.settings.database.kind == "sqlite":
        keeper = holder_of(stage.settings.database.path)
        if keeper is None:
            raise Unavailable("No process is found that keeps the database to itself.")
        return keeper
    found = sessions(stage.settings.database)
    waits_for = {one.number: one.waits_for for one in found}
    for one in found:
        if one.waits_for is not None and waits_for.get(one.waits_for) is None:
            return one.waits_for
    raise Unavailable("No session is found for which others wait.")


def _waiting(stage: Stage) -> list[Session]:
    if stage.settings.database.kind == "mariadb":
        time.sleep(_REMEMBERED)
    return [one for one in sessions(stage.settings.database) if one.waits_for is not None]


def _end_nobody(stage: Stage) -> None:
    _find_and_end(stage, lazy(END_SESSION))


CHECKOUT_BLOCKED = Drill(
    name="checkout-blocked",
    purpose="A session holds the stock of everything, and orders wait for it; it is found and ended.",
    fault=_block,
    answer=_find_and_end,
    verify=_nobody_waits,
    budget=Budget(gap=3.0, failed=0, seconds=5.0, proof=2.0),
    mutations=(
        Mutation(
            "ends-nobody", "The procedure says what it does, and does nothing.", _end_nobody, breaks=END_SESSION.name
        ),
    ),
    procedures=(END_SESSION.name,),
)
