"""In a large market the newest are looked at first, where the database would collect everything; nobody can tell from the results."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.support.stall import Stall

from haat.kernel import clock
from haat.kernel.clock import DAY
from haat.market.search.question import Question, Sort
from haat.market.search.search import Search
from haat.store import Store

SORTS: tuple[Sort, ...] = ("relevance", "newest", "price_up", "price_down")


@pytest.fixture
def large(store: Store, stall: Stall) -> Search:
    """From eleven listings on it looks at fifty of them one by one, and from 51 on it collects the seasons of the newest fifty."""
    return Search(store, stall.catalogue.categories, sample=10, large=10)


@pytest.fixture
def kitchen(stall: Stall) -> Iterator[int]:
    """Fifty bowls, then twenty dishes, one every four days; soup is in every description, and in the title of one of each. Gives their
    category."""
    kitchen = stall.category("Kitchen")
    stall.attribute(kitchen, "colour", kind="choice", choices=("blue", "red"))
    with clock.frozen():
        for number in range(70):
            clock.advance(4 * DAY)
            title = f"{'Dish' if number >= 50 else 'Bowl'}{' for soup' if number in (5, 60) else ''} {number}"
            colour = {"colour": ("blue", "red")[number % 2]}
            stall.sell(title, price=100 + number % 7, category=kitchen, description="It holds soup.", attributes=colour)
        yield kitchen


def test_the_results_are_those_of_a_small_market(search: Search, large: Search, kitchen: int) -> None:
    asked = [
        Question(text=text, sort=sort, size=15)
        for text in ("dish", "bowl", "soup", "dish soup", "bowl soup")
        for sort in SORTS
    ]
    asked.append(Question(text="soup", facts={"colour": ["blue"]}, low=102, high=104, size=4))
    asked.append(Question(text="bowl", low=102, high=103, size=4))
    asked.append(Question(facts={"colour": ["red"]}, category_id=kitchen, size=15))
    for question in asked:
        assert walk(large, question) == walk(search, question), question


def test_the_numbers_say_that_they_are_the_least(large: Search, kitchen: int) -> None:
    for text in ("dish", "soup", "bowl"):
        found = large.find(Question(text=text))
        assert (found.count, found.is_more) == (10, True)
        (colours,) = found.facets
        assert colours.are_least
        assert {value.words for value in colours.values} == {"blue", "red"}
        assert sum(value.count for value in colours.values) <= 11
    few = large.find(Question(text="bowl soup", facts={"colour": ["red"]}, low=105, high=105))
    assert (few.count, few.is_more) == (4, False)


def walk(search: Search, question: Question) -> list[int]:
    """What is on all pages, one after the other."""
    found, seen = search.find(question), []
    while True:
        seen += [card.id for card in found.cards]
        if not found.next:
            return seen
        found = search.find(
            Question(**{name: getattr(question, name) for name in question.__struct_fields__} | {"after": found.next})
        )
