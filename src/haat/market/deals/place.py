"""Checking out: hold the goods, ask the gateway with nothing locked, settle.

The order is written down whole before the gateway hears of it: whatever dies in between, there is no charge without an order. The
buyer's key makes one checkout of any number of tries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple

import msgspec

from haat.kernel import ids
from haat.kernel.errors import Conflict, Invalid, NotFound, Refused, Unavailable
from haat.kernel.faults import reach
from haat.kernel.ids import new_id
from haat.kernel.money import Money, percent
from haat.market.catalogue import stock
from haat.market.catalogue.variant import HIGHEST_PRICE
from haat.market.deals import coupon, process, queries
from haat.market.deals.deal import Deal
from haat.market.deals.engine import Engine
from haat.market.deals.ports import Taxes
from haat.market.deals.quote import Basket, Parcel, PricedLine, Problem, Quote, Wanted, price
from haat.market.deals.settle import Settle
from haat.market.deals.tables import checkouts, deal_events, deals
from haat.market.payments import payment
from haat.market.payments.payment import Payment
from haat.market.payments.ports import Charge, Declined, Gateway, GatewayRefused, Paid
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


class Checkout(NamedTuple):
    """A checkout with its last attempt to pay and its deals."""

    id: int
    account_id: int
    currency: str
    total: int
    address: str
    created_at: int
    payment: Payment
    deals: tuple[Deal, ...]


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

    def __init__(
        self, store: Store, engine: Engine, gateway: Gateway, settle: Settle, taxes: Taxes, market: Market
    ) -> None:
        self._store = store
        self._engine = engine
        self._gateway = gateway
        self._settle = settle
        self._taxes = taxes
        self._market = market

    def quote(self, basket: Basket) -> Quote:
        """What it would cost now."""
        return price(self._store, basket, self._market.currencies, self._taxes)

    def run(self, buyer_id: int, order: Order, card: str, back: str) -> tuple[Checkout, bool]:
        """Place an order and pay for it; the flag says whether this call placed it or an earlier one with the same key.

        `card` is the gateway's token, `back` the address to which the bank's own page returns the buyer, with `{checkout}` for the
        checkout's id. Raises NotOnSale, PriceChanged, Refused, Invalid, or Conflict when the key was used for something
        else. A payment that was declined, or of which nothing is known yet, is no error: the checkout says how it stands.
        """
        _check(order)
        checkout_id, payment_id = self._place_once(buyer_id, order)
        if payment_id is None:
            return self.look(checkout_id, buyer_id), False
        self._charge(payment_id, card, back)
        return self.look(checkout_id, buyer_id), True

    def pay_again(self, buyer_id: int, checkout_id: int, attempt: int, card: str, back: str) -> Checkout:
        """Try another card after one was declined. `attempt` is the one that failed: two tries at once become one."""
        payment_id = self._store.write(lambda tx: self._start_again(tx, buyer_id, checkout_id, attempt))
        if payment_id is not None:
            self._charge(payment_id, card, back)
        return self.look(checkout_id, buyer_id)

    def look(self, checkout_id: int, buyer_id: int) -> Checkout:
        """The checkout as it stands. Raises NotFound for everybody but its buyer."""
        return _look(self._store, checkout_id, buyer_id)

    def _place_once(self, buyer_id: int, order: Order) -> tuple[int, int | None]:
        digest = _digest(order)

        def work(tx: Tx) -> tuple[int, int | None]:
            known = tx.first(queries.CHECKOUT_BY_KEY, account_id=buyer_id, key=order.key)
            if known is None:
                return self._place(tx, buyer_id, order, digest)
            if known[1] != digest:
                raise Conflict("This key was used for another order.", try_="Use a new key for a new order.")
            return known[0], None

        return self._store.write(work)

    def _place(self, tx: Tx, buyer_id: int, order: Order, digest: bytes) -> tuple[int, int]:
        if not order.wanted:
            raise Refused("There is nothing to buy.", why="The cart is empty.", try_="Put something into it first.")
        basket = Basket(order.wanted, order.address.country, order.methods, order.coupon, buyer_id, order.currency)
        quote = price(tx, basket, self._market.currencies, self._taxes)
        _refuse_unless_sound(quote, order)
        _hold(tx, quote)
        if quote.coupon is not None:
            coupon.use(tx, quote.coupon)
        checkout_id = self._write_checkout(tx, buyer_id, order, quote, digest)
        payment_id = payment.start(tx, checkout_id, 1, Money(quote.total, quote.currency), self._gateway.name)
        for parcel in quote.parcels:
            self._write_deal(tx, buyer_id, checkout_id, payment_id, order, parcel, quote.currency)
        if order.cart_id is not None:
            _take_out_of_cart(tx, order.cart_id, quote)
        return checkout_id, payment_id

    def _write_checkout(self, tx: Tx, buyer_id: int, order: Order, quote: Quote, digest: bytes) -> int:
        checkout_id = new_id()
        tx.insert(
            checkouts,
            id=checkout_id,
            account_id=buyer_id,
            key=order.key,
            request_hash=digest,
            currency=quote.currency,
            total=quote.total,
            address=msgspec.json.encode(order.address).decode(),
            coupon_id=quote.coupon.id if quote.coupon else None,
            created_at=tx.now,
        )
        return checkout_id

    def _write_deal(
        self, tx: Tx, buyer_id: int, checkout_id: int, payment_id: int, order: Order, parcel: Parcel, currency: str
    ) -> None:
        rules = process.newest(self._market.process)
        rate = self._market.commission if parcel.commission_rate is None else parcel.commission_rate
        deal_id = new_id()
        assert parcel.method is not None
        tx.insert(
            deals,
            id=deal_id,
            checkout_id=checkout_id,
            process=rules.name,
            process_version=rules.version,
            state=rules.start,
            state_since=tx.now,
            due_at=self._engine.due_at(rules, rules.start, tx.now),
            payment_id=payment_id,
            buyer_id=buyer_id,
            shop_id=parcel.shop_id,
            currency=currency,
            goods=parcel.goods,
            discount=parcel.discount,
            discount_by_market=parcel.discount_by_market,
            shipping=parcel.shipping,
            tax=parcel.tax,
            total=parcel.total,
            commission=percent(parcel.worth, rate),
            commission_rate=rate,
            refunded=0,
            shipping_name=parcel.method.name,
            address=msgspec.json.encode(order.address).decode(),
            created_at=tx.now,
        )
        tx.many(queries.ADD_LINE, [_line(deal_id, line) for line in parcel.lines])
        tx.insert(
            deal_events,
            id=new_id(),
            deal_id=deal_id,
            at=tx.now,
            move="place",
            from_state=rules.start,
            to_state=rules.start,
            by_role="buyer",
            by_id=buyer_id,
            data="{}",
        )

    def _start_again(self, tx: Tx, buyer_id: int, checkout_id: int, attempt: int) -> int | None:
        checkout = _look(tx, checkout_id, buyer_id)
        if checkout.payment.attempt != attempt or checkout.payment.state not in ("declined", "abandoned"):
            return None
        waiting = [deal for deal in checkout.deals if deal.waits_for_money]
        if not waiting:
            raise Refused("This order has ended.", why="It was not paid in time.", try_="Order again.")
        money = Money(sum(deal.total for deal in waiting), checkout.currency)
        payment_id = payment.start(tx, checkout_id, attempt + 1, money, self._gateway.name)
        for deal in waiting:
            tx.run(queries.PAY_AGAIN, key=deal.id, was=deal.state, payment=payment_id)
        return payment_id

    def _charge(self, payment_id: int, card: str, back: str) -> None:
        """Ask the gateway, with no transaction open. Silence is not an answer: the poller will ask again."""
        started = payment.get(self._store, payment_id)
        if started.amount == 0:
            self._settle.book(payment_id, Paid(ref="nothing to pay", at=started.started_at))
            return
        charge = Charge(
            key=str(payment_id),
            amount=started.money,
            card=card,
            return_url=back.replace("{checkout}", ids.encode(started.checkout_id)),
            description=f"Order {ids.encode(started.checkout_id)}",
        )
        reach("checkout.before_charge")
        try:
            outcome = self._gateway.charge(charge)
        except Unavailable:
            return
        except GatewayRefused as refusal:
            outcome = Declined(ref="", code="card_declined", words=refusal.what)
        reach("checkout.before_settle")
        self._settle.book(payment_id, outcome)


def _check(order: Order) -> None:
    if not 8 <= len(order.key) <= 80:
        raise Invalid(
            "The key of the order cannot be used.", fields={"key": "Use 8 to 80 characters, new for each order."}
        )
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


def _line(deal_id: int, line: PricedLine) -> dict[str, object]:
    return {
        "id": new_id(),
        "deal_id": deal_id,
        "listing_id": line.offer.listing_id,
        "variant_id": line.offer.variant_id,
        "title": line.offer.title,
        "options": line.offer.options,
        "sku": line.offer.sku,
        "photo": line.offer.photo,
        "quantity": line.quantity,
        "unit_price": line.offer.price,
        "amount": line.amount,
        "discount": line.discount,
        "tax": line.tax,
        "tax_rate": line.tax_rate,
    }


def _look(store: Store | Tx, checkout_id: int, buyer_id: int) -> Checkout:
    row = store.first(queries.CHECKOUT, id=checkout_id)
    if row is None or row[1] != buyer_id:
        raise NotFound("There is no such checkout.", try_="Look for it in the list of your orders.")
    id_, account_id, currency, total, address, _, created_at = row
    last = store.first(queries.LAST_PAYMENT, checkout_id=checkout_id)
    assert last is not None
    own = tuple(Deal(*deal) for deal in store.read(queries.DEALS_OF_CHECKOUT, checkout_id=checkout_id))
    return Checkout(id_, account_id, currency, total, address, created_at, payment.get(store, last[0]), own)


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
