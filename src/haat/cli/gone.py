"""A database that was there and is not: nothing is made in its place, for that would be an empty shop that says that all is well."""

from __future__ import annotations

import json
from pathlib import Path

from haat.config.address import Address
from haat.config.schema import Settings
from haat.kernel.errors import Refused, Unavailable

PLAN = "stack.json"


def was_made(data: Path) -> bool:
    """Whether all of the stack in this folder was there once: what it lacks now is lost, and not still to be made."""
    try:
        return bool(json.loads((data / PLAN).read_text("utf-8"))["is_done"])
    except FileNotFoundError:
        return False


def refuse_gone(settings: Settings) -> None:
    """Raises Refused where the stack was made and has no database, or an empty one; Unavailable where that cannot be seen."""
    from haat.store.errors import NoDatabase
    from haat.store.migrate import current

    database = settings.database
    if not was_made(settings.data):
        return
    if database.kind == "sqlite" and not database.path.exists():  # To connect would make it.
        raise gone(settings, f"{database.path} does not exist.")
    try:
        revision = current(database)
    except NoDatabase as error:
        raise gone(settings, error.why) from error
    except Unavailable as error:
        raise not_served(settings, error) from error
    if revision is None:
        raise gone(settings, f"{database} is empty.")


def not_served(settings: Settings, error: Unavailable) -> Unavailable:
    """The error; of a stack that was restored with a server of its own with what starts that one."""
    from haat.ops.backups.engines import engine_at

    database = settings.database
    engine = engine_at(database)
    if database.kind == "sqlite" or not (settings.data / engine.name).is_dir():
        return error
    starts = engine.starts(settings.data, database.port_or_usual)
    return Unavailable(
        error.what, why=error.why, try_=f"Start the server that was restored with this stack:\n  {starts}"
    )


def gone(settings: Settings, why: str) -> Refused:
    made = f"{settings.data / PLAN} says that the stack was made."
    return Refused("The database of this stack is gone.", why=f"{why} {made}", try_=way_back(settings.database))


def way_back(database: Address) -> str:
    """What brings it back."""
    known = "`haat runbook run recover-database` brings back the newest that was kept."
    return (
        known
        if database.kind == "sqlite"
        else f"{known} To begin a new shop in an empty database, take {PLAN} away first."
    )
