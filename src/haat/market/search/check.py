"""Does the index agree with the database?"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, TableClause, bindparam, or_, select, union

from haat.market.catalogue.tables import listings
from haat.market.search.absent import has_full_text
from haat.market.search.tables import listing_text, listing_text_all, search_rows
from haat.store import Reader, Store


def disagreeing(store: Store | Reader, most: int = 100) -> list[int]:
    """Listings that the index is wrong about, at most so many: missing, no longer on sale, or indexed in another version."""
    return [row[0] for row in store.read(_DISAGREEING, most=most)] if has_full_text(store) else []


_on_sale = listings.c.state == "active"

_missing = (
    select(listings.c.id)
    .outerjoin(search_rows, search_rows.c.listing_id == listings.c.id)
    .where(_on_sale, or_(search_rows.c.place.is_(None), search_rows.c.version != listings.c.version))
)
_no_longer = select(search_rows.c.listing_id).join(listings, listings.c.id == search_rows.c.listing_id).where(~_on_sale)


def _without(text: TableClause) -> Select[Any]:
    return (
        select(search_rows.c.listing_id)
        .outerjoin(text, text.c.rowid == search_rows.c.place)
        .where(text.c.rowid.is_(None))
    )


_DISAGREEING = union(_missing, _no_longer, _without(listing_text), _without(listing_text_all)).limit(bindparam("most"))
