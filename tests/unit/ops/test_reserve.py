"""Room that is kept back on the disk, so that a run can be written down when there is none left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from haat.ops import reserve, running
from haat.ops.drills import small_disk
from haat.ops.procedure.journal import Journal

_NEEDS_A_DISK = pytest.mark.skipif(bool(small_disk.why_not()), reason=small_disk.why_not())


def test_it_takes_its_room_from_the_first_run_on(tmp_path: Path) -> None:
    Journal(tmp_path / "ops.db").close()
    kept = running.reserve_of(tmp_path).stat()
    assert (kept.st_size, kept.st_blocks * 512 >= reserve.SIZE, kept.st_mode & 0o777) == (reserve.SIZE, True, 0o600)


def test_what_was_cut_off_while_it_was_made_is_made_anew(tmp_path: Path) -> None:
    running.reserve_of(tmp_path).write_bytes(b"little")
    reserve.keep(tmp_path)
    assert running.reserve_of(tmp_path).stat().st_size == reserve.SIZE


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    small_disk.mount(tmp_path, 40_000_000)
    yield tmp_path
    small_disk.unmount(tmp_path)


@_NEEDS_A_DISK
@pytest.mark.parametrize("is_open", [True, False])
def test_a_run_can_be_written_down_on_a_disk_that_is_full(is_open: bool, disk: Path) -> None:
    """Also by whoever had the file open before it was."""
    journal = Journal(disk / "ops.db")
    if not is_open:
        journal.close()
    small_disk.fill(disk / "filler")
    if not is_open:
        journal = Journal(disk / "ops.db")
    run = journal.begin("make-room", {}, "ada", "cli")
    for event in ("intended", "acted", "verified"):
        journal.note(run, 0, event, "It is done." * 100)
    assert len(journal.entries(run)) == 3
    journal.close()
    assert not running.reserve_of(disk).exists()
    (disk / "filler").unlink()
    Journal(disk / "ops.db").close()
    assert running.reserve_of(disk).exists()


@_NEEDS_A_DISK
def test_it_is_still_there_when_somebody_has_only_looked(disk: Path) -> None:
    journal = Journal(disk / "ops.db")
    small_disk.fill(disk / "filler")
    assert journal.newest(1) == []
    looking = Journal(disk / "ops.db")
    assert looking.newest(1) == []
    looking.close()
    assert running.reserve_of(disk).exists()
    journal.close()


@_NEEDS_A_DISK
def test_nothing_of_one_is_left_where_there_is_no_room_for_it(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reserve, "_ENOUGH", -1)
    small_disk.fill(disk / "filler")
    reserve.keep(disk)
    assert not running.reserve_of(disk).exists()
