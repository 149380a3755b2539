"""Add, change and retire what can be bought of a listing."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import BindParameter, and_, bindparam, func, select, update

from haat.kernel.errors import Invalid, NotFound, Refused
from haat.kernel.ids import new_id
from haat.market.catalogue.listing import Catalogue, Owned, own, refresh
from haat.market.catalogue.stock import of as stock_of
from haat.market.catalogue.tables import listings, stock, variants
from haat.market.catalogue.variant import MOST, MOST_PIECES, Options, VariantText, refuse_if_unlike, tidy
from haat.store import Tx


def add_variant(
    tx: Tx, catalogue: Catalogue, shop_id: int, listing_id: int, text: VariantText, on_hand: int = 0
) -> int:
    """Offer one more variant with `on_hand` free pieces; returns its id. Raises Invalid and NotFound.

    The SKU of a variant of this listing that was retired brings that one back; pieces of it that deals hold come on top.
    """
    listing = own(tx, shop_id, listing_id)
    if listing.kind == "article":
        raise Refused("An article is one piece.", why="It has no variants.", try_="Change the article itself.")
    text = tidy(text, catalogue.currency)
    if not 0 <= on_hand <= MOST_PIECES:
        raise Invalid("The variant cannot be saved like this.", fields={"on_hand": f"Count from 0 to {MOST_PIECES:,}."})
    offered = _offered(tx, listing_id)
    if len(offered) >= MOST:
        raise Invalid("There are enough variants.", fields={"variants": f"A listing has at most {MOST}."})
    refuse_if_unlike(text.options, list(offered.values()))
    variant_id = _bring_back(tx, shop_id, listing, text, on_hand) or _insert(tx, shop_id, listing, text, on_hand)
    refresh(tx, catalogue, listing_id)
    return variant_id


def change_variant(tx: Tx, catalogue: Catalogue, shop_id: int, variant_id: int, text: VariantText) -> None:
    """Replace price, options and SKU; an empty SKU keeps the one it has. Raises Invalid and NotFound."""
    listing_id, sku = _take_offered(tx, shop_id, variant_id)
    text = tidy(text, catalogue.currency)
    offered = _offered(tx, listing_id)
    others = [options for id_, options in offered.items() if id_ != variant_id]
    refuse_if_unlike(text.options, others)
    if text.sku and text.sku != sku:
        _refuse_taken(tx, shop_id, text.sku)
    tx.run(_CHANGE, variant=variant_id, **_values(text, text.sku or sku))
    refresh(tx, catalogue, listing_id)


def retire_variant(tx: Tx, catalogue: Catalogue, shop_id: int, variant_id: int) -> None:
    """Offer it no longer; deals that have it go on. Raises NotFound, and Refused for the last one of a listing on sale."""
    stock_of(tx, variant_id)
    listing_id, _ = _take_offered(tx, shop_id, variant_id)
    if len(_offered(tx, listing_id)) == 1 and own(tx, shop_id, listing_id).is_offered:
        raise Refused(
            "This is the last variant of the listing.",
            why="A listing that is on sale has something to buy.",
            try_="End the listing, or add another variant first.",
        )
    tx.run(_RETIRE, variant=variant_id, now=tx.now)
    refresh(tx, catalogue, listing_id)


def _offered(tx: Tx, listing_id: int) -> dict[int, Options]:
    return {id_: _decode(options) for id_, options in tx.read(_OFFERED, listing=listing_id)}


def _bring_back(tx: Tx, shop_id: int, listing: Owned, text: VariantText, on_hand: int) -> int | None:
    if not text.sku:
        return None
    row = tx.first(_BY_SKU, shop=shop_id, wanted=text.sku)
    if row is None:
        return None
    variant_id, listing_id, retired_at, _ = row
    if listing_id != listing.id or retired_at is None:
        _refuse_taken(tx, shop_id, text.sku)
    tx.run(_BRING_BACK, variant=variant_id, position=_next_position(tx, listing.id), **_values(text, text.sku))
    tx.run(_RECOUNT, variant=variant_id, pieces=on_hand)
    return int(variant_id)


def _insert(tx: Tx, shop_id: int, listing: Owned, text: VariantText, on_hand: int) -> int:
    variant_id, position = new_id(), _next_position(tx, listing.id)
    sku = text.sku or _made_up_sku(tx, shop_id, listing.handle, position)
    tx.insert(
        variants,
        id=variant_id,
        listing_id=listing.id,
        shop_id=shop_id,
        sku=sku,
        options=_encode(text.options),
        price=text.price,
        compare_at=text.compare_at,
        position=position,
    )
    tx.insert(stock, variant_id=variant_id, on_hand=on_hand, held=0, sold=0)
    return variant_id


def _next_position(tx: Tx, listing_id: int) -> int:
    return int(tx.value(_LAST_POSITION, listing=listing_id)) + 1


def _made_up_sku(tx: Tx, shop_id: int, handle: str, number: int) -> str:
    sku = f"{handle[:64]}-{number}"
    while tx.first(_BY_SKU, shop=shop_id, wanted=sku):
        number += 1
        sku = f"{handle[:64]}-{number}"
    return sku


def _take_offered(tx: Tx, shop_id: int, variant_id: int) -> tuple[int, str]:
    """The listing of the variant, which nobody else changes until this transaction ends, and its SKU."""
    row = tx.first(_OFFERED_VARIANT, variant=variant_id, shop=shop_id)
    if row is not None:
        own(tx, shop_id, row[0])
        row = tx.first(_OFFERED_VARIANT, variant=variant_id, shop=shop_id)
    if row is None:
        raise NotFound("There is no such variant in your shop.")
    return row[0], row[1]


def _refuse_taken(tx: Tx, shop_id: int, sku: str) -> None:
    row = tx.first(_BY_SKU, shop=shop_id, wanted=sku)
    if row is not None:
        raise Invalid(
            "The variant cannot be saved like this.",
            fields={"sku": f"“{sku}” is already the SKU of “{row[3]}”. Each variant of a shop has its own."},
        )


def _values(text: VariantText, sku: str) -> dict[str, str | int | None]:
    return {
        "new_sku": sku,
        "new_options": _encode(text.options),
        "new_price": text.price,
        "new_compare_at": text.compare_at,
    }


def _encode(options: Options) -> str:
    return msgspec.json.encode(options).decode()


_decode = msgspec.json.Decoder(Options).decode
_VARIANT: BindParameter[int] = bindparam("variant")
_LISTING: BindParameter[int] = bindparam("listing")
_SHOP: BindParameter[int] = bindparam("shop")

_OFFERED = select(variants.c.id, variants.c.options).where(
    variants.c.listing_id == _LISTING, variants.c.retired_at.is_(None)
)
# The one piece of an article is no variant that anybody would change.
_OFFERED_VARIANT = (
    select(variants.c.listing_id, variants.c.sku)
    .join(listings, listings.c.id == variants.c.listing_id)
    .where(
        variants.c.id == _VARIANT,
        variants.c.shop_id == _SHOP,
        variants.c.retired_at.is_(None),
        listings.c.kind != "article",
    )
)
_BY_SKU = (
    select(variants.c.id, variants.c.listing_id, variants.c.retired_at, listings.c.title)
    .join(listings, listings.c.id == variants.c.listing_id)
    .where(and_(variants.c.shop_id == _SHOP, variants.c.sku == bindparam("wanted")))
)
_LAST_POSITION = select(func.coalesce(func.max(variants.c.position), 0)).where(variants.c.listing_id == _LISTING)

_CHANGED: dict[str, BindParameter[Any]] = {
    "sku": bindparam("new_sku"),
    "options": bindparam("new_options"),
    "price": bindparam("new_price"),
    "compare_at": bindparam("new_compare_at"),
}
_CHANGE = update(variants).where(variants.c.id == _VARIANT, variants.c.retired_at.is_(None)).values(_CHANGED)
_BRING_BACK = (
    update(variants)
    .where(variants.c.id == _VARIANT)
    .values({**_CHANGED, "position": bindparam("position"), "retired_at": None})
)
_RETIRE = (
    update(variants)
    .where(variants.c.id == _VARIANT, variants.c.retired_at.is_(None))
    .values(retired_at=bindparam("now"))
)
_RECOUNT = (
    update(stock)
    .where(stock.c.variant_id == _VARIANT)
    .values(on_hand=stock.c.held + stock.c.sold + bindparam("pieces"))
)
