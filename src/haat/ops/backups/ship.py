"""Keep what is committed, within a second: read the log of a database of SQLite while others write it.

As long as a reader is there, nobody begins the log anew over frames that were not read (see `sqlite.py`). So the shipper is a reader that stays. When
the log has become long it holds up writers for a moment, reads what is left, and lets the log go: the next writer begins it anew, and the shipper is a
reader again before that can happen. Nobody waits for the repository: what was read is written there when writers go on.
"""

from __future__ import annotations

import os
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from haat.kernel import faults
from haat.kernel.errors import NotFound, Unavailable
from haat.ops.backups import log
from haat.ops.backups.engine import Behind, Gap
from haat.ops.backups.log import NOT_YET, Mark, Stretch
from haat.ops.backups.shelf import remove_all
from haat.ops.backups.sqlite import (
    FRAME_HEADER,
    LOG_HEADER,
    Index,
    connected,
    glimpse,
    index_of,
    log_of,
    opened,
    read_index,
    stay,
)
from haat.ops.backups.vault import Damaged, Vault
from haat.ops.backups.watch import Watch, whole_now

_LONG = 4_000_000  # bytes of a log, from where on it is let go
_MOST_AT_ONCE = 4096  # frames
_MOST_READ = 2  # times as many that wait to be written
_MOST_JOINED = 200  # parts
_SALT = slice(16, 24)  # of the header of a log


class Shipper:
    """Ships one database, in one thread, from a process that has no other connection to it."""

    def __init__(self, vault: Vault, path: Path, long: int = _LONG) -> None:
        self._vault = vault
        self._path = path
        self._long = long
        self._files = ExitStack()
        self._connections = ExitStack()
        self._watch = Watch(self._reached)
        self._stream = 0
        self._salt = ""
        self._generation = 0
        self._frame = 0  # up to which everything was read
        self._seen = 0  # up to which everything was committed at the last look
        self._after = -1  # the last one of the generation before
        self._is_let_go = True
        self._read: deque[Stretch] = deque()  # and not written to the repository yet
        self._parts: list[tuple[str, int]] = []  # of this generation: their names, and how many frames they have

    def start(self) -> None:
        self._stream = log.next_stream(self._vault, self._path.name)
        try:
            self._begin_to_read()
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise Unavailable(f"The log of {self._path} cannot be read.", why=f"{error}.") from error

    def tick(self, before: Callable[[], None] = lambda: None) -> int:
        if len(self._read) >= _MOST_READ:
            before()
            self._write()
        count = self._look()
        before()
        self._write()
        with self._or_a_gap():
            index = read_index(self._index)
            is_long = index.last_frame * (FRAME_HEADER + index.page_size) >= self._long
            # Writers wait until the rest is read: it may not be much.
            if is_long and not self._is_let_go and index.last_frame - self._frame <= _MOST_AT_ONCE:
                self._let_go(before)
        if self._frame < self._seen:
            raise Behind(f"There is more in the log of {self._path} than could be read yet.")
        return count

    @property
    def waiting(self) -> int:
        index = read_index(self._index)
        return 0 if self._is_let_go else index.last_frame * (FRAME_HEADER + index.page_size)

    def close(self) -> None:
        self._watch.close()
        self._connections.close()
        self._files.close()

    def _look(self) -> int:
        """Read what was committed since the last time, as far as there is room for it; returns how many frames that is."""
        with self._or_a_gap():
            index, at = read_index(self._index), whole_now()
            if index.salt != self._salt:
                self._begin(index)
            known, self._seen = self._frame, index.last_frame
            for stretch in self._new(index, at):
                self._read.append(stretch)
                if len(self._read) >= _MOST_READ:
                    break
        return self._frame - known

    def _begin_to_read(self) -> None:
        # The first use makes the log and its index. Their files are closed after the connections, or this process's locks would go with them.
        self._writer = self._connections.enter_context(closing(connected(self._path)))
        self._writer.execute("BEGIN IMMEDIATE")
        self._reader = self._connections.enter_context(closing(connected(self._path)))
        self._relief = self._connections.enter_context(closing(connected(self._path)))
        for one in (self._reader, self._relief):  # What they know of tables now serves them when its pages are damaged.
            one.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        stay(self._reader)
        self._index = opened(self._files, index_of(self._path))
        self._log = opened(self._files, log_of(self._path))
        self._watch.start()
        index = read_index(self._index)
        self._begin(index)
        if index.in_file == index.last_frame:  # Then anybody may begin it anew as soon as writers go on.
            self._read.extend(self._new(index, whole_now()))
            self._is_let_go = True
        self._writer.execute("ROLLBACK")

    def _begin(self, index: Index) -> None:
        if not self._is_let_go:
            raise self._gap("Its log was begun anew by somebody else.")
        self._after = self._frame if self._generation else -1
        self._salt, self._generation, self._frame, self._seen = index.salt, self._generation + 1, 0, 0
        self._is_let_go = False
        self._parts = []
        if not index.last_frame:
            self._read.append(self._stretch(index, b"", 1, [Mark(0, whole_now())], b""))

    def _reached(self) -> tuple[str, int] | None:
        index = glimpse(self._index)
        return (index.salt, index.last_frame) if index is not None else None

    def _new(self, index: Index, at: int) -> Iterator[Stretch]:
        size = FRAME_HEADER + index.page_size
        header = os.pread(self._log, LOG_HEADER, 0)
        for first in range(self._frame + 1, index.last_frame + 1, _MOST_AT_ONCE):
            last = min(first + _MOST_AT_ONCE - 1, index.last_frame)
            frames = os.pread(self._log, (last - first + 1) * size, LOG_HEADER + (first - 1) * size)
            if not header[_SALT].hex() == index.salt == self._salt or len(frames) != (last - first + 1) * size:
                raise self._gap("Its log is not what the index of it says.")
            self._frame, self._is_let_go = last, False
            marks = self._watch.marks(self._salt, first - 1, last)
            if not marks or marks[-1].frame != last:  # Where there is more, this may end within a transaction.
                marks.append(Mark(last, at if last == index.last_frame else NOT_YET))
            self._watch.forget(self._salt, last)
            yield self._stretch(index, header, first, marks, frames)

    def _stretch(self, index: Index, header: bytes, first: int, marks: Sequence[Mark], frames: bytes) -> Stretch:
        place = (self._path.name, self._stream, self._generation, self._salt)
        return Stretch(*place, FRAME_HEADER + index.page_size, header, first, tuple(marks), frames, self._after)

    def _write(self) -> None:
        """Bring to the repository what was read, in its order."""
        while self._read:
            stretch = self._read[0]
            name = log.put(self._vault, stretch)
            self._read.popleft()
            if stretch.generation == self._generation and stretch.frames:
                self._parts.append((name, stretch.last - stretch.first + 1))

    def _let_go(self, before: Callable[[], None]) -> None:
        """Let the log be begun anew. Where somebody still needs it, the next time will do."""
        self._bring_into_file()  # Most of it, while others write.
        try:
            self._writer.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return
        try:
            self._read.extend(self._new(read_index(self._index), whole_now()))
            faults.reach("ship.let-go")
            self._bring_into_file()
            self._reader, self._relief = self._relief, self._reader
            stay(self._reader)
            self._relief.execute("COMMIT")
            index = read_index(self._index)
            self._is_let_go = index.in_file == index.last_frame
        finally:
            self._writer.execute("ROLLBACK")
        before()
        self._write()
        if self._is_let_go:
            self._join()

    def _bring_into_file(self) -> None:
        """As much of the log as nobody needs to find there; a reader is there at every moment."""
        stay(self._relief)
        self._reader.execute("COMMIT")
        self._reader, self._relief = self._relief, self._reader
        self._relief.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def _join(self) -> None:
        """Few contents are found and fetched sooner than many. What is large is left as it is."""
        parts, self._parts = self._parts, []
        for run in _runs(parts):
            if len(run) > 1:
                try:
                    log.put(self._vault, log.joined(self._vault, run))
                except (Damaged, NotFound) as error:
                    raise self._gap(f"{error.what} {error.why}".strip()) from error
            remove_all(self._vault.shelf, run[1:])

    @contextmanager
    def _or_a_gap(self) -> Iterator[None]:
        """Where the database or its log does something unforeseen, nobody knows any more what was missed."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise self._gap(f"{error}.") from error

    def _gap(self, why: str) -> Gap:
        return Gap(f"There is a gap in what is kept of {self._path}.", why=why)


def _runs(parts: Sequence[tuple[str, int]]) -> Iterator[list[str]]:
    """Names of parts that follow each other, as many as are read at once."""
    run, frames = list[str](), 0
    for name, count in parts:
        if run and (frames + count > _MOST_AT_ONCE or len(run) == _MOST_JOINED):
            yield run
            run, frames = [], 0
        run.append(name)
        frames += count
    if run:
        yield run
