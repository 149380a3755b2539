"""A variant: one thing that can be bought, told apart from its sisters by options such as size and colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from haat.kernel.errors import Invalid

Options: TypeAlias = tuple[tuple[str, str], ...]

MOST = 100
MOST_OPTIONS = 5
LONGEST_SKU = 80
LONGEST_OPTION = 60
HIGHEST_PRICE = 10**13
MOST_PIECES = 10**9


class VariantText(msgspec.Struct, frozen=True):
    """What a seller says about a variant. Prices are minor units; `compare_at` is what it cost before. An empty SKU is made up."""

    price: int
    options: Options = ()
    sku: str = ""
    compare_at: int | None = None


def tidy(text: VariantText) -> VariantText:
    """The text with its white space in order. Raises Invalid with all that is wrong with it."""
    options = tuple((" ".join(name.split()), " ".join(value.split())) for name, value in text.options)
    tidied = msgspec.structs.replace(text, sku=" ".join(text.sku.split()), options=options)
    problems = _problems(tidied)
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


def _problems(text: VariantText) -> dict[str, str]:
    found: dict[str, str] = {}
    if not 1 <= text.price <= HIGHEST_PRICE:
        found["price"] = "Write a price above zero." if text.price < 1 else "This price is too high."
    if text.compare_at is not None and not text.price < text.compare_at <= HIGHEST_PRICE:
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
