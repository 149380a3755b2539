"""Refunds: promised in the transaction of whoever decides, sent by a job, closed when the gateway says so."""

from __future__ import annotations

from typing import Literal, NamedTuple

from haat.jobs import outbox
from haat.kernel.errors import NotFound, Refused, Unavailable
from haat.kernel.faults import reach
from haat.kernel.ids import new_id
from haat.kernel.money import Money
from haat.market.payments import ledger, payment, queries
from haat.market.payments.ledger import Entry
from haat.market.payments.ports import Gateway, Pending, Refunded, RefundFailed, RefundOrder
from haat.market.payments.tables import refunds
from haat.store import Store, Tx

SEND = "refund.send"


class Refund(NamedTuple):
    """A row of `refunds`; `amount` in minor units."""

    id: int
    payment_id: int
    deal_id: int | None
    currency: str
    amount: int
    reason: str
    state: Literal["asked", "done"]
    attempt: int
    asked_at: int
    settled_at: int | None

    @property
    def key(self) -> str:
        """The key of this attempt at the gateway."""
        return f"{self.id}.{self.attempt}"


def get(store: Store | Tx, refund_id: int) -> Refund:
    """Raises NotFound."""
    row = store.first(queries.REFUND, id=refund_id)
    if row is None:
        raise NotFound("There is no such refund.")
    return Refund(*row)


def of_deal(store: Store | Tx, deal_id: int) -> list[Refund]:
    return [Refund(*row) for row in store.read(queries.REFUNDS_OF_DEAL, deal_id=deal_id)]


def ask(tx: Tx, payment_id: int, deal_id: int | None, money: Money, reason: str, by: int | None) -> int:
    """Promise money back and ask the worker to send it; returns the id. Raises Refused beyond what was paid.

    The caller books it: only the caller knows who gives the money.
    """
    if tx.run(queries.TAKE_FOR_REFUND, key=payment_id, more=money.amount) != 1:
        raise Refused("This cannot be refunded.", why="No more than what was paid can go back.")
    refund_id = new_id()
    tx.insert(
        refunds,
        id=refund_id,
        payment_id=payment_id,
        deal_id=deal_id,
        currency=money.currency,
        amount=money.amount,
        reason=reason,
        state="asked",
        attempt=1,
        asked_by=by,
        asked_at=tx.now,
    )
    outbox.tell(tx, SEND, {"refund": refund_id})
    return refund_id


def send(store: Store, gateway: Gateway, refund_id: int) -> None:
    """Ask the gateway, as often as it takes. Raises Unavailable until the gateway says that the money is on its way."""
    refund = get(store, refund_id)
    if refund.state == "done":
        return
    charge_ref = payment.get(store, refund.payment_id).gateway_ref or ""
    money = Money(refund.amount, refund.currency)
    match gateway.refund(RefundOrder(key=refund.key, charge_ref=charge_ref, amount=money, reason=refund.reason)):
        case Refunded(ref=ref):
            reach("refund.before_settle")
            store.write(lambda tx: settle(tx, refund, ref))
        case RefundFailed(words=words):
            store.write(lambda tx: tx.run(queries.NEXT_REFUND_ATTEMPT, key=refund.id, failed=refund.attempt))
            raise Unavailable("The gateway did not refund.", why=words, try_="It is asked again.")
        case Pending():
            raise Unavailable("The gateway has not refunded yet.", try_="It is asked again.")


def of_key(key: str) -> int:
    """The refund behind a gateway's key. Raises NotFound for keys that we never gave."""
    return payment.id_of_key(key.partition(".")[0])


def settle(tx: Tx, refund: Refund, ref: str) -> None:
    """The money has left the gateway. News that was known already changes nothing."""
    if tx.run(queries.MARK_REFUND_DONE, key=refund.id, ref=ref, at=tx.now) == 1:
        ledger.record(
            tx,
            "refunded",
            refund.id,
            refund.currency,
            Entry("refunds", refund.amount, deal_id=refund.deal_id),
            Entry("gateway", -refund.amount, deal_id=refund.deal_id),
        )


def give_stray_back(tx: Tx, payment_id: int, amount: int, deal_id: int | None = None) -> None:
    """Refund money that came when nothing waited for it: the deal had expired, or another attempt was paid."""
    currency = payment.get(tx, payment_id).currency
    refund_id = ask(tx, payment_id, deal_id, Money(amount, currency), "paid too late", None)
    ledger.record(
        tx,
        "stray",
        refund_id,
        currency,
        Entry("gateway", amount, deal_id=deal_id),
        Entry("refunds", -amount, deal_id=deal_id),
    )
