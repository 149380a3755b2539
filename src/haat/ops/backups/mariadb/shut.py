"""Tables that their server cannot open any more. No statement gives them another name, so they are kept as files, and then they are gone from there."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Sequence
from pathlib import Path

from haat.kernel.durable import sync_file, sync_folder
from haat.kernel.errors import Refused
from haat.ops.backups.mariadb.line import Line, quoted


def part_with(line: Line, database: str, kept_in: Path) -> None:
    """Whoever is connected is put out. Raises Refused where their files are not on this machine or may not be read, Unavailable."""
    line.end_sessions(database)
    shut = [table for table in line.tables(database) if not line.opens(database, table)]
    if not shut:
        return
    folder = _folder_of(line, database, shut)
    kept_in.mkdir(exist_ok=True)
    line.rows("SET SESSION foreign_key_checks = 0")
    for table in shut:
        _keep(folder, table, kept_in)
        line.change(database, _drop(database, table))
    line.rows("SET SESSION foreign_key_checks = 1")


def _folder_of(line: Line, database: str, shut: Sequence[str]) -> Path:
    """Where the files of a database are. Raises Refused."""
    [(host, data)] = line.rows("SELECT @@hostname, @@datadir")
    folder = Path(data) / _as_file(database)
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
    return folder


def _keep(folder: Path, table: str, kept_in: Path) -> None:
    """Under a second name where that can be had, which takes no time: to take away the first one does not change what is in it."""
    for file in sorted(folder.glob(f"{_as_file(table)}[.#]*")):
        kept = kept_in / file.name
        kept.unlink(missing_ok=True)  # Whoever was killed may have left a part of it.
        try:
            kept.hardlink_to(file)
        except OSError:
            shutil.copy2(file, kept)
            sync_file(kept)
    sync_folder(kept_in)


def _drop(database: str, table: str) -> str:
    return f"DROP TABLE {quoted(database, table)};"


def _as_file(name: str) -> str:
    """What the server calls files of something of this name."""
    return "".join(
        letter if letter.isascii() and (letter.isalnum() or letter == "_") else f"@{ord(letter):04x}" for letter in name
    )
