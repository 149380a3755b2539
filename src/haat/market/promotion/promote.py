"""Promote a listing: its owner orders it and pays, by the same till as everything that is paid."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import msgspec
from sqlalchemy import bindparam, select

from haat.kernel.clock import DAY
from haat.kernel.errors import Conflict, Invalid, NotFound, Refused
from haat.kernel.money import Money
from haat.market.accounts.shop import shop_of
from haat.market.catalogue.listing import own
from haat.market.catalogue.tables import listings
from haat.market.deals import library
from haat.market.deals.begin import Beginning, NewLine, begin
from haat.market.deals.deal import Actor
from haat.market.deals.engine import Engine
from haat.market.deals.place import PriceChanged
from haat.market.deals.process import Span
from haat.market.deals.till import Bill, Checkout, Opened, Sale, Till
from haat.market.promotion.promotion import ALL_OF_IT, PROCESS, Terms, standing_of
from haat.store import Store, Tx


class Wish(NamedTuple):
    """What an owner sends off. `key` is their own; `price` is what they were shown, in minor units, None to take any."""

    key: str
    listing_id: int
    days: int
    price: int | None = None


class Promote:
    """The use case; shared by the page and the API."""

    def __init__(self, store: Store, engine: Engine, till: Till, terms: Terms) -> None:
        self._store = store
        self._engine = engine
        self._till = till
        self.terms = terms

    def run(self, owner_id: int, wish: Wish, card: str, back: str) -> tuple[Checkout, bool]:
        """Order it and pay; the flag says whether this call did or an earlier one with the same key.

        `card` and `back` are as in `Till.take`, and so is what it raises; besides NotFound, Invalid for days that are not offered,
        PriceChanged, Conflict while another promotion of the listing is to be paid, and Refused for what is not on sale.
        """
        sale = Sale(owner_id, wish.key, _digest(wish), card, back)
        return self._till.take(sale, lambda tx: self._open(tx, sale, wish))

    def _open(self, tx: Tx, sale: Sale, wish: Wish) -> Opened:
        shop = shop_of(tx, sale.buyer_id)
        if shop is None:
            raise NotFound("There is no such listing in your shop.")
        price = self._price(tx, wish)
        # Before the listing is taken: of two requests with one key the second then finds the checkout of the first.
        opened = self._till.open(tx, sale, Bill(price, "{}"))
        listing = own(tx, shop.id, wish.listing_id)
        if listing.state != "active":
            raise Refused("Only what is on sale can be promoted.", try_="Put it on sale first.")
        if standing_of(tx, listing.id).waiting is not None:
            raise Conflict(
                "A promotion of this listing is to be paid already.", try_="Go on with that payment, or do without it."
            )
        title, photo = tx.first(_SHOWN, listing=listing.id) or ("", None)
        new = Beginning(
            rules=library.newest(PROCESS),
            buyer_id=sale.buyer_id,
            shop_id=shop.id,
            currency=price.currency,
            lines=[NewLine(listing.id, title, 1, price.amount, price.amount, photo=photo)],
            by=Actor("buyer", sale.buyer_id),
            commission_rate=ALL_OF_IT,
            checkout_id=opened.checkout_id,
            payment_id=opened.payment_id,
            listing_id=listing.id,
            span=Span(tx.now, tx.now + wish.days * DAY),
        )
        begin(tx, self._engine, new)
        return opened

    def _price(self, tx: Tx, wish: Wish) -> Money:
        kind = tx.value(_KIND, listing=wish.listing_id)
        if kind is None:
            raise NotFound("There is no such listing in your shop.")
        offers = self.terms.offers(kind)
        if not offers:
            raise Refused("This market does not promote listings of this kind.")
        price = offers.get(wish.days)
        if price is None:
            raise Invalid("It cannot be promoted like this.", fields={"days": "Choose for how long."})
        if wish.price not in (None, price.amount):
            raise PriceChanged(
                "The price has changed.",
                why=f"It is {price} now.",
                try_="Look at the prices again, and choose once more.",
            )
        return price


def _digest(wish: Wish) -> bytes:
    """What makes two requests the same: everything but the key and the card."""
    return hashlib.sha256(msgspec.json.encode([wish.listing_id, wish.days, wish.price])).digest()


_KIND = select(listings.c.kind).where(listings.c.id == bindparam("listing"))
_SHOWN = select(listings.c.title, listings.c.photo).where(listings.c.id == bindparam("listing"))
