"""Every request is in the log and in the figures, soon after."""

from __future__ import annotations

import json
import time

from prometheus_client import CollectorRegistry, Histogram, generate_latest

from haat.store import Store
from haat.web.journal import Journal
from haat.web.measures import Measures
from haat.web.served import Served


def served(path: str = "/a", route: str = "/a", *, seconds: float = 0.002, status: int = 200) -> Served:
    return Served(time.perf_counter(), seconds, "GET", path, route, status, 5, "id-12345", "203.0.113.7", None, False)


def test_a_request_is_one_line_that_programs_can_read() -> None:
    written: list[bytes] = []
    journal = Journal(Measures(), written.append)
    for _ in range(100):
        journal.note(served())
    journal.write_down()
    lines = [json.loads(line) for line in b"".join(written).splitlines()]
    assert len(lines) == 100
    assert lines[0]["at"].endswith("Z")
    assert {name: lines[0][name] for name in ("method", "path", "status", "ms", "request_id")} == {
        "method": "GET",
        "path": "/a",
        "status": 200,
        "ms": 2.0,
        "request_id": "id-12345",
    }


def test_a_secret_in_an_address_does_not_reach_the_log() -> None:
    written: list[bytes] = []
    journal = Journal(Measures(), written.append)
    journal.note(served("/reset/abc", "/reset/{secret}"))
    journal.write_down()
    assert b"abc" not in b"".join(written)


def test_the_figures_are_what_observing_each_would_have_made_them(store: Store) -> None:
    durations = [0.0005, 0.001, 0.0011, 0.2, 99.0]
    measures = Measures()
    measures.count([served(seconds=seconds) for seconds in durations], in_hand=3)
    registry = CollectorRegistry()
    bounds = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
    alone = Histogram(
        "haat_http_request_seconds", "Time to answer", ["method", "route"], buckets=bounds, registry=registry
    )
    for seconds in durations:
        alone.labels("GET", "/a").observe(seconds)
    page = measures.page(store).decode()
    for line in generate_latest(registry).decode().splitlines():
        assert "_created" in line or line in page
    assert 'haat_http_requests_total{method="GET",route="/a",status="200"} 5.0' in page
    assert "haat_http_requests_in_hand 3.0" in page
    assert "haat_jobs_waiting 0.0" in page
