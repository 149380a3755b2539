"""Room that is kept back on the disk, so that a run can be written down when there is none left."""

from __future__ import annotations

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


@_NEEDS_A_DISK
def test_a_run_can_be_written_down_on_a_disk_that_is_full(tmp_path: Path) -> None:
    small_disk.mount(tmp_path, 40_000_000)
    try:
        Journal(tmp_path / "ops.db").close()
        small_disk.fill(tmp_path / "filler")
        journal = Journal(tmp_path / "ops.db")
        run = journal.begin("make-room", {}, "ada", "cli")
        for event in ("intended", "acted", "verified"):
            journal.note(run, 0, event, "It is done." * 100)
        assert len(journal.entries(run)) == 3
        journal.close()
        assert not running.reserve_of(tmp_path).exists()
        (tmp_path / "filler").unlink()
        Journal(tmp_path / "ops.db").close()
        assert running.reserve_of(tmp_path).exists()
    finally:
        small_disk.unmount(tmp_path)
