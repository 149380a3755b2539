"""Pieces of a variant: free on the shelf, held for a deal that is not paid yet, sold, gone.

    free ── hold ──▶ held ── sell ──▶ sold ── ship ──▶ gone
    free ◀─ release ─ held    free ◀─ unsell ─ sold    free ◀─ put_back ─ gone

Each step is one UPDATE that also carries its condition, so two buyers can never get the same piece; the table's own CHECK stands behind
it. A second UPDATE keeps `listings.free`, the pieces that can be bought of all variants on offer. Who takes several variants takes them
in the order of their ids.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Update, bindparam, exists, select, update

from haat.kernel.errors import HaatError
from haat.market.catalogue.tables import listings, stock, variants
from haat.store import Tx


class Stock(NamedTuple):
    """The pieces of one variant. `on_hand` is what lies on the shelf: free, held and sold together."""

    on_hand: int
    held: int
    sold: int

    @property
    def free(self) -> int:
        return self.on_hand - self.held - self.sold


class StockDisagrees(HaatError):
    """A deal wants to move pieces that the stock does not have in that place: one of the two is wrong."""

    code = "stock_disagrees"


def hold(tx: Tx, variant_id: int, pieces: int) -> bool:
    """Promise free pieces to a deal. False when there are not enough, or when the variant is no longer on offer."""
    # Taken first, so that what is asked of the listing then is no older than what is known of the pieces.
    if of(tx, variant_id) is None or tx.run(_HOLD, variant=variant_id, pieces=_some(pieces)) == 0:
        return False
    tx.run(_FREE, variant=variant_id, pieces=-pieces)
    return True


def release(tx: Tx, variant_id: int, pieces: int) -> None:
    """Give up a promise: held pieces are free again."""
    _move(tx, _RELEASE, variant_id, pieces)
    tx.run(_FREE, variant=variant_id, pieces=pieces)


def sell(tx: Tx, variant_id: int, pieces: int) -> None:
    """The deal is paid: held pieces are sold."""
    _move(tx, _SELL, variant_id, pieces)


def unsell(tx: Tx, variant_id: int, pieces: int) -> None:
    """A paid deal is cancelled before it was sent: sold pieces are free again."""
    _move(tx, _UNSELL, variant_id, pieces)
    tx.run(_FREE, variant=variant_id, pieces=pieces)


def ship(tx: Tx, variant_id: int, pieces: int) -> None:
    """Sold pieces leave the shelf."""
    _move(tx, _SHIP, variant_id, pieces)


def put_back(tx: Tx, variant_id: int, pieces: int) -> None:
    """Pieces that came back lie on the shelf again, free."""
    _move(tx, _PUT_BACK, variant_id, pieces)
    tx.run(_FREE, variant=variant_id, pieces=pieces)


def of(tx: Tx, variant_id: int) -> Stock | None:
    """The pieces of a variant, which nobody else moves until this transaction ends."""
    row = tx.first(_OF, variant=variant_id)
    return Stock(*row) if row else None


def _some(pieces: int) -> int:
    if pieces < 1:
        raise ValueError(f"{pieces} pieces cannot be moved")
    return pieces


def _move(tx: Tx, statement: Update, variant_id: int, pieces: int) -> None:
    if tx.run(statement, variant=variant_id, pieces=_some(pieces)) == 0:
        raise StockDisagrees(
            "The stock does not agree with the deal.",
            why=f"Variant {variant_id} has no {pieces} pieces where the deal expects them.",
            try_="See what `haat truth` says about the stock of this variant.",
        )


_VARIANT: BindParameter[int] = bindparam("variant")
_PIECES: BindParameter[int] = bindparam("pieces")


def _where(*conditions: ColumnElement[bool]) -> Update:
    return update(stock).where(stock.c.variant_id == _VARIANT, *conditions)


_ON_OFFER = exists(
    select(variants.c.id)
    .join(listings, listings.c.id == variants.c.listing_id)
    .where(variants.c.id == _VARIANT, variants.c.retired_at.is_(None), listings.c.state == "active")
)

_HOLD = _where(stock.c.on_hand - stock.c.held - stock.c.sold >= _PIECES, _ON_OFFER).values(held=stock.c.held + _PIECES)
_RELEASE = _where(stock.c.held >= _PIECES).values(held=stock.c.held - _PIECES)
_SELL = _where(stock.c.held >= _PIECES).values(held=stock.c.held - _PIECES, sold=stock.c.sold + _PIECES)
_UNSELL = _where(stock.c.sold >= _PIECES).values(sold=stock.c.sold - _PIECES)
_SHIP = _where(stock.c.sold >= _PIECES).values(on_hand=stock.c.on_hand - _PIECES, sold=stock.c.sold - _PIECES)
_PUT_BACK = _where().values(on_hand=stock.c.on_hand + _PIECES)
_OF = (
    select(stock.c.on_hand, stock.c.held, stock.c.sold)
    .where(stock.c.variant_id == _VARIANT)
    .with_for_update(key_share=True)
)

# A retired variant is not on offer: its pieces do not count.
_FREE = (
    update(listings)
    .where(
        listings.c.id
        == select(variants.c.listing_id)
        .where(variants.c.id == _VARIANT, variants.c.retired_at.is_(None))
        .scalar_subquery()
    )
    .values(free=listings.c.free + _PIECES)
)
