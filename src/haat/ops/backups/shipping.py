"""Ship the databases of a stack for as long as it runs, and see to it that there is a set for what is shipped to go on from."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from subprocess import Popen

from haat.kernel.errors import HaatError, Unavailable
from haat.ops.backups.engine import MOST_WAITING, Behind, Follower, Gap, Source
from haat.ops.backups.vault import Vault

_EVERY = 0.5  # seconds
_SOON = 0.01  # seconds, while there is more
_BEFORE_ANEW = 5.0  # seconds before it is begun again after something failed
_BETWEEN_SETS = 10.0  # seconds between two tries to take one: what is kept is of use from then on
_WHOSE_EVERY = 30.0  # seconds between two looks whose the repository is
_PATIENCE = 60.0  # seconds between two complaints
_SILENT = 3.0  # seconds: whoever has failed for so long while everybody waits for the end is not asked once more
_HOPE = 60.0  # seconds that nothing is kept, until a log is let go that is too long: one bad moment is not the end of what is caught up with

_log = logging.getLogger(__name__)


class _TooSlow(Unavailable):
    """More is committed than is shipped, for too long."""


class Shipping:
    """`open_vault` opens the repository; `sources` says which databases there are now; `take` begins to take a set, in a session of its own; `beat` is called
    whenever there is a set to go on from and everything is kept that was committed by an instant, which it is told (seconds since 1970); `taken` when such a
    set was taken, which is not proved yet; `refuse_other` raises Refused once the repository is that of another stack.
    """

    def __init__(
        self,
        open_vault: Callable[[], Vault],
        sources: Callable[[], Sequence[Source]],
        take: Callable[[], Popen[bytes]],
        beat: Callable[[float], None],
        taken: Callable[[], None] = lambda: None,
        refuse_other: Callable[[Vault], None] = lambda vault: None,
    ) -> None:
        self._open_vault = open_vault
        self._sources = sources
        self._take = take
        self._beat = beat
        self._taken = taken
        self._refuse_other = refuse_other
        self._looked_at = time.monotonic()
        self._taking: Popen[bytes] | None = None
        self._is_stale = False  # whether the set that is being taken is one for streams that have ended
        self._has_set = False
        self._is_behind = False
        self._try_again_at = 0.0
        self._complain_at = 0.0
        self._kept_at = time.monotonic()
        self._waited = 0  # bytes, when they were weighed last
        self._weighed_at = time.monotonic()

    def run_until_stopped(self, stop: threading.Event) -> bool:
        """Return when told to stop, with everything kept that was committed until then: after a gap too, for who is told to rest ends before this.
        Returns whether that is so, and there is a set to go on from.
        """
        is_last = is_done = is_kept = False
        sources: Sequence[Source] = ()
        while not is_last and not is_done:
            is_last = stop.is_set()
            try:
                with ExitStack() as open_:
                    sources = self._sources()
                    is_kept = self._ship([*self._started(open_, sources)], sources, stop)
                is_done = True
            except Gap as gap:
                _log.warning("Shipping begins again: %s %s", gap.what, gap.why)
                stop.wait(_EVERY)
            except HaatError as error:
                self._complain(error)
                if stop.is_set():
                    break
                if self._is_hopeless or isinstance(error, _TooSlow):
                    self._relieve(sources)
                stop.wait(_BEFORE_ANEW)
        self._leave_no_taking()
        return is_kept

    def _started(self, open_: ExitStack, sources: Sequence[Source]) -> Iterator[Follower]:
        self._vault = vault = self._open_vault()
        for source in sources:
            follower = open_.enter_context(closing(source.follower(vault)))
            follower.start()
            yield follower

    def _ship(self, followers: Sequence[Follower], sources: Sequence[Source], stop: threading.Event) -> bool:
        """Whether everything is kept in the end, and there is a set to go on from. Raises Gap, also when there is a database more: it needs a set of its
        own.
        """
        self._has_set, self._is_stale = False, self._taking is not None
        while not stop.wait(_SOON if self._is_behind else _EVERY):
            if self._sources() != sources:
                raise Gap("There is another database than before.")
            self._look_whose_it_is()
            self._has_set = self._has_set or self._is_taken()
            self._tick(followers, stop)
            self._refuse_to_fall_behind(followers)
        return self._tick_to_the_end(followers, stop)

    def _look_whose_it_is(self) -> None:
        """Raises Refused."""
        if time.monotonic() - self._looked_at > _WHOSE_EVERY:
            self._looked_at = time.monotonic()
            with suppress(Unavailable):  # Whoever keeps something there complains of that.
                self._refuse_other(self._vault)

    def _tick_to_the_end(self, followers: Sequence[Follower], stop: threading.Event) -> bool:
        """Nobody writes any more: what was more than could be read at once is less each time."""
        while True:
            is_kept = self._tick(followers, stop)
            if not self._is_behind:
                return is_kept

    def _tick(self, followers: Sequence[Follower], stop: threading.Event) -> bool:
        """Where the repository cannot be written the log stays where it is, and is tried again. Raises Gap, and Unavailable where that is of no use."""
        self._is_behind, looked_at, began = False, time.time(), time.monotonic()
        try:
            self._keep(*followers)
        except Gap:
            raise
        except Behind as error:
            self._is_behind, self._kept_at = True, time.monotonic()
            self._complain(error)
            return False
        except HaatError as error:
            if stop.is_set() and time.monotonic() - began > _SILENT:
                raise
            self._complain(error)
            if self._is_hopeless and any(follower.waiting > MOST_WAITING for follower in followers):
                raise Unavailable("The log has become too long to wait any longer.", why=error.why) from error
            return False
        self._kept_at = time.monotonic()
        if self._has_set:
            self._beat(looked_at)
        return self._has_set

    def _refuse_to_fall_behind(self, followers: Sequence[Follower]) -> None:
        """Nothing fails where more is committed than is shipped, but the disk fills up. Raises _TooSlow when there is too much, and was a minute ago, and has not
        become less since: what is caught up with may take its time.
        """
        now = time.monotonic()
        if now - self._weighed_at < _HOPE:
            return
        waiting = max(follower.waiting for follower in followers)
        is_growing = waiting >= self._waited > MOST_WAITING
        self._waited, self._weighed_at = waiting, now
        if is_growing:
            raise _TooSlow(
                "More is committed than can be shipped.",
                why=f"{waiting / 1e6:,.0f} MB of the log wait, and do not become less. They are let go, so that the disk does not fill up; shipping begins anew.",
                try_="See what holds up the way to the repository (`backup.to`), or what writes so much.",
            )

    def _keep(self, shop: Follower, *others: Follower) -> None:
        """What the shop committed is read first and kept last: whatever ends this in between, the gateway knows of all that is paid."""

        def keep_others() -> None:
            for other in others:
                other.tick()

        shop.tick(keep_others)

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
        if code:
            self._try_again_at = time.monotonic() + _BETWEEN_SETS
            self._complain(
                Unavailable("The set that shipping goes on from could not be taken; `haat backup take` says why.")
            )
            return False
        self._taken()
        return True

    def _leave_no_taking(self) -> None:
        """A set that is half taken is none, and whoever takes one keeps others from doing anything to the stack. Programs that copy have children of
        their own, which would go on.
        """
        if self._taking is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._taking.pid, signal.SIGKILL)
            self._taking.wait()

    def _relieve(self, sources: Sequence[Source]) -> None:
        """The disk of the shop is worth more than what nobody keeps."""
        for source in sources:
            with suppress(HaatError):
                source.relieve()

    @property
    def _is_hopeless(self) -> bool:
        return time.monotonic() - self._kept_at > _HOPE

    def _complain(self, error: HaatError) -> None:
        if time.monotonic() >= self._complain_at or isinstance(error, _TooSlow):
            _log.error("Not everything is kept: %s", " ".join(filter(None, (error.what, error.why, error.try_))))
            self._complain_at = time.monotonic() + _PATIENCE
