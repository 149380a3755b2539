"""Hiring: a quote for a period, and a checkout that makes two deals with one payment, the hire and its deposit."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import msgspec

from haat.kernel import clock
from haat.kernel.errors import Invalid, Refused
from haat.kernel.money import Money, percent
from haat.kernel.zone import Zone
from haat.market.deals import library
from haat.market.deals.begin import Beginning, NewLine, begin
from haat.market.deals.deal import Actor
from haat.market.deals.engine import Engine
from haat.market.deals.place import Address, PriceChanged, check_address
from haat.market.deals.ports import Taxes
from haat.market.deals.process import Span
from haat.market.deals.till import Bill, Checkout, Opened, Sale, Till
from haat.market.hire import book
from haat.market.hire.book import NotFree, TakenMeanwhile
from haat.market.hire.count_in import stay_in
from haat.market.hire.equipment import Equipment, Offer, equipment, offer
from haat.market.hire.period import Period
from haat.market.hire.price import Rent, rent_of
from haat.store import Store, Tx

MOST_UNITS = 100  # of one hire
_TRIES = 4


class Wish(NamedTuple):
    """What somebody would like to hire. `country` is an ISO code, for the tax."""

    listing_id: int
    period: Period
    quantity: int
    country: str


class HireQuote(NamedTuple):
    """What it costs, in minor units: `amount` is the rent of all units, `deposit` comes back. `rent` is of one unit, with its reckoning.

    `starts_at` and `ends_at` are the instants of its period.
    """

    wish: Wish
    offer: Offer
    equipment: Equipment
    rent: Rent
    starts_at: int
    ends_at: int
    amount: int
    tax: int
    tax_rate: int
    deposit: int
    free: int

    @property
    def total(self) -> int:
        return self.amount + self.tax + self.deposit


class HireOrder(NamedTuple):
    """What a hirer sends off. `key` is their own; `total` is what they were shown, in minor units, None to take any."""

    key: str
    listing_id: int
    period: Period
    quantity: int
    address: Address
    total: int | None


class Terms(NamedTuple):
    """What the market itself decides. `commission` and `kept_when_late` in basis points, days and hours are those of `zone`."""

    currency: str
    commission: int
    kept_when_late: int
    zone: Zone


class Hire:
    """The use case; shared by the page and the API."""

    def __init__(self, store: Store, engine: Engine, till: Till, taxes: Taxes, terms: Terms) -> None:
        self._store = store
        self._engine = engine
        self._till = till
        self._taxes = taxes
        self._terms = terms

    def quote(self, wish: Wish, buyer_id: int | None = None) -> HireQuote:
        """What it would cost now. Raises Invalid by field, NotFree, Refused and NotFound."""
        return self._quote(self._store, wish, buyer_id)

    def run(self, buyer_id: int, order: HireOrder, card: str, back: str) -> tuple[Checkout, bool]:
        """Book and pay; the flag says whether this call did or an earlier one with the same key.

        `card` and `back` are as in `Till.take`, and so is what it raises; besides what `quote` raises, and PriceChanged.
        """
        check_address(order.address)
        sale = Sale(buyer_id, order.key, _digest(order), card, back)
        for _ in range(_TRIES - 1):
            try:
                return self._till.take(sale, lambda tx: self._book(tx, sale, order))
            except TakenMeanwhile:
                continue
        return self._till.take(sale, lambda tx: self._book(tx, sale, order))

    def _quote(self, store: Store | Tx, wish: Wish, buyer_id: int | None) -> HireQuote:
        if not 1 <= wish.quantity <= MOST_UNITS:
            raise Invalid("It cannot be hired like this.", fields={"quantity": f"From 1 to {MOST_UNITS}."})
        found = offer(store, wish.listing_id)
        self._refuse_unless_for_hire(found, buyer_id)
        goods = equipment(store, wish.listing_id, since_day=wish.period.first_day)
        if wish.period.per != goods.terms.per:
            raise Refused("The owner has changed how this is hired out.", try_="Choose the time again.")
        zone, period = self._terms.zone, wish.period
        book.refuse_unless_possible(goods, period, clock.now(), zone)
        free = len(book.free_units(store, goods, period))
        if free < wish.quantity:
            raise NotFree(free)
        rent = rent_of(period, goods.prices, _skipped(period, zone))
        starts_at, ends_at = period.starts_at(zone), period.ends_at(zone)
        amount = rent.amount * wish.quantity
        tax_rate = self._taxes.rate(wish.country)
        tax, deposit = percent(amount, tax_rate), goods.terms.deposit * wish.quantity
        return HireQuote(wish, found, goods, rent, starts_at, ends_at, amount, tax, tax_rate, deposit, free)

    def _refuse_unless_for_hire(self, found: Offer, buyer_id: int | None) -> None:
        # What was priced before the market changed its currency must not be had for the same number of another one.
        if not found.is_for_hire or found.currency != self._terms.currency:
            raise Refused("This is no longer for hire.", try_="Look for something like it.")
        if found.owner_id == buyer_id:
            raise Refused("This is your own.", why="Nobody hires from themselves.")

    def _book(self, tx: Tx, sale: Sale, order: HireOrder) -> Opened:
        stay_in(tx, self._terms.zone)
        book.alone(tx, order.listing_id)
        wish = Wish(order.listing_id, order.period, order.quantity, order.address.country)
        quote = self._quote(tx, wish, sale.buyer_id)
        if order.total is not None and order.total != quote.total:
            raise PriceChanged(
                "The price has changed.",
                why=f"You were shown {Money(order.total, self._terms.currency)}; "
                f"it is now {Money(quote.total, self._terms.currency)}.",
                try_="Look at the new costs and confirm them.",
            )
        address = msgspec.json.encode(order.address).decode()
        opened = self._till.open(tx, sale, Bill(Money(quote.total, self._terms.currency), address))
        hire_id = begin(tx, self._engine, self._hire(sale.buyer_id, quote, opened, address))
        book.take(tx, hire_id, quote.equipment, order.period, order.quantity, quote.rent, self._terms.kept_when_late)
        if quote.deposit:
            begin(tx, self._engine, self._deposit(sale.buyer_id, quote, opened, address, hire_id))
        return opened

    def _hire(self, buyer_id: int, quote: HireQuote, opened: Opened, address: str) -> Beginning:
        rate = self._terms.commission if quote.offer.commission is None else quote.offer.commission
        rent = _line(quote, quote.rent.amount)._replace(tax=quote.tax, tax_rate=quote.tax_rate)
        return self._beginning("hire", buyer_id, quote, opened, address, rent)._replace(commission_rate=rate)

    def _deposit(self, buyer_id: int, quote: HireQuote, opened: Opened, address: str, hire_id: int) -> Beginning:
        deposit = _line(quote, quote.equipment.terms.deposit)
        return self._beginning("deposit", buyer_id, quote, opened, address, deposit)._replace(parent_id=hire_id)

    def _beginning(
        self, name: str, buyer_id: int, quote: HireQuote, opened: Opened, address: str, line: NewLine
    ) -> Beginning:
        return Beginning(
            rules=library.newest(name),
            buyer_id=buyer_id,
            shop_id=quote.offer.shop_id,
            currency=self._terms.currency,
            lines=[line],
            by=Actor("buyer", buyer_id),
            checkout_id=opened.checkout_id,
            payment_id=opened.payment_id,
            listing_id=quote.offer.listing_id,
            span=Span(quote.starts_at, quote.ends_at),
            address=address,
        )


def _skipped(period: Period, zone: Zone) -> frozenset[int]:
    return zone.skipped_hours(period.first, period.after_last) if period.per == "hour" else frozenset()


def _line(quote: HireQuote, unit_price: int) -> NewLine:
    quantity = quote.wish.quantity
    return NewLine(
        listing_id=quote.offer.listing_id,
        title=quote.offer.title,
        quantity=quantity,
        unit_price=unit_price,
        amount=unit_price * quantity,
        photo=quote.offer.photo,
    )


def _digest(order: HireOrder) -> bytes:
    """What makes two requests the same hire: everything but the key and the card."""
    told = (order.listing_id, order.period, order.quantity, order.address, order.total)
    return hashlib.sha256(msgspec.json.encode(told)).digest()
