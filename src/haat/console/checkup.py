"""Every check of `haat health --detailed`, asked by that very command: a program of its own, which may know what the console may not.

It takes as long as what is dead lets it. Whoever looks meanwhile is shown what it said last, and since when it is asked again.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from typing import NamedTuple

import msgspec

from haat.config.schema import Settings
from haat.console.patience import PATIENCE, asked, told
from haat.kernel import clock
from haat.kernel.errors import Unavailable

_LONGEST = 60.0  # seconds, after which it is ended


class Part(msgspec.Struct, frozen=True, rename={"try_": "try"}):
    """How a part is, in how many milliseconds it said so, what was found, and what to do about it."""

    name: str
    status: str
    ms: float
    detail: str
    try_: str = ""


class Checked(NamedTuple):
    """What was found and when; nothing, and no time, before the first answer. `asked_since` is when the answer to come was asked for."""

    parts: Sequence[Part] = ()
    at: int | None = None
    asked_since: int | None = None


class _Report(msgspec.Struct):
    parts: list[Part]


class Checkup:
    """Of one stack; however many look, it is asked once at a time."""

    def __init__(self, settings: Settings) -> None:
        self._words = [sys.executable, "-m", "haat", "health", "--detailed", "--json", "--data", str(settings.data)]
        self._last = Checked()
        self._answer: Future[Checked] | None = None
        self._asked_at = 0
        self._asking = threading.Lock()

    def look(self, patience: float = PATIENCE) -> Checked:
        """As it is now, if that is known in time, else as it was. Raises Unavailable where the command does not work."""
        with self._asking:
            if self._answer is None:
                self._answer, self._asked_at = asked(self._ask), clock.now()
            answer = self._answer
        try:
            self._last = told(answer, patience)
        except Exception:
            if not answer.done():
                return self._last._replace(asked_since=self._asked_at)
            self._forget(answer)
            raise
        self._forget(answer)
        return self._last

    def _forget(self, answer: Future[Checked]) -> None:
        with self._asking:
            if self._answer is answer:
                self._answer = None

    def _ask(self) -> Checked:
        try:
            said = subprocess.run(self._words, capture_output=True, timeout=_LONGEST, check=False)  # noqa: S603 (our own words)
        except subprocess.TimeoutExpired as error:
            raise Unavailable(
                f"The checks have not come to an end within {_LONGEST:g} seconds.",
                try_="See the wall for who is silent.",
            ) from error
        except OSError as error:
            raise Unavailable(
                "The checks cannot be asked.",
                why=f"Their program cannot be started: {error.strerror or error}.",
                try_="See the wall for what the machine lacks.",
            ) from error
        try:
            return Checked(msgspec.json.decode(said.stdout, type=_Report).parts, clock.now())
        except msgspec.DecodeError as error:
            words = (said.stderr or said.stdout).decode("utf-8", "replace").strip()[-500:]
            raise Unavailable("The checks cannot be asked.", why=words, try_="At a terminal: `haat health`.") from error
