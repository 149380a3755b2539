"""What was committed is kept within a second, and any second can be had back."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from tests.support import taker
from tests.support.disks import fill, own_disk
from tests.support.running import wait_until

from haat.adapters.files.shelf import FolderShelf
from haat.kernel import clock
from haat.kernel.errors import NotFound, Unavailable
from haat.ops.backups import log, prune, sets, ship, vault
from haat.ops.backups.engine import MOST_WAITING, Behind, Gap
from haat.ops.backups.engines.sqlite import Log, SQLite
from haat.ops.backups.manifest import Proof
from haat.ops.backups.prune import Kept
from haat.ops.backups.replay import END, replay, way_to
from haat.ops.backups.restore import restore_into
from haat.ops.backups.ship import Shipper
from haat.ops.backups.shipping import Shipping
from haat.ops.backups.vault import Damaged, Key, Vault
from haat.ops.backups.verify import verify

ENGINE = SQLite(Path("haat.db"))
# One row more in each transaction, as fast as it can, or at the pace that it is told.
WRITER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
connection.execute("PRAGMA synchronous = OFF")
number = connection.execute("SELECT max(number) FROM facts").fetchone()[0]
while True:
    number += 1
    connection.execute("INSERT INTO facts VALUES (?, ?, randomblob(300))", (number, time.time_ns() // 1_000_000))
    if number % 50 == 0:
        print(number, flush=True)
    time.sleep(float(sys.argv[2]))
"""
# By a process of its own: to close a file lets go of the locks that a process has on it.
DAMAGE = """
import sys
with open(sys.argv[1], "r+b") as file:
    file.seek(100)
    file.write(bytes([255]) * 3000)
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "stack"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "haat.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE facts (number INTEGER PRIMARY KEY, at INTEGER, content BLOB)")
        connection.execute("INSERT INTO facts VALUES (0, 0, 'none')")
    return folder


@pytest.fixture
def opened(tmp_path: Path) -> Vault:
    return vault.create(FolderShelf(tmp_path / "repository"), Key(b"k" * 32))


@contextmanager
def shipping(opened: Vault, data: Path, long: int = 100_000) -> Iterator[Shipper]:
    shipper = Shipper(opened, data / "haat.db", long)
    shipper.start()
    try:
        yield shipper
    finally:
        shipper.close()


@contextmanager
def writing(data: Path, pause: float = 0.0) -> Iterator[subprocess.Popen[bytes]]:
    argv = [sys.executable, "-c", WRITER, str(data / "haat.db"), str(pause)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline()
        try:
            yield writer
        finally:
            writer.kill()


def add(data: Path, number: int) -> None:
    with closing(sqlite3.connect(data / "haat.db", isolation_level=None)) as connection:
        connection.execute("INSERT INTO facts VALUES (?, ?, randomblob(300))", (number, clock.now()))


def catch_up(shipper: Shipper) -> int:
    """Returns how often there was more than could be read at once; no more than two stretches are ever waiting in memory."""
    behind = 0
    while True:
        try:
            shipper.tick()
        except Behind:
            behind += 1
            assert len(shipper._read) <= 2
        else:
            return behind


def taken(data: Path) -> None:
    taker.taken(data, data.parent / "repository")


def numbers_of(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [number for (number,) in connection.execute("SELECT number FROM facts ORDER BY number")]


def had_back(opened: Vault, folder: Path, at: int = END) -> list[int]:
    way = way_to(opened, at)
    restore_into(opened, way.manifest, folder, finish=lambda into: replay(opened, way, into, ENGINE, at))
    return numbers_of(folder / "haat.db")


def test_everything_that_was_shipped_comes_back(opened: Vault, data: Path, tmp_path: Path) -> None:
    with shipping(opened, data) as shipper:
        taken(data)
        for number in range(1, 40):
            add(data, number)
            if number % 3 == 0:
                shipper.tick()
        assert shipper.tick() == 0
    assert had_back(opened, tmp_path / "back") == list(range(40))


def test_it_comes_back_over_many_generations_under_a_busy_writer(opened: Vault, data: Path, tmp_path: Path) -> None:
    """The writer lets its own checkpoints run all the while; nothing of what was shipped is lost, and nothing is made up."""
    with shipping(opened, data) as shipper, writing(data) as writer:
        taken(data)
        until = time.monotonic() + 3
        while time.monotonic() < until:
            shipper.tick()
        writer.kill()
        writer.wait()
        shipper.tick()
    assert len(log.generations(opened, "haat.db")) > 5
    assert had_back(opened, tmp_path / "back") == numbers_of(data / "haat.db")


def test_a_set_that_is_taken_in_the_middle_goes_on_as_well(opened: Vault, data: Path, tmp_path: Path) -> None:
    with shipping(opened, data) as shipper, writing(data) as writer:
        for _ in range(4):
            taken(data)
            for _ in range(20):
                shipper.tick()
        writer.kill()
        writer.wait()
        shipper.tick()
    assert had_back(opened, tmp_path / "back") == numbers_of(data / "haat.db")


def test_the_last_instant_before_a_bad_deed_is_had_back(opened: Vault, data: Path, tmp_path: Path) -> None:
    """Fifty times: a good row, an instant, a bad deed. What comes back has the row, and not the deed."""
    instants: list[tuple[int, int]] = []
    with shipping(opened, data, long=60_000) as shipper:
        taken(data)
        for number in range(1, 51):
            add(data, number)
            shipper.tick()
            time.sleep(0.002)
            instants.append((number, clock.now()))
            time.sleep(0.002)
            with closing(sqlite3.connect(data / "haat.db", isolation_level=None)) as connection:
                connection.execute("DELETE FROM facts WHERE number = ?", (number,))
            shipper.tick()
    for number, at in instants:
        assert had_back(opened, tmp_path / f"back{number}", at) == [0, number]


def test_an_instant_between_two_looks_into_the_repository_is_known(opened: Vault, data: Path, tmp_path: Path) -> None:
    """What was committed by then is had back, however long it took until it was kept."""
    with shipping(opened, data) as shipper:
        taken(data)
        shipper.tick()
        add(data, 1)
        wait_until(lambda: [seen[:2] for seen in shipper._watch._seen[-1:]] == [shipper._reached()], "it is seen")
        time.sleep(0.002)
        at = clock.now()
        add(data, 2)
        shipper.tick()
    assert had_back(opened, tmp_path / "then", at) == [0, 1]
    assert had_back(opened, tmp_path / "now") == [0, 1, 2]


def test_what_is_committed_within_the_millisecond_of_an_instant_is_not_of_before(
    opened: Vault, data: Path, tmp_path: Path
) -> None:
    with shipping(opened, data) as shipper:
        taken(data)
        add(data, 1)
        shipper.tick()
        time.sleep(0.002)
        with clock.frozen():
            at = clock.now()
            add(data, 2)
            shipper.tick()
    assert had_back(opened, tmp_path / "then", at) == [0, 1]
    assert had_back(opened, tmp_path / "after", at + 1) == [0, 1, 2]


def test_a_unit_of_work_that_is_kept_in_several_parts_is_there_as_a_whole_or_not_at_all(
    opened: Vault, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ship, "_MOST_AT_ONCE", 8)
    with shipping(opened, data, long=10_000_000) as shipper:
        taken(data)
        add(data, 1)
        shipper.tick()
        with closing(sqlite3.connect(data / "haat.db", isolation_level=None)) as connection:
            connection.execute(
                "INSERT INTO facts WITH RECURSIVE n(x) AS (VALUES (2) UNION ALL SELECT x + 1 FROM n WHERE x < 300)"
                " SELECT x, 0, randomblob(900) FROM n"
            )
        with pytest.raises(Behind):
            shipper.tick()
        assert had_back(opened, tmp_path / "half") == [0, 1]
        catch_up(shipper)
    assert had_back(opened, tmp_path / "whole") == [*range(301)]


def test_any_instant_under_load_has_all_that_was_committed_a_tick_before_and_nothing_later(
    opened: Vault, data: Path, tmp_path: Path
) -> None:
    ticks: list[tuple[int, int]] = []  # when each began, and when it had ended
    with shipping(opened, data) as shipper, writing(data, 0.002):
        taken(data)
        began = clock.now()
        while len(ticks) < 40:
            begins = clock.now()
            shipper.tick()
            ticks.append((begins, clock.now()))
            time.sleep(0.03)
    with closing(sqlite3.connect(data / "haat.db")) as connection:
        written = dict(connection.execute("SELECT number, at FROM facts").fetchall())
    chance = random.Random(1)
    for trial in range(12):
        at = chance.randrange(began + 100, ticks[-1][1])
        last = had_back(opened, tmp_path / f"back{trial}", at)[-1]
        tick = max((begins for begins, ended in ticks if ended <= at), default=began)
        assert written[last] <= at
        # A row says when it was made, and was committed before the next was.
        assert written.get(last + 2, at) > tick


def test_a_shipper_that_was_away_has_a_gap_and_begins_a_stream_of_its_own(
    opened: Vault, data: Path, tmp_path: Path
) -> None:
    with shipping(opened, data) as shipper:
        taken(data)
        add(data, 1)
        shipper.tick()
    add(data, 2)  # Its connection is the last one: it takes the log away.
    with shipping(opened, data) as shipper:
        add(data, 3)
        shipper.tick()
        assert had_back(opened, tmp_path / "before") == [0, 1]
        taken(data)
        add(data, 4)
        shipper.tick()
    assert had_back(opened, tmp_path / "after") == [0, 1, 2, 3, 4]


def test_a_log_that_was_begun_anew_behind_its_back_is_a_gap(opened: Vault, data: Path) -> None:
    keeps_it_open = sqlite3.connect(data / "haat.db", isolation_level=None)
    with closing(keeps_it_open), shipping(opened, data) as shipper:
        add(data, 1)
        shipper.tick()
        shipper._reader.execute("COMMIT")  # As if the system had taken its lock.
        keeps_it_open.execute("PRAGMA wal_checkpoint(RESTART)")
        add(data, 2)
        with pytest.raises(Gap):
            shipper.tick()
        shipper._reader.execute("BEGIN")


def test_a_missing_part_is_told_and_nothing_is_made_up(opened: Vault, data: Path, tmp_path: Path) -> None:
    with shipping(opened, data, long=10_000_000) as shipper:
        taken(data)
        for number in range(1, 6):
            add(data, number)
            shipper.tick()
    generation = log.generations(opened, "haat.db")[-1]
    opened.shelf.remove(generation.names[2])
    with pytest.raises(Damaged, match="gap"):
        had_back(opened, tmp_path / "back")
    assert not (tmp_path / "back").exists()
    [verdict] = verify(opened)
    assert "gap" in verdict.why


def test_a_part_that_is_missing_at_the_end_of_a_generation_is_missed(opened: Vault, data: Path, tmp_path: Path) -> None:
    with shipping(opened, data, long=30_000) as shipper:
        shipper._join = lambda: None  # type: ignore[method-assign]
        taken(data)
        for number in range(1, 12):
            add(data, number)
            shipper.tick()
    *_, before, _ = log.generations(opened, "haat.db")
    assert len(before.names) > 1
    assert had_back(opened, tmp_path / "whole")[-1] == 11
    assert verify(opened) == []
    opened.shelf.remove(before.names[-1])
    with pytest.raises(Damaged, match="gap"):
        had_back(opened, tmp_path / "back")
    [verdict] = verify(opened)
    assert "gap" in verdict.why


def test_whole_generations_that_are_missing_are_found(opened: Vault, data: Path) -> None:
    """Each content that is there is as it was, and an instant after them comes back as it was before them."""
    with shipping(opened, data, long=30_000) as shipper:
        taken(data)
        for number in range(1, 40):
            add(data, number)
            shipper.tick()
    generations = log.generations(opened, "haat.db")
    assert verify(opened) == []
    for name in generations[1].names:
        opened.shelf.remove(name)
    [verdict] = verify(opened)
    assert "Generations 2 to 2" in verdict.why


def test_a_part_that_was_lost_is_a_gap_for_the_shipper_too(opened: Vault, data: Path) -> None:
    """Else it would go on, and everything would be called kept that nobody can have back."""
    with shipping(opened, data, long=50_000) as shipper:
        for number in range(1, 4):
            add(data, number)
            shipper.tick()
        opened.shelf.remove(log.generations(opened, "haat.db")[-1].names[1])
        with pytest.raises(Gap, match="gap"):
            for number in range(4, 60):
                add(data, number)
                shipper.tick()


def test_a_set_that_was_taken_while_nobody_shipped_is_not_taken_back_to_what_was_shipped_before(
    opened: Vault, data: Path, tmp_path: Path
) -> None:
    """Its log was empty, and so was the one that was shipped when that began."""
    with shipping(opened, data) as shipper:
        taken(data)
        add(data, 1)
        shipper.tick()
    time.sleep(0.002)
    add(data, 2)
    with closing(sqlite3.connect(data / "haat.db", isolation_level=None)) as connection:
        connection.execute("UPDATE facts SET number = number + 10")
    taken(data)
    way = way_to(opened, END)
    assert [one.number for one in way.of_the_shop] == []
    assert had_back(opened, tmp_path / "back") == [10, 11, 12]
    with shipping(opened, data) as shipper:
        taken(data)
        add(data, 3)
        shipper.tick()
        assert had_back(opened, tmp_path / "again") == [3, 10, 11, 12]


def test_a_backlog_is_read_bit_by_bit_while_writers_go_on(
    opened: Vault, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("haat.ops.backups.ship._MOST_AT_ONCE", 4)
    with shipping(opened, data, long=20_000) as shipper:
        taken(data)
        for number in range(1, 60):
            add(data, number)
        assert catch_up(shipper) > 3
    assert had_back(opened, tmp_path / "back") == list(range(60))


def test_parts_of_a_log_that_became_long_are_joined_to_no_more_than_is_read_at_once(
    opened: Vault, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a backlog of gigabytes would have to fit into memory once it is caught up with."""
    monkeypatch.setattr(ship, "_MOST_AT_ONCE", 8)
    with shipping(opened, data, long=20_000) as shipper:
        taken(data)
        for number in range(1, 60):
            add(data, number)
        catch_up(shipper)
        for number in range(60, 70):
            add(data, number)
            shipper.tick()
    *ended, _ = log.generations(opened, "haat.db")
    backlog = max(ended, key=lambda one: len(one.names))
    parts = [log.get(opened, name) for name in backlog.names]
    assert len(parts) > 3
    assert all(part.last - part.first < 8 for part in parts)
    assert had_back(opened, tmp_path / "back") == list(range(70))


def test_a_set_that_knows_more_of_a_log_than_was_kept_of_it_is_had_back(
    opened: Vault, data: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(data / "haat.db")) as other:  # Whoever closes it last takes the log away.
        other.execute("SELECT * FROM facts").fetchone()
        with shipping(opened, data) as shipper:
            add(data, 1)
            shipper.tick()
        add(data, 2)
        taken(data)
    assert had_back(opened, tmp_path / "back") == [0, 1, 2]


def test_what_is_called_kept_is_what_was_there_at_the_look_and_not_when_it_was_written(
    opened: Vault, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, looks, beats, put = threading.Event(), list[float](), list[float](), opened.shelf.put

    def put_late(name: str, content: bytes) -> None:
        looks.append(time.time())
        time.sleep(0.2)
        put(name, content)
        add(data, len(looks))

    def beat(at: float) -> None:
        beats.append(at)
        stop.set()

    monkeypatch.setattr(opened.shelf, "put", put_late)
    shipping_ = Shipping(lambda: opened, lambda: [Log(data / "haat.db")], lambda: subprocess.Popen(["true"]), beat)
    shipping_.run_until_stopped(stop)
    assert any(beats[0] < look for look in looks), "it was written after the instant up to which it is called kept"


def test_an_instant_before_every_set_cannot_be_had(opened: Vault, data: Path, tmp_path: Path) -> None:
    before = clock.now() - 1
    taken(data)
    with pytest.raises(NotFound, match="reaches back"):
        had_back(opened, tmp_path / "back", before)


def test_a_finished_generation_is_kept_in_one_part(opened: Vault, data: Path) -> None:
    with shipping(opened, data, long=50_000) as shipper:
        for number in range(1, 60):
            add(data, number)
            shipper.tick()
    finished = log.generations(opened, "haat.db")[:-1]
    assert len(finished) > 2
    assert all(len(one.names) == 1 for one in finished)


def test_writers_wait_for_a_moment_at_the_most(opened: Vault, data: Path) -> None:
    """A writer that does not wait at all is refused only while a log is let go, which is for milliseconds."""
    with shipping(opened, data) as shipper, writing(data) as writer:
        before = numbers_of_fast(data)
        until = time.monotonic() + 1
        while time.monotonic() < until:
            shipper.tick()
        writer.kill()
        writer.wait()
    assert numbers_of_fast(data) - before > 500


def numbers_of_fast(data: Path) -> int:
    with closing(sqlite3.connect(data / "haat.db")) as connection:
        [(number,)] = connection.execute("SELECT max(number) FROM facts")
        return int(number)


def test_a_byte_changed_anywhere_in_a_log_is_found(opened: Vault, data: Path) -> None:
    with shipping(opened, data) as shipper:
        for number in range(1, 5):
            add(data, number)
            shipper.tick()
    assert verify(opened) == []
    for name in [name for name, _ in opened.shelf.names("log/")]:
        sealed = opened.shelf.get(name)
        opened.shelf.put(name, sealed[:-1] + bytes([sealed[-1] ^ 1]))
        assert [verdict.name for verdict in verify(opened)] == [name]
        opened.shelf.put(name, sealed)


def test_pruning_lets_go_of_logs_that_no_set_goes_on_with_and_of_no_other(
    opened: Vault, data: Path, tmp_path: Path
) -> None:
    with shipping(opened, data, long=30_000) as shipper:
        taken(data)
        for number in range(1, 60):
            add(data, number)
            shipper.tick()
        before = len(log.generations(opened, "haat.db"))
        taken(data)
        for number in range(60, 80):
            add(data, number)
            shipper.tick()
        planned = prune.plan(opened, Kept(1, 0), clock.now() + 1)
        prune.prune(opened, planned)
    left = log.generations(opened, "haat.db")
    assert len(planned.sets) == 1
    assert left[0].number == before
    assert had_back(opened, tmp_path / "back") == list(range(80))


def test_an_instant_from_before_the_same_log_was_found_again_comes_back(
    opened: Vault, data: Path, tmp_path: Path
) -> None:
    """A shipper that begins again while others have the database open finds the log that the one before it shipped."""
    with closing(sqlite3.connect(data / "haat.db")) as keeps_it_open:
        keeps_it_open.execute("SELECT * FROM facts").fetchall()
        with shipping(opened, data) as first:
            add(data, 1)
            first.tick()
            taken(data)
            add(data, 2)
            first.tick()
            time.sleep(0.002)
            at = clock.now()
        time.sleep(0.01)
        with shipping(opened, data) as second:
            add(data, 3)
            second.tick()
            prune.prune(opened, prune.plan(opened, Kept(1, 0), clock.now() + 1))
        assert had_back(opened, tmp_path / "then", at) == [0, 1, 2]
        assert had_back(opened, tmp_path / "now") == [0, 1, 2, 3]


def test_nobody_waits_for_the_repository(
    opened: Vault, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the shipper writes there, a writer of the shop that does not wait at all commits; also when a log is let go."""
    put, numbers = opened.shelf.put, iter(range(100, 1000))

    def put_beside_a_writer(name: str, content: bytes) -> None:
        with closing(sqlite3.connect(data / "haat.db", timeout=0, isolation_level=None)) as connection:
            connection.execute("INSERT INTO facts VALUES (?, 0, 'beside')", (next(numbers),))
        put(name, content)

    with shipping(opened, data, long=20_000) as shipper:
        taken(data)
        monkeypatch.setattr(opened.shelf, "put", put_beside_a_writer)
        for number in range(1, 20):
            add(data, number)
            shipper.tick()
        monkeypatch.setattr(opened.shelf, "put", put)
        shipper.tick()
    assert len(log.generations(opened, "haat.db")) > 2
    assert had_back(opened, tmp_path / "back") == numbers_of(data / "haat.db")


def test_what_could_not_be_written_is_written_when_it_can(
    opened: Vault, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = opened.shelf.put

    def refuse(name: str, content: bytes) -> None:
        raise Unavailable("The repository is away.")

    with shipping(opened, data, long=30_000) as shipper:
        taken(data)
        for number in range(1, 40):
            monkeypatch.setattr(opened.shelf, "put", refuse if number % 4 else put)
            add(data, number)
            with suppress(Unavailable):
                shipper.tick()
        monkeypatch.setattr(opened.shelf, "put", put)
        shipper.tick()
    assert had_back(opened, tmp_path / "back") == list(range(40))


def test_parts_that_are_joined_while_they_are_read_are_found(opened: Vault, data: Path, tmp_path: Path) -> None:
    with shipping(opened, data, long=40_000) as shipper:
        taken(data)
        for number in range(1, 6):
            add(data, number)
            shipper.tick()
        way = way_to(opened, END)
        for number in range(6, 20):
            add(data, number)
            shipper.tick()
        restore_into(
            opened, way.manifest, tmp_path / "back", finish=lambda into: replay(opened, way, into, ENGINE, END)
        )
        assert verify(opened) == []
    assert numbers_of(tmp_path / "back" / "haat.db")[:6] == [0, 1, 2, 3, 4, 5]


def test_a_set_that_does_not_restore_is_passed_over(opened: Vault, data: Path, tmp_path: Path) -> None:
    with shipping(opened, data) as shipper:
        for number in (1, 2):
            add(data, number)
            shipper.tick()
            taken(data)
        bad = sets.newest(opened)
        assert bad is not None
        sets.note(opened, Proof(bad.id, clock.now(), False, (), "0.1"))
        assert way_to(opened, END).manifest.id < bad.id
        assert way_to(opened, END, bad).manifest.id == bad.id
        assert had_back(opened, tmp_path / "back") == [0, 1, 2]


class Streams:
    """Shipping in a thread, with sets that are taken as the test says."""

    def __init__(self, opened: Vault, data: Path) -> None:
        self.paths = [data / "haat.db"]
        self.codes = [0]
        self.beats = 0
        self.begun = 0
        self._stop = threading.Event()
        shipping_ = Shipping(lambda: opened, lambda: [*map(Log, self.paths)], self._take, self._beat)
        self._thread = threading.Thread(target=shipping_.run_until_stopped, args=(self._stop,))
        self._thread.start()

    def _take(self) -> subprocess.Popen[bytes]:
        self.begun += 1
        return subprocess.Popen(["false" if self.codes[0] else "true"])

    def _beat(self, at: float) -> None:
        self.beats += 1

    def end(self) -> None:
        self._stop.set()
        self._thread.join()


def test_nothing_is_called_kept_before_there_is_a_set_to_go_on_from(opened: Vault, data: Path) -> None:
    streams = Streams(opened, data)
    streams.codes = [1]
    try:
        wait_until(lambda: len(log.generations(opened, "haat.db")) > 0, "something is shipped")
        wait_until(lambda: streams.begun > 0, "a set is begun")
    finally:
        streams.end()
    assert streams.beats == 0


def test_what_is_committed_while_the_repository_is_full_is_kept_when_there_is_room_again(
    data: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with own_disk(tmp_path / "disk", 8_000_000) as disk:
        opened = vault.create(FolderShelf(disk / "repository"), Key(b"k" * 32))
        streams = Streams(opened, data)
        try:
            wait_until(lambda: streams.beats > 0, "everything is kept")
            filler = fill(disk)
            told_by_another(data, range(100, 110))
            wait_until(lambda: "No space left on device" in caplog.text, "it is told")
            beats = streams.beats
            time.sleep(1.5)
            assert streams.beats == beats, "it is called kept, and is not"
            filler.unlink()
            wait_until(lambda: streams.beats > beats, "it goes on by itself")
        finally:
            streams.end()
        kept = log.whole(opened, "haat.db", log.generations(opened, "haat.db")[-1]).frames
        assert all(b"fact %d." % number in kept for number in range(100, 110))
        assert streams.begun == 1, "nothing was lost, so no other set is needed"
        assert verify(opened) == []


def told_by_another(data: Path, numbers: Iterable[int]) -> None:
    """Facts by a process of its own: to close a file lets go of the locks that a process has on it."""
    rows = ", ".join(f"({number}, 0, 'fact {number}.')" for number in numbers)
    code = "import sqlite3, sys; connection = sqlite3.connect(sys.argv[1]); connection.execute(sys.argv[2]); connection.commit()"
    subprocess.run([sys.executable, "-c", code, str(data / "haat.db"), f"INSERT INTO facts VALUES {rows}"], check=True)


def test_a_database_more_is_shipped_from_a_set_of_its_own(opened: Vault, data: Path) -> None:
    streams = Streams(opened, data)
    try:
        wait_until(lambda: streams.beats > 0, "everything is kept")
        with closing(sqlite3.connect(data / "sandbox.db", isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE moves (id INTEGER PRIMARY KEY)")
        streams.paths.append(data / "sandbox.db")
        wait_until(lambda: len(log.generations(opened, "sandbox.db")) > 0, "the other one is shipped")
        wait_until(lambda: streams.begun == 2, "a set with both is begun")
    finally:
        streams.end()


def test_who_is_told_to_stop_in_the_middle_of_a_gap_keeps_what_was_committed(
    opened: Vault, data: Path, tmp_path: Path
) -> None:
    """As it is when the shop is told to rest: whoever writes has ended before."""
    stop = threading.Event()

    def sources() -> list[Log]:
        if not sets.all_ids(opened):
            return [Log(data / "haat.db")]
        add(data, 2)
        stop.set()
        return []

    def take() -> subprocess.Popen[bytes]:
        return taker.begin_to_take(data, data.parent / "repository")

    answers = [sources, lambda: [Log(data / "haat.db")]]

    def ask() -> list[Log]:
        return answers[stop.is_set()]()

    with closing(sqlite3.connect(data / "haat.db")) as other:  # Whoever closes it last takes the log away.
        other.execute("SELECT * FROM facts").fetchone()
        add(data, 1)
        assert not Shipping(lambda: opened, ask, take, lambda at: None).run_until_stopped(stop), (
            "it has no set of its own"
        )
    assert had_back(opened, tmp_path / "back") == [0, 1, 2]


def test_a_repository_that_is_away_does_not_let_a_log_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, relieved = threading.Event(), list[str]()

    class Server(Log):
        """One that keeps its log until somebody reads it."""

        def relieve(self) -> None:
            relieved.append(self.path.name)
            stop.set()

    def is_away() -> Vault:
        raise Unavailable("The repository is not there.")

    shipping_ = Shipping(is_away, lambda: [Server(Path("shop"))], lambda: subprocess.Popen(["true"]), lambda at: None)
    monkeypatch.setattr("haat.ops.backups.shipping._HOPE", 0.0)
    assert not shipping_.run_until_stopped(stop)
    assert relieved[0] == "shop"


class Flood:
    """A database in which more is committed than can be kept, and its own source and follower; `waits` is how much there is to keep at each look, and nothing
    after that.
    """

    def __init__(self, waits: Iterable[int]) -> None:
        self._waits = deque(waits)
        self.relieved = 0

    def follower(self, vault_: Vault) -> Flood:
        return self

    def relieve(self) -> None:
        self.relieved += 1

    def start(self) -> None: ...

    def tick(self, before: Callable[[], None] = lambda: None) -> int:
        before()
        return 1

    @property
    def waiting(self) -> int:
        return self._waits.popleft() if self._waits else 0

    def close(self) -> None: ...

    @property
    def is_over(self) -> bool:
        return not self._waits


@pytest.mark.parametrize(
    ("waits", "is_let_go"),
    [
        ((0, 3, 4), True),
        ((0, 3, 3), True),
        ((4, 3, 2), False),  # It is caught up with.
        ((0, 1, 1), False),
        ((0, 0, 9), False),  # It may become less yet.
    ],
)
def test_what_is_committed_faster_than_it_is_shipped_does_not_fill_the_disk_and_is_told(
    opened: Vault,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    waits: Sequence[int],
    is_let_go: bool,
) -> None:
    flood, stop = Flood(MOST_WAITING * one for one in waits), threading.Event()
    monkeypatch.setattr("haat.ops.backups.shipping._HOPE", 0.0)
    monkeypatch.setattr("haat.ops.backups.shipping._EVERY", 0.01)
    monkeypatch.setattr("haat.ops.backups.shipping._BEFORE_ANEW", 0.0)

    def look() -> list[Flood]:
        if flood.is_over:
            stop.set()
        return [flood]

    Shipping(lambda: opened, look, lambda: subprocess.Popen(["true"]), lambda at: None).run_until_stopped(stop)
    assert flood.relieved == is_let_go
    assert ("More is committed than can be shipped." in caplog.text) == is_let_go


def test_who_has_fallen_behind_does_not_rest(opened: Vault) -> None:
    stop, looks = threading.Event(), list[float]()

    class Late(Flood):
        """Some looks behind."""

        def tick(self, before: Callable[[], None] = lambda: None) -> int:
            looks.append(time.monotonic())
            if len(looks) <= 20:
                raise Behind("There is more.")
            stop.set()
            return 1

    late = Late([])
    Shipping(lambda: opened, lambda: [late], lambda: subprocess.Popen(["true"]), lambda at: None).run_until_stopped(
        stop
    )
    assert looks[20] - looks[0] < 5.0, "it would be ten seconds of rest"


def test_who_takes_a_set_to_go_on_from_says_that_it_is_not_proved(opened: Vault, data: Path) -> None:
    stop, said = threading.Event(), list[str]()

    def note() -> None:
        said.append("taken")
        stop.set()

    ships = Shipping(
        lambda: opened, lambda: [Log(data / "haat.db")], lambda: subprocess.Popen(["true"]), lambda at: None, note
    )
    ships.run_until_stopped(stop)
    assert said == ["taken"]


def test_a_repository_that_is_silent_is_not_asked_once_more_when_the_end_has_come(
    opened: Vault, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, asked = threading.Event(), list[str]()

    def put(name: str, content: bytes) -> None:
        asked.append(name)
        stop.set()
        time.sleep(0.01)
        raise Unavailable("The repository does not answer.")

    monkeypatch.setattr(opened.shelf, "put", put)
    monkeypatch.setattr("haat.ops.backups.shipping._SILENT", 0.0)
    ships = Shipping(
        lambda: opened, lambda: [Log(data / "haat.db")], lambda: subprocess.Popen(["true"]), lambda at: None
    )
    assert not ships.run_until_stopped(stop)
    assert len(asked) == 1


def test_nothing_goes_on_for_a_set_that_is_half_taken(opened: Vault, data: Path, tmp_path: Path) -> None:
    """Programs that copy have children, which write on when only their parents are killed."""
    stop, child = threading.Event(), tmp_path / "child"

    def take() -> subprocess.Popen[bytes]:
        taking = subprocess.Popen(["sh", "-c", f"sleep 60 & echo $! > {child}; wait"], start_new_session=True)
        wait_until(lambda: child.exists() and child.read_text().endswith("\n"), "the copy is begun")
        stop.set()
        return taking

    Shipping(lambda: opened, lambda: [Log(data / "haat.db")], take, lambda at: None).run_until_stopped(stop)
    state = Path("/proc") / child.read_text().strip() / "stat"
    wait_until(lambda: not state.exists() or state.read_text().split()[2] == "Z", "the child has ended")


def test_the_gateway_knows_of_all_that_is_paid_wherever_shipping_ends(
    opened: Vault, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written first to the gateway and then to the shop is not kept of the shop alone."""
    with closing(sqlite3.connect(data / "sandbox.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE facts (number INTEGER PRIMARY KEY)")
        connection.execute("INSERT INTO facts VALUES (0)")
    put, names = opened.shelf.put, list[str]()

    def note(name: str, content: bytes) -> None:
        names.append(name.split("/")[1])
        put(name, content)

    monkeypatch.setattr(opened.shelf, "put", note)
    stop, paths = threading.Event(), [Log(data / "haat.db"), Log(data / "sandbox.db")]
    shipping_ = Shipping(lambda: opened, lambda: paths, lambda: subprocess.Popen(["true"]), lambda at: stop.set())
    shipping_.run_until_stopped(stop)
    assert names.index("sandbox.db") < names.index("haat.db")


def test_what_is_committed_to_a_damaged_database_is_kept_all_the_same(
    opened: Vault, data: Path, tmp_path: Path
) -> None:
    """Whoever has its pages in memory goes on selling, and nobody knows yet."""
    with (
        closing(sqlite3.connect(data / "haat.db", isolation_level=None)) as seller,
        shipping(opened, data, long=30_000) as shipper,
    ):
        taken(data)
        seller.execute("INSERT INTO facts VALUES (1, 0, 'before')")
        shipper.tick()
        subprocess.run([sys.executable, "-c", DAMAGE, str(data / "haat.db")], check=True)
        for number in range(2, 40):
            seller.execute("INSERT INTO facts VALUES (?, 0, randomblob(300))", (number,))
            shipper.tick()
    assert had_back(opened, tmp_path / "back") == list(range(40))
