"""The database is damaged or gone: the newest that was kept and is sound takes its place."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from haat.kernel.errors import Refused, Unavailable
from haat.ops.procedure import Finding, Procedure, Scene, Step
from haat.ops.procedure.step import never_done, nothing_to_undo, only_looks
from haat.ops.recovery import steps

_MOST = 3  # findings
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR)


def is_lost(scene: Scene) -> Finding:
    """Whether there is a reason to restore it. Raises Refused where the database is sound, Unavailable where that cannot be seen now."""
    wrong = what_is_wrong(scene)
    if not wrong:
        raise Refused(
            "The database is sound.",
            why="Every page of it was read.",
            try_="For what was deleted or changed: `haat runbook show recover-to-time`.",
        )
    return Finding(True, wrong)


def what_is_wrong(scene: Scene) -> str:
    """Nothing where the database is sound."""
    path = scene.settings.database.path
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
    purpose="Put the newest database that was kept, and is sound, in the place of one that is damaged or gone; what was there is set aside. "
    "On SQLite only.",
    symptoms=(
        "the log says that the database disk image is malformed",
        "the file of the database is gone, or empty",
        "upkeep-database says that the database is not sound",
    ),
    steps=(
        Step(
            "See that the database is damaged or gone", never_done, only_looks, is_lost, nothing_to_undo, budget=300.0
        ),
        steps.hold(),
        steps.prove_copy(lambda scene: ()),
        steps.put_in_place(),
        steps.go_on(),
    ),
    databases=steps.ON,
)
