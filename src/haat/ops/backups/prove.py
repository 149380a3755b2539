"""A backup is not a backup until it has been restored: do that, in a scratch place, and look whether it is a shop."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from haat.kernel import clock
from haat.kernel.errors import HaatError, Unavailable
from haat.ops.backups import sets
from haat.ops.backups.manifest import Manifest, Proof
from haat.ops.backups.restore import Tell, restore_into
from haat.ops.backups.vault import Vault
from haat.ops.backups.workplace import forget_dead, workplace

_PREFIX = "proof-"


class Finding(NamedTuple):
    """What somebody who looked at the copy found: whether it holds, in a sentence."""

    holds: bool
    said: str


Examine = Callable[[Path], Sequence[Finding]]
"""Looks at a stack's folder that was just restored: does the shop in it hold what it promises?"""


def prove(
    vault: Vault, manifest: Manifest, scratch: Path, examine: Examine, haat: str, tell: Tell = lambda done, total: None
) -> Proof:
    """Restore the set below `scratch`, look at it, throw it away, and write down what came of it. A set that does not restore is no error:
    it is a proof that does not hold. Raises Unavailable when the proof itself cannot be made or written down.
    """
    looked: list[tuple[str, int, str]] = []
    holds = True
    with _place(scratch) as place:
        for what, look in _looks(vault, manifest, place / "stack", examine, tell):
            began = time.monotonic()
            found = _found(look)
            looked.append((what, int((time.monotonic() - began) * 1000), found.said))
            holds = found.holds
            if not holds:
                break
    proof = Proof(manifest.id, clock.now(), holds, tuple(looked), haat)
    sets.note(vault, proof)
    return proof


def _looks(
    vault: Vault, manifest: Manifest, stack: Path, examine: Examine, tell: Tell
) -> Iterator[tuple[str, Callable[[], Finding]]]:
    yield "restore", lambda: _restored(vault, manifest, stack, tell)
    yield "integrity", lambda: sound(stack, databases_of(manifest))
    yield "truth", lambda: true(examine(stack))


def _restored(vault: Vault, manifest: Manifest, stack: Path, tell: Tell) -> Finding:
    restore_into(vault, manifest, stack, tell)
    files = sum(len(part.files) for part in manifest.parts)
    return Finding(True, f"{files:,} files with {manifest.size:,} bytes are what they were")


def databases_of(manifest: Manifest) -> list[str]:
    """The names of the files of all databases of SQLite in it."""
    return [*manifest.positions]


def sound(stack: Path, names: Sequence[str]) -> Finding:
    """Every page of these databases of SQLite."""
    for name in names:
        with closing(sqlite3.connect(stack / name)) as connection:
            said = "; ".join(str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)"))
        if said != "ok":
            return Finding(False, f"{name}: {said}")
    return Finding(True, f"every page of {' and '.join(names)} is sound")


def true(findings: Sequence[Finding]) -> Finding:
    broken = [finding.said for finding in findings if not finding.holds]
    if broken:
        return Finding(False, "; ".join(broken))
    return Finding(True, f"all {len(findings)} promises of the shop hold")


def _found(look: Callable[[], Finding]) -> Finding:
    """What cannot be looked at now is no proof of anything: Unavailable is raised."""
    try:
        return look()
    except Unavailable:
        raise
    except HaatError as error:
        return Finding(False, f"{error.what} {error.why}".strip())
    except sqlite3.Error as error:
        return Finding(False, f"The database cannot be read: {error}.")


@contextmanager
def _place(scratch: Path) -> Iterator[Path]:
    """A place for one proof; those of proofs that were killed go. A copy of a shop has its secrets in it."""
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
            yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
