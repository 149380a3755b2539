"""The listings of your shop, drafts too: what they say, and whether they are on sale."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Literal

from msgspec import Meta, field

from haat.kernel import ids
from haat.kernel.errors import Conflict, Invalid, NotFound, Refused
from haat.market.catalogue import own as rows
from haat.market.catalogue.create import create
from haat.market.catalogue.description import describe
from haat.market.catalogue.edit import edit
from haat.market.catalogue.end import end
from haat.market.catalogue.item import item
from haat.market.catalogue.listing import ListingText
from haat.market.catalogue.publish import publish
from haat.market.places.settle import duplicate_there
from haat.web.api import own_shapes
from haat.web.api.kinds import Id
from haat.web.api.own_shapes import ListingCounts, OwnListing, OwnListingPage
from haat.web.api.own_shop import own
from haat.web.api.paging import PageQuery, before, cut
from haat.web.http import Context
from haat.web.routes import Endpoint, Input

Said = str | bool | Annotated[int, Meta(ge=-(10**15), le=10**15)] | float


class OwnListingQuery(PageQuery, frozen=True):
    """`state` is which listings; `after` is the `next` of the page before."""

    state: Literal["draft", "active", "hidden", "ended", "removed"] = "active"


class NewListing(Input, frozen=True):
    """What a listing is to say. `category` is an id; `description` is plain text or HTML, of which only what is harmless is kept;
    `attributes` are those of the category, by key. The handle is its name within your shop, made of the title when left out. What `kind`
    it is stays: goods in stock, equipment for hire, or another that this market has; articles are posted at `/articles`."""

    title: Annotated[str, Meta(max_length=1000)]
    category: Id
    description: Annotated[str, Meta(max_length=100_000)] = ""
    attributes: Mapping[str, Said] = field(default_factory=dict)
    handle: Annotated[str, Meta(max_length=120)] = ""
    kind: Literal["product", "equipment", "job"] | None = None


class ListingChange(Input, frozen=True):
    """What the listing is to say from now on; all of it is replaced. With the `version` that this was made from, nothing is changed when it
    is another by now."""

    title: Annotated[str, Meta(max_length=1000)]
    category: Id
    description: Annotated[str, Meta(max_length=100_000)]
    attributes: Mapping[str, Said]
    version: Annotated[int, Meta(ge=1, le=2**31)] | None = None


class StateChange(Input, frozen=True):
    """What the listing is to be: on sale, or no longer."""

    state: Literal["active", "ended"]


def show_listings(ctx: Context, query: OwnListingQuery) -> OwnListingPage:
    found = rows.own_listings(ctx.store, own(ctx), query.state, before=before(query), size=query.limit + 1)
    shown, next_ = cut(found, query.limit)
    return OwnListingPage(items=[own_shapes.listed(row) for row in shown], next=next_)


def count_listings(ctx: Context) -> ListingCounts:
    return ListingCounts(**rows.own_counts(ctx.store, own(ctx))._asdict())


def show_listing(ctx: Context, id: int) -> OwnListing:
    found = item(ctx.store, id)
    if found is None or found.shop_id != own(ctx):
        raise NotFound("There is no such listing in your shop.")
    return own_shapes.listing(ctx, found)


def create_listing(ctx: Context, body: NewListing) -> OwnListing:
    kind = body.kind or ctx.settings.market.kinds[0]
    if kind == "job":
        raise Invalid(
            "A job is posted elsewhere.", fields={"kind": "Post it at /jobs, which asks for what a job needs."}
        )
    if kind == "article":
        raise Invalid(
            "An article is posted elsewhere.",
            fields={"kind": "Post it at /articles, which asks for what an article needs."},
        )
    if kind not in ctx.settings.market.kinds:
        raise Invalid("There are no such listings here.", fields={"kind": "This market has none of this kind."})
    text = _text(body, body.handle)
    return show_listing(ctx, ctx.store.write(lambda tx: create(tx, ctx.app.catalogue, own(ctx), text, kind)))


def change_listing(ctx: Context, id: int, body: ListingChange) -> OwnListing:
    text = _text(body, "")
    ctx.store.write(lambda tx: edit(tx, ctx.app.catalogue, own(ctx), id, text, body.version))
    return show_listing(ctx, id)


def set_state(ctx: Context, id: int, body: StateChange) -> OwnListing:
    use_case = publish if body.state == "active" else end
    ctx.store.write(lambda tx: use_case(tx, ctx.app.catalogue, own(ctx), id))
    return show_listing(ctx, id)


def copy_listing(ctx: Context, id: int) -> OwnListing:
    return show_listing(ctx, ctx.store.write(lambda tx: duplicate_there(tx, ctx.app.catalogue, own(ctx), id)))


def _text(body: NewListing | ListingChange, handle: str) -> ListingText:
    return ListingText(body.title, ids.decode(body.category), describe(body.description), body.attributes, handle)


_reading = partial(Endpoint, needs="seller", scope="listings:read")
_writing = partial(Endpoint, needs="seller", scope="listings:write")

ENDPOINTS = [
    _reading(
        "GET",
        "/shop/listings",
        show_listings,
        "The listings of your shop",
        query=OwnListingQuery,
        gives=OwnListingPage,
        errors=(Invalid,),
    ),
    _reading("GET", "/shop/listings/counts", count_listings, "How many listings your shop has", gives=ListingCounts),
    _reading(
        "GET", "/shop/listings/{id:id}", show_listing, "One listing of your shop", gives=OwnListing, errors=(NotFound,)
    ),
    _writing(
        "POST",
        "/shop/listings",
        create_listing,
        "Begin a listing",
        takes=NewListing,
        gives=OwnListing,
        status=201,
        errors=(Invalid, NotFound),
        idempotent=True,
        description="It is a draft that only your shop sees, without anything to buy: add variants and photos, then put it on sale.",
    ),
    _writing(
        "PUT",
        "/shop/listings/{id:id}",
        change_listing,
        "Change what a listing says",
        takes=ListingChange,
        gives=OwnListing,
        errors=(Invalid, NotFound, Conflict),
    ),
    _writing(
        "PUT",
        "/shop/listings/{id:id}/state",
        set_state,
        "Put a listing on sale, or take it off",
        takes=StateChange,
        gives=OwnListing,
        errors=(Invalid, NotFound, Refused, Conflict),
        description="To be on sale it needs a variant, and what its category requires. What is ordered already goes on after its end.",
    ),
    _writing(
        "POST",
        "/shop/listings/{id:id}/copies",
        copy_listing,
        "Begin a listing from this one",
        gives=OwnListing,
        status=201,
        errors=(NotFound, Invalid),
        idempotent=True,
        description="A draft with the same words, attributes, variants and photos; it has no pieces, and SKUs of its own.",
    ),
]
