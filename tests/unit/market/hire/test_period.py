"""What people type as a period, and what comes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haat.kernel.clock import DAY, HOUR, MINUTE
from haat.kernel.errors import Invalid
from haat.kernel.zone import UTC_ZONE, zone_of
from haat.market.hire.period import Per, Period, begin_of, day_of, read, slot_of, weekday, write


def test_both_days_are_in_it() -> None:
    period = read("day", "2030-05-06", "2030-05-08", UTC_ZONE)
    assert (period.slots, period.first_day, period.last_day) == (3, day_of("2030-05-06"), day_of("2030-05-08"))
    assert period.ends_at(UTC_ZONE) - period.starts_at(UTC_ZONE) == 3 * DAY


def test_hours_end_when_they_are_said_to_end() -> None:
    period = read("hour", "2030-05-06T09:00", "2030-05-06T17:00", UTC_ZONE)
    assert (period.slots, period.ends_at(UTC_ZONE) - period.starts_at(UTC_ZONE)) == (8, 8 * HOUR)
    assert period.first_day == period.last_day


@pytest.mark.parametrize(
    ("per", "start", "end"),
    [("day", "2030-05-06", "2030-05-08"), ("hour", "2030-05-06T09:00", "2030-05-07T17:00")],
)
def test_what_is_written_can_be_read_again(per: str, start: str, end: str) -> None:
    assert write(read(per, start, end, UTC_ZONE)) == (start, end)


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
        ("hour", "9999-12-31T23:00+00:00", "9999-12-31T23:00", "start"),
        ("hour", "2030-03-31T02:00", "2030-03-31T05:00", "start"),
        ("hour", "2030-03-30T20:00", "2030-03-31T02:00", "end"),
    ],
)
def test_what_is_no_period_is_refused_by_field(per: str, start: str, end: str, field: str) -> None:
    with pytest.raises(Invalid) as raised:
        read(per, start, end, zone_of("Europe/Berlin"))
    assert field in raised.value.fields


def test_days_and_hours_are_those_of_the_market() -> None:
    kathmandu = zone_of("Asia/Kathmandu")
    hours = read("hour", "2030-05-06T09:00", "2030-05-06T17:00", kathmandu)
    assert kathmandu.local(hours.starts_at(kathmandu)).isoformat() == "2030-05-06T09:00:00+05:45"
    assert hours.ends_at(kathmandu) - hours.starts_at(kathmandu) == 8 * HOUR
    days = read("day", "2030-05-06", "2030-05-06", kathmandu)
    assert days.starts_at(kathmandu) == days.first * DAY - 5 * HOUR - 45 * MINUTE


def test_an_hour_that_says_how_far_from_utc_it_is_is_that_hour() -> None:
    berlin = zone_of("Europe/Berlin")
    said = read("hour", "2030-05-06T07:00+00:00", "2030-05-06T17:00+02:00", berlin)
    assert write(said) == ("2030-05-06T09:00", "2030-05-06T17:00")


@pytest.mark.parametrize(("day", "hours"), [("2030-03-31", 23), ("2030-10-27", 25), ("2030-05-06", 24)])
def test_a_day_of_hire_is_that_day_however_many_hours_it_has(day: str, hours: int) -> None:
    berlin = zone_of("Europe/Berlin")
    period = read("day", day, day, berlin)
    assert (period.slots, period.ends_at(berlin) - period.starts_at(berlin)) == (1, hours * HOUR)


ZONES = ("Europe/Berlin", "America/Sao_Paulo", "Africa/Johannesburg", "Asia/Kathmandu", "Africa/Cairo", "UTC")


@given(st.sampled_from(ZONES), st.sampled_from(["day", "hour"]), st.data())
def test_periods_that_share_no_slot_share_no_time_and_all_time_is_in_its_slot(
    name: str, per: Per, data: st.DataObject
) -> None:
    zone = zone_of(name)
    # Around the changes of the clocks in Berlin in 2030, and anywhere.
    days = st.one_of(st.integers(22_002, 22_006), st.integers(22_212, 22_216), st.integers(0, 40_000))
    first = data.draw(days) * (1 if per == "day" else 24)
    cuts = sorted(data.draw(st.lists(st.integers(first, first + 80), min_size=3, max_size=3, unique=True)))
    one, other = Period(per, cuts[0], cuts[1]), Period(per, cuts[1], cuts[2])
    assert one.starts_at(zone) <= one.ends_at(zone) == other.starts_at(zone) <= other.ends_at(zone)
    assert other.ends_at(zone) - one.starts_at(zone) >= (other.after_last - one.first - 1) * (
        DAY if per == "day" else HOUR
    )
    at = data.draw(st.integers(one.starts_at(zone), other.ends_at(zone) - 1))
    slot = slot_of(per, at, zone)
    assert begin_of(per, slot, zone) <= at < begin_of(per, slot + 1, zone)
    assert (slot < one.after_last) == (at < one.ends_at(zone))


def test_weekdays_begin_with_monday() -> None:
    assert [weekday(day_of(f"2030-05-{day:02}")) for day in (6, 11, 12, 13)] == [1, 6, 7, 1]
    assert Period("day", 0, 1).first_day == 0 and weekday(0) == 4
