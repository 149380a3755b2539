"""What a drill has to know of the shop: how to fill it, what to order, and whether it has kept its word. It is handed in, for operations know no market."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeAlias


class Order(NamedTuple):
    """What one client sends again and again: `body` as JSON, with a `key` of its own each time."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]


class Shop(Protocol):
    """The shop of a stage."""

    def lay_out(self, clients: int) -> Sequence[Order]:
        """Goods that do not run out, and what each of so many clients orders."""

    def kept(self) -> set[str]:
        """The keys of all orders that are in the books."""

    def waiting(self) -> int:
        """How many jobs are not done yet."""

    def untrue(self) -> list[str]:
        """The promises of the shop that do not hold, each with its first offence; none while all is well."""

    def close(self) -> None:
        """Let go of what it opened."""


Opening: TypeAlias = Callable[[Path], Shop]
"""Opens the shop of the stack in this folder."""
