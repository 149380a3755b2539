"""A document as it is printed: every word and figure of it, ready to be set.

It is written once, in the language of whoever it is for, and kept as it is; setting it again must give the same page.
"""

from __future__ import annotations

from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from msgspec import Struct

from haat.kernel.signs import Signs
from haat.kernel.zone import Zone
from haat.market.notices.ports import Words


class Party(Struct, frozen=True):
    """Who sends a document, or gets it: a name, and the lines below it."""

    label: str
    name: str
    lines: tuple[str, ...]


class Column(Struct, frozen=True):
    """A column of the table; `share` of the width in hundredths. Figures stand at the right."""

    label: str
    share: int
    is_figures: bool = False


class Sum(Struct, frozen=True):
    """A line below the table."""

    label: str
    value: str
    is_total: bool = False


class Paper(Struct, frozen=True):
    """One document. `facts` are what stands at the top right: its number, its day, what it is about."""

    language: str
    market: str
    title: str
    facts: tuple[tuple[str, str], ...]
    sender: Party
    receiver: Party
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[Sum, ...]
    rates_title: str
    rates: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    page: str  # “Page %(page)s of %(pages)s”, in the language


class Pen(NamedTuple):
    """Writes in one language."""

    language: str
    words: Words
    locale: Locale
    signs: Signs
    zone: Zone

    @classmethod
    def of(cls, language: str, words: Words, signs: Signs, zone: Zone) -> Pen:
        try:
            return cls(language, words, Locale.parse(language, sep="-"), signs, zone)
        except UnknownLocaleError:
            return cls(language, words, Locale("en"), signs, zone)

    def text(self, message: str, /, **values: object) -> str:
        return self.words.text(message, **values)

    def money(self, amount: int, currency: str) -> str:
        return self.signs.write(amount, currency, self.locale)

    def day(self, at: int) -> str:
        return str(format_date(self.zone.local(at).date(), format="long", locale=self.locale))

    def share(self, basis_points: int) -> str:
        return str(format_percent(basis_points / 10_000, locale=self.locale, decimal_quantization=False))

    def number(self, number: int) -> str:
        return str(format_decimal(number, locale=self.locale))

    def country(self, code: str) -> str:
        return str(self.locale.territories.get(code, code))
