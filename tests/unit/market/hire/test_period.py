"""What people type as a period, and what comes of it."""

from __future__ import annotations

import pytest

from haat.kernel.clock import DAY, HOUR
from haat.kernel.errors import Invalid
from haat.market.hire.period import Period, day_of, read, weekday, write


def test_both_days_are_in_it() -> None:
    period = read("day", "2030-05-06", "2030-05-08")
    assert (period.slots, period.first_day, period.last_day) == (3, day_of("2030-05-06"), day_of("2030-05-08"))
    assert period.ends_at - period.starts_at == 3 * DAY


def test_hours_end_when_they_are_said_to_end() -> None:
    period = read("hour", "2030-05-06T09:00", "2030-05-06T17:00")
    assert (period.slots, period.ends_at - period.starts_at) == (8, 8 * HOUR)
    assert period.first_day == period.last_day


@pytest.mark.parametrize(
    ("per", "start", "end"),
    [("day", "2030-05-06", "2030-05-08"), ("hour", "2030-05-06T09:00", "2030-05-07T17:00")],
)
def test_what_is_written_can_be_read_again(per: str, start: str, end: str) -> None:
    assert write(read(per, start, end)) == (start, end)


@pytest.mark.parametrize(
    ("per", "start", "end", "field"),
    [
        ("day", "2030-05-08", "2030-05-06", "end"),
        ("day", "soon", "2030-05-06", "start"),
        ("day", "2030-05-06", "", "end"),
        ("hour", "2030-05-06T09:00", "2030-05-06T09:00", "end"),
        ("hour", "2030-05-06T09:30", "2030-05-06T12:00", "start"),
        ("day", "2999-05-06", "9999-05-08", "end"),
        ("day", "1960-05-06", "2030-05-08", "start"),
    ],
)
def test_what_is_no_period_is_refused_by_field(per: str, start: str, end: str, field: str) -> None:
    with pytest.raises(Invalid) as raised:
        read(per, start, end)
    assert field in raised.value.fields


def test_weekdays_begin_with_monday() -> None:
    assert [weekday(day_of(f"2030-05-{day:02}")) for day in (6, 11, 12, 13)] == [1, 6, 7, 1]
    assert Period("day", 0, 1).first_day == 0 and weekday(0) == 4
