"""That a set restores says nothing of the log that was shipped since: that is replayed too, all of it, and what is missing is told."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from haat.adapters.files.shelf import FolderShelf
from haat.config.address import Address
from haat.kernel import clock
from haat.kernel.errors import NotFound
from haat.ops.backups import findings, log, sets, vault
from haat.ops.backups.engine import Finding
from haat.ops.backups.engines.sqlite import SQLite
from haat.ops.backups.findings import LogProof, Reading
from haat.ops.backups.gather import gathered
from haat.ops.backups.manifest import Manifest, Proof
from haat.ops.backups.prove_log import newest_mark, prove_log
from haat.ops.backups.ship import Shipper
from haat.ops.backups.take import Stack, take
from haat.ops.backups.vault import Key, Vault
from haat.ops.backups.verify import verify


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "stack"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "haat.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE goods (said TEXT)")
        connection.execute("CREATE TABLE schedule (task TEXT, last_at INTEGER)")
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


@contextmanager
def shipping(opened: Vault, data: Path, long: int = 1 << 30) -> Iterator[Shipper]:
    with closing(Shipper(opened, data / "haat.db", long)) as shipper:
        shipper.start()
        shipper.tick()
        yield shipper


def sell(data: Path, shipper: Shipper) -> int:
    """Something is sold, the worker writes down that it was at work, and both are shipped; returns what it wrote."""
    time.sleep(0.002)  # Of two that come in one millisecond none is the newer.
    with closing(sqlite3.connect(data / "haat.db")) as connection, connection:
        connection.execute("INSERT INTO goods VALUES (hex(randomblob(3000)))")
        connection.execute("INSERT INTO schedule VALUES ('run timers', ?)", (clock.now(),))
    shipper.tick()
    return newest_mark(Address("sqlite", str(data / "haat.db")))


def parts(opened: Vault) -> list[str]:
    return [name for one in log.generations(opened, "haat.db") for name in one.names]


def goods(stack: Path, database: Address, at: int) -> Sequence[Finding]:
    """How many goods the copy has."""
    with closing(sqlite3.connect(database.database)) as connection:
        [(count,)] = connection.execute("SELECT count(*) FROM goods")
    return [Finding(count != 13, f"{count} goods")]


def proved(opened: Vault, data: Path, mark: int | None) -> LogProof:
    proof = prove_log(opened, data / "scratch", goods, mark, "0.1")
    assert [*data.glob("scratch/*")] == [], "something of it is left"
    assert findings.of_log(opened) == proof
    return proof


def test_all_that_was_shipped_after_a_proved_set_is_replayed_and_until_when_is_written_down(
    opened: Vault, data: Path
) -> None:
    with shipping(opened, data) as shipper:
        manifest = taken(opened, data)
        for _ in range(3):
            mark = sell(data, shipper)
    proof = proved(opened, data, mark)
    assert proof.holds, proof.looked
    assert [what for what, _, _ in proof.looked] == ["restore", "start", "integrity", "truth", "newest"]
    assert (proof.set_id, proof.since) == (manifest.id, manifest.taken_at)
    assert mark <= proof.until <= clock.now()


def test_the_copy_in_which_the_shop_is_examined_has_what_was_sold_until_the_end(opened: Vault, data: Path) -> None:
    with shipping(opened, data) as shipper:
        taken(opened, data)
        for _ in range(13):
            mark = sell(data, shipper)
    proof = proved(opened, data, mark)
    assert (proof.holds, proof.looked[-1][2]) == (False, "13 goods")


def test_a_log_whose_end_is_missing_does_not_hold_though_what_is_left_of_it_replays(opened: Vault, data: Path) -> None:
    with shipping(opened, data) as shipper:
        taken(opened, data)
        sell(data, shipper)
        mark = sell(data, shipper)
    opened.shelf.remove(parts(opened)[-1])
    proof = proved(opened, data, mark)
    assert not proof.holds
    assert "not as new" in proof.looked[-1][2]


def test_a_log_whose_part_is_missing_or_changed_does_not_hold(opened: Vault, data: Path, tmp_path: Path) -> None:
    with shipping(opened, data) as shipper:
        taken(opened, data)
        for _ in range(3):
            mark = sell(data, shipper)
    middle = parts(opened)[-2]
    content = opened.shelf.get(middle)
    opened.shelf.remove(middle)
    assert "has a gap" in proved(opened, data, mark).looked[-1][2]
    opened.shelf.put(middle, content[:-1] + bytes([content[-1] ^ 1]))
    assert not proved(opened, data, mark).holds
    opened.shelf.put(middle, content)
    assert proved(opened, data, mark).holds


def test_a_log_of_which_a_whole_generation_is_missing_does_not_hold(opened: Vault, data: Path) -> None:
    with shipping(opened, data, long=20_000) as shipper:
        taken(opened, data)
        while len(log.generations(opened, "haat.db")) < 5:
            mark = sell(data, shipper)
    for name in log.generations(opened, "haat.db")[-3].names:
        opened.shelf.remove(name)
    proof = proved(opened, data, mark)
    assert not proof.holds
    assert "is not there" in proof.looked[-1][2]


def test_after_a_proof_the_next_begins_where_that_one_ended_whatever_was_taken_since(opened: Vault, data: Path) -> None:
    """Every part of the log is replayed, and none every day anew."""
    with shipping(opened, data) as shipper:
        taken(opened, data)
        second = taken(opened, data)
        mark = sell(data, shipper)
        assert proved(opened, data, mark).set_id == second.id, "the newest, where nothing was proved yet"
        for _ in range(2):
            third = taken(opened, data)
            mark = sell(data, shipper)
        assert proved(opened, data, mark).set_id == second.id
        assert proved(opened, data, sell(data, shipper)).set_id != second.id
    assert third.taken_at > second.taken_at


def test_after_one_that_did_not_hold_the_next_begins_with_the_following_set(opened: Vault, data: Path) -> None:
    with shipping(opened, data) as shipper:
        first = taken(opened, data)
        for _ in range(3):
            mark = sell(data, shipper)
        opened.shelf.remove(parts(opened)[-2])
        for _ in range(2):
            proof = proved(opened, data, mark)
            assert (proof.set_id, proof.holds) == (first.id, False)
        # The generation lacks a part for good; a set in another one goes on without it.
    with shipping(opened, data) as shipper:
        second = taken(opened, data)
        proof = proved(opened, data, sell(data, shipper))
        assert (proof.set_id, proof.holds) == (second.id, True)


def test_where_nothing_was_shipped_from_a_proved_set_on_there_is_nothing_to_prove(opened: Vault, data: Path) -> None:
    with pytest.raises(NotFound):
        proved(opened, data, None)
    taken(opened, data)
    with pytest.raises(NotFound, match="no log to prove"):
        proved(opened, data, None)
    with shipping(opened, data) as shipper:
        taken(opened, data, holds=None)
        taken(opened, data, holds=False)
        sell(data, shipper)
    with pytest.raises(NotFound):
        proved(opened, data, None)
    assert findings.of_log(opened) is None


def test_a_proof_that_was_changed_is_found_and_counts_as_none(opened: Vault, data: Path) -> None:
    with shipping(opened, data) as shipper:
        taken(opened, data)
        mark = sell(data, shipper)
    proved(opened, data, mark)
    findings.note_reading(opened, Reading(1, 2, {}))
    assert verify(opened) == []
    for name in ("findings/log", "findings/reading"):
        content = opened.shelf.get(name)
        opened.shelf.put(name, content[:-1] + bytes([content[-1] ^ 1]))
    assert {one.name for one in verify(opened)} == {"findings/log", "findings/reading"}
    assert findings.of_log(opened) is None
    assert findings.of_reading(opened) is None


def test_a_log_that_lacks_what_followed_the_set_does_not_hold(opened: Vault, data: Path) -> None:
    with shipping(opened, data, long=20_000) as shipper:
        taken(opened, data)
        own = log.generations(opened, "haat.db")[0]
        while len(log.generations(opened, "haat.db")) < 3:
            mark = sell(data, shipper)
    for name in log.generations(opened, "haat.db")[0].names:
        opened.shelf.remove(name)
    assert own.salt not in {one.salt for one in log.generations(opened, "haat.db")}
    proof = proved(opened, data, mark)
    assert not proof.holds
    assert "what followed the set is not there" in proof.looked[-1][2]
