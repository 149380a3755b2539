"""The statements of this room."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, case, delete, exists, func, insert, or_, select, update

from haat.market.accounts.tables import accounts, shops
from haat.market.payments.tables import (
    entries,
    gateway_events,
    movements,
    payments,
    payout_accounts,
    payout_batches,
    payout_terms,
    payouts,
    refunds,
    reserves,
)

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
    due_at=bindparam("due_at"),
)
DUE_OF_DEAL = select(func.coalesce(func.max(entries.c.due_at), 0)).where(
    entries.c.deal_id == bindparam("deal_id"), entries.c.account == "seller"
)

_OPEN = and_(entries.c.account == "seller", entries.c.payout_id.is_(None))
# What the market owes to one shop and has not put into a payout; negative when the shop owes.
BALANCE = select(func.coalesce(-func.sum(entries.c.amount), 0)).where(
    _OPEN, entries.c.shop_id == bindparam("shop_id"), entries.c.currency == bindparam("currency")
)
_PAYABLE = and_(_OPEN, entries.c.due_at <= bindparam("at"))
# The same by what may be paid out by now and what has to wait; one row for each currency.
BALANCES = (
    select(
        entries.c.currency,
        -func.sum(case((entries.c.due_at <= bindparam("at"), entries.c.amount), else_=0)),
        -func.sum(case((entries.c.due_at > bindparam("now"), entries.c.amount), else_=0)),
    )
    .where(_OPEN, entries.c.shop_id == bindparam("shop_id"))
    .group_by(entries.c.currency)
)
# Money of a suspended seller stays where it is until somebody has decided about them.
SHOPS_TO_PAY = (
    select(entries.c.shop_id, entries.c.currency)
    .join(shops, shops.c.id == entries.c.shop_id)
    .join(accounts, accounts.c.id == shops.c.owner_id)
    .where(_PAYABLE, accounts.c.suspended_at.is_(None))
    .group_by(entries.c.shop_id, entries.c.currency)
    .having(func.sum(entries.c.amount) < 0)
    .order_by(entries.c.shop_id, entries.c.currency)
)
STAMP = (
    update(entries)
    .where(_PAYABLE, entries.c.shop_id == bindparam("shop"), entries.c.currency == bindparam("in_currency"))
    .values(payout_id=bindparam("payout"))
)
STAMPED = select(func.coalesce(-func.sum(entries.c.amount), 0)).where(entries.c.payout_id == bindparam("payout_id"))
STATEMENT_LINES = (
    select(
        movements.c.at,
        movements.c.kind,
        entries.c.deal_id,
        entries.c.currency,
        entries.c.amount,
        entries.c.payout_id,
        entries.c.id,
    )
    .join(movements, movements.c.id == entries.c.movement_id)
    .where(entries.c.account == "seller", entries.c.shop_id == bindparam("shop_id"))
)
STATEMENT = (
    STATEMENT_LINES.where(entries.c.id < bindparam("before")).order_by(entries.c.id.desc()).limit(bindparam("most"))
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
    payouts.c.batch_id,
    payouts.c.account_id,
)
PAYOUT = _PAYOUT.where(payouts.c.id == bindparam("id"))
PAYOUTS = _PAYOUT.where(payouts.c.id < bindparam("before")).order_by(payouts.c.id.desc()).limit(bindparam("most"))
PAYOUTS_OF_SHOP = PAYOUTS.where(payouts.c.shop_id == bindparam("shop_id"))
MARK_PAYOUT = (
    update(payouts)
    .where(payouts.c.id == bindparam("key"), payouts.c.state == bindparam("was"))
    .values(state=bindparam("becomes"), gateway_ref=bindparam("ref"), settled_at=bindparam("at"))
)

OPEN_BATCH = select(payout_batches.c.id, payout_batches.c.begun_at).where(payout_batches.c.open == 1)
IS_IN_BATCH = select(payouts.c.id).where(
    payouts.c.batch_id == bindparam("batch_id"),
    payouts.c.shop_id == bindparam("shop_id"),
    payouts.c.currency == bindparam("currency"),
)
FINISH_BATCH = (
    update(payout_batches)
    .where(payout_batches.c.id == bindparam("key"), payout_batches.c.open == 1)
    .values(open=None, finished_at=bindparam("at"))
)
_BATCH = select(payout_batches.c.id, payout_batches.c.begun_at, payout_batches.c.begun_by, payout_batches.c.finished_at)
BATCH = _BATCH.where(payout_batches.c.id == bindparam("id"))
BATCHES = (
    _BATCH.where(payout_batches.c.id < bindparam("before"))
    .order_by(payout_batches.c.id.desc())
    .limit(bindparam("most"))
)
PAYOUTS_OF_BATCH = _PAYOUT.where(payouts.c.batch_id == bindparam("batch_id")).order_by(payouts.c.id)
SUMS_OF_BATCHES = (
    select(payouts.c.batch_id, payouts.c.currency, payouts.c.state, func.count(), func.sum(payouts.c.amount))
    .where(payouts.c.batch_id.between(bindparam("first"), bindparam("last")))
    .group_by(payouts.c.batch_id, payouts.c.currency, payouts.c.state)
    .order_by(payouts.c.batch_id, payouts.c.currency, payouts.c.state)
)

_ACCOUNT = select(
    payout_accounts.c.id,
    payout_accounts.c.shop_id,
    payout_accounts.c.currency,
    payout_accounts.c.version,
    func.substr(payout_accounts.c.number, func.length(payout_accounts.c.number) - 3),
    payout_accounts.c.holder,
    payout_accounts.c.set_by,
    payout_accounts.c.set_at,
    payout_accounts.c.usable_at,
    payout_accounts.c.bounced_at,
)
ACCOUNTS_OF_SHOP = _ACCOUNT.where(payout_accounts.c.shop_id == bindparam("shop_id")).order_by(
    payout_accounts.c.currency, payout_accounts.c.version
)
NEWEST_ACCOUNT = (
    _ACCOUNT.where(
        payout_accounts.c.shop_id == bindparam("shop_id"), payout_accounts.c.currency == bindparam("currency")
    )
    .order_by(payout_accounts.c.version.desc())
    .limit(1)
)
NUMBER_OF_ACCOUNT = select(payout_accounts.c.number).where(payout_accounts.c.id == bindparam("id"))
_newer = payout_accounts.alias("newer")
REPLACED_ACCOUNTS = (
    select(payout_accounts.c.id, payout_accounts.c.number)
    .join(
        _newer,
        and_(
            _newer.c.shop_id == payout_accounts.c.shop_id,
            _newer.c.currency == payout_accounts.c.currency,
            _newer.c.version == payout_accounts.c.version + 1,
        ),
    )
    .where(
        func.length(payout_accounts.c.number) > 4,
        _newer.c.set_at < bindparam("before"),
        ~exists().where(payouts.c.account_id == payout_accounts.c.id, payouts.c.state == "claimed"),
    )
    .order_by(payout_accounts.c.id)
    .limit(100)
)
CUT_NUMBER = (
    update(payout_accounts).where(payout_accounts.c.id == bindparam("key")).values(number=bindparam("last_four"))
)
MARK_BOUNCED = (
    update(payout_accounts)
    .where(payout_accounts.c.id == bindparam("key"), payout_accounts.c.bounced_at.is_(None))
    .values(bounced_at=bindparam("at"))
)

NEWEST_TERMS = (
    select(
        payout_terms.c.version,
        payout_terms.c.hold,
        payout_terms.c.reserve,
        payout_terms.c.reserve_for,
        payout_terms.c.why,
        payout_terms.c.set_by,
        payout_terms.c.set_at,
    )
    .where(payout_terms.c.shop_id == bindparam("shop_id"))
    .order_by(payout_terms.c.version.desc())
    .limit(1)
)

_RESERVE = select(
    reserves.c.id,
    reserves.c.shop_id,
    reserves.c.deal_id,
    reserves.c.currency,
    reserves.c.amount,
    reserves.c.used,
    reserves.c.rate,
    reserves.c.kept_at,
    reserves.c.release_at,
)
RESERVE_OF_DEAL = _RESERVE.where(reserves.c.deal_id == bindparam("deal_id"), reserves.c.released_at.is_(None))
RESERVES_DUE = (
    _RESERVE.where(reserves.c.released_at.is_(None), reserves.c.release_at <= bindparam("at"))
    .order_by(reserves.c.release_at, reserves.c.id)
    .limit(bindparam("most"))
)
USE_RESERVE = (
    update(reserves)
    .where(reserves.c.id == bindparam("key"), reserves.c.used == bindparam("was"), reserves.c.released_at.is_(None))
    .values(used=bindparam("becomes"))
)
RELEASE_RESERVE = (
    update(reserves)
    .where(reserves.c.id == bindparam("key"), reserves.c.used == bindparam("was"), reserves.c.released_at.is_(None))
    .values(released_at=bindparam("at"))
)
RESERVED_OF_SHOP = (
    select(reserves.c.currency, func.sum(reserves.c.amount - reserves.c.used), func.min(reserves.c.release_at))
    .where(reserves.c.shop_id == bindparam("shop_id"), reserves.c.released_at.is_(None))
    .group_by(reserves.c.currency)
)
