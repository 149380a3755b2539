"""A clock that was ahead and was set right takes nothing from a recovery: what began last is the newest, whatever the clock said then."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from haat.adapters.files.shelf import FolderShelf
from haat.kernel import clock, ids
from haat.kernel.clock import HOUR
from haat.ops.backups import log, sets, vault
from haat.ops.backups.beside import _is_of_the_end
from haat.ops.backups.engines.sqlite import SQLite
from haat.ops.backups.exposure import exposures
from haat.ops.backups.gather import gathered
from haat.ops.backups.log import Mark, Stretch
from haat.ops.backups.manifest import Manifest, Proof
from haat.ops.backups.prune import Kept, plan
from haat.ops.backups.replay import END, Wanted, tries, way_to
from haat.ops.backups.ship import Shipper
from haat.ops.backups.take import Stack, take
from haat.ops.backups.vault import Key, Vault

AHEAD = clock.now() + HOUR


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "stack"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "haat.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE goods (id INTEGER)")
    return folder


@pytest.fixture
def opened(tmp_path: Path) -> Vault:
    return vault.create(FolderShelf(tmp_path / "repository"), Key(b"k" * 32))


@pytest.fixture(autouse=True)
def begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each set is taken by a process of its own, which remembers no id."""
    monkeypatch.setattr(ids, "_last", 0)


def shipped_and_taken(opened: Vault, data: Path, at: int) -> Manifest:
    """While the clock says this: a stream begins, a set is taken, something is sold and shipped."""
    with clock.frozen(at), closing(Shipper(opened, data / "haat.db")) as shipper:
        shipper.start()
        shipper.tick()
        ids._last = 0
        clock.advance(10)
        with gathered(data, SQLite(data / "haat.db"), data) as found:
            manifest = take(opened, Stack("0.1", "handwork", "/srv", "sqlite:///haat.db", "SQLite 3", "0013"), found)
        sets.note(opened, Proof(manifest.id, clock.now(), True, (("restore", 1, "…"),), "0.1"))
        clock.advance(10)
        with closing(sqlite3.connect(data / "haat.db")) as connection, connection:
            connection.execute("INSERT INTO goods VALUES (1)")
        shipper.tick()
        return manifest


@pytest.mark.parametrize("asked", [AHEAD - HOUR // 2, AHEAD + HOUR], ids=["before that hour has come", "afterwards"])
def test_what_was_kept_since_the_clock_was_set_right_is_the_newest(opened: Vault, data: Path, asked: int) -> None:
    wrong = shipped_and_taken(opened, data, AHEAD)
    with closing(sqlite3.connect(data / "haat.db")) as connection:  # The stack was ended, and its log begins anew.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    right = shipped_and_taken(opened, data, AHEAD - HOUR + 1000)
    assert right.taken_at < wrong.taken_at and right.id > wrong.id
    newest = sets.newest(opened)
    assert newest is not None and newest.id == right.id
    for way in (way_to(opened, asked), next(tries(opened, Wanted(asked, or_before=True))).way):
        assert way.manifest.id == right.id
        assert right.taken_at < way.reaches < right.taken_at + 100
        assert _is_of_the_end(opened, way, "haat.db")
    with clock.frozen(asked):
        assert exposures(opened, data, 0.5).data.said == "what is committed is shipped"


def test_a_log_whose_files_have_names_goes_on_from_a_set_that_was_taken_while_the_clock_was_behind(
    opened: Vault, data: Path
) -> None:
    """That its stream was there when the set was taken cannot be told by the clock then."""

    def keep(stream: int, at: int) -> None:
        log.put(opened, Stretch("haat.db", stream, 7, "a.1", 1, b"", 1, (Mark(5, at),), b"abcde"))

    keep(AHEAD, AHEAD + 5)
    with clock.frozen(AHEAD - HOUR):
        stream = log.next_stream(opened, "haat.db")
        keep(stream, clock.now())
        with gathered(data, SQLite(data / "haat.db"), data) as found:
            set_ = take(opened, Stack("0.1", "handwork", "/srv", "sqlite:///haat.db", "SQLite 3", "0013"), found)
    assert stream == AHEAD + 1
    chains = log.chains(log.generations(opened, "haat.db"), "a.1:5", set_.last_stream)
    assert [chain[0].stream for chain in chains] == [AHEAD, stream]


def test_nothing_goes_that_a_set_needs_which_was_taken_while_the_clock_was_behind(opened: Vault, data: Path) -> None:
    shipped_and_taken(opened, data, AHEAD)
    with closing(sqlite3.connect(data / "haat.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    right = shipped_and_taken(opened, data, AHEAD - HOUR + 1000)
    before = way_to(opened, END, right)
    planned = plan(opened, Kept(1, 0), AHEAD + 2 * HOUR)
    assert right.id not in planned.sets
    assert not {name for one in before.of_the_shop for name in one.names}.intersection(planned.contents)
