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
from haat.ops.backups.replay import END, Way, as_taken, replay
from haat.ops.backups.restore import Tell, restore_to_look
from haat.ops.backups.vault import Damaged, Vault
from haat.ops.backups.workplace import forget_dead, workplace

_PREFIX = "proof-"


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
    holds, looked = looked_at(vault, as_taken(manifest), engine, scratch, examine, tell)
    proof = Proof(manifest.id, clock.now(), holds, looked, haat)
    sets.note(vault, proof)
    return proof


def looked_at(
    vault: Vault, way: Way, engine: Engine, scratch: Path, examine: Examine, tell: Tell
) -> tuple[bool, tuple[tuple[str, int, str], ...]]:
    """Go this way in a place below `scratch`, look at what comes of it and throw it away: whether all holds, and each look, how long it took (ms) and what
    was seen. Raises Unavailable when that cannot be done.
    """
    looked: list[tuple[str, int, str]] = []
    holds = True
    with place_in(scratch) as place, closing(_looks(vault, way, engine, place / "stack", examine, tell)) as looks:
        for what, look in looks:
            began = time.monotonic()
            found = _found(vault, look)
            looked.append((what, int((time.monotonic() - began) * 1000), found.said))
            holds = found.holds
            if not holds:
                break
    return holds, tuple(looked)


def _looks(
    vault: Vault, way: Way, engine: Engine, stack: Path, examine: Examine, tell: Tell
) -> Generator[tuple[str, Callable[[], Finding]]]:
    yield "restore", lambda: _restored(vault, way, engine, stack, tell)
    with ExitStack() as serving:
        addresses: list[Address] = []

        def sound() -> Finding:
            addresses.append(serving.enter_context(engine.served(stack)))
            return _sound(way.manifest, engine, stack, addresses[0])

        yield "integrity", sound
        yield "truth", lambda: true(examine(stack, addresses[0]))


def _restored(vault: Vault, way: Way, engine: Engine, stack: Path, tell: Tell) -> Finding:
    def finish(folder: Path) -> None:
        replay(vault, way, folder, engine, END if way.over else way.reaches)
        engine.pointed(folder)

    manifest = way.manifest
    restore_to_look(vault, manifest, stack, tell, finish)
    files = sum(len(part.files) for part in manifest.parts)
    replayed = f"; {len(way.of_the_shop):,} generations of its log are replayed" if way.over else ""
    return Finding(True, f"{files:,} files with {manifest.size:,} bytes are what they were{replayed}")


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


def _found(vault: Vault, look: Callable[[], Finding]) -> Finding:
    """What cannot be looked at now is no proof of anything: Unavailable is raised. A piece that is spoilt is written down, so that the next set mends it."""
    try:
        return look()
    except Unavailable:
        raise
    except HaatError as error:
        if isinstance(error, Damaged):
            spoilt.note(vault, error.name)
        return Finding(False, f"{error.what} {error.why}".strip())
    except _errors_of_databases() as error:
        return Finding(False, f"The database cannot be read: {error}.")


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
