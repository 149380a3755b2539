"""People who look around without signing in, and never try again: whether each was answered, and how long it took."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from typing import NamedTuple

_PATIENCE = 10.0  # seconds that somebody waits for a page
_BETWEEN = 0.02  # seconds between two pages
_PEOPLE = 3


class Seen(NamedTuple):
    """A page: when it was asked for (seconds of the monotonic clock), for how many seconds, and what came. Status 0 is no answer."""

    began: float
    seconds: float
    status: int
    content: bytes


class Visitors:
    """They look at these `paths` until `is_over`; the list may be changed meanwhile."""

    def __init__(self, port: int, paths: Sequence[str], is_over: threading.Event) -> None:
        self.paths = list(paths)
        self.seen: list[Seen] = []
        self._port = port
        self._is_over = is_over
        self._people = [threading.Thread(target=self._look_around, daemon=True) for _ in range(_PEOPLE)]

    def start(self) -> None:
        for one in self._people:
            one.start()

    @property
    def failed(self) -> int:
        """How many were answered by an error, or not at all."""
        return sum(one.status != 200 for one in self.seen)

    def ask(self, path: str) -> Seen:
        """What a stranger sees there now."""
        began = time.monotonic()
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            status, content = answer.status, answer.read()
        except (OSError, HTTPException):
            status, content = 0, b""
        finally:
            connection.close()
        return Seen(began, time.monotonic() - began, status, content)

    def _look_around(self) -> None:
        for number in cycle(range(1_000_000)):
            if self._is_over.wait(_BETWEEN):
                return
            self.seen.append(self.ask(self.paths[number % len(self.paths)]))
