"""Pages of cards: every listing once, newest first, one statement a page."""

from __future__ import annotations

import pytest
from tests.support.stall import Stall

from haat.kernel import clock
from haat.market.catalogue import card
from haat.store import Store


@pytest.fixture
def shelf(stall: Stall) -> list[int]:
    """Seven listings in two categories, some published at the same instant; oldest first."""
    listings = []
    with clock.frozen():
        for number in range(7):
            listings.append(stall.sell(f"Thing {number}", category=stall.category("Kitchen", f"Part {number % 2}")))
            if number % 3 == 0:
                clock.advance(5)
    return listings


def walk(page, *args) -> list[int]:
    found, after = [], None
    while True:
        cards, after = page(*args, after, 2)
        found += [one.id for one in cards]
        if after is None:
            return found


def test_paging_shows_everything_once_newest_first(store: Store, stall: Stall, shelf: list[int]) -> None:
    expected = shelf[::-1]
    assert walk(card.newest, store) == expected
    assert walk(card.of_shop, store, stall.shop_id) == expected
    assert walk(card.in_category, store, stall.category("Kitchen")) == expected
    assert walk(card.in_category, store, stall.category("Kitchen", "Part 1")) == expected[1::2]
    assert walk(card.in_category, store, stall.category("Garden")) == []


def test_what_arrives_while_one_pages_moves_nothing(store: Store, stall: Stall, shelf: list[int]) -> None:
    first = card.newest(store, None, 3)
    stall.sell("Newcomer")
    second = card.newest(store, first.next, 4)
    assert [one.id for one in first.cards + second.cards] == shelf[::-1]
    assert second.next is None


@pytest.mark.only_on("sqlite", "it reads the plan in SQLite's words")
@pytest.mark.parametrize("is_later", [False, True])
def test_every_page_is_read_along_an_index(store: Store, stall: Stall, shelf: list[int], is_later: bool) -> None:
    values = {"size": 25, "shop": 1, "category": 1, "after_at": 1, "after_id": 1}
    for statement in (card._all(is_later), card._of_shop(is_later), card._on_shelf(is_later)):
        text, constants = store._statements.of(statement)
        plan = [row[3] for row in store.connection().execute(f"EXPLAIN QUERY PLAN {text}", {**constants, **values})]
        assert not any("SCAN" in step or "TEMP B-TREE" in step for step in plan), plan
