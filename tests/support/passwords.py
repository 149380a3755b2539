"""Passwords cost next to nothing while tests run, for they are typed hundreds of times. What is promised of their cost is tested at the real one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher

from haat.kernel import passwords

_REAL = passwords._hasher
_CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def make_cheap() -> None:
    _use(_CHEAP)


@contextmanager
def at_real_cost() -> Iterator[None]:
    _use(_REAL)
    try:
        yield
    finally:
        _use(_CHEAP)


def _use(hasher: PasswordHasher) -> None:
    passwords._hasher = hasher
    passwords._decoy.cache_clear()
