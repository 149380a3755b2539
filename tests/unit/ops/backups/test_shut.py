"""Files of tables that a server cannot open are kept, whoever is killed on the way, and none is copied twice."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.killing import killed_after

from haat.ops.backups.mariadb import shut

_OTHER_DISK = Path("/dev/shm")


class Kept:
    """Two tables on one disk, and where they are to be kept on another."""

    def __init__(self, server: Path, kept_in: Path) -> None:
        self.server, self.kept_in = server, kept_in
        for table in ("goods", "orders"):
            (server / f"{table}.ibd").write_bytes(os.urandom(300_000))
            (server / f"{table}.frm").write_bytes(table.encode())

    def keep(self) -> None:
        for table in ("goods", "orders"):
            shut._keep(self.server, table, self.kept_in)

    def is_whole(self) -> bool:
        there = sorted(file.name for file in self.kept_in.iterdir())
        return there == sorted(file.name for file in self.server.iterdir()) and all(
            (self.kept_in / name).read_bytes() == (self.server / name).read_bytes() for name in there
        )


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    if not _OTHER_DISK.is_dir() or _OTHER_DISK.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second disk")
    (tmp_path / "kept").mkdir()
    with tempfile.TemporaryDirectory(prefix="haat-shut-", dir=_OTHER_DISK) as server:
        yield Kept(Path(server), tmp_path / "kept")


def test_what_was_copied_whole_is_not_copied_again(kept: Kept) -> None:
    kept.keep()
    assert kept.is_whole()
    before = {file.name: file.stat().st_ino for file in kept.kept_in.iterdir()}
    (kept.kept_in / "orders.ibd").write_bytes((kept.server / "orders.ibd").read_bytes()[:1000])
    kept.keep()
    assert kept.is_whole()
    again = {file.name for file in kept.kept_in.iterdir() if file.stat().st_ino != before[file.name]}
    assert again <= {"orders.ibd"}


def test_whoever_is_killed_goes_on_with_what_is_left_and_calls_no_half_a_whole(kept: Kept) -> None:
    for moves in range(100):
        was_killed = killed_after(moves, kept.keep)
        for file in kept.kept_in.iterdir():
            if not file.name.startswith("."):
                assert file.read_bytes() == (kept.server / file.name).read_bytes()
        if not was_killed:
            break
    assert moves >= 2, "whoever comes after one that was killed goes further"
    assert kept.is_whole()
