"""How settings and values are written in messages to people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from haat.kernel.errors import NotFound

T = TypeVar("T")

_LONGEST = 60
_PASSWORD_IN_ADDRESS = re.compile(r"://.*@")  # It may hold signs that belong into no address, another @ too.


def quoted(value: object) -> str:
    """A value as the reader wrote it, short, and without the password an address may hold."""
    match value:
        case str():
            visible = "".join(letter if letter.isprintable() else "�" for letter in value)
            text = _PASSWORD_IN_ADDRESS.sub("://…@", visible)
            return f"“{text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}”" if text else "empty"
        case bool():
            return "true" if value else "false"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return str(value)


def listed(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant, if one is near enough."""
    import difflib  # Needed only when something is wrong.

    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)), None)


def found(name: str, known: Mapping[str, T], what: str, list_: str) -> T:
    """What is known by this name. Raises NotFound, with the name that was probably meant, or with the command that lists all."""
    if name not in known:
        meant = nearest(name, known)
        raise NotFound(
            f"There is no {what} “{name}”.",
            try_=f"Did you mean “{meant}”?" if meant else f"`{list_}` shows all of them.",
        )
    return known[name]


def variable(key: str) -> str:
    """The environment variable of a setting: `web.port` is HAAT_WEB__PORT."""
    return "HAAT_" + key.replace(".", "__").upper()
