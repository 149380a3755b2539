"""A drill that is over is judged, and its stack taken away, while the stack of the next one is made: each takes seconds, and nobody measures meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


class Clearing:
    """Does one thing at a time beside what comes next. Nothing is measured before `wait` has returned. Use it with `with`: at the end all is done."""

    def __init__(self) -> None:
        self._hand = ThreadPoolExecutor(1, thread_name_prefix="clearing")
        self._going: Future[Any] | None = None

    def __enter__(self) -> Clearing:
        return self

    def __exit__(self, *raised: object) -> None:
        try:
            self.wait()
        finally:
            self._hand.shutdown()

    def begin(self, clear: Callable[[], T]) -> Future[T]:
        """Do this beside whatever comes next, once nothing else is being done."""
        self.wait()
        self._going = going = self._hand.submit(clear)
        return going

    def wait(self) -> None:
        """Until nothing is being done. Raises what went wrong with it."""
        going, self._going = self._going, None
        if going is not None:
            going.result()
