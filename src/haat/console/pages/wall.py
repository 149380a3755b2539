"""The wall: how every part is, in a word, a shape and a figure, and what to do next."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import NamedTuple

from haat.adapters.processes.heart import since_last_beat
from haat.config.schema import Settings
from haat.console.desk import Desk
from haat.console.patience import asked, told
from haat.console.request import Answer, Request, page
from haat.console.words import ago, span
from haat.kernel import clock
from haat.kernel.errors import HaatError
from haat.kernel.ids import encode
from haat.ops import running
from haat.ops.drills.records import kept
from haat.ops.maintenance.look import look as look_at_tasks
from haat.ops.procedure import pause
from haat.store.driver import short_version
from haat.store.drivers import driver_of

_PATIENCE_WITH_SHOP = 1.5  # seconds
_OLDEST_BEAT = 5.0  # seconds
_LONGEST_WAIT = 60_000  # ms that a job which is due may wait
_LOW_SPACE, _NO_SPACE = 1_000_000_000, 100_000_000  # bytes
_MOST_COUNTED = 10_000  # jobs, as _JOBS has it

OK, ATTENTION, FAILED, NOTHING = "ok", "attention", "failed", "nothing"


class Next(NamedTuple):
    """What to do next, and the page on which it is done, or what is typed at a terminal."""

    said: str
    to: str = ""
    command: str = ""


class Tile(NamedTuple):
    """How one part is: its state, the word for it, one figure, and a sentence."""

    name: str
    state: str
    word: str
    figure: str
    said: str
    next: Next | None = None


def show(ask: Request) -> Answer:
    tiles = look(ask.desk)
    worst = next((state for state in (FAILED, ATTENTION) if any(tile.state == state for tile in tiles)), OK)
    return page(ask, "wall.html", tiles=tiles, worst=worst, now=clock.now())


def look(desk: Desk) -> list[Tile]:
    """Everything that may be dead is asked at once, so that what hangs keeps nothing else from answering."""
    settings = desk.settings
    answers = {name: asked(partial(question, settings)) for name, question in _QUESTIONS.items()}
    return [*(_tile(name, answer) for name, answer in answers.items()), _runs(desk), _maintenance(desk), _drills(desk)]


def _tile(name: str, answer: Future[Tile]) -> Tile:
    try:
        return told(answer)
    except HaatError as error:
        todo = Next(error.try_) if error.try_ else _REMEDIES.get(name)
        return Tile(name, FAILED, "no answer", "–", f"{error.what} {error.why}".strip(), todo)
    except OSError as error:
        return Tile(name, FAILED, "no answer", "–", f"{error}.", _REMEDIES.get(name))


def _shop(settings: Settings) -> Tile:
    told_of = running.told(settings.data)
    url = told_of.url if told_of else settings.web.own_url
    began = time.perf_counter()
    if running.answers(url, _PATIENCE_WITH_SHOP):
        return Tile("Shop", OK, "answers", f"{(time.perf_counter() - began) * 1000:.0f} ms", f"at {url}")
    return Tile("Shop", FAILED, "no answer", "–", f"Nothing answers at {url}.", _REMEDIES["Shop"])


def _database(settings: Settings) -> Tile:
    address = settings.database
    driver = driver_of(address)
    began = time.perf_counter()
    asks = "SELECT sqlite_version()" if address.kind == "sqlite" else "SELECT version()"
    [(version,)] = driver.ask(asks)
    ms = (time.perf_counter() - began) * 1000
    return Tile("Database", OK, "answers", f"{ms:.0f} ms", short_version(address.name, str(version)))


def _worker(settings: Settings) -> Tile:
    seconds = since_last_beat(running.beats_of(settings.data))
    if seconds is None:
        return Tile("Worker", FAILED, "never ran", "–", "It has left no sign of life here.", _REMEDIES["Worker"])
    said = f"last sign of life {span(seconds * 1000)} ago"
    if seconds > _OLDEST_BEAT:
        return Tile("Worker", FAILED, "silent", span(seconds * 1000), said, _REMEDIES["Worker"])
    return Tile("Worker", OK, "works", f"{seconds:.1f} s", said)


def _queue(settings: Settings) -> Tile:
    [(waiting, oldest, dead)] = driver_of(settings.database).ask(_JOBS)
    late = max(0, clock.now() - oldest) if oldest else 0
    figure = f"{waiting:,}" if waiting < _MOST_COUNTED else f"{_MOST_COUNTED:,}+"
    if late > _LONGEST_WAIT:
        return Tile("Queue", FAILED, "late", figure, f"jobs wait, one of them since {span(late)}", _REMEDIES["Queue"])
    if dead:
        todo = Next("See which and why:", command="haat jobs dead")
        return Tile("Queue", ATTENTION, "some failed", figure, f"jobs wait; {dead} failed for good", todo)
    return Tile("Queue", OK, "in time", figure, "jobs wait")


def _disk(settings: Settings) -> Tile:
    free = shutil.disk_usage(settings.data).free
    figure = f"{free / 1_000_000_000:.1f} GB"
    if free < _LOW_SPACE:
        todo = Next(f"Make room where {settings.data} is")
        return Tile("Disk", FAILED if free < _NO_SPACE else ATTENTION, "low", figure, "free", todo)
    return Tile("Disk", OK, "room", figure, "free")


def _runs(desk: Desk) -> Tile:
    newest = next(iter(desk.journal.newest(1)), None)
    if newest is None:
        return Tile(
            "Runs", NOTHING, "none yet", "0", "No procedure was run here.", Next("Open the runbook", "/runbook")
        )
    to = f"/runs/{encode(newest.id)}"
    said = f"“{newest.procedure}” by {newest.who}, {ago(newest.began_at)}"
    if newest.ended_at is None:
        if desk.is_busy:
            return Tile(
                "Runs", ATTENTION, newest.state, span(clock.now() - newest.began_at), said, Next("Watch it", to)
            )
        return Tile("Runs", FAILED, "interrupted", "–", said, Next("Decide: resume or undo", to))
    cost = span(newest.evidence.get("ms", 0))
    if newest.state == "failed":
        return Tile("Runs", ATTENTION, "failed", cost, said, Next("See why, and go on", to))
    return Tile("Runs", OK, newest.state, cost, said)


def _maintenance(desk: Desk) -> Tile:
    now = clock.now()
    overdue = [one.task.name for one in look_at_tasks(desk.store, desk.journal, desk.settings) if one.is_overdue(now)]
    if paused := pause.in_force(desk.store):
        todo = Next("Let it go on before the time:", command="haat pause end")
        return Tile("Maintenance", ATTENTION, "paused", span(paused.until_at - now), paused.said, todo)
    if overdue:
        todo = Next("See which and since when:", command="haat maintenance list")
        return Tile("Maintenance", ATTENTION, "overdue", str(len(overdue)), ", ".join(overdue), todo)
    return Tile("Maintenance", OK, "in time", "0", "tasks are overdue")


def _drills(desk: Desk) -> Tile:
    reports = kept(desk.drills)
    if not reports:
        todo = Next("Prove the runbook:", command="haat drill run --all")
        return Tile("Drills", NOTHING, "none yet", "0", "No drill was carried out here.", todo)
    good = sum(one.is_as_it_should_be for one in reports)
    newest = max(reports, key=lambda one: one.at)
    said = f"as they should; the newest, {newest.drill}, {ago(newest.at)}"
    figure = f"{good} of {len(reports)}"
    if good < len(reports):
        return Tile("Drills", FAILED, "not proved", figure, said, Next("See which", "/drills"))
    return Tile("Drills", OK, "proved", figure, said)


_QUESTIONS: dict[str, Callable[[Settings], Tile]] = {
    "Shop": _shop,
    "Database": _database,
    "Worker": _worker,
    "Queue": _queue,
    "Disk": _disk,
}
_REMEDIES = {
    "Shop": Next("See its last words in logs/web.log, or start it:", command="haat up"),
    "Database": Next("Start the server, or see its address under [store] in haat.toml"),
    "Worker": Next("See its last words in logs/worker.log, or start it:", command="haat up"),
    "Queue": Next("See who holds up the database", "/database"),
}
_JOBS = (
    "SELECT (SELECT count(*) FROM (SELECT 1 FROM jobs LIMIT 10000) AS counted), (SELECT min(run_at) FROM jobs),"
    " (SELECT count(*) FROM dead_jobs WHERE replayed_at IS NULL)"
)
