"""What is for sale, for everybody."""

from __future__ import annotations

from typing import Annotated

import msgspec

from haat.kernel import ids
from haat.kernel.errors import Invalid, NotFound
from haat.market.accounts.shop import shop_by_slug
from haat.market.catalogue import card as cards
from haat.market.catalogue.card import After
from haat.market.catalogue.item import item
from haat.web.api import goods_shapes
from haat.web.http import Context
from haat.web.routes import Endpoint, Input


class ListingQuery(Input, frozen=True):
    """`category` and `shop` by slug; give one of them, or neither for the whole market."""

    category: str | None = None
    shop: str | None = None
    after: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 24


def show_listings(ctx: Context, query: ListingQuery) -> goods_shapes.ListingPage:
    page = _page(ctx, query)
    cursor = None if page.next is None else f"{page.next.published_at:x}-{ids.encode(page.next.id)}"
    return goods_shapes.ListingPage(items=[goods_shapes.card(row) for row in page.cards], next=cursor)


def _page(ctx: Context, query: ListingQuery) -> cards.Page:
    after = None if query.after is None else _after(query.after)
    if query.category is not None and query.shop is not None:
        raise Invalid(
            "Give a category or a shop.", fields={"shop": "Not together with a category; search can do both."}
        )
    if query.category is not None:
        category = ctx.tree.by_slug(query.category)
        return cards.in_category(ctx.store, category.id, after, query.limit)
    if query.shop is not None:
        return cards.of_shop(ctx.store, find_shop(ctx, query.shop), after, query.limit)
    return cards.newest(ctx.store, after, query.limit)


def find_shop(ctx: Context, slug: str) -> int:
    """The id of a shop by its slug. Raises NotFound."""
    return shop_by_slug(ctx.store, slug).id


def _after(cursor: str) -> After:
    at, _, id_ = cursor.partition("-")
    try:
        return After(int(at, 16), ids.decode(id_))
    except (ValueError, NotFound):
        raise Invalid("This page does not exist.", fields={"after": "Use the `next` of the page before."}) from None


def show_listing(ctx: Context, id: int) -> goods_shapes.Listing:
    found = item(ctx.store, id)
    if found is None or found.state not in ("active", "ended"):
        raise NotFound("There is no such listing.", try_="It may have been taken off; search for something like it.")
    return goods_shapes.listing(found)


ENDPOINTS = [
    Endpoint(
        "GET",
        "/listings",
        show_listings,
        "What is for sale, newest first",
        query=ListingQuery,
        gives=goods_shapes.ListingPage,
        errors=(Invalid, NotFound),
    ),
    Endpoint("GET", "/listings/{id:id}", show_listing, "One listing", gives=goods_shapes.Listing, errors=(NotFound,)),
]
