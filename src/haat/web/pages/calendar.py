"""A month of a listing for hire: how many units are free on each day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from urllib.parse import urlencode

from babel import Locale
from babel.dates import format_date, get_day_names

from haat.kernel import clock
from haat.market.hire import book
from haat.market.hire.equipment import Equipment
from haat.market.hire.period import LAST_DAY, date_of, day_of, weekday
from haat.web.http import Context
from haat.web.pages.views import View

_HOURS = 24


def month(ctx: Context, found: Equipment, asked: str, chosen: tuple[int, int] | None = None) -> View:
    """The month that `2030-05` asks for, or the one of the chosen days, or this one. `chosen` are days since 1970, both in it."""
    today = ctx.zone.day_of(clock.now())
    first = _first_day(asked, chosen[0] if chosen else today)
    start = date.fromisoformat(date_of(first))
    length = monthrange(start.year, start.month)[1]
    days = [_day(ctx, found, first + number, chosen, today) for number in range(length)]
    free = _free_by_day(ctx, found, first, length)
    for shown, count in zip(days, free, strict=True):
        shown["free"] = count
        shown["state"] = shown["state"] or ("taken" if not count else "some" if count < len(found.offered) else "free")
        shown["pick"] = _pick(first + shown["number"] - 1, chosen) if shown["state"] in ("some", "free") else ""
    blanks: list[View | None] = [None] * (weekday(first) - 1)
    cells = [*blanks, *days]
    cells += [None] * (-len(cells) % 7)
    return {
        "title": format_date(start, "LLLL y", locale=Locale.parse(ctx.lang, sep="-")),
        "weekdays": weekdays(ctx),
        "weeks": [cells[number : number + 7] for number in range(0, len(cells), 7)],
        "before": _name(first - 1) if first > today else "",
        "after": _name(first + length) if first + length < today + 731 else "",
        "per": found.terms.per,
    }


def _pick(day: int, chosen: tuple[int, int] | None) -> str:
    """What choosing a day asks for: from it, or until it where a single earlier one was chosen before."""
    start = chosen[0] if chosen and chosen[0] == chosen[1] < day else day
    return urlencode({"start": date_of(start), "end": date_of(day)})


def weekdays(ctx: Context) -> list[str]:
    """Their short names, Monday first."""
    names = get_day_names("abbreviated", context="stand-alone", locale=Locale.parse(ctx.lang, sep="-"))
    return [str(names[number]) for number in range(7)]


def _first_day(asked: str, otherwise: int) -> int:
    try:
        first = day_of(f"{asked}-01")
    except ValueError:
        first = -1
    if not 0 <= first <= LAST_DAY - _HOURS * 31:
        first = day_of(f"{date_of(otherwise)[:7]}-01")
    return first


def _day(ctx: Context, found: Equipment, day: int, chosen: tuple[int, int] | None, today: int) -> View:
    is_closed = str(weekday(day)) in found.terms.closed or day in found.closed_days
    return {
        "number": int(date_of(day)[-2:]),
        "date": date_of(day),
        "state": "past" if day < today else "closed" if is_closed else "",
        "is_chosen": chosen is not None and chosen[0] <= day <= chosen[1],
        "free": 0,
    }


def _free_by_day(ctx: Context, found: Equipment, first: int, length: int) -> list[int]:
    """Of a listing by the hour: how many are free in the best hour of the day."""
    if found.terms.per == "day":
        return book.free_by_slot(ctx.store, found, first, first + length)
    begin, end = first * _HOURS, (first + length) * _HOURS
    hours = book.free_by_slot(ctx.store, found, begin, end)
    for skipped in ctx.zone.skipped_hours(begin, end):
        hours[skipped - begin] = 0
    return [max(hours[number * _HOURS : (number + 1) * _HOURS]) for number in range(length)]


def hours_of(ctx: Context, found: Equipment, day: int) -> list[View]:
    """How many units are free in each hour of a day that has it."""
    first = day * _HOURS
    free = book.free_by_slot(ctx.store, found, first, first + _HOURS)
    skipped = ctx.zone.skipped_hours(first, first + _HOURS)
    return [
        {"hour": f"{number:02}:00", "free": count} for number, count in enumerate(free) if first + number not in skipped
    ]


def _name(day: int) -> str:
    return date_of(day)[:7]
