"""How people write a moment: “15m” ago, “14:05” today, or a date with or without a time; in UTC unless they say otherwise."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from haat.config.kinds import Unfit, duration
from haat.kernel import clock
from haat.kernel.errors import Invalid, Refused

EXPECTED = "a moment like “15m” (that long ago), “14:05”, “2026-11-28” or “2026-11-28T14:05:30”, in UTC"

_AGO = duration("0s", "3650d")
_TIME = re.compile(r"([0-9]{1,2})(:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)")


def read(text: str) -> int:
    """Milliseconds since 1970. Raises Unfit."""
    try:
        return clock.now() - _AGO.read(text)
    except Unfit:
        pass
    time = _TIME.fullmatch(text)
    today = clock.as_datetime(clock.now())
    try:
        there = datetime.fromisoformat(f"{today:%Y-%m-%d}T{time[1]:0>2}{time[2]}" if time else text)
        at = round((there if there.tzinfo else there.replace(tzinfo=UTC)).timestamp() * 1000)
        clock.as_datetime(at)  # In UTC it may be of a year that has no date.
    except (ValueError, OverflowError):
        raise Unfit(text, EXPECTED) from None
    return at


def asked(text: str) -> int:
    """The same for whoever types it. Raises Invalid."""
    try:
        return read(text)
    except Unfit as error:
        raise Invalid(f"“{text}” is no instant.", why=f"Expected {error.expected}.") from error


def refuse_to_come(at: int) -> None:
    """Raises Refused for an instant (ms since 1970) that nobody has seen yet."""
    if at > clock.now():
        raise Refused(
            f"{written(at)} is in the future.",
            why="Only what was can be had back.",
            try_="Times are in UTC: name the last instant at which all was well.",
        )


def written(at: int) -> str:
    """To the thousandth of a second, so that it is read as the same moment."""
    return clock.as_datetime(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")
