"""Begin a listing: a draft that only its shop sees."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from haat.kernel.errors import Invalid
from haat.kernel.ids import new_id
from haat.kernel.text import free_name
from haat.market.accounts.tables import shops
from haat.market.catalogue.edit import write_details
from haat.market.catalogue.handle import LONGEST, handle_of
from haat.market.catalogue.listing import Catalogue, Checked, Kind, ListingText, check
from haat.market.catalogue.tables import listing_details, listings
from haat.store import Tx


def create(tx: Tx, catalogue: Catalogue, shop_id: int, text: ListingText, kind: Kind = "product") -> int:
    """A new draft without variants; returns its id. What kind of listing it is stays. Raises Invalid, and NotFound for the category."""
    checked = check(tx, catalogue, text, on_sale=False)
    listing_id = new_id()
    row = {
        "id": listing_id,
        "kind": kind,
        "shop_id": shop_id,
        "category_id": text.category_id,
        "title": checked.title,
        "state": "draft",
        "currency": tx.value(_CURRENCY, shop=shop_id) or catalogue.currency,
        "version": 1,
        "created_at": tx.now,
        "updated_at": tx.now,
        "price_from": 0,
        "price_to": 0,
        "free": 0,
    }
    # Others may take a handle between our look and our insert: then it is looked for again, and not the whole unit begun anew.
    while not tx.insert_once(listings, **row, handle=_handle(tx, shop_id, text, checked)):
        pass
    tx.insert(listing_details, listing_id=listing_id, description="", facts="[]")
    write_details(tx, listing_id, text.description, checked.facts)
    return listing_id


def _handle(tx: Tx, shop_id: int, text: ListingText, checked: Checked) -> str:
    def is_taken(handle: str) -> bool:
        return tx.first(_IS_TAKEN, shop=shop_id, handle=handle) is not None

    if not text.handle:
        return free_name(handle_of(checked.title) or "thing", is_taken, LONGEST)
    handle = handle_of(text.handle)
    if not handle or is_taken(handle):
        problem = f"Another listing of your shop is called “{handle}”." if handle else "Write letters or figures."
        raise Invalid("The listing cannot be saved like this.", fields={"handle": problem})
    return handle


_CURRENCY = select(shops.c.currency).where(shops.c.id == bindparam("shop"))
_IS_TAKEN = select(listings.c.id).where(
    listings.c.shop_id == bindparam("shop"), listings.c.handle == bindparam("handle")
)
