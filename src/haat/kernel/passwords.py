"""Passwords: kept as argon2id hashes, never as they are.

The parameters cost some 40 ms and 19 MiB a guess. When they change, each hash is renewed the next time its password is typed.
Hashing is slow on purpose: never do it inside a unit of work.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """The hash to keep, with its salt and its parameters."""
    return _hasher.hash(_normal(password))


def is_right(stored: str | None, password: str) -> bool:
    """Whether this is the password behind the hash. For no hash (nobody there) it takes as long, and the answer is no."""
    decoy = _decoy()
    try:
        return _hasher.verify(stored or decoy, _normal(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than we use now."""
    return _hasher.check_needs_rehash(stored)


def _normal(password: str) -> str:
    # The same letters can be typed as other code points on another keyboard.
    return unicodedata.normalize("NFKC", password)


@cache
def _decoy() -> str:
    return _hasher.hash("nobody has this password")
