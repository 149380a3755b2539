"""The database is damaged or gone: the newest that was kept and is sound takes its place."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from haat.config.address import Address
from haat.kernel.errors import Refused, Unavailable
from haat.kernel.text import some
from haat.ops import running
from haat.ops.backups.engines import engine_at
from haat.ops.databases.restart import UP
from haat.ops.logs import instant
from haat.ops.procedure import Deed, Finding, Procedure, Scene, Step
from haat.ops.procedure.step import never_done
from haat.ops.recovery import steps
from haat.store.migrate import lacking

_MOST = 3  # findings
_PATIENCE = 5.0  # seconds to wait for an answer
_STEADY = 30.0  # seconds that a server is up which does not fall over
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR)


def is_lost(scene: Scene) -> Finding:
    """Whether there is a reason to restore it. Raises Refused where the database is sound, and lets the shop go on if it rests for this look; Unavailable
    where that cannot be seen now.
    """
    wrong = what_is_wrong(scene)
    if not wrong:
        hold = running.hold_of(scene.settings.data)
        if hold.exists() and hold.read_text("utf-8").strip() == looked_at_by(scene):
            hold.unlink()
        said = " The shop rests since before this run: `haat runbook history` names the run that it waits for."
        raise Refused(
            "The database is sound.",
            why="All that is in it was read.",
            try_=f"For what was deleted or changed: `haat runbook show recover-to-time`.{said if hold.exists() else ''}",
        )
    return Finding(True, wrong)


def what_is_wrong(scene: Scene) -> str:
    """Nothing where the database is sound."""
    database = scene.settings.database
    return _wrong_with_file(database.path) if database.kind == "sqlite" else wrong_on_server(database)


def wrong_on_server(database: Address) -> str:
    """Nothing where the database at this address is sound. Raises Refused where it could not be recovered there, Unavailable."""
    carrier = engine_at(database).carrier()
    assert carrier is not None
    carrier.refuse_unless_allowed()  # Whoever may not do the rest is told so before anything is done.
    if wrong := carrier.wrong():
        return wrong
    lacks = lacking(database)
    return f"{database.database} lacks {some(lacks)}" if lacks else ""


def _rest_if_it_falls(scene: Scene) -> Sequence[Deed]:
    """A server that falls over of what the shop does with what is damaged is looked at when the shop is not at work."""
    if scene.database_kind == "sqlite":
        return ()
    try:
        [(up,)] = scene.ask(UP[scene.database_kind], _PATIENCE)
    except Unavailable:
        up = 0
    return () if float(up) >= _STEADY else steps.let_rest(scene, looked_at_by(scene))


def looked_at_by(scene: Scene) -> str:
    """For what the shop rests, and for whom."""
    return f"The database is looked at by the run of {instant.written(scene.began_at)}."


def _wrong_with_file(path: Path) -> str:
    if not path.exists():
        return f"{path} does not exist"
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                return f"{path} is empty"
            said = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({_MOST})")]
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in _DAMAGED:
            raise Unavailable("The database cannot be looked at now.", why=f"{path}: {error}.") from error
        return f"{path}: {error}"
    return "" if said == ["ok"] else f"{path}: {'; '.join(said)}"[:500]


RECOVER_DATABASE = Procedure(
    name="recover-database",
    purpose="Put the newest database that was kept, and is sound, in the place of one that is damaged or gone; what was there is set aside.",
    symptoms=(
        "the log says that the database disk image is malformed",
        "the file of the database is gone, or empty",
        "the server says that the database does not exist, or that a page is invalid",
        "the server of the database does not start any more, and an empty one is in its place",
        "upkeep-database says that the database is not sound",
    ),
    steps=(
        Step(
            "See that the database is damaged or gone",
            never_done,
            _rest_if_it_falls,
            is_lost,
            steps.wake,
            budget=300.0,
            timeout=90.0,
        ),
        steps.hold(),
        steps.prove_copy(lambda scene: ()),
        steps.put_in_place(),
        steps.go_on(),
    ),
    goes_first=True,
)
