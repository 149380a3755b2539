"""A database of PostgreSQL: copied by pg_basebackup, and recovered by a server of ours on the copy.

A copy is of the whole server with all its databases, because that is what its log is of.
"""

from __future__ import annotations

import json
import math
import os
import re
import signal
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from haat.config.address import Address
from haat.config.secrets import Secret
from haat.kernel import clock, faults
from haat.kernel.errors import Unavailable
from haat.ops.backups.engine import FOR_GOOD, Copied, Finding, Gone, started_with
from haat.ops.backups.engines.carried import Carried
from haat.ops.backups.engines.clients import (
    asked,
    client,
    of_server,
    program_of,
    refuse_unless_copied,
    refuse_unless_followed,
    run_client,
)
from haat.ops.backups.engines.copies import files_of, place_for_copy
from haat.ops.backups.engines.private import home, let_through, pointed_at, refuse_unreachable
from haat.ops.backups.engines.wal import Log
from haat.ops.backups.log import Stretch
from haat.ops.backups.vault import Damaged
from haat.ops.servers import Process, give_to, programs_of_postgres

_NAME = "postgresql"
_USER = "postgres"
_PORT = 5432  # of a server of ours, by which its socket is called; whatever PGPORT says
_SLACK = 60_000  # ms: by so much the clock of the server may differ from ours
_END = 1 << 53  # ms since 1970: later than every instant that a log says something of
# Folders that the server wants to find, and that a set has not, because nothing is in them.
_EMPTY = (
    "pg_commit_ts pg_dynshmem pg_logical/mappings pg_logical/snapshots pg_notify pg_replslot pg_serial pg_snapshots pg_stat pg_stat_tmp pg_subtrans"
    " pg_tblspc pg_twophase pg_wal/archive_status"
).split()
_ADMINISTRATOR = "SELECT rolname::text FROM pg_roles WHERE rolsuper AND rolcanlogin ORDER BY oid LIMIT 1"
# What the copy of a server of ours has beside the data: nobody but us finds it, and it need not survive a power cut.
_PRIVATE: Mapping[str, object] = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "hot_standby": "off",
    "archive_mode": "off",
    "autovacuum": "off",
    "restart_after_crash": "off",
    "logging_collector": "off",
    "log_destination": "stderr",
    "lc_messages": "C",
    "shared_preload_libraries": "",
    "shared_buffers": "128MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "1h",
}
_TO_THE_END: Mapping[str, object] = {"restore_command": "false", "recovery_target_action": "promote"}
_LIST_OF_DATABASES = "1664/0/1262"
_PLACE = re.compile(r"lsn: ([0-9A-F]+/[0-9A-F]+),")
_DROPPED = re.compile(r"lsn: ([0-9A-F]+/[0-9A-F]+),.*desc: DROP dir [0-9]+/([0-9]+)")
_NUMBERS = "SELECT datname::text, oid::bigint FROM pg_database"
_SIZE = "SELECT sum(pg_database_size(oid)) FROM pg_database WHERE has_database_privilege(oid, 'CONNECT')"
_WHOLE_AGAIN = "UPDATE pg_database SET datconnlimit = -1 WHERE datconnlimit = -2"
_SETTINGS = """\
# Written by `haat backup restore` for the copy in this folder. What the server had in its own is in postgresql.conf.before, if it was here.
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
"""
_DOORS = """\
# Written by `haat backup restore`: people of this machine come in with the passwords that they had.
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
"""


class PostgreSQL:
    """`address` may have a password or not: only who copies or follows needs it."""

    name = _NAME

    def __init__(self, address: Address) -> None:
        self._address = address
        self.address = address._replace(password=Secret(""))

    @contextmanager
    def copied(self, scratch: Path) -> Iterator[Copied]:
        program = program_of("pg_basebackup")
        refuse_unless_copied(self._address)
        with place_for_copy(scratch) as place:
            folder = place / _NAME
            words = ["--format=plain", "--wal-method=stream", "--checkpoint=fast", "--no-sync", f"--pgdata={folder}"]
            run_client([str(program), *words], self._address)
            yield Copied([*files_of(folder, _NAME)], str(_end_of(folder)))

    def weighed(self) -> int:
        program_of("pg_basebackup")
        refuse_unless_copied(self._address)
        [(size,)] = asked(self._address, _SIZE)
        return int(size)

    def refuse_unreachable(self, folder: Path) -> None:
        refuse_unreachable(_USER, folder)

    def recover(self, stack: Path, log: Iterable[Stretch], position: str, at: int, *, before_dropped: int = 0) -> None:
        folder = stack / _NAME
        programs = _programs(folder)
        _complete(folder)
        _verify(programs, folder)
        has_log = _lay_log(folder, log, at)
        _settle(folder, self._port)
        (folder / "recovery.signal").touch()
        let_through(_USER, folder)
        if before_dropped:
            _run_to_before_dropped(programs, folder, self.address, before_dropped)
        elif not has_log:
            _run_once(programs, folder, {"recovery_target": "immediate"})
        elif at >= _END:
            _run_once(programs, folder, {})
        else:
            _run_to(programs, folder, at)

    def pointed(self, stack: Path) -> None:
        pointed_at(stack, self.address._replace(host="127.0.0.1", port=self._port, options=()))

    @contextmanager
    def served(self, stack: Path) -> Iterator[Address]:
        folder = stack / _NAME
        with _serving(_programs(folder), folder, {}) as (_, place):
            yield self.address._replace(host="", port=_PORT, options=(("host", str(place)),))

    def sound(self, stack: Path, address: Address, *, thorough: bool = True) -> Finding:
        """By pg_amcheck, where it is installed: rows and indexes fit together. Else by a dump, which reads every row and no index."""
        programs = _programs(stack / _NAME)
        whose = address._replace(user=next((name for (name,) in asked(address, _ADMINISTRATOR)), address.user))
        if (programs / "pg_amcheck").exists():
            words = [
                "pg_amcheck",
                "--install-missing",
                *(("--heapallindexed",) if thorough else ()),
                f"--jobs={os.cpu_count() or 1}",
                # What is not in quotation marks is a pattern, and its letters become small ones.
                '--database="{}"'.format(address.database.replace('"', '""')),
            ]
            what, is_complete = f"every row and every index {'fit together' if thorough else 'can be read'}", True
        else:
            words = ["pg_dump", "--file=/dev/null"]
            what, is_complete = "no pg_amcheck is here to look at an index, and every row can be read", not thorough
        ended = client([str(programs / words[0]), *words[1:]], whose)
        said = (ended.stdout + ended.stderr).strip()
        if ended.returncode:
            return Finding(False, said[:1000])
        return Finding(True, f"{what} in {address.database}", is_complete)

    def source(self, data: Path) -> Log:
        return Log(_NAME, self._address, data)

    def refuse_unless_followed(self) -> None:
        refuse_unless_followed(of_server(self._address))

    def let_go(self, data: Path) -> None:
        self.source(data).let_go()

    def keeps(self, data: Path) -> int | None:
        return self.source(data).kept()

    def carrier(self) -> Carried:
        return Carried(self._address)

    def starts(self, folder: Path, port: int) -> str:
        """Its port is in its settings."""
        data = folder / _NAME
        as_whom = f"runuser -u {_USER} -- " if os.getuid() == 0 else ""
        return f"{as_whom}{_programs(data) / 'postgres'} -D {data}"

    def told(self, folder: Path) -> Sequence[str]:
        return [
            f"Its database was ended in order in {folder / _NAME}. Start a server on it, for as long as you want it:",
            f"  {self.starts(folder, self._port)}",
            f"`store.url` in {folder / 'haat.toml'} names it, on port {self._port}: the server that the shop runs on is not touched.",
            *started_with(folder),
        ]

    @property
    def _port(self) -> int:
        """Of a server on a copy: beside the one that lives."""
        return self.address.port_or_usual + 1


class Place(NamedTuple):
    """A place in the log: which server's, on which of its time lines, and how many bytes of how large a segment."""

    system: int
    timeline: int
    at: int
    segment_size: int

    @property
    def salt(self) -> str:
        """The name of the segment, and of the server that wrote it."""
        number = (self.at - 1) // self.segment_size
        return f"{self.system:x}.{segment_name(self.timeline, number, self.segment_size).lower()}"

    def __str__(self) -> str:
        return f"{self.salt}:{(self.at - 1) % self.segment_size + 1}"


def segment_name(timeline: int, number: int, size: int) -> str:
    """What PostgreSQL calls a segment of its log."""
    high, low = divmod(number, (1 << 32) // size)
    return f"{timeline:08X}{high:08X}{low:08X}"


def _end_of(folder: Path) -> Place:
    """Where the copy is one instant: there it has to be brought to, at least."""
    last = json.loads((folder / "backup_manifest").read_bytes())["WAL-Ranges"][-1]
    high, low = (int(part, 16) for part in last["End-LSN"].split("/"))
    system = int.from_bytes((folder / "global/pg_control").read_bytes()[:8], "little")
    size = next(path.stat().st_size for path in (folder / "pg_wal").iterdir() if len(path.name) == 24)
    return Place(system, last["Timeline"], (high << 32) + low, size)


def _programs(folder: Path) -> Path:
    """Those of the version that wrote this data. Raises Unavailable."""
    try:
        version = int((folder / "PG_VERSION").read_text("ascii"))
    except (OSError, ValueError) as error:
        raise Damaged("The copy is no data folder of PostgreSQL.", why=f"{error}.") from error
    found = programs_of_postgres(version)
    if found is None:
        raise Unavailable(
            f"The copy cannot be brought to life on this machine, which has no PostgreSQL {version}.",
            why="Its own version recovers it.",
            try_=f"Install it: `apt-get install postgresql-{version}`. Its server need not run.",
        )
    return found


def _complete(folder: Path) -> None:
    for name in _EMPTY:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for path, _, _ in os.walk(folder):
        Path(path).chmod(0o700)


def _verify(programs: Path, folder: Path) -> None:
    """Every file that the copy says it has is there, as the server sent it."""
    if (programs / "pg_verifybackup").exists():
        words = [str(programs / "pg_verifybackup"), "--quiet", "--no-parse-wal", str(folder)]
        ended = subprocess.run(words, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603
        if ended.returncode:
            raise Damaged("The copy of the database is not whole.", why=ended.stderr.strip()[:1000])


def _lay_log(folder: Path, log: Iterable[Stretch], at: int) -> bool:
    """Put segments where the server looks for them, until nothing of the instant can be in any more; returns whether there were some."""
    known = (path.stat().st_size for path in (folder / "pg_wal").iterdir() if len(path.name) == 24)
    size = next(known)
    stretch = None
    for following in log:
        # A server takes what it cannot read for the end of its log, and says nothing.
        if following.first != 1 or (stretch is not None and stretch.last != size):
            raise Damaged(
                "The log of PostgreSQL is not whole.", why=f"A part before or in {following.salt} is missing."
            )
        stretch = following
        path = folder / "pg_wal" / stretch.salt.partition(".")[2].upper()
        # The set has the beginning of the first one, and may have more of it than was shipped.
        there = path.read_bytes().rstrip(b"\0") if path.exists() else b""
        if len(there) <= len(stretch.frames):
            path.write_bytes(stretch.frames.ljust(size, b"\0"))
        path.chmod(0o600)
        faults.reach("replay.generation")
        if stretch.marks[0].at > at + _SLACK:
            break
    return stretch is not None


def _settle(folder: Path, port: int) -> None:
    """Nothing that the server was told where it ran is told to the copy: not where to send its log, nor whom to follow."""
    for name in ("postgresql.conf", "postgresql.auto.conf"):
        if (folder / name).exists():
            (folder / name).rename(folder / f"{name}.before")
    (folder / "postgresql.auto.conf").touch()
    (folder / "postgresql.conf").write_text(_SETTINGS.format(port=port))
    if not (folder / "pg_hba.conf").exists():
        (folder / "pg_hba.conf").write_text(_DOORS)
    if not (folder / "pg_ident.conf").exists():
        (folder / "pg_ident.conf").touch()
    for name in ("standby.signal", "postmaster.pid"):
        (folder / name).unlink(missing_ok=True)


def _run_to(programs: Path, folder: Path, at: int) -> None:
    """What was committed by then, and nothing after it."""
    instant = f"{clock.as_datetime(at):%Y-%m-%d %H:%M:%S.%f}+00"
    try:
        _run_once(programs, folder, {"recovery_target_time": instant})
    except _NotReached:
        # Nothing was committed after the instant, as far as the log is known.
        _run_once(programs, folder, {})


def _run_to_before_dropped(programs: Path, folder: Path, address: Address, times: int) -> None:
    """All but the last times that a database was dropped, and what came after it. Its files go as soon as the log says so, so it is the place there that
    counts and no instant. The server marks a database as half dropped first, also for the log. Raises Gone where it was another one than this.
    """
    place, number = _dropped(programs, folder / "pg_wal", times)
    target = {"recovery_target_lsn": place, "recovery_target_inclusive": "off"}
    with _serving(programs, folder, {**_TO_THE_END, **target}) as (server, home):
        door = Address("postgresql", "postgres", address.user, options=(("host", str(home)),), port=_PORT)
        [(administrator,)] = asked(door, _ADMINISTRATOR)
        door = door._replace(user=administrator)
        if (address.database, number) not in asked(door, _NUMBERS):
            raise Gone(f"The log of PostgreSQL does not say when {address.database} was dropped.")
        asked(door, _WHOLE_AGAIN)
        server.end(signal.SIGINT)


def _dropped(programs: Path, folder: Path, times: int) -> tuple[str, int]:
    """The place in the log of so many times from the end, or FOR_GOOD, and the number of the database."""
    said = _log_of(programs, folder, "--rmgr=Database")
    places = _DROPPED.findall(said)
    if len(places) < abs(times):
        raise Damaged("The log of PostgreSQL knows of no database that was dropped, or of no other.")
    place, number = places[-abs(times)]
    if times == FOR_GOOD:
        named = _log_of(programs, folder, f"--relation={_LIST_OF_DATABASES}") + said
        if any(_at(one) > _at(place) for one in _PLACE.findall(named)):
            raise Damaged("A database came, or got a name, after the last one was dropped.")
    return place, int(number)


def _at(place: str) -> int:
    high, low = (int(part, 16) for part in place.split("/"))
    return (high << 32) + low


def _log_of(programs: Path, folder: Path, what: str) -> str:
    segments = sorted(path.name for path in folder.iterdir() if len(path.name) == 24)
    words = [str(programs / "pg_waldump"), what, f"--path={folder}", segments[0], segments[-1]]
    # It ends with 1, because the log does in the middle of a segment.
    return subprocess.run(words, capture_output=True, text=True, errors="replace", check=False).stdout  # noqa: S603


class _NotReached(Exception):
    """The log ends before the instant."""


def _run_once(programs: Path, folder: Path, target: Mapping[str, object]) -> None:
    """Recover, and end in order."""
    with _serving(programs, folder, {**_TO_THE_END, **target}) as (server, _):
        server.end(signal.SIGINT)


@contextmanager
def _serving(programs: Path, folder: Path, more: Mapping[str, object]) -> Iterator[tuple[Process, Path]]:
    """A server on the copy, which recovers first, and the folder of its socket, which its user alone can enter. Raises Damaged when it does not come up,
    and _NotReached.
    """
    user = folder.owner() if os.getuid() == 0 else None
    with home() as place:
        (place / "pg_hba.conf").write_text("local all all trust\n")
        if user:
            give_to(user, place)
        given = {**_PRIVATE, "unix_socket_directories": place, "hba_file": place / "pg_hba.conf", "port": _PORT, **more}
        words = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        log = place / "log"
        greet = partial(_greet, programs, place)
        server = Process(
            [str(programs / "postgres"), "-D", str(folder), *words], user, log, greet, math.inf, signal.SIGQUIT
        )
        try:
            server.start()
        except Unavailable as error:
            said = log.read_text(errors="replace")
            if "before configured recovery target was reached" in said:
                raise _NotReached from error
            if "No space left on device" in said:
                raise
            raise Damaged("The copy of the database does not start.", why=said.strip()[-1000:]) from error
        try:
            yield server, place
        finally:
            server.end(signal.SIGQUIT)


def _greet(programs: Path, place: Path) -> None:
    subprocess.run([str(programs / "pg_isready"), "--quiet", f"--host={place}", f"--port={_PORT}"], check=True)  # noqa: S603
