"""The reserve: a part of what a seller earns that is kept back for a while, so that a late refund finds money.

It is kept when a deal is released, goes back to the seller by itself, and earlier where a refund of its own deal needs it.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from haat.kernel import clock
from haat.kernel.errors import Conflict
from haat.kernel.ids import new_id
from haat.market.payments import ledger, queries
from haat.market.payments.ledger import Entry
from haat.market.payments.tables import reserves
from haat.market.payments.terms import Terms
from haat.store import Store, Tx

_MOST_AT_ONCE = 200


class Reserve(NamedTuple):
    """What is kept of one deal, in minor units; `used` of it went back early."""

    id: int
    shop_id: int
    deal_id: int
    currency: str
    amount: int
    used: int
    rate: int
    kept_at: int
    release_at: int

    @property
    def left(self) -> int:
        return self.amount - self.used


def keep(tx: Tx, terms: Terms, earned: Entry, currency: str) -> None:
    """Keep the part that the terms say of what a seller has just earned; it is due when the rest is."""
    assert earned.shop_id is not None and earned.deal_id is not None
    amount = -earned.amount * terms.reserve // 10_000
    if amount <= 0:
        return
    reserve_id = new_id()
    tx.insert(
        reserves,
        id=reserve_id,
        shop_id=earned.shop_id,
        deal_id=earned.deal_id,
        currency=currency,
        amount=amount,
        used=0,
        rate=terms.reserve,
        kept_at=tx.now,
        release_at=tx.now + terms.reserve_for,
    )
    entries = earned._replace(amount=amount), Entry("reserve", -amount, earned.shop_id, earned.deal_id)
    ledger.record(tx, "reserve", reserve_id, currency, *entries)


def use(tx: Tx, deal_id: int, needed: int, reference: int, due_at: int) -> None:
    """Give back to the seller what a refund of this deal is about to take, as far as it is kept."""
    row = tx.first(queries.RESERVE_OF_DEAL, deal_id=deal_id)
    if row is None:
        return
    kept = Reserve(*row)
    amount = min(kept.left, needed)
    if amount <= 0:
        return
    if tx.run(queries.USE_RESERVE, key=kept.id, was=kept.used, becomes=kept.used + amount) != 1:
        raise Conflict("The reserve of this order is being paid out.", try_="Try again in a moment.")
    _give_back(tx, "reserve_used", reference, kept, amount, due_at)


def release_due(store: Store) -> str:
    """Give back what was kept long enough."""
    due = [Reserve(*row) for row in store.read(queries.RESERVES_DUE, at=clock.now(), most=_MOST_AT_ONCE)]
    released = sum(store.write(partial(_release, kept=kept)) for kept in due)
    return f"Reserves given back: {released}." if released else "No reserve was due."


def _release(tx: Tx, kept: Reserve) -> bool:
    if tx.run(queries.RELEASE_RESERVE, key=kept.id, was=kept.used, at=tx.now) != 1:
        return False
    if kept.left:
        _give_back(tx, "reserve_released", kept.id, kept, kept.left, tx.now)
    return True


def _give_back(tx: Tx, kind: ledger.Kind, reference: int, kept: Reserve, amount: int, due_at: int) -> None:
    ledger.record(
        tx,
        kind,
        reference,
        kept.currency,
        Entry("reserve", amount, kept.shop_id, kept.deal_id),
        Entry("seller", -amount, kept.shop_id, kept.deal_id, due_at=due_at),
    )
