"""A seller's own listings, whatever their state, and what the editor shows of one."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import msgspec
from sqlalchemy import BindParameter, Select, bindparam, case, func, select

from haat.kernel.errors import NotFound
from haat.market.catalogue.listing import State
from haat.market.catalogue.stock import Stock
from haat.market.catalogue.tables import listing_attributes, listings, photos, stock, variants
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


class OwnPhoto(NamedTuple):
    """A photo. One that is still to be fetched from its source has an empty hash, and nobody else sees it."""

    id: int
    sha: str
    alt: str
    width: int
    height: int
    variant_id: int | None
    source_url: str | None


class Counts(NamedTuple):
    """How many listings of a shop are in each state; `sold_out` are those on sale of which nothing is left."""

    draft: int
    active: int
    sold_out: int
    ended: int
    removed: int


def own_listings(
    store: Store,
    shop_id: int,
    state: State,
    *,
    sold_out: bool = False,
    before: int | None = None,
    size: int = 50,
) -> list[OwnListing]:
    """The shop's listings in this state, newest first, from those with an id below `before`; `sold_out`: of which nothing is left."""
    params = {"shop": shop_id, "state": state, "size": size} | ({} if before is None else {"before": before})
    return [OwnListing._make(row) for row in store.read(_page(before is not None, sold_out), **params)]


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


def own_variant(store: Store, shop_id: int, variant_id: int) -> OwnVariant:
    """One variant of the shop. Raises NotFound."""
    row = store.first(_ONE_VARIANT, shop=shop_id, variant=variant_id)
    if row is None:
        raise NotFound("There is no such variant in your shop.")
    return _variant(*row)


def own_photos(store: Store, shop_id: int, listing_id: int) -> list[OwnPhoto]:
    """The photos of the shop's listing in its order, those too that are still to come."""
    return [OwnPhoto._make(row) for row in store.read(_PHOTOS, shop=shop_id, listing=listing_id)]


def own_photo(store: Store, shop_id: int, photo_id: int) -> OwnPhoto:
    """One photo of the shop. Raises NotFound."""
    row = store.first(_ONE_PHOTO, shop=shop_id, photo=photo_id)
    if row is None:
        raise NotFound("There is no such photo.")
    return OwnPhoto._make(row)


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
def _page(is_later: bool, is_sold_out: bool) -> Select[tuple[object, ...]]:
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
    if is_sold_out:
        statement = statement.where(listings.c.free == 0)
    return statement.where(listings.c.id < bindparam("before")) if is_later else statement


_COUNTS = (
    select(listings.c.state, func.count(), func.sum(case((listings.c.free == 0, 1), else_=0)))
    .where(listings.c.shop_id == _SHOP)
    .group_by(listings.c.state)
)

_OWN_VARIANT = (
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
    .where(variants.c.shop_id == _SHOP)
)
_VARIANTS = _OWN_VARIANT.where(variants.c.listing_id == _LISTING).order_by(
    variants.c.retired_at.is_not(None), variants.c.position, variants.c.id
)
_ONE_VARIANT = _OWN_VARIANT.where(variants.c.id == bindparam("variant"))

_OWN_PHOTO = (
    select(
        photos.c.id,
        photos.c.sha,
        photos.c.alt,
        photos.c.width,
        photos.c.height,
        photos.c.variant_id,
        photos.c.source_url,
    )
    .join(listings, listings.c.id == photos.c.listing_id)
    .where(listings.c.shop_id == _SHOP)
)
_PHOTOS = _OWN_PHOTO.where(listings.c.id == _LISTING).order_by(photos.c.position, photos.c.id)
_ONE_PHOTO = _OWN_PHOTO.where(photos.c.id == bindparam("photo"))

_SAID = (
    select(listing_attributes.c.key, listing_attributes.c.words)
    .join(listings, listings.c.id == listing_attributes.c.listing_id)
    .where(listings.c.id == _LISTING, listings.c.shop_id == _SHOP)
)
