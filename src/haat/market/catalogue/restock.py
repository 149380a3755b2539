"""Count what lies on the shelf."""

from __future__ import annotations

from sqlalchemy import BindParameter, bindparam, select, update

from haat.kernel.errors import Conflict, Invalid, NotFound, Refused
from haat.market.catalogue import stock as pieces
from haat.market.catalogue.listing import Catalogue, refresh
from haat.market.catalogue.stock import Stock
from haat.market.catalogue.tables import listings, stock, variants
from haat.market.catalogue.variant import MOST_PIECES
from haat.store import Tx


def restock(tx: Tx, catalogue: Catalogue, shop_id: int, variant_id: int, by: int) -> None:
    """Put `by` pieces more on the shelf, or take some away (negative). Raises Refused when deals need them, NotFound, Invalid."""
    listing_id = _listing_of(tx, shop_id, variant_id)
    if not tx.run(_MOVE, variant=variant_id, pieces=by, most=MOST_PIECES):
        raise _refusal(_now(tx, variant_id), _now(tx, variant_id).on_hand + by)
    refresh(tx, catalogue, listing_id)


def recount(tx: Tx, catalogue: Catalogue, shop_id: int, variant_id: int, on_hand: int, seen: int | None = None) -> None:
    """Say how many pieces there are in all, with those that are held or sold and not sent.

    `seen` is the number that the seller had before them: Conflict when it is no longer that. Otherwise raises as `restock` does.
    """
    listing_id = _listing_of(tx, shop_id, variant_id)
    before = _now(tx, variant_id)
    if seen is not None and seen != before.on_hand:
        raise Conflict("The stock changed meanwhile.", why=f"There are {before.on_hand} pieces now, not {seen}.")
    if on_hand == before.on_hand:
        return
    if not tx.run(_SET, variant=variant_id, seen=before.on_hand, pieces=on_hand, most=MOST_PIECES):
        raise _refusal(before, on_hand)
    refresh(tx, catalogue, listing_id)


def _listing_of(tx: Tx, shop_id: int, variant_id: int) -> int:
    listing_id = tx.value(_LISTING_OF, variant=variant_id, shop=shop_id)
    if listing_id is None:
        raise NotFound("There is no such variant in your shop.")
    return int(listing_id)


def _now(tx: Tx, variant_id: int) -> Stock:
    now = pieces.of(tx, variant_id)
    assert now is not None
    return now


def _refusal(now: Stock, wanted: int) -> Refused | Invalid:
    if not 0 <= wanted <= MOST_PIECES:
        return Invalid("This is no number of pieces.", fields={"on_hand": f"Count from 0 to {MOST_PIECES:,}."})
    return Refused(
        "So few cannot be on the shelf.",
        why=f"{now.held + now.sold} pieces are promised or sold, and not sent yet.",
        try_="Send them, or cancel their orders first.",
    )


_VARIANT: BindParameter[int] = bindparam("variant")
_PIECES: BindParameter[int] = bindparam("pieces")
# An article is one piece, and nobody counts it.
_LISTING_OF = (
    select(variants.c.listing_id)
    .join(listings, listings.c.id == variants.c.listing_id)
    .where(variants.c.id == _VARIANT, variants.c.shop_id == bindparam("shop"), listings.c.kind != "article")
)
_MOVE = (
    update(stock)
    .where(
        stock.c.variant_id == _VARIANT,
        (stock.c.on_hand + _PIECES).between(stock.c.held + stock.c.sold, bindparam("most")),
    )
    .values(on_hand=stock.c.on_hand + _PIECES)
)
_SET = (
    update(stock)
    .where(
        stock.c.variant_id == _VARIANT,
        stock.c.on_hand == bindparam("seen"),
        _PIECES.between(stock.c.held + stock.c.sold, bindparam("most")),
    )
    .values(on_hand=_PIECES)
)
