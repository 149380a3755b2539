"""What the API gives of costs: of a cart, and of ways to send it."""

from __future__ import annotations

from haat.kernel import ids
from haat.market.deals.quote import Parcel, Problem, Quote
from haat.market.deals.shipping import Method
from haat.web.routes import Output


class QuoteLine(Output, frozen=True):
    """The buyer pays amount - discount + tax for it."""

    variant: str
    listing: str
    title: str
    quantity: int
    unit_price: int
    amount: int
    discount: int
    tax: int


class ShippingMethod(Output, frozen=True):
    """`price` is what it costs for these goods; days are working days."""

    id: str
    name: str
    price: int
    days_min: int
    days_max: int


class ShippingTerms(Output, frozen=True):
    """How a shop sends. `countries` are codes such as DE, none for everywhere; goods worth `free_from` are sent for nothing."""

    id: str
    name: str
    countries: list[str]
    price: int
    free_from: int | None
    days_min: int
    days_max: int


class ParcelQuote(Output, frozen=True):
    """What one shop sends. `method` is null when the shop does not send to this country."""

    shop: str
    shop_name: str
    lines: list[QuoteLine]
    methods: list[ShippingMethod]
    method: str | None
    goods: int
    discount: int
    shipping: int
    tax: int
    total: int


class LineProblem(Output, frozen=True):
    """Why a line cannot be bought: gone, short (only `free` pieces are left) or own (from your own shop)."""

    variant: str
    kind: str
    title: str
    free: int


class CartQuote(Output, frozen=True):
    """What is in the cart and what it costs now, in one currency; `aside` names the variants that are sold in others and have to be bought
    by themselves. `coupon_problem` says why the coupon was not used."""

    currency: str
    country: str
    parcels: list[ParcelQuote]
    problems: list[LineProblem]
    coupon: str | None
    coupon_problem: str | None
    goods: int
    discount: int
    shipping: int
    tax: int
    total: int
    aside: list[str]


def shipping_terms(method: Method) -> ShippingTerms:
    return ShippingTerms(
        id=ids.encode(method.id),
        name=method.name,
        countries=method.countries.split(),
        price=method.price,
        free_from=method.free_from,
        days_min=method.days_min,
        days_max=method.days_max,
    )


def problem(row: Problem) -> LineProblem:
    return LineProblem(variant=ids.encode(row.variant_id), kind=row.kind, title=row.title, free=row.free)


def quote(priced: Quote) -> CartQuote:
    return CartQuote(
        currency=priced.currency,
        country=priced.country,
        parcels=[_parcel(parcel) for parcel in priced.parcels],
        problems=[problem(row) for row in priced.problems],
        coupon=priced.coupon.code if priced.coupon else None,
        coupon_problem=priced.coupon_problem.what if priced.coupon_problem else None,
        goods=priced.goods,
        discount=priced.discount,
        shipping=priced.shipping,
        tax=priced.tax,
        total=priced.total,
        aside=[ids.encode(line.variant_id) for line in priced.aside],
    )


def _parcel(parcel: Parcel) -> ParcelQuote:
    return ParcelQuote(
        shop=parcel.shop_slug,
        shop_name=parcel.shop_name,
        lines=[
            QuoteLine(
                variant=ids.encode(line.offer.variant_id),
                listing=ids.encode(line.offer.listing_id),
                title=line.offer.title,
                quantity=line.quantity,
                unit_price=line.offer.price,
                amount=line.amount,
                discount=line.discount,
                tax=line.tax,
            )
            for line in parcel.lines
        ],
        methods=[
            ShippingMethod(
                id=ids.encode(method.id),
                name=method.name,
                price=method.cost(parcel.goods),
                days_min=method.days_min,
                days_max=method.days_max,
            )
            for method in parcel.methods
        ],
        method=ids.encode(parcel.method.id) if parcel.method else None,
        goods=parcel.goods,
        discount=parcel.discount,
        shipping=parcel.shipping,
        tax=parcel.tax,
        total=parcel.total,
    )
