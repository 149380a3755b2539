"""What costs much to look at and changes seldom: looked at once a minute, however many ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from haat.console.patience import PATIENCE
from haat.kernel.errors import Unavailable

T = TypeVar("T")

_LIFE = 60.0  # seconds


class Glance(Generic[T]):
    """The answer to a question, for as long as it is young. What the question raises is raised, and asked anew the next time. Raises Unavailable where
    somebody has been asking for so long that nobody waits for it any more.
    """

    def __init__(self, ask: Callable[[], T], patience: float = PATIENCE) -> None:
        self._ask = ask
        self._patience = patience
        self._answer: tuple[float, T] | None = None
        self._asking = threading.Lock()

    def look(self) -> T:
        if not self._asking.acquire(timeout=self._patience):
            raise Unavailable(f"There is no answer within {self._patience:g} seconds.")
        try:
            if self._answer is None or time.monotonic() - self._answer[0] > _LIFE:
                self._answer = None
                answer = self._ask()
                self._answer = time.monotonic(), answer
            return self._answer[1]
        finally:
            self._asking.release()
