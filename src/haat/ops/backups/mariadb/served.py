"""A server of our own on a data folder that was restored: it is in no network, and its socket is in a folder that nobody else may enter."""

from __future__ import annotations

import math
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from haat.config.address import Address
from haat.config.secrets import Secret
from haat.kernel.errors import HaatError, Unavailable
from haat.ops.backups.engines.private import home, let_through
from haat.ops.backups.mariadb.asked import Asked
from haat.ops.backups.mariadb.tools import is_of_a_full_disk, no_room, words
from haat.ops.backups.vault import Damaged
from haat.ops.servers import Process, give_to

OPTIONS = "backup-my.cnf"  # How the files are to be read: mariadb-backup wrote it beside them.
OWNER = "mysql"
_USER = "haat_restore"
_MOST_TOLD = 1_000  # characters of what the server said
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
    user = let_through(OWNER, folder)
    with home() as place:
        password = f"{secrets.token_urlsafe(18)}-aA1"  # The server may have rules for passwords.
        address = Address(
            "mariadb", database, _USER, Secret(password), options=(("unix_socket", str(place / "socket")),)
        )
        (place / "first").write_text(
            f"CREATE OR REPLACE USER {_USER}@localhost IDENTIFIED BY '{password}';\n"
            f"GRANT ALL ON *.* TO {_USER}@localhost WITH GRANT OPTION;\n",
            "utf-8",
        )
        if user:
            give_to(user, place)
        log = place / "log"
        greet = partial(_greet, address)
        server = Process(_words(folder, place), user, log, greet, math.inf, signal.SIGKILL, "ready for connections")
        with _running(server, log):
            yield address
            if not server.has_ended:  # One that fell over is told of by how it ended.
                _forget(address)


def _words(folder: Path, place: Path) -> list[str]:
    whereabouts = {
        "datadir": folder.absolute(),
        "socket": place / "socket",
        "pid-file": place / "pid",
        "tmpdir": place,
        "init-file": place / "first",
        "secure-file-priv": place,
    }
    options = (f"--{name}={value}" for name, value in {**whereabouts, **_MANNERS}.items())
    return words("mariadbd", f"--defaults-file={folder.absolute() / OPTIONS}", *options)


@contextmanager
def _running(server: Process, log: Path) -> Iterator[None]:
    try:
        server.start()
    except Unavailable as error:
        server.end(signal.SIGKILL)
        raise _told("The copy of the database does not start.", log) from error
    try:
        yield
        server.end(signal.SIGTERM)
    finally:
        server.end(signal.SIGKILL)
    if "Shutdown complete" not in log.read_text(errors="replace"):
        raise _told("The server on the copy did not end in order.", log)


def _told(what: str, log: Path) -> HaatError:
    said = log.read_text(errors="replace").strip()
    why = said[-_MOST_TOLD:]
    return no_room(why) if is_of_a_full_disk(said) else Damaged(what, why=why)


def _greet(address: Address) -> None:
    asked = Asked(address._replace(database="mysql"))
    asked.rows("SELECT 1")
    asked.close()


def _forget(address: Address) -> None:
    asked = Asked(address._replace(database="mysql"))
    asked.rows(f"DROP USER {_USER}@localhost")
    asked.close()
