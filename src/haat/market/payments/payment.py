"""A payment: one attempt of a buyer to pay for one checkout.

started ──▶ waiting ──▶ declined
   │  └────────┼──────────▲
   ▼           ▼
abandoned    paid            paid is the last word: it may follow every other state
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from haat.kernel.errors import NotFound
from haat.kernel.ids import new_id
from haat.kernel.money import Money
from haat.market.payments import queries
from haat.market.payments.ports import Declined, NeedsConfirmation, Outcome, Paid, Pending
from haat.market.payments.tables import payments
from haat.store import Store, Tx

State = Literal["started", "waiting", "paid", "declined", "abandoned"]


class Payment(NamedTuple):
    """A row of `payments`; its id, as text, is the key under which the gateway knows it."""

    id: int
    checkout_id: int
    attempt: int
    gateway: str
    gateway_ref: str | None
    state: State
    currency: str
    amount: int
    refunded: int
    confirm_url: str | None
    decline_code: str | None
    started_at: int
    settled_at: int | None

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


def get(store: Store | Tx, payment_id: int) -> Payment:
    """Raises NotFound."""
    row = store.first(queries.PAYMENT, id=payment_id)
    if row is None:
        raise NotFound("There is no such payment.")
    return Payment(*row)


def id_of_key(key: str) -> int:
    """Our id behind a gateway's key. Raises NotFound for keys that we never gave."""
    if not key.isascii() or not key.isdigit() or len(key) > 19:
        raise NotFound("There is no such payment.", why=f"“{key[:40]}” is not a key of ours.")
    return int(key)


def start(tx: Tx, checkout_id: int, attempt: int, money: Money, gateway: str) -> int:
    """Write down that the gateway is about to be asked; returns the id. The same attempt twice breaks a rule of the table."""
    payment_id = new_id()
    tx.insert(
        payments,
        id=payment_id,
        checkout_id=checkout_id,
        attempt=attempt,
        gateway=gateway,
        state="started",
        currency=money.currency,
        amount=money.amount,
        refunded=0,
        started_at=tx.now,
        asked_at=tx.now,
    )
    return payment_id


def note(tx: Tx, payment_id: int, outcome: Outcome) -> bool:
    """Write down what the gateway says; False when that is no news."""
    match outcome:
        case Paid(ref=ref):
            return tx.run(queries.MARK_PAID, key=payment_id, ref=ref, at=tx.now) == 1
        case Declined(ref=ref, code=code):
            return tx.run(queries.MARK_DECLINED, key=payment_id, ref=ref, code=code, at=tx.now) == 1
        case NeedsConfirmation(ref=ref, url=url):
            return tx.run(queries.MARK_WAITING, key=payment_id, ref=ref, url=url) == 1
        case Pending(ref=ref):
            return tx.run(queries.MARK_WAITING, key=payment_id, ref=ref, url=None) == 1


def abandon(tx: Tx, payment_id: int) -> bool:
    """The gateway has never heard of it. Should it be paid after all, that still counts."""
    return tx.run(queries.MARK_ABANDONED, key=payment_id, at=tx.now) == 1
