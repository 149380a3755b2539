"""The statements that several files of this room share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    Select,
    Update,
    bindparam,
    exists,
    func,
    select,
    update,
)

from haat.market.accounts.tables import shops
from haat.market.catalogue.tables import listings, photos, stock, variants

LISTING: BindParameter[int] = bindparam("listing")

_OWNED = select(
    listings.c.id,
    listings.c.kind,
    listings.c.state,
    listings.c.category_id,
    listings.c.handle,
    listings.c.version,
    listings.c.published_at,
).where(listings.c.id == LISTING, listings.c.shop_id == bindparam("shop"))

# Whoever changes a listing takes its row first, and its pieces (`stock`) before it: so do buyers.
TAKE = select(listings.c.id).where(listings.c.id == LISTING).with_for_update(key_share=True)
TAKE_OWNED = _OWNED.with_for_update(key_share=True)


def _of_offered(column: ColumnElement[int]) -> Select[Any]:
    return select(column).where(variants.c.listing_id == LISTING, variants.c.retired_at.is_(None))


def _of_cover(column: ColumnElement[str]) -> ScalarSelect[str]:
    return (
        select(column)
        .where(photos.c.listing_id == LISTING, photos.c.sha != "")
        .order_by(photos.c.position, photos.c.id)
        .limit(1)
        .scalar_subquery()
    )


_free = func.sum(stock.c.on_hand - stock.c.held - stock.c.sold)


def refreshing(**shown: ColumnElement[Any]) -> Update:
    """Counts the version of a listing up, and sets its cover and what else its card shows: price_from, price_to, compare_at, free."""
    return (
        update(listings)
        .where(listings.c.id == LISTING)
        .values(
            version=listings.c.version + 1,
            updated_at=bindparam("now"),
            photo=_of_cover(photos.c.sha),
            photo_alt=func.coalesce(_of_cover(photos.c.alt), ""),
            **shown,
        )
    )


REFRESH = refreshing(
    price_from=func.coalesce(_of_offered(func.min(variants.c.price)).scalar_subquery(), 0),
    price_to=func.coalesce(_of_offered(func.max(variants.c.price)).scalar_subquery(), 0),
    compare_at=_of_offered(variants.c.compare_at)
    .order_by(variants.c.price, variants.c.position, variants.c.id)
    .limit(1)
    .scalar_subquery(),
    free=func.coalesce(
        _of_offered(_free).select_from(variants.join(stock, stock.c.variant_id == variants.c.id)).scalar_subquery(), 0
    ),
)
KIND = select(listings.c.kind).where(listings.c.id == LISTING)
HAS_VARIANT = select(exists().where(variants.c.listing_id == LISTING, variants.c.retired_at.is_(None)))

# What a card shows, in the order of card.Card.
CARD = (
    listings.c.id,
    listings.c.title,
    listings.c.handle,
    listings.c.price_from,
    listings.c.price_to,
    listings.c.compare_at,
    listings.c.currency,
    listings.c.photo,
    listings.c.photo_alt,
    shops.c.name,
    shops.c.slug,
    listings.c.free,
    listings.c.version,
    listings.c.published_at,
    listings.c.kind,
)
