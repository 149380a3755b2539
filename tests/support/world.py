"""A small market for tests: people, shops and goods, written straight into the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, select

from haat.adapters.sandbox.cards import card_named
from haat.adapters.sandbox.gateway import Sandbox
from haat.jobs.job import Handler
from haat.jobs.worker import Worker
from haat.kernel import clock, ids
from haat.kernel.clock import DAY, HOUR, MINUTE
from haat.kernel.ids import new_id
from haat.kernel.zone import UTC_ZONE, Zone
from haat.market.accounts.tables import accounts, shops
from haat.market.catalogue.categories import Categories
from haat.market.catalogue.change_category import ensure_category
from haat.market.catalogue.change_variants import add_variant
from haat.market.catalogue.create import create
from haat.market.catalogue.listing import Catalogue, ListingText
from haat.market.catalogue.publish import publish
from haat.market.catalogue.tables import variants
from haat.market.catalogue.variant import VariantText
from haat.market.deals.deal import Actor, Deal, get
from haat.market.deals.engine import Engine
from haat.market.deals.hire import Hire, HireOrder
from haat.market.deals.hire import Terms as HireTerms
from haat.market.deals.place import Address, Market, Order, Place
from haat.market.deals.quote import Wanted
from haat.market.deals.settle import Settle
from haat.market.deals.tables import coupons, shipping_methods
from haat.market.deals.tax import RatesByCountry
from haat.market.deals.till import Checkout, Till
from haat.market.documents.clerk import Clerk
from haat.market.documents.clerk import Market as Issuer
from haat.market.documents.sale import issue_for_sale
from haat.market.handwork.effects import effects_of
from haat.market.handwork.fund import Fund
from haat.market.handwork.job import JOB
from haat.market.hire.equip import EQUIPMENT, add_unit, set_terms
from haat.market.hire.equipment import FIRST_TERMS, Terms
from haat.market.hire.period import Per, Period, slot_of
from haat.market.hire.price import Prices
from haat.market.payments import payout, refund
from haat.market.payments.tables import payout_accounts
from haat.market.promotion import effects as promotion_effects
from haat.market.promotion.follow_removal import follow_removal
from haat.market.promotion.promote import Promote
from haat.market.promotion.promotion import Terms as Promotions
from haat.market.search.index import index
from haat.store import Store, Tx
from haat.words import words

TERMS = {
    "pay_within": 30 * MINUTE,
    "ship_within": 5 * DAY,
    "deliver_within": 14 * DAY,
    "return_within": 14 * DAY,
    "answer_within": 3 * DAY,
    "send_back_within": 14 * DAY,
    "collect_within": 7 * DAY,
    "cancel_free": 2 * DAY,
    "hand_over_within": DAY,
    "late_after": 3 * HOUR,
    "lost_after": 14 * DAY,
    "claim_within": 3 * DAY,
    "deposit_kept": 60 * DAY,
    "dispute_within": 14 * DAY,
    "award_within": 14 * DAY,
    "fund_within": 7 * DAY,
    "overdue_after": 14 * DAY,
    "review_within": 7 * DAY,
    "remind_after": 14 * DAY,
}
ADDRESS = Address(name="Ada Example", street="Main Street 1", city="Graz", postcode="8010", country="AT")
GOOD_CARD = card_named("approves").token
RETURN_URL = "/checkout/back"
CURRENCIES = ("EUR", "JPY", "KWD")
LISTING_OF = select(variants.c.listing_id).where(variants.c.id == bindparam("id"))
PROMOTION_PRICES = {7: 490, 30: 1490}
MARKET = Issuer("Haat", "Haat Ltd", "Marktgasse 1, 8010 Graz, AT", "ATU12345678", 2000)


class World:
    """A market on `store` with the sandbox as its gateway, in a time zone. Commission 10 %, tax 20 % in AT."""

    def __init__(self, store: Store, folder: Path, gateway: Sandbox | None = None, *, zone: Zone = UTC_ZONE) -> None:
        self.store = store
        self.zone = zone
        self.gateway = gateway or Sandbox(folder / "sandbox.db", "a secret of the tests")
        self.catalogue = Catalogue("EUR", Categories(), index, {"equipment": EQUIPMENT, "job": JOB})
        self.engine = Engine(TERMS, {**effects_of(self.catalogue), **promotion_effects.effects_of(self.catalogue)})
        self.settle = Settle(store, self.engine, self.gateway)
        taxes = RatesByCountry({"AT": 2000})
        self.till = Till(store, self.gateway, self.settle)
        self.place = Place(store, self.engine, self.till, taxes, Market(CURRENCIES, 1000, "purchase"))
        self.hire = Hire(store, self.engine, self.till, taxes, HireTerms("EUR", 1000, 5000, zone))
        self.fund = Fund(store, self.till, 1000)
        self.promote = Promote(store, self.engine, self.till, Promotions(("product",), PROMOTION_PRICES, "EUR"))
        self.clerk = Clerk(store, words, MARKET._replace(zone=zone))
        self.handlers: dict[str, Handler] = {
            "refund.send": lambda p: refund.send(store, self.gateway, p["refund"]),
            "payout.send": lambda p: payout.send(store, self.gateway, p["payout"]),
            "payment.withdraw": lambda p: self.settle.withdraw(p["payment"]),
            "deal.moved": lambda p: None,
            "deal.invoice": lambda p: issue_for_sale(self.clerk, p),
            "payout.settled": lambda p: None,
            "listing.removed": lambda p: follow_removal(store, self.engine, p),
        }
        self.worker = Worker(store, self.handlers)

    def account(self, name: str = "Ada") -> int:
        account_id = new_id()
        row: dict[str, Any] = {
            "id": account_id,
            "email": f"{name.lower()}-{account_id}@example.org",
            "name": name,
            "password_hash": "-",
            "language": "en",
            "country": "AT",
            "created_at": 0,
            "verified_at": 0,
        }
        self.store.write(lambda tx: tx.insert(accounts, **row))
        return account_id

    def shop(
        self, name: str = "Shop", *, shipping: int = 500, commission: int | None = None, currency: str = "EUR"
    ) -> int:
        """A shop with one way of sending and a bank account; returns its id."""
        shop_id, owner = new_id(), self.account(f"{name}-owner")
        self.store.write(
            lambda tx: tx.insert(
                shops,
                id=shop_id,
                owner_id=owner,
                slug=f"shop-{shop_id}",
                name=name,
                country="AT",
                commission=commission,
                currency=None if currency == "EUR" else currency,
                created_at=0,
            )
        )
        self.bank_account(shop_id, currency=currency)
        self.store.write(
            lambda tx: tx.insert(
                shipping_methods,
                id=new_id(),
                shop_id=shop_id,
                name="Parcel",
                countries="",
                price=shipping,
                days_min=1,
                days_max=3,
                position=0,
            )
        )
        return shop_id

    def bank_account(self, shop_id: int, number: str = "SB10000001", *, currency: str = "EUR", version: int = 1) -> int:
        """Where the shop is paid from now on, without rest; returns its id."""
        account_id = new_id()
        row: dict[str, Any] = {
            "id": account_id,
            "shop_id": shop_id,
            "currency": currency,
            "version": version,
            "number": number,
            "holder": "Ines",
            "set_by": 0,
            "set_at": 0,
            "usable_at": 0,
        }
        self.store.write(lambda tx: tx.insert(payout_accounts, **row))
        return account_id

    def variant(self, shop_id: int, *, price: int = 1000, pieces: int = 10, state: str = "active") -> int:
        """A listing with one variant, by the use cases; returns the variant."""

        def work(tx: Tx) -> int:
            category_id = ensure_category(tx, self.catalogue.categories, ["Things"])
            listing_id = create(tx, self.catalogue, shop_id, ListingText(f"Thing {new_id() % 1000}", category_id))
            variant_id = add_variant(tx, self.catalogue, shop_id, listing_id, VariantText(price), pieces)
            if state == "active":
                publish(tx, self.catalogue, shop_id, listing_id)
            return variant_id

        return self.store.write(work)

    def equipment(
        self,
        shop_id: int | None = None,
        *,
        units: int = 1,
        terms: Terms = FIRST_TERMS,
        prices: Prices | None = None,
        deposit: int = 5000,
    ) -> int:
        """A listing for hire that is on sale, by the use cases; 10.00 a day and a deposit of 50.00 where nothing else is said."""

        def work(tx: Tx) -> int:
            shop = shop_id or self._own_shop
            category_id = ensure_category(tx, self.catalogue.categories, ["Things"])
            text = ListingText(f"Digger {new_id() % 1000}", category_id)
            listing_id = create(tx, self.catalogue, shop, text, "equipment")
            asked = prices or ({"day": 1000} if terms.per == "day" else {"hour": 200, "day": 1000})
            set_terms(tx, self.catalogue, shop, listing_id, terms._replace(deposit=deposit), asked)
            for number in range(units):
                add_unit(tx, self.catalogue, shop, listing_id, f"Unit {number + 1}")
            publish(tx, self.catalogue, shop, listing_id)
            return listing_id

        if shop_id is None:
            self._own_shop = self.shop()
        return self.store.write(work)

    def period(self, first: int, length: int, per: Per = "day") -> Period:
        """So many slots from now, so many slots long."""
        start = slot_of(per, clock.now(), self.zone) + first
        return Period(per, start, start + length)

    def hired(
        self, listing_id: int, period: Period, *, quantity: int = 1, buyer_id: int | None = None, card: str = GOOD_CARD
    ) -> Checkout:
        """Book and pay; of the deals the first is the hire, the second its deposit."""
        order = HireOrder(f"key-{new_id()}", listing_id, period, quantity, ADDRESS, None)
        checkout, _ = self.hire.run(buyer_id or self.account(), order, card, RETURN_URL)
        return checkout

    def coupon(self, code: str, **values: Any) -> int:
        coupon_id = new_id()
        row = {"shop_id": None, "least": 0, "starts_at": 0, "uses": 0, "created_by": 0} | values
        self.store.write(lambda tx: tx.insert(coupons, id=coupon_id, code=code, **row))
        return coupon_id

    def order(
        self,
        wanted: Mapping[int, int],
        *,
        key: str | None = None,
        coupon: str | None = None,
        total: int | None = None,
        address: Address = ADDRESS,
        cart_id: int | None = None,
        currency: str | None = None,
    ) -> Order:
        lines = [Wanted(variant_id, quantity) for variant_id, quantity in wanted.items()]
        return Order(key or f"key-{new_id()}", lines, address, {}, coupon, total, cart_id, currency)

    def buy(self, buyer_id: int, wanted: Mapping[int, int], *, card: str = GOOD_CARD, **more: Any) -> Checkout:
        """Place an order and pay for it."""
        checkout, _ = self.place.run(buyer_id, self.order(wanted, **more), card, RETURN_URL)
        return checkout

    def bought(self, *, price: int = 1000, quantity: int = 1) -> Deal:
        """One paid deal of one fresh buyer in one fresh shop."""
        (deal,) = self.buy(self.account(), {self.variant(self.shop(), price=price): quantity}).deals
        return deal

    def move(self, deal: Deal, *names: str, by: Actor | None = None, **given: Any) -> Deal:
        """Make moves in turn, each by the first role that may make it."""
        for name in names:
            roles: Sequence[Any] = deal.rules.move(name).by
            actor = by or Actor(roles[0], 1)
            self.store.write(lambda tx, name=name, actor=actor: self.engine.move(tx, deal.id, name, actor, given))
        return self.deal(deal)

    def deal(self, deal: Deal) -> Deal:
        return get(self.store, deal.id)

    def deal_of(self, text: str) -> Deal:
        """A deal by its id as it is written outside."""
        return get(self.store, ids.decode(text))

    def work(self) -> None:
        """Run every job that is due."""
        self.worker.drain()

    def close(self) -> None:
        self.gateway.close()


__all__ = ["ADDRESS", "GOOD_CARD", "LISTING_OF", "PROMOTION_PRICES", "RETURN_URL", "TERMS", "World"]
