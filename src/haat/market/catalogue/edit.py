"""Change what a listing says."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import BindParameter, bindparam, delete, insert, update

from haat.kernel.errors import Conflict
from haat.market.catalogue import shelves
from haat.market.catalogue.attribute import Fact
from haat.market.catalogue.listing import Catalogue, ListingText, Owned, check, own, refresh
from haat.market.catalogue.tables import listing_attributes, listing_details, listings
from haat.store import Tx


def edit(
    tx: Tx, catalogue: Catalogue, shop_id: int, listing_id: int, text: ListingText, seen: int | None = None
) -> None:
    """Replace title, category, description and attributes; the handle stays, so links do not break.

    `seen` is the version that the seller had before them: Conflict when it is no longer that one. Raises Invalid and NotFound.
    """
    listing = own(tx, shop_id, listing_id)
    checked = check(tx, catalogue, text, on_sale=listing.is_offered)
    expected = listing.version if seen is None else seen
    if not tx.run(_EDIT, listing=listing_id, seen=expected, new_title=checked.title, new_category=text.category_id):
        raise Conflict(
            "Somebody changed this listing meanwhile.",
            why="It is no longer the version that you were shown.",
            try_="Look at it as it is now, and change it again.",
        )
    write_details(tx, listing_id, text.description, checked.facts)
    _move(tx, catalogue, listing, text.category_id)
    refresh(tx, catalogue, listing_id)


def write_details(tx: Tx, listing_id: int, description: str, facts: Sequence[Fact]) -> None:
    """Store the description and the attributes, in both of their forms."""
    shown = msgspec.json.encode([fact[:3] for fact in facts]).decode()
    tx.run(_DETAILS, listing=listing_id, new_description=description, new_facts=shown)
    tx.run(_FORGET, listing=listing_id)
    if facts:
        rows = [{"listing": listing_id, "key": fact.key, "words": fact.words, "number": fact.number} for fact in facts]
        tx.many(_SAY, rows)


def _move(tx: Tx, catalogue: Catalogue, listing: Owned, category_id: int) -> None:
    if listing.state == "active" and listing.category_id != category_id:
        assert listing.published_at is not None
        shelves.place(tx, catalogue.categories.tree(tx), listing.id, category_id, listing.published_at)


_LISTING: BindParameter[int] = bindparam("listing")

_EDIT = (
    update(listings)
    .where(listings.c.id == _LISTING, listings.c.version == bindparam("seen"))
    .values(title=bindparam("new_title"), category_id=bindparam("new_category"))
)
_DETAILS = (
    update(listing_details)
    .where(listing_details.c.listing_id == _LISTING)
    .values(description=bindparam("new_description"), facts=bindparam("new_facts"))
)
_FORGET = delete(listing_attributes).where(listing_attributes.c.listing_id == _LISTING)
_SAY = insert(listing_attributes).values(
    listing_id=_LISTING, key=bindparam("key"), words=bindparam("words"), number=bindparam("number")
)
