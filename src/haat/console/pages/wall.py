"""The wall: how every part is, in a word, a shape and a figure, and what to do next."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import NamedTuple

from haat.adapters.processes.heart import since_last_beat
from haat.config.schema import Settings
from haat.console.desk import Desk
from haat.console.line import Line, line
from haat.console.patience import asked, told
from haat.console.queue import MOST_COUNTED, queue_of
from haat.console.request import Answer, Request, page
from haat.console.samples import Sample, Samples
from haat.console.words import age, ago, span
from haat.kernel import clock
from haat.kernel.clock import DAY
from haat.kernel.errors import HaatError, NotFound
from haat.kernel.ids import encode
from haat.ops import running
from haat.ops.drills.programme import not_done
from haat.ops.drills.records import kept
from haat.ops.health import host
from haat.ops.maintenance.look import look as look_at_tasks
from haat.ops.procedure import pause
from haat.store.driver import short_version
from haat.store.drivers import driver_of

_PATIENCE_WITH_SHOP = 1.5  # seconds
_OLDEST_BEAT = 5.0  # seconds
_LONGEST_WAIT = 60_000  # ms that a job which is due may wait
_SPAN_OF_USE = 0.2  # seconds over which the machine is watched
_LOW_SPACE, _NO_SPACE = 1_000_000_000, 100_000_000  # bytes

OK, ATTENTION, FAILED, NOTHING = "ok", "attention", "failed", "nothing"


class Next(NamedTuple):
    """What to do next, and the page on which it is done, what is typed at a terminal, or either of them."""

    said: str
    to: str = ""
    command: str = ""


class Tile(NamedTuple):
    """How one part is: its state, the word for it, one figure, a sentence, and its last hour."""

    name: str
    state: str
    word: str
    figure: str
    said: str
    next: Next | None = None
    hour: Line | None = None


class Drawn(NamedTuple):
    """What of a sample is drawn, how it is said, and what the line reaches its top with at least."""

    value: Callable[[Sample], float | None]
    show: Callable[[float], str]
    most: float


def show(ask: Request) -> Answer:
    tiles = look(ask.desk)
    worst = next((state for state in (FAILED, ATTENTION) if any(tile.state == state for tile in tiles)), OK)
    return page(ask, "wall.html", tiles=tiles, worst=worst, samples_began_at=ask.desk.samples.began_at, now=clock.now())


def look(desk: Desk) -> list[Tile]:
    """Everything that may be dead is asked at once, so that what hangs keeps nothing else from answering."""
    settings = desk.settings
    answers = {name: asked(partial(question, settings)) for name, question in _QUESTIONS.items()}
    backups = asked(partial(_backups, desk))
    tiles = [_tile(name, answer) for name, answer in answers.items()]
    return [
        *(one._replace(hour=_hour(desk.samples, one.name)) for one in tiles),
        _runs(desk),
        _maintenance(desk),
        _tile("Backups", backups),
        _drills(desk),
    ]


def _ms(ms: float) -> str:
    return f"{ms:.0f} ms"


def _tile(name: str, answer: Future[Tile]) -> Tile:
    try:
        return told(answer)
    except HaatError as error:
        todo = Next(error.try_) if error.try_ else _REMEDIES.get(name)
        return Tile(name, FAILED, "no answer", "–", f"{error.what} {error.why}".strip(), todo)
    except OSError as error:
        return Tile(name, FAILED, "no answer", "–", f"{error}.", _REMEDIES.get(name))


def _hour(samples: Samples, name: str) -> Line | None:
    drawn = _HOURS[name]
    return line(samples.of(drawn.value), drawn.show, drawn.most)


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
    figure, said = ago(clock.now() - int(seconds * 1000)), "was its last sign of life"
    if seconds > _OLDEST_BEAT:
        return Tile("Worker", FAILED, "silent", figure, said, _REMEDIES["Worker"])
    return Tile("Worker", OK, "works", figure, said)


def _queue(settings: Settings) -> Tile:
    queue = queue_of(settings.database)
    waiting, dead = queue.waiting, queue.dead
    late = max(0, clock.now() - queue.oldest_at) if queue.oldest_at else 0
    figure = f"{waiting:,}" if waiting < MOST_COUNTED else f"{MOST_COUNTED:,}+"
    if late > _LONGEST_WAIT:
        return Tile("Queue", FAILED, "late", figure, f"jobs wait, one of them since {span(late)}", _REMEDIES["Queue"])
    if dead:
        todo = Next("See which and why:", command="haat jobs dead")
        return Tile("Queue", ATTENTION, "some failed", figure, f"jobs wait; {dead} failed for good", todo)
    return Tile("Queue", OK, "in time", figure, "jobs wait")


def _disk(settings: Settings) -> Tile:
    free = shutil.disk_usage(settings.data).free
    figure = f"{free / 1_000_000_000:.1f} GB"
    if not os.access(settings.data, os.W_OK):
        todo = Next(f"See why nothing can be written where {settings.data} is:", command="dmesg")
        return Tile("Disk", FAILED, "read-only", figure, "free, and nothing can be written", todo)
    if free < _LOW_SPACE:
        todo = Next(f"Make room where {settings.data} is")
        return Tile("Disk", FAILED if free < _NO_SPACE else ATTENTION, "low", figure, "free", todo)
    return Tile("Disk", OK, "room", figure, "free")


def _machine(settings: Settings) -> Tile:
    use, most = host.use(_SPAN_OF_USE), settings.thresholds
    said = f"of {use.cores} cores at work, load {use.load:g}; {use.memory:.0%} of the memory taken"
    is_pressed = use.cpu * 10_000 > most.cpu or use.memory * 10_000 > most.memory
    todo = Next("See what takes it", "/services") if is_pressed else None
    return Tile(
        "Machine", ATTENTION if is_pressed else OK, "pressed" if is_pressed else "at ease", f"{use.cpu:.0%}", said, todo
    )


def _runs(desk: Desk) -> Tile:
    newest = next(iter(desk.journal.newest(1)), None)
    if newest is None:
        return Tile(
            "Runs", NOTHING, "none yet", "0", "No procedure was run here.", Next("Open the runbook", "/runbook")
        )
    to = f"/runs/{encode(newest.id)}"
    said = f"“{newest.procedure}” by {newest.who}, {ago(newest.began_at)}"
    if newest.ended_at is None:
        if desk.attendance.is_at(newest):
            return Tile("Runs", ATTENTION, newest.state, age(clock.now() - newest.began_at), said, Next("Watch it", to))
        return Tile("Runs", FAILED, "interrupted", "–", said, Next("Decide: resume or undo", to))
    cost = span(newest.evidence.get("ms", 0))
    if newest.state == "failed":
        return Tile("Runs", ATTENTION, "failed", cost, said, Next("See why, and go on", to))
    return Tile("Runs", OK, newest.state, cost, said)


def _maintenance(desk: Desk) -> Tile:
    now, tasks = clock.now(), look_at_tasks(desk.store, desk.journal, desk.settings)
    overdue = [one.task.name for one in tasks if one.is_overdue(now)]
    if paused := pause.in_force(desk.store):
        todo = Next("See what waits", "/maintenance", "haat pause end")
        return Tile("Maintenance", ATTENTION, "paused", span(paused.until_at - now), paused.said, todo)
    if all(one.known_at is None for one in tasks):
        todo = Next("See whether it runs", "/services")
        return Tile("Maintenance", ATTENTION, "unknown", "–", "The keeper has not looked yet.", todo)
    if overdue:
        todo = Next("See which and since when", "/maintenance")
        return Tile("Maintenance", ATTENTION, "overdue", str(len(overdue)), ", ".join(overdue), todo)
    return Tile("Maintenance", OK, "in time", "0", "tasks are overdue")


def _backups(desk: Desk) -> Tile:
    """As they were within the last minute: a repository may be far away."""
    try:
        newest, log, is_damaged = desk.backups.look()
    except NotFound as error:
        return Tile("Backups", ATTENTION, "none", "0", error.what, Next("Take one:", command="haat backup take"))
    if newest is None:
        return Tile("Backups", FAILED, "unreadable", "0", "No set can be read.", Next("See more", "/backups"))
    since = clock.now() - newest.taken_at
    old = f"{age(since)} old"
    if newest.holds is False:
        return Tile("Backups", FAILED, "no good", old, newest.why, Next("See which would do", "/backups"))
    if is_damaged:
        todo = Next("Take a set, which stores that again:", "/backups", "haat backup take")
        said = "Something that the newest set needs cannot be trusted any more."
        return Tile("Backups", FAILED, "not sound", old, said, todo)
    if log is not None and not log.holds:
        todo = Next("Take a set, from which it replays again:", "/backups", "haat backup take")
        return Tile("Backups", FAILED, "not replayed", old, f"The log does not replay: {log.looked[-1][2]}", todo)
    if newest.holds is None:
        todo = Next("Restore it in a scratch place:", command="haat backup prove")
        return Tile("Backups", ATTENTION, "never proved", old, "is the newest set", todo)
    if since > DAY:
        return Tile("Backups", ATTENTION, "old", old, "is the newest set", Next("See more", "/backups"))
    return Tile("Backups", OK, "proved", old, "is the newest set, which restores")


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
    if left := len(not_done(reports)):
        said = f"{said}; {left} more have not been carried out here"
        return Tile("Drills", NOTHING, "in part", figure, said, Next("See which", "/drills"))
    return Tile("Drills", OK, "proved", figure, said)


_QUESTIONS: dict[str, Callable[[Settings], Tile]] = {
    "Shop": _shop,
    "Database": _database,
    "Worker": _worker,
    "Queue": _queue,
    "Disk": _disk,
    "Machine": _machine,
}
# What the line of a tile is of.
_HOURS = {
    "Shop": Drawn(lambda one: one.shop_ms, _ms, 10.0),
    "Database": Drawn(lambda one: one.database_ms, _ms, 10.0),
    "Worker": Drawn(lambda one: one.beat, lambda seconds: f"{seconds:.1f} s", _OLDEST_BEAT),
    "Queue": Drawn(lambda one: one.waiting, lambda count: f"{count:,.0f}", 10.0),
    "Disk": Drawn(lambda one: one.disk, lambda share: f"{share:.0%} taken", 1.0),
    "Machine": Drawn(lambda one: one.cpu, lambda share: f"{share:.0%}", 1.0),
}
_REMEDIES = {
    "Shop": Next("See its last words", "/logs?part=web", "haat up"),
    "Database": Next("Start the server, or see its address under [store] in haat.toml"),
    "Worker": Next("See its last words", "/logs?part=worker", "haat up"),
    "Queue": Next("See who holds up the database", "/database"),
}
