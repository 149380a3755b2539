"""For moderators: listings that break the rules."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from msgspec import Meta

from haat.kernel import ids
from haat.kernel.errors import Invalid, NotFound, Refused
from haat.market.catalogue import moderate
from haat.market.catalogue.find import FoundListing, find_listings
from haat.market.catalogue.item import item
from haat.web.api import goods_shapes
from haat.web.api.paging import PageQuery, before, cut
from haat.web.http import Context
from haat.web.routes import Endpoint, Input, Output


class Removal(Input, frozen=True):
    """Why; the seller is told."""

    why: Annotated[str, Meta(min_length=1, max_length=moderate.LONGEST_REASON)]


class MarketListingQuery(PageQuery, frozen=True):
    """`q` are words of the title or of the shop's name, `state` is which listings, left out for all; `after` is the `next` of the page
    before."""

    q: Annotated[str, Meta(max_length=200)] = ""
    state: Literal["draft", "active", "hidden", "ended", "removed"] | None = None


class MarketListing(Output, frozen=True):
    """A listing of any shop. `removed_why` is what the moderator wrote who removed it."""

    id: str
    title: str
    handle: str
    state: str
    price_from: int
    currency: str
    photo: str | None
    shop: str
    shop_name: str
    updated_at: int
    removed_why: str | None


class MarketListingPage(Output, frozen=True):
    """Listings, the youngest first."""

    items: list[MarketListing]
    next: str | None


def show_listings(ctx: Context, query: MarketListingQuery) -> MarketListingPage:
    found = find_listings(ctx.store, query.q, query.state, before=before(query), most=query.limit + 1)
    shown, next_ = cut(found, query.limit)
    return MarketListingPage(items=[_row(row) for row in shown], next=next_)


def show_listing(ctx: Context, id: int) -> goods_shapes.Listing:
    found = item(ctx.store, id)
    if found is None:
        raise NotFound("There is no such listing.")
    return goods_shapes.listing(found)


def remove(ctx: Context, id: int, body: Removal) -> None:
    ctx.store.write(lambda tx: moderate.remove(tx, ctx.app.catalogue, ctx.member.id, id, body.why))


def restore(ctx: Context, id: int) -> None:
    ctx.store.write(lambda tx: moderate.restore(tx, ctx.app.catalogue, id))


def _row(row: FoundListing) -> MarketListing:
    return MarketListing(
        id=ids.encode(row.id),
        title=row.title,
        handle=row.handle,
        state=row.state,
        price_from=row.price_from,
        currency=row.currency,
        photo=row.photo,
        shop=row.shop_slug,
        shop_name=row.shop,
        updated_at=row.updated_at,
        removed_why=row.removed_why,
    )


_moderators = partial(Endpoint, needs="moderator", scope="market:moderate")

ENDPOINTS = [
    _moderators(
        "GET",
        "/market/listings",
        show_listings,
        "Find listings, whatever their state",
        query=MarketListingQuery,
        gives=MarketListingPage,
        errors=(Invalid,),
    ),
    _moderators(
        "GET",
        "/market/listings/{id:id}",
        show_listing,
        "One listing, whatever its state",
        gives=goods_shapes.Listing,
        errors=(NotFound,),
    ),
    _moderators(
        "PUT",
        "/market/listings/{id:id}/removal",
        remove,
        "Take a listing off the market",
        takes=Removal,
        errors=(Invalid, Refused, NotFound),
        description="Nobody but its shop and moderators sees it any more. What is ordered already goes on.",
    ),
    _moderators(
        "DELETE",
        "/market/listings/{id:id}/removal",
        restore,
        "Put a listing back",
        errors=(Refused, NotFound),
        description="It is again what it was before: a draft, on sale, or ended.",
    ),
]
