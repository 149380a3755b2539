"""Figures for Prometheus: how many requests, how long they took, how many are in hand, how the queue is doing.

Where several processes serve, the launcher names a folder in PROMETHEUS_MULTIPROC_DIR, has room taken there, and each process leaves its
figures in it.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections import Counter as Tally
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from haat.jobs import health
from haat.store import Store

if TYPE_CHECKING:
    from haat.cache.watch import State
    from haat.web.served import Served

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Measures:
    """The figures of this process; `page` shows those of all."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "haat_http_requests", "Requests answered", ["method", "route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "haat_http_request_seconds", "Time to answer", ["method", "route"], buckets=_BOUNDS, registry=self._registry
        )
        self._in_hand = Gauge(
            "haat_http_requests_in_hand",
            "Requests being answered",
            multiprocess_mode="livesum",
            registry=self._registry,
        )
        self._own_pages = Gauge(
            "haat_cache_own_pages",
            "Pages that web processes keep for themselves",
            multiprocess_mode="livesum",
            registry=self._registry,
        )
        self._cache = Counter(
            "haat_cache_answers", "Questions to the cache server", ["outcome"], registry=self._registry
        )
        self._seen_of_cache = (0, 0, 0)
        self._counter = cache(self._requests.labels)
        self._histogram = cache(self._seconds.labels)
        self._folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
        self._are_kept = True

    @cached_property
    def _cache_is_up(self) -> Gauge:
        """Made by who asks a server: as soon as there is this figure it is 0, and one process of which that is true is enough."""
        return Gauge(
            "haat_cache_up",
            "Whether the cache server answers every web process",
            multiprocess_mode="livemin",
            registry=self._registry,
        )

    def give_up(self) -> None:
        """There is no room for the figures of this process: from now on nothing is added to them."""
        self._are_kept = False

    def count(self, batch: Iterable[Served], in_hand: int) -> None:
        """Add a batch of requests."""
        if not self._are_kept:
            return
        requests: Tally[tuple[str, str, int]] = Tally()
        durations: dict[tuple[str, str], list[float]] = {}
        for served in batch:
            requests[served.method, served.route, served.status] += 1
            durations.setdefault((served.method, served.route), []).append(served.seconds)
        for labels, number in requests.items():
            self._counter(*labels).inc(number)
        for names, seconds in durations.items():
            _observe_all(self._histogram(*names), seconds)
        self._in_hand.set(in_hand)

    def note_cache(self, state: State) -> None:
        """How the cache of this process is. It is for one thread alone."""
        if not self._are_kept:
            return
        self._own_pages.set(state.own.pages)
        if state.shared is not None:
            seen = (state.shared.hits, state.shared.misses, state.shared.failures)
            for outcome, now, before in zip(("hit", "miss", "failed"), seen, self._seen_of_cache, strict=True):
                self._cache.labels(outcome).inc(now - before)
            self._seen_of_cache = seen
            self._cache_is_up.set(not state.shared.why_away)

    def page(self, store: Store) -> bytes:
        """All figures in Prometheus' text format."""
        if self._folder is None:
            registry = self._registry
            return generate_latest(registry) + generate_latest(_queue_of(store))
        registry = _queue_of(store)
        _forget_the_dead(Path(self._folder))
        multiprocess.MultiProcessCollector(registry, self._folder)  # type: ignore[no-untyped-call]
        return generate_latest(registry)


def _observe_all(histogram: Histogram, seconds: list[float]) -> None:
    """As `observe` for each, which would cost 3 µs a request: with a bucket's lock taken once for all that fall into it."""
    buckets = Tally(bisect_left(_BOUNDS, duration) for duration in seconds)
    for bucket, number in buckets.items():
        histogram._buckets[bucket].inc(number)
    histogram._sum.inc(sum(seconds))


def _forget_the_dead(folder: Path) -> None:
    """What a process that was killed had in hand, or kept, is gone."""
    for file in folder.glob("gauge_live*_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        if not Path(f"/proc/{pid}").exists():
            multiprocess.mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]


def _queue_of(store: Store) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Queue(store))
    return registry


class _Queue(Collector):
    """The queue as it stands when somebody asks."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[GaugeMetricFamily]:
        figures = health.figures(self._store)
        yield GaugeMetricFamily("haat_jobs_waiting", "Jobs that wait, counted up to 10,000", figures.waiting)
        yield GaugeMetricFamily(
            "haat_jobs_oldest_due_seconds", "For how long a job is due", figures.oldest_due_ms / 1000
        )
        yield GaugeMetricFamily("haat_jobs_dead", "Jobs given up, counted up to 10,000", figures.dead)
