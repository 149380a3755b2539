"""One listing with all that its page shows, in three statements."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from sqlalchemy import BindParameter, bindparam, select

from haat.market.accounts.tables import shops
from haat.market.catalogue.listing import Kind, State
from haat.market.catalogue.tables import listing_details, listings, photos, stock, variants
from haat.market.catalogue.variant import Options
from haat.store import Store


class ItemFact(NamedTuple):
    key: str
    name: str
    words: str


class ItemVariant(NamedTuple):
    """`free` pieces can be bought now; prices are minor units."""

    id: int
    sku: str
    options: Options
    price: int
    compare_at: int | None
    free: int


class ItemPhoto(NamedTuple):
    """`variant_id` is the one variant that it shows, if it does."""

    id: int
    sha: str
    alt: str
    width: int
    height: int
    variant_id: int | None


class Item(NamedTuple):
    """A listing. `variants` are those on offer; `description` is sanitised HTML."""

    id: int
    kind: Kind
    title: str
    handle: str
    state: State
    category_id: int
    currency: str
    price_from: int
    price_to: int
    compare_at: int | None
    free: int
    version: int
    published_at: int | None
    ended_at: int | None
    updated_at: int
    removed_why: str | None
    shop_id: int
    shop_slug: str
    shop_name: str
    shop_about: str
    shop_country: str
    shop_since: int
    description: str
    facts: tuple[ItemFact, ...]
    variants: tuple[ItemVariant, ...]
    photos: tuple[ItemPhoto, ...]


def item(store: Store, listing_id: int) -> Item | None:
    """The listing, in whatever state it is; who may see a draft or a removed one is the caller's to say."""
    row = store.first(_LISTING, listing=listing_id)
    if row is None:
        return None
    *values, facts = row
    return Item._make(
        (
            *values,
            _decode_facts(facts),
            tuple(_variant(*one) for one in store.read(_VARIANTS, listing=listing_id)),
            tuple(ItemPhoto._make(one) for one in store.read(_PHOTOS, listing=listing_id)),
        )
    )


def _variant(id_: int, sku: str, options: str, price: int, compare_at: int | None, free: int) -> ItemVariant:
    return ItemVariant(id_, sku, _decode_options(options), price, compare_at, free)


_decode_facts = msgspec.json.Decoder(tuple[ItemFact, ...]).decode
_decode_options = msgspec.json.Decoder(Options).decode

_ID: BindParameter[int] = bindparam("listing")

_LISTING = (
    select(
        listings.c.id,
        listings.c.kind,
        listings.c.title,
        listings.c.handle,
        listings.c.state,
        listings.c.category_id,
        listings.c.currency,
        listings.c.price_from,
        listings.c.price_to,
        listings.c.compare_at,
        listings.c.free,
        listings.c.version,
        listings.c.published_at,
        listings.c.ended_at,
        listings.c.updated_at,
        listings.c.removed_why,
        shops.c.id,
        shops.c.slug,
        shops.c.name,
        shops.c.about,
        shops.c.country,
        shops.c.created_at,
        listing_details.c.description,
        listing_details.c.facts,
    )
    .join(shops, shops.c.id == listings.c.shop_id)
    .join(listing_details, listing_details.c.listing_id == listings.c.id)
    .where(listings.c.id == _ID)
)

_VARIANTS = (
    select(
        variants.c.id,
        variants.c.sku,
        variants.c.options,
        variants.c.price,
        variants.c.compare_at,
        stock.c.on_hand - stock.c.held - stock.c.sold,
    )
    .join(stock, stock.c.variant_id == variants.c.id)
    .where(variants.c.listing_id == _ID, variants.c.retired_at.is_(None))
    .order_by(variants.c.position, variants.c.id)
)

_PHOTOS = (
    select(photos.c.id, photos.c.sha, photos.c.alt, photos.c.width, photos.c.height, photos.c.variant_id)
    .where(photos.c.listing_id == _ID, photos.c.sha != "")
    .order_by(photos.c.position, photos.c.id)
)
