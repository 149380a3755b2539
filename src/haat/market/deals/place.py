"""Checking out a cart: hold the goods, write one deal a seller, and let the till do the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple

import msgspec

from haat.kernel.countries import COUNTRIES
from haat.kernel.errors import Invalid, Refused
from haat.kernel.money import Money
from haat.market.catalogue import stock
from haat.market.catalogue.variant import HIGHEST_PRICE
from haat.market.deals import coupon, library, queries
from haat.market.deals.begin import Beginning, NewLine, begin
from haat.market.deals.deal import Actor
from haat.market.deals.engine import Engine
from haat.market.deals.ports import Taxes
from haat.market.deals.quote import Basket, Parcel, PricedLine, Problem, Quote, Wanted, price
from haat.market.deals.till import Bill, Checkout, Opened, Sale, Till
from haat.store import Store, Tx

HIGHEST_TOTAL = 10 * HIGHEST_PRICE

_Words = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where goods go. `country` is an ISO code of two letters."""

    name: _Words
    street: _Words
    city: _Words
    postcode: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    country: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]


class Order(NamedTuple):
    """What a buyer sends off. `key` is the buyer's own; `total` is what the buyer was shown, in minor units, None to take any.

    Of a cart, what is sold in another `currency` than this order's stays in the cart; None: that of the first thing in it.
    """

    key: str
    wanted: Sequence[Wanted]
    address: Address
    methods: Mapping[int, int]
    coupon: str | None
    total: int | None
    cart_id: int | None
    currency: str | None = None


class NotOnSale(Refused):
    """Some lines cannot be had. `problems` names each."""

    code = "not_on_sale"

    def __init__(self, problems: Sequence[Problem]) -> None:
        words = "; ".join(_said(problem) for problem in problems)
        super().__init__("Some of it cannot be had any more.", why=f"{words}.", try_="Change your cart and try again.")
        self.problems = tuple(problems)


class PriceChanged(Refused):
    """The total is no longer what the buyer was shown."""

    code = "price_changed"


class Market(NamedTuple):
    """What the market itself decides. `commission` in basis points; of the currencies, the first is the main one."""

    currencies: Sequence[str]
    commission: int
    process: str


class Place:
    """The use case; shared by the page and the API."""

    def __init__(self, store: Store, engine: Engine, till: Till, taxes: Taxes, market: Market) -> None:
        self._store = store
        self._engine = engine
        self._till = till
        self._taxes = taxes
        self._market = market

    def quote(self, basket: Basket) -> Quote:
        """What it would cost now."""
        return price(self._store, basket, self._market.currencies, self._taxes)

    def run(self, buyer_id: int, order: Order, card: str, back: str) -> tuple[Checkout, bool]:
        """Place an order and pay for it; the flag says whether this call placed it or an earlier one with the same key.

        `card` and `back` are as in `Till.take`, and so is what it raises; besides NotOnSale, PriceChanged, Refused and Invalid.
        """
        _check(order)
        sale = Sale(buyer_id, order.key, _digest(order), card, back)
        return self._till.take(sale, lambda tx: self._place(tx, sale, order))

    def _place(self, tx: Tx, sale: Sale, order: Order) -> Opened:
        if not order.wanted:
            raise Refused("There is nothing to buy.", why="The cart is empty.", try_="Put something into it first.")
        basket = Basket(order.wanted, order.address.country, order.methods, order.coupon, sale.buyer_id, order.currency)
        quote = price(tx, basket, self._market.currencies, self._taxes)
        _refuse_unless_sound(quote, order)
        _hold(tx, quote)
        if quote.coupon is not None:
            coupon.use(tx, quote.coupon)
        address = msgspec.json.encode(order.address).decode()
        bill = Bill(Money(quote.total, quote.currency), address, quote.coupon.id if quote.coupon else None)
        opened = self._till.open(tx, sale, bill)
        for parcel in quote.parcels:
            self._write_deal(tx, sale.buyer_id, opened, address, parcel, quote.currency)
        if order.cart_id is not None:
            _take_out_of_cart(tx, order.cart_id, quote)
        return opened

    def _write_deal(self, tx: Tx, buyer_id: int, opened: Opened, address: str, parcel: Parcel, currency: str) -> None:
        assert parcel.method is not None
        new = Beginning(
            rules=library.newest(self._market.process),
            buyer_id=buyer_id,
            shop_id=parcel.shop_id,
            currency=currency,
            lines=[_line(line) for line in parcel.lines],
            by=Actor("buyer", buyer_id),
            commission_rate=self._market.commission if parcel.commission_rate is None else parcel.commission_rate,
            discount_by_market=parcel.discount_by_market,
            shipping=parcel.shipping,
            off_shipping=parcel.off_shipping,
            checkout_id=opened.checkout_id,
            payment_id=opened.payment_id,
            shipping_name=parcel.method.name,
            address=address,
        )
        begin(tx, self._engine, new)


def check_address(address: Address) -> None:
    """Raises Invalid when it is in no country."""
    if address.country not in COUNTRIES:
        raise Invalid("The address cannot be used.", fields={"country": "Choose a country from the list."})


def _check(order: Order) -> None:
    check_address(order.address)
    if len({line.variant_id for line in order.wanted}) < len(order.wanted):
        raise Invalid(
            "A thing stands in the order twice.", fields={"lines": "Give each variant once, with its quantity."}
        )


def _refuse_unless_sound(quote: Quote, order: Order) -> None:
    if quote.problems:
        raise NotOnSale(quote.problems)
    if quote.aside and order.cart_id is None:
        raise Refused(
            "This order is in more than one currency.",
            why="An order is paid in one.",
            try_="Order what is sold in each currency by itself.",
        )
    if not quote.parcels:
        raise Refused("There is nothing to buy in this currency.", try_="Look at your cart again.")
    if quote.coupon_problem is not None:
        raise quote.coupon_problem
    for parcel in quote.parcels:
        if parcel.method is None:
            raise Refused(
                f"{parcel.shop_name} does not send to this country.",
                why=f"No shipping method of theirs reaches {quote.country}.",
                try_="Take their goods out of the cart, or have them sent elsewhere.",
            )
    _refuse_beyond_measure(quote)
    if order.total is not None and order.total != quote.total:
        raise PriceChanged(
            "The price has changed.",
            why=f"You were shown {Money(order.total, quote.currency)}; it is now {Money(quote.total, quote.currency)}.",
            try_="Look at the new costs and confirm them.",
        )


def _take_out_of_cart(tx: Tx, cart_id: int, quote: Quote) -> None:
    """What is bought leaves the cart; what is sold in another currency stays for an order of its own."""
    if not quote.aside:
        tx.run(queries.EMPTY_CART, cart=cart_id)
    for parcel in quote.parcels:
        for line in parcel.lines:
            tx.run(queries.DROP_CART_LINE, cart=cart_id, variant=line.offer.variant_id)
    tx.run(queries.SET_CART_COUPON, cart=cart_id, code=None)


def _refuse_beyond_measure(quote: Quote) -> None:
    """Sums of many orders have to fit into the numbers of the database, so each has its limit."""
    if quote.goods + quote.shipping + quote.tax > HIGHEST_TOTAL:
        raise Refused(
            "This is too much for one order.",
            why=f"An order comes to {Money(HIGHEST_TOTAL, quote.currency)} at most.",
            try_="Order fewer pieces at a time.",
        )


def _hold(tx: Tx, quote: Quote) -> None:
    """Take the pieces in the order of their ids, so that two buyers cannot wait for each other."""
    lines = sorted((line for parcel in quote.parcels for line in parcel.lines), key=lambda line: line.offer.variant_id)
    for line in lines:
        if not stock.hold(tx, line.offer.variant_id, line.quantity):
            raise NotOnSale([Problem(line.offer.variant_id, "short", line.offer.title, 0)])


def _line(line: PricedLine) -> NewLine:
    return NewLine(
        listing_id=line.offer.listing_id,
        title=line.offer.title,
        quantity=line.quantity,
        unit_price=line.offer.price,
        amount=line.amount,
        discount=line.discount,
        tax=line.tax,
        tax_rate=line.tax_rate,
        variant_id=line.offer.variant_id,
        options=line.offer.options,
        sku=line.offer.sku,
        photo=line.offer.photo,
    )


def _digest(order: Order) -> bytes:
    """What makes two requests the same order: everything but the key and the card.

    Of a cart it is the cart itself that counts: once it is bought there is nothing in it any more.
    """
    bought = (sorted(order.wanted), order.coupon) if order.cart_id is None else order.cart_id
    told = (bought, order.address, sorted(order.methods.items()), order.total, order.currency)
    return hashlib.sha256(msgspec.json.encode(told)).digest()


def _said(problem: Problem) -> str:
    if problem.kind == "own":
        return f"“{problem.title}” is your own"
    if problem.kind == "short" and problem.free:
        return f"of “{problem.title}” {problem.free} are left"
    return f"“{problem.title}” is sold out" if problem.title else "one thing no longer exists"
