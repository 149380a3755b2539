"""Does the index agree with the database?"""

from __future__ import annotations

from sqlalchemy import bindparam, or_, select, union_all

from haat.market.catalogue.tables import listings
from haat.market.search.tables import listing_text, search_rows
from haat.store import Reader, Store


def disagreeing(store: Store | Reader, most: int = 100) -> list[int]:
    """Listings that the index is wrong about, at most so many: missing, no longer on sale, or indexed in another version."""
    return [row[0] for row in store.read(_DISAGREEING, most=most)]


_on_sale = listings.c.state == "active"

_missing = (
    select(listings.c.id)
    .outerjoin(search_rows, search_rows.c.listing_id == listings.c.id)
    .where(_on_sale, or_(search_rows.c.place.is_(None), search_rows.c.version != listings.c.version))
)
_no_longer = select(search_rows.c.listing_id).join(listings, listings.c.id == search_rows.c.listing_id).where(~_on_sale)
_without_text = (
    select(search_rows.c.listing_id)
    .outerjoin(listing_text, listing_text.c.rowid == search_rows.c.place)
    .where(listing_text.c.rowid.is_(None))
)
_DISAGREEING = union_all(_missing, _no_longer, _without_text).limit(bindparam("most"))
