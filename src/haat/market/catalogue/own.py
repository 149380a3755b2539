"""A seller's own listings, whatever their state, and what the editor shows of one."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import msgspec
from sqlalchemy import BindParameter, Select, bindparam, case, func, select

from haat.market.catalogue.listing import State
from haat.market.catalogue.stock import Stock
from haat.market.catalogue.tables import listing_attributes, listings, stock, variants
from haat.market.catalogue.variant import Options
from haat.store import Store


class OwnListing(NamedTuple):
    """A row of the seller's list. `held` and `sold` pieces are promised to deals, paid and not sent."""

    id: int
    title: str
    handle: str
    state: State
    price_from: int
    price_to: int
    currency: str
    photo: str | None
    photo_alt: str
    free: int
    held: int
    sold: int
    version: int
    updated_at: int
    removed_why: str | None


class OwnVariant(NamedTuple):
    """A variant with all its pieces; `retired_at` is set when it is no longer offered."""

    id: int
    sku: str
    options: Options
    price: int
    compare_at: int | None
    stock: Stock
    retired_at: int | None


class Counts(NamedTuple):
    """How many listings of a shop are in each state; `sold_out` are those on sale of which nothing is left."""

    draft: int
    active: int
    sold_out: int
    ended: int
    removed: int


def own_listings(
    store: Store, shop_id: int, state: State, *, before: int | None = None, size: int = 50
) -> list[OwnListing]:
    """The shop's listings in this state, newest first, from those with an id below `before`."""
    params = {"shop": shop_id, "state": state, "size": size} | ({} if before is None else {"before": before})
    return [OwnListing._make(row) for row in store.read(_page(before is not None), **params)]


def own_counts(store: Store, shop_id: int) -> Counts:
    """All in one look."""
    rows: dict[str, tuple[int, int]] = {
        state: (number, empty) for state, number, empty in store.read(_COUNTS, shop=shop_id)
    }
    draft, active, ended, removed = (rows.get(state, (0, 0)) for state in ("draft", "active", "ended", "removed"))
    return Counts(draft[0], active[0], active[1], ended[0], removed[0])


def own_variants(store: Store, shop_id: int, listing_id: int) -> list[OwnVariant]:
    """The variants of the shop's listing, those on offer first."""
    return [_variant(*row) for row in store.read(_VARIANTS, shop=shop_id, listing=listing_id)]


def own_attributes(store: Store, shop_id: int, listing_id: int) -> dict[str, str]:
    """What the shop's listing says, by the key of the attribute."""
    return {row[0]: row[1] for row in store.read(_SAID, shop=shop_id, listing=listing_id)}


def _variant(
    id_: int,
    sku: str,
    options: str,
    price: int,
    compare_at: int | None,
    on_hand: int,
    held: int,
    sold: int,
    retired_at: int | None,
) -> OwnVariant:
    return OwnVariant(id_, sku, _decode(options), price, compare_at, Stock(on_hand, held, sold), retired_at)


_decode = msgspec.json.Decoder(Options).decode
_SHOP: BindParameter[int] = bindparam("shop")
_LISTING: BindParameter[int] = bindparam("listing")


@cache
def _page(is_later: bool) -> Select[tuple[object, ...]]:
    statement = (
        select(
            listings.c.id,
            listings.c.title,
            listings.c.handle,
            listings.c.state,
            listings.c.price_from,
            listings.c.price_to,
            listings.c.currency,
            listings.c.photo,
            listings.c.photo_alt,
            listings.c.free,
            func.coalesce(func.sum(stock.c.held), 0),
            func.coalesce(func.sum(stock.c.sold), 0),
            listings.c.version,
            listings.c.updated_at,
            listings.c.removed_why,
        )
        .outerjoin(variants, variants.c.listing_id == listings.c.id)
        .outerjoin(stock, stock.c.variant_id == variants.c.id)
        .where(listings.c.shop_id == _SHOP, listings.c.state == bindparam("state"))
        .group_by(listings.c.id)
        .order_by(listings.c.id.desc())
        .limit(bindparam("size"))
    )
    return statement.where(listings.c.id < bindparam("before")) if is_later else statement


_COUNTS = (
    select(listings.c.state, func.count(), func.sum(case((listings.c.free == 0, 1), else_=0)))
    .where(listings.c.shop_id == _SHOP)
    .group_by(listings.c.state)
)

_VARIANTS = (
    select(
        variants.c.id,
        variants.c.sku,
        variants.c.options,
        variants.c.price,
        variants.c.compare_at,
        stock.c.on_hand,
        stock.c.held,
        stock.c.sold,
        variants.c.retired_at,
    )
    .join(stock, stock.c.variant_id == variants.c.id)
    .where(variants.c.shop_id == _SHOP, variants.c.listing_id == _LISTING)
    .order_by(variants.c.retired_at.is_not(None), variants.c.position, variants.c.id)
)

_SAID = (
    select(listing_attributes.c.key, listing_attributes.c.words)
    .join(listings, listings.c.id == listing_attributes.c.listing_id)
    .where(listings.c.id == _LISTING, listings.c.shop_id == _SHOP)
)
