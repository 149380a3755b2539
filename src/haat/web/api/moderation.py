"""For moderators: listings that break the rules."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from msgspec import Meta

from haat.kernel import ids
from haat.kernel.errors import Invalid, NotFound, Refused
from haat.market.catalogue import moderate
from haat.market.catalogue.item import item
from haat.web.api import shapes
from haat.web.api.paging import PageQuery, before, cut
from haat.web.http import Context
from haat.web.routes import Endpoint, Input, Output


class Removal(Input, frozen=True):
    """Why; the seller is told."""

    why: Annotated[str, Meta(min_length=1, max_length=moderate.LONGEST_REASON)]


class RemovedListing(Output, frozen=True):
    """A listing that was taken off the market, by which account, and why."""

    id: str
    title: str
    handle: str
    shop: str
    removed_at: int
    removed_by: str
    removed_why: str


class RemovedPage(Output, frozen=True):
    """Removed listings, the youngest listing first."""

    items: list[RemovedListing]
    next: str | None


def show_removed(ctx: Context, query: PageQuery) -> RemovedPage:
    found = moderate.list_removed(ctx.store, before=before(query), most=query.limit + 1)
    shown, next_ = cut(found, query.limit)
    return RemovedPage(items=[_removed(row) for row in shown], next=next_)


def show_listing(ctx: Context, id: int) -> shapes.Listing:
    found = item(ctx.store, id)
    if found is None:
        raise NotFound("There is no such listing.")
    return shapes.listing(found)


def remove(ctx: Context, id: int, body: Removal) -> None:
    ctx.store.write(lambda tx: moderate.remove(tx, ctx.app.catalogue, ctx.member.id, id, body.why))


def restore(ctx: Context, id: int) -> None:
    ctx.store.write(lambda tx: moderate.restore(tx, ctx.app.catalogue, id))


def _removed(row: moderate.Removed) -> RemovedListing:
    return RemovedListing(
        id=ids.encode(row.id),
        title=row.title,
        handle=row.handle,
        shop=row.shop_slug,
        removed_at=row.removed_at,
        removed_by=ids.encode(row.removed_by),
        removed_why=row.removed_why,
    )


_moderators = partial(Endpoint, needs="moderator", scope="market:moderate")

ENDPOINTS = [
    _moderators(
        "GET",
        "/market/removed-listings",
        show_removed,
        "What was taken off the market",
        query=PageQuery,
        gives=RemovedPage,
        errors=(Invalid,),
    ),
    _moderators(
        "GET",
        "/market/listings/{id:id}",
        show_listing,
        "One listing, whatever its state",
        gives=shapes.Listing,
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
