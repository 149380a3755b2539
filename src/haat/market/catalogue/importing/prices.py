"""Prices as people write them: `1.234,50`, `1,234.50`, `€ 12`, `12,5`.

Most prices can be read on their own. `1.234` cannot: it is a thousand and more, or one and a bit. Such a price is read as the other
prices of its column are written; where they do not tell either, it is refused, because a price that is a thousand times too
high or too low is worse than none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from haat.kernel import money
from haat.market.catalogue.importing.found import Unreadable
from haat.market.catalogue.variant import HIGHEST_PRICE

Meaning: TypeAlias = Literal["decimals", "thousands", ""]

_SIGN_BEFORE = r"(?P<before>[^\W\d_]*[^\w\s.,'\-]+|[^\W\d_]+\.?)?"
_SIGN_AFTER = r"(?P<after>[^0-9\s'\-]*)"
_PRICE = re.compile(
    rf"{_SIGN_BEFORE}\s*(?P<number>[.,]?[0-9](?:[0-9.,' ]*[0-9])?)(?:[.,]?-{{1,2}}|[.,])?\s*{_SIGN_AFTER}"
)
_PLAINEST = re.compile(r"([0-9]+)(?:([.,])([0-9]{1,2}))?")
_THREES = {mark: re.compile(rf"[0-9]{{1,3}}(?:{re.escape(mark)}[0-9]{{3}})+") for mark in ".,' "}
_LAKHS = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})*,[0-9]{3}")
_PLAINER = str.maketrans(
    dict.fromkeys("\u00a0\u202f\u2009\t", " ") | dict.fromkeys("’`", "'") | dict.fromkeys("−–—", "-")
)
_OTHER = {".": ",", ",": "."}

# Signs that say which currency a price is in; a sign that several currencies use fits each of them.
_SIGNS = {
    sign: frozenset(codes.split())
    for signs, codes in (
        ("€ euro euros", "EUR"),
        ("£", "GBP EGP FKP GIP SHP"),
        ("¥", "JPY CNY"),
        ("$", "USD CAD AUD NZD SGD HKD MXN ARS CLP COP TWD BRL UYU NAD FJD JMD TTD BBD BSD BZD BND"),
        ("us$", "USD"),
        ("c$ ca$", "CAD"),
        ("a$ au$", "AUD"),
        ("nz$", "NZD"),
        ("hk$", "HKD"),
        ("s$", "SGD"),
        ("mx$", "MXN"),
        ("r$", "BRL"),
        ("r", "ZAR"),
        ("₹", "INR"),
        ("rs rs.", "INR PKR LKR NPR MUR"),
        ("৳ tk tk.", "BDT"),
        ("₽ руб руб.", "RUB"),
        ("₴", "UAH"),
        ("₺", "TRY"),
        ("₩", "KRW"),
        ("฿", "THB"),
        ("₫", "VND"),
        ("₪", "ILS"),
        ("₦", "NGN"),
        ("₱", "PHP"),
        ("zł zl", "PLN"),
        ("kč", "CZK"),
        ("ft", "HUF"),
        ("lei", "RON"),
        ("kr kr.", "SEK NOK DKK ISK"),
        ("fr fr. sfr sfr.", "CHF XAF XOF"),
        ("rp rp.", "IDR"),
        ("rm", "MYR"),
        ("ksh", "KES"),
    )
    for sign in signs.split()
}


class Tally:
    """What the prices of one column show about its points and commas."""

    def __init__(self) -> None:
        self._shown: Counter[tuple[str, str]] = Counter()

    def add(self, text: str) -> None:
        """Look at one price; one that cannot be read shows nothing."""
        try:
            self._shown.update(_take_apart(text).shows)
        except Unreadable:
            return

    def meaning(self, mark: str) -> Meaning:
        """What the mark stands for here; empty when the clear prices do not use it, or disagree."""
        decimals = self._shown["decimals", mark]
        thousands = self._shown["thousands", mark] + self._shown["decimals", _OTHER[mark]]
        if bool(decimals) == bool(thousands):
            return ""
        return "decimals" if decimals else "thousands"

    def unclear(self, mark: str) -> int:
        """How many prices hang on the meaning of the mark."""
        return self._shown["unclear", mark]

    def is_finer_than_cents(self, mark: str) -> bool:
        """True when some of those prices would have three decimals that count."""
        return self._shown["three decimals", mark] > 0

    def __or__(self, other: Tally) -> Tally:
        both = Tally()
        both._shown = self._shown + other._shown
        return both


class Style(NamedTuple):
    """What an unclear point or comma stands for in a column; `why` is empty where the column has no unclear price."""

    point: Meaning = ""
    comma: Meaning = ""
    why: str = ""


def style_of(column: Tally, others: Iterable[Tally], currency: str) -> Style:
    """How to read the unclear prices of a column: as its clear ones are written, else as those of the other columns, else as the
    currency allows."""
    everything = column
    for other in others:
        everything = everything | other
    meanings: dict[str, Meaning] = {}
    reasons = []
    for mark in ".,":
        meanings[mark], why = _settle(mark, column, everything, currency)
        if column.unclear(mark):
            reasons.append(f"1{mark}234 {_READ_AS[meanings[mark]]}: {why}")
    return Style(meanings["."], meanings[","], "; ".join(reasons))


def read_price(text: str, currency: str, style: Style) -> int:
    """The price in minor units. Raises Unreadable."""
    amount = _take_apart(text)
    for sign in amount.signs:
        _check_sign(sign, currency)
    whole, fraction = amount.whole, amount.fraction
    if amount.unclear:
        meaning = style.point if amount.unclear == "." else style.comma
        if not meaning:
            raise Unreadable(
                f"It can be {whole}{fraction} or {whole} and {fraction} thousandths, and the other prices do not tell which.",
                f"Write {whole}{fraction}.00, or {whole}.{fraction[:2]}.",
            )
        if meaning == "thousands":
            whole, fraction = whole + fraction, ""
    return _minor_units(whole, fraction, currency)


_READ_AS = {"decimals": "is read as 1 and 234 thousandths", "thousands": "is read as 1234", "": "is refused"}


class _Amount(NamedTuple):
    """A price taken apart. `unclear` is the mark between whole and fraction where it may be either, else empty."""

    signs: tuple[str, ...]
    whole: str
    fraction: str
    unclear: str
    shows: tuple[tuple[str, str], ...]


@lru_cache(maxsize=8192)
def _take_apart(text: str) -> _Amount:
    if plainest := _PLAINEST.fullmatch(text):
        whole, mark, fraction = plainest.groups("")
        return _Amount((), whole, fraction, "", ((("decimals", mark),) if mark else ()))
    plain = text.translate(_PLAINER).strip()
    if "-" in plain.partition(_first_digit(plain))[0] or plain.startswith("("):
        raise Unreadable("A price cannot be below zero.", "Write what a buyer pays.")
    match = _PRICE.fullmatch(plain)
    if match is None:
        raise _not_a_price()
    signs = tuple(sign.casefold() for sign in (match["before"], match["after"]) if sign)
    return _Amount(signs, *_parts(match["number"]))


def _first_digit(text: str) -> str:
    digit = re.search(r"[0-9]", text)
    return digit[0] if digit else text or " "


def _parts(number: str) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
    """Whole, fraction, the mark between them if unclear, and what the number shows about its marks."""
    marks = [letter for letter in number if letter in "., '"]
    if not marks:
        return number, "", "", ()
    kinds = set(marks)
    last = marks[-1]
    if len(kinds) == 2 and marks.count(last) == 1 and last in ".,":
        head, _, fraction = number.partition(last)
        other = marks[0]
        return _ungrouped(head, other), fraction, "", (("decimals", last), ("thousands", other))
    if len(kinds) == 1 and (len(marks) > 1 or last in "' "):
        return _ungrouped(number, last), "", "", (("thousands", last),)
    if len(kinds) == 1:
        return _around_the_only_mark(number, last)
    raise _not_a_price()


def _ungrouped(number: str, mark: str) -> str:
    if _THREES[mark].fullmatch(number) or (mark == "," and _LAKHS.fullmatch(number)):
        return number.replace(mark, "")
    raise _not_a_price()


def _around_the_only_mark(number: str, mark: str) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
    whole, _, fraction = number.partition(mark)
    if len(fraction) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0"):
        finer = (("three decimals", mark),) if not fraction.endswith("0") else ()
        return whole, fraction, mark, (("unclear", mark), *finer)
    return whole or "0", fraction, "", (("decimals", mark),)


def _settle(mark: str, column: Tally, everything: Tally, currency: str) -> tuple[Meaning, str]:
    if meaning := column.meaning(mark):
        return meaning, "so the other prices of the column are written"
    if meaning := everything.meaning(mark):
        return meaning, "so the other price columns are written"
    decimals = money.exponent(currency)
    if decimals == 0:
        return "thousands", f"{currency} has no decimals"
    if decimals == 3:
        return "decimals", f"{currency} has three decimals"
    if everything.is_finer_than_cents(mark):
        return "thousands", f"with decimals it would be finer than {currency} is"
    return "", "nothing in the file tells what it means"


def _check_sign(sign: str, currency: str) -> None:
    if sign.upper() == currency or currency in _SIGNS.get(sign, ()):
        return
    if sign in _SIGNS or (len(sign) == 3 and sign.isascii() and sign.isalpha()):
        raise Unreadable(f"“{sign.upper()}” is not {currency}.", f"Give the price in {currency}.")
    raise _not_a_price()


def _minor_units(whole: str, fraction: str, currency: str) -> int:
    decimals = money.exponent(currency)
    if len(fraction.rstrip("0")) > decimals:
        raise Unreadable(f"{currency} has {decimals} decimals, and this price has more.", "Round it.")
    amount: int = int(whole[:30]) * 10**decimals + int(fraction[:decimals].ljust(decimals, "0") or "0")
    if amount > HIGHEST_PRICE or len(whole) > 30:
        highest = money.Money(HIGHEST_PRICE, currency)
        raise Unreadable(f"The highest price is {highest}.", "Check its thousands and decimals.")
    return amount


def _not_a_price() -> Unreadable:
    return Unreadable("This is not a price.", "Write it as 1234.50.")
