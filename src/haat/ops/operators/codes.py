"""The second factor: codes that change every half minute (RFC 6238), made of a secret that a telephone and we have."""

from __future__ import annotations

import base64
import hmac
import secrets
from urllib.parse import quote

_EVERY = 30_000  # milliseconds
_DIGITS = 6
_LENGTH = 20  # bytes of a secret, as long as the hash


def new_factor() -> bytes:
    """A secret for one operator."""
    return secrets.token_bytes(_LENGTH)


def code_of(factor: bytes, count: int, digits: int = _DIGITS) -> str:
    """The code of the so-manieth half minute since 1970."""
    digest = hmac.digest(factor, count.to_bytes(8), "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def accepted(factor: bytes, typed: str, at: int, newer_than: int) -> int | None:
    """The count of the code that was typed, if it is of this half minute or of one beside it, and none like it was used before."""
    now = at // _EVERY
    code = "".join(typed.split())
    for count in (now - 1, now, now + 1):
        if count > newer_than and hmac.compare_digest(code_of(factor, count).encode(), code.encode()):
            return count
    return None


def address_of(factor: bytes, name: str, issuer: str) -> str:
    """What an app that makes codes reads: the address of the secret."""
    secret = base64.b32encode(factor).decode().rstrip("=")
    return f"otpauth://totp/{quote(issuer, safe='')}:{quote(name, safe='')}?secret={secret}&issuer={quote(issuer, safe='')}"
