"""How money, numbers and times are written in each language; times are those of the market's zone. What is written often is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_decimal
from markupsafe import Markup

from haat.kernel import clock
from haat.kernel.money import Money
from haat.kernel.signs import AS_ANYWHERE, Signs
from haat.kernel.zone import UTC_ZONE, Zone

_DAY = 86_400_000
_MONTH = 30 * _DAY


@cache
def formats_of(language: str, signs: Signs = AS_ANYWHERE, zone: Zone = UTC_ZONE) -> Formats:
    """Kept: what a language has written once it need not write again."""
    return Formats(language, signs, zone)


class Formats:
    """The writing habits of one language, in a market with these signs for its money, and these clocks."""

    def __init__(self, language: str, signs: Signs = AS_ANYWHERE, zone: Zone = UTC_ZONE) -> None:
        self._signs = signs
        self._zone = zone
        self._locale = Locale.parse(language, sep="-")
        self._money = lru_cache(maxsize=32_768)(self._write_money)
        self._number = lru_cache(maxsize=1024)(self._write_number)
        self._day = lru_cache(maxsize=1024)(self._write_day)
        self._ago = lru_cache(maxsize=1024)(self._write_ago)

    def money(self, money: Money | Mapping[str, Any]) -> str:
        """`€12.50`, from anything with an amount in minor units and a currency."""
        if isinstance(money, Mapping):
            return self._money(money["amount"], money["currency"])
        return self._money(money.amount, money.currency)

    def number(self, number: float) -> str:
        """`1,234`."""
        return self._number(number)

    def date(self, at: int) -> str:
        """`7 March 2026`, from milliseconds."""
        return self._day(self._zone.day_of(at))

    def day(self, day: int) -> str:
        """The same, from days since 1970."""
        return self._day(day)

    def days(self, starts_at: int, ends_at: int) -> tuple[str, str] | None:
        """The first and the last day of what lasts for whole days; None for anything else. Instants are milliseconds."""
        first, after_last = self._zone.day_of(starts_at), self._zone.day_of(ends_at)
        if (self._zone.begin_of(first), self._zone.begin_of(after_last)) != (starts_at, ends_at):
            return None
        return self.day(first), self.day(after_last - 1)

    def minute(self, at: int) -> str:
        """`7 March 2026, 14:30 CET`, from milliseconds."""
        shown = self._zone.local(at).time()
        return f"{self.date(at)}, {format_time(shown, format='short', locale=self._locale)} {self._zone.called(at)}"

    def when(self, at: int) -> Markup:
        """`3 minutes ago` with the exact instant behind it; a date once that says more."""
        distance = at - clock.now()
        spoken = self._ago(distance // 1000) if abs(distance) < _MONTH else self.date(at)
        exact = self._zone.local(at).replace(microsecond=0)
        written = f"{self._write_instant(exact)} {self._zone.called(at)}"
        return Markup('<time datetime="{}" title="{}">{}</time>').format(exact.isoformat(), written, spoken)

    def _write_money(self, amount: int, currency: str) -> str:
        return self._signs.write(amount, currency, self._locale)

    def _write_number(self, number: float) -> str:
        return format_decimal(number, locale=self._locale)

    def _write_day(self, day: int) -> str:
        return format_date(datetime.fromtimestamp(day * 86_400, UTC).date(), format="long", locale=self._locale)

    def _write_ago(self, seconds: int) -> str:
        return format_timedelta(timedelta(seconds=seconds), add_direction=True, locale=self._locale)

    def _write_instant(self, at: datetime) -> str:
        return str(format_datetime(at.replace(tzinfo=None), format="medium", locale=self._locale))
