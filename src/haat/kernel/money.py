"""Money is a whole number of minor units with its currency; it is rounded once, at the line, and never a float.

Exponents are those of ISO 4217: most currencies have 2 decimals, some none, some 3.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from haat.kernel.errors import Invalid

_NO_DECIMALS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
_THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
_CURRENCY = re.compile(r"[A-Z]{3}")
_PLAIN = re.compile(r"(\d{1,30})(?:\.(\d{1,30}))?")


class Money(NamedTuple):
    """An amount in minor units (cents, yen, fils) and its ISO 4217 code."""

    amount: int
    currency: str

    def __str__(self) -> str:
        return f"{as_decimal(self.amount, self.currency)} {self.currency}"


def exponent(currency: str) -> int:
    """How many decimals the currency has. Raises Invalid when it is no three-letter code."""
    if not _CURRENCY.fullmatch(currency):
        raise Invalid("This is not a currency.", why=f"“{currency}” is not a three-letter code such as EUR.")
    if currency in _NO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def as_decimal(amount: int, currency: str) -> Decimal:
    """1250 EUR as Decimal('12.50'); 1250 JPY as Decimal('1250')."""
    return Decimal(amount).scaleb(-exponent(currency))


def parse(text: str, currency: str) -> Money:
    """Read `12`, `12.5` or `12.50` as money. Raises Invalid on a sign, on grouping, and on more decimals than there are."""
    decimals = exponent(currency)
    match = _PLAIN.fullmatch(text.strip())
    if not match:
        raise Invalid("This is not an amount.", why=f"“{text}” is not a number such as 12.50.")
    whole, fraction = match[1], match[2] or ""
    if len(fraction.rstrip("0")) > decimals:
        raise Invalid("This amount is too fine.", why=f"{currency} has {decimals} decimals; “{text}” has more.")
    return Money(int(whole) * 10**decimals + int(fraction[:decimals].ljust(decimals, "0") or "0"), currency)


def percent(amount: int, basis_points: int) -> int:
    """The share of an amount, rounded half away from zero. 10 000 basis points are the whole."""
    share = (abs(amount) * basis_points * 2 + 10_000) // 20_000
    return share if amount >= 0 else -share


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """Divide an amount by weights so that the parts add up to it exactly (largest remainder, ties to the earlier part).

    Weights are not negative. Where all are zero the first part takes everything.
    """
    if not weights:
        raise ValueError("nothing to split over")
    total = sum(weights)
    if total == 0:
        return [amount] + [0] * (len(weights) - 1)
    size = abs(amount)
    parts = [size * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % total), i))
    for i in by_remainder[: size - sum(parts)]:
        parts[i] += 1
    return parts if amount >= 0 else [-part for part in parts]
