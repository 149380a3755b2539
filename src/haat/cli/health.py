"""`haat health`: every part of the stack is asked how it is, by the shortest way there is to it.

It must answer while the shop is dead, and fast: it reads the database with the driver alone, and asks the web as a caller would.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from haat.cli import codes
from haat.cli.command import Answer, Call, Command
from haat.cli.output import print_line, sign, table
from haat.config.address import Address
from haat.config.schema import Settings
from haat.kernel import clock
from haat.kernel.errors import HaatError, Invalid
from haat.ops import running

_USUAL_INTERVAL = 30  # seconds
_PATIENCE = 2.0  # seconds to wait for the web, and for a database that somebody writes
_SAMPLE = 0.2  # seconds over which the machine is watched
_OLDEST_BEAT = 5.0  # seconds
_LONGEST_WAIT = 60.0  # seconds that a job which is due may wait
_LOW_SPACE, _NO_SPACE = 1_000_000_000, 100_000_000  # bytes

_PAUSES = "SELECT who, why, until_at FROM pauses WHERE ended_at IS NULL ORDER BY until_at DESC LIMIT 1"
_VERSIONS = Path(__file__).parents[1] / "store" / "migrations" / "versions"


class Part(NamedTuple):
    """How one part is: `ok`, `attention` or `failed`, in how many milliseconds it said so, and what it said."""

    name: str
    status: str
    ms: float
    detail: str


class Said(NamedTuple):
    """What a check found."""

    status: str
    detail: str


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
        print_line(f"{clock.as_datetime(clock.now()):%Y-%m-%d %H:%M:%S} UTC\n{report.text}\n")


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
        checks = _CHECKS | _MORE if call.args.detailed else _CHECKS
        parts += [_asked(name, check, settings) for name, check in checks.items()]
    is_healthy = all(part.status != "failed" for part in parts)
    data = {"healthy": is_healthy, "parts": [part._asdict() for part in parts]}
    rows = [(sign(part.status), part.name, f"{part.ms:.1f} ms", part.detail) for part in parts]
    return Answer(data, table(rows, right=(2,)), codes.DONE if is_healthy else codes.NOT_SO)


def _settings(call: Call) -> tuple[list[Part], Settings | None]:
    began = time.perf_counter()
    try:
        settings = call.app.settings
    except HaatError as error:
        return [_part("settings", began, Said("failed", f"{error.what} {error.why}"))], None
    said = Said("attention", " ".join(settings.warnings)) if settings.warnings else Said("ok", "in order")
    return [_part("settings", began, said)], settings


def _asked(name: str, check: Callable[[Settings], Said], settings: Settings) -> Part:
    began = time.perf_counter()
    try:
        said = check(settings)
    except (OSError, sqlite3.Error) as error:
        said = Said("failed", f"{error}.")
    except HaatError as error:
        said = Said("failed", f"{error.what} {error.why}")
    return _part(name, began, said)


def _part(name: str, began: float, said: Said) -> Part:
    return Part(name, said.status, round((time.perf_counter() - began) * 1000, 2), said.detail)


def _database(settings: Settings) -> Said:
    address = settings.database
    if address.kind == "sqlite":
        if not address.path.exists():
            return Said("failed", f"{address.path} does not exist. `haat up` makes it.")
        what = f"SQLite {sqlite3.sqlite_version}, {_size(address.path.stat().st_size)}"
    else:
        from haat.store.driver import short_version

        [(version,)] = _rows(address, "SELECT version()")
        what = short_version(address.name, version)
    [(revision,)] = _rows(address, "SELECT version_num FROM alembic_version")
    known = sorted(file.name[:8] for file in _VERSIONS.glob("[0-9]*.py"))
    missing = [name for name in known if name[:4] > revision]
    needed = [name[:4] for name in missing if name.endswith("pre")]
    if needed or revision > known[-1][:4]:
        return Said("failed", f"It is at revision {revision}; this Haat needs {(needed or [known[-1][:4]])[-1]}.")
    if missing:
        return Said("attention", f"answers, at revision {revision}; {what}; `haat migrate after` is still to be run")
    return Said("ok", f"answers, at revision {revision}; {what}")


def _web(settings: Settings) -> Said:
    told = running.told(settings.data)
    url = told.url if told else settings.web.own_url
    if running.answers(url, _PATIENCE):
        return Said("ok", f"answers at {url}")
    return Said("failed", f"Nothing answers at {url}. Is the stack up? `haat up` starts it.")


def _worker(settings: Settings) -> Said:
    from haat.adapters.processes.heart import since_last_beat

    seconds = since_last_beat(running.beats_of(settings.data))
    if seconds is None:
        return Said("failed", "It has never run here. `haat up` starts it.")
    if seconds > _OLDEST_BEAT:
        return Said("failed", f"Its last sign of life is {_age(seconds)} old. Is the stack up?")
    return Said("ok", "works")


def _queue(settings: Settings) -> Said:
    address = settings.database
    if address.kind == "sqlite" and not address.path.exists():
        return Said("failed", "There is no database to keep it.")
    [(waiting, oldest, dead)] = _rows(
        address,
        "SELECT (SELECT count(*) FROM (SELECT 1 FROM jobs LIMIT 10000) AS counted), (SELECT min(run_at) FROM jobs),"
        " (SELECT count(*) FROM dead_jobs WHERE replayed_at IS NULL)",
    )
    late = max(0.0, (clock.now() - oldest) / 1000) if oldest else 0.0
    if late > _LONGEST_WAIT:
        return Said("failed", f"{waiting} jobs wait, one of them since {_age(late)}.")
    if dead:
        return Said("attention", f"{waiting} jobs wait; {dead} failed for good, see `haat jobs dead`.")
    return Said("ok", f"{waiting} jobs wait")


def _cache(settings: Settings) -> Said:
    if settings.cache.url is None:
        return Said("ok", "each web process keeps pages for itself: no server is named")
    from haat.ops.caches.look import look_at_server

    server = look_at_server(settings, pings=1, most_keys=0)
    assert server is not None
    if server.why_away:
        return Said("attention", f"{server.address} does not answer: {server.why_away} Pages are made without it.")
    limit = f" of {_size(server.limit)}" if server.limit else ""
    said = f"{server.address} answers in {server.ping:.1f} ms; {server.version}, {_size(server.memory)}{limit}"
    if server.is_full:
        return Said("attention", f"{said}: full, and nothing new is kept. `haat cache look` says what to do.")
    return Said("ok", said)


def _disk(settings: Settings) -> Said:
    folder = next(folder for folder in (settings.data, *settings.data.parents) if folder.exists())
    free = shutil.disk_usage(folder).free
    status = "failed" if free < _NO_SPACE else "attention" if free < _LOW_SPACE else "ok"
    return Said(status, f"{_size(free)} free")


def _pause(settings: Settings) -> Said:
    for who, why, until in _rows_of_memory(settings, "pauses", _PAUSES):
        if until > (now := clock.now()):
            return Said("attention", f"{who} has paused what goes by itself, for {_age((until - now) / 1000)}: {why}")
    return Said("ok", "nothing is paused")


def _maintenance(settings: Settings) -> Said:
    from haat.ops.maintenance.look import look
    from haat.ops.procedure.journal import Journal
    from haat.ops.tables import opened

    memory = running.memory_of(settings.data)
    if not memory.exists():
        return Said("ok", "nothing is due yet")
    store, journal = opened(memory), Journal(memory)
    try:
        overdue = [one.task.name for one in look(store, journal, settings) if one.is_overdue(clock.now())]
    finally:
        journal.close()
        store.close()
    if overdue:
        return Said("attention", f"overdue: {', '.join(overdue)}; see `haat maintenance list`")
    return Said("ok", "nothing is overdue")


def _machine(settings: Settings) -> Said:
    from haat.ops.health import host

    use, most = host.use(_SAMPLE), settings.thresholds
    said = f"{use.cores} cores, {use.cpu:.0%} at work, load {use.load:g}; {use.memory:.0%} of {_size(use.memory_bytes)} memory taken"
    is_pressed = use.cpu * 10_000 > most.cpu or use.memory * 10_000 > most.memory
    return Said("attention" if is_pressed else "ok", said)


def _space(settings: Settings) -> Said:
    taken = shutil.disk_usage(settings.data)
    share = taken.used / (taken.used + taken.free)
    status = "attention" if share * 10_000 > settings.thresholds.disk else "ok"
    return Said(status, f"{share:.0%} of {_size(taken.total)} are taken")


def _processes(settings: Settings) -> Said:
    from haat.adapters.processes.lock import owner_of
    from haat.ops.health.processes import family

    keeper = owner_of(running.lock_of(settings.data))
    found = family(keeper) if keeper else []
    if not found:
        return Said("failed", "None runs. `haat up` starts them.")
    cpu, memory = sum(one.cpu for one in found), sum(one.memory for one in found)
    return Said("ok", f"{len(found)} run, with {cpu:.0%} of a core and {_size(memory)}; `haat ps` lists them")


def _doors(settings: Settings) -> Said:
    from urllib.parse import urlsplit

    from haat.ops.health.host import doors

    told = running.told(settings.data)
    port = urlsplit(told.url).port if told else None
    [door] = doors([port or settings.web.port])
    status = "ok" if door.is_open else "failed"
    return Said(status, f"port {door.port} is {'open' if door.is_open else 'closed'}; {door.connections} connections")


def _mail(settings: Settings) -> Said:
    import socket

    mail = settings.mail
    if not mail.host:
        return Said("ok", "stays on the outbox page: no server is named")
    with socket.create_connection((mail.host, mail.port), timeout=_PATIENCE):
        return Said("ok", f"{mail.host} lets itself be called on port {mail.port}")


def _sanity(settings: Settings) -> Said:
    from haat.ops.health.sanity import doubts

    found = list(doubts(settings))
    return Said("attention", " ".join(found)) if found else Said("ok", "nothing is to be said against them")


_CHECKS: dict[str, Callable[[Settings], Said]] = {
    "database": _database,
    "web": _web,
    "worker": _worker,
    "queue": _queue,
    "cache": _cache,
    "disk": _disk,
    "pause": _pause,
}


# What `--detailed` asks too: the machine, the processes, and what is outside.
_MORE: dict[str, Callable[[Settings], Said]] = {
    "machine": _machine,
    "space": _space,
    "processes": _processes,
    "port": _doors,
    "mail": _mail,
    "choices": _sanity,
    "maintenance": _maintenance,
}


def _rows(address: Address, sql: str) -> list[tuple[Any, ...]]:
    if address.kind != "sqlite":
        return _rows_of_server(address, sql)
    with closing(sqlite3.connect(f"{address.path.as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)) as connection:
        return connection.execute(sql).fetchall()


def _rows_of_server(address: Address, sql: str) -> list[tuple[Any, ...]]:
    from haat.store.drivers import driver_of

    return driver_of(address).ask(sql, _PATIENCE)


def _rows_of_memory(settings: Settings, table: str, sql: str) -> list[tuple[Any, ...]]:
    """Of what operations remember; nothing where they have not had this table yet."""
    memory = Address("sqlite", str(running.memory_of(settings.data)))
    if not memory.path.exists() or not _rows(memory, f"SELECT 1 FROM sqlite_schema WHERE name = '{table}'"):  # noqa: S608
        return []
    return _rows(memory, sql)


def _size(size: int) -> str:
    return f"{size / 1_000_000_000:.1f} GB" if size >= 1_000_000_000 else f"{size / 1_000_000:.1f} MB"


def _age(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} seconds"


COMMANDS = {
    "": Command(
        _health,
        shape='{"healthy": true, "parts": [{"name": "database", "status": "ok", "ms": 0.4, "detail": "answers, …"}]}',
    )
}
