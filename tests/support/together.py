"""Many who do something at the same instant."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

_PATIENCE = 60.0  # seconds


def together(count: int, act: Callable[[int], T]) -> list[T]:
    """What each of so many threads returned, all of which began at once. Raises what one of them raised."""
    barrier = threading.Barrier(count)

    def begin(number: int) -> T:
        barrier.wait(_PATIENCE)
        return act(number)

    with ThreadPoolExecutor(count) as people:
        return [*people.map(begin, range(count))]
