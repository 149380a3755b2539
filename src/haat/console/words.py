"""How the console writes times and ids. It speaks English, as the command line does."""

from __future__ import annotations

from haat.kernel import clock, ids

_STEPS = ((60, 1, "s"), (3600, 60, "min"), (172_800, 3600, "h"))


def when(at: int) -> str:
    """The instant, in the zone of the logs."""
    return f"{clock.as_datetime(at):%Y-%m-%d %H:%M:%S} UTC"


def ago(at: int) -> str:
    """How long it is since."""
    return f"{span(max(0, clock.now() - at))} ago"


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
