"""The disks that the stack writes to: one for each file system that holds something of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from haat.config.schema import Settings

LOW, FULL = 1_000_000_000, 100_000_000  # bytes: somebody should look, and nothing can be relied on any more
_FEW_FILES = 1000


class Disk(NamedTuple):
    """A file system: where it begins, what of the stack is on it, how many of its bytes are free of how many, and how many more files
    there can be (None where it does not count them).
    """

    mount: Path
    holds: tuple[str, ...]
    free: int
    total: int
    files_left: int | None
    is_read_only: bool

    @property
    def taken(self) -> float:
        return 1 - self.free / self.total if self.total else 1.0

    @property
    def status(self) -> str:
        """`ok`, `attention` or `failed`."""
        has_no_files = self.files_left is not None and self.files_left < _FEW_FILES
        if self.is_read_only or has_no_files or self.free < FULL:
            return "failed"
        return "attention" if self.free < LOW else "ok"

    @property
    def problem(self) -> str:
        """What is wrong with it in a few words; nothing while it is well."""
        if self.is_read_only:
            return "it cannot be written: it is mounted read-only"
        if self.files_left is not None and self.files_left < _FEW_FILES:
            return f"it can take {self.files_left} more files, however small"
        return "" if self.free >= LOW else "it is full" if self.free < FULL else "it is nearly full"


def disks(settings: Settings) -> list[Disk]:
    """Each once, that of the data folder first, and that of the backups among them where they are in a folder."""
    backups = () if settings.backup.is_in_s3 else [("backups", settings.data / settings.backup.to)]
    return _disks([*_places(settings), *backups])


def disks_of_shop(settings: Settings) -> list[Disk]:
    """Those alone without which the shop cannot do its work."""
    return _disks(_places(settings))


def _disks(places: Iterable[tuple[str, Path]]) -> list[Disk]:
    found: dict[int, tuple[Path, list[str]]] = {}
    for name, path in places:
        there = next(folder for folder in (path, *path.parents) if folder.exists())
        _, names = found.setdefault(there.stat().st_dev, (there, []))
        names.append(name)
    return [_disk(path, tuple(names)) for path, names in found.values()]


def _places(settings: Settings) -> Iterator[tuple[str, Path]]:
    yield "data folder", settings.data
    if settings.database.kind == "sqlite":
        yield "database", settings.database.path.parent
    for name in ("media", "evidence", "logs"):
        yield name, settings.data / name


def _disk(path: Path, holds: tuple[str, ...]) -> Disk:
    stat = os.statvfs(path)
    return Disk(
        _mount_of(path),
        holds,
        stat.f_bavail * stat.f_frsize,
        stat.f_blocks * stat.f_frsize,
        stat.f_favail if stat.f_files else None,
        bool(stat.f_flag & os.ST_RDONLY),
    )


def _mount_of(path: Path) -> Path:
    device = path.stat().st_dev
    *_, mount = takewhile(lambda folder: folder.stat().st_dev == device, (path, *path.parents))
    return mount
