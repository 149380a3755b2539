"""How a stack comes to be: its folder with keys and settings, its database, the first administrator, and goods to look at.

Every step can be taken again, so a start that was cut off is finished by the next.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from haat.adapters.processes import lock
from haat.app import App
from haat.cli.gone import PLAN, refuse_gone
from haat.config import load, secrets
from haat.config.address import Address
from haat.kernel.errors import HaatError, Refused, Unavailable
from haat.ops import reserve, running
from haat.ops.backups.swap import refuse_half_done
from haat.store.driver import LEAST_FREE

ADMINISTRATOR = "admin@haat.example"

_SETTINGS = """\
# The settings of this stack. `haat config example` explains all there are; `haat config show` prints those in force.

[market]
preset = "{preset}"
"""


class Made(NamedTuple):
    """What was done now: the revisions that ran, and the password of the first administrator if there was none before."""

    revisions: list[str]
    password: str | None


class Plan(NamedTuple):
    """What a stack was asked to be at its first start. `goods` are "demo" or "none"; `is_done` once all of it is there."""

    goods: str
    is_done: bool


@contextmanager
def folder(data: Path) -> Iterator[None]:
    """The folder, made if need be, and nobody else's as long as this lasts. Raises Unavailable, Conflict, Refused."""
    try:
        data.mkdir(0o750, parents=True, exist_ok=True)  # What is in it is nobody else's business.
        running.folder_of(data).mkdir(exist_ok=True)
        for name in ("logs", "media"):
            (data / name).mkdir(exist_ok=True)
        _refuse_full_disk(data)
        reserve.keep(data)
        handle = lock.take(running.lock_of(data))
    except OSError as error:
        raise _not_writable(data, error) from error
    try:
        refuse_half_done(data)
        yield
    finally:
        os.close(handle)


def lay_out(data: Path, preset: str) -> None:
    """The stack's own keys, and a haat.toml that keeps its preset, unless they are there. Raises Refused where that names another one: the next command
    would take the stack for that.
    """
    settings = data / load.FILE
    if settings.exists():
        kept = load.load(data, os.environ, {}).market.preset
        if kept != preset:
            raise Refused(
                f"The stack in {data} is not to become “{preset}”.",
                why=f"By {settings} it is “{kept}”, and every other command goes by that.",
                try_=f'Write `preset = "{preset}"` below [market] there, if it is new; or leave out --preset.',
            )
    secrets.ensure_secrets(data)
    if not settings.exists():
        settings.write_text(_SETTINGS.format(preset=preset), "utf-8")


def is_made(app: App, plan: Plan) -> bool:
    """Whether nothing is left to do but what `haat migrate after` does. Raises Unavailable for a damaged database, Refused for a newer one and
    for one that is gone.
    """
    from haat.store.migrate import pending

    refuse_gone(app.settings)
    return plan.is_done and all(revision.kind == "post" for revision in pending(app.settings.database))


def plan_of(data: Path, *, is_empty: bool) -> Plan:
    """What was planned at the first start, which this is if there is no plan."""
    file = data / PLAN
    if not file.exists():
        _keep(data, Plan("none" if is_empty else "demo", is_done=False))
    return Plan(**json.loads(file.read_text("utf-8")))


def make(app: App, plan: Plan, *, is_silent: bool) -> Made:
    """Do what is left of the plan. Raises Refused for a database of a newer Haat."""
    from haat.store.migrate import migrate

    revisions = all_or_unavailable(app.settings.database, migrate)
    if not plan.is_done and plan.goods == "demo":
        _load_goods(app, is_silent=is_silent)
    password = _first_administrator(app)  # Late, for it is shown once: a start that is cut off before has made none.
    _keep(app.settings.data, plan._replace(is_done=True))
    app.close()
    return Made(revisions, password)


def take_up_zone(app: App) -> None:
    """Count hires by the time zone of the settings. Raises Refused while hires are on that were booked in another."""
    app.count_hires()
    app.close()


def _load_goods(app: App, *, is_silent: bool) -> None:
    from haat.cli.progress import progress
    from haat.demo.load import load

    with progress("listings", is_silent=is_silent) as move_on:
        load(app, move_on)


def all_or_unavailable(database: Address, migrate: Callable[[Address], list[str]]) -> list[str]:
    """The revisions that ran. Raises Unavailable, in words, for what the database says against it."""
    from sqlalchemy.exc import DBAPIError

    try:
        return migrate(database)
    except DBAPIError as error:
        raise Unavailable(
            "The database could not be brought up to date.",
            why=f"{database}: {error.orig}.",
            try_="See that its disk has room and that this user may write to it, and start again: it goes on where it was.",
        ) from error


def _first_administrator(app: App) -> str | None:
    from haat.market.accounts.enrol import Person, first_administrator

    market = app.settings.market
    person = Person(ADMINISTRATOR, "Administrator", market.languages[0], market.country)
    return first_administrator(app.store, person)


def _keep(data: Path, plan: Plan) -> None:
    draft = data / f".{PLAN}"
    draft.write_text(json.dumps(plan._asdict()) + "\n", "utf-8")
    draft.rename(data / PLAN)


def _refuse_full_disk(data: Path) -> None:
    free = shutil.disk_usage(data).free
    if free < LEAST_FREE:
        raise Unavailable(
            "The disk is full.",
            why=f"{free // 1_000_000} MB are free where {data} is; a market needs {LEAST_FREE // 1_000_000} MB to start.",
            try_="`haat runbook run drop-old-logs` removes old logs. Make room on that disk, or name a folder on another with --data.",
        )


def _not_writable(data: Path, error: OSError) -> HaatError:
    return Unavailable(
        f"The folder of the stack cannot be written: {data}.",
        why=f"{error.filename or data}: {error.strerror}.",
        try_="Let this user write to it, or name another folder with --data.",
    )
