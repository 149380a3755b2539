"""Sets of a stack beside what this machine can do with its files: `cp`, and SQLite's own copy, in the same run; and in S3, on this machine."""

from __future__ import annotations

import os
import random
import resource
import shutil
import sqlite3
import statistics
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
from tests.support.buckets import own_bucket

from haat.adapters.files.shelf import FolderShelf
from haat.ops.backups import vault
from haat.ops.backups.engines.sqlite import SQLite
from haat.ops.backups.gather import gathered
from haat.ops.backups.manifest import Manifest
from haat.ops.backups.restore import restore_into, restore_to_look
from haat.ops.backups.shelf import Shelf
from haat.ops.backups.take import Stack, take
from haat.ops.backups.vault import Key, Vault
from haat.ops.backups.verify import verify

_ROUNDS = 3
_DATABASE = 400_000_000  # bytes
_PHOTOS, _PHOTO = 2000, 250_000  # bytes each
_STACK = Stack("bench", "handwork", "bench", "sqlite:///haat.db", sqlite3.sqlite_version, "")
_WORDS = "listing parcel kettle order paid shipped returned green oak large with three handles and a lid".split()


def ask(folder: Path) -> int:
    """Print what was seen; returns how many figures were not reached."""
    stack, scratch = _stack(folder / "backup" / "stack"), folder / "backup" / "scratch"
    database = stack / "haat.db"
    shutil.rmtree(scratch, ignore_errors=True)  # A run before this one may have been killed.
    print(f"\n{'':34} {'ours s':>7} {'beside s':>8} {'MB/s':>6} {'ratio':>6} goal")
    missed = 0
    size = database.stat().st_size + _PHOTOS * _PHOTO
    copied = _median(scratch, lambda place: _cp(stack, place))
    taken = _median(scratch, lambda place: _take(place, stack))
    # It compresses and seals what cp only copies.
    _line("a first set, beside cp", taken, copied, size, copied / taken)
    with_photos = _median(scratch, lambda place: _cp(stack / "media", place))
    photos = _median(scratch, lambda place: _take_photos(place, stack, folder / "backup" / "empty"))
    missed += _line("photos alone, beside cp", photos, with_photos, _PHOTOS * _PHOTO, with_photos / photos, 0.5)
    ready = scratch / "ready"
    opened, manifest = _repository(ready, stack)
    again = _median(scratch, lambda place: _take_again(opened, stack))
    _line("a second set", again, None, size)
    read = _median(scratch, lambda place: _verified(opened))
    _line("every byte verified", read, None, size)
    own = _median(scratch, lambda place: _sqlite(database, place, "quick_check"))
    back = _median(scratch, lambda place: _restored(opened, manifest, place))
    _line("restore of everything, beside cp", back, copied, size, copied / back)
    alone = _median(scratch, lambda place: _database_back(opened, manifest, place))
    missed += _line("the database back and checked", alone, own, _DATABASE, own / alone, seconds=2.0)
    looked_at = _median(scratch, lambda place: _looked_at(opened, manifest, place))
    own_thorough = _median(scratch, lambda place: _sqlite(database, place, "integrity_check"))
    _line("as in a proof: each row, not on disk", looked_at, own_thorough, _DATABASE, own_thorough / looked_at)
    with own_bucket() as bucket:
        in_s3 = _median(scratch, lambda place: _timed(lambda: _set_on(bucket.shelf(), stack)))
        _line("a first set in S3, beside a folder", in_s3, taken, size, taken / in_s3)
        there, of_it = _set_on(bucket.shelf(), stack)
        from_s3 = _median(scratch, lambda place: _restored(there, of_it, place))
        _line("restore from S3, beside a folder", from_s3, back, size, back / from_s3)
    shutil.rmtree(scratch)
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB of memory")
    return missed


def _stack(folder: Path) -> Path:
    """Rows as a shop has them, which can be compressed, and photos, which cannot."""
    if (folder / "made").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "media").mkdir(parents=True)
    chance = random.Random(1)
    with closing(sqlite3.connect(folder / "haat.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, at INTEGER, text TEXT)")
        connection.execute("CREATE INDEX by_at ON rows (at)")
        while (folder / "haat.db").stat().st_size < _DATABASE:
            rows = [(chance.getrandbits(40), " ".join(chance.choices(_WORDS, k=40))) for _ in range(20_000)]
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO rows (at, text) VALUES (?, ?)", rows)
            connection.execute("COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    for number in range(_PHOTOS):
        path = folder / "media" / f"{number % 256:02x}" / f"{number}.webp"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(chance.randbytes(_PHOTO))
    (folder / "made").touch()
    return folder


def _median(scratch: Path, do: Callable[[Path], float]) -> float:
    return statistics.median(_alone(scratch, do) for _ in range(_ROUNDS))


def _alone(scratch: Path, do: Callable[[Path], float]) -> float:
    place = scratch / "place"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    os.sync()
    return do(place)


def _timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _cp(source: Path, place: Path) -> float:
    """Until it is on disk, as a set is."""
    argv = ["cp", "-a", str(source), str(place / "copy")]

    def copy() -> None:
        subprocess.run(argv, check=True)
        os.sync()

    return _timed(copy)


def _repository(place: Path, stack: Path) -> tuple[Vault, Manifest]:
    return _set_on(FolderShelf(place / "repository"), stack)


def _set_on(shelf: Shelf, stack: Path) -> tuple[Vault, Manifest]:
    opened = vault.create(shelf, Key(b"k" * 32))
    with gathered(stack, SQLite(stack / "haat.db"), stack) as found:
        return opened, take(opened, _STACK, found)


def _take(place: Path, stack: Path) -> float:
    return _timed(lambda: _repository(place, stack))


def _take_photos(place: Path, stack: Path, empty: Path) -> float:
    """The photos of the stack, with a database that has nothing in it."""
    if not (empty / "media").exists():
        shutil.rmtree(empty, ignore_errors=True)  # Of a run that was interrupted.
        empty.mkdir()
        (empty / "media").symlink_to(stack.absolute() / "media")
        with closing(sqlite3.connect(empty / "haat.db", isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY)")
    return _timed(lambda: _repository(place, empty))


def _take_again(opened: Vault, stack: Path) -> float:
    with gathered(stack, SQLite(stack / "haat.db"), stack) as found:
        return _timed(lambda: take(opened, _STACK, found))


def _verified(opened: Vault) -> float:
    def read() -> None:
        assert verify(opened) == []

    return _timed(read)


def _restored(opened: Vault, manifest: Manifest, place: Path) -> float:
    return _timed(lambda: restore_into(opened, manifest, place / "back"))


def _database_back(opened: Vault, manifest: Manifest, place: Path) -> float:
    alone = msgspec.structs.replace(manifest, parts=(manifest.part("database"),))

    def look(folder: Path) -> None:
        engine = SQLite(Path("haat.db"))
        with engine.served(folder) as address:
            assert engine.sound(folder, address, thorough=False).holds

    return _timed(lambda: restore_into(opened, alone, place / "back", finish=look))


def _looked_at(opened: Vault, manifest: Manifest, place: Path) -> float:
    alone = msgspec.structs.replace(manifest, parts=(manifest.part("database"),))

    def back() -> None:
        restore_to_look(opened, alone, place / "back", lambda done, total: None)
        engine = SQLite(Path("haat.db"))
        assert engine.sound(place / "back", engine.address).holds

    return _timed(back)


def _sqlite(database: Path, place: Path, check: str) -> float:
    """SQLite's own copy, to the disk, and its own check."""

    def copy() -> None:
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(place / "copy.db")) as target:
            source.backup(target)
            assert target.execute(f"PRAGMA {check}(5)").fetchall() == [("ok",)]
        os.sync()

    return _timed(copy)


def _line(
    what: str,
    ours: float,
    beside: float | None,
    size: int,
    ratio: float | None = None,
    goal: float = 0,
    *,
    seconds: float = 0,
) -> int:
    """Returns whether it was not reached: 1 or 0."""
    aim = f"{seconds:g} s" if seconds else f"{goal:.2f}" if goal else ""
    shown = ("" if beside is None else f"{beside:8.2f}", "" if ratio is None else f"{ratio:6.2f}")
    print(f"{what:34} {ours:7.2f} {shown[0]:>8} {size / ours / 1e6:6.0f} {shown[1]:>6} {aim}", flush=True)
    return int(bool(seconds and ours > seconds) or bool(goal and (ratio or 0) < goal))
