"""A copy of a server that runs, made by mariadb-backup from the server's own files while others write."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from haat.config.address import Address
from haat.kernel.errors import Refused, Unavailable
from haat.ops.backups.engine import Copied
from haat.ops.backups.engines.copies import files_of, place_for_copy
from haat.ops.backups.mariadb.asked import Asked
from haat.ops.backups.mariadb.place import HEADER, MAGIC, number_of, salt_of, written
from haat.ops.backups.mariadb.tools import Failed, login, run, words

_MISSING = re.compile(r"missing required privilege ([A-Z ]+) on")


@contextmanager
def copied(address: Address, name: str, scratch: Path) -> Iterator[Copied]:
    """The whole server, in files below `name`. Raises Refused, Unavailable."""
    server = Asked(address)
    try:
        log = _logs_of(server)
        _refuse_unless_near(server)
        with place_for_copy(scratch) as place:
            folder = place / name
            _copy(server, folder)
            yield Copied([*files_of(folder, name)], _position(folder, log))
    finally:
        server.close()


def weighed(address: Address) -> int:
    """How many bytes the files have that would be copied. Raises Refused, Unavailable."""
    words("mariadb-backup")
    server = Asked(address)
    try:
        log = _logs_of(server)
        _refuse_unless_near(server)
        [(data, basename)] = server.rows("SELECT @@datadir, @@log_bin_basename")
    finally:
        server.close()
    files = [path for path in Path(data).rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files if log is None or not str(path).startswith(basename))


def _logs_of(server: Asked) -> Path | None:
    """The folder of its binary logs; None where it writes none."""
    [(basename,)] = server.rows("SELECT @@log_bin_basename")
    if not basename:
        return None
    server.rows("SHOW MASTER STATUS")  # The copy says at its end only that this may not be asked.
    return Path(basename).parent


def _refuse_unless_near(server: Asked) -> None:
    """A server's files are copied, so they have to be where they can be read."""
    [(host, data)] = server.rows("SELECT @@hostname, @@datadir")
    if host != socket.gethostname():
        raise Refused(
            "The database cannot be copied from here.",
            why=f"Its server is on {host}, and mariadb-backup copies its files where they are.",
            try_="Take backups of this stack there, with `backup.to` in a place that both machines reach.",
        )
    if not os.access(Path(data) / "mysql", os.R_OK | os.X_OK):
        raise Refused(
            "The database cannot be copied.",
            why=f"This user may not read {data}, and mariadb-backup copies what is there.",
            try_="Take backups as root, or as the user that the server runs as.",
        )


def _copy(server: Asked, folder: Path) -> None:
    with login(server.address) as options:
        manners = ("--log-copy-interval=50", f"--parallel={max(2, os.cpu_count() or 1)}")
        try:
            run("mariadb-backup", f"--defaults-file={options}", "--backup", f"--target-dir={folder}", *manners)
        except Failed as error:
            missing = ", ".join(_MISSING.findall(error.said))
            if missing:
                raise server.not_allowed(f"It lacks {missing}.") from error
            raise


def _position(folder: Path, logs: Path | None) -> str:
    """Where in its binary logs the server was then; empty where it has none."""
    if logs is None:
        return ""
    [told] = folder.glob("*_binlog_info")
    file, at = told.read_text("utf-8").split()[:2]
    try:
        with (logs / file).open("rb") as log:
            salt = salt_of(number_of(file), log.read(len(MAGIC) + HEADER))
    except OSError as error:
        raise Unavailable(
            f"The binary log {logs / file} cannot be read.",
            why=f"{error.strerror}.",
            try_="Take backups as root, or as the user that the server runs as.",
        ) from error
    return written(salt, int(at))
