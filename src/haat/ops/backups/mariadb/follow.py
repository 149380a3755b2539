"""Keep what is committed on a server of MariaDB: its binary logs are the log, and mariadb-binlog reads them as a replica would.

What it reads comes into a folder of ours at once. Twice a second the server is asked how far it is, which is always between two transactions, and
everything up to there goes into the repository. The logs have numbers that go on, so a shipper that was away goes on where it was, as long as
the server has not purged what it missed.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from socket import gethostname
from typing import BinaryIO, NamedTuple
from zlib import crc32

from haat.config.address import Address
from haat.kernel import clock, faults
from haat.kernel.errors import HaatError, NotFound, Refused, Unavailable
from haat.ops.backups import log
from haat.ops.backups.engine import MOST_WAITING, Behind, Gap
from haat.ops.backups.log import Mark, Stretch
from haat.ops.backups.mariadb.asked import Asked
from haat.ops.backups.mariadb.place import HEADER, MAGIC, Event, number_of, salt_of
from haat.ops.backups.mariadb.tools import login, started, words
from haat.ops.backups.shelf import remove_all
from haat.ops.backups.vault import Damaged, Vault
from haat.ops.backups.watch import Watch, whole_now

_LONG = 64_000_000  # bytes of a binary log, from where on the server is to begin the next: one is read whole when it is restored
_PIECE = 4_000_000  # bytes, from where on the rest is for another stretch
_MOST_JOINED = 200  # parts
_ROOM = MOST_WAITING // 2  # bytes that are here at most, but for one log: the server has the rest
_PATIENCE = 5.0  # seconds until something more of what the server has is here
_LATE = 2_000  # ms after the last look, from where on the events themselves say when they were
_SECOND = 1000  # ms
# What the server says of a log that it cannot send any more.
_GONE = ("truncated in the middle of event", "Could not find first log file", "corrupt")


class Follower:
    """Follows one server; `name` is what its database is called in a set, and `spool` a folder of its own."""

    def __init__(self, vault: Vault, address: Address, name: str, spool: Path, long: int = _LONG) -> None:
        self._vault = vault
        self._name = name
        self._long = long
        self._server = Asked(
            address._replace(database="")
        )  # The log is of the server, whatever becomes of the database.
        self._reader = _Reader(address, spool)
        self._stream = 0
        self._number = 0
        self._salt = ""
        self._end = 0  # up to which the log of this number is kept
        self._after = -1  # where the one before it ended
        self._looked_at = 0
        self._is_late = False  # whether what comes next happened while nobody looked
        self._names: list[str] = []

    def start(self) -> None:
        refuse_unless_followed(self._server)
        last = self._last_kept()
        if last is None or not self._goes_on(last):
            self._begin_stream()

    def tick(self, before: Callable[[], None] = lambda: None) -> int:
        number, end = self._status()
        at = whole_now()
        before()
        if number < self._number:
            raise self._gap("Its binary logs were begun anew.")
        self._is_late |= at - self._looked_at > _LATE
        self._looked_at = at
        self._read_on()
        kept = 0
        while self._number < number:
            self._await(lambda: self._reader.size_of(self._number + 1) > 0)
            kept += self._keep_up_to(self._reader.size_of(self._number), at)
            self._turn_over()
        self._await(lambda: self._reader.size_of(number) >= end)
        kept += self._keep_up_to(end, at)
        self._is_late = False
        if self._end >= self._long:
            self._server.rows("FLUSH LOCAL BINARY LOGS")
        return kept

    @property
    def waiting(self) -> int:
        return self._reader.size - self._end

    def close(self) -> None:
        self._reader.close()
        self._server.close()

    def _last_kept(self) -> Stretch | None:
        generations = log.generations(self._vault, self._name)
        if not generations:
            return None
        last = max(generations, key=lambda one: (one.stream, one.number))
        self._names = [*last.names]
        try:
            return log.joined(self._vault, last.names[-1:])
        except (Damaged, NotFound):  # Nobody can go on with it.
            return None

    def _goes_on(self, last: Stretch) -> bool:
        """Whether the server has everything that came after what was kept last."""
        sizes = self._logs()
        if sizes.get(last.generation, 0) < last.last:
            return False
        self._stream, self._number, self._salt, self._end = last.stream, last.generation, last.salt, last.last
        self._looked_at, self._after = last.marks[-1].at, last.after
        number, end = self._status()
        self._read_on()
        try:
            self._await(lambda: self._reader.size_of(number) >= end or self._reader.is_full)
        except Gap:
            return False
        return True

    def _begin_stream(self) -> None:
        """With a log that begins now."""
        self._reader.close()
        self._server.rows("FLUSH LOCAL BINARY LOGS")
        number, _ = self._status()
        self._stream, self._looked_at = log.next_stream(self._vault, self._name), clock.now()
        self._number, self._salt, self._end, self._after, self._names = number, "", 0, -1, []

    def _status(self) -> tuple[int, int]:
        """The number of the log that is written, and up to where."""
        for file, end, *_ in self._server.rows("SHOW MASTER STATUS"):
            return number_of(file), int(end)
        raise self._gap("The server writes no binary log any more.")

    def _logs(self) -> dict[int, int]:
        """The sizes of all logs that the server has, by their numbers."""
        return {number_of(file): int(size) for file, size, *_ in self._server.rows("SHOW BINARY LOGS")}

    def _read_on(self) -> None:
        """See to it that mariadb-binlog reads, from the log on that is not kept whole yet, unless that is here whole."""
        if self._reader.is_alive or (self._reader.rests and self._reader.size_of(self._number + 1)):
            return
        files = {number_of(file): file for file, *_ in self._server.rows("SHOW BINARY LOGS")}
        if self._number not in files:
            raise self._gap("The server has purged a binary log that was not read yet.")
        self._reader.start(files[self._number])

    def _await(self, is_here: Callable[[], bool]) -> None:
        """Wait until something has been read, for as long as there is more. Raises Unavailable, Refused, Behind, and Gap where it is not the log that it was."""
        until, size = time.monotonic() + _PATIENCE, self._reader.size
        while not is_here():
            if self._reader.rests:
                raise Behind("The binary logs grow faster than they are kept: there is no room for more of them here.")
            if not self._reader.is_alive:
                raise self._unread(self._reader.said)
            if self._reader.size > size:
                until, size = time.monotonic() + _PATIENCE, self._reader.size
            elif time.monotonic() > until:
                self._reader.close()  # It is stuck, as behind a network that is dead: it begins anew.
                raise self._unread("Nothing comes from the server.")
            time.sleep(0.01)
        salt = self._reader.salt_of(self._number)
        if self._salt and salt and salt != self._salt:
            raise self._gap("Its binary logs are others than they were.")
        self._salt = self._salt or salt

    def _unread(self, said: str) -> HaatError:
        if "privilege" in said:
            return self._server.not_allowed(said)
        if any(words in said for words in _GONE):
            return self._gap(said)
        return Unavailable("The binary log of MariaDB is not read.", why=said)

    def _keep_up_to(self, end: int, at: int) -> int:
        """Bring to the repository what is not there yet of the log that is being read; returns how many bytes that is."""
        if end < self._end:
            raise self._gap("The server has lost the end of its binary log.")
        before = self._end
        for piece in self._reader.pieces(self._number, self._end, end):
            known = (*piece.marks, Mark(piece.end, piece.at)) if self._is_late else self._seen(piece)
            # Nothing was committed after the instant at which it was seen.
            marks = (*known, Mark(piece.end, at))
            self._put(piece.content, tuple(Mark(mark.frame, min(mark.at, at)) for mark in marks))
            faults.reach("ship.stretch")
            if self._reader.is_full:
                self._reader.rest()
        return self._end - before

    def _seen(self, piece: _Piece) -> Iterator[Mark]:
        """What of it had come when, in whole transactions."""
        last = self._end
        for come in self._reader.seen(self._number, self._end, piece.end):
            place = piece.between[bisect_right(piece.between, come.frame) - 1]
            if last < place <= come.frame:
                last = place
                yield Mark(place, come.at)

    def _put(self, content: bytes, marks: tuple[Mark, ...]) -> None:
        place = (self._name, self._stream, self._number, self._salt)
        self._names.append(log.put(self._vault, Stretch(*place, 1, b"", self._end + 1, marks, content, self._after)))
        self._end = marks[-1].frame
        self._reader.forget_seen(self._number, self._end)
        if len(self._names) >= _MOST_JOINED:
            self._join()

    def _turn_over(self) -> None:
        self._join()
        self._reader.forget(self._number)
        self._number, self._salt, self._end, self._after = self._number + 1, "", 0, self._end

    def _join(self) -> None:
        """Few contents are found and fetched sooner than many."""
        names, self._names = self._names, []
        if len(names) > 1:
            try:
                log.put(self._vault, log.joined(self._vault, names))
            except (Damaged, NotFound) as error:
                raise self._gap(f"{error.what} {error.why}".strip()) from error
            remove_all(self._vault.shelf, names[1:])

    def _gap(self, why: str) -> Gap:
        return Gap(f"There is a gap in what is kept of {self._name}.", why=why)


def refuse_unless_followed(server: Asked) -> None:
    """Raises Refused where it writes no log that could be followed, or this user may not see it; Unavailable."""
    [(is_on, form)] = server.rows("SELECT @@log_bin, @@binlog_format")
    if not is_on or form == "STATEMENT":
        raise Refused(
            "What is committed on the server of MariaDB cannot be kept.",
            why="It writes no binary log." if not is_on else "Its binary log has statements, and not what they did.",
            try_="Write into the server's settings, below [mariadbd]: log_bin, binlog_format = ROW and sync_binlog = 1. Then start it again.",
        )
    server.rows("SHOW MASTER STATUS")


class _Piece(NamedTuple):
    """Whole transactions of a log, up to a byte; `at` is when the last of them was begun at the latest, and so say `marks` of those before it. `between`
    are the places where none is, the end among them.
    """

    content: bytes
    end: int
    at: int
    marks: tuple[Mark, ...]
    between: Sequence[int]


class _Reader:
    """mariadb-binlog, which writes into a folder what the server sends to its replicas. A server has one replica of each number: one that was left over
    by a shipper which was killed is sent away when the next one comes.
    """

    def __init__(self, address: Address, spool: Path) -> None:
        self._address = address
        self._spool = spool
        self._said = spool / "said"
        self._running: subprocess.Popen[bytes] | None = None
        self._watch = Watch(self._reached)
        self._newest: Path | None = None
        self._held = ExitStack()
        self.rests = False

    @property
    def is_alive(self) -> bool:
        return self._running is not None and self._running.poll() is None

    @property
    def said(self) -> str:
        return self._said.read_text("utf-8", "replace").strip()[-600:] if self._said.exists() else ""

    def start(self, file: str) -> None:
        """From the beginning of this log on."""
        self.close()
        self._spool.mkdir(mode=0o700, parents=True)
        options = self._held.enter_context(login(self._address))
        manners = (
            "--read-from-remote-server",
            "--raw",
            "--stop-never",
            f"--stop-never-slave-server-id={self._replica}",
        )
        reads = words(
            "mariadb-binlog", f"--defaults-file={options}", *manners, f"--result-file={self._spool.absolute()}/", file
        )
        with self._said.open("wb") as said:
            self._running = started(reads, said, said)
        self._watch, self._newest = Watch(self._reached), None
        self._watch.start()

    def size_of(self, number: int) -> int:
        """Bytes that are here."""
        path = self._path(number)
        return path.stat().st_size if path else 0

    @property
    def size(self) -> int:
        """Bytes of everything that is here."""
        return sum(path.stat().st_size for path in self._spool.glob("*.[0-9]*"))

    @property
    def is_full(self) -> bool:
        return self.size > _ROOM

    def rest(self) -> None:
        """Read no more. What is here stays until it is started again."""
        self._end()
        self.rests = True

    def salt_of(self, number: int) -> str:
        """Empty where too little of it is here."""
        path = self._path(number)
        if path is None:
            return ""
        with path.open("rb") as file:
            return salt_of(number, file.read(len(MAGIC) + HEADER))

    def seen(self, number: int, after: int, last: int) -> Sequence[Mark]:
        """How much of a log had come when, of these bytes of it."""
        return self._watch.marks(number, after, last)

    def forget_seen(self, number: int, last: int) -> None:
        """So much of it is kept."""
        self._watch.forget(number, last)

    def _reached(self) -> tuple[int, int] | None:
        """The newest log that comes, and how much of it is here."""
        if self._newest is None or _following(self._newest).exists():
            self._newest = max(self._spool.glob("*.[0-9]*"), key=lambda one: number_of(one.name), default=None)
        return (number_of(self._newest.name), self._newest.stat().st_size) if self._newest else None

    def pieces(self, number: int, first: int, end: int) -> Iterator[_Piece]:
        """What is between these places of a log, in pieces that are not too large, where no transaction is."""
        path = self._path(number)
        assert path is not None
        with path.open("rb") as file:
            begin, at, second, marks, between = first, max(first, len(MAGIC)), 0, list[Mark](), list[int]()
            while at < end:
                file.seek(at)
                event = Event.of(file.read(HEADER))
                if event.begins_group and at - begin >= _PIECE:
                    yield _piece(file, begin, at, second, marks, between)
                    begin, marks, between = at, [], []
                elif event.begins_group:
                    between.append(at)
                    if event.second > second > 0:
                        marks.append(Mark(at, (second + 1) * _SECOND))
                second, at = max(second, event.second), at + event.size
            if begin < end:
                yield _piece(file, begin, end, second, marks, between)

    def forget(self, number: int) -> None:
        """All of it is kept."""
        path = self._path(number)
        if path is not None:
            path.unlink()

    def close(self) -> None:
        self._end()
        shutil.rmtree(self._spool, ignore_errors=True)

    def _end(self) -> None:
        self._watch.close()
        if self._running is not None:
            self._running.kill()
            self._running.wait()
            self._running = None
        self._held.close()
        self.rests = False

    @property
    def _replica(self) -> int:
        """The number that it has as a replica: always the same, and hardly another's."""
        return 1_000_000_000 + crc32(f"{gethostname()} {self._spool.absolute()}".encode()) % 3_000_000_000

    def _path(self, number: int) -> Path | None:
        return next(self._spool.glob(f"*.{number:06d}"), None)


def _following(path: Path) -> Path:
    """The log that follows this one."""
    return path.with_suffix(f".{number_of(path.name) + 1:06d}")


def _piece(file: BinaryIO, begin: int, end: int, second: int, marks: list[Mark], between: list[int]) -> _Piece:
    file.seek(begin)
    return _Piece(file.read(end - begin), end, (second + 1) * _SECOND, tuple(marks), [*between, end])
