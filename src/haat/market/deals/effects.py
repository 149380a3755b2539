"""What a move does to money and to goods. A process names these; nothing else changes either.

What an effect finds out it adds to `data`, which the event keeps. Effects on goods act on what the deal has of stock and on the units that it
has booked; where it has none there is nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from haat.jobs import outbox
from haat.kernel.errors import Refused
from haat.kernel.money import Money, percent
from haat.market.catalogue import stock
from haat.market.deals import coupon, queries
from haat.market.deals.deal import Actor, Deal, children, events, take
from haat.market.hire import book
from haat.market.payments import ledger, refund, reserve, terms
from haat.market.payments.ledger import Entry, Shares, shares, whole
from haat.store import Tx

WITHDRAW = "payment.withdraw"
INVOICE = "deal.invoice"  # deal, invoice: whether it is time for one
SOLD = "listing.sold"

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
    """What has not been refunded goes to its owners, on the terms that hold for the shop now."""
    rest = whole(deal.terms) - shares(deal.terms, deal.refunded)
    on = terms.in_force(tx, deal.shop_id)
    earned, *others = ledger.divide(rest, deal.shop_id, deal.id, tx.now + on.hold)
    ledger.record(tx, "release", deal.id, deal.currency, Entry("held", rest.held, deal_id=deal.id), earned, *others)
    reserve.keep(tx, on, earned, deal.currency)
    _ask_for_documents(tx, deal, is_due=True)


def return_money(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """Everything that has not been refunded goes back to the buyer."""
    if deal.refunded < deal.total:
        _return(tx, deal, by, deal.total - deal.refunded, data.get("reason", ""))
    elif deal.total == 0 and deal.rules.states[deal.state].money == "released":
        # The buyer paid nothing, but the seller got the market's coupon.
        ledger.record(tx, "refund", deal.id, deal.currency, *_taken_back(tx, deal, whole(deal.terms), deal.id))


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


def keep_part_of_rent(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """A hire was cancelled late: the share that was agreed on goes to its owners, the rest back to the buyer."""
    booked = book.booking(tx, deal.id)
    assert booked is not None
    _keep(tx, deal, by, percent(deal.total, booked.kept_when_late), data)


def keep_past_share(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """It ends early: the share of the time that has passed goes to its owners, the rest back to the buyer."""
    assert deal.starts_at is not None and deal.ends_at is not None
    whole_time = deal.ends_at - deal.starts_at
    past = min(max(tx.now - deal.starts_at, 0), whole_time)
    _keep(tx, deal, by, deal.total * past // whole_time, data)


def keep_claimed(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """What was asked for, or decided with this very move, goes to the seller, the rest back to the buyer."""
    _keep(tx, deal, by, data["amount"] if "amount" in data else _claimed(tx, deal), data)


def reckon_late_fee(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """What a deposit is asked for: the rent of the time after the end, and never more than there is."""
    booked = book.booking(tx, deal.parent_id or 0)
    assert booked is not None and deal.ends_at is not None
    late_fee = booked.late_fee(deal.ends_at, tx.now).amount * booked.quantity
    data["amount"] = min(late_fee, deal.total - deal.refunded)


def reckon_all(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """All of a deposit is asked for."""
    data["amount"] = deal.total - deal.refunded


def refuse_beyond_total(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """Raises Refused when more is asked for than there is."""
    left = deal.total - deal.refunded
    if data["amount"] > left:
        raise Refused(
            "That is more than there is.", why=f"{Money(left, deal.currency)} are left.", try_="Give a smaller amount."
        )


def _claimed(tx: Tx, deal: Deal) -> int:
    given = [event.given for event in events(tx, deal.id)]
    return int(next((said["amount"] for said in reversed(given) if "amount" in said), 0))


def _keep(tx: Tx, deal: Deal, by: Actor, kept: int, data: dict[str, Any]) -> None:
    """So much goes to those it belongs to, the rest back to the buyer; the event says how much was kept."""
    left = deal.total - deal.refunded
    data["amount"] = min(kept, left)
    back = left - data["amount"]
    if back:
        _return(tx, deal, by, back, data.get("reason", ""))
    release_money(tx, deal._replace(refunded=deal.refunded + back), by, data)


def refuse_while_held(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """Raises Refused while the market holds money for a deal that belongs to this one."""
    parts = [take(tx, one.id) for one in children(tx, deal.id)]
    held = [one for one in parts if one.rules.states[one.state].money == "held"]
    if held:
        raise Refused(
            "This cannot end now.",
            why=f"The market holds money for {len(held)} of its parts.",
            try_="See to those first: pay them, or let the money go back.",
        )


def _return(tx: Tx, deal: Deal, by: Actor, amount: int, reason: str) -> None:
    assert deal.payment_id is not None
    if tx.run(queries.TAKE_FOR_REFUND, key=deal.id, was=deal.refunded, becomes=deal.refunded + amount) != 1:
        raise Refused("This order has been refunded meanwhile.", try_="Open it again.")
    refund_id = refund.ask(tx, deal.payment_id, deal.id, Money(amount, deal.currency), reason, by.id)
    sources = _sources(tx, deal, amount, refund_id)
    ledger.record(tx, "refund", refund_id, deal.currency, *sources, Entry("refunds", -amount, deal_id=deal.id))
    _ask_for_documents(tx, deal, is_due=False)


def _sources(tx: Tx, deal: Deal, amount: int, refund_id: int) -> list[Entry]:
    """Who gives the money of a refund: the deal itself while it is held, those who got it afterwards."""
    if deal.rules.states[deal.state].money == "held":
        return [Entry("held", amount, deal_id=deal.id)]
    part = shares(deal.terms, deal.refunded + amount) - shares(deal.terms, deal.refunded)
    return _taken_back(tx, deal, part, refund_id)


def _taken_back(tx: Tx, deal: Deal, part: Shares, reference: int) -> list[Entry]:
    """What the owners of a part give back; a seller first has what is kept in reserve of this deal."""
    due_at = ledger.due_of_deal(tx, deal.id)
    reserve.use(tx, deal.id, part.seller, reference, due_at)
    return ledger.undivide(part, deal.shop_id, deal.id, due_at)


def set_price(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """The amount that was named is what the deal costs from now on: of a deal about one thing, before there is money."""
    tx.run(queries.SET_PRICE, key=deal.id, amount=data["amount"])
    tx.run(queries.SET_LINE_PRICE, key=deal.id, amount=data["amount"])


def hold_goods(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """Promise the pieces to this deal. Raises Refused when somebody else has them, or when they are no longer on offer."""
    for variant_id, quantity in tx.read(queries.PIECES, deal_id=deal.id):
        if not stock.hold(tx, variant_id, quantity):
            raise Refused(
                "It cannot be promised now.",
                why="It is reserved for somebody else, or no longer on offer.",
                try_="Wait whether that falls through, or decline.",
            )


def end_listing(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """What it was about is gone: the listing ends once this is written down."""
    outbox.tell(tx, SOLD, {"listing": deal.listing_id}, key=f"sold:{deal.id}")


def release_goods(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """Pieces that were promised are free again, and so is the use of a coupon once nothing is left of the checkout."""
    _each_line(tx, deal, stock.release)
    book.let_go(tx, deal.id)
    if deal.checkout_id is not None:
        coupon.give_back(tx, deal.checkout_id)
    withdraw_payment(tx, deal, by, data)


def withdraw_payment(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """A payment that may still be under way is called off, unless another deal waits for it."""
    if deal.payment_id is not None:
        outbox.tell(tx, WITHDRAW, {"payment": deal.payment_id}, key=f"withdraw:{deal.payment_id}")


def sell_goods(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    _each_line(tx, deal, stock.sell)


def unsell_goods(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    _each_line(tx, deal, stock.unsell)
    book.let_go(tx, deal.id)


def send_goods(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    _each_line(tx, deal, stock.ship)
    _ask_for_documents(tx, deal, is_due=True)


def put_goods_back(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    _each_line(tx, deal, stock.put_back)
    book.let_go(tx, deal.id)


def note_return(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """What was hired is back since now, unless it was said before."""
    book.bring_back(tx, deal.id)


def forget_return(tx: Tx, deal: Deal, by: Actor, data: dict[str, Any]) -> None:
    """It is not back after all."""
    book.take_word_back(tx, deal.id)


def _ask_for_documents(tx: Tx, deal: Deal, *, is_due: bool) -> None:
    """The invoice where it is due, and credit notes for refunds once there is one, are written by whoever does it for the market.

    What is kept of a deposit makes good a damage, what the market itself sells is on its own invoice to the shop, and what is not paid for
    through the market is not the market's to invoice.
    """
    if deal.process == "deposit" or deal.rules.sold_by == "market" or deal.payment_id is None:
        return
    outbox.tell(tx, INVOICE, {"deal": deal.id, "invoice": is_due})


def _each_line(tx: Tx, deal: Deal, change: Callable[[Tx, int, int], None]) -> None:
    for variant_id, quantity in tx.read(queries.PIECES, deal_id=deal.id):
        change(tx, variant_id, quantity)


ALL: dict[str, Effect] = {
    "hold_money": hold_money,
    "release_money": release_money,
    "return_money": return_money,
    "return_part": return_part,
    "set_price": set_price,
    "hold_goods": hold_goods,
    "release_goods": release_goods,
    "sell_goods": sell_goods,
    "unsell_goods": unsell_goods,
    "send_goods": send_goods,
    "put_goods_back": put_goods_back,
    "end_listing": end_listing,
    "keep_part_of_rent": keep_part_of_rent,
    "keep_past_share": keep_past_share,
    "keep_claimed": keep_claimed,
    "note_return": note_return,
    "forget_return": forget_return,
    "reckon_late_fee": reckon_late_fee,
    "reckon_all": reckon_all,
    "refuse_beyond_total": refuse_beyond_total,
    "refuse_while_held": refuse_while_held,
    "withdraw_payment": withdraw_payment,
}
