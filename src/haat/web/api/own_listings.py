"""The listings of your shop, drafts too: what they say, what can be bought of them, and how many pieces there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Literal

from msgspec import Meta, field

from haat.kernel import ids
from haat.kernel.errors import Conflict, Invalid, NotFound, Refused
from haat.market.catalogue import own as rows
from haat.market.catalogue.change_variants import add_variant, change_variant, retire_variant
from haat.market.catalogue.create import create
from haat.market.catalogue.description import describe
from haat.market.catalogue.duplicate import duplicate
from haat.market.catalogue.edit import edit
from haat.market.catalogue.end import end
from haat.market.catalogue.item import Item, item
from haat.market.catalogue.listing import ListingText
from haat.market.catalogue.publish import publish
from haat.market.catalogue.restock import recount, restock
from haat.market.catalogue.tell_apart import tell_apart
from haat.market.catalogue.variant import LONGEST_OPTION, MOST, MOST_OPTIONS, MOST_PIECES, Options, VariantText
from haat.market.deals.kinds import require_process
from haat.web.api import shapes
from haat.web.api.kinds import Amount, Id, Pieces
from haat.web.api.own_shop import own
from haat.web.api.paging import PageQuery, before, cut
from haat.web.http import Context
from haat.web.routes import Endpoint, Input, Output

OptionWord = Annotated[str, Meta(min_length=1, max_length=LONGEST_OPTION)]
Said = str | bool | Annotated[int, Meta(ge=-(10**15), le=10**15)] | float


class OwnListingQuery(PageQuery, frozen=True):
    """`state` is which listings; `after` is the `next` of the page before."""

    state: Literal["draft", "active", "ended", "removed"] = "active"


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
    options: list[shapes.Option]
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


class NewListing(Input, frozen=True):
    """What a listing is to say. `category` is an id; `description` is plain text or HTML, of which only what is harmless is kept;
    `attributes` are those of the category, by key. The handle is its name within your shop, made of the title when left out."""

    title: Annotated[str, Meta(max_length=1000)]
    category: Id
    description: Annotated[str, Meta(max_length=100_000)] = ""
    attributes: Mapping[str, Said] = field(default_factory=dict)
    handle: Annotated[str, Meta(max_length=120)] = ""


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


class OptionText(Input, frozen=True):
    """What tells the variant from its sisters, such as the size M."""

    name: OptionWord
    value: OptionWord


class NewVariant(Input, frozen=True):
    """What can be bought. `price` in minor units; `compare_at` is what it cost before; all variants of a listing have `options` of the same
    names. A SKU is used once in a shop, and made up when left out."""

    price: Amount
    options: Annotated[tuple[OptionText, ...], Meta(max_length=MOST_OPTIONS)] = ()
    sku: Annotated[str, Meta(max_length=80)] = ""
    compare_at: Amount | None = None
    on_hand: Pieces = 0


class VariantChange(Input, frozen=True):
    """What is to be bought from now on; all of it is replaced, but an empty SKU keeps the one there is."""

    price: Amount
    options: Annotated[tuple[OptionText, ...], Meta(max_length=MOST_OPTIONS)]
    sku: Annotated[str, Meta(max_length=80)] = ""
    compare_at: Amount | None = None


class VariantOptions(Input, frozen=True):
    """What one variant is told apart by from now on."""

    variant: Id
    options: Annotated[tuple[OptionText, ...], Meta(max_length=MOST_OPTIONS)]


class OptionsChange(Input, frozen=True):
    """Every variant on offer once, all with options of the same names."""

    variants: Annotated[tuple[VariantOptions, ...], Meta(max_length=MOST)]


class Count(Input, frozen=True):
    """How many pieces lie on the shelf, those too that are promised or sold and not sent. With `seen`, the number that this was counted
    from, nothing is changed when it is another by now."""

    on_hand: Pieces
    seen: Pieces | None = None


class Delivery(Input, frozen=True):
    """How many pieces came; below zero, how many went."""

    pieces: Annotated[int, Meta(ge=-MOST_PIECES, le=MOST_PIECES)]


def show_listings(ctx: Context, query: OwnListingQuery) -> OwnListingPage:
    found = rows.own_listings(ctx.store, own(ctx), query.state, before=before(query), size=query.limit + 1)
    shown, next_ = cut(found, query.limit)
    return OwnListingPage(items=[_row(row) for row in shown], next=next_)


def count_listings(ctx: Context) -> ListingCounts:
    return ListingCounts(**rows.own_counts(ctx.store, own(ctx))._asdict())


def show_listing(ctx: Context, id: int) -> OwnListing:
    found = item(ctx.store, id)
    if found is None or found.shop_id != own(ctx):
        raise NotFound("There is no such listing in your shop.")
    return _whole(ctx, found)


def create_listing(ctx: Context, body: NewListing) -> OwnListing:
    text, kind = _text(body, body.handle), ctx.settings.market.kinds[0]
    require_process(kind)
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
    return show_listing(ctx, ctx.store.write(lambda tx: duplicate(tx, ctx.app.catalogue, own(ctx), id)))


def create_variant(ctx: Context, id: int, body: NewVariant) -> OwnVariant:
    text = _variant_text(body)
    catalogue, shop_id = ctx.app.catalogue, own(ctx)
    return _show_variant(ctx, ctx.store.write(lambda tx: add_variant(tx, catalogue, shop_id, id, text, body.on_hand)))


def change(ctx: Context, id: int, body: VariantChange) -> OwnVariant:
    text = _variant_text(body)
    ctx.store.write(lambda tx: change_variant(tx, ctx.app.catalogue, own(ctx), id, text))
    return _show_variant(ctx, id)


def retire(ctx: Context, id: int) -> None:
    ctx.store.write(lambda tx: retire_variant(tx, ctx.app.catalogue, own(ctx), id))


def set_options(ctx: Context, id: int, body: OptionsChange) -> OwnListing:
    options = {ids.decode(one.variant): _pairs(one.options) for one in body.variants}
    ctx.store.write(lambda tx: tell_apart(tx, ctx.app.catalogue, own(ctx), id, options))
    return show_listing(ctx, id)


def count_stock(ctx: Context, id: int, body: Count) -> OwnVariant:
    ctx.store.write(lambda tx: recount(tx, ctx.app.catalogue, own(ctx), id, body.on_hand, body.seen))
    return _show_variant(ctx, id)


def take_in(ctx: Context, id: int, body: Delivery) -> OwnVariant:
    ctx.store.write(lambda tx: restock(tx, ctx.app.catalogue, own(ctx), id, body.pieces))
    return _show_variant(ctx, id)


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


def _text(body: NewListing | ListingChange, handle: str) -> ListingText:
    return ListingText(body.title, ids.decode(body.category), describe(body.description), body.attributes, handle)


def _variant_text(body: NewVariant | VariantChange) -> VariantText:
    return VariantText(body.price, _pairs(body.options), body.sku, body.compare_at)


def _pairs(options: Iterable[OptionText]) -> Options:
    return tuple((option.name, option.value) for option in options)


def _row(row: rows.OwnListing) -> OwnListingRow:
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


def _whole(ctx: Context, found: Item) -> OwnListing:
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
        variants=[_variant(row) for row in rows.own_variants(ctx.store, shop_id, found.id)],
        photos=[photo(row) for row in rows.own_photos(ctx.store, shop_id, found.id)],
        version=found.version,
        published_at=found.published_at,
        ended_at=found.ended_at,
        updated_at=found.updated_at,
        removed_why=found.removed_why,
    )


def _show_variant(ctx: Context, variant_id: int) -> OwnVariant:
    return _variant(rows.own_variant(ctx.store, own(ctx), variant_id))


def _variant(row: rows.OwnVariant) -> OwnVariant:
    return OwnVariant(
        id=ids.encode(row.id),
        sku=row.sku,
        options=shapes.options(row.options),
        price=row.price,
        compare_at=row.compare_at,
        on_hand=row.stock.on_hand,
        held=row.stock.held,
        sold=row.stock.sold,
        free=row.stock.free,
        retired_at=row.retired_at,
    )


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
    _writing(
        "POST",
        "/shop/listings/{id:id}/variants",
        create_variant,
        "Add a variant",
        takes=NewVariant,
        gives=OwnVariant,
        status=201,
        errors=(Invalid, NotFound),
        idempotent=True,
        description="The SKU of a variant of this listing that was retired brings that one back.",
    ),
    _writing(
        "PUT",
        "/shop/variants/{id:id}",
        change,
        "Change a variant",
        takes=VariantChange,
        gives=OwnVariant,
        errors=(Invalid, NotFound),
    ),
    _writing(
        "PUT",
        "/shop/listings/{id:id}/options",
        set_options,
        "Say anew what the variants of a listing differ in",
        takes=OptionsChange,
        gives=OwnListing,
        errors=(Invalid, NotFound, Conflict),
        description="All at once, for one after the other they would not differ in the same things.",
    ),
    _writing(
        "DELETE",
        "/shop/variants/{id:id}",
        retire,
        "No longer offer a variant",
        errors=(NotFound, Refused),
        description="Orders that have it go on. The last variant of a listing on sale stays.",
    ),
    _writing(
        "PUT",
        "/shop/variants/{id:id}/stock",
        count_stock,
        "Say how many pieces there are",
        takes=Count,
        gives=OwnVariant,
        errors=(Invalid, NotFound, Refused, Conflict),
    ),
    _writing(
        "POST",
        "/shop/variants/{id:id}/deliveries",
        take_in,
        "Put more pieces on the shelf, or take some away",
        takes=Delivery,
        gives=OwnVariant,
        errors=(Invalid, NotFound, Refused),
        idempotent=True,
    ),
]
