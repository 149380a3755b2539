"""The part of an address that people can read."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120

_APART = re.compile(r"[\W_]+")


def handle_of(text: str, longest: int = LONGEST) -> str:
    """`Crème brûlée No. 2` as `creme-brulee-no-2`. Letters of every script stay; empty when there is neither letter nor figure.

    A handle is its own handle: what is exported comes back as the same.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", _APART.sub("-", bare))[:longest].strip("-")
