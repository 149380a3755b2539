"""What a step does to the world, as values: they can be printed, written down and compared without being done."""

from __future__ import annotations

import shlex
from typing import Literal, TypeAlias

import msgspec


class Program(msgspec.Struct, frozen=True, tag_field="kind", tag="program"):
    """A program of this machine with its arguments; no shell reads them. It has failed when it does not end with 0."""

    argv: tuple[str, ...]

    def __str__(self) -> str:
        return shlex.join(self.argv)


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


Deed: TypeAlias = Program | Statement | Clearing | Visit
