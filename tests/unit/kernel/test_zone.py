"""Days and hours of a place become instants, and never in the wrong order."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haat.kernel.clock import DAY, HOUR
from haat.kernel.zone import UTC_ZONE, NoSuchZone, zone_of

BERLIN = zone_of("Europe/Berlin")
SPRING, AUTUMN = 22_004, 22_214  # days in 2030 on which Berlin changes its clocks
# With changes at midnight (Cairo), by half an hour (Lord Howe), in the middle of a month (Casablanca), and a day left out (Apia).
ZONES = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/Johannesburg",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Apia",
    "UTC",
]


@given(st.sampled_from(ZONES), st.integers(0, 24_000 * 24), st.integers(1, 48))
def test_later_on_the_wall_is_never_earlier(name: str, hour: int, more: int) -> None:
    zone = zone_of(name)
    assert zone.instant(hour * HOUR) <= zone.instant((hour + more) * HOUR)


@given(st.sampled_from(ZONES), st.integers(0, 24_000 * DAY))
def test_what_the_clocks_show_comes_first_at_its_instant(name: str, at: int) -> None:
    zone = zone_of(name)
    assert zone.instant(zone.wall(at)) <= at
    assert zone.wall(zone.instant(zone.wall(at))) == zone.wall(at)


def test_days_are_as_long_as_they_are() -> None:
    lengths = [(BERLIN.begin_of(day + 1) - BERLIN.begin_of(day)) // HOUR for day in (SPRING, SPRING + 1, AUTUMN)]
    assert lengths == [23, 24, 25]
    assert BERLIN.day_of(BERLIN.begin_of(SPRING) - 1) == SPRING - 1 and BERLIN.day_of(BERLIN.begin_of(SPRING)) == SPRING


def test_what_the_clocks_jump_over_is_the_instant_at_which_they_do() -> None:
    jump = BERLIN.instant((SPRING * 24 + 3) * HOUR)
    assert {BERLIN.instant((SPRING * 24 + 2) * HOUR + minute) for minute in (0, 1, HOUR // 2, HOUR - 1)} == {jump}
    assert BERLIN.skipped_hours((SPRING - 7) * 24, (SPRING + 7) * 24) == {SPRING * 24 + 2}
    assert BERLIN.skipped_hours((AUTUMN - 7) * 24, (AUTUMN + 7) * 24) == frozenset()
    assert (
        zone_of("Australia/Lord_Howe").skipped_hours(22_004 * 24, 22_400 * 24) == frozenset()
    )  # Of its hour half is left.
    assert len(zone_of("Pacific/Apia").skipped_hours(15_330 * 24, 15_345 * 24)) == 24


def test_a_zone_is_called_as_people_there_call_it() -> None:
    assert [BERLIN.called(BERLIN.begin_of(day)) for day in (SPRING, SPRING + 1)] == ["CET", "CEST"]
    assert zone_of("Asia/Kathmandu").called(1_900_000_000_000) == "UTC+05:45"
    assert zone_of("America/Sao_Paulo").place == "Sao Paulo"


@pytest.mark.parametrize("name", ["", "Europe", "Europe/Nowhere", "../etc/passwd", "/etc/passwd", "a\0b"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(NoSuchZone):
        zone_of(name)


def test_utc_needs_no_database_of_zones() -> None:
    assert UTC_ZONE.wall(123) == UTC_ZONE.instant(123) == 123
    script = """
import sys, zoneinfo
zoneinfo.reset_tzpath(to=[])
sys.modules["tzdata"] = None
from haat.config.kinds import TimeZone, Unfit
print(TimeZone().read("UTC").name)
try:
    TimeZone().read("Europe/Berlin")
except Unfit as unfit:
    print(unfit.hint)
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == [
        "UTC",
        "This machine has no database of time zones: install the package tzdata, of the system or of Python.",
    ]
