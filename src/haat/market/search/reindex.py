"""Make the whole index anew, a few listings at a time: the market goes on meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy import Delete, Select, TableClause, bindparam, delete, or_, select

from haat.market.catalogue.tables import listings
from haat.market.search.index import forget, index
from haat.market.search.tables import listing_text, listing_text_all, search_rows
from haat.store import Store, Tx

_BATCH = 100


def reindex(store: Store) -> Iterator[int]:
    """Index every listing again; yields how many are done, as it goes. Can be stopped and begun again at any time."""
    done, last = 0, 0
    while ids := [row[0] for row in store.read(_NEXT, last=last, most=_BATCH)]:
        store.write(partial(_again, ids=ids))
        done, last = done + len(ids), ids[-1]
        yield done
    for stray, erase in _STRAY:
        for (place,) in store.read(stray):
            store.write(partial(_run, statement=erase, place=place))


def _again(tx: Tx, ids: list[int]) -> None:
    for listing_id in ids:
        forget(tx, listing_id)
        index(tx, listing_id)


def _run(tx: Tx, statement: Delete, place: int) -> None:
    tx.run(statement, place=place)


def _stray(text: TableClause) -> tuple[Select[Any], Delete]:
    strays = (
        select(text.c.rowid)
        .outerjoin(search_rows, search_rows.c.place == text.c.rowid)
        .where(search_rows.c.place.is_(None))
    )
    return strays, delete(text).where(text.c.rowid == bindparam("place"))


_NEXT = (
    select(listings.c.id)
    .outerjoin(search_rows, search_rows.c.listing_id == listings.c.id)
    .where(listings.c.id > bindparam("last"), or_(listings.c.state == "active", search_rows.c.place.is_not(None)))
    .order_by(listings.c.id)
    .limit(bindparam("most"))
)

# Text that belongs to nothing is counted and never shown.
_STRAY = (_stray(listing_text), _stray(listing_text_all))
