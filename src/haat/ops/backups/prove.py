"""A backup is not a backup until it has been restored: do that, in a scratch place, and look whether it is a shop."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from haat.config.address import Address
from haat.kernel import clock
from haat.kernel.errors import HaatError, Unavailable
from haat.ops.backups import sets, spoilt
from haat.ops.backups.engine import Engine, Finding
from haat.ops.backups.engines.sqlite import SQLite
from haat.ops.backups.manifest import Manifest, Proof
from haat.ops.backups.replay import as_taken, replay
from haat.ops.backups.restore import Tell, restore_to_look
from haat.ops.backups.vault import Damaged, Vault
from haat.ops.backups.workplace import forget_dead, workplace

_PREFIX = "proof-"
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
) -> Proof:
    """Restore the set below `scratch`, look at it, throw it away, and write down what came of it. A set that does not restore is no error:
    it is a proof that does not hold. Raises Unavailable when the proof itself cannot be made or written down.
    """
    looked: list[tuple[str, int, str]] = []
    holds = True
    with place_in(scratch) as place, closing(_looks(vault, manifest, engine, place / "stack", examine, tell)) as looks:
        for what, look in looks:
            began = time.monotonic()
            found = _found(vault, place, look)
            looked.append((what, int((time.monotonic() - began) * 1000), found.said))
            holds = found.holds
            if not holds:
                break
    proof = Proof(manifest.id, clock.now(), holds, tuple(looked), haat)
    sets.note(vault, proof)
    return proof


def _looks(
    vault: Vault, manifest: Manifest, engine: Engine, stack: Path, examine: Examine, tell: Tell
) -> Generator[tuple[str, Callable[[], Finding]]]:
    yield "restore", lambda: _restored(vault, manifest, engine, stack, tell)
    with ExitStack() as serving:
        addresses: list[Address] = []

        def sound() -> Finding:
            addresses.append(serving.enter_context(engine.served(stack)))
            return _sound(manifest, engine, stack, addresses[0])

        yield "integrity", sound
        yield "truth", lambda: true(examine(stack, addresses[0]))


def _restored(vault: Vault, manifest: Manifest, engine: Engine, stack: Path, tell: Tell) -> Finding:
    way = as_taken(manifest)

    def finish(folder: Path) -> None:
        replay(vault, way, folder, engine, way.reaches)
        engine.pointed(folder)

    restore_to_look(vault, manifest, stack, tell, finish)
    files = sum(len(part.files) for part in manifest.parts)
    return Finding(True, f"{files:,} files with {manifest.size:,} bytes are what they were")


def _sound(manifest: Manifest, engine: Engine, stack: Path, address: Address) -> Finding:
    """The shop's database, and those beside it."""
    beside = [SQLite(Path(name)) for name in manifest.positions if name != engine.name]
    found = [engine.sound(stack, address), *(one.sound(stack, one.address) for one in beside)]
    broken = [finding.said for finding in found if not finding.holds]
    return Finding(not broken, "; ".join(broken or [finding.said for finding in found]))


def true(findings: Sequence[Finding]) -> Finding:
    broken = [finding.said for finding in findings if not finding.holds]
    if broken:
        return Finding(False, "; ".join(broken))
    return Finding(True, f"all {len(findings)} promises of the shop hold")


def _found(vault: Vault, place: Path, look: Callable[[], Finding]) -> Finding:
    """What cannot be looked at now is no proof of anything: Unavailable is raised, also where there is no room left for it. A piece that is spoilt is written down, so that the next set mends it."""
    try:
        return look()
    except Unavailable as error:
        _refuse_without_room(place, error)
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
        forget_dead(scratch, _PREFIX)
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
