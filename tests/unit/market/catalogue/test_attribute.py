"""What sellers say is read by the kind of the attribute, and every mistake is told at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haat.market.catalogue.attribute import Fact, missing, read_facts
from haat.market.catalogue.category import Attribute


def attribute(key: str, kind: str = "text", **rest: object) -> Attribute:
    values = {"unit": "", "choices": (), "is_facet": True, "is_required": False} | rest
    return Attribute(1, 1, key, key.capitalize(), kind, **values)  # type: ignore[arg-type]


ATTRIBUTES = [
    attribute("maker", is_required=True),
    attribute("weight", "number", unit="kg"),
    attribute("colour", "choice", choices=("blue", "dark red")),
    attribute("handmade", "yes_no"),
]


@pytest.mark.parametrize(
    ("key", "value", "words", "number"),
    [
        ("maker", "  Anna \n Bell ", "Anna Bell", None),
        ("weight", "1.50", "1.5 kg", 1.5),
        ("weight", "0,3", "0.3 kg", 0.3),
        ("weight", "12kg", "12 kg", 12),
        ("weight", 7, "7 kg", 7),
        ("colour", "Dark RED", "dark red", None),
        ("handmade", True, "yes", None),
        ("handmade", "No", "no", None),
    ],
)
def test_values_become_words(key: str, value: str, words: str, number: float | None) -> None:
    facts, problems = read_facts(ATTRIBUTES, {key: value})
    assert (facts, problems) == ([Fact(key, key.capitalize(), words, number)], {})


def test_every_mistake_is_told_and_the_good_values_stay() -> None:
    facts, problems = read_facts(
        ATTRIBUTES,
        {"maker": "Bell", "weight": "3 lb", "colour": "green", "handmade": "maybe", "smell": "sweet"},
    )
    assert [fact.key for fact in facts] == ["maker"]
    assert problems == {
        "weight": "Say it in kg.",
        "colour": "Choose one of: blue, dark red.",
        "handmade": "Say yes or no.",
        "smell": "This category has no such attribute.",
    }


def test_an_empty_value_says_nothing_and_misses_where_it_is_required() -> None:
    facts, problems = read_facts(ATTRIBUTES, {"maker": "", "weight": ""})
    assert (facts, problems) == ([], {})
    assert missing(ATTRIBUTES, facts) == {"maker": "Say the Maker."}


@given(st.text() | st.floats() | st.booleans() | st.integers())
def test_any_value_is_read_or_explained(value: str | float | bool) -> None:
    for one in ATTRIBUTES:
        facts, problems = read_facts([one], {one.key: value})
        assert value == "" or len(facts) + len(problems) == 1
