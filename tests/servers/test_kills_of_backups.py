"""Whoever takes, restores or puts back a backup is killed at any moment: no set is called good that is not, and the shop's own database is whole.

`HAAT_TRIALS` is how often; for a few, each moment is as likely as another.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from haat.adapters.files.shelf import FolderShelf
from haat.config.address import Address
from haat.kernel import clock
from haat.kernel.errors import HaatError
from haat.ops import running
from haat.ops.backups import sets, swap, vault
from haat.ops.backups.beside import make
from haat.ops.backups.engine import Finding
from haat.ops.backups.engines.sqlite import SQLite
from haat.ops.backups.gather import gathered
from haat.ops.backups.manifest import Manifest
from haat.ops.backups.replay import Wanted
from haat.ops.backups.restore import restore_into
from haat.ops.backups.take import Stack, take
from haat.ops.backups.vault import Key, Vault
from haat.ops.backups.verify import verify

TRIALS = int(os.environ.get("HAAT_TRIALS", "6"))
STACK = Stack("0.1", "handwork", "/srv/shop", "sqlite:///haat.db", "SQLite 3", "0013")


class Scene:
    """A stack whose database has a row more in each set, and its repository."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "stack"
        (self.data / "media/ab").mkdir(parents=True)
        (self.data / "media/ab/abc.original").write_bytes(random.randbytes(1_500_000))
        self.vault: Vault = vault.create(FolderShelf(folder / "repository"), Key(b"k" * 32))
        with closing(self.open()) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, content BLOB)")
            connection.executemany("INSERT INTO rows VALUES (?, randomblob(900))", [(n,) for n in range(1500)])
        self.count = 1500

    def open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.data / "haat.db", isolation_level=None)

    def change(self) -> None:
        with closing(self.open()) as connection:
            connection.execute("INSERT INTO rows VALUES (?, randomblob(90000))", (self.count,))
        self.count += 1

    def take(self) -> Manifest:
        with gathered(self.data, SQLite(self.data / "haat.db"), self.data) as found:
            return take(self.vault, STACK, found)

    def replace(self) -> None:
        engine, wanted = SQLite(self.data / "haat.db"), Wanted(clock.now(), or_before=False)
        make(self.vault, self.data, self.data / "scratch", engine, wanted, holds, lambda copy, at: [])
        swap.swap(self.data)

    def rows(self, folder: Path) -> int:
        """How many there are. Every page is looked at."""
        with closing(sqlite3.connect(folder / "haat.db")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            return int(connection.execute("SELECT count(*) FROM rows").fetchone()[0])


def holds(folder: Path, database: Address, at: int) -> Sequence[Finding]:
    return [Finding(True, "everything")]


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def begun(work: Callable[[], object]) -> int:
    """The process that is at it, which ends with it, whatever comes of it."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return pid


def killed_within(seconds: float, work: Callable[[], object]) -> bool:
    """Whether it was killed before it was done."""
    pid = begun(work)
    time.sleep(random.uniform(0, seconds))
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1] == signal.SIGKILL


def usual(work: Callable[[], object]) -> float:
    """How long it takes when nobody is killed, in seconds."""
    began = time.monotonic()
    assert os.waitpid(begun(work), 0)[1] == 0
    return time.monotonic() - began


def test_a_set_that_is_there_is_whole_whenever_its_taker_was_killed(scene: Scene) -> None:
    scene.change()
    long, killed = usual(scene.take), 0
    for number in range(TRIALS):
        scene.change()
        if killed_within(1.2 * long, scene.take):
            killed += 1
        else:
            long *= 0.7 if killed else 0.5  # The machine was busier when it was timed.
        newest = sets.newest(scene.vault)
        assert newest is not None
        restore_into(scene.vault, newest, scene.folder / f"back{number}")
        assert scene.rows(scene.folder / f"back{number}") <= scene.count
        assert scene.rows(scene.data) == scene.count
    assert verify(scene.vault) == []
    assert killed > 0


def test_a_restore_is_whole_or_not_there_whenever_it_was_killed(scene: Scene) -> None:
    manifest = scene.take()
    place = scene.folder / "back"
    long, killed = usual(lambda: restore_into(scene.vault, manifest, scene.folder / "first")), 0
    for number in range(TRIALS):
        if killed_within(1.2 * long, lambda: restore_into(scene.vault, manifest, place)):
            killed += 1
        else:
            long *= 0.7 if killed else 0.5
        if place.exists():
            assert scene.rows(place) == scene.count
            place.rename(scene.folder / f"back{number}")
    assert killed > 0


def test_a_database_is_never_lost_whenever_somebody_was_killed_who_replaces_it(scene: Scene) -> None:
    scene.take()
    of_the_set = scene.count
    long, killed = usual(scene.replace), 0
    for _ in range(TRIALS):
        with closing(scene.open()) as connection:
            connection.execute("INSERT OR IGNORE INTO rows VALUES (?, 'sold since')", (of_the_set,))
        if killed_within(1.2 * long, scene.replace):
            killed += 1
        else:
            long *= 0.7 if killed else 0.5
        was_half_done = running.is_swapping(scene.data)
        if was_half_done:
            (swap.swap if random.random() < 0.5 else swap.swap_back)(scene.data)
        there = scene.rows(scene.data)
        last = swap.last(scene.data)
        assert last is not None
        if there == of_the_set and not last.is_back:
            assert scene.rows(scene.data / last.aside) == of_the_set + 1, "what was there is kept"
        else:
            assert there == of_the_set + 1
    assert killed > 0


def test_a_byte_that_is_changed_anywhere_in_a_repository_is_found(scene: Scene) -> None:
    scene.take()
    files = sorted(path for path in (scene.folder / "repository").rglob("*") if path.is_file())
    for _ in range(4 * TRIALS):
        path = random.choices(files, [file.stat().st_size for file in files] if random.random() < 0.5 else None)[0]
        content = bytearray(path.read_bytes())
        place = random.randrange(len(content))
        content[place] ^= 1 << random.randrange(8)
        before = path.read_bytes()
        path.write_bytes(content)
        assert is_found(scene.folder / "repository"), f"byte {place} of {path}"
        path.write_bytes(before)
    assert not is_found(scene.folder / "repository")


def is_found(repository: Path) -> bool:
    try:
        return bool(verify(vault.open_vault(FolderShelf(repository), Key(b"k" * 32))))
    except HaatError:
        return True
