"""What a set is made of: the files of a stack, open and holding still."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from haat.kernel import clock
from haat.ops.backups.engine import Engine, Found
from haat.ops.backups.engines.sqlite import SQLite
from haat.ops.backups.manifest import PartName
from haat.ops.backups.sqlite import opened

_FOLDERS: tuple[tuple[PartName, str], ...] = (("media", "media"), ("media", "evidence"), ("logs", "logs"))
_CONFIGURATION = ("haat.toml", "secrets.toml", "stack.json")
# Beside the shop's own: what operations remember, and the gateway of the sandbox, which comes after the shop because it knows more than it.
_SMALL = ("ops.db", "sandbox.db")
_HIDDEN = "."


class Gathered(NamedTuple):
    """Everything of one set. `positions` are the instants of the databases, by their names and in their own words; `began` is when that was begun
    (`time.monotonic`), and `began_at` the same by the clock (ms since 1970).
    """

    files: list[Found]
    positions: dict[str, str]
    began: float
    began_at: int


@contextmanager
def gathered(data: Path, engine: Engine, scratch: Path) -> Iterator[Gathered]:
    """The stack in this folder, whose database is kept by this engine, as it is now; `scratch` is a folder for what is written down on the way.

    Photos are looked for after the database is held: a photo is written before the row that names it, so none of those is missing.
    """
    began, began_at = time.monotonic(), clock.now()
    with ExitStack() as stack:
        files: list[Found] = []
        positions: dict[str, str] = {}
        for one in (engine, *map(SQLite, small(data))):
            copy = stack.enter_context(one.copied(scratch))
            positions[one.name] = copy.position
            files += copy.files
        files += _files(stack, data)
        yield Gathered(files, positions, began, began_at)


class Weight(NamedTuple):
    """What would be read for a set: bytes of the databases, and everything else, which is not open any more."""

    databases: int
    files: list[Found]

    @property
    def bytes(self) -> int:
        return self.databases + sum(found.size for found in self.files)


def weighed(data: Path, engine: Engine) -> Weight:
    """Of the stack in this folder, as it is now; nothing is held. Raises as `gathered` does."""
    databases = sum(one.weighed() for one in (engine, *map(SQLite, small(data))))
    with ExitStack() as stack:
        return Weight(databases, [*_files(stack, data)])


def small(data: Path) -> list[Path]:
    """The databases that a stack in this folder has beside that of the shop."""
    return [data / name for name in _SMALL if (data / name).exists()]


def _files(stack: ExitStack, data: Path) -> Iterator[Found]:
    """All but databases."""
    yield from _configuration(stack, data)
    for part, folder in _FOLDERS:
        yield from _below(stack, part, data, data / folder)


def _configuration(stack: ExitStack, data: Path) -> Iterator[Found]:
    for name in _CONFIGURATION:
        if (data / name).exists():
            yield _held(stack, "configuration", data, data / name)


def _below(stack: ExitStack, part: PartName, data: Path, folder: Path) -> Iterator[Found]:
    """What is finished below a folder: names that begin with a dot, and folders of such a name, are of what is half written. A log may grow while it is
    read: it is taken up to where it ends now.
    """
    for path in sorted(folder.rglob("*")):
        is_half_written = any(name.startswith(_HIDDEN) for name in path.relative_to(folder).parts)
        if is_half_written or path.is_symlink() or not path.is_file():
            continue
        with suppress(FileNotFoundError):  # A log is turned over, and another picture is thrown away.
            if part == "logs":
                yield _held(stack, part, data, path)
            else:
                known = path.stat()
                size, mode = known.st_size, known.st_mode & 0o777
                yield Found(part, _name(data, path), path, None, size, mode, known.st_mtime_ns)


def _held(stack: ExitStack, part: PartName, data: Path, path: Path) -> Found:
    handle = opened(stack, path)
    known = os.fstat(handle)
    return Found(part, _name(data, path), path, handle, known.st_size, known.st_mode & 0o777, known.st_mtime_ns)


def _name(data: Path, path: Path) -> str:
    """Where it is below the data folder."""
    return path.relative_to(data).as_posix()
