"""`haat health`: every part of the stack is asked how it is, by the shortest way there is to it.

It must answer while the shop is dead, and fast: it reads the database with the driver alone, and asks the web as a caller would.
"""

from __future__ import annotations

import json
import time
from functools import partial
from pathlib import Path

from haat.cli import codes
from haat.cli.command import Answer, Call, Command
from haat.cli.gone import was_made, way_back
from haat.cli.output import paint, print_line, sign, table
from haat.cli.parts import ATTENTION, FAILED, NONE, OK, PATIENCE, Check, Part, Said, age, asked, rows, size
from haat.config.address import Address
from haat.config.schema import Settings
from haat.kernel import clock
from haat.kernel.errors import Invalid, Unavailable
from haat.ops import running
from haat.store.driver import short_version
from haat.store.errors import NoDatabase

_USUAL_INTERVAL = 30  # seconds
_OLDEST_BEAT = 5.0  # seconds
_LONGEST_WAIT = 60.0  # seconds that a job which is due may wait

_MAKES_ROOM, _RESTARTS = (
    "drop-old-logs",
    "restart-database",
)  # Procedures, by their names: to load them takes longer than to look.
_JOBS = (
    "SELECT (SELECT count(*) FROM (SELECT 1 FROM jobs LIMIT 10000) AS counted), (SELECT min(run_at) FROM jobs),"
    " (SELECT count(*) FROM dead_jobs WHERE replayed_at IS NULL)"
)
_MAKE_IT = "`haat migrate status` lists what it is to get; `haat up` makes it."
_HAS_PAUSES = "SELECT 1 FROM sqlite_schema WHERE name = 'pauses'"  # They are younger than the file.
_PAUSES = "SELECT who, why, until_at FROM pauses WHERE ended_at IS NULL ORDER BY until_at DESC LIMIT 1"
_UP = "`haat up` starts the stack; `haat logs read up` tells how the last one ended."
_ZONE = "SELECT zone FROM hire_calendar"
_VERSIONS = Path(__file__).parents[1] / "store" / "migrations" / "versions"


def _health(call: Call) -> Answer | None:
    interval = _interval(call)
    if not call.args.continuous:
        return _report(call)
    while True:
        _tell(_report(call), as_json=call.args.json)
        time.sleep(interval)
        call.close()


def _tell(report: Answer, *, as_json: bool) -> None:
    """A line of JSON for programs; for people a heading and the parts."""
    if as_json:
        print_line(json.dumps({"at": clock.now(), **report.data}, ensure_ascii=False))
    else:
        print_line(f"{clock.in_utc(clock.now())}\n{report.text}\n")


def _interval(call: Call) -> int:
    """Raises Invalid."""
    from haat.config.kinds import Unfit, Whole

    if call.args.interval is None:
        return _USUAL_INTERVAL
    try:
        return int(Whole(1, 86_400).read(call.args.interval))
    except Unfit as unfit:
        wrong = f"is “{call.args.interval}”; expected {unfit.args[0]}"
        raise Invalid("That is no interval.", fields={"--interval": wrong}) from None


def _report(call: Call) -> Answer:
    parts, settings = _settings(call)
    if settings:
        parts += [asked(name, partial(check, settings)) for name, check in _checks(call).items()]
    is_healthy = all(part.said.status != FAILED for part in parts)
    data = {"healthy": is_healthy, "parts": [part.data for part in parts]}
    return Answer(data, table([_row(part) for part in parts], right=(2,)), codes.DONE if is_healthy else codes.NOT_SO)


def _checks(call: Call) -> dict[str, Check]:
    if not call.args.detailed:
        return _CHECKS
    from haat.cli.details import DETAILS

    return _CHECKS | DETAILS


def _row(part: Part) -> tuple[str, ...]:
    said = part.said
    told = said.detail if said.detail.endswith((".", "?")) or not said.try_ else f"{said.detail}."
    return sign(said.status), part.name, f"{part.ms:.1f} ms", f"{told} {paint(said.try_, 'quiet')}".rstrip()


def _settings(call: Call) -> tuple[list[Part], Settings | None]:
    found: list[Settings] = []

    def check() -> Said:
        found.append(settings := call.app.settings)
        return Said(ATTENTION, " ".join(settings.warnings)) if settings.warnings else Said(OK, "in order")

    part = asked("settings", check)
    return [part], found[0] if found else None


def _database(settings: Settings) -> Said:
    address = settings.database
    if address.kind == "sqlite" and not address.path.exists():
        return Said(FAILED, f"{address.path} does not exist.", _from_where(settings))
    version = "sqlite_version()" if address.kind == "sqlite" else "version()"
    try:
        [(said, revision)] = rows(address, f"SELECT {version}, (SELECT version_num FROM alembic_version)")  # noqa: S608 (ours)
    except Unavailable as error:
        return Said(FAILED, f"{error.what} {error.why}", _remedy(settings, error))
    if revision is None:
        return Said(FAILED, "It is empty.", _from_where(settings))
    what = short_version(address.name, said)
    if address.kind == "sqlite":
        what += f", {size(address.path.stat().st_size)}"
    known = sorted(file.name[:8] for file in _VERSIONS.glob("[0-9]*.py"))
    missing = [name for name in known if name[:4] > revision]
    needed = [name[:4] for name in missing if name.endswith("pre")]
    if revision > known[-1][:4]:
        newer = "Start the newer Haat that it belongs to."
        return Said(FAILED, f"It is at revision {revision}; this Haat knows {known[-1][:4]}.", newer)
    if needed:
        older = "`haat migrate status` lists what it is still to get; `haat up` brings it up to date."
        return Said(FAILED, f"It is at revision {revision}; this Haat needs {needed[-1]}.", older)
    if missing:
        return Said(ATTENTION, f"answers, at revision {revision}; {what}", "`haat migrate after` is still to be run.")
    return Said(OK, f"answers, at revision {revision}; {what}")


def _from_where(settings: Settings) -> str:
    return way_back(settings.database) if was_made(settings.data) else _MAKE_IT


def _remedy(settings: Settings, error: Unavailable) -> str:
    address = settings.database
    if not error.try_ or isinstance(error, NoDatabase):  # Its server answers, and does not have what was asked for.
        return _from_where(settings)
    if address.kind == "sqlite":
        return error.try_
    return (
        f"See to the server of {address} (`haat runbook run {_RESTARTS}`); the shop goes on by itself when it is back."
    )


def _web(settings: Settings) -> Said:
    told = running.told(settings.data)
    url = told.url if told else settings.web.own_url
    if running.answers(url, PATIENCE):
        return Said(OK, f"answers at {url}")
    return Said(FAILED, f"Nothing answers at {url}.", f"`haat ps` tells whether it runs. {_UP}")


def _worker(settings: Settings) -> Said:
    from haat.adapters.processes.heart import since_last_beat

    seconds = since_last_beat(running.beats_of(settings.data))
    if seconds is None:
        return Said(FAILED, "It has never run here.", _UP)
    if seconds > _OLDEST_BEAT:
        read = "`haat logs read worker` tells what it did last; `haat ps` whether it runs."
        return Said(FAILED, f"Its last sign of life is {age(seconds)} old.", read)
    return Said(OK, "works")


def _queue(settings: Settings) -> Said:
    address = settings.database
    try:
        [row] = rows(address, _JOBS)
    except Unavailable as error:
        return Said(FAILED, f"It is in the database. {error.what}", "See *database*.")
    waiting, oldest, dead = (int(value or 0) for value in row)
    late = max(0.0, (clock.now() - oldest) / 1000) if oldest else 0.0
    figures = {"waiting": waiting, "oldest_due_seconds": round(late, 1), "dead": dead}
    if late > _LONGEST_WAIT:
        read = "`haat logs patterns worker` tells what fails; with more work than it can do raise worker.threads."
        return Said(FAILED, f"{waiting} jobs wait, one of them since {age(late)}.", read, figures)
    if dead:
        return Said(ATTENTION, f"{waiting} jobs wait; {dead} failed for good.", "`haat jobs dead` lists them.", figures)
    return Said(OK, f"{waiting} jobs wait", "", figures)


def _zone(settings: Settings) -> Said:
    """Machines whose settings name different zones refuse each other's bookings."""
    here = settings.market.time_zone.name
    try:
        found = rows(settings.database, _ZONE)
    except Unavailable as error:
        return Said(FAILED, f"It is in the database. {error.what}", "See *database*.")
    market = found[0][0] if found else "UTC"  # in which all were counted before there was a choice
    if market == here:
        return Said(OK, f"days and hours of hires are those of {here}")
    said = f"The settings of this machine say {here}; the market counts days and hours of hires in {market}."
    same = "Name one market.time_zone on every machine, see `haat config check`, and start the services again."
    return Said(ATTENTION, f"{said} What counts in another zone books nothing.", same)


def _cache(settings: Settings) -> Said:
    if not settings.web.page_cache:
        return Said(NONE, "no page is kept: web.page_cache is 0s")
    if settings.cache.url is None:
        return Said(OK, "each web process keeps pages for itself: no server is named")
    from haat.ops.caches.glance import glance_at_server

    server = glance_at_server(settings)
    assert server is not None
    look = "`haat cache look` says what to do."
    if server.why_away:
        return Said(ATTENTION, f"{server.address} does not answer: {server.why_away} Pages are made without it.", look)
    limit = f" of {size(server.limit)}" if server.limit else ""
    said = f"{server.address} answers in {server.ping:.1f} ms; {server.version}, {size(server.memory)}{limit}"
    if server.is_full:
        return Said(ATTENTION, f"{said}: full, and nothing new is kept.", look)
    return Said(OK, said)


def _disk(settings: Settings) -> Said:
    """The worst of those that hold something of the stack."""
    from haat.ops.health.disks import disks

    found = disks(settings)
    worst = next((one for status in (FAILED, ATTENTION) for one in found if one.status == status), None)
    shown = worst or found[0]
    room = f"{size(shown.free)} free of {size(shown.total)} at {shown.mount} ({', '.join(shown.holds)})"
    if worst is None:
        return Said(OK, room, "", {"free": shown.free, "total": shown.total})
    detail = f"{room}: {worst.problem}."
    figures = {"free": shown.free, "total": shown.total}
    if worst.is_read_only:
        mount = f"`dmesg` tells why; once its disk is sound, `mount -o remount,rw {worst.mount}`."
        return Said(FAILED, detail, mount, figures)
    makes_room = f"`haat runbook run {_MAKES_ROOM}` makes room; " if "logs" in worst.holds else ""
    clean = f"{makes_room}`du -xh -d2 {worst.mount} | sort -h` shows what takes it."
    return Said(worst.status, detail, clean, figures)


def _pause(settings: Settings) -> Said:
    memory = Address("sqlite", str(running.memory_of(settings.data)))
    has_any = memory.path.exists() and rows(memory, _HAS_PAUSES)
    for who, why, until in rows(memory, _PAUSES) if has_any else ():
        if until > (now := clock.now()):
            said = f"{who} has paused what goes by itself, for {age((until - now) / 1000)}: {why}"
            return Said(ATTENTION, said, "`haat pause end` lets it go on, when the reason is gone.")
    return Said(OK, "nothing is paused")


_CHECKS: dict[str, Check] = {
    "database": _database,
    "web": _web,
    "worker": _worker,
    "queue": _queue,
    "zone": _zone,
    "cache": _cache,
    "disk": _disk,
    "pause": _pause,
}


_PART = (
    '{"name": "disk", "status": "attention", "ms": 0.1, "detail": "0.8 GB free of 40.0 GB at /srv (data folder, database): it is nearly full.", '
    '"try": "`haat runbook run …` makes room; …", "figures": {"free": 800000000, "total": 40000000000}}'
)

COMMANDS = {"": Command(_health, shape=f'{{"healthy": true, "parts": [{_PART}]}}')}
