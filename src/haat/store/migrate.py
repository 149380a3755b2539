"""Bring a database to the schema that this code expects.

Migrations are named `NNNN_pre_…` or `NNNN_post_…`: to run before or after the new code is live. Asking where a database stands costs one
query and no import; Alembic is loaded only where there is something to do.
"""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import Literal, NamedTuple

from haat.config.address import Address
from haat.kernel.errors import Refused
from haat.store.driver import Driver
from haat.store.drivers import driver_of

_VERSIONS = Path(__file__).parent / "migrations" / "versions"
_MADE = re.compile(r'create_table\(\s*"(\w+)"|CREATE TABLE (?:IF NOT EXISTS )?(\w+)')


class Revision(NamedTuple):
    """A migration: its number, whether it runs before (`pre`) or after (`post`) the new code is live, and what it is about."""

    number: str
    kind: Literal["pre", "post"]
    name: str


def revisions() -> list[Revision]:
    """All that this code knows, oldest first."""
    stems = sorted(file.stem for file in _VERSIONS.glob("[0-9][0-9][0-9][0-9]_*.py"))
    return [Revision(*stem.split("_", 2)) for stem in stems]  # type: ignore[arg-type]


def known() -> list[str]:
    """The numbers of all revisions, oldest first."""
    return [revision.number for revision in revisions()]


def tables(revision: str | None) -> list[str]:
    """The names of all that a database at this revision has, whatever kind it is of."""
    files = [file for file in sorted(_VERSIONS.glob("[0-9]*.py")) if revision and file.name[:4] <= revision]
    made = (name for file in files for pair in _MADE.findall(file.read_text("utf-8")) for name in pair if name)
    return sorted({"alembic_version", *made})


def lacking(address: Address) -> list[str]:
    """Those that the database at this address should have and has not. Raises Unavailable when it does not answer."""
    wanted = tables(current(address))
    driver = driver_of(address)
    with closing(driver):
        return [name for name in wanted if _is_missing(driver, name)]


def _is_missing(driver: Driver, table: str) -> bool:
    try:
        driver.connection().execute(f"SELECT 1 FROM {table} WHERE 1 = 0")  # noqa: S608 - one of our own
    except Exception as error:
        if driver.is_missing(error):
            return True
        raise
    return False


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


def pending(address: Address) -> list[Revision]:
    """What a database is still to get, oldest first. Raises Refused for a database of a newer Haat."""
    return missing_from(current(address))


def missing_from(at: str | None) -> list[Revision]:
    """What a database at this revision is still to get, as `pending`."""
    if at is None:
        return revisions()
    if at not in known():
        raise Refused(
            "This database belongs to a newer Haat.",
            why=f"It is at revision {at}; this Haat knows revisions up to {known()[-1]}.",
            try_="Start the newer Haat, or restore a backup from before the upgrade into another folder.",
        )
    return [revision for revision in revisions() if revision.number > at]


def migrate(address: Address) -> list[str]:
    """Run what is missing, oldest first; returns the revisions that ran. Several processes may do this at once: one does it.

    Raises Refused for a database of a newer Haat, and for one that does not sort text as all others do.
    """
    return _run(address, pending(address))


def migrate_before(address: Address) -> list[str]:
    """Run only what goes before the new code: the previous release runs on. What goes after it is left.

    Raises Refused as `migrate` does, and where one that goes before comes behind one that goes after: then a release was left out.
    """
    missing = pending(address)
    before = [revision for revision in missing if revision.kind == "pre"]
    if before != missing[: len(before)]:
        first_after = next(revision for revision in missing if revision.kind == "post")
        raise Refused(
            "These migrations are not those of one release.",
            why=f"{before[-1].number} goes before the new code and comes behind {first_after.number}, which goes after it.",
            try_="Upgrade one release after the other; or stop the market and let `haat up` run all of them.",
        )
    return _run(address, before)


def _run(address: Address, missing: list[Revision]) -> list[str]:
    if missing:
        _upgrade(address, missing[-1].number)
    return [revision.number for revision in missing]


def _upgrade(address: Address, to: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_VERSIONS.parent))
    config.attributes["address"] = address
    command.upgrade(config, to)
