"""Pages of cards: what is for sale, newest first, each page one statement."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, select, tuple_

from haat.market.accounts.tables import shops
from haat.market.catalogue.listing import Kind
from haat.market.catalogue.queries import CARD
from haat.market.catalogue.tables import listings, shelves
from haat.store import Store


class Card(NamedTuple):
    """A listing as it stands among others. Prices are minor units; `free` pieces can be bought; `photo` is the hash of the cover.

    What of it can change without the version changing is only `free`.
    """

    id: int
    title: str
    handle: str
    price_from: int
    price_to: int
    compare_at: int | None
    currency: str
    photo: str | None
    photo_alt: str
    shop_name: str
    shop_slug: str
    free: int
    version: int
    published_at: int
    kind: Kind = "product"

    @property
    def is_sold_out(self) -> bool:
        return self.free <= 0


class After(NamedTuple):
    """The last card of the page before."""

    published_at: int
    id: int


class Page(NamedTuple):
    """`next` is where the next page begins; None when this is the last."""

    cards: list[Card]
    next: After | None


def newest(store: Store, after: After | None = None, size: int = 24) -> Page:
    """The whole market."""
    return _page(store, _all(after is not None), after, size)


def in_category(store: Store, category_id: int, after: After | None = None, size: int = 24) -> Page:
    """A category with all below it."""
    return _page(store, _on_shelf(after is not None), after, size, category=category_id)


def of_shop(store: Store, shop_id: int, after: After | None = None, size: int = 24) -> Page:
    """What one shop sells."""
    return _page(store, _of_shop(after is not None), after, size, shop=shop_id)


def _page(store: Store, statement: Select[tuple[object, ...]], after: After | None, size: int, **params: int) -> Page:
    if after is not None:
        params |= {"after_at": after.published_at, "after_id": after.id}
    cards = [Card._make(row) for row in store.read(statement, size=size + 1, **params)]
    if len(cards) <= size:
        return Page(cards, None)
    last = cards[size - 1]
    return Page(cards[:size], After(last.published_at, last.id))


@cache
def _all(is_later: bool) -> Select[tuple[object, ...]]:
    return _listed(listings, listings.c.published_at, listings.c.id, is_later, listings.c.state == "active")


@cache
def _of_shop(is_later: bool) -> Select[tuple[object, ...]]:
    chosen = and_(listings.c.state == "active", listings.c.shop_id == bindparam("shop"))
    return _listed(listings, listings.c.published_at, listings.c.id, is_later, chosen)


@cache
def _on_shelf(is_later: bool) -> Select[tuple[object, ...]]:
    source = shelves.join(listings, listings.c.id == shelves.c.listing_id)
    chosen = shelves.c.category_id == bindparam("category")
    return _listed(source, shelves.c.published_at, shelves.c.listing_id, is_later, chosen)


def _listed(
    source: FromClause, at: ColumnElement[int], id_: ColumnElement[int], is_later: bool, chosen: ColumnElement[bool]
) -> Select[tuple[object, ...]]:
    statement = select(*CARD).select_from(source.join(shops, shops.c.id == listings.c.shop_id)).where(chosen)
    if is_later:
        statement = statement.where(tuple_(at, id_) < tuple_(bindparam("after_at"), bindparam("after_id")))
    return statement.order_by(at.desc(), id_.desc()).limit(bindparam("size"))
