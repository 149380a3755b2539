"""What can be bought of the listings of your shop, and how many pieces there are of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Annotated

from msgspec import Meta

from haat.kernel import ids
from haat.kernel.errors import Conflict, Invalid, NotFound, Refused
from haat.market.catalogue import own as rows
from haat.market.catalogue.change_variants import add_variant, change_variant, retire_variant
from haat.market.catalogue.restock import recount, restock
from haat.market.catalogue.tell_apart import tell_apart
from haat.market.catalogue.variant import LONGEST_OPTION, MOST, MOST_OPTIONS, MOST_PIECES, Options, VariantText
from haat.web.api import own_shapes
from haat.web.api.kinds import Amount, Id, Pieces
from haat.web.api.own_listings import show_listing
from haat.web.api.own_shapes import OwnListing, OwnVariant
from haat.web.api.own_shop import own
from haat.web.http import Context
from haat.web.routes import Endpoint, Input

OptionWord = Annotated[str, Meta(min_length=1, max_length=LONGEST_OPTION)]


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


def _variant_text(body: NewVariant | VariantChange) -> VariantText:
    return VariantText(body.price, _pairs(body.options), body.sku, body.compare_at)


def _pairs(options: Iterable[OptionText]) -> Options:
    return tuple((option.name, option.value) for option in options)


def _show_variant(ctx: Context, variant_id: int) -> OwnVariant:
    return own_shapes.variant(rows.own_variant(ctx.store, own(ctx), variant_id))


_writing = partial(Endpoint, needs="seller", scope="listings:write")

ENDPOINTS = [
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
