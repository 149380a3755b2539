"""Make the whole index anew, a few listings at a time: the market goes on meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import Any

from sqlalchemy import Select, bindparam, or_, select

from haat.market.catalogue.tables import listings
from haat.market.search.full_text import FullText, Text
from haat.market.search.full_texts import full_text_of
from haat.market.search.index import forget, index
from haat.market.search.tables import search_rows
from haat.store import Store, Tx

_BATCH = 100


def reindex(store: Store) -> Iterator[int]:
    """Index every listing again; yields how many are done, as it goes. Can be stopped and begun again at any time."""
    done, last = 0, 0
    while ids := [row[0] for row in store.read(_NEXT, last=last, most=_BATCH)]:
        store.write(partial(_again, ids=ids))
        done, last = done + len(ids), ids[-1]
        yield done
    full_text = full_text_of(store)
    for text in (full_text.tidy, full_text.whole):
        while store.write(partial(_erase_strays, full_text=full_text, text=text)):
            pass


def _again(tx: Tx, ids: list[int]) -> None:
    for listing_id in ids:
        forget(tx, listing_id)
        index(tx, listing_id)


def _erase_strays(tx: Tx, full_text: FullText, text: Text) -> int:
    strays = tx.read(_strays(text), most=_BATCH)
    for (place,) in strays:
        full_text.erase(tx, place)
    return len(strays)


@cache
def _strays(text: Text) -> Select[Any]:
    """Text that belongs to nothing is counted and never shown."""
    return (
        select(text.place)
        .select_from(text.table)
        .outerjoin(search_rows, search_rows.c.place == text.place)
        .where(search_rows.c.place.is_(None))
        .limit(bindparam("most"))
    )


_NEXT = (
    select(listings.c.id)
    .outerjoin(search_rows, search_rows.c.listing_id == listings.c.id)
    .where(listings.c.id > bindparam("last"), or_(listings.c.state == "active", search_rows.c.place.is_not(None)))
    .order_by(listings.c.id)
    .limit(bindparam("most"))
)
