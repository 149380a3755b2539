"""Runs jobs: each at least once, by one worker at a time, until it succeeds or is given up.

A claim is a lease. The worker prolongs it while the job runs; when the worker dies it runs out, and the job is free again: at once where a
supervisor has seen it die and starts the next, or where the worker lives and only the database was away. The number of the attempt is part
of the claim, so a worker that was away for too long cannot finish what another one has taken over.
"""

from __future__ import annotations

import logging
import os
import random
import secrets
import socket
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from haat.jobs import queries
from haat.jobs.job import GiveUp, Handler, Job
from haat.jobs.tables import dead_jobs
from haat.kernel import clock
from haat.kernel.clock import HOUR, SECOND
from haat.kernel.errors import HaatError
from haat.kernel.trace import request_id
from haat.store import Store, Tx

MOST_ATTEMPTS = 12  # with the pauses between them: a good two hours
LEASE = 20 * SECOND

_FIRST_PAUSE = 2 * SECOND
_LONGEST_PAUSE = HOUR
_IDLE = 0.1  # seconds between two looks at an empty queue; a look is one read of an index
_AFTER_TROUBLE = 1.0  # seconds to wait when the database itself does not answer
_BATCH = 8

_log = logging.getLogger(__name__)


class Worker:
    """Runs what the outbox holds with the handlers of its topics. One to a process; it brings its own threads.

    A `supervisor` is the name, which nobody else has, of whoever keeps one worker and starts the next only when that is dead. The next one then
    frees what the dead one had claimed.
    """

    def __init__(
        self,
        store: Store,
        handlers: Mapping[str, Handler],
        *,
        threads: int = 4,
        lease: int = LEASE,
        supervisor: str | None = None,
    ) -> None:
        self._store = store
        self._handlers = handlers
        self._threads = threads
        self._lease = lease
        self._name = f"{socket.gethostname()[:40]}:{os.getpid()}:{supervisor or secrets.token_hex(3)}"
        self._supervisor = supervisor
        self._may_be_left = threading.Event()
        if supervisor is not None:
            self._may_be_left.set()
        self._in_hand: dict[int, Job] = {}
        self._has_room = threading.Event()

    def run_until_stopped(self, stop: threading.Event, beat: Callable[[], object] = lambda: None) -> None:
        """Run jobs as they fall due. Once `stop` is set the jobs in hand are finished and no other is begun.

        `beat` is called whenever the queue was looked at, which is several times a second.
        """
        with self._prolonging_claims(), ThreadPoolExecutor(self._threads, thread_name_prefix="job") as pool:
            while not stop.is_set():
                try:
                    self._free_what_nobody_does()
                    self._hand_out(pool)
                    beat()
                except Exception:
                    _log.exception("The queue cannot be read; the worker looks again in a moment.")
                    stop.wait(_AFTER_TROUBLE)
                self._has_room.wait(_IDLE)
                self._has_room.clear()

    def drain(self, now: int | None = None) -> int:
        """Run everything that is due (at `now`, if given), what that brings with it too; returns how many runs it took."""
        runs = 0
        while jobs := self._claim(_BATCH, clock.now() if now is None else now):
            for job in jobs:
                self._run(job)
            runs += len(jobs)
        return runs

    def _free_what_nobody_does(self) -> None:
        """Jobs whose outcome this worker could not save, and those of the workers before it: their supervisor has seen them die."""
        if not self._may_be_left.is_set():
            return
        self._may_be_left.clear()
        try:
            left = [(id_, by) for id_, by in self._store.read(queries.CLAIMED) if self._nobody_does(id_, by)]
            freed = self._store.write(partial(_release, left=left)) if left else 0
        except Exception:
            self._may_be_left.set()
            raise
        if freed:
            _log.warning("%d jobs are free again that were claimed and that nobody does any more.", freed)

    def _nobody_does(self, job_id: int, by: str) -> bool:
        if by == self._name:
            return job_id not in self._in_hand
        return self._supervisor is not None and by.endswith(f":{self._supervisor}")

    def _hand_out(self, pool: ThreadPoolExecutor) -> None:
        room = self._threads - len(self._in_hand)
        now = clock.now()
        if room and self._store.first(queries.DUE, now=now, most=1):
            for job in self._claim(room, now):
                self._in_hand[job.id] = job
                pool.submit(self._run_in_hand, job)

    def _claim(self, most: int, now: int) -> list[Job]:
        def claim(tx: Tx) -> list[Job]:
            due = (Job(*row) for row in tx.read(queries.TAKE_DUE, now=now, most=most))
            return [job._replace(attempts=job.attempts + 1) for job in due if self._is_claimed(tx, job, now)]

        return self._store.write(claim)

    def _is_claimed(self, tx: Tx, job: Job, now: int) -> bool:
        until = now + self._lease
        return tx.run(queries.CLAIM, job=job.id, now=now, by=self._name, until=until) == 1

    def _run_in_hand(self, job: Job) -> None:
        is_left = False
        try:
            self._run(job)
        except Exception:
            _log.exception("The outcome of job %s could not be saved; it will run again.", job.id)
            is_left = True
        finally:
            self._in_hand.pop(job.id, None)
            if is_left:  # Now: until it was out of hand, whoever looked took it for one that is being done.
                self._may_be_left.set()
            self._has_room.set()

    def _run(self, job: Job) -> None:
        token = request_id.set(job.request_id)
        try:
            self._settle(job, self._error_of(job))
        finally:
            request_id.reset(token)

    def _error_of(self, job: Job) -> Exception | None:
        if job.attempts > MOST_ATTEMPTS:
            return GiveUp("The worker died whenever it ran this job.")
        handler = self._handlers.get(job.topic)
        if handler is None:
            return LookupError(f"nothing here handles “{job.topic}”")
        try:
            handler(job.payload)
        except Exception as error:
            return error
        return None

    def _settle(self, job: Job, error: Exception | None) -> None:
        if error is None:
            self._store.write(lambda tx: tx.run(queries.FINISH, **self._claim_on(job)))
            _log.debug("Job %s (%s) is done.", job.id, job.topic)
        elif isinstance(error, GiveUp) or job.attempts >= MOST_ATTEMPTS:
            self._store.write(lambda tx: self._bury(tx, job, error))
            _log.error("Job %s (%s) failed for good.", job.id, job.topic, exc_info=error)
        else:
            pause = pause_after(job.attempts)
            self._store.write(lambda tx: self._put_off(tx, job, pause))
            _log.warning(
                "Job %s (%s) failed; it runs again in %.0f s.", job.id, job.topic, pause / SECOND, exc_info=error
            )

    def _bury(self, tx: Tx, job: Job, error: Exception) -> None:
        if tx.run(queries.FINISH, **self._claim_on(job)):
            tx.insert(
                dead_jobs,
                id=job.id,
                topic=job.topic,
                payload=job.body,
                attempts=job.attempts,
                problem=_in_words(error),
                request_id=job.request_id,
                created_at=job.created_at,
                died_at=tx.now,
                replayed_at=None,
            )

    def _put_off(self, tx: Tx, job: Job, pause: int) -> None:
        tx.run(queries.PUT_OFF, next_at=tx.now + pause, **self._claim_on(job))

    def _claim_on(self, job: Job) -> dict[str, object]:
        return {"job": job.id, "by": self._name, "attempt": job.attempts}

    @contextmanager
    def _prolonging_claims(self) -> Iterator[None]:
        is_over = threading.Event()
        thread = threading.Thread(target=self._prolong_until, args=(is_over,), name="claims")
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()

    def _prolong_until(self, is_over: threading.Event) -> None:
        while not is_over.wait(self._lease / SECOND / 4):
            try:
                self._prolong(sorted(self._in_hand.copy().values()))
            except Exception:
                _log.exception("The claims on the jobs in hand could not be prolonged.")

    def _prolong(self, jobs: list[Job]) -> None:
        def prolong(tx: Tx) -> None:
            for job in jobs:
                tx.run(queries.KEEP, until=tx.now + self._lease, **self._claim_on(job))

        if jobs:
            self._store.write(prolong)


def _release(tx: Tx, left: Sequence[tuple[int, str]]) -> int:
    return sum(tx.run(queries.RELEASE, job=id_, dead=by) for id_, by in left)


def pause_after(attempts: int) -> int:
    """Milliseconds to wait after so many attempts: twice as long each time, and never the same for all who failed together."""
    longest = min(_FIRST_PAUSE * 2 ** (attempts - 1), _LONGEST_PAUSE)
    return random.randint(longest // 2, longest)  # noqa: S311 (spreads load, hides nothing)


def _in_words(error: Exception) -> str:
    if isinstance(error, HaatError):
        return " ".join(part for part in (error.what, error.why, error.try_) if part)
    where = traceback.extract_tb(error.__traceback__)[-1:]
    return f"{type(error).__name__}: {error}" + "".join(f" ({frame.name}, line {frame.lineno})" for frame in where)
