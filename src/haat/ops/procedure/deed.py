"""What a step does to the world, as values: they can be printed, written down and compared without being done."""

from __future__ import annotations

import shlex
from typing import TypeAlias

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


Deed: TypeAlias = Program | Statement
