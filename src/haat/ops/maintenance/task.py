"""A task of maintenance, and the times at which it is due. Which tasks a stack has is said by the list of its preset, in `lists/`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from haat.kernel import clock
from haat.kernel.clock import DAY, HOUR

LISTS = Path(__file__).parent / "lists"

Every: TypeAlias = Literal["hour", "day", "week", "month"]

_LONGEST: Mapping[Every, int] = {"hour": HOUR, "day": DAY, "week": 7 * DAY, "month": 31 * DAY}
# How long after its time a task that is not done is overdue.
_GRACE: Mapping[Every, int] = {"hour": HOUR, "day": 12 * HOUR, "week": 2 * DAY, "month": 7 * DAY}
_THURSDAY = 3  # days after a Monday: that on which the count of days begins


class Task(NamedTuple):
    """What is to be done every so often. It is a `procedure`, which the keeper runs with what is `given`, or for a person, who does it,
    with the command that helps (`look`), and ticks it.
    """

    name: str
    title: str
    every: Every
    procedure: str
    given: Mapping[str, str]
    look: str

    @property
    def goes_by_itself(self) -> bool:
        return bool(self.procedure)

    def last_time(self, hour: int, now: int) -> int:
        """When it was due last: with this hour, or at this hour in UTC, of today, of Monday, or of the first of the month."""
        today = now - now % DAY + hour * HOUR
        last = today if today <= now else today - DAY
        match self.every:
            case "hour":
                return now - now % HOUR
            case "day":
                return last
            case "week":
                return last - (last // DAY + _THURSDAY) % 7 * DAY
            case "month":
                return last - (clock.as_datetime(last).day - 1) * DAY

    def next_time(self, hour: int, now: int) -> int:
        """When it is due next."""
        return self.last_time(hour, self.last_time(hour, now) + _LONGEST[self.every])

    def overdue_at(self, due_at: int) -> int:
        """From when on it is overdue, having been due then."""
        return due_at + _GRACE[self.every]


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    title: str
    procedure: str = ""
    given: dict[str, str] = {}
    look: str = ""


class _List(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    hour: list[_Line] = []
    day: list[_Line] = []
    week: list[_Line] = []
    month: list[_Line] = []


@cache
def tasks_of(preset: str) -> tuple[Task, ...]:
    """Those of a market of this kind: what is due each hour, then each day, each week, each month."""
    found = msgspec.toml.decode((LISTS / f"{preset}.toml").read_text("utf-8"), type=_List)
    lines: Mapping[Every, list[_Line]] = {
        "hour": found.hour,
        "day": found.day,
        "week": found.week,
        "month": found.month,
    }
    return tuple(
        Task(one.name, one.title, every, one.procedure, one.given, one.look)
        for every, of_it in lines.items()
        for one in of_it
    )
