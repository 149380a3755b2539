"""MariaDB's own programs. Who they are to be stands in a file which their user alone can read, and never on their command line."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from typing import IO, TypeAlias

from haat.config.address import Address
from haat.kernel.errors import Unavailable
from haat.ops.servers import dying_with_us

Stream: TypeAlias = int | IO[bytes] | None

_PACKAGES = {
    "mariadb-backup": "mariadb-backup",
    "mariadb-binlog": "mariadb-client",
    "mariadb-check": "mariadb-client",
    "mariadb-dump": "mariadb-client",
    "mariadb": "mariadb-client",
    "mariadbd": "mariadb-server",
}
# What they say when a disk is full, each in its words.
_FULL = ("No space left", "errno: 28", "failed with error 28", "Disk is full", "ERROR 1114")
_FROM_OUTSIDE = (-signal.SIGKILL, -signal.SIGTERM)
_MOST_TOLD = 600  # characters of what a program said
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
    return [found, *options]


@contextmanager
def login(address: Address) -> Iterator[Path]:
    """A file of options that lets MariaDB's programs in as this address says. It is in no folder, and gone with us however we end."""
    with os.fdopen(os.memfd_create("haat"), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write("\n".join(["[client]", *_options(address), ""]))
        file.flush()
        yield Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")


def run(name: str, *options: str) -> str:
    """Wait until a program has done its work; returns what it said. Raises Failed, Unavailable."""
    with started(words(name, *options), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as running:
        try:
            said = running.communicate()[0].decode(errors="replace")
        except BaseException:  # It would go on writing into what is being thrown away.
            running.kill()
            running.wait()
            raise
    refuse_if_killed(name, running)
    if running.returncode:
        raise Failed(name, said)
    return said


def started(words: Sequence[str], stdout: Stream, stderr: Stream, stdin: Stream = subprocess.DEVNULL) -> Popen[bytes]:
    """Whoever is killed leaves none behind, which might hold the server up."""
    dies = dying_with_us(signal.SIGKILL)
    return Popen(words, stdin=stdin, stdout=stdout, stderr=stderr, preexec_fn=dies)  # noqa: S603 (our words)


def refuse_if_killed(name: str, ended: Popen[bytes]) -> None:
    """Raises Unavailable for a program that somebody else ended: what it worked on may be as good as ever."""
    if ended.returncode in _FROM_OUTSIDE:
        raise Unavailable(
            f"{name} was ended from outside.",
            why="Somebody has killed it, or this machine had no memory left for it.",
            try_="Do it again.",
        )


def is_of_a_full_disk(said: str) -> bool:
    """Whether a program failed for want of room: then nothing is known of what it worked on."""
    return any(words in said for words in _FULL)


def no_room(why: str) -> Unavailable:
    """The error of such a disk."""
    return Unavailable(
        "There is no room for the copy of the database.",
        why=why,
        try_="Make room, or name another place: `backup.scratch` for proofs, --into for what is restored. Then do it again.",
    )


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
