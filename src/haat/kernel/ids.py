"""Ids: 63-bit integers that sort by time of birth, written outside as 13 characters.

41 bits of milliseconds since 2020 (good until 2089) and 22 bits that start at random in each millisecond and then count.
Two processes may rarely meet on the same number: the primary key refuses the second, and the unit of work runs again.
The text form is Crockford's base 32 in lower case (https://www.crockford.com/base32.html): no i, l, o or u to misread.
"""

from __future__ import annotations

import secrets
import threading

from haat.kernel import clock
from haat.kernel.errors import NotFound

LENGTH = 13
_EPOCH = 1_577_836_800_000  # 2020-01-01T00:00:00Z
_LOW_BITS = 22
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)} | {"i": 1, "l": 1, "o": 0}

_lock = threading.Lock()
_last = 0


def new_id() -> int:
    """A new id, larger than every id this process made before."""
    global _last
    with _lock:
        fresh = (clock.now() - _EPOCH) << _LOW_BITS | secrets.randbits(_LOW_BITS - 1)
        _last = fresh if fresh > _last else _last + 1
        return _last


def born_at(id_: int) -> int:
    """The instant at which the id was made, in milliseconds since 1970."""
    return (id_ >> _LOW_BITS) + _EPOCH


def encode(id_: int) -> str:
    """The id as 13 characters."""
    letters = [_ALPHABET[(id_ >> shift) & 31] for shift in range(60, -1, -5)]
    return "".join(letters)


def decode(text: str) -> int:
    """The id behind 13 characters. Raises NotFound for anything that `encode` could not have written."""
    if len(text) != LENGTH:
        raise NotFound("There is nothing here.", why=f"“{text[:40]}” is not an id.")
    id_ = 0
    for letter in text.lower():
        value = _VALUES.get(letter)
        if value is None:
            raise NotFound("There is nothing here.", why=f"“{text}” is not an id.")
        id_ = id_ << 5 | value
    if id_ >= 1 << 63:
        raise NotFound("There is nothing here.", why=f"“{text}” is not an id.")
    return id_
