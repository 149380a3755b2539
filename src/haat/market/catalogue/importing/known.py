"""What the shop has under a handle before the file speaks."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from sqlalchemy import BindParameter, bindparam, func, select

from haat.market.catalogue.listing import State
from haat.market.catalogue.tables import listing_attributes, listing_details, listings, photos, stock, variants
from haat.market.catalogue.variant import Options
from haat.store import Store, Tx


class KnownVariant(NamedTuple):
    """A variant of the listing; `promised` pieces are held or sold and not sent yet."""

    id: int
    sku: str
    options: Options
    price: int
    compare_at: int | None
    is_retired: bool
    on_hand: int
    promised: int


class KnownPhoto(NamedTuple):
    """A photo of the listing. Without `sha` the picture is not there yet. One that was given by hand has its `sha` as its source."""

    id: int
    variant_id: int | None
    sha: str
    source: str
    alt: str


class Known(NamedTuple):
    """A listing as it is now. `said` are the words of its attributes by key; photos stand in their order."""

    id: int
    state: State
    category_id: int
    title: str
    description: str
    said: dict[str, str]
    variants: list[KnownVariant]
    photos: list[KnownPhoto]


def known_listing(store: Store | Tx, shop_id: int, handle: str) -> Known | None:
    """The shop's listing with this handle."""
    row = store.first(_LISTING, shop=shop_id, handle=handle)
    if row is None:
        return None
    listing_id, state, category_id, title, description = row
    return Known(
        listing_id,
        state,
        category_id,
        title,
        description,
        said=dict(store.read(_SAID, listing=listing_id)),
        variants=[_variant(*values) for values in store.read(_VARIANTS, listing=listing_id)],
        photos=[KnownPhoto(*values) for values in store.read(_PHOTOS, listing=listing_id)],
    )


def title_with_sku(tx: Tx, shop_id: int, sku: str, *, besides: int) -> str | None:
    """The title of another listing of the shop that has this SKU; `besides` is the listing that may have it."""
    title: str | None = tx.value(_TITLE_WITH_SKU, shop=shop_id, sku=sku, besides=besides)
    return title


def _variant(
    id_: int,
    sku: str,
    options: str,
    price: int,
    compare_at: int | None,
    retired_at: int | None,
    on_hand: int,
    promised: int,
) -> KnownVariant:
    return KnownVariant(id_, sku, _decode(options), price, compare_at, retired_at is not None, on_hand, promised)


_decode = msgspec.json.Decoder(Options).decode
_SHOP: BindParameter[int] = bindparam("shop")
_ID: BindParameter[int] = bindparam("listing")

_LISTING = (
    select(listings.c.id, listings.c.state, listings.c.category_id, listings.c.title, listing_details.c.description)
    .join(listing_details, listing_details.c.listing_id == listings.c.id)
    .where(listings.c.shop_id == _SHOP, listings.c.handle == bindparam("handle"))
)
_SAID = select(listing_attributes.c.key, listing_attributes.c.words).where(listing_attributes.c.listing_id == _ID)
_VARIANTS = (
    select(
        variants.c.id,
        variants.c.sku,
        variants.c.options,
        variants.c.price,
        variants.c.compare_at,
        variants.c.retired_at,
        stock.c.on_hand,
        stock.c.held + stock.c.sold,
    )
    .join(stock, stock.c.variant_id == variants.c.id)
    .where(variants.c.listing_id == _ID)
    .order_by(variants.c.position, variants.c.id)
)
_PHOTOS = (
    select(
        photos.c.id, photos.c.variant_id, photos.c.sha, func.coalesce(photos.c.source_url, photos.c.sha), photos.c.alt
    )
    .where(photos.c.listing_id == _ID)
    .order_by(photos.c.position, photos.c.id)
)
_TITLE_WITH_SKU = (
    select(listings.c.title)
    .join(variants, variants.c.listing_id == listings.c.id)
    .where(variants.c.shop_id == _SHOP, variants.c.sku == bindparam("sku"), listings.c.id != bindparam("besides"))
)
