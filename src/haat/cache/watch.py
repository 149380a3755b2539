"""The thread of a web process that follows orders to clear, and tells how its cache is: for operators, and for the figures."""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from haat.cache import orders
from haat.cache.looks import OwnLook, SharedLook
from haat.cache.pages import Pages
from haat.cache.pattern import Pattern
from haat.kernel import clock

_EVERY = 0.5  # seconds
_MOST_PINGS = 60

_log = logging.getLogger(__name__)


class State(msgspec.Struct, frozen=True):
    """How the cache of a web process was at an instant. `cleared` is the number of the last order of its machine that it has followed.
    `pings` are the last times in milliseconds that the server took to answer, the newest last, and None where it did not.
    """

    pid: int
    at: int
    cleared: int
    own: OwnLook
    shared: SharedLook | None
    pings: list[float | None]


Tell = Callable[[State], None]


class Watch:
    """Looks twice a second. `run` is the folder of what is only true while the stack runs."""

    def __init__(self, pages: Pages, run: Path, tell: Tell) -> None:
        self._pages = pages
        self._run = run
        self._tell = tell
        self._cleared = 0
        self._cleared_there: int | None = None
        self._pings: deque[float | None] = deque(maxlen=_MOST_PINGS)
        self._is_mute = False
        self._is_over = threading.Event()

    def start(self) -> None:
        """Begin, in this very process. The server has been reached when this returns, so that no visitor waits for that."""
        self._cleared = orders.of_machine(orders_of(self._run)).number  # Nothing is kept yet.
        with suppress(OSError):
            states_of(self._run).mkdir(parents=True, exist_ok=True)
        self._write(self.look())
        threading.Thread(target=self._keep_looking, name="cache", daemon=True).start()

    def stop(self) -> None:
        self._is_over.set()
        with suppress(OSError):  # It tells nothing any more: it is of a process that is gone.
            _file(self._run, os.getpid()).unlink(missing_ok=True)

    def look(self) -> State:
        """Follow what was ordered, keep the right to what is being made, and say how it is."""
        self._pages.prolong()
        self._follow_machine()
        if self._pages.shared is not None:
            self._pings.append(self._pages.shared.ping())
            self._follow_server()
        return self._state()

    def _keep_looking(self) -> None:
        while not self._is_over.wait(_EVERY):
            try:
                state = self.look()
                self._tell(state)
                self._write(state)
            except Exception:
                _log.exception("The cache could not be looked after.")

    def _write(self, state: State) -> None:
        """On a disk that is full or cannot be written the shop goes on, and operators are not told."""
        try:
            _write(self._run, state)
        except OSError as error:
            if not self._is_mute:
                _log.warning("How the cache is cannot be written to %s: %s.", states_of(self._run), error.strerror)
            self._is_mute = True
        else:
            self._is_mute = False

    def _follow_machine(self) -> None:
        given = orders.of_machine(orders_of(self._run))
        self._clear(given.since(self._cleared))
        self._cleared = given.number

    def _follow_server(self) -> None:
        given = self._pages.shared.orders() if self._pages.shared is not None else None
        if given is None:
            return
        # A number that was never seen is that of a server which lost everything: whoever flushed it wants all levels to follow.
        if self._cleared_there is not None:
            self._clear(given.since(self._cleared_there))
        self._cleared_there = given.number

    def _clear(self, patterns: list[str]) -> None:
        for pattern in patterns:
            self._pages.clear(Pattern(pattern))

    def _state(self) -> State:
        shared = self._pages.shared
        return State(
            os.getpid(),
            clock.now(),
            self._cleared,
            self._pages.own.look(),
            None if shared is None else shared.look(),
            list(self._pings),
        )


def states(run: Path) -> list[State]:
    """How the web processes of this machine that live said that their caches are."""
    return [state for state in _read_all(run) if Path(f"/proc/{state.pid}").exists()]


def orders_of(run: Path) -> Path:
    """The file of the orders of this machine."""
    return run / "cache.orders"


def states_of(run: Path) -> Path:
    """The folder in which web processes tell how their caches are."""
    return run / "caches"


def _read_all(run: Path) -> Iterator[State]:
    for file in sorted(states_of(run).glob("[0-9]*.json")):
        with suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
            yield _decoder.decode(file.read_bytes())


def _write(run: Path, state: State) -> None:
    file = _file(run, state.pid)
    draft = file.with_name(f".{file.name}")
    draft.write_bytes(msgspec.json.encode(state))
    draft.rename(file)


def _file(run: Path, pid: int) -> Path:
    return states_of(run) / f"{pid}.json"


_decoder = msgspec.json.Decoder(State)
