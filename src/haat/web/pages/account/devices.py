"""What a browser calls itself, in words that its owner knows."""

from __future__ import annotations

from collections.abc import Sequence

# The first that is found counts: most browsers claim to be others as well.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_PHONES = ("iPhone", "Android")


def browser_of(agent: str) -> str:
    """`Firefox`; "" for one that we do not know."""
    return _first(_BROWSERS, agent)


def system_of(agent: str) -> str:
    """`Windows`, `iPhone`; "" for one that we do not know."""
    return _first(_SYSTEMS, agent)


def is_phone(agent: str) -> bool:
    return any(name in agent for name in _PHONES)


def _first(names: Sequence[tuple[str, str]], agent: str) -> str:
    return next((name for mark, name in names if mark in agent), "")
