"""Lists of maintenance: what stands in them can be done, and when it is due."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haat.cli.dispatch import parser_of
from haat.cli.table import NOUNS
from haat.config.schema import PRESETS
from haat.kernel.clock import DAY, as_datetime
from haat.ops.maintenance.task import LISTS, Task, tasks_of
from haat.ops.runbook import procedure

EACH_DAY = Task("a", "A", "day", "", {}, "haat truth")
EACH_HOUR = EACH_DAY._replace(every="hour")
EACH_WEEK, EACH_MONTH = EACH_DAY._replace(every="week"), EACH_DAY._replace(every="month")


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_every_preset_has_a_list_with_something_for_each_day_week_and_month() -> None:
    assert {file.stem for file in LISTS.glob("*.toml")} == set(PRESETS)
    for preset in PRESETS:
        assert {task.every for task in tasks_of(preset)} >= {"day", "week", "month"}
        by = {task.procedure: task for task in tasks_of(preset) if task.goes_by_itself}
        assert by["take-backup"].name == "back-up"
        assert (by["prove-log"].every, by["verify-backup"].every) == ("day", "week")


@pytest.mark.parametrize("preset", PRESETS)
def test_every_task_can_be_done(preset: str) -> None:
    tasks = tasks_of(preset)
    assert len({task.name for task in tasks}) == len(tasks)
    for task in tasks:
        assert bool(task.procedure) != bool(task.look), task.name
        if task.procedure:
            procedure(task.procedure).read(task.given)
            continue
        program, noun, *words = shlex.split(task.look)
        verb = "" if "" in NOUNS[noun][1] else words.pop(0)
        assert program == "haat"
        parser_of(noun, verb).parse_args(words)


@pytest.mark.parametrize(
    ("task", "now", "last", "following"),
    [
        (EACH_HOUR, "2026-11-29T23:59", "2026-11-29T23:00", "2026-11-30T00:00"),
        (EACH_DAY, "2026-11-29T02:59", "2026-11-28T03:00", "2026-11-29T03:00"),
        (EACH_DAY, "2026-11-29T03:00", "2026-11-29T03:00", "2026-11-30T03:00"),
        (EACH_WEEK, "2026-11-30T02:59", "2026-11-23T03:00", "2026-11-30T03:00"),  # a Monday
        (EACH_WEEK, "2026-12-06T23:00", "2026-11-30T03:00", "2026-12-07T03:00"),
        (EACH_MONTH, "2026-03-01T02:59", "2026-02-01T03:00", "2026-03-01T03:00"),
        (EACH_MONTH, "2026-12-31T12:00", "2026-12-01T03:00", "2027-01-01T03:00"),
    ],
)
def test_it_is_due_at_its_hour_on_its_day(task: Task, now: str, last: str, following: str) -> None:
    assert (task.last_time(3, at(now)), task.next_time(3, at(now))) == (at(last), at(following))


@given(st.sampled_from([EACH_DAY, EACH_WEEK, EACH_MONTH]), st.integers(0, 23), st.integers(10 * DAY, 40_000 * DAY))
def test_its_times_follow_each_other_without_a_gap(task: Task, hour: int, now: int) -> None:
    last, following = task.last_time(hour, now), task.next_time(hour, now)
    assert last <= now < following
    assert task.last_time(hour, following - 1) == last
    assert task.last_time(hour, following) == following
    assert as_datetime(last).hour == hour
