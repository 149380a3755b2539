"""What just happened, said once on the next page: it travels in a short-lived cookie that only we can write."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

import msgspec

from haat.web.cookies import FLASH

if TYPE_CHECKING:
    from haat.web.http import Context

_LIFE = 60  # seconds
_LONGEST = 600  # characters of one message: a cookie has room for 4 kB
_MOST = 3


class Flash(msgspec.Struct, frozen=True):
    """A message and what kind it is of: info, good, warn, bad."""

    kind: str
    text: str


def take(ctx: Context) -> list[Flash]:
    """The messages for the page that is being made; no other page will show them."""
    waiting = _read(ctx.cookie(FLASH), ctx.site.signing_key) + ctx.said
    ctx.said.clear()
    if ctx.cookie(FLASH):
        ctx.delete_cookie(FLASH)
    return waiting


def keep(ctx: Context) -> None:
    """Send what was said and not shown to the next page."""
    if ctx.said:
        ctx.set_cookie(FLASH, _written(ctx.said[-_MOST:], ctx.site.signing_key), max_age=_LIFE)


def flash(kind: str, text: str) -> Flash:
    return Flash(kind, text[:_LONGEST])


def _written(messages: list[Flash], key: bytes) -> str:
    content = urlsafe_b64encode(msgspec.json.encode(messages))
    return f"{content.decode()}.{_signature(content, key)}"


def _read(cookie: str, key: bytes) -> list[Flash]:
    content, _, signature = cookie.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(content.encode(), key).encode()):
        return []
    return msgspec.json.decode(urlsafe_b64decode(content), type=list[Flash])


def _signature(content: bytes, key: bytes) -> str:
    return hmac.digest(key, b"flash:" + content, "sha256").hex()
