"""What is written down in a repository beside contents: of sets, of proofs, and of what else was found."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from haat.ops.backups.vault import Damaged, Vault

T = TypeVar("T", bound=msgspec.Struct)


def read(vault: Vault, name: str, type_: type[T]) -> T:
    """What was written down under this name. Raises NotFound and Damaged."""
    return decoded(name, vault.get(name), type_)


def decoded(name: str, content: bytes, type_: type[T]) -> T:
    """What this content says, which is kept under this name. Raises Damaged."""
    try:
        return msgspec.json.decode(content, type=type_)
    except msgspec.DecodeError as error:
        raise foreign(name) from error


def foreign(name: str) -> Damaged:
    """What is kept under this name opens, and says nothing to this Haat."""
    return Damaged(
        f"“{name}” in the repository cannot be read.",
        why="It is of a Haat with another way of writing it down.",
        try_="Use the Haat that wrote it.",
    )
