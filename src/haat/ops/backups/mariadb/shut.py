"""Tables that their server cannot open any more. No statement gives them another name, so they are kept as files, and then they are gone from there."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Sequence
from pathlib import Path

from haat.kernel import faults
from haat.kernel.durable import sync_file, sync_folder
from haat.kernel.errors import Refused
from haat.ops.backups.mariadb.line import Line, quoted

_ENCRYPTED = b"s\x0e\x0cREt"  # in the first page of a file that InnoDB has encrypted, which is never encrypted itself
_HEAD = 1 << 16  # bytes: the largest page


def tables(line: Line, database: str) -> list[str]:
    """Those that are kept as files. Raises Refused where their files are not on this machine or may not be read, and
    where all are encrypted and only the key may be missing; Unavailable.
    """
    there = line.tables(database)
    shut = [table for table in there if not line.opens(database, table)]
    if shut:
        _refuse_unless_near(line, database, shut)
    if shut and shut == there:
        _refuse_encrypted(line, database, shut)
    return shut


def part_with(line: Line, database: str, kept_in: Path) -> None:
    """Whoever is connected is put out. Raises as `tables`."""
    line.end_sessions(database)
    shut = tables(line, database)
    if not shut:
        return
    _, folder = _place_of(line, database)
    kept_in.mkdir(exist_ok=True)
    line.rows("SET SESSION foreign_key_checks = 0")
    for table in shut:
        _keep(folder, table, kept_in)
        line.change(database, _drop(database, table))
    line.rows("SET SESSION foreign_key_checks = 1")


def _place_of(line: Line, database: str) -> tuple[str, Path]:
    """The machine and the folder where the files of a database are."""
    [(host, data)] = line.rows("SELECT @@hostname, @@datadir")
    return host, Path(data) / _as_file(database)


def _refuse_unless_near(line: Line, database: str, shut: Sequence[str]) -> None:
    host, folder = _place_of(line, database)
    is_near = host == socket.gethostname() and os.access(folder, os.R_OK | os.X_OK)
    if not is_near:
        where = f"is on {host}" if host != socket.gethostname() else "lets this user not read its files"
        drops = " ".join(_drop(database, table) for table in shut)
        raise Refused(
            f"{', '.join(shut)} of {database} cannot be set aside.",
            why=f"The server cannot open what is damaged, gives it no other name, and {where}.",
            try_=f"Keep what begins with that name in {folder}, if anybody may want it; an administrator of the server runs: "
            f"SET foreign_key_checks = 0; {drops} Then do it again: it goes on where it was.",
        )


def _refuse_encrypted(line: Line, database: str, shut: Sequence[str]) -> None:
    """A server without its key calls what is sound corrupt."""
    _, folder = _place_of(line, database)
    files = (folder / f"{_as_file(table)}.ibd" for table in shut)
    if any(_ENCRYPTED in _head(file) for file in files if file.exists()):
        raise Refused(
            f"The server can open no table of {database}.",
            why="They are encrypted. Where it lacks the key, nothing of them need be damaged.",
            try_="Give the server its key, start it again and look. Where the key is lost for good, keep what is in "
            f"{folder}, and an administrator of the server runs: DROP DATABASE {quoted(database)};",
        )


def _head(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(_HEAD)


def _keep(folder: Path, table: str, kept_in: Path) -> None:
    """Under a second name where that can be had, which takes no time: to take away the first one does not change what is in it."""
    for file in sorted(folder.glob(f"{_as_file(table)}[.#]*")):
        kept = kept_in / file.name
        if _is_kept(kept, file):
            continue
        draft = kept_in / f".{file.name}"
        draft.unlink(missing_ok=True)  # Whoever was killed may have left a part of it.
        try:
            draft.hardlink_to(file)
        except OSError:
            shutil.copy2(file, draft)
            sync_file(draft)
        draft.rename(kept)
        faults.reach("shut.kept")
    sync_folder(kept_in)


def _is_kept(kept: Path, file: Path) -> bool:
    """Whether whoever was killed came as far as that: a table that cannot be opened is not written to."""
    if not kept.exists():
        return False
    there, here = file.stat(), kept.stat()
    return (here.st_size, here.st_mtime_ns) == (there.st_size, there.st_mtime_ns)


def _drop(database: str, table: str) -> str:
    return f"DROP TABLE {quoted(database, table)};"


def _as_file(name: str) -> str:
    """What the server calls files of something of this name."""
    return "".join(
        letter if letter.isascii() and (letter.isalnum() or letter == "_") else f"@{ord(letter):04x}" for letter in name
    )
