"""Who of many that stand out is shown now: all get the same room, a minute at a time."""

from __future__ import annotations

from collections.abc import Sequence

from haat.kernel.clock import MINUTE

ROOM = 4
"""So many are shown at a time, so that a page stays what its reader came for."""

MOST_IN_TURN = 1000
"""Beyond so many the older ones wait until others are over: what a page costs does not grow with how many pay."""

_LOOKED_AT = 3 * ROOM  # some of them may be sold out


def in_turn(places: Sequence[int], now: int) -> list[int]:
    """Those whose turn it is, and those who come next. Each minute ROOM of them are on, and after the last the first."""
    first = now // MINUTE * ROOM
    return [places[(first + i) % len(places)] for i in range(min(_LOOKED_AT, len(places)))]
