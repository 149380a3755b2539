"""A pattern as a server of Redis understands it. Its own are others than ours, so it is told ours in the language of its scripts."""

from __future__ import annotations

import re
from fnmatch import translate

from haat.cache.pattern import Pattern

_SIGN = re.compile(r"\[!?+]?+[^]]*+]|.", re.DOTALL)
_REST = r"[\128-\191]*"  # of a letter that has several bytes
_NOTHING = r"[^\1-\255]"
_ASCII = [chr(number) for number in range(1, 128)]


def pieces(pattern: Pattern) -> list[bytes]:
    """What stands between the stars of a pattern, each as a pattern of Lua that has to be found behind the one before: the first at the beginning of an
    address, the last at its end. None has a part that may be long or short, so that nothing is tried again and again.
    """
    found = [b"^"]
    for sign in _SIGN.findall(pattern.text):
        if sign == "*":
            found.append(b"")
        else:
            found[-1] += _in_lua(sign)
    found[-1] += b"$"
    return found


def _in_lua(sign: str) -> bytes:
    """One letter, or one of several."""
    if sign == "?":
        return _raw(r"[^\128-\191]" + _REST)
    if len(sign) == 1:
        return _plain(sign)
    fits = re.compile(translate(sign)).match
    if sign.startswith("[!"):
        return _raw(r"[^\128-\191") + b"".join(_plain(one) for one in _ASCII if not fits(one)) + _raw("]" + _REST)
    members = b"".join(_plain(one) for one in _ASCII if fits(one))
    return b"[" + members + b"]" if members else _raw(_NOTHING)


def _plain(letter: str) -> bytes:
    return letter.encode() if letter.isalnum() or not letter.isascii() else b"%" + letter.encode()


def _raw(text: str) -> bytes:
    """With the bytes that stand in it as numbers."""
    return re.sub(rb"\\([0-9]+)", lambda number: bytes([int(number[1])]), text.encode())
