"""Begin a deal: its row, its lines and its first event. A checkout begins one a seller; an offer or a bid begins one without a checkout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from haat.kernel.ids import new_id
from haat.kernel.money import percent
from haat.market.deals import queries
from haat.market.deals.deal import PLACED, Actor
from haat.market.deals.engine import Engine
from haat.market.deals.process import NO_SPAN, Process, Span
from haat.market.deals.tables import deal_events, deals
from haat.store import Tx


class NewLine(NamedTuple):
    """What a deal is about, as it is now: `amount` is what `quantity` of it cost. Without `variant_id` nothing is taken from stock."""

    listing_id: int
    title: str
    quantity: int
    unit_price: int
    amount: int
    discount: int = 0
    tax: int = 0
    tax_rate: int = 0
    variant_id: int | None = None
    options: str = "[]"
    sku: str = ""
    photo: str | None = None


class Beginning(NamedTuple):
    """What a deal begins with, money in minor units. There is at least one line. `address` is JSON, "{}" where nothing goes anywhere.

    `off_shipping` is what a coupon takes off the cost of sending; it is part of `discount_by_market` where the market gives it.
    `given` is what was said with it, as with a move.
    """

    rules: Process
    buyer_id: int
    shop_id: int
    currency: str
    lines: Sequence[NewLine]
    by: Actor
    commission_rate: int = 0
    discount_by_market: int = 0
    shipping: int = 0
    off_shipping: int = 0
    checkout_id: int | None = None
    payment_id: int | None = None
    parent_id: int | None = None
    listing_id: int | None = None
    span: Span = NO_SPAN
    shipping_name: str = ""
    address: str = "{}"
    given: Mapping[str, Any] = {}


def begin(tx: Tx, engine: Engine, new: Beginning) -> int:
    """Write it down in the first state of its process; returns the id."""
    deal_id, rules = new_id(), new.rules
    goods, discount, tax = (sum(getattr(line, of) for line in new.lines) for of in ("amount", "discount", "tax"))
    goods_by_market = new.discount_by_market - new.off_shipping if new.discount_by_market else 0
    tx.insert(
        deals,
        id=deal_id,
        parent_id=new.parent_id,
        checkout_id=new.checkout_id,
        listing_id=new.listing_id,
        process=rules.name,
        process_version=rules.version,
        state=rules.start,
        state_since=tx.now,
        due_at=engine.due_at(rules, rules.start, tx.now, new.span),
        payment_id=new.payment_id,
        buyer_id=new.buyer_id,
        shop_id=new.shop_id,
        currency=new.currency,
        goods=goods,
        discount=discount + new.off_shipping,
        discount_by_market=new.discount_by_market,
        shipping=new.shipping,
        tax=tax,
        total=goods - discount - new.off_shipping + new.shipping + tax,
        commission=percent(goods - discount + goods_by_market, new.commission_rate),
        commission_rate=new.commission_rate,
        refunded=0,
        shipping_name=new.shipping_name,
        address=new.address,
        created_at=tx.now,
        starts_at=new.span.starts_at,
        ends_at=new.span.ends_at,
    )
    tx.many(queries.ADD_LINE, [_line(deal_id, line) for line in new.lines])
    tx.insert(
        deal_events,
        id=new_id(),
        deal_id=deal_id,
        at=tx.now,
        move=PLACED,
        from_state=rules.start,
        to_state=rules.start,
        by_role=new.by.role,
        by_id=new.by.id,
        data=msgspec.json.encode(new.given).decode(),
    )
    return deal_id


def _line(deal_id: int, line: NewLine) -> dict[str, Any]:
    return {"id": new_id(), "deal_id": deal_id, **line._asdict()}
