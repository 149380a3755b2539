"""How people write a moment: “15m” ago, “14:05” today, or a date with or without a time; in UTC unless they say otherwise."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from haat.config.kinds import Unfit, duration
from haat.kernel import clock
from haat.kernel.errors import Invalid

EXPECTED = "a moment like “15m” (that long ago), “14:05”, “2026-11-28” or “2026-11-28T14:05:30”, in UTC"

_AGO = duration("0s", "3650d")
_TIME = re.compile(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?")


def read(text: str) -> int:
    """Milliseconds since 1970. Raises Unfit."""
    try:
        return clock.now() - _AGO.read(text)
    except Unfit:
        pass
    now = clock.as_datetime(clock.now())
    written = f"{now:%Y-%m-%d}T{text:0>5}" if _TIME.fullmatch(text) else text
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise Unfit(text, EXPECTED) from None
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def asked(text: str) -> int:
    """The same for whoever types it. Raises Invalid."""
    try:
        return read(text)
    except Unfit as error:
        raise Invalid(f"“{text}” is no instant.", why=f"Expected {error.expected}.") from error


def written(at: int) -> str:
    """To the thousandth of a second, so that it is read as the same moment."""
    return clock.as_datetime(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")
