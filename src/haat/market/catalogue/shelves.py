"""Where active listings stand: in their category and in all above it."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, insert

from haat.market.catalogue.category import Tree
from haat.market.catalogue.tables import shelves
from haat.store import Tx


def place(tx: Tx, tree: Tree, listing_id: int, category_id: int, published_at: int) -> None:
    """Put the listing on its shelves, and on no others."""
    clear(tx, listing_id)
    where = [category.id for category in tree.breadcrumbs(category_id)]
    tx.many(_PLACE, [{"category": id_, "at": published_at, "listing": listing_id} for id_ in where])


def clear(tx: Tx, listing_id: int) -> None:
    """Take it off."""
    tx.run(_CLEAR, listing=listing_id)


_PLACE = insert(shelves).values(
    category_id=bindparam("category"), published_at=bindparam("at"), listing_id=bindparam("listing")
)
_CLEAR = delete(shelves).where(shelves.c.listing_id == bindparam("listing"))
