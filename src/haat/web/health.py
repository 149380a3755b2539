"""Whether the stack can do its work: every part it needs is asked, and each says in words what is wrong."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import literal, select

from haat.jobs import health as queue
from haat.kernel.errors import HaatError

if TYPE_CHECKING:
    from haat.app import App

_LEAST_FREE = 100_000_000  # bytes on the disk of the data folder
_LONGEST_WAIT = 60_000  # ms that a due job may wait before nobody seems to work
_ANSWER = select(literal(1))


class Part(msgspec.Struct, frozen=True):
    """One part and how it is: `ok` or `failed`, in how many milliseconds it said so, and what it said."""

    name: str
    status: str
    ms: float
    detail: str


class Report(msgspec.Struct, frozen=True):
    """All parts; `ok` when each is."""

    status: str
    parts: list[Part]

    @property
    def is_ok(self) -> bool:
        return self.status == "ok"


class NotWell(HaatError):
    """A part cannot do its work."""


Check = Callable[["App"], str]


def report(app: App) -> Report:
    """Ask every part, one after the other."""
    parts = [_asked(name, check, app) for name, check in CHECKS.items()]
    return Report("ok" if all(part.status == "ok" for part in parts) else "failed", parts)


def _asked(name: str, check: Check, app: App) -> Part:
    began = perf_counter()
    try:
        status, detail = "ok", check(app)
    except Exception as error:
        status, detail = "failed", f"{error} {error.why}" if isinstance(error, HaatError) else type(error).__name__
    return Part(name, status, round((perf_counter() - began) * 1000, 2), detail)


def _database(app: App) -> str:
    app.store.value(_ANSWER)
    return f"answers: {app.store.version()}"


def _search(app: App) -> str:
    app.search.suggest("a word")
    return "answers"


def _queue(app: App) -> str:
    figures = queue.figures(app.store)
    if figures.oldest_due_ms > _LONGEST_WAIT:
        raise NotWell(
            "A job has been due for too long.", why=f"{figures.oldest_due_ms // 1000} s; is the worker running?"
        )
    return f"{figures.waiting} waiting, {figures.dead} given up"


def _media(app: App) -> str:
    with tempfile.TemporaryFile(dir=app.media):
        return "can be written"


def _disk(app: App) -> str:
    free = shutil.disk_usage(app.settings.data).free
    if free < _LEAST_FREE:
        raise NotWell("The disk is nearly full.", why=f"{free // 1_000_000} MB are free.")
    return f"{free // 1_000_000} MB free"


CHECKS: Mapping[str, Check] = {
    "database": _database,
    "search": _search,
    "queue": _queue,
    "media": _media,
    "disk": _disk,
}
