"""Numbers of bank accounts: what an IBAN is, and what may be shown of it."""

from __future__ import annotations

import re

_SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
# How long the number is in each country of the register (ISO 13616); what is not here is checked by its digits alone.
_LENGTHS = {
    code: length
    for length, codes in {
        15: "NO",
        16: "BE",
        18: "DK FO FI GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for code in codes.split()
}


def tidy(number: str) -> str:
    """A number as banks write it to each other: no spaces, capital letters."""
    return re.sub(r"[\s-]", "", number).upper()


def problem_of_iban(number: str) -> str:
    """What is wrong with a tidy number, in a sentence; empty when nothing is."""
    if not _SHAPE.fullmatch(number):
        return "Write the IBAN: two letters, two digits, and the rest, as on your bank statement."
    length = _LENGTHS.get(number[:2], len(number))
    if len(number) != length:
        return f"An IBAN that begins with {number[:2]} has {length} characters; this one has {len(number)}."
    if not _passes_check(number):
        return "There is a slip in this number."
    return ""


def last_four(number: str) -> str:
    """All of it that a page may show."""
    return number[-4:]


def _passes_check(number: str) -> bool:
    """ISO 7064: with the first four characters at the end and letters as 10 to 35, the number leaves 1 when divided by 97."""
    turned = number[4:] + number[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1
