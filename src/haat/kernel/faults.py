"""Named points at which a test may kill this process, as a power cut would.

`HAAT_FAULT=POINT:MARKER` makes `reach(POINT)` send SIGKILL to the process, once: the file MARKER is created first, and while it
exists nothing happens. Without the variable a point costs one comparison.
"""

from __future__ import annotations

import os
import signal

_POINT, _, _MARKER = os.environ.get("HAAT_FAULT", "").partition(":")


def die_at(point: str, marker: str) -> None:
    """Ask for it from within, for a process that is a fork of one which has everything loaded."""
    global _POINT, _MARKER
    _POINT, _MARKER = point, marker


def reach(point: str) -> None:
    """Die here if a test asked for it."""
    if point == _POINT:
        _die_once()


def _die_once() -> None:
    try:
        os.close(os.open(_MARKER, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
