"""What just happened, said once on the next page: it travels in a short-lived cookie that only we can write."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec

LIFE = 60  # seconds
_LONGEST = 600  # characters of one message: a cookie has room for 4 kB
_MOST = 3


class Flash(msgspec.Struct, frozen=True):
    """A message and what kind it is of: info, good, warn, bad."""

    kind: str
    text: str


def flash(kind: str, text: str) -> Flash:
    return Flash(kind, text[:_LONGEST])


def written(messages: list[Flash], key: bytes) -> str:
    """The last few as they stand in a cookie."""
    content = urlsafe_b64encode(msgspec.json.encode(messages[-_MOST:]))
    return f"{content.decode()}.{_signature(content, key)}"


def read(cookie: str, key: bytes) -> list[Flash]:
    """Those in a cookie; none where it is not one of ours."""
    content, _, signature = cookie.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(content.encode(), key).encode()):
        return []
    return msgspec.json.decode(urlsafe_b64decode(content), type=list[Flash])


def _signature(content: bytes, key: bytes) -> str:
    return hmac.digest(key, b"flash:" + content, "sha256").hex()
