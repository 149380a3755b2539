"""What a period costs: the cheapest way to cover it with the rates that the owner asks for, and how it was reckoned.

A rate covers its time or what is left of it: five days are never dearer than the week. Nothing is rounded: every price is a whole number.
Days, hours and weekends are those of calendar and clock: a day of 23 or 25 hours is a day, an hour that is shown twice is one, and one that
the clocks jump over costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Literal, NamedTuple, TypeAlias

from haat.market.hire.period import SATURDAY, Per, Period, weekday

Rate: TypeAlias = Literal["hour", "day", "weekend", "week"]
Prices: TypeAlias = Mapping[Rate, int]

RATES: tuple[Rate, ...] = ("hour", "day", "weekend", "week")
# Without one of these a period could not be covered.
BASIC: dict[Per, tuple[Rate, ...]] = {"day": ("day",), "hour": ("hour", "day")}

_HOURS = 24
_DAYS: dict[Rate, int] = {"day": 1, "week": 7}


class Part(NamedTuple):
    """How often a rate was taken, and its price in minor units."""

    rate: Rate
    times: int
    price: int

    @property
    def amount(self) -> int:
        return self.times * self.price


class Rent(NamedTuple):
    """What one unit costs for a period. The amounts of the parts add up to it."""

    amount: int
    parts: tuple[Part, ...]


class _Way(NamedTuple):
    """The cheapest way from a slot to the end: cost, steps, and the first step."""

    cost: int
    steps: int
    rate: Rate | None
    next: int


def rent_of(period: Period, prices: Prices, skipped: Set[int] = frozenset()) -> Rent:
    """The rent of one unit. The prices have a basic rate; `skipped` are the slots that last no time."""
    ways = {period.after_last: _Way(0, 0, None, period.after_last)}
    for slot in range(period.after_last - 1, period.first - 1, -1):
        if slot in skipped:
            ways[slot] = ways[slot + 1]
            continue
        ways[slot] = min(
            _Way(price + ways[end].cost, 1 + ways[end].steps, rate, end)
            for rate, price, end in _steps(period, slot, prices)
        )
    taken = list(_along(ways, period.first))
    parts = (Part(rate, taken.count(rate), prices[rate]) for rate in reversed(RATES) if rate in taken)
    return Rent(ways[period.first].cost, tuple(parts))


def _steps(period: Period, slot: int, prices: Prices) -> Iterator[tuple[Rate, int, int]]:
    for rate, price in prices.items():
        length = _length(period.per, rate, slot)
        if length:
            yield rate, price, min(slot + length, period.after_last)


def _length(per: Per, rate: Rate, slot: int) -> int:
    """How many slots a rate covers that begins here; 0 where it cannot begin."""
    a_day = 1 if per == "day" else _HOURS
    if rate == "hour":
        return 1 if per == "hour" else 0
    if rate == "weekend":
        days_left = 8 - weekday(slot // a_day)
        return days_left * a_day - slot % a_day if days_left <= 8 - SATURDAY else 0
    return _DAYS[rate] * a_day


def _along(ways: Mapping[int, _Way], slot: int) -> Iterator[Rate]:
    while (rate := ways[slot].rate) is not None:
        yield rate
        slot = ways[slot].next
