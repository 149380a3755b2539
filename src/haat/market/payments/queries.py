"""The statements of this room."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update

from haat.market.accounts.tables import accounts, shops
from haat.market.payments.tables import entries, gateway_events, movements, payments, payouts, refunds

PAYMENT = select(
    payments.c.id,
    payments.c.checkout_id,
    payments.c.attempt,
    payments.c.gateway,
    payments.c.gateway_ref,
    payments.c.state,
    payments.c.currency,
    payments.c.amount,
    payments.c.refunded,
    payments.c.confirm_url,
    payments.c.decline_code,
    payments.c.started_at,
    payments.c.settled_at,
).where(payments.c.id == bindparam("id"))

# Paid is the gateway's last word: it beats everything that was heard before.
MARK_PAID = (
    update(payments)
    .where(payments.c.id == bindparam("key"), payments.c.state != "paid")
    .values(state="paid", gateway_ref=bindparam("ref"), settled_at=bindparam("at"), decline_code=None)
)
# A gateway may say only later that the buyer has to confirm.
MARK_WAITING = (
    update(payments)
    .where(
        payments.c.id == bindparam("key"),
        or_(payments.c.state == "started", and_(payments.c.state == "waiting", payments.c.confirm_url.is_(None))),
    )
    .values(state="waiting", gateway_ref=bindparam("ref"), confirm_url=bindparam("url"))
)
MARK_DECLINED = (
    update(payments)
    .where(payments.c.id == bindparam("key"), payments.c.state.in_(["started", "waiting"]))
    .values(state="declined", gateway_ref=bindparam("ref"), settled_at=bindparam("at"), decline_code=bindparam("code"))
)
MARK_ABANDONED = (
    update(payments)
    .where(payments.c.id == bindparam("key"), payments.c.state == "started")
    .values(state="abandoned", settled_at=bindparam("at"))
)
MARK_ASKED = (
    update(payments)
    .where(payments.c.id == bindparam("key"), payments.c.asked_at == bindparam("before"))
    .values(asked_at=bindparam("at"))
)
# Payments nobody has brought news of for a while; whoever was asked about longest ago comes first, so that none is forgotten.
TO_ASK = (
    select(payments.c.id, payments.c.asked_at)
    .where(
        or_(
            and_(payments.c.state == "started", payments.c.asked_at <= bindparam("started_before")),
            and_(payments.c.state == "waiting", payments.c.asked_at <= bindparam("waiting_before")),
        )
    )
    .order_by(payments.c.asked_at, payments.c.id)
    .limit(bindparam("most"))
)
TAKE_FOR_REFUND = (
    update(payments)
    .where(
        payments.c.id == bindparam("key"),
        payments.c.state == "paid",
        payments.c.refunded + bindparam("more") <= payments.c.amount,
    )
    .values(refunded=payments.c.refunded + bindparam("more"))
)

_REFUND = select(
    refunds.c.id,
    refunds.c.payment_id,
    refunds.c.deal_id,
    refunds.c.currency,
    refunds.c.amount,
    refunds.c.reason,
    refunds.c.state,
    refunds.c.attempt,
    refunds.c.asked_at,
    refunds.c.settled_at,
)
REFUND = _REFUND.where(refunds.c.id == bindparam("id"))
REFUNDS_OF_DEAL = _REFUND.where(refunds.c.deal_id == bindparam("deal_id")).order_by(refunds.c.id)
MARK_REFUND_DONE = (
    update(refunds)
    .where(refunds.c.id == bindparam("key"), refunds.c.state == "asked")
    .values(state="done", gateway_ref=bindparam("ref"), settled_at=bindparam("at"))
)

NEXT_REFUND_ATTEMPT = (
    update(refunds)
    .where(refunds.c.id == bindparam("key"), refunds.c.state == "asked", refunds.c.attempt == bindparam("failed"))
    .values(attempt=refunds.c.attempt + 1)
)

OLD_EVENTS = (
    select(gateway_events.c.gateway, gateway_events.c.event)
    .where(gateway_events.c.received_at < bindparam("before"))
    .order_by(gateway_events.c.received_at)
    .limit(bindparam("most"))
)

FORGET_EVENT = delete(gateway_events).where(
    gateway_events.c.gateway == bindparam("of_gateway"), gateway_events.c.event == bindparam("old_event")
)

ADD_ENTRY = insert(entries).values(
    id=bindparam("id"),
    movement_id=bindparam("movement_id"),
    account=bindparam("account"),
    shop_id=bindparam("shop_id"),
    deal_id=bindparam("deal_id"),
    currency=bindparam("currency"),
    amount=bindparam("amount"),
    payout_id=bindparam("payout_id"),
)

_OPEN = and_(entries.c.account == "seller", entries.c.payout_id.is_(None))
# What the market owes to one shop and has not put into a payout; negative when the shop owes.
BALANCE = select(func.coalesce(-func.sum(entries.c.amount), 0)).where(
    _OPEN, entries.c.shop_id == bindparam("shop_id"), entries.c.currency == bindparam("currency")
)
# Money of a suspended seller stays where it is until somebody has decided about them.
SHOPS_TO_PAY = (
    select(entries.c.shop_id, entries.c.currency)
    .join(shops, shops.c.id == entries.c.shop_id)
    .join(accounts, accounts.c.id == shops.c.owner_id)
    .where(_OPEN, accounts.c.suspended_at.is_(None), entries.c.shop_id > bindparam("after"))
    .group_by(entries.c.shop_id, entries.c.currency)
    .having(func.sum(entries.c.amount) < 0)
    .order_by(entries.c.shop_id)
)
STAMP = (
    update(entries)
    .where(_OPEN, entries.c.shop_id == bindparam("shop"), entries.c.currency == bindparam("in_currency"))
    .values(payout_id=bindparam("payout"))
)
STAMPED = select(func.coalesce(-func.sum(entries.c.amount), 0)).where(entries.c.payout_id == bindparam("payout_id"))
STATEMENT = (
    select(movements.c.at, movements.c.kind, entries.c.deal_id, entries.c.amount, entries.c.payout_id, entries.c.id)
    .join(movements, movements.c.id == entries.c.movement_id)
    .where(entries.c.account == "seller", entries.c.shop_id == bindparam("shop_id"), entries.c.id < bindparam("before"))
    .order_by(entries.c.id.desc())
    .limit(bindparam("most"))
)

_PAYOUT = select(
    payouts.c.id,
    payouts.c.shop_id,
    payouts.c.currency,
    payouts.c.amount,
    payouts.c.state,
    payouts.c.gateway_ref,
    payouts.c.claimed_at,
    payouts.c.settled_at,
)
PAYOUT = _PAYOUT.where(payouts.c.id == bindparam("id"))
PAYOUTS = _PAYOUT.where(payouts.c.id < bindparam("before")).order_by(payouts.c.id.desc()).limit(bindparam("most"))
PAYOUTS_OF_SHOP = PAYOUTS.where(payouts.c.shop_id == bindparam("shop_id"))
MARK_PAYOUT = (
    update(payouts)
    .where(payouts.c.id == bindparam("key"), payouts.c.state == bindparam("was"))
    .values(state=bindparam("becomes"), gateway_ref=bindparam("ref"), settled_at=bindparam("at"))
)
