"""For administrators: orders of everybody, coupons of the market, its categories, and its money."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from msgspec import Meta

from haat.kernel import ids
from haat.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from haat.market.accounts.shop import shops_by_id
from haat.market.catalogue.category import Kind
from haat.market.catalogue.change_category import add_category, rename_category
from haat.market.catalogue.define_attribute import NewAttribute, define_attribute
from haat.market.deals import deal as dealing
from haat.market.deals import figures, lists
from haat.market.payments import payout
from haat.market.payments.owed import owed
from haat.web.api import categories, coupons, deal_shapes
from haat.web.api.buying import DealQuery, MoveGiven, deal_page, make_move, states, whole
from haat.web.api.kinds import Id, Instant
from haat.web.api.paging import PageQuery, before, cut
from haat.web.http import Context
from haat.web.routes import Endpoint, Input, Output

CategoryText = Annotated[str, Meta(min_length=1, max_length=120)]


class NewCategory(Input, frozen=True):
    """What it is called, and the id of the category that it stands in; at the top when that is left out."""

    name: CategoryText
    parent: Id | None = None


class CategoryChange(Input, frozen=True):
    """What it is called from now on. Its slug stays, so that links to it do not break."""

    name: CategoryText


class AttributeText(Input, frozen=True):
    """What is asked about each listing. `kind` is text, number (in `unit`), choice (one of `choices`) or yes_no, and stays what it was."""

    name: CategoryText
    kind: Kind = "text"
    unit: Annotated[str, Meta(max_length=20)] = ""
    choices: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=200)], ...], Meta(max_length=200)] = ()
    is_facet: bool = True
    is_required: bool = False


class ShopPayout(Output, frozen=True):
    """Money for a shop: claimed, then sent to its bank; returned when the bank did not take it, and owed again."""

    id: str
    shop: str
    currency: str
    amount: int
    state: str
    gateway_ref: str | None
    claimed_at: int
    settled_at: int | None


class ShopPayoutPage(Output, frozen=True):
    """Payouts of all shops, the youngest first."""

    items: list[ShopPayout]
    next: str | None


class Debt(Output, frozen=True):
    """What the market owes to a shop and has not put into a payout; below zero when the shop owes. `due` of it may be paid out now."""

    shop: str
    shop_name: str
    currency: str
    amount: int
    due: int


class Debts(Output, frozen=True):
    """Every shop with something open, the largest amount first."""

    items: list[Debt]


class FiguresQuery(Input, frozen=True):
    """From one instant up to, and not with, another."""

    start: Instant
    end: Instant


class Figures(Output, frozen=True):
    """How the market did: orders that were paid, what buyers paid for them, what was booked for the market, and new accounts."""

    orders: int
    turnover: int
    commission: int
    currency: str
    accounts: int


class Outcome(Output, frozen=True):
    """What came of it, in a sentence."""

    outcome: str


def show_orders(ctx: Context, query: DealQuery) -> deal_shapes.DealPage:
    found = lists.of_market(ctx.store, states(query), before=before(query), most=query.limit + 1)
    return deal_page(ctx, [row.deal for row in found], query.limit)


def count_orders(ctx: Context) -> deal_shapes.DealCounts:
    return deal_shapes.DealCounts(states=lists.counts_of_market(ctx.store))


def show_order(ctx: Context, id: int) -> deal_shapes.DealWhole:
    return whole(ctx, id, "operator")


def move_order(ctx: Context, id: int, move: str, body: MoveGiven) -> deal_shapes.DealWhole:
    return make_move(ctx, dealing.get(ctx.store, id), move, "operator", body)


def show_coupons(ctx: Context, query: PageQuery) -> coupons.CouponPage:
    return coupons.show(ctx, None, query)


def create_coupon(ctx: Context, body: coupons.NewCoupon) -> coupons.Coupon:
    return coupons.create(ctx, None, body)


def end_coupon(ctx: Context, id: int) -> None:
    coupons.end(ctx, None, id)


def create_category(ctx: Context, body: NewCategory) -> categories.Category:
    parent_id = None if body.parent is None else ids.decode(body.parent)
    tree = ctx.app.catalogue.categories
    return _category(ctx, ctx.store.write(lambda tx: add_category(tx, tree, body.name, parent_id)))


def change_category(ctx: Context, id: int, body: CategoryChange) -> categories.Category:
    ctx.store.write(lambda tx: rename_category(tx, ctx.app.catalogue.categories, id, body.name))
    return _category(ctx, id)


def set_attribute(ctx: Context, id: int, key: str, body: AttributeText) -> categories.Category:
    new = NewAttribute(key, body.name, body.kind, body.unit, body.choices, body.is_facet, body.is_required)
    ctx.store.write(lambda tx: define_attribute(tx, ctx.app.catalogue.categories, id, new))
    return _category(ctx, id)


def show_payouts(ctx: Context, query: PageQuery) -> ShopPayoutPage:
    found = payout.of_all(ctx.store, before=before(query), most=query.limit + 1)
    shown, next_ = cut(found, query.limit)
    shops = shops_by_id(ctx.store, [row.shop_id for row in shown])
    return ShopPayoutPage(items=[shop_payout(row, shops[row.shop_id].slug) for row in shown], next=next_)


def claim_payouts(ctx: Context) -> Outcome:
    least = ctx.settings.payments.payout_least
    return Outcome(outcome=payout.claim_all(ctx.store, least, ctx.member.id))


def show_debts(ctx: Context) -> Debts:
    return Debts(
        items=[
            Debt(shop=row.slug, shop_name=row.shop, currency=row.currency, amount=row.amount, due=row.due)
            for row in owed(ctx.store)
        ]
    )


def show_figures(ctx: Context, query: FiguresQuery) -> Figures:
    currency = ctx.settings.market.currency
    return Figures(currency=currency, **figures.between(ctx.store, query.start, query.end, currency)._asdict())


def _category(ctx: Context, category_id: int) -> categories.Category:
    tree = ctx.app.catalogue.categories.tree(ctx.store)
    return categories.category(tree, tree.get(category_id))


def shop_payout(row: payout.Payout, shop: str) -> ShopPayout:
    return ShopPayout(
        id=ids.encode(row.id),
        shop=shop,
        currency=row.currency,
        amount=row.amount,
        state=row.state,
        gateway_ref=row.gateway_ref,
        claimed_at=row.claimed_at,
        settled_at=row.settled_at,
    )


_administrators = partial(Endpoint, needs="administrator", scope="market:administer")

ENDPOINTS = [
    _administrators(
        "GET",
        "/market/orders",
        show_orders,
        "The orders of everybody",
        query=DealQuery,
        gives=deal_shapes.DealPage,
        errors=(Invalid,),
    ),
    _administrators(
        "GET",
        "/market/orders/counts",
        count_orders,
        "How many orders there are in each state",
        gives=deal_shapes.DealCounts,
    ),
    _administrators(
        "GET", "/market/orders/{id:id}", show_order, "One order", gives=deal_shapes.DealWhole, errors=(NotFound,)
    ),
    _administrators(
        "POST",
        "/market/orders/{id:id}/moves/{move}",
        move_order,
        "Do one of the order's `moves`",
        takes=MoveGiven,
        gives=deal_shapes.DealWhole,
        errors=(NotFound, NotAllowed, Refused, Invalid, Conflict),
        idempotent=True,
        description="As the people who run the market may, where buyer and seller cannot agree.",
    ),
    _administrators(
        "GET",
        "/market/coupons",
        show_coupons,
        "The coupons of the market",
        query=PageQuery,
        gives=coupons.CouponPage,
        errors=(Invalid,),
    ),
    _administrators(
        "POST",
        "/market/coupons",
        create_coupon,
        "Make a coupon of the market",
        takes=coupons.NewCoupon,
        gives=coupons.Coupon,
        status=201,
        errors=(Invalid, Conflict),
        idempotent=True,
        description="The market pays the discount to the sellers.",
    ),
    _administrators(
        "DELETE", "/market/coupons/{id:id}", end_coupon, "End a coupon of the market now", errors=(NotFound,)
    ),
    _administrators(
        "POST",
        "/market/categories",
        create_category,
        "Add a category",
        takes=NewCategory,
        gives=categories.Category,
        status=201,
        errors=(Invalid, NotFound),
        idempotent=True,
    ),
    _administrators(
        "PATCH",
        "/market/categories/{id:id}",
        change_category,
        "Rename a category",
        takes=CategoryChange,
        gives=categories.Category,
        errors=(Invalid, NotFound),
    ),
    _administrators(
        "PUT",
        "/market/categories/{id:id}/attributes/{key}",
        set_attribute,
        "Say what is asked about the listings of a category",
        takes=AttributeText,
        gives=categories.Category,
        errors=(Invalid, NotFound),
        description="And of all categories below it. `key` is for programs: small letters, figures, `-` and `_`. What listings already say "
        "stays as it is until they are edited.",
    ),
    _administrators(
        "GET",
        "/market/payouts",
        show_payouts,
        "What was paid out",
        query=PageQuery,
        gives=ShopPayoutPage,
        errors=(Invalid,),
    ),
    _administrators(
        "POST",
        "/market/payouts",
        claim_payouts,
        "Pay out what is owed to every shop",
        gives=Outcome,
        idempotent=True,
        description="This is done regularly by itself; asked for again, it pays out what is owed by then.",
    ),
    _administrators("GET", "/market/debts", show_debts, "What is owed to shops", gives=Debts),
    _administrators("GET", "/market/figures", show_figures, "How the market did", query=FiguresQuery, gives=Figures),
]
