"""Which pictures are in use: whatever is not among them may be thrown away, so none may be missing."""

from __future__ import annotations

import json

from sqlalchemy import String, select
from tests.support.world import World

from haat.kernel.ids import new_id
from haat.market.accounts.portrait import show_face
from haat.market.accounts.shop import get_shop
from haat.market.catalogue.photos import Picture, add_photo, remove_photo
from haat.market.catalogue.tables import variants
from haat.market.deals.tables import deal_events, deals
from haat.market.tables import metadata
from haat.market.truth.pictures import COLUMNS, in_use

COVER, SECOND, FACE, DAMAGE = ("a" * 64, "b" * 64, "c" * 64, "d" * 64)


def test_no_column_that_can_hold_a_picture_is_forgotten() -> None:
    found = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String) and column.type.length == 64
    }
    found.remove("idempotency_keys.request_hash")  # of what was asked for
    assert found == {f"{column.table.name}.{column.name}" for column in COLUMNS}


def test_what_is_shown_was_bought_or_was_shown_in_a_deal_is_in_use(world: World) -> None:
    store, catalogue = world.store, world.catalogue
    shop_id = world.shop()
    variant = world.variant(shop_id)
    listing = store.value(select(variants.c.listing_id).where(variants.c.id == variant))
    assert in_use(store) == set()
    cover = store.write(lambda tx: add_photo(tx, catalogue, shop_id, listing, Picture(COVER, 10, 10)))
    store.write(lambda tx: add_photo(tx, catalogue, shop_id, listing, Picture(SECOND, 10, 10)))
    owner = get_shop(store, shop_id).owner_id
    store.write(lambda tx: show_face(tx, owner, FACE))
    world.buy(world.account(), {variant: 1})
    deal = store.value(select(deals.c.id))
    event = {"id": new_id(), "deal_id": deal, "at": 0, "move": "claim", "from_state": "", "to_state": ""}
    data = json.dumps({"photos": [DAMAGE]})
    store.write(lambda tx: tx.insert(deal_events, **event, by_role="seller", by_id=None, data=data))
    store.write(lambda tx: remove_photo(tx, catalogue, shop_id, cover))
    assert in_use(store) == {COVER, SECOND, FACE, DAMAGE}
