"""Text that people typed, as it can stand among other text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_SHOWN = 5
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    """The text on one line, without control characters, and without those that turn the direction of what stands beside it."""
    return " ".join(_TURNING.sub("", _CONTROL.sub(" ", text)).split())


def some(names: Sequence[str]) -> str:
    """The first of many, and how many more there are."""
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else shown


def free_name(wanted: str, is_taken: Callable[[str], bool], longest: int) -> str:
    """The name, or the name with a number that makes it one of its own: the next one, where those before it are taken.

    Of many it looks at few: a thousand of the same name cost no more than twenty looks.
    """

    def numbered(number: int) -> str:
        ending = f"-{number}" if number > 1 else ""
        return f"{wanted[: longest - len(ending)]}{ending}"

    taken, free = 0, 1
    while is_taken(numbered(free)):
        taken, free = free, free * 2
    while free - taken > 1:
        middle = (taken + free) // 2
        if is_taken(numbered(middle)):
            taken = middle
        else:
            free = middle
    return numbered(free)
