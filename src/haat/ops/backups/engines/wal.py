"""Keep what a server of PostgreSQL commits: pg_receivewal writes its log here as it grows, and what is new of it goes to the repository twice a second.

A replication slot lets the server keep its log for as long as nobody has read it, so nothing is missed while the shipper is away. A segment is a
generation of the log; while it grows, its file is filled up with zeros. Each page begins with a mark, so what comes after the last page that has one is
not there yet.
"""

from __future__ import annotations

import os
import secrets
import signal
import struct
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from haat.config.address import Address
from haat.kernel import clock
from haat.kernel.durable import sync_folder
from haat.kernel.errors import NotFound, Unavailable
from haat.ops import running
from haat.ops.backups import log
from haat.ops.backups.engine import MOST_WAITING, Behind, Gap
from haat.ops.backups.engines.clients import (
    asked,
    connected,
    environment,
    of_server,
    program_of,
    refuse_unless_copied,
    refuse_unless_let_in,
    where,
)
from haat.ops.backups.log import Generation, Mark, Stretch
from haat.ops.backups.shelf import remove_all
from haat.ops.backups.vault import Damaged, Vault
from haat.ops.servers import dying_with_us

_MOST_PARTS = 200  # of a segment
_PATIENCE = 10.0  # seconds
_UNFINISHED = ".partial"
_PAGE = 8192  # bytes
_AT_ONCE = 32 * _PAGE
_AWAITED = 2.0  # seconds until what the server has is here
# The beginning of a segment: its time line, where it is in the log, the server's number, and its size.
_BEGINNING = struct.Struct("=4xIQ8xQI")
_SLOT = "SELECT active_pid, wal_status, pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint FROM pg_replication_slots WHERE slot_name = '{}'"
_WRITTEN = "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint"
_RECEIVED = "SELECT pg_wal_lsn_diff(restart_lsn, '0/0')::bigint FROM pg_replication_slots WHERE slot_name = '{}'"
_FREE = "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '{}' AND active"
# What pg_receivewal says of a log that it cannot go on with.
_GONE = (
    "has already been removed",
    "can no longer get changes",
    "is not in this server's history",
    "is ahead of the WAL flush position of this server",
    'replication slot "{}" does not exist',
)


class Log(NamedTuple):
    """The log of a server of PostgreSQL, followed for the stack in this folder; `name` is what its database is called in a set."""

    name: str
    address: Address
    data: Path

    def follower(self, vault: Vault) -> Receiver:
        return Receiver(vault, self)

    @property
    def spool(self) -> Path:
        """The folder for what was received and is not in the repository yet."""
        return running.folder_of(self.data) / "wal"

    @property
    def slot(self) -> str:
        """What the server calls the reader that this stack is; empty where it never was one. It is drawn by lot and goes with the stack: machines and
        containers have a new name now and then, and nobody would let go what the server keeps for the old one.
        """
        with suppress(FileNotFoundError):
            return self._name_of_slot.read_text("ascii")
        return ""

    def draw_slot(self) -> None:
        """It is on disk when this returns: nobody would find again what the server keeps under a name that was forgotten."""
        if not self.slot:
            draft = self._name_of_slot.with_name(".wal-slot")
            with draft.open("w", encoding="ascii") as file:
                file.write(f"haat_{secrets.token_hex(6)}")
                file.flush()
                os.fsync(file.fileno())
            draft.rename(self._name_of_slot)
            sync_folder(self._name_of_slot.parent)

    @property
    def _name_of_slot(self) -> Path:
        return running.folder_of(self.data) / "wal-slot"

    def kept(self) -> int | None:
        """Bytes that the server keeps for the stack; None when it keeps none. Raises Unavailable."""
        found = asked(self.address, _SLOT.format(self.slot))
        return max(0, found[0][2] or 0) if found else None

    def let_go(self) -> None:
        """The server keeps nothing for this stack any more, and whoever begins again begins with nothing old. Raises Unavailable."""
        if asked(self.address, _SLOT.format(self.slot)):
            self.free()
            asked(self.address, f"SELECT pg_drop_replication_slot('{self.slot}')")
        for path in self.spool.glob("0*"):
            path.unlink(missing_ok=True)

    def relieve(self) -> None:
        if self.waiting > MOST_WAITING:
            self.let_go()

    @property
    def waiting(self) -> int:
        """Bytes that are not in the repository yet, here or on the server. Raises Unavailable."""
        here = 0
        for path in self.spooled():
            with suppress(FileNotFoundError):  # It is whole meanwhile, and has another name.
                here += path.stat().st_size
        return here + (self.kept() or 0)

    def free(self) -> None:
        """Whoever reads in the place of this stack stops: a program that was left behind."""
        ending = _FREE.format(self.slot)
        until = time.monotonic() + _PATIENCE
        while asked(self.address, ending):
            if time.monotonic() > until:
                raise Unavailable("Somebody else reads the log of the server.", why=f"The slot {self.slot} is taken.")
            time.sleep(0.1)

    def spooled(self) -> list[Path]:
        """Segments that were received, in their order."""
        return sorted(path for path in self.spool.glob("0*") if not path.name.endswith(".history"))


class _Segment(NamedTuple):
    """Which one it is: of which server, on which of its time lines, and its number."""

    system: int
    timeline: int
    number: int

    def follows(self, other: _Segment) -> bool:
        return self == other._replace(number=other.number + 1)


class Receiver:
    """Follows one server."""

    def __init__(self, vault: Vault, log: Log) -> None:
        self._vault = vault
        self._log = log
        self._receiving: subprocess.Popen[bytes] | None = None
        self._connection: Any = None
        self._began = 0
        self._stream = 0
        self._segment: _Segment | None = None
        self._kept = 0  # bytes of the segment
        self._after = -1  # of the segment before it, as far as that is in the same stream
        self._reached = 0  # the byte of the log up to which everything is kept
        self._marks: list[Mark] = []
        self._parts: list[str] = []

    def start(self) -> None:
        self._log = self._log._replace(address=of_server(self._log.address))
        refuse_unless_copied(self._log.address)
        self._began = log.next_stream(self._vault, self._log.name)
        program_of("pg_receivewal")  # The server keeps nothing for a machine that cannot read it.
        self._log.spool.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._take_slot()
        self._receive()

    def tick(self, before: Callable[[], None] = lambda: None) -> int:
        written, at = self._written(), clock.now()
        if written < self._reached:
            raise self._gap("Its server was brought back to an earlier instant, and writes another log.")
        before()
        is_here = self._await(written)
        grown = 0
        for path in self._log.spooled():
            with suppress(FileNotFoundError):  # It is whole meanwhile, and has another name.
                grown += self._look_at(path, written, at)
        self._refuse_unless_received()
        if not is_here:
            raise (Behind if grown else Unavailable)("The log of the database does not come yet.")
        return grown

    @property
    def waiting(self) -> int:
        return self._log.waiting

    def close(self) -> None:
        if self._receiving is not None:
            self._receiving.send_signal(signal.SIGINT)
            try:
                self._receiving.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                self._receiving.kill()
                self._receiving.wait()
        if self._connection is not None:
            self._connection.close()

    def _take_slot(self) -> None:
        found = asked(self._log.address, _SLOT.format(self._log.slot))
        if found and found[0][1] != "lost":
            self._log.free()
            return
        self._log.let_go()
        self._log.draw_slot()
        asked(self._log.address, f"SELECT pg_create_physical_replication_slot('{self._log.slot}', true)")

    def _receive(self) -> None:
        words = [f"--directory={self._log.spool}", f"--slot={self._log.slot}", "--no-loop", "--no-password"]
        with self._said.open("wb") as said:
            self._receiving = subprocess.Popen(  # noqa: S603 (a program of the system, with our words)
                [
                    str(program_of("pg_receivewal")),
                    *words,
                    "--synchronous",
                    "--status-interval=1",
                    f"--dbname={where(self._log.address)}",
                ],
                env=environment(self._log.address),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                # Nobody is left behind who fills the disk when the shipper is killed.
                preexec_fn=dying_with_us(signal.SIGKILL),
            )

    @property
    def _said(self) -> Path:
        return self._log.spool / "said"

    def _written(self) -> int:
        """Up to which byte the server has the log, so that nothing of it can be lost any more."""
        [(written,)] = self._ask(_WRITTEN)
        return int(written)

    def _await(self, written: int) -> bool:
        """Wait a while until the log is here up to this byte; returns whether it is."""
        assert self._receiving is not None
        until = time.monotonic() + _AWAITED
        while not self._is_here(written):
            if self._receiving.poll() is not None or time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True

    def _is_here(self, written: int) -> bool:
        """The server is told at once, and lets every role see it. In the file one cannot: what was written may end in zeros."""
        return any(received >= written for (received,) in self._ask(_RECEIVED))

    def _refuse_unless_received(self) -> None:
        """Raises Unavailable while nobody brings what the server writes."""
        assert self._receiving is not None
        if self._receiving.poll() is not None:
            why = self._said.read_text("utf-8", "replace").strip()[-500:]
            if any(words.format(self._log.slot) in why for words in _GONE):
                raise self._gap(why)
            self._receive()
            refuse_unless_let_in(why, self._log.address)
            raise Unavailable("The log of the database does not come.", why=why)
        if not self._is_read():
            raise Unavailable("The log of the database does not come yet.")

    def _is_read(self) -> bool:
        """Whether the server says that somebody reads in our place. It has to be asked: a connection that is dead does not tell."""
        [(pid, status, _)] = self._ask(_SLOT) or [(None, "lost", 0)]
        if status == "lost":
            raise self._gap("Its server keeps its log for us no longer.")
        return pid is not None

    def _ask(self, question: str) -> list[tuple[Any, ...]]:
        import psycopg

        try:
            if self._connection is None:
                self._connection = connected(self._log.address)
            rows: list[tuple[Any, ...]] = self._connection.execute(question.format(self._log.slot)).fetchall()
        except psycopg.Error as error:
            self._connection = None
            raise Unavailable("The database does not answer.", why=f"{error}".strip()) from error
        return rows

    def _look_at(self, path: Path, written: int, at: int) -> int:
        """Keep what is new of a segment, up to this byte of the log; returns how many bytes that is."""
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING.size)
            if not beginning.strip(b"\0"):
                return 0
            timeline, place, system, size = _BEGINNING.unpack(beginning)
            if place >= written:
                return 0
            self._go_to(_Segment(system, timeline, place // size), size, path, written)
            if not path.name.endswith(_UNFINISHED) and place + size <= written:
                grown = self._finish(path, file.read(), beginning, at)
                self._reached = place + size
                return grown
            new = _steady(file.fileno(), self._kept)[: max(0, written - place - self._kept)]
        if new:
            self._marks.append(Mark(self._kept + len(new), at))
            self._parts.append(log.put(self._vault, self._stretch(path, self._kept + 1, self._marks[-1:], new)))
            self._kept += len(new)
        self._reached = max(self._reached, place + self._kept)
        if len(self._parts) >= _MOST_PARTS:
            self._join(path)
        return len(new)

    def _join(self, path: Path) -> None:
        """Few contents are found and fetched sooner than many."""
        with path.open("rb") as file:
            whole = self._stretch(path, 1, self._marks, file.read(self._kept))
        log.put(self._vault, whole)
        parts, self._parts = self._parts, []
        remove_all(self._vault.shelf, [name for name in parts if name != whole.name])

    def _go_to(self, segment: _Segment, size: int, path: Path, written: int) -> None:
        if segment == self._segment:
            return
        if self._segment is None:
            self._stream = self._stream_of(segment, size, path, written)
        elif not segment.follows(self._segment):
            raise self._gap("Its server has begun another time line.")
        else:
            self._after = size
        self._segment, self._kept, self._marks, self._parts = segment, 0, [], []

    def _stream_of(self, segment: _Segment, size: int, path: Path, written: int) -> int:
        """The one that was shipped before, if this segment goes on with it; else a new one."""
        with suppress(Damaged, NotFound):
            known = log.generations(self._vault, self._log.name)
            own = [one for one in known if one.stream == known[-1].stream]
            if own and own[-1].salt.startswith(f"{segment.system:x}.{segment.timeline:08x}"):
                last = log.whole(self._vault, self._log.name, own[-1])
                follows = segment.number == own[-1].number + 1 and last.last == size
                if own[-1].number * size + last.last <= written and (follows or self._is_in(own, segment, path)):
                    self._after = size if segment.number > own[0].number else -1
                    return own[-1].stream
        return self._began

    def _is_in(self, own: Sequence[Generation], segment: _Segment, path: Path) -> bool:
        """Whether it is what is kept as this segment. A server that was brought back to an earlier instant has the same names for another log."""
        if not own[0].number <= segment.number <= own[-1].number:
            return False
        kept = log.whole(self._vault, self._log.name, own[segment.number - own[0].number]).frames
        return kept.startswith(path.read_bytes().rstrip(b"\0")[: len(kept)])

    def _finish(self, path: Path, rest: bytes, beginning: bytes, at: int) -> int:
        """A whole segment is found and fetched sooner than many parts of it."""
        grown = len(beginning) + len(rest) - self._kept
        marks = [*self._marks, Mark(len(beginning) + len(rest), at)]
        stretch = self._stretch(path, 1, marks, beginning + rest)
        log.put(self._vault, stretch)
        parts = stretch.name.rpartition("/")[0] + "/"
        remove_all(self._vault.shelf, [name for name, _ in self._vault.shelf.names(parts) if name != stretch.name])
        path.unlink()
        self._kept = marks[-1].frame
        return grown

    def _gap(self, why: str) -> Gap:
        self._log.let_go()
        return Gap("There is a gap in what is kept of the database.", why=why)

    def _stretch(self, path: Path, first: int, marks: list[Mark], content: bytes) -> Stretch:
        assert self._segment is not None
        salt = f"{self._segment.system:x}.{path.name.removesuffix(_UNFINISHED).lower()}"
        place = (self._log.name, self._stream, self._segment.number, salt)
        return Stretch(*place, 1, b"", first, tuple(marks), content, self._after)


def _steady(file: int, kept: int) -> bytes:
    """What is written in the file after so many bytes. It is read again until it is the same: it may be being written."""
    found = b""
    while content := os.pread(file, _AT_ONCE - (kept + len(found)) % _PAGE, kept + len(found)):
        found += content
        if not content[-_PAGE:].strip(b"\0"):
            break
    found = found.rstrip(b"\0")
    while (again := os.pread(file, len(found), kept)) != found:
        found = again.rstrip(b"\0")
    return found
