"""What sellers say about a listing, checked against what its category asks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from haat.kernel.text import one_line
from haat.market.catalogue.category import Attribute

Value: TypeAlias = str | int | float | bool

LONGEST = 200

_NUMBER = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*(.*)")
_YES = frozenset(("yes", "true", "1", "on", "y"))
_NO = frozenset(("no", "false", "0", "off", "n"))


class Fact(NamedTuple):
    """One attribute of a listing: `words` as people read them, and the number where it is one."""

    key: str
    name: str
    words: str
    number: float | None = None


class Unfit(ValueError):
    """A value that is not of the attribute's kind; the text says what would be."""


def read_facts(attributes: Sequence[Attribute], values: Mapping[str, Value]) -> tuple[list[Fact], dict[str, str]]:
    """The facts in the order of the attributes, and what is wrong by the attribute's key. Empty values are left out."""
    facts: list[Fact] = []
    problems: dict[str, str] = {}
    for attribute in attributes:
        value = values.get(attribute.key, "")
        if value == "":
            continue
        try:
            facts.append(_fact(attribute, value))
        except Unfit as unfit:
            problems[attribute.key] = str(unfit)
    known = {attribute.key for attribute in attributes}
    problems |= {key: "This category has no such attribute." for key in values if key not in known}
    return facts, problems


def missing(attributes: Sequence[Attribute], facts: Sequence[Fact]) -> dict[str, str]:
    """What has to be said before the listing can be on sale."""
    said = {fact.key for fact in facts}
    return {a.key: f"Say the {a.name}." for a in attributes if a.is_required and a.key not in said}


def _fact(attribute: Attribute, value: Value) -> Fact:
    if attribute.kind == "number":
        return _number(attribute, value)
    if attribute.kind == "yes_no":
        return Fact(attribute.key, attribute.name, _yes_or_no(value))
    words = one_line(str(value))
    if attribute.kind == "choice":
        words = _choice(attribute, words)
    if len(words) > LONGEST:
        raise Unfit(f"Use at most {LONGEST} characters.")
    return Fact(attribute.key, attribute.name, words)


def _number(attribute: Attribute, value: Value) -> Fact:
    match = _NUMBER.fullmatch(str(value).strip())
    example = f"Write a number, such as 12.5{f' ({attribute.unit})' if attribute.unit else ''}."
    if match is None or isinstance(value, bool):
        raise Unfit(example)
    if match[2] and match[2].casefold() != attribute.unit.casefold():
        raise Unfit(f"Say it in {attribute.unit}." if attribute.unit else example)
    number = float(match[1].replace(",", "."))
    if abs(number) >= 1e15:
        raise Unfit("This number is too large.")
    return Fact(attribute.key, attribute.name, f"{number:.15g} {attribute.unit}".strip(), number)


def _yes_or_no(value: Value) -> str:
    word = str(value).strip().casefold()
    if word in _YES:
        return "yes"
    if word in _NO:
        return "no"
    raise Unfit("Say yes or no.")


def _choice(attribute: Attribute, words: str) -> str:
    for choice in attribute.choices:
        if choice.casefold() == words.casefold():
            return choice
    raise Unfit(f"Choose one of: {', '.join(attribute.choices)}.")
