"""How a market writes its currencies: the main one by its own sign, `R` of the rand, where no other of its currencies has the same.

Everywhere else a language decides: `CA$` in English, and a code where it has no sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple
from unicodedata import bidirectional

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import format_currency, get_currency_symbol

from haat.kernel.money import as_decimal


class Signs(NamedTuple):
    """The one currency that is written by its own sign; none where it is empty."""

    currency: str = ""
    sign: str = ""

    def of(self, currency: str, locale: Locale) -> str:
        """What stands beside amounts of a currency."""
        return self.sign if currency == self.currency else str(get_currency_symbol(currency, locale))

    def write(self, amount: int, currency: str, locale: Locale) -> str:
        """An amount in minor units, as a reader of the language expects it."""
        said = format_currency(as_decimal(amount, currency), currency, locale=locale)
        return str(said).replace(get_currency_symbol(currency, locale), self.of(currency, locale))


AS_ANYWHERE = Signs()


@cache
def signs_of(currencies: Sequence[str]) -> Signs:
    """Those of a market with these currencies, the main one first."""
    if not currencies:
        return AS_ANYWHERE
    main, *others = currencies
    sign = _at_home(main)
    return AS_ANYWHERE if sign in map(_at_home, others) else Signs(main, sign)


def _at_home(currency: str) -> str:
    """The sign by which the people of its own country write it, in Latin letters; the code where they have none."""
    country = currency[:2]
    languages = get_global("territory_languages").get(country, ())
    for spoken in (f"en_{country}", "en", *(f"{language}_{country}" for language in languages)):
        try:
            sign = str(get_currency_symbol(currency, Locale.parse(spoken)))
        except (UnknownLocaleError, ValueError):
            continue
        if sign != currency and not any(bidirectional(letter) in _RIGHT_TO_LEFT for letter in sign):
            return sign
    return currency


_RIGHT_TO_LEFT = ("R", "AL")
