"""What the clocks on the wall show in a place: its days, its hours, and how they become instants.

A time on the wall is counted as an instant is, in milliseconds since 1970, and read as if it were UTC: day and hour of it are divisions.
Where clocks are put forward some times are never shown, and where they are put back some are shown twice. Such a time is the instant at
which the clocks jump, and the first of the two. So later on the wall is never earlier: what does not overlap there does not overlap.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from typing import NamedTuple

from haat.kernel.clock import DAY, HOUR, SECOND

_FIRST_OF_ALL = datetime(1970, 1, 1)
_MILLISECOND = timedelta(milliseconds=1)


class NoSuchZone(ValueError):
    """This machine knows no time zone of this name."""


class Zone(NamedTuple):
    """A time zone by its IANA name; see `zone_of`."""

    name: str
    rules: tzinfo

    @property
    def place(self) -> str:
        """What people call it: `Sao Paulo`, `UTC`."""
        return self.name.rpartition("/")[2].replace("_", " ")

    def local(self, at: int) -> datetime:
        """An instant as an aware datetime of this place."""
        return datetime.fromtimestamp(at / SECOND, self.rules)

    def wall(self, at: int) -> int:
        """What the clocks show at an instant."""
        if self.rules is UTC:
            return at
        return at + _offset(self.rules, at // SECOND)

    def instant(self, wall: int) -> int:
        """When the clocks show this first; where they jump over it, when they do."""
        return wall if self.rules is UTC else _instant(self.rules, wall)

    def day_of(self, at: int) -> int:
        """The day that an instant is in, in days since 1970."""
        return self.wall(at) // DAY

    def begin_of(self, day: int) -> int:
        """The first instant of a day."""
        return self.instant(day * DAY)

    def skipped_hours(self, first: int, until: int) -> frozenset[int]:
        """Which hours, counted on the wall from 1970, from `first` up to, and not with, `until` the clocks jump over as a whole."""
        if self.rules is UTC:
            return frozenset()
        days = range(first // 24, (until - 1) // 24 + 1)
        changing = (day for day in days if self.begin_of(day + 1) - self.begin_of(day) < DAY)
        return frozenset(hour for day in changing for hour in self._skipped(day) if first <= hour < until)

    def called(self, at: int) -> str:
        """What people there call their time at an instant: `SAST`, `CET` or `CEST`; where it has no name, `UTC+05:45`."""
        local = self.local(at)
        name = local.tzname() or ""
        return name if name.isalpha() else f"UTC{local.isoformat()[-6:]}"

    def _skipped(self, day: int) -> list[int]:
        hours = range(day * 24, day * 24 + 24)
        return [hour for hour in hours if self.instant(hour * HOUR) == self.instant((hour + 1) * HOUR)]


@cache
def zone_of(name: str) -> Zone:
    """The zone of a name. UTC needs no database of zones. Raises NoSuchZone."""
    if name == "UTC":
        return Zone(name, UTC)
    from zoneinfo import ZoneInfo  # Slow to import, and many commands need none.

    try:
        return Zone(name, ZoneInfo(name))
    except (LookupError, OSError, ValueError) as error:  # There is none, there is a folder, it is no name.
        raise NoSuchZone(name) from error


UTC_ZONE = zone_of("UTC")


def known_zones() -> frozenset[str]:
    """The names of all zones that this machine knows."""
    from zoneinfo import available_timezones

    return frozenset(available_timezones() | {"UTC"})


def _offset(rules: tzinfo, second: int) -> int:
    offset = datetime.fromtimestamp(second, rules).utcoffset()
    assert offset is not None
    return offset // _MILLISECOND


@lru_cache(maxsize=8192)
def _instant(rules: tzinfo, wall: int) -> int:
    shown = (_FIRST_OF_ALL + wall * _MILLISECOND).replace(tzinfo=rules)
    before, after = (wall - (shown.replace(fold=fold).utcoffset() or timedelta()) // _MILLISECOND for fold in (0, 1))
    return before if before <= after else _jump(rules, after // SECOND, before // SECOND)


def _jump(rules: tzinfo, early: int, late: int) -> int:
    """When the clocks are put forward between two seconds."""
    was = _offset(rules, early)
    after = bisect_left(range(early, late), True, key=lambda second: _offset(rules, second) != was)
    return (early + after) * SECOND
