"""A backup is not a backup until it has been restored: do that, in a scratch place, and look whether it is a shop."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from haat.config.address import Address
from haat.kernel import clock, faults
from haat.kernel.errors import HaatError, Unavailable
from haat.ops.backups import damage, sets, spoilt
from haat.ops.backups.engine import Engine, Finding
from haat.ops.backups.engines.sqlite import SQLite
from haat.ops.backups.manifest import Manifest, Proof
from haat.ops.backups.replay import END, Way, as_taken, replay
from haat.ops.backups.restore import Tell, restore_to_look
from haat.ops.backups.vault import Damaged, Vault
from haat.ops.backups.workplace import forget_dead, workplace

_PREFIX = "proof-"
_SMALL = 500_000_000  # bytes of a database that is always looked at thoroughly: that takes some seconds
_NO_ROOM = 1 << 20  # bytes


Examine = Callable[[Path, Address], Sequence[Finding]]
"""Looks at a stack's folder that was just restored, and whose database is at this address for now: does the shop in it hold what it promises?"""


def prove(
    vault: Vault,
    manifest: Manifest,
    engine: Engine,
    scratch: Path,
    examine: Examine,
    haat: str,
    tell: Tell = lambda done, total: None,
    *,
    thorough: bool = False,
) -> Proof:
    """Restore the set below `scratch`, look at it, throw it away, and write down what came of it: also of a large database each row in each index, if it is
    to be `thorough`. A set that does not restore is no error: it is a proof that does not hold. Raises Unavailable when the proof itself cannot be made or
    written down.
    """
    seen = looked_at(vault, as_taken(manifest), engine, scratch, examine, tell, thorough=thorough)
    proof = Proof(manifest.id, clock.now(), seen.holds, seen.looked, haat, seen.took, seen.thorough)
    faults.reach("prove.looked")
    sets.note(vault, proof)
    return proof


class Looked(NamedTuple):
    """Whether all holds; each look, how long it took (ms) and what was seen; how long all of it took (ms); and whether it was `thorough`."""

    holds: bool
    looked: tuple[tuple[str, int, str], ...]
    took: int
    thorough: bool


def looked_at(
    vault: Vault, way: Way, engine: Engine, scratch: Path, examine: Examine, tell: Tell, *, thorough: bool = False
) -> Looked:
    """Go this way in a place below `scratch`, look at what comes of it and throw it away. Raises Unavailable when that cannot be done."""
    began = time.monotonic()
    thorough = thorough or way.manifest.part("database").size <= _SMALL
    looks: list[_Look] = []
    with place_in(scratch) as place:
        try:
            for look in _looks(_Copy(vault, way, engine, place / "stack", thorough), examine, tell):
                looks.append(look)  # noqa: PERF402 - what was seen until it fell over counts
        except Damaged as error:
            looks.append(_Look("end", 0, Finding(False, f"{error.what} {error.why}".strip())))
    looked = tuple((look.what, look.ms, look.found.said) for look in looks)
    is_thorough = thorough and all(look.found.is_complete for look in looks)
    return Looked(all(look.found.holds for look in looks), looked, int((time.monotonic() - began) * 1000), is_thorough)


class _Copy(NamedTuple):
    """What is restored for a proof, and where."""

    vault: Vault
    way: Way
    engine: Engine
    stack: Path
    thorough: bool


class _Look(NamedTuple):
    what: str
    ms: int
    found: Finding


def _looks(copy: _Copy, examine: Examine, tell: Tell) -> Iterator[_Look]:
    """Up to the first that does not hold; how whole it is and how true are looked at side by side."""
    restored = _look(copy, "restore", lambda: _restored(copy, tell))
    yield restored
    if not restored.found.holds:
        return
    with ExitStack() as serving:
        addresses: list[Address] = []

        def serve() -> Finding:
            addresses.append(serving.enter_context(copy.engine.served(copy.stack)))
            return Finding(True, "its database can be asked")

        served = _look(copy, "start", serve)
        yield served
        if not served.found.holds:
            return
        address = addresses[0]
        # Interrupted in here the pool waits for what it does, which would else write into what is being thrown away.
        with ThreadPoolExecutor(1, thread_name_prefix="proof") as pool:
            kept = pool.submit(_look, copy, "truth", lambda: true(examine(copy.stack, address)))
            sound = _look(copy, "integrity", lambda: _sound(copy, address))
        yield sound
        if sound.found.holds:
            yield kept.result()


def _look(copy: _Copy, what: str, look: Callable[[], Finding]) -> _Look:
    began = time.monotonic()
    found = _found(copy.vault, copy.stack.parent, look)
    return _Look(what, int((time.monotonic() - began) * 1000), found)


def _restored(copy: _Copy, tell: Tell) -> Finding:
    vault, way, engine, stack, _ = copy

    def finish(folder: Path) -> None:
        replay(vault, way, folder, engine, END if way.over else way.reaches)
        engine.pointed(folder)

    manifest = way.manifest
    restore_to_look(vault, manifest, stack, tell, finish)
    files = sum(len(part.files) for part in manifest.parts)
    count = len(way.of_the_shop)
    replayed = f"; {count:,} generation{'' if count == 1 else 's'} of its log replayed" if way.over else ""
    return Finding(True, f"{files:,} files with {manifest.size:,} bytes are what they were{replayed}")


def _sound(copy: _Copy, address: Address) -> Finding:
    """The shop's database, and those beside it."""
    _, way, engine, stack, thorough = copy
    beside = [SQLite(Path(name)) for name in way.manifest.positions if name != engine.name]
    found = [engine.sound(stack, address, thorough=thorough), *(one.sound(stack, one.address) for one in beside)]
    broken = [finding.said for finding in found if not finding.holds]
    is_complete = all(finding.is_complete for finding in found)
    return Finding(not broken, "; ".join(broken or [finding.said for finding in found]), is_complete)


def true(findings: Sequence[Finding]) -> Finding:
    broken = [finding.said for finding in findings if not finding.holds]
    if broken:
        return Finding(False, "; ".join(broken))
    return Finding(True, f"all {len(findings)} promises of the shop hold")


def _found(vault: Vault, place: Path, look: Callable[[], Finding]) -> Finding:
    """What cannot be looked at now is no proof of anything: Unavailable is raised, also where there is no room left for it; but not for what the server on the
    copy says of damage in it. A piece that is spoilt is written down, so that the next set mends it.
    """
    try:
        return look()
    except Unavailable as error:
        _refuse_without_room(place, error)
        if told := damage.told_in(error):
            return Finding(False, f"The database cannot be read: {told}")
        raise
    except HaatError as error:
        _refuse_without_room(place, error)
        if isinstance(error, Damaged):
            spoilt.note(vault, error.name)
        return Finding(False, f"{error.what} {error.why}".strip())
    except _errors_of_databases() as error:
        _refuse_without_room(place, error)
        return Finding(False, f"The database cannot be read: {error}.")


def _refuse_without_room(place: Path, error: Exception) -> None:
    """Whatever a program on a full disk says of a copy. Raises Unavailable."""
    if shutil.disk_usage(place).free < _NO_ROOM:
        raise Unavailable(
            f"The proof could not be made in {place.parent}.",
            why="There is no room left.",
            try_="Make room there, or name another place with `backup.scratch`: it needs as much as the stack has. Then `haat backup prove`.",
        ) from error


def _errors_of_databases() -> tuple[type[Exception], ...]:
    """Clients of servers are loaded where something has failed, and not before."""
    import psycopg
    import pymysql

    return sqlite3.Error, psycopg.Error, pymysql.err.Error


@contextmanager
def place_in(scratch: Path) -> Iterator[Path]:
    """A place for one proof, also for a server of its own; those of proofs that were killed go. A copy of a shop has its secrets in it."""
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        forget_dead(scratch, f"{_PREFIX}*")
        place = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=scratch))
    except OSError as error:
        raise Unavailable(
            f"There is no place for a proof in {scratch}.",
            why=f"{error.strerror}.",
            try_="Name another with `backup.scratch`; it needs as much room as the stack has.",
        ) from error
    try:
        with workplace(place):
            place.chmod(0o711)  # The server on the copy has a user of its own; nobody else knows what is in here.
            yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
