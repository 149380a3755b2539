"""Every task runs at its time, once, and says what it did."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from haat.jobs.schedule import Every, Schedule, last_runs
from haat.kernel import clock
from haat.kernel.trace import request_id
from haat.store import Store


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_a_task_runs_at_once_and_then_after_each_interval(store: Store) -> None:
    schedule = Schedule(store, [Every(name="expire", every_ms=clock.MINUTE, do=lambda: "2 orders expired.")])
    with clock.frozen():
        assert schedule.run_due() == {"expire": "2 orders expired."}
        clock.advance(clock.MINUTE - 1)
        assert schedule.run_due() == {}
        clock.advance(1)
        assert schedule.run_due() == {"expire": "2 orders expired."}
        assert last_runs(store) == [("expire", clock.now(), "2 orders expired.")]


def test_a_task_of_the_night_waits_for_the_night_and_runs_once_in_it(store: Store) -> None:
    schedule = Schedule(store, [Every(name="tidy", at="02:00", do=lambda: "Nothing to tidy.")])
    with clock.frozen(at("2026-03-01T14:00")):
        assert schedule.run_due() == {}
        clock.advance(12 * clock.HOUR - 1)
        assert schedule.run_due() == {}
        clock.advance(1)
        assert schedule.run_due() == {"tidy": "Nothing to tidy."}
        clock.advance(23 * clock.HOUR)
        assert schedule.run_due() == {}
        clock.advance(clock.HOUR)
        assert schedule.run_due() == {"tidy": "Nothing to tidy."}


def test_a_task_that_was_missed_by_days_runs_once_not_for_each_day(store: Store) -> None:
    schedule = Schedule(store, [Every(name="tidy", at="02:00", do=lambda: "Tidied.")])
    with clock.frozen(at("2026-03-01T14:00")):
        schedule.run_due()
        clock.advance(5 * clock.DAY)
        assert schedule.run_due() == {"tidy": "Tidied."}
        assert schedule.run_due() == {}


def test_two_workers_run_a_task_once_between_them(store: Store) -> None:
    runs = []
    start = threading.Barrier(2)

    def look() -> None:
        schedule = Schedule(store, [Every(name="pay out", every_ms=clock.HOUR, do=lambda: str(runs.append(1)))])
        start.wait(5)
        for _ in range(20):
            schedule.run_due()

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert runs == [1]


def test_a_task_that_fails_says_so_and_does_not_stop_the_others(store: Store) -> None:
    def fails() -> str:
        raise ValueError("no such table")

    tasks = [
        Every(name="broken", every_ms=clock.MINUTE, do=fails),
        Every(name="whole", every_ms=clock.MINUTE, do=lambda: "Done."),
    ]
    assert Schedule(store, tasks).run_due() == {
        "broken": "It failed: ValueError('no such table')",
        "whole": "Done.",
    }
    assert [run.outcome for run in last_runs(store)] == ["It failed: ValueError('no such table')", "Done."]


def test_each_run_has_a_request_id_of_its_own(store: Store) -> None:
    seen = []
    schedule = Schedule(store, [Every(name="look", every_ms=1, do=lambda: str(seen.append(request_id.get())))])
    with clock.frozen():
        for _ in range(2):
            schedule.run_due()
            clock.advance(1)
    assert len(set(seen)) == 2
    assert all(seen)


def test_the_schedule_stops_when_told(store: Store) -> None:
    stop, ran = threading.Event(), threading.Event()
    schedule = Schedule(store, [Every(name="look", every_ms=1, do=lambda: str(ran.set()))])
    thread = threading.Thread(target=schedule.run_until_stopped, args=(stop,))
    thread.start()
    assert ran.wait(5)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


def test_a_task_needs_one_time_and_not_two() -> None:
    with pytest.raises(ValueError):
        Every(name="odd", do=str)
    with pytest.raises(ValueError):
        Every(name="odd", do=str, every_ms=1, at="02:00")
