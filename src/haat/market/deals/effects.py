"""What a move does to money and to goods. A process names these; nothing else changes either.

What an effect finds out it adds to `data`, which the event keeps. Effects on goods act on what the deal has of stock; where it has nothing
there is nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from haat.jobs import outbox
from haat.kernel.errors import Refused
from haat.kernel.money import Money
from haat.market.catalogue import stock
from haat.market.deals import coupon, queries
from haat.market.deals.deal import Actor, Deal
from haat.market.payments import ledger, refund
from haat.market.payments.ledger import Entry, shares, whole
from haat.store import Tx

WITHDRAW = "payment.withdraw"

Effect = Callable[[Tx, Deal, Actor, dict[str, Any]], None]


def hold_money(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """The gateway has the buyer's money; we hold it for this deal."""
    ledger.record(
        tx,
        "sale",
        deal.id,
        deal.currency,
        Entry("gateway", deal.total, deal_id=deal.id),
        Entry("held", -deal.total, deal_id=deal.id),
    )


def release_money(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """What has not been refunded goes to its owners."""
    rest = whole(deal.terms) - shares(deal.terms, deal.refunded)
    entries = [Entry("held", rest.held, deal_id=deal.id), *ledger.divide(rest, deal.shop_id, deal.id)]
    ledger.record(tx, "release", deal.id, deal.currency, *entries)


def return_money(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """Everything that has not been refunded goes back to the buyer."""
    if deal.refunded < deal.total:
        _return(tx, deal, by, deal.total - deal.refunded, data.get("reason", ""))
    elif deal.total == 0 and deal.rules.states[deal.state].money == "released":
        # The buyer paid nothing, but the seller got the market's coupon.
        ledger.record(tx, "refund", deal.id, deal.currency, *ledger.undivide(whole(deal.terms), deal.shop_id, deal.id))


def return_part(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """Some of the money goes back to the buyer."""
    left = deal.total - deal.refunded
    if data["amount"] > left:
        raise Refused(
            "That is more than is left of this order.",
            why=f"{Money(left, deal.currency)} of {Money(deal.total, deal.currency)} can still be refunded.",
            try_="Give a smaller amount.",
        )
    _return(tx, deal, by, data["amount"], data["reason"])


def _return(tx: Tx, deal: Deal, by: Actor, amount: int, reason: str) -> None:
    assert deal.payment_id is not None
    if tx.run(queries.TAKE_FOR_REFUND, key=deal.id, was=deal.refunded, becomes=deal.refunded + amount) != 1:
        raise Refused("This order has been refunded meanwhile.", try_="Open it again.")
    refund_id = refund.ask(tx, deal.payment_id, deal.id, Money(amount, deal.currency), reason, by.id)
    ledger.record(
        tx, "refund", refund_id, deal.currency, *_sources(deal, amount), Entry("refunds", -amount, deal_id=deal.id)
    )


def _sources(deal: Deal, amount: int) -> list[Entry]:
    """Who gives the money of a refund: the deal itself while it is held, those who got it afterwards."""
    if deal.rules.states[deal.state].money == "held":
        return [Entry("held", amount, deal_id=deal.id)]
    part = shares(deal.terms, deal.refunded + amount) - shares(deal.terms, deal.refunded)
    return ledger.undivide(part, deal.shop_id, deal.id)


def release_goods(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """Pieces that were promised are free again, and so is the use of a coupon once nothing is left of the checkout."""
    _each_line(tx, deal, stock.release)
    if deal.checkout_id is not None:
        coupon.give_back(tx, deal.checkout_id)
    if deal.payment_id is not None:
        outbox.tell(tx, WITHDRAW, {"payment": deal.payment_id}, key=f"withdraw:{deal.payment_id}")


def sell_goods(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    _each_line(tx, deal, stock.sell)


def unsell_goods(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    _each_line(tx, deal, stock.unsell)


def send_goods(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    _each_line(tx, deal, stock.ship)


def put_goods_back(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    _each_line(tx, deal, stock.put_back)


def _each_line(tx: Tx, deal: Deal, change: Callable[[Tx, int, int], None]) -> None:
    for variant_id, quantity in tx.read(queries.PIECES, deal_id=deal.id):
        change(tx, variant_id, quantity)


ALL: dict[str, Effect] = {
    "hold_money": hold_money,
    "release_money": release_money,
    "return_money": return_money,
    "return_part": return_part,
    "release_goods": release_goods,
    "sell_goods": sell_goods,
    "unsell_goods": unsell_goods,
    "send_goods": send_goods,
    "put_goods_back": put_goods_back,
}
