"""A listing that stands where it should not is found."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, update
from tests.support.stall import Stall

from haat.market.catalogue.check import misplaced
from haat.market.catalogue.edit import edit
from haat.market.catalogue.end import end
from haat.market.catalogue.listing import ListingText
from haat.market.catalogue.tables import listings, shelves
from haat.store import Tx

TAKE = delete(shelves).where(
    shelves.c.listing_id == bindparam("listing"), shelves.c.category_id == bindparam("category")
)
SET_STATE = update(listings).where(listings.c.id == bindparam("listing")).values(state="ended")


def test_whatever_is_done_by_the_use_cases_leaves_everything_in_its_place(stall: Stall) -> None:
    first, second = stall.sell(category=stall.category("A", "B", "C")), stall.sell(category=stall.category("A"))
    stall.run(edit, first, ListingText("Moved", stall.category("AB")))
    stall.run(end, second)
    assert misplaced(stall.store) == []


def test_each_way_to_stand_wrong_is_found(stall: Stall) -> None:
    top, deep, other = stall.category("A"), stall.category("A", "B"), stall.category("Other")
    missing, ended, everywhere = (stall.sell(f"Thing {n}", category=deep) for n in range(3))

    def spoil(tx: Tx) -> None:
        tx.run(TAKE, listing=missing, category=top)
        tx.run(SET_STATE, listing=ended)
        tx.insert(shelves, category_id=other, published_at=1, listing_id=everywhere)

    stall.store.write(spoil)
    assert sorted(misplaced(stall.store)) == [missing, ended, everywhere]
