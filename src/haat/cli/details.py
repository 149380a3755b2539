"""What `haat health --detailed` asks too: the machine, the processes, what is outside, the settings, and the truth as it was found last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

from haat.cli.parts import ATTENTION, FAILED, NONE, OK, Check, Said, age, rows, size
from haat.config.schema import Settings
from haat.kernel import clock
from haat.kernel.errors import Unavailable
from haat.ops import running

_SAMPLE = 0.2  # seconds over which the machine is watched
_PATIENCE_OUTSIDE = 5.0  # seconds, for each stretch of the way
_MANY = 0.8  # of the files that a process may open
_MUCH_KEPT = 250_000_000  # bytes of a log on the server of the database; of four times as many it is let go
_OLDEST_TRUTH = 2 * 60 * 60  # seconds; it is checked each hour


def _machine(settings: Settings) -> Said:
    from haat.ops.health import host

    use, most = host.use(_SAMPLE), settings.thresholds
    said = f"{use.cores} cores, {use.cpu:.0%} at work, load {use.load:g}; {use.memory:.0%} of {size(use.memory_bytes)} memory taken"
    figures = {"cores": use.cores, "cpu": use.cpu, "load": use.load, "memory": use.memory}
    if use.cpu * 10_000 > most.cpu or use.memory * 10_000 > most.memory:
        who = "`haat ps` tells what of it is ours; `haat database sessions` what the database is at."
        return Said(ATTENTION, said, who, figures)
    return Said(OK, said, "", figures)


def _space(settings: Settings) -> Said:
    from haat.ops.health.disks import disks

    found = disks(settings)
    figures = {str(one.mount): round(one.taken, 4) for one in found}
    said = "; ".join(f"{one.taken:.0%} of {size(one.total)} at {one.mount} are taken" for one in found)
    if any(one.taken * 10_000 > settings.thresholds.disk for one in found):
        return Said(ATTENTION, said, "`haat runbook list` names what makes room.", figures)
    return Said(OK, said, "", figures)


def _processes(settings: Settings) -> Said:
    from haat.adapters.processes.lock import owner_of
    from haat.ops.health.processes import family

    keeper = owner_of(running.lock_of(settings.data))
    found = family(keeper) if keeper else []
    if not found:
        return Said(FAILED, "None runs.", "`haat up` starts them.")
    said = "; ".join(
        f"{one.name} {one.cpu:.0%} of a core, {size(one.memory)}, {'?' if one.files is None else one.files} files"
        for one in found
    )
    figures = {
        "processes": len(found),
        "cpu": round(sum(one.cpu for one in found), 2),
        "memory": sum(one.memory for one in found),
        "files": sum(one.files or 0 for one in found),
    }
    crowded = [one for one in found if one.files and one.most_files and one.files > one.most_files * _MANY]
    if crowded:
        first = crowded[0]
        raise_it = f"Raise the limit (`ulimit -n`, or LimitNOFILE of the unit), and see `ls -l /proc/{first.pid}/fd`."
        return Said(
            ATTENTION, f"{first.name} has {first.files} of {first.most_files} files open; {said}", raise_it, figures
        )
    stopped = [one for one in found if one.state == "stopped"]
    if stopped:
        go_on = f"Somebody stopped it: `kill -CONT {stopped[0].pid}` lets it go on."
        return Said(FAILED, f"{stopped[0].name} (process {stopped[0].pid}) is stopped; {said}", go_on, figures)
    return Said(OK, said, "", figures)


class _Door(NamedTuple):
    name: str
    port: int


def _ports(settings: Settings) -> Said:
    from haat.ops.health import host

    ours = list(_doors(settings))
    found = host.doors([door.port for door in ours])
    told = [f"{door.name} at {one.port}: {one.connections} connections" for door, one in zip(ours, found, strict=True)]
    figures = {door.name: float(one.connections) for door, one in zip(ours, found, strict=True)}
    for name, port in _called(settings):
        figures[name] = host.calls(port)
        told.append(f"{name} at {port}: {figures[name]:.0f} from here")
    closed = [door for door, one in zip(ours, found, strict=True) if not one.is_open]
    if closed:
        doors = " and ".join(f"{door.name} at {door.port}" for door in closed)
        return Said(FAILED, f"Nobody listens for {doors}.", "`haat ps` tells what runs.", figures)
    return Said(OK, "; ".join(told), "", figures)


def _doors(settings: Settings) -> Iterator[_Door]:
    """Where callers come in."""
    from urllib.parse import urlsplit

    told = running.told(settings.data)
    yield _Door("web", (urlsplit(told.url).port if told else None) or settings.web.port)
    if told and told.console:
        yield _Door("console", urlsplit(told.console).port or settings.console_port)


def _called(settings: Settings) -> Iterator[_Door]:
    """Where we call."""
    database = settings.database
    if database.kind != "sqlite" and database.host:
        yield _Door("database", database.port_or_usual)
    if settings.mail.host:
        yield _Door("mail", settings.mail.port)


def _address(settings: Settings) -> Said:
    """As people come to the shop: through whatever stands before it."""
    if not settings.web.public_url:
        return Said(NONE, "web.public_url is empty: nobody comes from outside")
    from haat.ops.health.probe import FEW_DAYS, probe

    url = f"{settings.web.public_url}/health"
    more = f"`haat probe {url}` shows each stretch of the way."
    try:
        found = probe(url, _PATIENCE_OUTSIDE)
    except Unavailable as error:
        return Said(FAILED, f"{error.what} {error.why}", more)
    said = f"{found.url} answers {found.status} after {found.ms:.0f} ms"
    figures = {"ms": found.ms, "status": found.status}
    if found.certificate_days is not None:
        said += f"; its certificate is good for {found.certificate_days:.0f} days"
        figures["certificate_days"] = found.certificate_days
    if found.status != 200:
        return Said(FAILED, said, more, figures)
    if found.certificate_days is not None and found.certificate_days < FEW_DAYS:
        return Said(ATTENTION, said, "Renew the certificate.", figures)
    return Said(OK, said, "", figures)


def _gateway(settings: Settings) -> Said:
    """There is one gateway, and it is embedded."""
    return Said(NONE, f"the {settings.payments.gateway} is embedded: nothing outside is called")


def _mail(settings: Settings) -> Said:
    if not settings.mail.host:
        return Said(NONE, "no server is named: mail stays on the outbox page")
    from haat.ops.health.mail import call
    from haat.ops.health.probe import FEW_DAYS

    try:
        way = call(settings.mail, _PATIENCE_OUTSIDE)
    except Unavailable as error:
        wait = "See [mail] in the settings, and whether the server is up; mails wait and are tried again (`haat jobs dead`)."
        return Said(FAILED, f"{error.what} {error.why}", wait)
    stretches = ", ".join(f"{one.name} {one.ms:.0f} ms" for one in way.stretches)
    said = f"{way.url} answers after {way.ms:.0f} ms ({stretches})"
    figures = {"ms": way.ms}
    if way.certificate_days is None:
        return Said(OK, said, "", figures)
    figures["certificate_days"] = way.certificate_days
    said += f"; its certificate is good for {way.certificate_days:.0f} days"
    if way.certificate_days < FEW_DAYS:
        return Said(ATTENTION, said, "Have whoever keeps the mail server renew it.", figures)
    return Said(OK, said, "", figures)


def _replication(settings: Settings) -> Said:
    return Said(NONE, "Haat keeps one database, and knows of no copy of it")


def _shipping(settings: Settings) -> Said:
    """How old that is which is not kept yet, and how much the server of the database keeps until it is: that takes its disk."""
    from haat.adapters.processes.heart import since_last_beat
    from haat.ops.backups.engine import MOST_WAITING
    from haat.ops.backups.engines import engine_at

    try:
        kept = engine_at(settings.database).keeps(settings.data) or 0
    except Unavailable as error:
        return Said(FAILED, f"It cannot be known. {error.what}", "See *database*.")
    if settings.backup.ship == "no":
        if kept:
            left = f"the server of the database keeps {size(kept)} of its log for this stack, which nobody reads"
            return Said(ATTENTION, left, "`haat up` lets it go.", {"kept": kept})
        return Said(NONE, "`backup.ship` is “no”: what is committed after a set is not kept")
    behind = since_last_beat(running.shipped_of(settings.data))
    why = "`haat logs read shipper` tells why; `haat ps` whether it runs."
    if behind is None:
        return Said(ATTENTION, "nothing was shipped yet", why, {"kept": kept})
    said = f"everything is kept that was committed until {age(behind)} ago"
    if kept:
        said += f"; the server of the database keeps {size(kept)} of its log until it is shipped"
    figures = {"behind_seconds": round(behind, 1), "kept": kept}
    if behind * clock.SECOND > settings.objectives.data_lost or kept > MOST_WAITING:
        return Said(FAILED, said, why, figures)
    if behind * clock.SECOND >= running.KEPT_WITHIN or kept > _MUCH_KEPT:
        return Said(ATTENTION, said, why, figures)
    return Said(OK, said, "", figures)


def _choices(settings: Settings) -> Said:
    from haat.ops.health.sanity import doubts

    found = list(doubts(settings))
    if not found:
        return Said(OK, "nothing is to be said against them")
    return Said(
        ATTENTION, " ".join(found), "`haat config show` tells where each setting is written.", {"doubts": len(found)}
    )


def _truth(settings: Settings) -> Said:
    """As the worker found it last; to check takes a while in a large market, and is another command."""
    now = "`haat truth` checks every promise now."
    try:
        found = rows(settings.database, "SELECT last_at, outcome FROM schedule WHERE task = 'check truth'")
    except Unavailable as error:
        return Said(FAILED, f"It cannot be known. {error.what}", "See *database*.")
    last_at, outcome = found[0] if found else (0, "")
    if not int(last_at):
        return Said(NONE, "it was not checked yet", now)
    seconds = max(0.0, (clock.now() - int(last_at)) / 1000)
    said = f"{outcome} That was {age(seconds)} ago."
    if outcome.startswith("Broken"):
        return Said(FAILED, said, now)
    has_failed = outcome.startswith("It failed") or seconds > _OLDEST_TRUTH
    return Said(ATTENTION if has_failed else OK, said, now)


def _maintenance(settings: Settings) -> Said:
    from haat.ops.maintenance.look import look
    from haat.ops.procedure.journal import Journal
    from haat.ops.tables import opened

    memory = running.memory_of(settings.data)
    if not memory.exists():
        return Said(OK, "nothing is due yet")
    with closing(opened(memory)) as store, closing(Journal(memory)) as journal:
        overdue = [one.task.name for one in look(store, journal, settings) if one.is_overdue(clock.now())]
    if overdue:
        return Said(ATTENTION, f"overdue: {', '.join(overdue)}", "`haat maintenance list` tells since when.")
    return Said(OK, "nothing is overdue")


DETAILS: dict[str, Check] = {
    "machine": _machine,
    "space": _space,
    "processes": _processes,
    "ports": _ports,
    "address": _address,
    "gateway": _gateway,
    "mail": _mail,
    "replication": _replication,
    "shipping": _shipping,
    "choices": _choices,
    "truth": _truth,
    "maintenance": _maintenance,
}
