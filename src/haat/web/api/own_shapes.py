"""What the API gives to a shop of its own goods."""

from __future__ import annotations

from haat.kernel import ids
from haat.market.catalogue import own as rows
from haat.market.catalogue.item import Item
from haat.web.api.goods_shapes import Option, options
from haat.web.http import Context
from haat.web.routes import Output


class OwnListingRow(Output, frozen=True):
    """A listing in a list. `free` pieces can be bought, `held` ones are promised to orders that are not paid, `sold` ones are paid and not
    sent. `removed_why` is what the moderator wrote who removed it."""

    id: str
    title: str
    handle: str
    state: str
    price_from: int
    price_to: int
    currency: str
    photo: str | None
    free: int
    held: int
    sold: int
    version: int
    updated_at: int
    removed_why: str | None


class OwnListingPage(Output, frozen=True):
    """Listings of your shop, the youngest first."""

    items: list[OwnListingRow]
    next: str | None


class ListingCounts(Output, frozen=True):
    """How many listings are in each state; `sold_out` are those on sale of which nothing is left."""

    draft: int
    active: int
    sold_out: int
    ended: int
    removed: int


class OwnVariant(Output, frozen=True):
    """What can be bought. Of the `on_hand` pieces on the shelf some are `held` for orders that are not paid and some `sold` and not sent;
    the others are `free`. One with `retired_at` is no longer offered."""

    id: str
    sku: str
    options: list[Option]
    price: int
    compare_at: int | None
    on_hand: int
    held: int
    sold: int
    free: int
    retired_at: int | None


class OwnPhoto(Output, frozen=True):
    """A photo, at /media/HH/HASH-WIDTH.webp. One that is still to be fetched from its `source` has no hash yet."""

    id: str
    hash: str | None
    alt: str
    width: int
    height: int
    variant: str | None
    source: str | None


class OwnListing(Output, frozen=True):
    """A listing as its shop sees it. `state` is draft, active, ended or removed; `description` is sanitised HTML; `attributes` are by
    their keys, as people read them. `version` grows with each change."""

    id: str
    title: str
    handle: str
    state: str
    category: str
    currency: str
    description: str
    attributes: dict[str, str]
    variants: list[OwnVariant]
    photos: list[OwnPhoto]
    version: int
    published_at: int | None
    ended_at: int | None
    updated_at: int
    removed_why: str | None


def listed(row: rows.OwnListing) -> OwnListingRow:
    return OwnListingRow(
        id=ids.encode(row.id),
        title=row.title,
        handle=row.handle,
        state=row.state,
        price_from=row.price_from,
        price_to=row.price_to,
        currency=row.currency,
        photo=row.photo,
        free=row.free,
        held=row.held,
        sold=row.sold,
        version=row.version,
        updated_at=row.updated_at,
        removed_why=row.removed_why,
    )


def listing(ctx: Context, found: Item) -> OwnListing:
    shop_id = found.shop_id
    return OwnListing(
        id=ids.encode(found.id),
        title=found.title,
        handle=found.handle,
        state=found.state,
        category=ids.encode(found.category_id),
        currency=found.currency,
        description=found.description,
        attributes=rows.own_attributes(ctx.store, shop_id, found.id),
        variants=[variant(row) for row in rows.own_variants(ctx.store, shop_id, found.id)],
        photos=[photo(row) for row in rows.own_photos(ctx.store, shop_id, found.id)],
        version=found.version,
        published_at=found.published_at,
        ended_at=found.ended_at,
        updated_at=found.updated_at,
        removed_why=found.removed_why,
    )


def variant(row: rows.OwnVariant) -> OwnVariant:
    return OwnVariant(
        id=ids.encode(row.id),
        sku=row.sku,
        options=options(row.options),
        price=row.price,
        compare_at=row.compare_at,
        on_hand=row.stock.on_hand,
        held=row.stock.held,
        sold=row.stock.sold,
        free=row.stock.free,
        retired_at=row.retired_at,
    )


def photo(row: rows.OwnPhoto) -> OwnPhoto:
    return OwnPhoto(
        id=ids.encode(row.id),
        hash=row.sha or None,
        alt=row.alt,
        width=row.width,
        height=row.height,
        variant=None if row.variant_id is None else ids.encode(row.variant_id),
        source=row.source_url,
    )
