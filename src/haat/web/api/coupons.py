"""Coupons, of a shop or of the market: the same words for both."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from haat.kernel import ids
from haat.market.accounts.shop import get_shop
from haat.market.deals import coupon as rules
from haat.web.api.kinds import Amount, Id, Instant
from haat.web.api.paging import PageQuery, before, cut
from haat.web.http import Context
from haat.web.routes import Input, Output


class NewCoupon(Input, frozen=True):
    """What the coupon takes off: `basis_points` (hundredths of a percent, at most `most_off`), or an `amount`, of goods worth `least` or
    more; or with `free_shipping` what sending costs. Amounts are minor units, of the shop's currency or the market's main one. It is good
    until `ends_at`, for `most_uses` orders, for goods of a `category` and those below it, and with `first_only` for first orders."""

    code: Annotated[str, Meta(min_length=3, max_length=40, pattern="^[A-Za-z0-9-]+$")]
    basis_points: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    amount: Amount | None = None
    least: Amount = 0
    ends_at: Instant | None = None
    most_uses: Annotated[int, Meta(ge=1, le=1_000_000_000)] | None = None
    most_off: Amount | None = None
    free_shipping: bool = False
    category: Id | None = None
    first_only: bool = False


class Coupon(Output, frozen=True):
    """A coupon (`currency` null: amounts are in the market's main one), and how often it was used. One that was ended has its end in the past."""

    id: str
    code: str
    basis_points: int | None
    amount: int | None
    least: int
    starts_at: int
    ends_at: int | None
    most_uses: int | None
    uses: int
    currency: str | None
    most_off: int | None
    free_shipping: bool
    category: str | None
    first_only: bool


class CouponPage(Output, frozen=True):
    """Coupons, the youngest first, those that have ended too."""

    items: list[Coupon]
    next: str | None


def show(ctx: Context, shop_id: int | None, query: PageQuery) -> CouponPage:
    """A page of the coupons of a shop; of the market for None."""
    first, most = before(query), query.limit + 1
    rows = (
        rules.of_market(ctx.store, before=first, most=most)
        if shop_id is None
        else rules.of_shop(ctx.store, shop_id, before=first, most=most)
    )
    shown, next_ = cut(rows, query.limit)
    return CouponPage(items=[_coupon(row) for row in shown], next=next_)


def create(ctx: Context, shop_id: int | None, body: NewCoupon) -> Coupon:
    new = rules.NewCoupon(
        body.code,
        shop_id,
        body.basis_points,
        body.amount,
        body.least,
        body.ends_at,
        body.most_uses,
        None if shop_id is None else get_shop(ctx.store, shop_id).currency,
        body.most_off,
        int(body.free_shipping),
        None if body.category is None else ids.decode(body.category),
        int(body.first_only),
    )
    coupon_id = rules.create(ctx.store, new, ctx.member.id)
    return _coupon(rules.get(ctx.store, coupon_id))


def end(ctx: Context, shop_id: int | None, coupon_id: int) -> None:
    rules.end(ctx.store, coupon_id, shop_id)


def _coupon(row: rules.Coupon) -> Coupon:
    return Coupon(
        id=ids.encode(row.id),
        code=row.code,
        basis_points=row.basis_points,
        amount=row.amount,
        least=row.least,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        most_uses=row.most_uses,
        uses=row.uses,
        currency=row.currency,
        most_off=row.most_off,
        free_shipping=bool(row.free_shipping),
        category=None if row.category_id is None else ids.encode(row.category_id),
        first_only=bool(row.first_only),
    )
