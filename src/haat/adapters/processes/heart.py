"""A sign of life: a file whose time is that of the last beat. Whoever looks needs to know nothing but the file."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_EVERY = 1.0  # seconds


def heart(file: Path) -> Callable[[], None]:
    """What a loop calls each time round to show that it turns; it touches the file about once a second."""
    last = 0.0

    def beat() -> None:
        nonlocal last
        if time.monotonic() - last >= _EVERY:
            with suppress(OSError):  # The work goes on, even where the sign of it cannot be left.
                file.touch()
            last = time.monotonic()

    return beat


def mark(file: Path, at: float) -> None:
    """Leave a sign of life that is of this instant (seconds since 1970)."""
    with suppress(OSError):
        file.touch()
        os.utime(file, (at, at))


def since_last_beat(file: Path) -> float | None:
    """Seconds, or None when there never was one."""
    try:
        return max(0.0, time.time() - file.stat().st_mtime)
    except FileNotFoundError:
        return None
