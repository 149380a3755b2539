"""A copy is made beside a database and proved there: of the instant that is wanted, or the newest before it that is sound."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from tests.support import taker

from haat.adapters.files.shelf import FolderShelf
from haat.config.address import Address
from haat.kernel import clock
from haat.kernel.errors import NotFound, Refused
from haat.ops.backups import log, media, sets, swap, vault
from haat.ops.backups.beside import make
from haat.ops.backups.engine import Finding
from haat.ops.backups.engines.sqlite import SQLite
from haat.ops.backups.gather import gathered
from haat.ops.backups.manifest import Manifest
from haat.ops.backups.replay import Wanted
from haat.ops.backups.ship import Shipper
from haat.ops.backups.swap import Ready
from haat.ops.backups.take import Stack, take
from haat.ops.backups.vault import Damaged, Key, Vault

STACK = Stack("0.1", "handwork", "/srv/shop", "sqlite:///haat.db", "SQLite 3", "0013")
PHOTO = "media/ab/abc.original"


class Stacked:
    """A stack with a database, a photo and settings, and its repository."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "stack"
        (self.data / "media/ab").mkdir(parents=True)
        (self.data / "haat.toml").write_text("[market]\n")
        (self.data / PHOTO).write_bytes(os.urandom(3000))
        self.vault: Vault = vault.create(FolderShelf(folder / "repository"), Key(taker.KEY))
        self.examined_as_of = 0
        self.run("PRAGMA journal_mode = WAL", "CREATE TABLE pairs (number INTEGER PRIMARY KEY)")

    def run(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.data / "haat.db", isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)

    def take(self) -> Manifest:
        with gathered(self.data, SQLite(self.data / "haat.db"), self.data) as found:
            return take(self.vault, STACK, found)

    def take_beside(self) -> None:
        """While somebody here has the database open."""
        taker.taken(self.data, self.data.parent / "repository")

    def take_beside_and_tell(self) -> int:
        """Its id."""
        self.take_beside()
        return sets.all_ids(self.vault)[-1]

    def make(self, *, at: int | None = None, or_before: bool = False, holds: bool = True, kept_until: int = 0) -> Ready:
        def examine(folder: Path, database: Address, as_of: int) -> Sequence[Finding]:
            self.examined_as_of = as_of
            assert (folder / PHOTO).exists()
            assert (folder / "haat.toml").exists()
            return [Finding(holds, "everything")]

        wanted = Wanted(clock.now() if at is None else at, or_before)
        engine, scratch = SQLite(self.data / "haat.db"), self.data / "scratch"
        return make(
            self.vault, self.data, scratch, engine, wanted, examine, lambda copy, since: ["one order"], kept_until
        )

    def numbers(self) -> list[int]:
        """In the copy."""
        with closing(sqlite3.connect(swap.stack_of(self.data) / "haat.db")) as connection:
            return [number for (number,) in connection.execute("SELECT number FROM pairs")]


@pytest.fixture
def stack(tmp_path: Path) -> Stacked:
    return Stacked(tmp_path)


def test_a_copy_is_of_the_newest_that_is_kept_and_says_what_it_lacks(stack: Stacked) -> None:
    with closing(Shipper(stack.vault, stack.data / "haat.db")) as shipper:
        shipper.start()
        stack.take_beside()
        stack.run("INSERT INTO pairs VALUES (1)")
        shipper.tick()
    ready = stack.make()
    assert (ready.names, ready.missing) == (("haat.db",), 1)
    assert swap.ready(stack.data) == ready
    assert stack.numbers() == [1]
    assert sorted(path.name for path in swap.stack_of(stack.data).iterdir()) == ["haat.db"]
    assert swap.notes_of(stack.data).read_text() == "one order\n"


def test_a_copy_is_examined_as_of_the_instant_that_it_is_of_and_not_as_of_now(stack: Stacked) -> None:
    """What the gateway was told since is no fault of a copy that is older."""
    taken_at = stack.take().taken_at
    time.sleep(0.05)
    ready = stack.make(or_before=True)
    assert (ready.as_of, stack.examined_as_of, ready.kept_until) == (taken_at, taken_at, taken_at)


def test_what_a_gap_cuts_off_is_not_called_kept(stack: Stacked) -> None:
    """An older set goes on to the gap and no further, whatever was kept beyond it."""
    with closing(Shipper(stack.vault, stack.data / "haat.db")) as shipper:
        shipper.start()
        older = stack.take_beside_and_tell()
        shipper.tick()
    stack.run("INSERT INTO pairs VALUES (1)", "PRAGMA wal_checkpoint(TRUNCATE)", "INSERT INTO pairs VALUES (2)")
    time.sleep(0.01)
    with closing(Shipper(stack.vault, stack.data / "haat.db")) as shipper:
        shipper.start()
        shipper.tick()
    ready = stack.make(or_before=True, kept_until=clock.now())
    assert ready.set_id == older
    assert ready.kept_until == ready.as_of < ready.asked_for


def test_a_part_of_the_log_that_cannot_be_read_costs_what_came_after_it_and_no_more(stack: Stacked) -> None:
    """The newest is the likeliest to be torn, when a disk was what failed."""
    with closing(Shipper(stack.vault, stack.data / "haat.db")) as shipper:
        shipper.start()
        stack.take_beside()
        for number in (1, 2, 3):
            stack.run(f"INSERT INTO pairs VALUES ({number})")
            shipper.tick()
    *_, last = log.generations(stack.vault, "haat.db")[-1].names
    stack.vault.shelf.put(last, stack.vault.shelf.get(last)[:-1])
    with pytest.raises(Damaged):
        stack.make()
    ready = stack.make(or_before=True, kept_until=clock.now())
    assert stack.numbers() == [1, 2]
    assert ready.kept_until == ready.as_of < ready.asked_for


def test_a_part_of_the_log_that_is_gone_costs_what_came_after_it_and_no_more(stack: Stacked) -> None:
    with closing(Shipper(stack.vault, stack.data / "haat.db")) as shipper:
        shipper.start()
        stack.take_beside()
        for number in (1, 2, 3, 4):
            stack.run(f"INSERT INTO pairs VALUES ({number})")
            shipper.tick()
    *_, third, _ = log.generations(stack.vault, "haat.db")[-1].names
    stack.vault.shelf.remove(third)
    stack.make(or_before=True)
    assert stack.numbers() == [1, 2]


def test_what_the_stack_has_lost_comes_back_and_what_it_has_stays(stack: Stacked) -> None:
    stack.take()
    (stack.data / PHOTO).unlink()
    (stack.data / "haat.toml").write_text("[market]\n# changed since\n")
    stack.make()
    assert (stack.data / PHOTO).stat().st_size == 3000
    assert "changed since" in (stack.data / "haat.toml").read_text()
    (stack.data / "haat.toml").unlink()
    assert stack.make().names == ("haat.toml", "haat.db")


def test_a_copy_that_does_not_hold_is_not_ready(stack: Stacked) -> None:
    stack.take()
    with pytest.raises(Refused):
        stack.make(holds=False)
    assert swap.ready(stack.data) is None
    with pytest.raises(NotFound):
        swap.swap(stack.data)


def test_where_the_newest_is_not_sound_one_before_it_is_found_if_that_will_do(stack: Stacked) -> None:
    """A page that was spoiled in memory is in the log as it was written."""
    with closing(Shipper(stack.vault, stack.data / "haat.db")) as shipper:
        shipper.start()
        stack.take_beside()
        stack.run("INSERT INTO pairs VALUES (1)")
        shipper.tick()
        time.sleep(1.1)
        stack.run("PRAGMA writable_schema = ON", "UPDATE sqlite_schema SET rootpage = 999 WHERE name = 'pairs'")
        shipper.tick()
    with pytest.raises(Damaged):
        stack.make()
    ready = stack.make(or_before=True)
    assert stack.numbers() == [1]
    assert ready.kept_until < ready.asked_for - 1000


def test_a_copy_that_was_brought_up_to_date_is_looked_at_again(stack: Stacked) -> None:
    """What gets the place is what a migration has left."""
    stack.run("CREATE TABLE alembic_version (version_num TEXT)", "INSERT INTO alembic_version VALUES ('0001')")
    stack.run("CREATE TABLE notes (words TEXT)", "INSERT INTO notes VALUES (NULL)")
    stack.take()

    def migrate(folder: Path, database: Address, as_of: int) -> Sequence[Finding]:
        with closing(sqlite3.connect(database.path, isolation_level=None)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '0002'")
            connection.execute("PRAGMA writable_schema = ON")
            connection.execute(
                "UPDATE sqlite_schema SET sql = replace(sql, 'TEXT', 'TEXT NOT NULL') WHERE name = 'notes'"
            )
        return [Finding(True, "everything")]

    engine, wanted = SQLite(stack.data / "haat.db"), Wanted(clock.now(), or_before=True)
    with pytest.raises(Damaged, match="not sound"):
        make(stack.vault, stack.data, stack.data / "scratch", engine, wanted, migrate, lambda copy, since: None)
    assert swap.ready(stack.data) is None


def test_a_set_that_is_damaged_is_passed_over(stack: Stacked) -> None:
    stack.take()
    stack.run("INSERT INTO pairs VALUES (1)")
    younger = stack.take()
    of_it = {*younger.pieces()} - {*next(iter(sets.readable(stack.vault))).part("media").files[0].pieces}
    shared = {*sets.get(stack.vault, sets.all_ids(stack.vault)[0]).pieces()}
    for name in of_it - shared:
        stack.vault.shelf.remove(name)
    stack.make(or_before=True)
    assert stack.numbers() == []


def test_every_version_of_a_photo_is_known_and_one_comes_back(stack: Stacked) -> None:
    first = stack.take()
    before = (stack.data / PHOTO).read_bytes()
    (stack.data / PHOTO).write_bytes(b"changed")
    second, third = stack.take(), stack.take()
    newest, oldest = media.versions(stack.vault, PHOTO)
    assert [newest.sets, oldest.sets] == [(third.id, second.id), (first.id,)]
    with pytest.raises(NotFound) as raised:
        media.versions(stack.vault, "media/ab/abd.original")
    assert PHOTO in raised.value.try_

    assert media.put_back(stack.vault, third, PHOTO, stack.data, None).was_there
    place = media.put_back(stack.vault, first, PHOTO, stack.data, None)
    assert (stack.data / PHOTO).read_bytes() == before
    assert place.aside is not None
    assert place.aside.read_bytes() == b"changed"
    elsewhere = stack.data.parent / "photo"
    media.put_back(stack.vault, second, PHOTO, stack.data, elsewhere)
    assert elsewhere.read_bytes() == b"changed"
    with pytest.raises(Refused):
        media.put_back(stack.vault, second, PHOTO, stack.data, elsewhere)


def test_a_version_that_cannot_be_had_any_more_changes_nothing(stack: Stacked) -> None:
    first = stack.take()
    (stack.data / PHOTO).write_bytes(b"changed")
    [*_, piece] = first.part("media").files[0].pieces
    stack.vault.shelf.remove(piece)
    with pytest.raises(NotFound):
        media.put_back(stack.vault, first, PHOTO, stack.data, None)
    assert (stack.data / PHOTO).read_bytes() == b"changed"
    assert [path.name for path in (stack.data / PHOTO).parent.iterdir()] == [Path(PHOTO).name]
