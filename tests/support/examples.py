"""How many examples stand for all: on servers fewer than on SQLite, for each takes several times as long there, and what is tried on them is the same."""

from __future__ import annotations

_ON_SERVERS = 1 / 3

_share = 1.0


def are_for(kind: str) -> None:
    """Said before any test is read: on which kind of database they run."""
    global _share
    _share = 1.0 if kind == "sqlite" else _ON_SERVERS


def examples(count: int) -> int:
    """So many of them where they run now."""
    return max(1, round(count * _share))
