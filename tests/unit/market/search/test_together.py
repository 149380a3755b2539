"""Many who change listings at the same time leave an index that says what the listings say, whatever database it is in."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from tests.support.stall import Stall

from haat.kernel.errors import Refused
from haat.market.catalogue.description import describe
from haat.market.catalogue.edit import edit
from haat.market.catalogue.end import end
from haat.market.catalogue.listing import ListingText
from haat.market.catalogue.publish import publish
from haat.market.search.check import disagreeing
from haat.market.search.index import index
from haat.market.search.question import Question
from haat.market.search.reindex import reindex
from haat.market.search.search import Search
from haat.store import Store

WORDS = ("apple", "bread", "candle", "drum")


def test_eight_who_edit_end_and_index_the_same_listings_stand_in_nobodys_way(
    store: Store, stall: Stall, search: Search
) -> None:
    shelf = stall.category("Attic")
    listings = [stall.sell(f"Thing {number}", category=shelf) for number in range(6)]

    def meddle(seed: int) -> None:
        chance = random.Random(seed)
        for turn in range(12):
            listing_id, act = chance.choice(listings), chance.randrange(4)
            try:
                if act == 0:
                    title = f"{chance.choice(WORDS)} new{seed}x{turn}"
                    stall.run(edit, listing_id, ListingText(title, shelf, describe(chance.choice(WORDS)), {}))
                elif act == 1:
                    stall.run(end, listing_id)
                elif act == 2:
                    stall.run(publish, listing_id)
                else:
                    store.write(partial(index, listing_id=listing_id))
            except Refused:
                pass  # It has been ended or published already.

    with ThreadPoolExecutor(8) as people:
        list(people.map(meddle, range(8)))
        list(people.map(lambda _: list(reindex(store)), range(2)))

    assert disagreeing(store) == []
    on_sale = search.find(Question(size=100)).cards
    for word in WORDS:
        by_title = {card.id for card in on_sale if word in card.title}
        found = {card.id for card in search.find(Question(text=word, size=100)).cards}
        assert by_title <= found


@pytest.mark.parametrize("title", ["The go to 5 x", "Of a 24-mm drill", "No is at by"])
@pytest.mark.parametrize("how", [str, str.upper, lambda title: title.replace("-", " ")])
def test_short_and_common_words_and_figures_are_words(stall: Stall, search: Search, title: str, how: object) -> None:
    stall.sell(title)
    stall.sell("Something else")
    for text in (title, *title.split()):
        found = search.find(Question(text=how(text)))  # type: ignore[operator]
        assert [card.title for card in found.cards] == [title]
