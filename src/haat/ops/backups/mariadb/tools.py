"""MariaDB's own programs. Who they are to be stands in a file which their user alone can read, and never on their command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from haat.config.address import Address
from haat.kernel.errors import Unavailable

_PACKAGES = {
    "mariadb-backup": "mariadb-backup",
    "mariadb-binlog": "mariadb-client",
    "mariadb-check": "mariadb-client",
    "mariadb": "mariadb-client",
    "mariadbd": "mariadb-server",
}
_MOST_TOLD = 600  # characters of what a program said
# Whoever is killed leaves none of them behind: not one that holds the server up, nor a server.
_DIES_WITH_US = ("setpriv", "--pdeathsig", "KILL")
_PATH = f"{os.defpath}:/usr/local/bin:/usr/local/sbin:/usr/sbin:/sbin"


def words(name: str, *options: str) -> list[str]:
    """What starts a program with these options. Raises Unavailable where it is not installed."""
    found = shutil.which(name) or shutil.which(name, path=_PATH)
    if found is None:
        raise Unavailable(
            f"There is no {name} on this machine.",
            why="Backups of MariaDB are made with its own programs.",
            try_=f"Install it, of the version of the server: `apt-get install {_PACKAGES[name]}`.",
        )
    return [*_DIES_WITH_US, found, *options]


@contextmanager
def login(address: Address) -> Iterator[Path]:
    """A file of options that lets MariaDB's programs in as this address says."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="haat-", suffix=".cnf") as file:
        file.write("\n".join(["[client]", *_options(address), ""]))
        file.flush()
        yield Path(file.name)


def run(name: str, *options: str) -> str:
    """Wait until a program has done its work; returns what it said. Raises Failed, Unavailable."""
    ended = subprocess.run(  # noqa: S603 (a program of the system, with our words)
        words(name, *options), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    said = ended.stdout.decode(errors="replace")
    if ended.returncode:
        raise Failed(name, said)
    return said


class Failed(Unavailable):
    """A program of MariaDB did not do its work; `said` is all that it had to say."""

    def __init__(self, name: str, said: str) -> None:
        super().__init__(f"{name} failed.", why=f"It said: {said.strip()[-_MOST_TOLD:]}")
        self.said = said


def _options(address: Address) -> Iterator[str]:
    options = dict(address.options)
    yield f"user={_quoted(address.user)}"
    if address.password:
        yield f"password={_quoted(address.password.reveal())}"
    if "unix_socket" in options:
        yield f"socket={_quoted(options['unix_socket'])}"
    else:
        yield f"host={_quoted(address.host or 'localhost')}"
        yield f"port={address.port_or_usual}"
        yield "protocol=tcp"
    for name, value in options.items():
        if name.startswith("ssl_"):
            yield f"{name.replace('_', '-')}={_quoted(value)}"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
