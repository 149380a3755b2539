"""Ids: 63-bit integers that sort by time of birth, written outside as 13 characters.

41 bits of milliseconds since 2020 (good until 2089) and 22 bits that start at random in each millisecond and then count.
Two processes may rarely meet on the same number: the primary key refuses the second, whose unit of work is rolled back whole.
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
_LAST_INSTANT = (1 << 41) - 1
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_DIGITS = "0123456789abcdefghijklmnopqrstuv"  # of Python's own base 32
_AS_DIGITS = dict.fromkeys(range(128), "?") | {
    ord(letter): digit
    for letters in (_ALPHABET, _ALPHABET.upper())
    for letter, digit in zip(letters, _DIGITS, strict=True)
}
_AS_DIGITS |= {ord(letter): digit for letter, digit in zip("iIlLoO", "111100", strict=True)}

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


def first_of(at: int) -> int:
    """The smallest id that can be made at this instant: what is younger has a larger one. No instant is beyond the last id."""
    return min(max(at - _EPOCH, 0), _LAST_INSTANT) << _LOW_BITS


def encode(id_: int) -> str:
    """The id as 13 characters."""
    return (
        _ALPHABET[id_ >> 60]
        + _PAIRS[id_ >> 50 & 1023]
        + _PAIRS[id_ >> 40 & 1023]
        + _PAIRS[id_ >> 30 & 1023]
        + _PAIRS[id_ >> 20 & 1023]
        + _PAIRS[id_ >> 10 & 1023]
        + _PAIRS[id_ & 1023]
    )


def spoken(id_: int) -> str:
    """The id as people say and write it: capital letters, in groups."""
    text = encode(id_).upper()
    return f"{text[:5]}-{text[5:9]}-{text[9:]}"


def decode(text: str) -> int:
    """The id behind 13 characters. Raises NotFound for anything that `encode` could not have written."""
    try:
        id_ = int(text.translate(_AS_DIGITS), 32) if len(text) == LENGTH and text.isascii() else -1
    except ValueError:
        id_ = -1
    if not 0 <= id_ < 1 << 63:
        raise NotFound("There is nothing here.", why=f"“{text[:40]}” is not an id.")
    return id_
