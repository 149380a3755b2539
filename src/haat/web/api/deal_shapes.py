"""What the API gives of orders and of the checkouts that they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from haat.kernel import ids
from haat.market.accounts import shop as shops
from haat.market.catalogue.variant import Options
from haat.market.deals.deal import Deal, Event, Line
from haat.market.deals.outlook import Outlook
from haat.market.deals.process import Side
from haat.market.deals.till import Checkout
from haat.market.payments.refund import Refund
from haat.web.api.goods_shapes import Option, options
from haat.web.routes import Output


class DealSummary(Output, frozen=True):
    """An order in a list: what one buyer buys of one shop. `due_at` is when its timer moves it by itself; `parent` is the order that it
    belongs to, `listing` what it is about where that is one thing, which begins at `starts_at` and ends at `ends_at`."""

    id: str
    checkout: str | None
    parent: str | None
    listing: str | None
    shop: str
    shop_name: str
    process: str
    state: str
    state_title: str
    state_since: int
    due_at: int | None
    currency: str
    goods: int
    discount: int
    shipping: int
    tax: int
    total: int
    refunded: int
    created_at: int
    starts_at: int | None
    ends_at: int | None


class DealPage(Output, frozen=True):
    """Orders, the youngest first."""

    items: list[DealSummary]
    next: str | None


class DealCounts(Output, frozen=True):
    """How many orders are in each state; a state without any is not there."""

    states: dict[str, int]


class DealLine(Output, frozen=True):
    """What was bought, as it was then. The buyer pays amount - discount + tax for it. Without `variant` it was not taken from stock."""

    listing: str
    variant: str | None
    title: str
    options: list[Option]
    sku: str
    quantity: int
    unit_price: int
    amount: int
    discount: int
    tax: int


class DealEvent(Output, frozen=True):
    """What happened, by whom (buyer, seller, operator, clock, gateway, parent, rival), and what was said with it."""

    at: int
    move: str
    from_state: str
    to_state: str
    by: str
    data: dict[str, Any]


class DealRefund(Output, frozen=True):
    """Money for the buyer: asked for, or done once the gateway has sent it."""

    amount: int
    reason: str
    state: str
    asked_at: int
    settled_at: int | None


class PossibleMove(Output, frozen=True):
    """Something you can do now, what it needs, and what else may be given with it. From `until` on it is too late for it, however the
    order stands."""

    name: str
    title: str
    needs: list[str]
    takes: list[str]
    until: int | None


class ComingMove(Output, frozen=True):
    """What happens by itself, and when."""

    name: str
    title: str
    at: int


class OthersMove(Output, frozen=True):
    """Something that the other side can do: buyer, seller or operator."""

    by: str
    name: str
    title: str


class DealWhole(Output, frozen=True):
    """An order as one side sees it. `money` says where it is: none, held, released or returned; `commission` is what the market keeps of
    it, which buyers are not told. `moves` is what you can do now, `by_itself` what happens when nobody does anything, `others` what the
    other sides can do; `has_turn`: everybody waits for you. `children` are the orders that belong to this one."""

    deal: DealSummary
    money: str
    lines: list[DealLine]
    events: list[DealEvent]
    moves: list[PossibleMove]
    has_turn: bool
    by_itself: ComingMove | None
    others: list[OthersMove]
    children: list[DealSummary]
    refunds: list[DealRefund]
    address: dict[str, str]
    shipping_name: str
    commission: int | None


class CheckoutState(Output, frozen=True):
    """A checkout. `payment` is started (nothing known yet), waiting, paid, declined or abandoned; when it waits and `confirm_url` is
    given, the buyer has to agree there."""

    id: str
    currency: str
    total: int
    payment: str
    attempt: int
    confirm_url: str | None
    decline_code: str | None
    deals: list[DealSummary]


class DealRows(NamedTuple):
    """All that is told of one order."""

    deal: Deal
    shop: shops.Shop
    lines: Sequence[Line]
    events: Sequence[Event]
    refunds: Sequence[Refund]
    children: Sequence[Deal]
    outlook: Outlook


def deal(row: Deal, shop: shops.Shop) -> DealSummary:
    return DealSummary(
        id=ids.encode(row.id),
        checkout=None if row.checkout_id is None else ids.encode(row.checkout_id),
        parent=None if row.parent_id is None else ids.encode(row.parent_id),
        listing=None if row.listing_id is None else ids.encode(row.listing_id),
        shop=shop.slug,
        shop_name=shop.name,
        process=row.process,
        state=row.state,
        state_title=row.rules.states[row.state].title,
        state_since=row.state_since,
        due_at=row.due_at,
        currency=row.currency,
        goods=row.goods,
        discount=row.discount,
        shipping=row.shipping,
        tax=row.tax,
        total=row.total,
        refunded=row.refunded,
        created_at=row.created_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )


def deal_whole(rows: DealRows, side: Side) -> DealWhole:
    row, outlook = rows.deal, rows.outlook
    return DealWhole(
        deal=deal(row, rows.shop),
        money=row.rules.states[row.state].money,
        lines=[_line(line) for line in rows.lines],
        events=[_event(event) for event in rows.events],
        moves=[
            PossibleMove(
                name=one.move.name,
                title=one.move.title,
                needs=list(one.move.needs),
                takes=list(one.move.takes),
                until=one.until,
            )
            for one in outlook.now
        ],
        has_turn=outlook.has_turn,
        by_itself=_coming(outlook),
        others=[
            OthersMove(by=other, name=move.name, title=move.title)
            for other, moves in outlook.others.items()
            for move in moves
        ],
        children=[deal(child, rows.shop) for child in rows.children],
        refunds=[_refund(refund) for refund in rows.refunds],
        address=msgspec.json.decode(row.address),
        shipping_name=row.shipping_name,
        commission=None if side == "buyer" else row.commission,
    )


def _coming(outlook: Outlook) -> ComingMove | None:
    coming = outlook.by_itself
    return None if coming is None else ComingMove(name=coming.move.name, title=coming.move.title, at=coming.at)


def _line(line: Line) -> DealLine:
    return DealLine(
        listing=ids.encode(line.listing_id),
        variant=None if line.variant_id is None else ids.encode(line.variant_id),
        title=line.title,
        options=options(msgspec.json.decode(line.options, type=Options)),
        sku=line.sku,
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=line.amount,
        discount=line.discount,
        tax=line.tax,
    )


def _event(event: Event) -> DealEvent:
    return DealEvent(
        at=event.at,
        move=event.move,
        from_state=event.from_state,
        to_state=event.to_state,
        by=event.by_role,
        data=event.given,
    )


def _refund(refund: Refund) -> DealRefund:
    return DealRefund(
        amount=refund.amount,
        reason=refund.reason,
        state=refund.state,
        asked_at=refund.asked_at,
        settled_at=refund.settled_at,
    )


def checkout(row: Checkout, sellers: Mapping[int, shops.Shop]) -> CheckoutState:
    return CheckoutState(
        id=ids.encode(row.id),
        currency=row.currency,
        total=row.total,
        payment=row.payment.state,
        attempt=row.payment.attempt,
        confirm_url=row.payment.confirm_url if row.payment.state == "waiting" else None,
        decline_code=row.payment.decline_code,
        deals=[deal(one, sellers[one.shop_id]) for one in row.deals],
    )
