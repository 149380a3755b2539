"""How the console writes times, ids, sizes and commands. It speaks English, as the command line does."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

from markupsafe import Markup, escape

from haat.kernel import clock, ids
from haat.kernel.clock import SECOND

_STEPS = ((60, 1, "s"), (3600, 60, "min"), (172_800, 3600, "h"))
_SIZES = ((1e9, 1, "GB"), (1e6, 1, "MB"), (1e3, 0, "kB"), (1, 0, "bytes"))
_COMMAND = re.compile(r"`([^`]+)`")
_RUN = re.compile(r"haat runbook (?:run|show) ([a-z-]+)((?: [a-z_]+=\S+)*)")
# The page that says what a command would.
_PAGES = (
    ("haat health", "/health/detailed"),
    ("haat ps", "/services"),
    ("haat logs patterns", "/logs/patterns"),
    ("haat logs", "/logs"),
    ("haat database sessions", "/database/sessions"),
    ("haat database explain", "/database/explain"),
    ("haat database", "/database"),
    ("haat cache look", "/cache"),
    ("haat backup", "/backups"),
    ("haat maintenance", "/maintenance"),
    ("haat pause", "/maintenance"),
    ("haat runbook history", "/runs"),
    ("haat runbook", "/runbook"),
)


def when(at: int) -> str:
    """The instant, in the zone of the logs."""
    return clock.in_utc(at)


def ago(at: float) -> str:
    """How long it is since."""
    since = clock.now() - at
    return f"{age(since)} ago" if since >= SECOND else "just now"


def age(ms: float) -> str:
    """As `span`, of what goes on while one reads it: in whole seconds, of which it is rather one too many than one too few."""
    if ms < SECOND:
        return "less than 1 s"
    return f"{math.ceil(ms / SECOND)} s" if ms < 60 * SECOND else span(ms)


def span(ms: float) -> str:
    """A length of time, in the unit in which it is one to three figures."""
    seconds = ms / 1000
    if seconds < 10:
        return f"{seconds:.2f} s"
    for most, size, unit in _STEPS:
        if seconds < most:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86_400:.0f} days"


def id_(number: int) -> str:
    return ids.encode(number)


def bytes_(count: float) -> str:
    """A size, in the unit in which it is more than nothing."""
    for most, digits, unit in _SIZES:
        if count >= most:
            return f"{count / most:.{digits}f} {unit}"
    return "nothing"


def with_commands(text: str) -> Markup:
    """A sentence in which commands stand between backticks: each leads to the page that does the same, where there is one."""
    return Markup("").join(_pieces(text, _linked))


def with_code(text: str) -> Markup:
    """The same where no other link may stand."""
    return Markup("").join(_pieces(text, _code))


def _pieces(text: str, shown: Callable[[str], Markup]) -> Iterator[Markup]:
    read = 0
    for found in _COMMAND.finditer(text):
        yield escape(text[read : found.start()])
        yield shown(found[1])
        read = found.end()
    yield escape(text[read:])


def _linked(command: str) -> Markup:
    code, to = _code(command), _page_of(command)
    return Markup('<a href="{}">{}</a>').format(to, code) if to else code


def _code(command: str) -> Markup:
    return Markup("<code>{}</code>").format(command)


def _page_of(command: str) -> str:
    if found := _RUN.fullmatch(command):
        given = dict(word.split("=", 1) for word in found[2].split())
        # A letter stands for what only the reader knows.
        known = {name: value for name, value in given.items() if value.upper() != value or value.isdigit()}
        return f"/runbook/{found[1]}" + (f"?{urlencode(known)}" if known else "")
    return next((to for begin, to in _PAGES if command.startswith(begin)), "")
