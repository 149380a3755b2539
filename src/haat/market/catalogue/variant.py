"""A variant: one thing that can be bought, told apart from its sisters by options such as size and colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from haat.kernel.errors import Invalid
from haat.kernel.money import Money
from haat.kernel.text import one_line

Options: TypeAlias = tuple[tuple[str, str], ...]

MOST = 100
MOST_OPTIONS = 5
LONGEST_SKU = 80
LONGEST_OPTION = 60
HIGHEST_PRICE = (
    10**12
)  # minor units; an order of ten such things is the largest, and 900,000 of those still add up in 64 bits
MOST_PIECES = 10**7  # those of a hundred variants add up in 32 bits


class VariantText(msgspec.Struct, frozen=True):
    """What a seller says about a variant. Prices are minor units; `compare_at` is what it cost before. An empty SKU is made up."""

    price: int
    options: Options = ()
    sku: str = ""
    compare_at: int | None = None


def tidy(text: VariantText, currency: str) -> VariantText:
    """The text with its white space in order, prices being of this currency. Raises Invalid with all that is wrong with it."""
    options = tuple((one_line(name), one_line(value)) for name, value in text.options)
    tidied = msgspec.structs.replace(text, sku=one_line(text.sku), options=options)
    problems = _problems(tidied, currency)
    if problems:
        raise Invalid("The variant cannot be saved like this.", fields=problems)
    return tidied


def refuse_if_unlike(options: Options, others: Sequence[Options]) -> None:
    """Variants of one listing differ in the same things, and no two in nothing. Raises Invalid."""
    names = [name for name, _ in options]
    if others and names != [name for name, _ in others[0]]:
        expected = ", ".join(name for name, _ in others[0]) or "none"
        raise _invalid(f"All variants of a listing have the same options, here: {expected}.")
    if _folded(options) in map(_folded, others):
        raise _invalid("There is already a variant with these options.")


def _folded(options: Options) -> list[str]:
    return [value.casefold() for _, value in options]


def _invalid(problem: str) -> Invalid:
    return Invalid("The variant cannot be saved like this.", fields={"options": problem})


def _problems(text: VariantText, currency: str) -> dict[str, str]:
    found: dict[str, str] = {}
    too_high = f"The highest price is {Money(HIGHEST_PRICE, currency)}."
    if not 1 <= text.price <= HIGHEST_PRICE:
        found["price"] = "Write a price above zero." if text.price < 1 else too_high
    if text.compare_at is not None and text.compare_at > HIGHEST_PRICE:
        found["compare_at"] = too_high
    elif text.compare_at is not None and text.compare_at <= text.price:
        found["compare_at"] = "The price before has to be higher than the price; leave it empty otherwise."
    if len(text.sku) > LONGEST_SKU:
        found["sku"] = f"Use at most {LONGEST_SKU} characters."
    problem = _problem_of_options(text.options)
    if problem:
        found["options"] = problem
    return found


def _problem_of_options(options: Options) -> str:
    if len(options) > MOST_OPTIONS:
        return f"A variant has at most {MOST_OPTIONS} options."
    if any(not 1 <= len(word) <= LONGEST_OPTION for option in options for word in option):
        return f"Name each option, and its value, in 1 to {LONGEST_OPTION} characters."
    names = {name.casefold() for name, _ in options}
    return "" if len(names) == len(options) else "Name each option once."
