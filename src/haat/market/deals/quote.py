"""What a basket costs: by line, by seller and in all, rounded once at the line.

The same function prices the cart, the checkout page and the order itself, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from haat.kernel import clock
from haat.kernel.errors import Refused
from haat.kernel.money import percent, split
from haat.market.deals import coupon as coupons
from haat.market.deals import queries, shipping
from haat.market.deals.coupon import Coupon
from haat.market.deals.ports import Taxes
from haat.market.deals.shipping import Method
from haat.store import Store, Tx


class Wanted(NamedTuple):
    """Pieces of a variant that somebody would like to buy."""

    variant_id: int
    quantity: int


class Offer(NamedTuple):
    """A variant as it can be bought now. `options` is a JSON list of [name, value]; `free` are pieces."""

    variant_id: int
    listing_id: int
    shop_id: int
    sku: str
    options: str
    price: int
    title: str
    handle: str
    photo: str | None
    state: str
    currency: str
    retired_at: int | None
    shop_name: str
    shop_slug: str
    owner_id: int
    commission: int | None
    owner_suspended_at: int | None
    free: int
    category_id: int

    @property
    def is_on_sale(self) -> bool:
        """Also of a seller who could send it: who is suspended sells nothing."""
        return self.state == "active" and self.retired_at is None and self.owner_suspended_at is None


class PricedLine(NamedTuple):
    """A line with its money in minor units; what the buyer pays for it is amount - discount + tax. `tax_rate` in basis points."""

    offer: Offer
    quantity: int
    amount: int
    discount: int
    tax: int
    tax_rate: int


class Problem(NamedTuple):
    """Why a line cannot be bought as it stands. `free` pieces are left."""

    variant_id: int
    kind: Literal["gone", "short", "own"]
    title: str
    free: int


class Parcel(NamedTuple):
    """What one shop sends: becomes one deal. `method` is None when the shop does not send to this country.

    `discount` is what a coupon takes off, `off_shipping` the part of it that was for shipping.
    """

    shop_id: int
    shop_name: str
    shop_slug: str
    commission_rate: int | None
    lines: tuple[PricedLine, ...]
    methods: tuple[Method, ...]
    method: Method | None
    goods: int
    discount: int
    discount_by_market: int
    off_shipping: int
    shipping: int
    tax: int

    @property
    def total(self) -> int:
        return self.goods - self.discount + self.shipping + self.tax


class Quote(NamedTuple):
    """The whole of it, in one currency. `coupon_problem` says why the code was not used; `aside` is sold in other currencies, and has to
    be bought by itself."""

    currency: str
    country: str
    parcels: tuple[Parcel, ...]
    problems: tuple[Problem, ...]
    coupon: Coupon | None
    coupon_problem: Refused | None
    aside: tuple[Wanted, ...]

    @property
    def goods(self) -> int:
        return sum(parcel.goods for parcel in self.parcels)

    @property
    def discount(self) -> int:
        return sum(parcel.discount for parcel in self.parcels)

    @property
    def shipping(self) -> int:
        return sum(parcel.shipping for parcel in self.parcels)

    @property
    def tax(self) -> int:
        return sum(parcel.tax for parcel in self.parcels)

    @property
    def total(self) -> int:
        return sum(parcel.total for parcel in self.parcels)


class Basket(NamedTuple):
    """What is to be priced: pieces, where they go, which method a shop was asked for, and a coupon's code.

    `currency` None: that of the first thing that can be bought.
    """

    wanted: Sequence[Wanted]
    country: str
    methods: Mapping[int, int]
    coupon: str | None
    buyer_id: int | None
    currency: str | None = None


def price(store: Store | Tx, basket: Basket, currencies: Sequence[str], taxes: Taxes) -> Quote:
    """Price a basket as the shops stand now, in one of the market's currencies, of which the first is the main one.

    Lines that cannot be bought are left out and named in `problems`; those in another currency are put aside.
    """
    offers = load_offers(store, [line.variant_id for line in basket.wanted])
    problems = _problems(basket, offers, currencies)
    bad = {problem.variant_id for problem in problems}
    can_be_had = [line for line in basket.wanted if line.variant_id not in bad]
    currency = basket.currency or next((offers[line.variant_id].currency for line in can_be_had), currencies[0])
    good = [line for line in can_be_had if offers[line.variant_id].currency == currency]
    aside = tuple(line for line in can_be_had if offers[line.variant_id].currency != currency)
    request = coupons.Request(basket.buyer_id, currency, currencies[0])
    coupon, coupon_problem, discounts = _apply_coupon(store, basket, request, good, offers)
    rate = taxes.rate(basket.country)
    priced = [_priced(offers[line.variant_id], line.quantity, discounts.get(line.variant_id, 0), rate) for line in good]
    by_shop = _by_shop(priced)
    ways = shipping.of_shops(store, [*by_shop])
    parcels = tuple(_parcel(basket, coupon, lines, ways[shop_id]) for shop_id, lines in by_shop.items())
    return Quote(currency, basket.country, parcels, tuple(problems), coupon, coupon_problem, aside)


def load_offers(store: Store | Tx, variant_ids: Sequence[int]) -> dict[int, Offer]:
    """The offers of these variants, by variant; those that do not exist are missing."""
    if not variant_ids:
        return {}
    rows = store.read(queries.offers(len(variant_ids)), **{f"v{i}": id_ for i, id_ in enumerate(variant_ids)})
    return {row[0]: Offer(*row) for row in rows}


def _problems(basket: Basket, offers: Mapping[int, Offer], currencies: Sequence[str]) -> list[Problem]:
    found: list[Problem] = []
    for line in basket.wanted:
        offer = offers.get(line.variant_id)
        # What was priced before the market changed its currency must not be had for the same number of another one.
        if offer is None or not offer.is_on_sale or offer.currency not in currencies or offer.free <= 0:
            found.append(Problem(line.variant_id, "gone", offer.title if offer else "", 0))
        elif offer.owner_id == basket.buyer_id:
            found.append(Problem(line.variant_id, "own", offer.title, offer.free))
        elif offer.free < line.quantity:
            found.append(Problem(line.variant_id, "short", offer.title, offer.free))
    return found


def _apply_coupon(
    store: Store | Tx,
    basket: Basket,
    request: coupons.Request,
    lines: Sequence[Wanted],
    offers: Mapping[int, Offer],
) -> tuple[Coupon | None, Refused | None, dict[int, int]]:
    if not basket.coupon:
        return None, None, {}
    try:
        coupon = coupons.find(store, basket.coupon, clock.now())
        coupons.refuse_unless_good_for(store, coupon, request)
        return coupon, None, _discounts(store, coupon, lines, offers)
    except Refused as refusal:
        return None, refusal, {}


def _discounts(
    store: Store | Tx, coupon: Coupon, lines: Sequence[Wanted], offers: Mapping[int, Offer]
) -> dict[int, int]:
    """What the coupon takes off each line: split over the lines that it is good for, by their amounts."""
    covered = [line for line in lines if coupon.shop_id in (None, offers[line.variant_id].shop_id)]
    if not covered:
        raise Refused(
            "This coupon is for other goods.", why="It is good in one shop only.", try_="Add something from that shop."
        )
    if coupon.category_id is not None:
        good = coupons.categories_of(store, coupon.category_id)
        covered = [line for line in covered if offers[line.variant_id].category_id in good]
        if not covered:
            raise Refused(
                "This coupon is for other goods.",
                why="It is good in one category only.",
                try_="Add something from that category.",
            )
    amounts = [offers[line.variant_id].price * line.quantity for line in covered]
    if sum(amounts) < coupon.least:
        raise Refused("This coupon needs a larger order.", try_="Add something, or go on without it.")
    parts = split(coupon.off(sum(amounts)), amounts)
    return {line.variant_id: part for line, part in zip(covered, parts, strict=True)}


def _priced(offer: Offer, quantity: int, discount: int, rate: int) -> PricedLine:
    amount = offer.price * quantity
    return PricedLine(offer, quantity, amount, discount, percent(amount - discount, rate), rate)


def _by_shop(lines: Sequence[PricedLine]) -> dict[int, list[PricedLine]]:
    shops: dict[int, list[PricedLine]] = {}
    for line in lines:
        shops.setdefault(line.offer.shop_id, []).append(line)
    return shops


def _parcel(basket: Basket, coupon: Coupon | None, lines: Sequence[PricedLine], ways: Sequence[Method]) -> Parcel:
    first = lines[0].offer
    goods = sum(line.amount for line in lines)
    methods = tuple(method for method in ways if method.reaches(basket.country))
    method = _chosen(methods, basket.methods.get(first.shop_id))
    shipping_cost = method.cost(goods) if method else 0
    is_covered = coupon is not None and coupon.shop_id in (None, first.shop_id)
    off_shipping = shipping_cost if coupon is not None and is_covered and coupon.free_shipping else 0
    discount = sum(line.discount for line in lines) + off_shipping
    return Parcel(
        shop_id=first.shop_id,
        shop_name=first.shop_name,
        shop_slug=first.shop_slug,
        commission_rate=first.commission,
        lines=tuple(lines),
        methods=methods,
        method=method,
        goods=goods,
        discount=discount,
        discount_by_market=discount if coupon is not None and coupon.shop_id is None else 0,
        off_shipping=off_shipping,
        shipping=shipping_cost,
        tax=sum(line.tax for line in lines),
    )


def _chosen(methods: Sequence[Method], wish: int | None) -> Method | None:
    wished = next((method for method in methods if method.id == wish), None)
    return wished or next(iter(methods), None)
