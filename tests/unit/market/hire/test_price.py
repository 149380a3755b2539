"""What a period costs, and how it was reckoned."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haat.kernel.clock import HOUR
from haat.kernel.zone import zone_of
from haat.market.hire.period import Period, day_of, read
from haat.market.hire.price import Part, Prices, rent_of

MONDAY = day_of("2030-05-06")
DAYS: Prices = {"day": 1000, "weekend": 1500, "week": 5000}


def days(first: int, length: int) -> Period:
    return Period("day", MONDAY + first, MONDAY + first + length)


@pytest.mark.parametrize(
    ("period", "parts"),
    [
        (days(0, 1), [Part("day", 1, 1000)]),
        (days(0, 3), [Part("day", 3, 1000)]),
        (days(5, 2), [Part("weekend", 1, 1500)]),
        (days(4, 3), [Part("weekend", 1, 1500), Part("day", 1, 1000)]),
        (days(5, 1), [Part("day", 1, 1000)]),
        (days(0, 6), [Part("week", 1, 5000)]),
        (days(0, 7), [Part("week", 1, 5000)]),
        (days(0, 9), [Part("week", 1, 5000), Part("day", 2, 1000)]),
        (days(0, 14), [Part("week", 2, 5000)]),
    ],
)
def test_a_period_is_covered_in_the_cheapest_way(period: Period, parts: list[Part]) -> None:
    rent = rent_of(period, DAYS)
    assert list(rent.parts) == parts
    assert rent.amount == sum(part.amount for part in parts)


def test_hours_are_never_dearer_than_the_day_they_are_in() -> None:
    prices: Prices = {"hour": 200, "day": 1000}
    start = MONDAY * 24 + 9
    costs = [rent_of(Period("hour", start, start + hours), prices).amount for hours in (1, 4, 5, 8, 24, 25)]
    assert costs == [200, 800, 1000, 1000, 1000, 1200]


def test_a_weekend_by_the_hour_lasts_until_monday() -> None:
    prices: Prices = {"hour": 200, "day": 1000, "weekend": 1500}
    saturday = (MONDAY + 5) * 24
    assert rent_of(Period("hour", saturday + 10, saturday + 48), prices).parts == (Part("weekend", 1, 1500),)
    assert rent_of(Period("hour", saturday + 10, saturday + 49), prices).amount == 1700


def test_an_hour_that_the_clocks_jump_over_costs_nothing_and_one_that_comes_twice_costs_once() -> None:
    berlin = zone_of("Europe/Berlin")
    prices: Prices = {"hour": 200, "day": 1000}
    for start, end, lasts, cost in (
        ("2030-03-31T00:00", "2030-03-31T04:00", 3, 600),
        ("2030-03-31T03:00", "2030-03-31T04:00", 1, 200),
        ("2030-10-27T00:00", "2030-10-27T04:00", 5, 800),
        ("2030-10-27T02:00", "2030-10-27T03:00", 2, 200),
        ("2030-03-31T00:00", "2030-04-01T00:00", 23, 1000),
        ("2030-10-27T00:00", "2030-10-28T00:00", 25, 1000),
    ):
        period = read("hour", start, end, berlin)
        skipped = berlin.skipped_hours(period.first, period.after_last)
        rent = rent_of(period, prices, skipped)
        assert (period.ends_at(berlin) - period.starts_at(berlin), rent.amount) == (lasts * HOUR, cost)
        assert rent.amount == sum(part.amount for part in rent.parts)


RATES = st.fixed_dictionaries(
    {"day": st.integers(1, 10_000)},
    optional={rate: st.integers(1, 50_000) for rate in ("weekend", "week")},
)


@given(RATES, st.integers(0, 30), st.integers(1, 60))
def test_the_parts_add_up_and_no_rate_makes_it_dearer(prices: Prices, first: int, length: int) -> None:
    rent = rent_of(days(first, length), prices)
    assert rent.amount == sum(part.amount for part in rent.parts)
    assert rent.amount <= length * prices["day"]
    assert rent.amount <= rent_of(days(first, length + 1), prices).amount
