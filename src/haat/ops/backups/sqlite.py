"""A database of SQLite as it is at one instant, read from its own files while others write.

In WAL mode the file of the database and the frames of the log up to a reader's mark are together what that reader sees: a checkpoint
copies frames up to the mark and none beyond, and the log is not begun anew while the reader is there. A reader that came when every frame
was in the file already needs the file alone, and no checkpoint touches it (SQLite, "WAL-mode File Format"). So a copy is these two, and SQLite
itself puts them together when it first opens them.
"""

from __future__ import annotations

import os
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from haat.kernel.errors import Unavailable

_PATIENCE = 30.0  # seconds for whoever is writing to commit
LOG_HEADER, FRAME_HEADER = 32, 24  # bytes
_HALF = 48  # bytes
# The index of a log: its page size, last frame, pages and salt; the same once more; and how many frames are in the file of the database already.
_INDEX = struct.Struct("=14xHII8x8s8x 48x I")


class Index(NamedTuple):
    """What the index of a log says: which generation it is, its last frame that is committed, and how many are in the file of the database."""

    salt: str
    page_size: int
    last_frame: int
    pages: int
    in_file: int

    @property
    def position(self) -> str:
        return f"{self.salt}:{self.last_frame}"


class Held(NamedTuple):
    """Open files that together are the database at one instant. `log` is None, and `log_size` 0, where all of it is in the file."""

    file: int
    size: int
    log: int | None
    log_size: int
    position: str


@contextmanager
def held(path: Path) -> Iterator[Held]:
    """Hold the database as it is now, without stopping anybody for longer than a moment.

    No other connection of this process may be open to this database: when the files are closed, the locks of the whole process on them go.
    Raises Unavailable.
    """
    # Files are closed after the connections, because closing one lets go of this process's locks on it.
    with ExitStack() as files, ExitStack() as connections:
        try:
            reader = connections.enter_context(closing(connected(path)))
            writer = connections.enter_context(closing(connected(path)))
            writer.execute("BEGIN IMMEDIATE")
            stay(reader)
            found = _as_it_is(files, path)
            writer.execute("ROLLBACK")
        except (sqlite3.Error, OSError) as error:
            raise Unavailable(
                f"The database {path} could not be held for a copy.",
                why=f"{error}.",
                try_="`haat database look` says who is at it; try again when they are done.",
            ) from error
        yield found


def _as_it_is(files: ExitStack, path: Path) -> Held:
    """What belongs to it, while nobody can commit."""
    file, index = opened(files, path), read_index(opened(files, index_of(path)))
    if index.in_file == index.last_frame:
        return Held(file, os.fstat(file).st_size, None, 0, index.position)
    log = opened(files, log_of(path))
    # What lies beyond the last page was there before, or is of a later instant.
    size = min(os.fstat(file).st_size, index.pages * index.page_size)
    return Held(file, size, log, LOG_HEADER + index.last_frame * (FRAME_HEADER + index.page_size), index.position)


def read_index(index: int) -> Index:
    """The index of a log, as soon as nobody is writing it."""
    while (found := glimpse(index)) is None:
        pass
    return found


def glimpse(index: int) -> Index | None:
    """The same, or None while somebody is: it stands there twice, and is whole when both are the same."""
    raw = os.pread(index, _INDEX.size, 0)
    if raw[:_HALF] != raw[_HALF : 2 * _HALF]:
        return None
    page_size, last_frame, pages, salt, in_file = _INDEX.unpack(raw)
    return Index(salt.hex(), _page_size(page_size), last_frame, pages, in_file)


def stay(reader: sqlite3.Connection) -> None:
    """See the database as it is now, for as long as the transaction is open. Nothing is read but its first page, so that a damaged one is kept too."""
    reader.execute("BEGIN")
    reader.execute("PRAGMA user_version").fetchone()


def log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def index_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-shm")


def _page_size(written: int) -> int:
    """64 KB does not fit into two bytes, and is written as 1."""
    return 1 << 16 if written == 1 else written


def connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=_PATIENCE, isolation_level=None
    )
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    return connection


def opened(stack: ExitStack, path: Path) -> int:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    stack.callback(os.close, handle)
    return handle
