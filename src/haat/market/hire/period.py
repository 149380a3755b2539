"""A stretch of time that is hired: whole days or whole hours, counted from 1970 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple, TypeAlias

from haat.kernel.clock import DAY, HOUR
from haat.kernel.errors import Invalid

Per: TypeAlias = Literal["day", "hour"]

LENGTH: dict[Per, int] = {"day": DAY, "hour": HOUR}
MOST_SLOTS = 366  # a year of days, half a month of hours
SATURDAY = 6

_FIRST_OF_ALL = datetime(1970, 1, 1, tzinfo=UTC)
LAST_DAY = 125_000  # year 2312


class Period(NamedTuple):
    """From the slot `first` up to, and not with, `after_last`."""

    per: Per
    first: int
    after_last: int

    @property
    def slots(self) -> int:
        return self.after_last - self.first

    @property
    def starts_at(self) -> int:
        """The instant, in milliseconds."""
        return self.first * LENGTH[self.per]

    @property
    def ends_at(self) -> int:
        return self.after_last * LENGTH[self.per]

    @property
    def first_day(self) -> int:
        return self.starts_at // DAY

    @property
    def last_day(self) -> int:
        """The day on which it is brought back."""
        return (self.ends_at - 1) // DAY


def weekday(day: int) -> int:
    """Of a day since 1970: 1 is Monday, 7 Sunday."""
    return (day + 3) % 7 + 1


def slot_of(per: Per, at: int) -> int:
    """The slot that an instant is in."""
    return at // LENGTH[per]


def read(per: Per, start: str, end: str) -> Period:
    """Read `2030-05-01` and `2030-05-03`, both days in it, or `2030-05-01T09:00` and `2030-05-01T17:00`. Raises Invalid by field."""
    wrong: dict[str, str] = {}
    first, last = (_slot(per, name, text, wrong) for name, text in (("start", start), ("end", end)))
    if not wrong and last - first < (0 if per == "day" else 1):
        wrong["end"] = "It ends before it begins."
    if wrong:
        raise Invalid("This is no period.", fields=wrong)
    return Period(per, first, last + 1 if per == "day" else last)


def write(period: Period) -> tuple[str, str]:
    """The same two texts."""
    if period.per == "day":
        return date_of(period.first), date_of(period.after_last - 1)
    return (_hour_of(period.first), _hour_of(period.after_last))


def date_of(day: int) -> str:
    """`2030-05-01` from days since 1970."""
    return (_FIRST_OF_ALL + timedelta(days=day)).date().isoformat()


def day_of(text: str) -> int:
    """Days since 1970 from `2030-05-01`. Raises ValueError."""
    return (datetime.fromisoformat(f"{text.strip()[:10]}T00:00+00:00") - _FIRST_OF_ALL).days


def _slot(per: Per, name: str, text: str, wrong: dict[str, str]) -> int:
    try:
        day = day_of(text)
        if per == "day":
            slot = day
        else:
            instant = datetime.fromisoformat(text.strip()).replace(tzinfo=UTC)
            if instant.minute or instant.second:
                wrong[name] = "Choose a full hour."
            slot = int((instant - _FIRST_OF_ALL) / timedelta(hours=1))
    except ValueError:
        wrong[name] = "Choose a day." if per == "day" else "Choose a day and an hour."
        return 0
    if not 0 <= slot * LENGTH[per] <= LAST_DAY * DAY:
        wrong[name] = "This is too far away."
    return slot


def _hour_of(slot: int) -> str:
    return (_FIRST_OF_ALL + timedelta(hours=slot)).strftime("%Y-%m-%dT%H:%M")
