"""Coupons, of a shop or of the market: the same words for both."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from haat.kernel import ids
from haat.market.deals import coupon as rules
from haat.web.api.kinds import Amount, Instant
from haat.web.api.paging import PageQuery, before, cut
from haat.web.http import Context
from haat.web.routes import Input, Output


class NewCoupon(Input, frozen=True):
    """What the coupon takes off: either `basis_points` (hundredths of a percent) or `amount` (minor units), of goods worth `least` or
    more. It is good until `ends_at`, and for `most_uses` orders."""

    code: Annotated[str, Meta(min_length=3, max_length=40, pattern="^[A-Za-z0-9-]+$")]
    basis_points: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    amount: Amount | None = None
    least: Amount = 0
    ends_at: Instant | None = None
    most_uses: Annotated[int, Meta(ge=1, le=1_000_000_000)] | None = None


class Coupon(Output, frozen=True):
    """A coupon, and how often it was used. One that was ended has its end in the past."""

    id: str
    code: str
    basis_points: int | None
    amount: int | None
    least: int
    starts_at: int
    ends_at: int | None
    most_uses: int | None
    uses: int


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
    new = rules.NewCoupon(body.code, shop_id, body.basis_points, body.amount, body.least, body.ends_at, body.most_uses)
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
    )
