"""Tells buyers and sellers what happened to their deals, in the words of the notices room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select

from haat.kernel import ids
from haat.kernel.errors import NotFound
from haat.kernel.money import Money
from haat.market.accounts.tables import accounts, shops
from haat.market.deals import deal as dealing
from haat.market.deals import queries
from haat.market.deals.deal import Deal, Event
from haat.market.notices import notice
from haat.market.payments import payout, refund
from haat.store import Store, Tx

BUYERS_PAGE = "/purchases/{}"
SELLERS_PAGE = "/selling/orders/{}"
PAYOUTS_PAGE = "/selling/money"

_SHOP = select(shops.c.name, shops.c.owner_id).where(shops.c.id == bindparam("id"))
_NAME = select(accounts.c.name).where(accounts.c.id == bindparam("id"))


def tell_of_move(store: Store, payload: Mapping[str, Any]) -> None:
    """Write the notices of one move; run again, it writes none twice."""
    store.write(lambda tx: _tell(tx, payload["deal"], payload["event"], payload["due"]))


def tell_of_payout(store: Store, payload: Mapping[str, Any]) -> None:
    """Tell the owner of a shop that a payout was sent, or came back."""

    def work(tx: Tx) -> None:
        paid = payout.get(tx, payload["payout"])
        _, owner = _shop(tx, paid.shop_id)
        data = {"amount": Money(paid.amount, paid.currency)}
        notice.tell(tx, owner, f"payout_{payload['state']}", data, PAYOUTS_PAGE, cause=payload["cause"])

    store.write(work)


def _tell(tx: Tx, deal_id: int, event_id: int, due_at: int | None) -> None:
    deal = dealing.get(tx, deal_id)
    event = _event(tx, deal_id, event_id)
    shop, owner = _shop(tx, deal.shop_id)
    to_whom = {
        "buyer": (deal.buyer_id, BUYERS_PAGE.format(ids.encode(deal.id))),
        "seller": (owner, SELLERS_PAGE.format(ids.encode(deal.id))),
    }
    data = _data(tx, deal, event, due_at, shop)
    for side, kind in deal.rules.move(event.move).tells.items():
        account_id, link = to_whom[side]
        notice.tell(tx, account_id, kind, data, link, cause=event.id)


def _data(tx: Tx, deal: Deal, event: Event, due_at: int | None, shop: str) -> dict[str, Any]:
    """Everything that a notice about a deal may want to say."""
    amount = _given_back(tx, deal, event)
    when = due_at if due_at is not None else event.at
    days = dict.fromkeys(("send_by", "return_by", "answer_by", "send_back_by", "deliver_by", "decide_by"), when)
    return {
        "item": _item(tx, deal),
        "shop": shop,
        "buyer": tx.value(_NAME, id=deal.buyer_id) or "–",
        "total": Money(amount, deal.currency),
        "amount": Money(amount, deal.currency),
        "reason": event.given.get("reason", "–"),
        "carrier": event.given.get("carrier", "–"),
        "parcel": event.given.get("parcel", "–"),
        "note": event.given.get("note", "–"),
        "starts": deal.starts_at if deal.starts_at is not None else event.at,
        "ends": deal.ends_at if deal.ends_at is not None else event.at,
        **days,
    }


def _given_back(tx: Tx, deal: Deal, event: Event) -> int:
    """What this move gave back, whatever was given back since; of a move that gave nothing, what the order costs."""
    if "amount" in event.given:
        return int(event.given["amount"])
    # Of several at one instant it is the last: whatever ends a deal gives back what the parts before have left.
    by_move = [one.amount for one in refund.of_deal(tx, deal.id) if one.asked_at == event.at]
    return by_move[-1] if by_move else deal.total


def _item(tx: Tx, deal: Deal) -> str:
    first, *others = dealing.lines(tx, deal.id)
    return f"{first.title} + {len(others)}" if others else first.title


def _event(tx: Tx, deal_id: int, event_id: int) -> Event:
    for row in tx.read(queries.EVENTS, deal_id=deal_id):
        if row[0] == event_id:
            return Event(*row)
    raise NotFound("There is no such event.", why=f"Deal {deal_id} has no event {event_id}.")


def _shop(tx: Tx, shop_id: int) -> tuple[str, int]:
    row = tx.first(_SHOP, id=shop_id)
    assert row is not None
    name, owner = row
    return str(name), int(owner)
