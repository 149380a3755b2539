"""A stretch of time that is hired: whole days or whole hours, as calendar and clock show them where the market is, counted from 1970.

Only the market's zone makes instants of them: a day may last 23 or 25 hours; an hour that the clocks jump over lasts no time, and the one
that they show twice lasts two.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple, TypeAlias

from haat.kernel.clock import DAY, HOUR
from haat.kernel.errors import Invalid
from haat.kernel.zone import Zone

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

    def starts_at(self, zone: Zone) -> int:
        """The instant, in milliseconds."""
        return begin_of(self.per, self.first, zone)

    def ends_at(self, zone: Zone) -> int:
        return begin_of(self.per, self.after_last, zone)

    @property
    def first_day(self) -> int:
        return self.first * LENGTH[self.per] // DAY

    @property
    def last_day(self) -> int:
        """The day on which it is brought back."""
        return (self.after_last * LENGTH[self.per] - 1) // DAY


def weekday(day: int) -> int:
    """Of a day since 1970: 1 is Monday, 7 Sunday."""
    return (day + 3) % 7 + 1


def slot_of(per: Per, at: int, zone: Zone) -> int:
    """The slot that an instant is in."""
    return zone.wall(at) // LENGTH[per]


def begin_of(per: Per, slot: int, zone: Zone) -> int:
    """The first instant of a slot."""
    return zone.instant(slot * LENGTH[per])


def read(per: Per, start: str, end: str, zone: Zone) -> Period:
    """Read `2030-05-01` and `2030-05-03`, both days in it, or `2030-05-01T09:00` and `2030-05-01T17:00`. Raises Invalid by field.

    An hour may say how far from UTC it is (`2030-05-01T09:00+02:00`); else it is the market's.
    """
    wrong: dict[str, str] = {}
    first, last = (_slot(per, name, text, zone, wrong) for name, text in (("start", start), ("end", end)))
    if not wrong and last - first < (0 if per == "day" else 1):
        wrong["end"] = "It ends before it begins."
    if wrong:
        raise Invalid("This is no period.", fields=wrong)
    return Period(per, first, last + 1 if per == "day" else last)


def write(period: Period) -> tuple[str, str]:
    """The same two texts."""
    last = period.after_last - 1 if period.per == "day" else period.after_last
    return slot_as_text(period.per, period.first), slot_as_text(period.per, last)


def slot_as_text(per: Per, slot: int) -> str:
    """`2030-05-01` or `2030-05-01T09:00`."""
    return date_of(slot) if per == "day" else (_FIRST_OF_ALL + timedelta(hours=slot)).strftime("%Y-%m-%dT%H:%M")


def date_of(day: int) -> str:
    """`2030-05-01` from days since 1970."""
    return (_FIRST_OF_ALL + timedelta(days=day)).date().isoformat()


def day_of(text: str) -> int:
    """Days since 1970 from `2030-05-01`. Raises ValueError."""
    return (datetime.fromisoformat(f"{text.strip()[:10]}T00:00+00:00") - _FIRST_OF_ALL).days


def _slot(per: Per, name: str, text: str, zone: Zone, wrong: dict[str, str]) -> int:
    try:
        slot = day_of(text) if per == "day" else _hour(name, text, zone, wrong)
    except (OverflowError, ValueError):
        wrong[name] = "Choose a day." if per == "day" else "Choose a day and an hour."
        return 0
    if not 0 <= slot * LENGTH[per] <= LAST_DAY * DAY:
        wrong[name] = "This is too far away."
    return slot


def _hour(name: str, text: str, zone: Zone, wrong: dict[str, str]) -> int:
    shown = datetime.fromisoformat(text.strip())
    if shown.tzinfo is not None:
        shown = shown.astimezone(zone.rules)
    if shown.minute or shown.second:
        wrong[name] = "Choose a full hour."
    slot = int((shown.replace(tzinfo=UTC) - _FIRST_OF_ALL) / timedelta(hours=1))
    if zone.skipped_hours(slot, slot + 1):
        wrong[name] = "This hour does not come on this day: the clocks are put forward over it. Choose the next one."
    return slot
