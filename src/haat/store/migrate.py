"""Bring a database to the schema that this code expects.

Migrations are named `NNNN_pre_…` or `NNNN_post_…`: to run before or after the new code is live. Asking where a database stands costs one
query and no import; Alembic is loaded only where there is something to do.
"""

from __future__ import annotations

from pathlib import Path

from haat.config.address import Address
from haat.kernel.errors import Refused
from haat.store.driver import driver_of

_VERSIONS = Path(__file__).parent / "migrations" / "versions"


def known() -> list[str]:
    """The revisions that this code knows, oldest first."""
    return sorted(file.name[:4] for file in _VERSIONS.glob("[0-9][0-9][0-9][0-9]_*.py"))


def current(address: Address) -> str | None:
    """The revision that the database is at; None when it is empty. Raises Unavailable when it does not answer."""
    driver = driver_of(address)
    try:
        row = driver.connection().execute("SELECT version_num FROM alembic_version").fetchone()
    except Exception as error:
        if driver.is_missing(error):
            return None
        raise
    finally:
        driver.close()
    return None if row is None else str(row[0])


def migrate(address: Address) -> list[str]:
    """Run what is missing, oldest first; returns the revisions that ran. Several processes may do this at once: one does it.

    Raises Refused for a database of a newer Haat, and for one that does not sort text as all others do.
    """
    at, revisions = current(address), known()
    if at == revisions[-1]:
        return []
    if at is not None and at not in revisions:
        raise Refused(
            "This database belongs to a newer Haat.",
            why=f"It is at revision {at}; this Haat knows revisions up to {revisions[-1]}.",
            try_="Start the newer Haat, or restore a backup from before the upgrade into another folder.",
        )
    _upgrade(address)
    return revisions if at is None else revisions[revisions.index(at) + 1 :]


def _upgrade(address: Address) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_VERSIONS.parent))
    config.attributes["address"] = address
    command.upgrade(config, "head")
