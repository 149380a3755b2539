"""Results are right at once, whatever changed."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, delete, select, update
from tests.support.stall import Stall

from haat.kernel import clock
from haat.market.catalogue import stock
from haat.market.catalogue.change_category import rename_category
from haat.market.catalogue.change_variants import change_variant
from haat.market.catalogue.description import describe
from haat.market.catalogue.edit import edit
from haat.market.catalogue.end import end
from haat.market.catalogue.listing import ListingText
from haat.market.catalogue.moderate import remove, restore
from haat.market.catalogue.publish import publish
from haat.market.catalogue.restock import restock
from haat.market.catalogue.variant import VariantText
from haat.market.search.check import disagreeing
from haat.market.search.full_texts import full_text_of
from haat.market.search.question import Question
from haat.market.search.reindex import reindex
from haat.market.search.search import Search
from haat.market.search.tables import search_rows
from haat.store import Store, Tx

PLACES = select(search_rows.c.place).order_by(search_rows.c.place)
FORGET = delete(search_rows).where(search_rows.c.place == bindparam("at"))
OUTDATE = update(search_rows).where(search_rows.c.place == bindparam("at")).values(version=0)


def found(search: Search, text: str = "", **rest: object) -> list[str]:
    return [card.title for card in search.find(Question(text=text, **rest)).cards]  # type: ignore[arg-type]


def test_an_edit_is_seen_at_once_by_every_process(store: Store, stall: Stall, search: Search) -> None:
    elsewhere = Search(Store(store.address), stall.catalogue.categories)
    cups, garden = stall.category("Cups"), stall.category("Garden")
    stall.attribute(cups, "colour")
    stall.attribute(garden, "colour")
    listing = stall.sell("Blue mug", category=cups, attributes={"colour": "blue"}, description="For tea")
    text = ListingText("Zinc can", garden, describe("For flowers"), {"colour": "zinc"})
    stall.run(edit, listing, text)
    for one in (search, elsewhere):
        for word in ("mug", "tea", "blue", "cups"):
            assert found(one, word) == []
        for word in ("zinc can", "flowers", "garden", "zimc"):
            assert found(one, word) == ["Zinc can"]
        assert found(one, facts={"colour": ["zinc"]}) == ["Zinc can"]
        assert found(one, facts={"colour": ["blue"]}) == found(one, category_id=cups) == []


def test_what_is_not_on_sale_is_not_found(stall: Stall, search: Search) -> None:
    listing = stall.draft("Blue mug")
    stall.variant(listing)
    assert found(search, "mug") == []
    stall.run(publish, listing)
    assert found(search, "mug") == ["Blue mug"]
    stall.run(end, listing)
    assert found(search, "mug") == []
    stall.run(publish, listing)
    stall.store.write(lambda tx: remove(tx, stall.catalogue, 1, listing, "No"))
    assert found(search, "mug") == []
    stall.store.write(lambda tx: restore(tx, stall.catalogue, listing))
    assert found(search, "mug") == ["Blue mug"]


def test_a_new_price_and_the_last_piece_are_seen_at_once(store: Store, stall: Stall, search: Search) -> None:
    listing = stall.draft("Blue mug")
    variant = stall.variant(listing, price=500, pieces=1)
    stall.run(publish, listing)
    stall.run(change_variant, variant, VariantText(900))
    assert found(search, high=600) == []
    assert found(search, low=900) == ["Blue mug"]
    store.write(lambda tx: stock.hold(tx, variant, 1))
    assert found(search, in_stock=True) == []
    stall.run(restock, variant, 1)
    assert found(search, in_stock=True) == ["Blue mug"]


def test_a_category_is_found_by_its_new_name(stall: Stall, search: Search) -> None:
    cups = stall.category("Cups")
    stall.sell("Glimmer", category=cups)
    stall.store.write(lambda tx: rename_category(tx, stall.catalogue.categories, cups, "Goblets"))
    assert found(search, "goblet") == ["Glimmer"]
    assert found(search, "cups") == []


def test_what_is_rolled_back_is_not_found(stall: Stall, search: Search) -> None:
    cups = stall.category("Cups")
    listing = stall.sell("Blue mug", category=cups)

    def half_done(tx: Tx) -> None:
        edit(tx, stall.catalogue, stall.shop_id, listing, ListingText("Red pot", cups))
        raise ValueError

    with pytest.raises(ValueError):
        stall.store.write(half_done)
    assert found(search, "mug") == ["Blue mug"]
    assert found(search, "pot") == []


def test_published_again_is_newest_again(stall: Stall, search: Search) -> None:
    with clock.frozen():
        first = stall.sell("Mug one")
        stall.sell("Mug two")
        assert found(search, "mug") == ["Mug two", "Mug one"]
        clock.advance(1)
        stall.run(end, first)
        stall.run(publish, first)
        assert found(search, "mug") == ["Mug one", "Mug two"]


def test_many_published_at_one_instant_all_have_a_place(stall: Stall, search: Search) -> None:
    with clock.frozen():
        for number in range(30):
            stall.sell(f"Mug {number}")
    assert len(found(search, "mug", size=100)) == 30


def test_reindexing_mends_whatever_went_wrong(store: Store, stall: Stall, search: Search) -> None:
    listings = [stall.sell(f"Mug {number}") for number in range(5)]
    stall.run(end, listings[4])
    assert disagreeing(store) == []

    def spoil(tx: Tx) -> None:
        places = [row[0] for row in tx.read(PLACES)]
        tx.run(FORGET, at=places[0])
        full_text_of(tx).erase(tx, places[1])
        tx.run(OUTDATE, at=places[2])

    store.write(spoil)
    assert sorted(disagreeing(store)) == listings[:3]
    assert list(reindex(store))[-1] == 4
    assert disagreeing(store) == []
    assert sorted(found(search, "mug")) == ["Mug 0", "Mug 1", "Mug 2", "Mug 3"]
