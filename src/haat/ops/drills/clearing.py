"""The stack of a drill that is over is ended and taken away while the next one is made: both take seconds, and nobody measures anything meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor


class Clearing:
    """Clears one thing away at a time. Nothing is measured before `wait` has returned. Use it with `with`: at the end nothing is left."""

    def __init__(self) -> None:
        self._hand = ThreadPoolExecutor(1, thread_name_prefix="clearing")
        self._going: Future[object] | None = None

    def __enter__(self) -> Clearing:
        return self

    def __exit__(self, *raised: object) -> None:
        try:
            self.wait()
        finally:
            self._hand.shutdown()

    def begin(self, clear: Callable[[], object]) -> None:
        """Do this beside whatever comes next, when nothing else is being cleared away any more."""
        self.wait()
        self._going = self._hand.submit(clear)

    def wait(self) -> None:
        """Until nothing is being cleared away. Raises what went wrong with it."""
        going, self._going = self._going, None
        if going is not None:
            going.result()
