"""Whether the stack can do its work: every part it needs is asked, and each says in words what is wrong."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import literal, select

from haat.jobs import health as queue
from haat.kernel.errors import HaatError
from haat.ops.health.disks import disks_of_shop

if TYPE_CHECKING:
    from haat.app import App

_LONGEST_WAIT = 60_000  # ms that a due job may wait before nobody seems to work
_ANSWER = select(literal(1))


class Part(msgspec.Struct, frozen=True):
    """One part and how it is: `ok`, `attention` (the shop does without it), `failed`, or `none` where there is no such part; in how many
    milliseconds it said so, and what it said.
    """

    name: str
    status: str
    ms: float
    detail: str


class Report(msgspec.Struct, frozen=True):
    """All parts; `ok` when none has failed."""

    status: str
    parts: list[Part]

    @property
    def is_ok(self) -> bool:
        return self.status == "ok"


class NotWell(HaatError):
    """A part cannot do its work."""


class Absent(Exception):
    """There is no such part, and why."""


class Spared(Exception):
    """The part cannot do its work, and the shop does without it."""


Check = Callable[["App"], str]


def report(app: App) -> Report:
    """Ask every part, one after the other."""
    parts = [_asked(name, check, app) for name, check in CHECKS.items()]
    return Report("failed" if any(part.status == "failed" for part in parts) else "ok", parts)


def _asked(name: str, check: Check, app: App) -> Part:
    began = perf_counter()
    try:
        status, detail = "ok", check(app)
    except Absent as absent:
        status, detail = "none", str(absent)
    except Spared as spared:
        status, detail = "attention", str(spared)
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


def _cache(app: App) -> str:
    """As this process last saw it: the server is asked all the time, and nobody from outside lets it be asked more often."""
    pages = app.pages
    if not pages.keeps:
        raise Absent("no page is kept: web.page_cache is 0s")
    if pages.shared is None:
        return f"each process keeps its own pages for {pages.own.life:g} s"
    if pages.shared.look().why_away:
        raise Spared("the server does not answer: pages are made without it")
    return "the server answers"


def _storage(app: App) -> str:
    for folder in (app.media, app.settings.data):
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"1")
            file.flush()
    return "can be written"


def _replication(app: App) -> str:
    raise Absent("Haat keeps one database, and knows of no copy of it")


def _disk(app: App) -> str:
    found = disks_of_shop(app.settings)
    for disk in found:
        if disk.status == "failed":
            raise NotWell("A disk cannot be relied on:", why=f"{disk.problem}.")
    return f"{min(disk.free for disk in found) // 1_000_000} MB free"


CHECKS: Mapping[str, Check] = {
    "database": _database,
    "cache": _cache,
    "search": _search,
    "queue": _queue,
    "storage": _storage,
    "disk": _disk,
    "replication": _replication,
}
