"""Ship the databases of a stack for as long as it runs, and see to it that there is a set for what is shipped to go on from."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from subprocess import Popen

from haat.kernel.errors import HaatError, Unavailable
from haat.ops.backups.ship import Gap, Shipper
from haat.ops.backups.vault import Vault

_EVERY = 0.5  # seconds
_PATIENCE = 60.0  # seconds between two tries to take a set, and between two complaints
_MOST_WAITING = (
    1_000_000_000  # bytes of a log that cannot be kept, from where on it is let go: the shop's disk is worth more
)

_log = logging.getLogger(__name__)


class Shipping:
    """`databases` says which there are now; `take` begins to take a set, in a process of its own; `beat` is called whenever everything that was
    committed is kept.
    """

    def __init__(
        self,
        vault: Vault,
        databases: Callable[[], Sequence[Path]],
        take: Callable[[], Popen[bytes]],
        beat: Callable[[], None],
    ) -> None:
        self._vault = vault
        self._databases = databases
        self._take = take
        self._beat = beat
        self._taking: Popen[bytes] | None = None
        self._is_stale = False  # whether the set that is being taken is one for streams that have ended
        self._try_again_at = 0.0
        self._complain_at = 0.0

    def run_until_stopped(self, stop: threading.Event) -> None:
        """Return when told to stop, with everything kept that was committed until then."""
        while not stop.is_set():
            try:
                with ExitStack() as open_:
                    paths = self._databases()
                    self._ship([*self._started(open_, paths)], paths, stop)
            except Unavailable as error:
                _log.warning("Shipping begins again: %s %s", error.what, error.why)
                stop.wait(_EVERY)

    def _started(self, open_: ExitStack, paths: Sequence[Path]) -> Iterator[Shipper]:
        for path in paths:
            shipper = open_.enter_context(closing(Shipper(self._vault, path)))
            shipper.start()
            yield shipper

    def _ship(self, shippers: Sequence[Shipper], paths: Sequence[Path], stop: threading.Event) -> None:
        """Raises Gap, also when there is a database more: it needs a set to go on from."""
        has_set, self._is_stale = False, self._taking is not None
        while not stop.wait(_EVERY):
            if self._databases() != paths:
                raise Gap("There is another database than before.")
            has_set = has_set or self._is_taken()
            self._tick(shippers)
        self._tick(shippers)

    def _tick(self, shippers: Sequence[Shipper]) -> None:
        """Where the repository cannot be written the log stays where it is, and is tried again."""
        try:
            for shipper in shippers:
                shipper.tick()
        except Gap:
            raise
        except HaatError as error:
            self._complain(f"{error.what} {error.why}")
            if any(shipper.waiting > _MOST_WAITING for shipper in shippers):
                raise Gap("The log has become too long to wait for the repository.") from error
        else:
            self._beat()

    def _is_taken(self) -> bool:
        """Whether the set that was begun is there; one is begun if there is none."""
        if self._taking is None:
            if time.monotonic() < self._try_again_at:
                return False
            self._taking = self._take()
        code = self._taking.poll()
        if code is None:
            return False
        self._taking = None
        if self._is_stale:
            self._is_stale = False
            return False
        self._try_again_at = time.monotonic() + _PATIENCE
        if code:
            self._complain("The set that shipping goes on from could not be taken.")
        return code == 0

    def _complain(self, why: str) -> None:
        if time.monotonic() >= self._complain_at:
            _log.error("Not everything is kept: %s", why)
            self._complain_at = time.monotonic() + _PATIENCE
