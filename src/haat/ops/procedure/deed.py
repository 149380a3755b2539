"""What a step does to the world, as values: they can be printed, written down and compared without being done."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec


class Program(msgspec.Struct, frozen=True, tag_field="kind", tag="program"):
    """A program of this machine with its arguments; no shell reads them. It has failed when it does not end with 0; then `otherwise` is run,
    if there is such a thing.
    """

    argv: tuple[str, ...]
    otherwise: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.otherwise:
            return shown(self.argv)
        return f"{shown(self.argv)}, and if that fails: {shown(self.otherwise)}"


class Start(msgspec.Struct, frozen=True, tag_field="kind", tag="start"):
    """A program of this machine is begun and goes on by itself; what it prints goes to the end of `log`."""

    argv: tuple[str, ...]
    log: str

    def __str__(self) -> str:
        return f"begin {shown(self.argv)}, which prints to {self.log}"


class Statement(msgspec.Struct, frozen=True, tag_field="kind", tag="statement"):
    """A statement to the database of the stack, in no transaction but its own."""

    sql: str

    def __str__(self) -> str:
        return self.sql


class Clearing(msgspec.Struct, frozen=True, tag_field="kind", tag="clearing"):
    """Kept pages whose address fits are thrown away: by the `server` of the cache, or by the web `processes` of this machine."""

    where: Literal["server", "processes"]
    pattern: str

    def __str__(self) -> str:
        where = "the server of the cache" if self.where == "server" else "every web process"
        return f"throw away {self.pattern} in {where}"


class Visit(msgspec.Struct, frozen=True, tag_field="kind", tag="visit"):
    """The shop is asked for a page, as anybody would who reads this language."""

    path: str
    language: str

    def __str__(self) -> str:
        return f"GET {self.path} in {self.language}"


class Note(msgspec.Struct, frozen=True, tag_field="kind", tag="note"):
    """A line in a file of the stack, which takes the place of what was in it."""

    file: str
    text: str

    def __str__(self) -> str:
        return f"write “{self.text}” to {self.file}"


class Renaming(msgspec.Struct, frozen=True, tag_field="kind", tag="renaming"):
    """A file or a folder gets another name in the same folder. It is done as well when there is nothing of the old name any more, or
    something of the new one already.
    """

    path: str
    name: str
    size: int  # in bytes, for whoever reads the plan

    def __str__(self) -> str:
        return f"rename {self.path} to {self.name} ({self.size:,} bytes)"


class Removal(msgspec.Struct, frozen=True, tag_field="kind", tag="removal"):
    """A file, or a folder with all that is in it, is taken away for good. It is done as well when it is gone already."""

    path: str
    size: int  # in bytes, for whoever reads the plan

    def __str__(self) -> str:
        return f"remove {self.path} ({self.size:,} bytes)"


def shown(argv: Sequence[str]) -> str:
    """The words of a program, as somebody would type them."""
    is_ours = tuple(argv[:3]) == (sys.executable, "-m", "haat")
    return shlex.join(("haat", *argv[3:]) if is_ours else argv)


Deed: TypeAlias = Program | Start | Statement | Clearing | Visit | Note | Renaming | Removal


def read(written: str) -> list[Deed]:
    """Deeds as a journal has them."""
    return msgspec.json.decode(written, type=list[Deed])
