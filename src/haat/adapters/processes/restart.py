"""How long to wait before a process that ended is started again."""

from __future__ import annotations

from collections.abc import Sequence

SHORT = 5.0  # seconds; a process that lived for longer had started well
_PAUSES = (0.0, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


def short_lives(lives: Sequence[float]) -> int:
    """How many of the last lives in a row were short, by their lengths in seconds, oldest first."""
    count = 0
    for life in reversed(lives):
        if life >= SHORT:
            break
        count += 1
    return count


def pause_after(lives: Sequence[float]) -> float:
    """Seconds: none after a life that went well and after the first short one, then more and more, half a minute at most."""
    short = short_lives(lives)
    return _PAUSES[min(short - 1, len(_PAUSES) - 1)] if short else 0.0
