"""Bring a stack that was restored up to an instant after its set: SQLite itself puts the frames of its own log into the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from haat.kernel import clock, faults
from haat.kernel.errors import NotFound
from haat.ops.backups import log, sets
from haat.ops.backups.log import Generation
from haat.ops.backups.manifest import Manifest
from haat.ops.backups.sqlite import index_of, log_of
from haat.ops.backups.vault import Damaged, Vault

END = 1 << 62  # an instant that is later than every other


class Way(NamedTuple):
    """How an instant is reached: from a set, over these generations of each database. `reaches` is the last instant up to which the shop's is kept."""

    manifest: Manifest
    over: dict[str, list[Generation]]
    reaches: int


def way_to(vault: Vault, database: str, at: int, chosen: Manifest | None = None) -> Way:
    """The way to what the shop's database was at this instant: from the chosen set, or from the youngest before it that is not known to be bad. Raises
    NotFound, which says what can be had instead.
    """
    return next(ways_to(vault, database, at, chosen))


def ways_to(vault: Vault, database: str, at: int, chosen: Manifest | None = None) -> Iterator[Way]:
    """Every way there, that from the youngest set first. Raises NotFound where there is none, which says what can be had instead."""
    found = (
        one
        for one in ([chosen] if chosen else sets.readable(vault))
        if one.taken_at <= at and (chosen or _may_be_good(vault, one))
    )
    manifest = next(found, None)
    if manifest is None:
        raise NotFound(
            f"Nothing that was kept reaches back to {_written(at)}.",
            why="This set is younger." if chosen else "There is no set that is older, and can be restored.",
            try_="`haat backup list` shows every set.",
        )
    while manifest is not None:
        yield _way_from(vault, database, at, manifest)
        manifest = next(found, None)


def _way_from(vault: Vault, database: str, at: int, manifest: Manifest) -> Way:
    over = {
        name: _chain(vault, name, position, manifest, at if name == database else END)
        for name, position in manifest.positions.items()
    }
    ends = (log.whole(vault, database, one).marks[-1].at for one in over[database][-1:])
    return Way(manifest, over, next(ends, manifest.taken_at))


def replay(vault: Vault, way: Way, folder: Path, database: str, at: int) -> None:
    """Bring the restored stack in this folder to the instant. What is not the shop's goes as far as is known: the gateway of the sandbox is the outside
    world, which no restore takes back. Raises Damaged, NotFound.
    """
    for name, generations in way.over.items():
        copied = int(way.manifest.positions[name].partition(":")[2])
        _replay(vault, folder / name, generations, copied, at if name == database else END)


def _may_be_good(vault: Vault, manifest: Manifest) -> bool:
    try:
        proof = sets.proof_of(vault, manifest.id)
    except Damaged:
        return False
    return proof is None or proof.holds


def _chain(vault: Vault, database: str, position: str, manifest: Manifest, at: int) -> list[Generation]:
    """The last one that knows anything of the instant, or of one before it."""
    chains = log.chains(log.generations(vault, database), position, manifest.taken_at)
    known = [chain for chain in chains if log.begins(vault, database, chain[0]) <= at]
    return (known or chains[:1] or [[]])[-1]


def _replay(vault: Vault, path: Path, generations: Sequence[Generation], copied: int, at: int) -> None:
    for number, generation in enumerate(generations):
        stretch = log.whole(vault, path.name, generation)
        last = max(stretch.up_to(at), 0 if number else copied)
        if last > stretch.last or stretch.first != 1:
            raise Damaged(
                f"The log of {path.name} is not whole.",
                why=f"Generation {generation.number} of the stream of {_written(generation.stream)} ends at frame {stretch.last}.",
                try_="Restore the set as it is, without --to.",
            )
        if last:
            _into_file(path, stretch.cut(last), last)
        faults.reach("replay.generation")
        if stretch.last > last:
            return


def _into_file(path: Path, content: bytes, frames: int) -> None:
    """Let SQLite find this as the log of the database, and bring all of it into the file."""
    index_of(path).unlink(missing_ok=True)
    log_of(path).write_bytes(content)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # Frames whose checksums do not hold are passed over by SQLite in silence.
        [(_, used, in_file)] = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        if (used, in_file) != (frames, frames):
            raise Damaged(
                f"The log of {path.name} could not be put into it.", why=f"{in_file} of {frames} frames hold."
            )
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _written(at: int) -> str:
    return f"{clock.as_datetime(at):%Y-%m-%d %H:%M:%S} UTC"
