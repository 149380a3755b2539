"""Does the index agree with the database?"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Select, and_, bindparam, func, or_, select, union

from haat.market.catalogue.tables import listings, promoted_listings, shelves
from haat.market.search.full_text import Text
from haat.market.search.full_texts import full_text_of
from haat.market.search.tables import search_promoted, search_rows
from haat.store import Reader, Store


def disagreeing(store: Store | Reader, most: int = 100) -> list[int]:
    """Listings that the index is wrong about, at most so many: missing, no longer on sale, indexed in another version, or wrongly marked."""
    full_text = full_text_of(store)
    return [row[0] for row in store.read(_disagreeing(full_text.tidy, full_text.whole), most=most)]


@cache
def _disagreeing(*texts: Text) -> CompoundSelect[Any]:
    return union(_missing, _no_longer, _unmarked, _wrongly_marked, *map(_without, dict.fromkeys(texts))).limit(
        bindparam("most")
    )


def _without(text: Text) -> Select[Any]:
    """Both are read once from the beginning to the end: to look for each place in a full text would take twice as long."""
    lost = select(search_rows.c.place).except_(select(text.place).select_from(text.table)).subquery()
    return select(search_rows.c.listing_id).where(search_rows.c.place.in_(select(lost.c.place)))


_on_sale = listings.c.state == "active"

_missing = (
    select(listings.c.id)
    .outerjoin(search_rows, search_rows.c.listing_id == listings.c.id)
    .where(_on_sale, or_(search_rows.c.place.is_(None), search_rows.c.version != listings.c.version))
)
_no_longer = select(search_rows.c.listing_id).join(listings, listings.c.id == search_rows.c.listing_id).where(~_on_sale)
# What stands out is marked at its place on each of its shelves, and nothing else is.
_unmarked = (
    select(promoted_listings.c.listing_id)
    .join(shelves, shelves.c.listing_id == promoted_listings.c.listing_id)
    .join(search_rows, search_rows.c.listing_id == promoted_listings.c.listing_id)
    .outerjoin(
        search_promoted,
        and_(search_promoted.c.category_id == shelves.c.category_id, search_promoted.c.place == search_rows.c.place),
    )
    .where(search_promoted.c.listing_id.is_(None))
)
_wrongly_marked = (
    select(search_promoted.c.listing_id)
    .outerjoin(promoted_listings, promoted_listings.c.listing_id == search_promoted.c.listing_id)
    .outerjoin(search_rows, search_rows.c.place == search_promoted.c.place)
    .where(
        or_(
            promoted_listings.c.listing_id.is_(None),
            func.coalesce(search_rows.c.listing_id, 0) != search_promoted.c.listing_id,
        )
    )
)
