"""Begin a listing: a draft that only its shop sees."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from haat.kernel.errors import Invalid
from haat.kernel.ids import new_id
from haat.market.accounts.tables import shops
from haat.market.catalogue.edit import write_details
from haat.market.catalogue.handle import free_handle, handle_of
from haat.market.catalogue.listing import Catalogue, Checked, Kind, ListingText, check
from haat.market.catalogue.tables import listing_details, listings
from haat.store import Tx


def create(tx: Tx, catalogue: Catalogue, shop_id: int, text: ListingText, kind: Kind = "product") -> int:
    """A new draft without variants; returns its id. What kind of listing it is stays. Raises Invalid, and NotFound for the category."""
    checked = check(tx, catalogue, text, on_sale=False)
    listing_id = new_id()
    handle = _given(tx, shop_id, text.handle) if text.handle else _made(tx, shop_id, checked)
    _insert(tx, catalogue, shop_id, listing_id, kind, handle, text.category_id, checked.title)
    tx.insert(listing_details, listing_id=listing_id, description="", facts="[]")
    write_details(tx, listing_id, text.description, checked.facts)
    return listing_id


def _given(tx: Tx, shop_id: int, text: str) -> str:
    handle = handle_of(text)
    if not handle or tx.value(_IS_TAKEN, shop=shop_id, handle=handle):
        problem = f"Another listing of your shop is called “{handle}”." if handle else "Write letters or figures."
        raise Invalid("The listing cannot be saved like this.", fields={"handle": problem})
    return handle


def _made(tx: Tx, shop_id: int, checked: Checked) -> str:
    return free_handle(handle_of(checked.title), lambda handle: bool(tx.value(_IS_TAKEN, shop=shop_id, handle=handle)))


def _insert(
    tx: Tx, catalogue: Catalogue, shop_id: int, listing_id: int, kind: Kind, handle: str, category_id: int, title: str
) -> None:
    tx.insert(
        listings,
        id=listing_id,
        kind=kind,
        shop_id=shop_id,
        category_id=category_id,
        handle=handle,
        title=title,
        state="draft",
        currency=tx.value(_CURRENCY, shop=shop_id) or catalogue.currency,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
        price_from=0,
        price_to=0,
        free=0,
    )


_CURRENCY = select(shops.c.currency).where(shops.c.id == bindparam("shop"))
_IS_TAKEN = select(listings.c.id).where(
    listings.c.shop_id == bindparam("shop"), listings.c.handle == bindparam("handle")
)
