"""A server of our own on a data folder that was restored: it is in no network, and its socket is in a folder that nobody else may enter.

It runs as whoever restores, so that nobody else has to be let into the folder.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from haat.config.address import Address
from haat.config.secrets import Secret
from haat.kernel.errors import Unavailable
from haat.ops.backups.mariadb.asked import Asked
from haat.ops.backups.mariadb.tools import words
from haat.ops.backups.vault import Damaged

OPTIONS = "backup-my.cnf"  # How the files are to be read: mariadb-backup wrote it beside them.
_PATIENCE = 600.0  # seconds to begin, or to end, while it lives
_USER = "haat_restore"
# What nobody needs who is gone in a moment, and what a copy must not do by itself.
_MANNERS = {
    "skip-networking": 1,
    "skip-log-bin": 1,
    "skip-slave-start": 1,
    "event-scheduler": "OFF",
    "performance-schema": 0,
    "innodb-flush-log-at-trx-commit": 0,
    "innodb-buffer-pool-size": "256M",
    "innodb-buffer-pool-dump-at-shutdown": 0,
    "innodb-buffer-pool-load-at-startup": 0,
    "max-allowed-packet": "1G",
}


@contextmanager
def served(folder: Path, database: str) -> Iterator[Address]:
    """The address of the database for an administrator whom nobody else knows, and who is gone with the server. It is ended in order.

    Raises Damaged when the server does not start, Unavailable.
    """
    with tempfile.TemporaryDirectory(prefix="haat-") as name:
        place = Path(name)
        password = secrets.token_urlsafe(18)
        address = Address(
            "mariadb", database, _USER, Secret(password), options=(("unix_socket", str(place / "socket")),)
        )
        first = place / "first"
        first.touch(0o600)
        first.write_text(
            f"CREATE OR REPLACE USER {_USER}@localhost IDENTIFIED BY '{password}';\n"
            f"GRANT ALL ON *.* TO {_USER}@localhost WITH GRANT OPTION;\n",
            "utf-8",
        )
        with _running(folder, place):
            yield address
            _forget(address)


@contextmanager
def _running(folder: Path, place: Path) -> Iterator[None]:
    whereabouts = {
        "datadir": folder.absolute(),
        "socket": place / "socket",
        "pid-file": place / "pid",
        "tmpdir": place,
        "init-file": place / "first",
        "secure-file-priv": place,
        **({"user": "root"} if os.getuid() == 0 else {}),
    }
    options = [f"--{name}={value}" for name, value in {**whereabouts, **_MANNERS}.items()]
    said = place / "said"
    with said.open("wb") as out:
        server = subprocess.Popen(  # noqa: S603 (a program of the system, with our words)
            words("mariadbd", f"--defaults-file={folder.absolute() / OPTIONS}", *options),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        _wait_for(server, place / "socket", said)
        yield
        _end(server, said)
    finally:
        server.kill()
        server.wait()


def _wait_for(server: subprocess.Popen[bytes], door: Path, said: Path) -> None:
    """The socket is there when it answers."""
    until = time.monotonic() + _PATIENCE
    while not door.exists():
        if server.poll() is not None:
            raise Damaged("The database that was restored does not start.", why=_end_of(said))
        if time.monotonic() > until:
            raise Unavailable("The server on the restored copy takes too long to start.", why=_end_of(said))
        time.sleep(0.02)


def _forget(address: Address) -> None:
    asked = Asked(address)
    asked.rows(f"DROP USER {_USER}@localhost")
    asked.close()


def _end(server: subprocess.Popen[bytes], said: Path) -> None:
    server.send_signal(signal.SIGTERM)
    try:
        code = server.wait(_PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise Unavailable("The server on the restored copy does not end.", why=_end_of(said)) from error
    if code:
        raise Damaged("The server on the restored copy did not end in order.", why=_end_of(said))


def _end_of(said: Path) -> str:
    return said.read_text("utf-8", "replace").strip()[-600:]
