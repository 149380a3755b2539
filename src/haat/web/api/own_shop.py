"""Your shop: its sign, how it sends, and the coupons that it gives."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from msgspec import Meta

from haat.kernel.errors import Conflict, Invalid, NotFound, Refused
from haat.market.accounts import open_shop as signs
from haat.market.accounts import shop as shops
from haat.market.accounts.open_shop import Sign
from haat.market.deals import shipping
from haat.market.deals.shipping import NewMethod
from haat.web.api import cost_shapes, coupons
from haat.web.api.kinds import Amount, Country
from haat.web.api.paging import PageQuery
from haat.web.http import Context
from haat.web.routes import Endpoint, Input, Output


class NewShop(Input, frozen=True):
    """What the shop says about itself. Its address is made of its name and stays, and so does the `currency` of its prices; `about` is
    plain text."""

    name: Annotated[str, Meta(max_length=120)]
    country: Country
    about: Annotated[str, Meta(max_length=5000)] = ""
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] | None = None


class ShopChange(Input, frozen=True):
    """What the shop is to say, and the `version` that this was made from: when it is another by now, nothing is changed."""

    name: Annotated[str, Meta(max_length=120)]
    country: Country
    about: Annotated[str, Meta(max_length=5000)]
    version: Annotated[int, Meta(ge=1, le=2**31)]


class OwnShop(Output, frozen=True):
    """Your shop. `commission` is what the market keeps of each sale, in hundredths of a percent; `portrait` is the hash of a picture of
    whoever stands behind it."""

    slug: str
    name: str
    about: str
    country: str
    currency: str
    commission: int
    created_at: int
    version: int
    portrait: str | None


class NewShippingMethod(Input, frozen=True):
    """A way of sending to these countries, to everywhere when there are none. Goods worth `free_from` go for nothing; days are
    working days."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    price: Amount
    days_min: Annotated[int, Meta(ge=0, le=365)]
    days_max: Annotated[int, Meta(ge=0, le=365)]
    countries: Annotated[tuple[Country, ...], Meta(max_length=100)] = ()
    free_from: Amount | None = None


class ShippingMethods(Output, frozen=True):
    """How your shop sends, in the order in which buyers see it."""

    items: list[cost_shapes.ShippingTerms]


def show_shop(ctx: Context) -> OwnShop:
    return _own(ctx, shops.get_shop(ctx.store, own(ctx)))


def open_shop(ctx: Context, body: NewShop) -> OwnShop:
    currency = signs.currency_of(body.currency or "", ctx.settings.market.all_currencies)
    return _own(ctx, signs.open_shop(ctx.store, ctx.member.id, _sign(body), currency))


def change_shop(ctx: Context, body: ShopChange) -> OwnShop:
    return _own(ctx, signs.edit_shop(ctx.store, ctx.member.id, _sign(body), version=body.version))


def show_methods(ctx: Context) -> ShippingMethods:
    return ShippingMethods(items=[cost_shapes.shipping_terms(row) for row in shipping.of_shop(ctx.store, own(ctx))])


def offer_method(ctx: Context, body: NewShippingMethod) -> cost_shapes.ShippingTerms:
    new = NewMethod(body.name, body.countries, body.price, body.free_from, body.days_min, body.days_max)
    method_id = shipping.offer(ctx.store, own(ctx), new)
    return next(cost_shapes.shipping_terms(row) for row in shipping.of_shop(ctx.store, own(ctx)) if row.id == method_id)


def end_method(ctx: Context, id: int) -> None:
    shipping.end(ctx.store, own(ctx), id)


def show_coupons(ctx: Context, query: PageQuery) -> coupons.CouponPage:
    return coupons.show(ctx, own(ctx), query)


def create_coupon(ctx: Context, body: coupons.NewCoupon) -> coupons.Coupon:
    return coupons.create(ctx, own(ctx), body)


def end_coupon(ctx: Context, id: int) -> None:
    coupons.end(ctx, own(ctx), id)


def own(ctx: Context) -> int:
    """The id of the shop of whoever asks, who is a seller."""
    assert ctx.member.shop_id is not None
    return ctx.member.shop_id


def _sign(body: NewShop | ShopChange) -> Sign:
    return Sign(body.name, body.about, body.country)


def _own(ctx: Context, row: shops.Shop) -> OwnShop:
    return OwnShop(
        slug=row.slug,
        name=row.name,
        about=row.about,
        country=row.country,
        currency=row.currency or ctx.settings.market.currency,
        commission=ctx.settings.market.commission if row.commission is None else row.commission,
        created_at=row.created_at,
        version=row.version,
        portrait=row.portrait,
    )


_reading = partial(Endpoint, needs="seller", scope="account:read")
_writing = partial(Endpoint, needs="seller", scope="account:write")

ENDPOINTS = [
    _reading("GET", "/shop", show_shop, "Your shop", gives=OwnShop),
    Endpoint(
        "POST",
        "/shop",
        open_shop,
        "Open your shop",
        takes=NewShop,
        gives=OwnShop,
        status=201,
        needs="signed_in",
        scope="account:write",
        errors=(Invalid, Refused, Conflict),
        idempotent=True,
        description="Makes you a seller. Your address has to be confirmed.",
    ),
    _writing(
        "PUT",
        "/shop",
        change_shop,
        "Change what your shop says about itself",
        takes=ShopChange,
        gives=OwnShop,
        errors=(Invalid, Refused, Conflict),
    ),
    _reading("GET", "/shop/shipping-methods", show_methods, "How your shop sends", gives=ShippingMethods),
    _writing(
        "POST",
        "/shop/shipping-methods",
        offer_method,
        "Offer a way of sending",
        takes=NewShippingMethod,
        gives=cost_shapes.ShippingTerms,
        status=201,
        errors=(Invalid, Refused),
        idempotent=True,
    ),
    _writing(
        "DELETE",
        "/shop/shipping-methods/{id:id}",
        end_method,
        "No longer offer a way of sending",
        errors=(NotFound,),
        description="Orders that were made with it keep it.",
    ),
    _reading(
        "GET",
        "/shop/coupons",
        show_coupons,
        "The coupons of your shop",
        query=PageQuery,
        gives=coupons.CouponPage,
        errors=(Invalid,),
    ),
    _writing(
        "POST",
        "/shop/coupons",
        create_coupon,
        "Make a coupon",
        takes=coupons.NewCoupon,
        gives=coupons.Coupon,
        status=201,
        errors=(Invalid, Conflict),
        idempotent=True,
        description="Your shop gives the discount: it earns that much less.",
    ),
    _writing("DELETE", "/shop/coupons/{id:id}", end_coupon, "End a coupon now", errors=(NotFound,)),
]
