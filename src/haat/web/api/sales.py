"""What your shop has sold, and the money that came of it."""

from __future__ import annotations

from functools import partial

from haat.kernel import ids
from haat.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from haat.market.deals import deal as dealing
from haat.market.deals import lists
from haat.market.deals.deal import Deal
from haat.market.payments import payout
from haat.web.api import deal_shapes
from haat.web.api.buying import DealQuery, MoveGiven, deal_page, make_move, states, whole
from haat.web.api.own_shop import own
from haat.web.api.paging import PageQuery, before, cut
from haat.web.http import Context
from haat.web.routes import Endpoint, Output


class Balance(Output, frozen=True):
    """What the market owes to your shop and has not paid out, in minor units; below zero when your shop owes. `payable` of it goes out
    with the next payout, `waiting` rests; `reserved` is kept back and not in the amount."""

    amount: int
    currency: str
    payable: int
    waiting: int
    reserved: int
    reserved_until: int | None


class Balances(Output, frozen=True):
    """One for each currency in which your shop has earned."""

    items: list[Balance]


class StatementLine(Output, frozen=True):
    """Something that was booked for your shop: `amount` is above zero when you earned it, below when it went. `kind` is release, reserve,
    reserve_released, reserve_used, refund, payout or payout_returned; `payout` is the payout that it is part of."""

    id: str
    at: int
    kind: str
    sale: str | None
    currency: str
    amount: int
    payout: str | None


class Statement(Output, frozen=True):
    """The youngest first."""

    items: list[StatementLine]
    next: str | None


class Payout(Output, frozen=True):
    """Money for a shop: claimed, then sent to its bank; returned when the bank did not take it, and owed again."""

    id: str
    currency: str
    amount: int
    state: str
    claimed_at: int
    settled_at: int | None


class PayoutPage(Output, frozen=True):
    """The youngest first."""

    items: list[Payout]
    next: str | None


def show_sales(ctx: Context, query: DealQuery) -> deal_shapes.DealPage:
    found = lists.of_shop(ctx.store, own(ctx), states(query), before=before(query), most=query.limit + 1)
    return deal_page(ctx, [row.deal for row in found], query.limit)


def count_sales(ctx: Context) -> deal_shapes.DealCounts:
    return deal_shapes.DealCounts(states=lists.counts_of_shop(ctx.store, own(ctx)))


def show_sale(ctx: Context, id: int) -> deal_shapes.DealWhole:
    return whole(ctx, sold_by_me(ctx, id).id, "seller")


def move_sale(ctx: Context, id: int, move: str, body: MoveGiven) -> deal_shapes.DealWhole:
    return make_move(ctx, sold_by_me(ctx, id), move, "seller", body)


def show_balance(ctx: Context) -> Balance:
    currency = ctx.settings.market.currency
    found = {row.currency: row for row in payout.balances(ctx.store, own(ctx))}
    return _balance(found.get(currency, payout.Balance(currency, 0, 0, 0, None)))


def show_balances(ctx: Context) -> Balances:
    return Balances(items=[_balance(row) for row in payout.balances(ctx.store, own(ctx))])


def show_statement(ctx: Context, query: PageQuery) -> Statement:
    found = payout.statement(ctx.store, own(ctx), before=before(query), most=query.limit + 1)
    shown, next_ = cut(found, query.limit)
    return Statement(items=[line(row) for row in shown], next=next_)


def show_payouts(ctx: Context, query: PageQuery) -> PayoutPage:
    found = payout.of_shop(ctx.store, own(ctx), before=before(query), most=query.limit + 1)
    shown, next_ = cut(found, query.limit)
    return PayoutPage(items=[_payout(row) for row in shown], next=next_)


def sold_by_me(ctx: Context, deal_id: int) -> Deal:
    """What your shop has sold. Raises NotFound."""
    found = dealing.get(ctx.store, deal_id)
    if found.shop_id != own(ctx) or found.rules.sold_by == "market":
        raise NotFound("There is no such sale.", try_="Look for it in the list of your sales.")
    return found


def _balance(row: payout.Balance) -> Balance:
    return Balance(
        amount=row.open,
        currency=row.currency,
        payable=row.payable,
        waiting=row.waiting,
        reserved=row.reserved,
        reserved_until=row.reserved_until,
    )


def line(row: payout.StatementLine) -> StatementLine:
    return StatementLine(
        id=ids.encode(row.id),
        at=row.at,
        kind=row.kind,
        sale=None if row.deal_id is None else ids.encode(row.deal_id),
        currency=row.currency,
        amount=row.amount,
        payout=None if row.payout_id is None else ids.encode(row.payout_id),
    )


def _payout(row: payout.Payout) -> Payout:
    return Payout(
        id=ids.encode(row.id),
        currency=row.currency,
        amount=row.amount,
        state=row.state,
        claimed_at=row.claimed_at,
        settled_at=row.settled_at,
    )


_reading = partial(Endpoint, needs="seller", scope="sales:read")

ENDPOINTS = [
    _reading(
        "GET",
        "/shop/sales",
        show_sales,
        "What your shop has sold",
        query=DealQuery,
        gives=deal_shapes.DealPage,
        errors=(Invalid,),
    ),
    _reading(
        "GET", "/shop/sales/counts", count_sales, "How many sales there are in each state", gives=deal_shapes.DealCounts
    ),
    _reading("GET", "/shop/sales/{id:id}", show_sale, "One sale", gives=deal_shapes.DealWhole, errors=(NotFound,)),
    Endpoint(
        "POST",
        "/shop/sales/{id:id}/moves/{move}",
        move_sale,
        "Do one of the sale's `moves`",
        takes=MoveGiven,
        gives=deal_shapes.DealWhole,
        needs="seller",
        scope="sales:write",
        errors=(NotFound, NotAllowed, Refused, Invalid, Conflict),
        idempotent=True,
        description="Send the parcel, answer a return, give money back: `moves` of the sale says what is possible now and what it needs.",
    ),
    _reading(
        "GET", "/shop/balance", show_balance, "What the market owes to your shop in its main currency", gives=Balance
    ),
    _reading("GET", "/shop/balances", show_balances, "What the market owes to your shop", gives=Balances),
    _reading(
        "GET",
        "/shop/statement",
        show_statement,
        "What was booked for your shop",
        query=PageQuery,
        gives=Statement,
        errors=(Invalid,),
    ),
    _reading(
        "GET",
        "/shop/payouts",
        show_payouts,
        "What was paid out to your shop",
        query=PageQuery,
        gives=PayoutPage,
        errors=(Invalid,),
    ),
]
