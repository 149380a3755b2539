"""No text can break search, and none is an operator."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.support.examples import examples
from tests.support.stall import Stall

from haat.market.search.question import Question
from haat.market.search.search import Search

HARD = [
    '"',
    "'; DROP TABLE listings; --",
    'title : "x" OR *',
    "mug AND",
    "NEAR(mug blue)",
    "NOT mug",
    "^mug*",
    "{title}:mug",
    "-mug +blue",
    "(((((",
    "\x00mug\x00",
    "\ud800",
    "mug\ud83d",
    "😀 👩‍👩‍👧",
    "!!! ... ---",
    "٤٢ ½ ² Ⅷ",
    "देवनागरी हिन्दी",
    "ไทย",
    "العربية",
    "e\u0301\u0301\u0301",
    "\u200b\u202e",
    "x" * 1000,
    "mug " * 250,
    " ".join(f"w{n}" for n in range(300)),
]


@pytest.mark.parametrize("text", HARD)
def test_hard_texts_are_answered(stall: Stall, search: Search, text: str) -> None:
    stall.sell("Blue mug")
    for sort in ("relevance", "price_up"):
        search.find(Question(text=text, sort=sort))  # type: ignore[arg-type]
    search.suggest(text)


@pytest.mark.parametrize("text", ["OR", "not", "AND", "near"])
def test_words_that_are_operators_elsewhere_are_words_here(stall: Stall, search: Search, text: str) -> None:
    stall.sell("Blue mug")
    stall.sell(f"Sign that says {text}")
    assert [card.title for card in search.find(Question(text=text)).cards] == [f"Sign that says {text}"]


@settings(max_examples=examples(50), deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=60), title=st.text(min_size=1, max_size=40))
@example(text="\U0001e922", title="\U0001e922")
@example(text="\x00", title="\ud800")
def test_any_title_can_be_indexed_and_any_text_answered(stall: Stall, search: Search, text: str, title: str) -> None:
    if title.isprintable() and title.strip():
        stall.sell(title)
    for one in (text, title, title + text):
        search.find(Question(text=one, facts={one: [one]}))
        search.suggest(one)
