"""Promises about money: the ledger, payments, refunds, payouts, and what deals say of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, Table, and_, case, false, func, literal, or_, select

from haat.kernel import ids
from haat.kernel.clock import MINUTE
from haat.market.deals import library
from haat.market.deals.tables import checkouts, coupons, deal_lines, deals
from haat.market.payments.ports import SILENCE_IS_FINAL_AFTER, Gateway
from haat.market.payments.tables import (
    entries,
    movements,
    payments,
    payout_accounts,
    payout_batches,
    payouts,
    refunds,
    reserves,
)
from haat.market.truth.truth import Check
from haat.store import Reader


def _where_money_is(*places: str) -> ColumnElement[bool]:
    """Deals that are in a state with their money in one of these places, by the process and version of each."""
    return or_(
        false(),
        *(
            and_(
                deals.c.process == rules.name,
                deals.c.process_version == rules.version,
                deals.c.state.in_([name for name, state in rules.states.items() if state.money in places]),
            )
            for rules in library.all_versions()
        ),
    )


_UNBALANCED = (
    select(movements.c.id, movements.c.kind, entries.c.currency, func.sum(entries.c.amount))
    .join(entries, entries.c.movement_id == movements.c.id)
    .group_by(movements.c.id, movements.c.kind, entries.c.currency)
    .having(func.sum(entries.c.amount) != 0)
)


def _unbalanced(reader: Reader) -> Iterator[str]:
    for id_, kind, currency, amount in reader.read(_UNBALANCED):
        yield f"movement {id_} ({kind}) is off by {amount} {currency}"


_HELD = (
    select(entries.c.deal_id, func.sum(entries.c.amount).label("amount"))
    .where(entries.c.account == "held")
    .group_by(entries.c.deal_id)
    .subquery()
)
_EXPECTED = case((_where_money_is("held"), deals.c.total - deals.c.refunded), else_=0)
_WRONGLY_HELD = (
    select(deals.c.id, deals.c.state, _EXPECTED, func.coalesce(-_HELD.c.amount, 0))
    .outerjoin(_HELD, _HELD.c.deal_id == deals.c.id)
    .where(func.coalesce(-_HELD.c.amount, 0) != _EXPECTED)
)


def _wrongly_held(reader: Reader) -> Iterator[str]:
    for id_, state, expected, amount in reader.read(_WRONGLY_HELD):
        yield f"deal {ids.encode(id_)} is {state}: {expected} should be held, {amount} is"


_UNPAID = (
    select(deals.c.id, deals.c.state, payments.c.state)
    .outerjoin(payments, payments.c.id == deals.c.payment_id)
    .where(_where_money_is("held", "released", "returned"), or_(payments.c.id.is_(None), payments.c.state != "paid"))
)


def _unpaid(reader: Reader) -> Iterator[str]:
    for id_, state, paid in reader.read(_UNPAID):
        yield f"deal {ids.encode(id_)} is {state}, and its payment is {paid or 'not there'}"


_OF_DEALS = (
    select(deals.c.payment_id, func.sum(deals.c.total).label("amount"))
    .where(deals.c.payment_id.is_not(None))
    .group_by(deals.c.payment_id)
    .subquery()
)
_STRAY = (
    select(refunds.c.payment_id, func.sum(refunds.c.amount).label("amount"))
    .where(refunds.c.deal_id.is_(None))
    .group_by(refunds.c.payment_id)
    .subquery()
)
_COVERED = func.coalesce(_OF_DEALS.c.amount, 0) + func.coalesce(_STRAY.c.amount, 0)
_UNCOVERED = (
    select(payments.c.id, payments.c.amount, _COVERED)
    .outerjoin(_OF_DEALS, _OF_DEALS.c.payment_id == payments.c.id)
    .outerjoin(_STRAY, _STRAY.c.payment_id == payments.c.id)
    .where(payments.c.state == "paid", payments.c.amount != _COVERED)
)


def _uncovered(reader: Reader) -> Iterator[str]:
    for id_, amount, covered in reader.read(_UNCOVERED):
        yield f"payment {id_} brought {amount}; its deals and what went back come to {covered}"


_BY_PAYMENT = (
    select(refunds.c.payment_id, func.sum(refunds.c.amount).label("amount")).group_by(refunds.c.payment_id).subquery()
)
_BY_DEAL = select(refunds.c.deal_id, func.sum(refunds.c.amount).label("amount")).group_by(refunds.c.deal_id).subquery()
_WRONG_REFUNDS_OF_PAYMENTS = (
    select(payments.c.id, payments.c.refunded, func.coalesce(_BY_PAYMENT.c.amount, 0))
    .outerjoin(_BY_PAYMENT, _BY_PAYMENT.c.payment_id == payments.c.id)
    .where(payments.c.refunded != func.coalesce(_BY_PAYMENT.c.amount, 0))
)
_WRONG_REFUNDS_OF_DEALS = (
    select(deals.c.id, deals.c.refunded, func.coalesce(_BY_DEAL.c.amount, 0))
    .outerjoin(_BY_DEAL, _BY_DEAL.c.deal_id == deals.c.id)
    .where(deals.c.refunded != func.coalesce(_BY_DEAL.c.amount, 0))
)


def _wrong_refunds(reader: Reader) -> Iterator[str]:
    for id_, said, found in reader.read(_WRONG_REFUNDS_OF_PAYMENTS):
        yield f"payment {id_} says {said} went back, its refunds come to {found}"
    for id_, said, found in reader.read(_WRONG_REFUNDS_OF_DEALS):
        yield f"deal {ids.encode(id_)} says {said} went back, its refunds come to {found}"


def _by_currency(table: Table, state: str) -> Select[tuple[str, int]]:
    return select(table.c.currency, func.sum(table.c.amount)).where(table.c.state == state).group_by(table.c.currency)


_CAME_IN, _ASKED, _REFUNDED = (
    _by_currency(payments, "paid"),
    _by_currency(refunds, "asked"),
    _by_currency(refunds, "done"),
)
_CLAIMED, _SENT = _by_currency(payouts, "claimed"), _by_currency(payouts, "sent")
_ACCOUNTS = (
    select(entries.c.account, entries.c.currency, func.sum(entries.c.amount))
    .where(entries.c.account.in_(["gateway", "refunds", "payouts"]))
    .group_by(entries.c.account, entries.c.currency)
)


def _wrong_accounts(reader: Reader) -> Iterator[str]:
    expected: Counter[tuple[str, str]] = Counter()
    for account, sign, statement in (
        ("gateway", 1, _CAME_IN),
        ("gateway", -1, _REFUNDED),
        ("gateway", -1, _SENT),
        ("refunds", -1, _ASKED),
        ("payouts", -1, _CLAIMED),
    ):
        for currency, amount in reader.read(statement):
            expected[account, currency] += sign * int(amount)
    found = {(account, currency): int(amount) for account, currency, amount in reader.read(_ACCOUNTS)}
    for account, currency in sorted(expected.keys() | found.keys()):
        stands, comes_to = found.get((account, currency), 0), expected[account, currency]
        if stands != comes_to:
            yield f"account {account} stands at {stands} {currency}; what happened comes to {comes_to}"


_STAMPED = (
    select(entries.c.payout_id, func.sum(entries.c.amount).label("rest"))
    .where(entries.c.payout_id.is_not(None))
    .group_by(entries.c.payout_id)
    .subquery()
)
_WRONG_PAYOUTS = (
    select(payouts.c.id, func.coalesce(_STAMPED.c.rest, literal(-1)))
    .outerjoin(_STAMPED, _STAMPED.c.payout_id == payouts.c.id)
    .where(func.coalesce(_STAMPED.c.rest, literal(-1)) != 0)
)


def _wrong_payouts(reader: Reader) -> Iterator[str]:
    for id_, rest in reader.read(_WRONG_PAYOUTS):
        yield f"payout {id_} and the entries it claimed differ by {rest}"


_TOO_SOON = (
    select(entries.c.id, entries.c.payout_id)
    .join(payouts, payouts.c.id == entries.c.payout_id)
    .where(entries.c.due_at > payouts.c.claimed_at)
)
_WITHOUT_BATCH = (
    select(payouts.c.id)
    .outerjoin(payout_batches, payout_batches.c.id == payouts.c.batch_id)
    .where(payouts.c.account_id.is_not(None), payout_batches.c.id.is_(None))
)
_OTHER_SHOPS = (
    select(payouts.c.id)
    .outerjoin(payout_accounts, payout_accounts.c.id == payouts.c.account_id)
    .where(
        payouts.c.account_id.is_not(None),
        or_(
            payout_accounts.c.id.is_(None),
            payout_accounts.c.shop_id != payouts.c.shop_id,
            payout_accounts.c.currency != payouts.c.currency,
            payout_accounts.c.usable_at > payouts.c.claimed_at,
        ),
    )
)


def _wrong_batches(reader: Reader) -> Iterator[str]:
    for id_, payout_id in reader.read(_TOO_SOON):
        yield f"payout {payout_id} has entry {id_}, which was not due yet"
    for (id_,) in reader.read(_WITHOUT_BATCH):
        yield f"payout {id_} is in no batch"
    for (id_,) in reader.read(_OTHER_SHOPS):
        yield f"payout {id_} does not go to an account that its shop could use"


_KEPT = (
    select(reserves.c.shop_id, reserves.c.currency, func.sum(reserves.c.amount - reserves.c.used))
    .where(reserves.c.released_at.is_(None))
    .group_by(reserves.c.shop_id, reserves.c.currency)
)
_RESERVED = (
    select(entries.c.shop_id, entries.c.currency, -func.sum(entries.c.amount))
    .where(entries.c.account == "reserve")
    .group_by(entries.c.shop_id, entries.c.currency)
)


def _wrong_reserves(reader: Reader) -> Iterator[str]:
    kept = {(shop_id, currency): int(amount) for shop_id, currency, amount in reader.read(_KEPT)}
    booked = {(shop_id, currency): int(amount) for shop_id, currency, amount in reader.read(_RESERVED)}
    for of in sorted(kept.keys() | booked.keys()):
        if kept.get(of, 0) != booked.get(of, 0):
            yield f"of shop {of[0]} {kept.get(of, 0)} {of[1]} are kept, {booked.get(of, 0)} are booked"


_LINES = (
    select(
        deal_lines.c.deal_id,
        func.sum(deal_lines.c.amount).label("goods"),
        func.sum(deal_lines.c.discount).label("discount"),
        func.sum(deal_lines.c.tax).label("tax"),
    )
    .group_by(deal_lines.c.deal_id)
    .subquery()
)
_WRONG_SUMS = (
    select(deals.c.id)
    .outerjoin(_LINES, _LINES.c.deal_id == deals.c.id)
    .where(
        or_(
            _LINES.c.deal_id.is_(None),
            deals.c.goods != _LINES.c.goods,
            deals.c.discount < _LINES.c.discount,
            deals.c.discount - _LINES.c.discount > deals.c.shipping,  # what is more was taken off shipping
            deals.c.tax != _LINES.c.tax,
        )
    )
)
_DEALS = (
    select(deals.c.checkout_id, func.sum(deals.c.total).label("total"))
    .where(deals.c.checkout_id.is_not(None))
    .group_by(deals.c.checkout_id)
    .subquery()
)
_WRONG_CHECKOUTS = (
    select(checkouts.c.id)
    .outerjoin(_DEALS, _DEALS.c.checkout_id == checkouts.c.id)
    .where(func.coalesce(_DEALS.c.total, literal(-1)) != checkouts.c.total)
)


def _wrong_sums(reader: Reader) -> Iterator[str]:
    for (id_,) in reader.read(_WRONG_SUMS):
        yield f"deal {ids.encode(id_)} is not the sum of its lines"
    for (id_,) in reader.read(_WRONG_CHECKOUTS):
        yield f"checkout {ids.encode(id_)} is not the sum of its deals"


_ALIVE = (
    select(checkouts.c.coupon_id, func.count(func.distinct(checkouts.c.id)).label("uses"))
    .join(deals, deals.c.checkout_id == checkouts.c.id)
    .where(checkouts.c.coupon_id.is_not(None), ~_where_money_is("none") | deals.c.due_at.is_not(None))
    .group_by(checkouts.c.coupon_id)
    .subquery()
)
_WRONG_COUPONS = (
    select(coupons.c.code, coupons.c.uses, func.coalesce(_ALIVE.c.uses, 0))
    .outerjoin(_ALIVE, _ALIVE.c.coupon_id == coupons.c.id)
    .where(coupons.c.uses != func.coalesce(_ALIVE.c.uses, 0))
)


def _wrong_coupons(reader: Reader) -> Iterator[str]:
    for code, said, found in reader.read(_WRONG_COUPONS):
        yield f"coupon {code} counts {said} uses, {found} orders have it"


CHECKS = (
    Check("ledger", "every movement adds up to zero in its currency", _unbalanced),
    Check("held", "what is held for each deal is what its state says", _wrongly_held),
    Check("paid", "every deal that counts as paid has its payment", _unpaid),
    Check("payments", "every payment belongs to deals, or went back", _uncovered),
    Check("refunds", "deals and payments agree with their refunds", _wrong_refunds),
    Check("accounts", "the accounts agree with payments, refunds and payouts", _wrong_accounts),
    Check("payouts", "every payout is exactly what it claimed", _wrong_payouts),
    Check("batches", "every payout is in a batch, holds what was due, and goes to its shop's account", _wrong_batches),
    Check("reserves", "what is kept back of each shop is what the books say", _wrong_reserves),
    Check("sums", "deals are the sum of their lines, checkouts of their deals", _wrong_sums),
    Check("coupons", "coupons count the orders that have them", _wrong_coupons),
)


def gateway_check(gateway: Gateway, now: int) -> Check:
    """Whether the gateway moved exactly the money that we know of; what is still under way is left out."""
    return Check(
        "gateway", "the gateway moved exactly the money that the books know of", lambda r: _differences(r, gateway, now)
    )


_PAID = select(payments.c.id, payments.c.amount).where(payments.c.state == "paid", payments.c.amount > 0)
_DONE = select(refunds.c.id, refunds.c.amount).where(refunds.c.state == "done")


def _differences(reader: Reader, gateway: Gateway, now: int) -> Iterator[str]:
    settled = now - SILENCE_IS_FINAL_AFTER - MINUTE
    lines = gateway.statement(0)
    charged = {line.key: line for line in lines if line.kind == "charge"}
    given_back = {line.key.partition(".")[0]: line for line in lines if line.kind == "refund"}
    paid = {str(id_): amount for id_, amount in reader.read(_PAID)}
    done = {str(id_): amount for id_, amount in reader.read(_DONE)}
    for key, line in charged.items():
        if key not in paid and line.at < settled:
            yield f"the gateway charged {line.amount} for payment {key}, which is not paid here"
        elif key in paid and paid[key] != line.amount.amount:
            yield f"the gateway charged {line.amount} for payment {key}, which is {paid[key]} here"
    for key in paid.keys() - charged.keys():
        yield f"payment {key} is paid here, and the gateway knows nothing of it"
    for key, line in given_back.items():
        if key not in done and line.at < settled:
            yield f"the gateway gave back {line.amount} for refund {key}, which is not done here"
    for key in done.keys() - given_back.keys():
        yield f"refund {key} is done here, and the gateway knows nothing of it"
