"""What a set is made of: the files of a stack, open and holding still."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from haat.config.schema import Settings
from haat.kernel.errors import Refused
from haat.ops.backups import sqlite
from haat.ops.backups.manifest import PartName

_FOLDERS: tuple[tuple[PartName, str], ...] = (("media", "media"), ("media", "evidence"), ("logs", "logs"))
_CONFIGURATION = ("haat.toml", "secrets.toml", "stack.json")
# Beside the shop's own: what operations remember, and the gateway of the sandbox, which comes after the shop because it knows more than it.
_SMALL = ("ops.db", "sandbox.db")
_HIDDEN = "."


class Found(NamedTuple):
    """A file that is to be in a set, up to `size` bytes. `handle` is open, or None for one whose content never changes and that is opened when its
    turn comes, at `source`. `release` is called when it was read.
    """

    part: PartName
    path: str
    source: Path
    handle: int | None
    size: int
    mode: int
    changed_at: int
    release: Callable[[], None] = lambda: None


class Gathered(NamedTuple):
    """Everything of one set. `positions` are the instants of the databases, by their paths and in their own words."""

    files: list[Found]
    positions: dict[str, str]


@contextmanager
def gathered(data: Path, database: Path) -> Iterator[Gathered]:
    """The stack in this folder, whose database is this file, as it is now.

    Photos are looked for after the database is held: a photo is written before the row that names it, so none of those is missing.
    """
    with ExitStack() as stack:
        files: list[Found] = []
        positions: dict[str, str] = {}
        for path in databases(data, database):
            # A log grows for as long as its database is held: no longer than it is read.
            holding = stack.enter_context(ExitStack())
            copy = holding.enter_context(sqlite.held(path))
            positions[_name(data, path)] = copy.position
            *others, last = _of_copy(data, path, copy)
            files += [*others, last._replace(release=holding.close)]
        files += _configuration(stack, data)
        for part, folder in _FOLDERS:
            files += _below(stack, part, data, data / folder)
        yield Gathered(files, positions)


def databases(data: Path, database: Path) -> list[Path]:
    """All of a stack in this folder, the shop's first."""
    return [database, *(data / name for name in _SMALL if (data / name).exists())]


def _of_copy(data: Path, path: Path, copy: sqlite.Held) -> Iterator[Found]:
    known = os.fstat(copy.file)
    name = _name(data, path)
    yield Found("database", name, path, copy.file, copy.size, known.st_mode & 0o777, known.st_mtime_ns)
    if copy.log is not None:
        log = path.with_name(f"{path.name}-wal")
        yield Found("database", f"{name}-wal", log, copy.log, copy.log_size, known.st_mode & 0o777, known.st_mtime_ns)


def _configuration(stack: ExitStack, data: Path) -> Iterator[Found]:
    for name in _CONFIGURATION:
        if (data / name).exists():
            yield _held(stack, "configuration", data, data / name)


def _below(stack: ExitStack, part: PartName, data: Path, folder: Path) -> Iterator[Found]:
    """What is finished below a folder. A log may grow while it is read: it is taken up to where it ends now."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.name.startswith(_HIDDEN):
            continue
        with suppress(FileNotFoundError):  # A log is turned over, and another picture is thrown away.
            if part == "logs":
                yield _held(stack, part, data, path)
            else:
                known = path.stat()
                size, mode = known.st_size, known.st_mode & 0o777
                yield Found(part, _name(data, path), path, None, size, mode, known.st_mtime_ns)


def _held(stack: ExitStack, part: PartName, data: Path, path: Path) -> Found:
    handle = sqlite.opened(stack, path)
    known = os.fstat(handle)
    return Found(part, _name(data, path), path, handle, known.st_size, known.st_mode & 0o777, known.st_mtime_ns)


def database_of(settings: Settings) -> Path:
    """The shop's, where it can be copied. Raises Refused for one on a server, and for a file that a restored copy would share with the shop."""
    address = settings.database
    if address.kind != "sqlite":
        raise Refused(
            f"Backups of {address.name} are not made by Haat yet.",
            why="It copies databases of SQLite.",
            try_="Use the server's own tools for the database until then.",
        )
    if settings.store.url is not None and "/" in settings.store.url.database:
        raise Refused(
            "This stack cannot be backed up whole.",
            why=f"`store.url` names {settings.store.url.database}: a copy of the stack would use the same file, and not its own.",
            try_="Move the database into the data folder itself, and name it by its name alone, such as “sqlite:///shop.db”.",
        )
    return address.path


def _name(data: Path, path: Path) -> str:
    """Where it is below the data folder."""
    return path.relative_to(data).as_posix()
