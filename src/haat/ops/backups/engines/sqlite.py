"""A database of SQLite: copied from its own files, and brought to an instant by SQLite itself."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from haat.config.address import Address
from haat.kernel import clock, faults
from haat.kernel.errors import Unavailable
from haat.ops.backups.engine import Copied, Finding, Found, started_with
from haat.ops.backups.engines import looking
from haat.ops.backups.log import Stretch
from haat.ops.backups.ship import Shipper
from haat.ops.backups.sqlite import held, index_of, log_of
from haat.ops.backups.vault import Damaged, Vault
from haat.ops.servers import dying_with_us

_SAID = 500  # letters


class SQLite:
    """`path` is its file, or only its name where no more is needed than to restore it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = path.name
        self.address = Address("sqlite", path.name)

    @contextmanager
    def copied(self, scratch: Path) -> Iterator[Copied]:
        # A log grows for as long as its database is held: no longer than it is read.
        with ExitStack() as holding:
            copy = holding.enter_context(held(self._path))
            known = os.fstat(copy.file)
            mode, changed_at = known.st_mode & 0o777, known.st_mtime_ns
            files = [Found("database", self.name, self._path, copy.file, copy.size, mode, changed_at)]
            if copy.log is not None:
                log = log_of(self._path)
                files.append(Found("database", log.name, log, copy.log, copy.log_size, mode, changed_at))
            files[-1] = files[-1]._replace(release=holding.close)
            yield Copied(files, copy.position)

    def weighed(self) -> int:
        return sum(one.stat().st_size for one in (self._path, log_of(self._path)) if one.exists())

    def refuse_unreachable(self, folder: Path) -> None:
        """A file has no server."""

    def recover(self, stack: Path, log: Iterable[Stretch], position: str, at: int, *, before_dropped: int = 0) -> None:
        copied = int(position.partition(":")[2])
        for number, stretch in enumerate(log):
            if not number and stretch.last < copied:
                continue  # The set has more of this generation than was kept of it.
            last = max(stretch.up_to(at), 0 if number else copied)
            if last > stretch.last or stretch.first != 1:
                raise Damaged(
                    f"The log of {self.name} is not whole.",
                    why=f"Generation {stretch.generation} of the stream of {clock.in_utc(stretch.stream)} "
                    f"ends at frame {stretch.last}.",
                    try_="Restore the set as it is, without --to.",
                )
            if last:
                _into_file(stack / self.name, stretch.cut(last), last)
            faults.reach("replay.generation")
            if stretch.last > last:
                return

    def pointed(self, stack: Path) -> None:
        """They name a file in their own folder."""

    @contextmanager
    def served(self, stack: Path) -> Iterator[Address]:
        path = stack / self.name
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            # What brings a copy into one file here need not outlive a power cut: whoever keeps the copy sees to that.
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        yield Address("sqlite", str(path))

    def sound(self, stack: Path, address: Address, *, thorough: bool = True) -> Finding:
        """Raises Unavailable where its disk does not give what is in it."""
        lines = _looked(stack / self.name, thorough=thorough)
        said = "; ".join(dict.fromkeys(line for line in lines if line != "ok"))[:1000]
        whole = f"every page of {self.name} is sound{', and every row in every index' if thorough else ''}"
        return Finding(not said, f"{self.name}: {said}" if said else whole)

    def source(self, data: Path) -> Log:
        return Log(self._path)

    def refuse_unless_followed(self) -> None:
        """Whoever may write to a file may follow it."""

    def let_go(self, data: Path) -> None:
        """A log of SQLite is kept by who reads it, and by nobody else."""

    def keeps(self, data: Path) -> int | None:
        return None

    def carrier(self) -> None:
        return None

    def starts(self, folder: Path, port: int) -> str:
        return ""

    def told(self, folder: Path) -> Sequence[str]:
        return [*started_with(folder)]


class Log(NamedTuple):
    """The log of a database of SQLite."""

    path: Path

    def follower(self, vault: Vault) -> Shipper:
        return Shipper(vault, self.path)

    def relieve(self) -> None:
        """Nobody keeps it for whoever does not read it."""


def _into_file(path: Path, content: bytes, frames: int) -> None:
    """Let SQLite find this as the log of the database, and bring all of it into the file."""
    index_of(path).unlink(missing_ok=True)
    log_of(path).write_bytes(content)
    what = f"The log of {path.name} could not be put into it."
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            # Frames whose checksums do not hold are passed over by SQLite in silence.
            [(_, used, in_file)] = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            if (used, in_file) != (frames, frames):
                raise Damaged(what, why=f"{in_file} of {frames} frames hold.")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.Error as error:
        raise Damaged(what, why=f"{error}.") from error


class _Said(msgspec.Struct):
    """What who looks has found, or what kept it from that."""

    lines: list[str] = []
    error: str = ""


def _looked(path: Path, *, thorough: bool) -> list[str]:
    """What SQLite says of it, in lines, asked by a program of its own. Raises sqlite3.Error, and Unavailable where that was ended."""
    argv = [sys.executable, "-I", "-S", looking.__file__, str(path), *(["--thorough"] if thorough else [])]
    ended = subprocess.run(  # noqa: S603 (our own words)
        argv,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=dying_with_us(signal.SIGKILL),
    )
    if ended.returncode:
        raise _ended(path, ended)
    said = msgspec.json.decode(ended.stdout, type=_Said)
    if said.error:
        raise sqlite3.DatabaseError(said.error)
    return said.lines


def _ended(path: Path, program: subprocess.CompletedProcess[str]) -> Unavailable:
    what = f"The copy in {path} cannot be looked at."
    if program.returncode == -signal.SIGBUS:
        return Unavailable(
            what,
            why="Its disk does not give what was written there, or the file became shorter meanwhile.",
            try_="`dmesg` says whether the disk failed; name a place on another one, with `backup.scratch` for a proof. Then do it again.",
        )
    by = f"signal {-program.returncode}" if program.returncode < 0 else program.stderr[-_SAID:].strip()
    return Unavailable(
        what,
        why=f"Who looks at it was ended: {by}.",
        try_="See that there is memory left, and do it again.",
    )
