"""What would be lost now is told: what is in no set that restores, and was not shipped."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from haat.adapters.files.shelf import FolderShelf
from haat.kernel import clock
from haat.kernel.clock import HOUR, SECOND
from haat.ops.backups import findings, sets, vault
from haat.ops.backups.engines.sqlite import SQLite
from haat.ops.backups.exposure import exposures
from haat.ops.backups.findings import LogProof
from haat.ops.backups.gather import gathered
from haat.ops.backups.manifest import Manifest, Proof
from haat.ops.backups.ship import Shipper
from haat.ops.backups.take import Stack, take
from haat.ops.backups.vault import Key, Vault


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "stack"
    (folder / "media").mkdir(parents=True)
    (folder / "haat.toml").write_text("[market]\n")
    (folder / "media" / "one.webp").write_bytes(b"one")
    with closing(sqlite3.connect(folder / "haat.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE goods (id INTEGER)")
    return folder


@pytest.fixture
def opened(tmp_path: Path) -> Vault:
    return vault.create(FolderShelf(tmp_path / "repository"), Key(b"k" * 32))


def taken(opened: Vault, data: Path, *, holds: bool | None = True) -> Manifest:
    with gathered(data, SQLite(data / "haat.db"), data) as found:
        manifest = take(opened, Stack("0.1", "handwork", "/srv/shop", "sqlite:///haat.db", "SQLite 3", "0013"), found)
    if holds is not None:
        sets.note(opened, Proof(manifest.id, clock.now(), holds, (("restore", 1, "…"),), "0.1"))
    return manifest


def age(path: Path, by: int) -> None:
    """As if it had been changed so many ms ago."""
    then = time.time() - by / SECOND
    os.utime(path, (then, then))


def test_without_a_set_that_was_proved_all_would_be_lost(opened: Vault, data: Path) -> None:
    assert [one.lost for one in exposures(opened, data, 0.5)] == [None, None, None]
    taken(opened, data, holds=None)
    taken(opened, data, holds=False)
    assert [one.lost for one in exposures(opened, data, 0.5)] == [None, None, None]


def test_what_was_committed_since_the_set_is_lost_unless_it_was_shipped(opened: Vault, data: Path) -> None:
    manifest = taken(opened, data)
    assert exposures(opened, data, 0.5).data.lost == 500
    lost = exposures(opened, data, None).data.lost
    assert lost is not None
    assert 0 <= lost <= clock.now() - manifest.taken_at


def test_what_was_shipped_and_does_not_replay_is_not_kept(opened: Vault, data: Path) -> None:
    manifest = taken(opened, data)
    torn = LogProof(manifest.id, manifest.taken_at, clock.now(), clock.now() + 1, False, (("log", 0, "torn"),), "0.1")
    findings.note_log(opened, torn)
    exposure = exposures(opened, data, 0.5).data
    assert exposure.lost is not None
    assert "does not replay" in exposure.said
    time.sleep(0.003)
    taken(opened, data)
    assert exposures(opened, data, 0.5).data.lost == 500, "the log goes on from that one"


@contextmanager
def shipping(opened: Vault, data: Path) -> Iterator[Shipper]:
    with closing(Shipper(opened, data / "haat.db")) as shipper:
        shipper.start()
        shipper.tick()
        yield shipper


def add(data: Path) -> None:
    with closing(sqlite3.connect(data / "haat.db")) as connection, connection:
        connection.execute("INSERT INTO goods VALUES (1)")


def test_what_was_shipped_after_a_good_set_is_not_lost_though_nothing_is_shipped_now(opened: Vault, data: Path) -> None:
    with shipping(opened, data) as shipper:
        manifest = taken(opened, data)
        time.sleep(0.01)
        add(data)
        shipper.tick()
    with clock.frozen(manifest.taken_at + HOUR):
        lost, said = exposures(opened, data, None).data
    assert lost is not None
    assert 0 < lost < HOUR
    assert "shipped" in said


def test_what_is_shipped_after_a_gap_counts_once_there_is_a_set_to_go_on_from_that_is_not_bad(
    opened: Vault, data: Path
) -> None:
    with shipping(opened, data):
        taken(opened, data)
    add(data)
    with closing(sqlite3.connect(data / "haat.db")) as connection:  # Nobody ships, and the log begins anew.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    add(data)
    with shipping(opened, data) as shipper:
        assert exposures(opened, data, 0.0).data.lost != 0, "there is no set to go on from"
        newest = taken(opened, data, holds=None)
        add(data)
        shipper.tick()
        assert exposures(opened, data, 0.0).data.lost == 0
        sets.note(opened, Proof(newest.id, clock.now(), False, (("restore", 1, "…"),), "0.1"))
        assert exposures(opened, data, 0.0).data.lost != 0


def test_photos_are_lost_from_the_oldest_on_that_no_good_set_has(opened: Vault, data: Path) -> None:
    taken(opened, data)
    assert exposures(opened, data, None).files.lost == 0
    for name, hours in (("two.webp", 2), ("three.webp", 1)):
        (data / "media" / name).write_bytes(b"new")
        age(data / "media" / name, hours * HOUR)
    (data / "media" / ".half").write_bytes(b"half written")
    left = data / "media" / ".bringing-x1" / "four.webp"
    left.parent.mkdir()
    left.write_bytes(b"left by one that was killed")
    lost, said = exposures(opened, data, None).files
    assert lost is not None
    assert 2 * HOUR <= lost < 3 * HOUR
    assert said == "2 are in no good set"
    taken(opened, data, holds=False)
    assert exposures(opened, data, None).files.lost != 0
    taken(opened, data)
    assert exposures(opened, data, None).files.lost == 0


def test_settings_are_lost_from_when_they_were_changed(opened: Vault, data: Path) -> None:
    taken(opened, data)
    assert exposures(opened, data, None).settings.lost == 0
    (data / "haat.toml").write_text('[market]\nname = "Another"\n')
    age(data / "haat.toml", HOUR)
    lost, said = exposures(opened, data, None).settings
    assert lost is not None
    assert HOUR <= lost < 2 * HOUR
    assert "haat.toml" in said
