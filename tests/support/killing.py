"""Work that is killed on its way, in a process of its own."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from haat.kernel import faults


def killed_after(moves: int, work: Callable[[], object]) -> bool:
    """Whether the work was killed at its so-manieth point."""
    pid = os.fork()
    if pid == 0:
        left = iter(range(moves))

        def count(point: str) -> None:
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        faults.reach = count
        try:
            work()
        finally:
            os._exit(0)
    return os.waitpid(pid, 0)[1] == signal.SIGKILL
