"""Do the shelves agree with the listings?"""

from __future__ import annotations

from sqlalchemy import and_, bindparam, or_, select, union

from haat.market.catalogue.tables import categories, listings, shelves
from haat.store import Reader


def misplaced(reader: Reader, most: int = 100) -> list[int]:
    """Listings that do not stand in their category and in all above it, or do and are not on sale; at most so many."""
    return [row[0] for row in reader.read(_MISPLACED, most=most)]


_start = select(categories.c.id, categories.c.id.label("above"), categories.c.parent_id.label("next")).cte(
    "places", recursive=True
)
_places = _start.union_all(
    select(_start.c.id, categories.c.id, categories.c.parent_id).join(categories, categories.c.id == _start.c.next)
)

_missing = (
    select(listings.c.id)
    .join(_places, _places.c.id == listings.c.category_id)
    .outerjoin(
        shelves,
        and_(
            shelves.c.category_id == _places.c.above,
            shelves.c.published_at == listings.c.published_at,
            shelves.c.listing_id == listings.c.id,
        ),
    )
    .where(listings.c.state == "active", shelves.c.listing_id.is_(None))
)
_astray = (
    select(shelves.c.listing_id)
    .join(listings, listings.c.id == shelves.c.listing_id)
    .outerjoin(
        _places,
        and_(
            _places.c.id == listings.c.category_id,
            _places.c.above == shelves.c.category_id,
            shelves.c.published_at == listings.c.published_at,
        ),
    )
    .where(or_(listings.c.state != "active", _places.c.above.is_(None)))
)
_MISPLACED = union(_missing, _astray).limit(bindparam("most"))
