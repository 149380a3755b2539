"""What stands out because its owner pays for it: beside the results, in turns, and only for who looks around."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from tests.support.stall import Stall

from haat.kernel import clock
from haat.kernel.clock import DAY, MINUTE
from haat.market.catalogue.stand_out import stand_out
from haat.market.search.index import index
from haat.market.search.promoted import ROOM, in_turn
from haat.market.search.question import Question
from haat.market.search.search import Search
from haat.store import Store


def promote(stall: Stall, *listings: int) -> None:
    for listing in listings:
        stall.store.write(lambda tx, one=listing: stand_out(tx, stall.catalogue, one, tx.now + DAY))  # type: ignore[misc]


@given(st.lists(st.integers(), min_size=1, max_size=50, unique=True), st.integers(0, 2**42))
def test_in_the_long_run_all_are_shown_as_often(places: list[int], now: int) -> None:
    shown = [in_turn(places, now + minute * MINUTE)[:ROOM] for minute in range(len(places))]
    assert all(len(some) == len(set(some)) == min(ROOM, len(places)) for some in shown)
    assert len(set(Counter(place for some in shown for place in some).values())) == 1


def test_it_stands_in_its_category_and_in_all_above_and_nowhere_else(store: Store) -> None:
    stall = Stall(store, index)
    cups, chairs = stall.category("Kitchen", "Cups"), stall.category("Garden", "Chairs")
    cup, chair = stall.sell("Blue cup", category=cups), stall.sell("Blue chair", category=chairs)
    stall.sell("Red cup", category=cups)
    search = Search(store, stall.catalogue.categories)

    def shown(**question: object) -> set[int]:
        return {card.id for card in search.promoted(Question(**question))}  # type: ignore[arg-type]

    assert shown() == set()
    promote(stall, cup, chair)
    kitchen = stall.tree.breadcrumbs(cups)[0].id
    assert shown() == {cup, chair}
    assert shown(category_id=cups) == shown(category_id=kitchen) == {cup}
    assert shown(category_id=chairs) == {chair}
    assert shown(high=1000) == set() and shown(low=1000) == {cup, chair}
    assert shown(sort="newest") == {cup, chair}
    for asked in ({"text": "blue"}, {"sort": "price_up"}, {"shop_id": stall.shop_id}, {"after": "0-1"}):
        assert shown(**asked) == set()


def test_results_and_their_order_are_the_same_with_promotions_and_without(store: Store) -> None:
    stall = Stall(store, index)
    listings = [stall.sell(title, description="A blue thing.") for title in ("Blue cup", "Cup", "Blue cup with saucer")]
    search = Search(store, stall.catalogue.categories)

    def found() -> list[tuple[list[int], int, object]]:
        asked = (Question(text="blue cup"), Question(text="blue"), Question(), Question(sort="price_up"))
        answers = [search.find(question) for question in asked]
        return [([card.id for card in one.cards], one.count, one.facets) for one in answers]

    before = found()
    promote(stall, listings[1])
    assert found() == before
    assert search.suggest("promoted").titles == [] and search.find(Question(text="yes promoted")).count == 0


def test_where_many_stand_out_they_take_turns_by_the_minute(store: Store) -> None:
    stall = Stall(store, index)
    listings = [stall.sell(f"Cup {number}") for number in range(3 * ROOM)]
    search = Search(store, stall.catalogue.categories)
    promote(stall, *listings)
    seen: set[int] = set()
    with clock.frozen():
        for _ in range(3):
            shown = [card.id for card in search.promoted(Question())]
            assert len(shown) == ROOM
            seen.update(shown)
            clock.advance(MINUTE)
    assert seen == set(listings)
