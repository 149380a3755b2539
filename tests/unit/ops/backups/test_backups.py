"""A set holds everything of a stack, and is called good only when it was restored and examined."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import msgspec
import psycopg
import pytest

from haat.adapters.files.shelf import FolderShelf
from haat.cli.repository import leave_in_order
from haat.config.load import load
from haat.kernel import clock, ids
from haat.kernel.clock import DAY, HOUR
from haat.kernel.errors import Conflict, NotFound, Refused, Unavailable
from haat.ops.backups import prune, repository, sets, vault
from haat.ops.backups.engine import Finding
from haat.ops.backups.engines.sqlite import SQLite
from haat.ops.backups.gather import gathered
from haat.ops.backups.manifest import Manifest
from haat.ops.backups.prove import looked_at, prove
from haat.ops.backups.prune import Kept
from haat.ops.backups.replay import as_taken
from haat.ops.backups.restore import restore_into
from haat.ops.backups.take import Stack, take
from haat.ops.backups.vault import Damaged, Key, Vault
from haat.ops.backups.verify import verify
from haat.ops.backups.workplace import workplace
from haat.ops.health.processes import children

STACK = Stack("0.1", "handwork", "/srv/shop", "sqlite:///haat.db", "SQLite 3", "0013")
ENGINE = SQLite(Path("haat.db"))
# Adds rows in one transaction after the other, and lets the log be begun anew many times.
WRITER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA wal_autocheckpoint = 20")
number = 0
while True:
    number += 1
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO pairs VALUES (?, randomblob(500))", (2 * number,))
    connection.execute("INSERT INTO pairs VALUES (?, randomblob(500))", (2 * number + 1,))
    connection.execute("DELETE FROM pairs WHERE number < ?", (2 * number - 400,))
    connection.execute("COMMIT")
    if number == 1:
        print("writing", flush=True)
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of a stack with a database, two photos, settings and a log."""
    folder = tmp_path / "stack"
    for name, content in {
        "haat.toml": b"[market]\n",
        "secrets.toml": b"[web]\n",
        "media/ab/abc-320.webp": os.urandom(3000),
        "media/ab/abc.original": os.urandom(2_500_000),
        "media/ab/.unfinished": b"half",
        "media/ab/.bringing-x1/media/ab/abd.original": b"left by one that was killed",
        "logs/web.log": b'{"event": "request"}\n' * 50,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "secrets.toml").chmod(0o600)
    with closing(sqlite3.connect(folder / "haat.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE pairs (number INTEGER PRIMARY KEY, content BLOB)")
        connection.execute("INSERT INTO pairs VALUES (1, 'one')")
    return folder


@pytest.fixture
def opened(tmp_path: Path) -> Vault:
    return vault.create(FolderShelf(tmp_path / "repository"), Key(b"k" * 32))


def taken(opened: Vault, data: Path) -> Manifest:
    with gathered(data, SQLite(data / "haat.db"), data) as found:
        return take(opened, STACK, found)


def holds(*_: object) -> list[Finding]:
    return [Finding(True, "everything")]


def pieces(opened: Vault) -> set[str]:
    return {name for name, _ in opened.shelf.names("pieces/")}


@contextmanager
def being_written(data: Path) -> Iterator[None]:
    with subprocess.Popen([sys.executable, "-c", WRITER, str(data / "haat.db")], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline()
        try:
            yield
        finally:
            writer.kill()


def test_what_is_restored_is_what_was_there(opened: Vault, data: Path, tmp_path: Path) -> None:
    manifest = taken(opened, data)
    restore_into(opened, manifest, tmp_path / "back")
    for name in ("haat.toml", "secrets.toml", "media/ab/abc-320.webp", "media/ab/abc.original", "logs/web.log"):
        assert (tmp_path / "back" / name).read_bytes() == (data / name).read_bytes()
        assert (tmp_path / "back" / name).stat().st_mode == (data / name).stat().st_mode
    with closing(sqlite3.connect(tmp_path / "back" / "haat.db")) as connection:
        assert connection.execute("SELECT content FROM pairs").fetchall() == [("one",)]
    assert sorted(path.name for path in (tmp_path / "back" / "media/ab").iterdir()) == ["abc-320.webp", "abc.original"]


def test_a_copy_under_writers_is_one_instant_of_theirs(opened: Vault, data: Path, tmp_path: Path) -> None:
    with being_written(data):
        for number in range(8):
            manifest = taken(opened, data)
            restore_into(opened, manifest, tmp_path / f"back{number}")
    for number in range(8):
        with closing(sqlite3.connect(tmp_path / f"back{number}" / "haat.db")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            [(count, last)] = connection.execute("SELECT count(*), max(number) FROM pairs WHERE number > 1")
            assert count % 2 == 0, "half of a transaction"
            assert last % 2 == 1


def test_writers_are_not_stopped_while_a_copy_is_read(data: Path) -> None:
    with (
        gathered(data, SQLite(data / "haat.db"), data),
        closing(sqlite3.connect(data / "haat.db", timeout=0)) as connection,
    ):
        connection.execute("INSERT INTO pairs VALUES (2, 'two')")
        connection.commit()


def test_what_did_not_change_is_not_stored_again(opened: Vault, data: Path) -> None:
    taken(opened, data)
    before = pieces(opened)
    again = taken(opened, data)
    assert pieces(opened) == before
    assert again.added == 0


def test_photos_of_an_earlier_set_are_not_read_again(opened: Vault, data: Path) -> None:
    first = taken(opened, data)
    photo = data / "media/ab/abc.original"
    known = photo.stat()
    photo.write_bytes(bytes(known.st_size))
    os.utime(photo, ns=(known.st_atime_ns, known.st_mtime_ns))
    assert taken(opened, data).part("media") == first.part("media")


def test_an_interrupted_restore_leaves_nothing_that_could_be_started(opened: Vault, data: Path, tmp_path: Path) -> None:
    manifest = taken(opened, data)
    opened.shelf.remove(manifest.part("database").files[0].pieces[0])
    with pytest.raises(NotFound):
        restore_into(opened, manifest, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_a_restore_goes_over_an_interrupted_one(opened: Vault, data: Path, tmp_path: Path) -> None:
    manifest = taken(opened, data)
    (tmp_path / ".back.restoring" / "media").mkdir(parents=True)
    (tmp_path / ".back.restoring" / "haat.toml").write_text("half")
    restore_into(opened, manifest, tmp_path / "back")
    assert (tmp_path / "back" / "haat.toml").read_bytes() == b"[market]\n"


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_restore_that_is_told_to_end_leaves_nothing_beside_it(
    opened: Vault, data: Path, tmp_path: Path, end: signal.Signals
) -> None:
    manifest = taken(opened, data)
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)  # It is ignored where tests run in the background.
    leave_in_order()
    try:
        with pytest.raises((KeyboardInterrupt, Refused)):
            restore_into(opened, manifest, tmp_path / "back", finish=lambda folder: signal.raise_signal(end))
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    assert [*tmp_path.glob("*back*")] == []


def test_what_killed_restores_left_is_swept_by_the_next_and_what_lives_is_not(
    opened: Vault, data: Path, tmp_path: Path
) -> None:
    manifest = taken(opened, data)
    (tmp_path / ".dead.restoring" / "media").mkdir(parents=True)
    with workplace(tmp_path / ".alive.restoring"):
        restore_into(opened, manifest, tmp_path / "back")
        assert [*tmp_path.glob(".*.restoring")] == [tmp_path / ".alive.restoring"]


def test_a_restore_never_writes_over_what_lives(opened: Vault, data: Path) -> None:
    manifest = taken(opened, data)
    with pytest.raises(Refused, match="there already"):
        restore_into(opened, manifest, data)


def test_a_set_is_proved_by_restoring_it(opened: Vault, data: Path, tmp_path: Path) -> None:
    manifest = taken(opened, data)
    assert sets.proof_of(opened, manifest.id) is None
    proof = prove(opened, manifest, ENGINE, tmp_path / "scratch", holds, "0.1")
    assert proof.holds
    assert [what for what, _, _ in proof.looked] == ["restore", "start", "integrity", "truth"]
    assert sets.proof_of(opened, manifest.id) == proof
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_set_whose_shop_lies_is_not_called_good(opened: Vault, data: Path, tmp_path: Path) -> None:
    manifest = taken(opened, data)
    proof = prove(
        opened, manifest, ENGINE, tmp_path / "scratch", lambda *_: [Finding(False, "the books are off by 3")], "0.1"
    )
    assert not proof.holds
    assert proof.looked[-1][2] == "the books are off by 3"


def test_a_set_whose_database_cannot_be_read_is_not_called_good(opened: Vault, data: Path, tmp_path: Path) -> None:
    manifest = taken(opened, data)

    def unread(*_: object) -> list[Finding]:
        raise psycopg.errors.DataCorrupted("invalid page in block 7 of relation “facts”")

    proof = prove(opened, manifest, SQLite(data / "haat.db"), tmp_path / "scratch", unread, "0.1")
    assert not proof.holds
    assert "invalid page in block 7" in proof.looked[-1][2]


def test_a_place_with_other_things_in_it_is_told_apart_from_a_repository(tmp_path: Path) -> None:
    settings = load(tmp_path, {"HAAT_BACKUP__PASSPHRASE": "seven lamps in the hall"}, {})
    shelf = FolderShelf(tmp_path / "backups")
    shelf.put_first("films", b"somebody else's")
    for do in (repository.opened, repository.opened_or_made):
        with pytest.raises(NotFound) as told:
            do(settings, shelf)
        assert "a folder of its own in `backup.to`" in told.value.try_
    assert [*shelf.names("")] == [("films", 15)]


def test_a_set_with_a_damaged_database_is_not_called_good(opened: Vault, data: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(data / "haat.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [(page,)] = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'pairs'")
    with (data / "haat.db").open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(os.urandom(200))
    proof = prove(opened, taken(opened, data), ENGINE, tmp_path / "scratch", holds, "0.1")
    assert not proof.holds
    assert proof.looked[-1][0] == "integrity"


def test_a_set_with_a_row_that_an_index_lacks_is_not_called_good(opened: Vault, data: Path, tmp_path: Path) -> None:
    """Every page of it reads."""
    lose_a_row_of_an_index(data / "haat.db")
    proof = prove(opened, taken(opened, data), ENGINE, tmp_path / "scratch", holds, "0.1")
    assert not proof.holds
    assert "index by_content" in proof.looked[-1][2]


def test_rows_of_a_large_database_are_looked_for_in_its_indexes_by_a_thorough_proof(
    opened: Vault, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("haat.ops.backups.prove._SMALL", 0)
    lose_a_row_of_an_index(data / "haat.db")
    manifest = taken(opened, data)
    quick = prove(opened, manifest, ENGINE, tmp_path / "scratch", holds, "0.1")
    assert quick.holds
    assert "every row in every index" not in quick.looked[2][2]
    proof = prove(opened, manifest, ENGINE, tmp_path / "scratch", holds, "0.1", thorough=True)
    assert not proof.holds
    assert "index by_content" in proof.looked[-1][2]


def test_a_disk_that_fails_while_a_copy_is_looked_at_is_told_in_words_and_is_no_proof(
    opened: Vault, data: Path, tmp_path: Path
) -> None:
    """What is mapped and cannot be read ends whoever reads it by a signal; a file that is cut off does the same."""
    with closing(sqlite3.connect(data / "haat.db")) as connection:
        connection.executemany(
            "INSERT INTO pairs VALUES (?, randomblob(3000))", [(number,) for number in range(2, 20_000)]
        )
        connection.commit()
    manifest = taken(opened, data)
    spoiler = threading.Thread(target=cut_off_when_mapped)
    spoiler.start()
    with pytest.raises(Unavailable, match="cannot be looked at") as told:
        prove(opened, manifest, ENGINE, tmp_path / "scratch", holds, "0.1")
    spoiler.join()
    assert "its disk" in told.value.why.lower()
    assert "backup.scratch" in told.value.try_
    assert sets.proof_of(opened, manifest.id) is None
    assert [*(tmp_path / "scratch").iterdir()] == []
    assert prove(opened, manifest, ENGINE, tmp_path / "scratch", holds, "0.1").holds


def cut_off_when_mapped() -> None:
    """The database that a process of ours looks at, as soon as it has mapped it."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for pid in children(os.getpid()):
            with suppress(OSError):
                maps = Path(f"/proc/{pid}/maps").read_text()
                mapped = [line.split()[-1] for line in maps.splitlines() if line.endswith("/haat.db")]
                if mapped:
                    os.kill(pid, signal.SIGSTOP)
                    os.truncate(mapped[0], 8192)
                    os.kill(pid, signal.SIGCONT)
                    return
        time.sleep(0.0005)


def lose_a_row_of_an_index(database: Path) -> None:
    """One is written while the index is hidden from SQLite."""
    hidden = "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema WHERE name = 'by_content'"
    for number, statements in enumerate(
        (
            ["CREATE INDEX by_content ON pairs (content)"],
            ["PRAGMA writable_schema = ON", "DELETE FROM sqlite_schema WHERE name = 'by_content'"],
            ["INSERT INTO pairs VALUES (2, 'two')"],
            ["PRAGMA writable_schema = ON"],
        )
    ):
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            if number == 1:
                [index] = connection.execute(hidden).fetchall()
            for statement in statements:
                connection.execute(statement)
            if number == 3:
                connection.execute("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", index)


def test_a_set_that_lacks_a_piece_is_not_called_good(opened: Vault, data: Path, tmp_path: Path) -> None:
    manifest = taken(opened, data)
    opened.shelf.remove(manifest.part("media").files[0].pieces[0])
    assert not prove(opened, manifest, ENGINE, tmp_path / "scratch", holds, "0.1").holds


def test_a_sound_repository_has_nothing_to_be_told(opened: Vault, data: Path, tmp_path: Path) -> None:
    prove(opened, taken(opened, data), ENGINE, tmp_path / "scratch", holds, "0.1")
    assert verify(opened) == []


def test_a_byte_changed_anywhere_in_the_repository_is_found(opened: Vault, data: Path, tmp_path: Path) -> None:
    """220 bytes, spread over every file and beginning with its first and last one."""
    prove(opened, taken(opened, data), ENGINE, tmp_path / "scratch", holds, "0.1")
    names = sorted(name for name, _ in opened.shelf.names("") if name != "repository")
    for trial in range(220):
        name = names[trial % len(names)]
        sealed = opened.shelf.get(name)
        at = (0, len(sealed) - 1)[trial // len(names)] if trial < 2 * len(names) else trial * 7919 % len(sealed)
        opened.shelf.put(name, sealed[:at] + bytes([sealed[at] ^ 1 << trial % 8]) + sealed[at + 1 :])
        assert verify(opened), f"byte {at} of {name} was changed, and nobody saw it"
        opened.shelf.put(name, sealed)
    assert verify(opened) == []


def test_what_is_missing_is_told_with_the_sets_that_need_it(opened: Vault, data: Path) -> None:
    manifest = taken(opened, data)
    gone = manifest.part("media").files[0].pieces[0]
    opened.shelf.remove(gone)
    [verdict] = verify(opened)
    assert verdict.name == gone
    assert verdict.sets == (manifest.id,)


class Busy(FolderShelf):
    """Something happens between what is listed and the first piece that is read."""

    def __init__(self, folder: Path, meanwhile: Callable[[], object]) -> None:
        super().__init__(folder)
        self._meanwhile = meanwhile
        self._lock = threading.RLock()

    def get(self, name: str) -> bytes:
        with self._lock:
            if name.startswith("pieces/"):
                meanwhile, self._meanwhile = self._meanwhile, lambda: None
                meanwhile()
        return super().get(name)


def busy(opened: Vault, meanwhile: Callable[[], object]) -> Vault:
    return vault.open_vault(Busy(Path(str(opened.shelf)), meanwhile), Key(b"k" * 32))


def test_who_prunes_while_all_is_read_makes_nothing_wrong(opened: Vault, five: Sets) -> None:
    planned = prune.plan(opened, Kept(2, HOUR), clock.now())
    assert planned.contents
    assert verify(busy(opened, lambda: prune.prune(opened, planned))) == []
    assert sets.all_ids(opened) == five.ids[3:]


def test_a_piece_that_goes_while_all_is_read_is_missing_where_a_set_needs_it(opened: Vault, data: Path) -> None:
    manifest = taken(opened, data)
    gone = manifest.part("media").files[0].pieces[0]
    [verdict] = verify(busy(opened, lambda: opened.shelf.remove(gone)))
    assert (verdict.name, verdict.sets) == (gone, (manifest.id,))
    assert "not in the repository any more" in verdict.why


def test_a_repository_that_goes_away_while_it_is_read_is_not_called_sound(
    opened: Vault, data: Path, tmp_path: Path
) -> None:
    taken(opened, data)
    place = Path(str(opened.shelf))
    with pytest.raises(Unavailable, match="went away") as told:
        verify(busy(opened, lambda: [place.rename(tmp_path / "unplugged")]))
    assert "Mount it" in told.value.try_
    (tmp_path / "unplugged").rename(place)
    assert verify(opened) == []


def test_a_repository_that_somebody_empties_while_it_is_read_is_not_called_sound(opened: Vault, data: Path) -> None:
    taken(opened, data)
    names = [name for name, _ in opened.shelf.names("")]
    with pytest.raises(Unavailable, match="went away"):
        verify(busy(opened, lambda: [opened.shelf.remove(name) for name in names]))


def test_sets_that_somebody_removes_while_all_is_read_are_not_passed_over_as_pruned(opened: Vault, five: Sets) -> None:
    planned = prune.plan(opened, Kept(2, HOUR), clock.now())
    gone = five.ids[4]

    def meanwhile() -> None:
        prune.prune(opened, planned)
        sets.remove(opened, gone)

    with pytest.raises(Unavailable, match="Sets were removed") as told:
        verify(busy(opened, meanwhile))
    assert ids.encode(gone) in told.value.why
    assert not any(ids.encode(one) in told.value.why for one in planned.sets)


def test_what_is_damaged_is_named_where_nothing_can_be_written(
    opened: Vault, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(name: str, content: bytes) -> None:
        raise Unavailable("The disk is full.")

    manifest = taken(opened, data)
    piece = spoilt_photo(opened, manifest)
    monkeypatch.setattr(opened.shelf, "put", full)
    assert [verdict.name for verdict in verify(opened)] == [piece]
    seen = looked_at(opened, as_taken(manifest), ENGINE, tmp_path / "scratch", holds, lambda done, total: None)
    assert not seen.holds
    assert "cannot be trusted" in seen.looked[-1][2]


def spoilt_photo(opened: Vault, manifest: Manifest) -> str:
    """The piece of a photo that was changed."""
    piece = manifest.part("media").files[0].pieces[0]
    content = opened.shelf.get(piece)
    opened.shelf.put(piece, content[:-1] + bytes([content[-1] ^ 1]))
    return piece


def test_a_set_that_was_interrupted_is_none(opened: Vault, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(name: str, content: bytes) -> None:
        raise Unavailable("The disk is full.")

    monkeypatch.setattr(opened.shelf, "draft", full)
    with pytest.raises(Unavailable):
        taken(opened, data)
    assert sets.all_ids(opened) == []


class Sets:
    """Sets of several days, each with something of its own."""

    def __init__(self, opened: Vault, data: Path, tmp_path: Path) -> None:
        self.opened = opened
        self.scratch = tmp_path / "scratch"
        self.ids: list[int] = []
        for day in range(5):
            with clock.frozen(clock.now() - (5 - day) * DAY):
                (data / "logs/web.log").write_bytes(os.urandom(2000))
                self.ids.append(taken(opened, data).id)

    def prove(self, index: int) -> None:
        prove(self.opened, sets.get(self.opened, self.ids[index]), ENGINE, self.scratch, holds, "0.1")


@pytest.fixture
def five(opened: Vault, data: Path, tmp_path: Path) -> Sets:
    return Sets(opened, data, tmp_path)


def test_pruning_keeps_what_is_new_enough_and_so_many_in_any_case(opened: Vault, five: Sets) -> None:
    assert prune.plan(opened, Kept(5, HOUR), clock.now()).sets == []
    assert prune.plan(opened, Kept(1, 10 * DAY), clock.now()).sets == []
    planned = prune.plan(opened, Kept(2, HOUR), clock.now())
    assert planned.sets == five.ids[:3]
    prune.prune(opened, planned)
    assert sets.all_ids(opened) == five.ids[3:]
    assert verify(opened) == []
    assert pieces(opened) == {name for one in sets.readable(opened) for name in one.pieces()}


def test_the_newest_set_that_was_proved_stays_however_old_it_is(opened: Vault, five: Sets) -> None:
    five.prove(0)
    five.prove(1)
    prune.prune(opened, prune.plan(opened, Kept(1, HOUR), clock.now()))
    assert sets.all_ids(opened) == [five.ids[1], five.ids[4]]


def test_nothing_goes_while_a_set_cannot_be_read(opened: Vault, five: Sets) -> None:
    name = next(name for name, _ in opened.shelf.names("sets/"))
    opened.shelf.put(name, b"broken")
    with pytest.raises(Refused, match="nothing is let go of"):
        prune.plan(opened, Kept(1, HOUR), clock.now())


def test_a_spoilt_piece_that_goes_with_its_set_is_not_remembered(opened: Vault, five: Sets) -> None:
    own = set(sets.get(opened, five.ids[0]).pieces()) - set(sets.get(opened, five.ids[4]).pieces())
    for piece in own:
        opened.shelf.put(piece, b"spoilt")
    verify(opened)
    assert len([*opened.shelf.names("spoilt/")]) == len(own) > 0
    prune.prune(opened, prune.plan(opened, Kept(2, HOUR), clock.now()))
    assert [*opened.shelf.names("spoilt/")] == []


def test_pruning_makes_room_where_there_is_none_left(
    opened: Vault, five: Sets, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(name: str, content: bytes) -> None:
        raise Unavailable("The disk is full.")

    monkeypatch.setattr(opened.shelf, "put", full)
    prune.prune(opened, prune.plan(opened, Kept(2, HOUR), clock.now()))
    assert sets.all_ids(opened) == five.ids[3:]


def test_a_restore_says_how_far_it_is_until_it_is_done(opened: Vault, data: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    manifest = taken(opened, data)
    restore_into(opened, manifest, tmp_path / "back", lambda done, total: told.append((done, total)))
    assert told[-1] == (manifest.size, manifest.size)


def test_a_file_that_no_stack_could_have_is_not_written_outside(opened: Vault, data: Path, tmp_path: Path) -> None:
    manifest = taken(opened, data)
    part = manifest.part("configuration")
    evil = msgspec.structs.replace(part, files=(msgspec.structs.replace(part.files[0], path="../../evil"),))
    with pytest.raises(Damaged):
        restore_into(opened, msgspec.structs.replace(manifest, parts=(evil,)), tmp_path / "back")
    assert not (tmp_path / "evil").exists()


def test_two_restores_into_one_place_do_not_meet(opened: Vault, data: Path, tmp_path: Path) -> None:
    """One of them has it, whole; the other is told."""
    manifest = taken(opened, data)
    outcomes: list[str] = []

    def restore() -> None:
        try:
            restore_into(opened, manifest, tmp_path / "back")
            outcomes.append("restored")
        except (Conflict, Refused, Unavailable) as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=restore) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("restored") == 1, outcomes
    there = [path for path in (tmp_path / "back").rglob("*") if path.is_file()]
    assert len(there) == sum(len(part.files) for part in manifest.parts)


def test_a_proof_that_was_killed_leaves_its_copy_to_nobody(opened: Vault, data: Path, tmp_path: Path) -> None:
    left = tmp_path / "scratch" / "proof-left" / "stack"
    left.mkdir(parents=True)
    (left / "secrets.toml").write_text("a secret")
    with workplace(tmp_path / "scratch" / "proof-at-work"):
        prove(opened, taken(opened, data), ENGINE, tmp_path / "scratch", holds, "0.1")
        assert [path.name for path in (tmp_path / "scratch").iterdir()] == ["proof-at-work"]


def test_what_cannot_be_tried_now_is_no_proof_against_a_set(
    opened: Vault, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = taken(opened, data)
    proof = prove(opened, manifest, ENGINE, tmp_path / "scratch", holds, "0.1")

    def away(name: str) -> bytes:
        raise Unavailable("The repository does not answer.")

    get = opened.shelf.get
    monkeypatch.setattr(
        opened.shelf, "get", lambda name: get(name) if name.startswith(("sets", "proofs")) else away(name)
    )
    with pytest.raises(Unavailable):
        prove(opened, manifest, ENGINE, tmp_path / "scratch", holds, "0.1")
    assert sets.proof_of(opened, manifest.id) == proof


def test_what_a_set_added_is_what_the_repository_grew_by(opened: Vault, data: Path) -> None:
    (data / "media/ab/abd.original").write_bytes((data / "media/ab/abc.original").read_bytes())
    manifest = taken(opened, data)
    assert manifest.added == sum(size for _, size in opened.shelf.names("pieces/"))


def test_an_interrupted_set_is_gone_on_with(opened: Vault, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most of what was written has its name, and is not written again; what has none goes when it is old."""
    monkeypatch.setattr("haat.ops.backups.take._SETTLED", 2)
    photo = data / "media/ab/abc.original"
    photo.write_bytes(os.urandom(12_000_000))
    draft, left = opened.shelf.draft, [8]

    def full(name: str, content: bytes) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Unavailable("The disk is full.")
        draft(name, content)

    monkeypatch.setattr(opened.shelf, "draft", full)
    with pytest.raises(Unavailable, match="full"):
        taken(opened, data)
    assert sets.all_ids(opened) == []
    assert len(pieces(opened)) >= 2
    folder = Path(str(opened.shelf))
    for unfinished in folder.rglob(".unfinished-*"):
        os.utime(unfinished, (0, 0))
    monkeypatch.setattr(opened.shelf, "draft", draft)
    taken(opened, data)
    assert list(folder.rglob(".unfinished-*")) == []
    assert verify(opened) == []


def test_a_database_is_held_no_longer_than_it_is_read(opened: Vault, data: Path) -> None:
    """Then its log can be begun anew, though photos are still being read."""
    with gathered(data, SQLite(data / "haat.db"), data) as found:
        for one in found.files:
            if one.part == "database":
                one.release()
        with closing(sqlite3.connect(data / "haat.db", isolation_level=None)) as connection:
            connection.execute("INSERT INTO pairs VALUES (5, 'five')")
            [(busy, _, _)] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert busy == 0


def test_a_repository_that_has_gone_is_not_begun_anew_by_itself(tmp_path: Path) -> None:
    """A disk that is not mounted is an empty folder."""
    settings = load(tmp_path, {"HAAT_BACKUP__PASSPHRASE": "seven lamps in the hall"}, {})
    place = tmp_path / "disk"
    opened_ = repository.opened_or_made(settings, FolderShelf(place))
    opened_.put("sets/one", b"a set")
    place.rename(tmp_path / "unplugged")
    place.mkdir()
    with pytest.raises(Unavailable) as told:
        opened_.put("log/haat.db/1", b"what was committed since")
    assert "Nothing is there at all" in told.value.why
    with pytest.raises(Refused, match="is not there"):
        repository.opened_or_made(settings, FolderShelf(place))
    assert [*place.iterdir()] == []
    place.rmdir()
    (tmp_path / "unplugged").rename(place)
    assert repository.opened_or_made(settings, FolderShelf(place)).get("sets/one") == b"a set"
    place.rename(tmp_path / "unplugged")
    (tmp_path / "run" / "repository").unlink()
    repository.opened_or_made(settings, FolderShelf(place))


def test_what_was_spoilt_is_kept_anew_by_the_next_set_and_mends_the_one_before(
    opened: Vault, data: Path, tmp_path: Path
) -> None:
    first = taken(opened, data)
    piece = spoilt_photo(opened, first)
    assert [verdict.name for verdict in verify(opened)] == [piece]
    assert taken(opened, data).part("media") == first.part("media")
    assert verify(opened) == []
    assert [*opened.shelf.names("spoilt/")] == []
    restore_into(opened, first, tmp_path / "back")


def test_a_repository_of_another_haat_is_told_apart_from_one_that_is_damaged(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path / "backups")
    shelf.put_first("repository", b"haat repository 7\nand what that Haat writes")
    with pytest.raises(Refused) as told:
        vault.open_vault(shelf, Key(b"k" * 32))
    assert "version 7" in told.value.why


def test_a_copy_does_not_back_up_into_the_repository_of_its_shop(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path / "of-the-shop")
    settings = load(tmp_path, {"HAAT_BACKUP__PASSPHRASE": "seven lamps in the hall"}, {})
    repository.call_a_copy(settings.data, shelf)
    with pytest.raises(Refused, match="is a copy"):
        repository.opened_or_made(settings, shelf)
    repository.opened_or_made(settings, FolderShelf(tmp_path / "of-its-own"))
    repository.copy_note_of(settings.data).unlink()
    repository.opened_or_made(settings, shelf)
