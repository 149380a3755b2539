"""What keeps the shop's database: how it is copied while it runs, how a copy becomes a database again, and how what is committed is followed.

There is one for each kind of database, in `engines/`. What a stack has beside it, `ops.db` and the gateway of the sandbox, is always of SQLite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple, Protocol

from haat.config.address import Address
from haat.kernel.errors import Unavailable
from haat.ops.backups.log import Stretch
from haat.ops.backups.manifest import PartName
from haat.ops.backups.vault import Damaged, Vault

# Bytes of a log that cannot be kept, from where on it is let go: the disk of the shop is worth more.
MOST_WAITING = 1_000_000_000


class Found(NamedTuple):
    """A file that is to be in a set, up to `size` bytes. `handle` is open, or None for one whose content does not change any more and that is opened when
    its turn comes, at `source`. `release` is called when it was read.
    """

    part: PartName
    path: str
    source: Path
    handle: int | None
    size: int
    mode: int
    changed_at: int
    release: Callable[[], None] = lambda: None


class Copied(NamedTuple):
    """A database at one instant: its files, and where that is in its log: `<salt>:<frame>` of a generation (see `log.py`)."""

    files: Sequence[Found]
    position: str


class Finding(NamedTuple):
    """What somebody who looked at a copy found: whether it holds, in a sentence; and whether as much was looked at as was asked for."""

    holds: bool
    said: str
    is_complete: bool = True


class Gap(Unavailable):
    """Something happened to the log that was not read: what follows needs a stream and a set of its own."""


class Gone(Damaged):
    """The database is not in the copy: somebody dropped it, or gave it another name."""


class Behind(Unavailable):
    """There is more in the log than could be read yet, and it comes."""


class Follower(Protocol):
    """Keeps what is committed in one database, from one thread."""

    def start(self) -> None:
        """Begin with what is in the log now. Raises Refused, Unavailable."""

    def tick(self, before: Callable[[], None] = lambda: None) -> int:
        """Keep what was committed since the last time; returns how much that is, 0 for nothing. `before` is called when it was read, and before it is
        kept. Raises Unavailable where the repository cannot be written,
        and goes on where it was the next time; Behind while it catches up; and Gap.
        """

    @property
    def waiting(self) -> int:
        """Bytes of the log that cannot be let go yet, here and on its server."""

    def close(self) -> None:
        """Keep nothing more."""


class Source(Protocol):
    """A database that can be followed. Two are equal when they are the same database."""

    def follower(self, vault: Vault) -> Follower:
        """Nothing is opened yet."""

    def relieve(self) -> None:
        """Nobody has followed it for a while: whoever keeps its log for that lets it go if it has become too long. Raises Unavailable."""


FOR_GOOD = -1
"""The last time that a database was dropped, if since then none came, or got a name."""
CARRIED = "Made by haat backup restore."
"""The comment of a database that was carried to the shop's server: one of the same name without it is somebody else's."""


def not_reached(user: str, why: str) -> Unavailable:
    """The error of a server that is away: it is not ours to start."""
    return Unavailable(
        "The server of the database is not reached.",
        why=f"{why} Haat does not own it: start it, or an empty one at the same address that lets {user} in.",
        try_="Then do it again: what is not there comes back from what was kept.",
    )


class Carrier(Protocol):
    """The databases on the server of the shop, which is not ours: what its user may do there. Each verb raises Unavailable where it is not reached."""

    def refuse_unless_allowed(self) -> None:
        """Raises Refused, with the statements that an administrator has to run, where this user may not do all of the rest."""

    def wrong(self) -> str:
        """What is wrong with the shop's database, in a few words: it is not there, rows cannot be read, or indexes do not fit them. Nothing where it is
        sound.
        """

    def carry(self, copy: Address, name: str) -> None:
        """Make a database of this name, with the comment CARRIED, out of the one that is served at `copy`. One that was left half made, which has that
        comment, is made anew. Raises Refused for one that is somebody else's.
        """

    def names(self) -> Sequence[str]:
        """Of the databases there that we may see."""

    def rename(self, old: str, new: str) -> None:
        """Whoever is connected is put out. What was renamed in part is finished, and nothing is done where there is only the new one. Raises Refused,
        which names whoever may not be put out, and where both are there and are two.
        """

    def shut(self, name: str) -> Sequence[str]:
        """Tables that `part_with` would keep as files, and why it would be refused is raised here too. Nothing is done."""

    def part_with(self, name: str, kept_in: Path) -> None:
        """What the server cannot open of a database, and can give no other name, is kept as files in this folder, and gone from there. Raises Refused,
        with what an administrator has to do, where that cannot be done from here.
        """

    def drop(self, name: str) -> None:
        """Nothing where it is not there."""

    def sessions(self, name: str) -> Sequence[str]:
        """Who is connected to it, for people: program and address; not us."""

    def counts(self, name: str) -> Mapping[str, int]:
        """How many rows every table has."""


def started_with(folder: Path) -> Iterator[str]:
    """What starts a shop that was restored into this folder, in lines for people."""
    up = f"haat up --data {folder}"
    yield f"Start the shop with `{up}`; beside one that runs on ports of its own:"
    yield f"  HAAT_WEB__PORT=8100 HAAT_CONSOLE__PORT=9100 {up}"


class Engine(Protocol):
    """`name` is what the shop's database is called in a set, below the folder of its stack: a file, or the folder of its files. `address` is where it is,
    without its password: with it alone a copy can be restored anywhere.
    """

    name: str
    address: Address

    def copied(self, scratch: Path) -> AbstractContextManager[Copied]:
        """The database as it is now, for as long as its files are read; `scratch` is a folder for what has to be written down for that. Raises
        Unavailable, and Refused with what an administrator has to do first.
        """

    def weighed(self) -> int:
        """How many bytes a copy of it would have, as far as its server says; nothing is copied. Raises as `copied` does."""

    def refuse_unreachable(self, folder: Path) -> None:
        """Raises Unavailable where its server could not come to a copy in this folder, which need not be there yet."""

    def recover(self, stack: Path, log: Iterable[Stretch], position: str, at: int, *, before_dropped: int = 0) -> None:
        """Make a database that was ended in order of the files of a set in this folder, which was copied at this position: with what these generations of
        its log say until the instant (ms since 1970), without any as it was copied; `before_dropped` without the last of these times that a database was
        dropped, or FOR_GOOD, and what came after that. Raises Damaged, Gone where that was another database, NotFound, Unavailable.
        """

    def pointed(self, stack: Path) -> None:
        """The settings in this folder name the copy, and not the server that lives. Raises Refused where that cannot be written."""

    def served(self, stack: Path) -> AbstractContextManager[Address]:
        """The recovered database in this folder, where only we find it. Raises Damaged when it does not start, Unavailable."""

    def sound(self, stack: Path, address: Address, *, thorough: bool = True) -> Finding:
        """Everything in it can be read and is in its place, while it is served at this address; `thorough` is whether each row is looked for in each index,
        which takes several times as long. Where that cannot be done here, what was found is not complete.
        """

    def source(self, data: Path) -> Source:
        """To follow it from the stack in this folder."""

    def refuse_unless_followed(self) -> None:
        """Raises Refused, with what an administrator has to do, where its server lets nobody keep what is committed; Unavailable."""

    def let_go(self, data: Path) -> None:
        """Nobody follows it for the stack in this folder any more: what its server keeps for that goes. Raises Unavailable."""

    def keeps(self, data: Path) -> int | None:
        """How many bytes of its log a server keeps until they are shipped for the stack in this folder; None when it keeps none for it. Raises
        Unavailable.
        """

    def carrier(self) -> Carrier | None:
        """What gives a copy a place on the server of the shop; None for a file, which is moved."""

    def starts(self, folder: Path, port: int) -> str:
        """What starts a server on the database that was restored into this folder; nothing for a file, which needs none."""

    def told(self, folder: Path) -> Sequence[str]:
        """How the shop that was restored into this folder is started, in lines for people."""
