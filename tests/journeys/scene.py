"""A market in the middle of its day: somebody for every role, an order in every state, a listing of every kind.

`set_the_scene` brings it into a market with demo goods, by the use cases of people, and returns where everything is: names to be
used in the addresses of pages, such as `/item/{sold_out}`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, select

from haat.adapters.sandbox.cards import card_named
from haat.app import App
from haat.demo.load import PASSWORD
from haat.jobs import outbox
from haat.jobs.worker import Worker
from haat.kernel import clock, ids
from haat.kernel.clock import DAY, HOUR, MINUTE
from haat.kernel.money import Money
from haat.market.accounts import letters, links
from haat.market.accounts.account import find
from haat.market.accounts.enrol import Person, enrol
from haat.market.accounts.open_shop import Sign, open_shop
from haat.market.accounts.passwords import hash_password
from haat.market.accounts.secret import new_secret
from haat.market.accounts.shop import get_shop
from haat.market.accounts.suspend import suspend
from haat.market.accounts.tables import accounts, shops
from haat.market.accounts.tokens import create_token
from haat.market.catalogue import moderate
from haat.market.catalogue.change_variants import add_variant, change_variant
from haat.market.catalogue.create import create
from haat.market.catalogue.description import describe
from haat.market.catalogue.end import end
from haat.market.catalogue.listing import ListingText
from haat.market.catalogue.publish import publish
from haat.market.catalogue.restock import recount
from haat.market.catalogue.tables import listings, stock, variants
from haat.market.catalogue.variant import VariantText
from haat.market.deals import cart
from haat.market.deals.cart import Owner
from haat.market.deals.deal import Actor
from haat.market.deals.place import Address, Order
from haat.market.deals.quote import Wanted
from haat.market.deals.tables import deals
from haat.market.deals.till import Checkout
from haat.market.documents import sale
from haat.market.notices.tables import mails
from haat.market.payments import payout, reconcile
from haat.market.payments.monthly import Month
from haat.market.payments.ports import StatementLine
from tests.journeys.articles import set_the_articles
from tests.journeys.handwork import set_the_handwork
from tests.journeys.hires import set_the_hires

BUYER, SHOPPER, WORRIED, NEWCOMER = (
    "noor@scene.example",
    "tomas@scene.example",
    "wanda@scene.example",
    "neel@scene.example",
)
SELLER, BEGINNER = "ines@demo.haat.example", "bruno@scene.example"
OWNER, CUSTOMER, CRAFTSPERSON = "olga@scene.example", "clara@scene.example", "hugo@scene.example"
ADMINISTRATOR = "admin@haat.example"
SPAMMER = "spam@scene.example"

# The moves that lead from a paid order into each state.
WAYS: Mapping[str, Sequence[str]] = {
    "paid": (),
    "called_off": ("call_off",),
    "sent": ("send",),
    "delivered": ("send", "deliver"),
    "missing_reported": ("send", "report_missing"),
    "disputed": ("send", "deliver", "dispute", "add_evidence"),
    "return_asked": ("send", "deliver", "ask_return"),
    "return_refused": ("send", "deliver", "ask_return", "refuse_return"),
    "return_agreed": ("send", "deliver", "ask_return", "accept_return"),
    "sent_back": ("send", "deliver", "ask_return", "accept_return", "send_back"),
    "returned": ("send", "deliver", "ask_return", "accept_return", "send_back", "take_back"),
    "refunded": ("send", "deliver", "refund"),
    "part_refunded": ("send", "refund_part"),
    "completed": ("send", "deliver", "complete"),
}
_GIVEN = {
    "carrier": "DHL",
    "parcel": "JD0142 7700 31",
    "reason": "The glaze has a crack near the handle.",
    "amount": 500,
}
_ADDRESS = Address(name="Noor Haddad", street="Lindengasse 12/4", city="Wien", postcode="1070", country="AT")
_KEYS = count(1)

_VARIANT = select(variants.c.id).where(variants.c.sku == bindparam("sku"))
_HANDLE = select(listings.c.id).where(listings.c.handle == bindparam("handle"))
_SHOP = (
    select(shops.c.id).join(accounts, accounts.c.id == shops.c.owner_id).where(accounts.c.email == bindparam("email"))
)
_ON_HAND = select(stock.c.on_hand, stock.c.held, stock.c.sold).where(stock.c.variant_id == bindparam("variant"))
_A_MAIL = select(mails.c.id).order_by(mails.c.id).limit(1)


def set_the_scene(data: Path) -> dict[str, str]:
    """In a market that is not open yet: much of it lies in the past, where its clock would move what is being made."""
    with (data / "haat.toml").open("a") as settings:
        settings.write('\n[promotion]\nkinds = ["article"]\n')
    app = App.of(data, os.environ)
    try:
        return _set(app)
    finally:
        app.close()


def _set(app: App) -> dict[str, str]:
    people = {email: _enrol(app, email, name) for email, name in _PEOPLE.items()}
    _open_shop_of_beginner(app, people[BEGINNER])
    found = set_the_hires(app, people[BUYER], app.store.value(_SHOP, email=SELLER))
    found |= set_the_articles(app, people[OWNER], people[BUYER], people[SPAMMER])
    found |= set_the_handwork(app, people[CUSTOMER], people[CRAFTSPERSON], people[OWNER])
    found |= _listings(app) | _orders(app, people[BUYER]) | _checkouts(app, people[BUYER])
    _fill_carts(app, people)
    found |= {f"{name}_id": place.partition("/")[0] for name, place in found.items() if "/" in place}
    found |= _links(app, people[NEWCOMER])
    Worker(app.store, app.handlers()).drain()
    return found | _behind_the_counter(app, people)


_PEOPLE = {
    BUYER: "Noor Haddad",
    SHOPPER: "Tomáš Novák",
    WORRIED: "Wanda Krol",
    NEWCOMER: "Neel Rao",
    BEGINNER: "Bruno Conti",
    OWNER: "Olga Brandt",
    CUSTOMER: "Clara Lindqvist",
    CRAFTSPERSON: "Hugo Fabre",
    SPAMMER: "Best Offers",
}


def _enrol(app: App, email: str, name: str) -> int:
    return app.store.write(lambda tx: enrol(tx, Person(email, name, "en", "AT"), _hash()))


@cache
def _hash() -> str:
    return hash_password(PASSWORD)


def _open_shop_of_beginner(app: App, owner_id: int) -> None:
    open_shop(app.store, owner_id, Sign("Conti Paper", "", "IT"))


def _listings(app: App) -> dict[str, str]:
    """Listings of every kind, by what is special about them."""
    shop_id = app.store.value(_SHOP, email=SELLER)
    return {
        "plain": _demo(app, "salt-jar"),
        "kinds": _demo(app, "morning-mug"),
        "axes": _demo(app, "serving-bowl"),
        "sold_out": _demo(app, "lemon-tree"),
        "draft": _own(app, shop_id, "Jug with a spout that does not drip", ()),
        "mine": _demo(app, "teapot-cane-handle"),
        "ended": _own(app, shop_id, "Christmas plate 2024", (publish, end)),
        "removed": _removed(app, _own(app, shop_id, "Genuine Ming vase", (publish,))),
        "without_photo": _own(app, shop_id, "Seconds, by the kilo", (publish,)),
    }


def _demo(app: App, handle: str) -> str:
    return f"{ids.encode(app.store.value(_HANDLE, handle=handle))}/{handle}"


def _own(app: App, shop_id: int, title: str, steps: Sequence[Any]) -> str:
    category = app.catalogue.categories.tree(app.store).by_slug("bowls-and-plates")
    text = ListingText(
        title, category.id, describe("Thrown by hand, fired twice.\n\nWhat is on offer is what is shown.")
    )

    def work(tx: Any) -> int:
        listing_id = create(tx, app.catalogue, shop_id, text)
        add_variant(tx, app.catalogue, shop_id, listing_id, VariantText(2400), 5)
        for step in steps:
            step(tx, app.catalogue, shop_id, listing_id)
        return listing_id

    return f"{ids.encode(app.store.write(work))}/{_slug(title)}"


def _slug(title: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in title.lower()).split())


def _removed(app: App, place: str) -> str:
    administrator = find(app.store, ADMINISTRATOR)
    assert administrator is not None
    listing_id = ids.decode(place.partition("/")[0])
    why = "We cannot believe that it is genuine. Show us its papers, and it comes back."
    app.store.write(lambda tx: moderate.remove(tx, app.catalogue, administrator.id, listing_id, why))
    return place


def _orders(app: App, buyer_id: int) -> dict[str, str]:
    """An order at the same shop in every state, each begun a few hours after the one before it."""
    found = {}
    with clock.frozen(clock.now() - 3 * DAY):
        for state, moves in WAYS.items():
            deal = _buy(app, buyer_id, {"MUG-SALT": 1} if state != "paid" else {"MUG-SEA": 2, "TEAPOT-INK": 1}).deals[0]
            for name in moves:
                clock.advance(37 * MINUTE)
                by = Actor(deal.rules.move(name).by[0], None)
                app.store.write(partial(app.engine.move, deal_id=deal.id, name=name, by=by, given=_GIVEN))
            found[f"order_{state}"] = ids.encode(deal.id)
            clock.advance(3 * HOUR)
    for state, move, actor in (
        ("cancelled", "cancel", Actor("buyer", buyer_id)),
        ("expired", "expire", Actor("clock")),
    ):
        deal = _buy(app, buyer_id, {"MUG-TERRA": 1}, "declined").deals[0]
        app.store.write(partial(app.engine.move, deal_id=deal.id, name=move, by=actor))
        found[f"order_{state}"] = ids.encode(deal.id)
    return found


def _buy(app: App, buyer_id: int, skus: Mapping[str, int], card: str = "approves") -> Checkout:
    wanted = [Wanted(app.store.value(_VARIANT, sku=sku), pieces) for sku, pieces in skus.items()]
    order = Order(f"scene-{next(_KEYS):04}", wanted, _ADDRESS, {}, None, None, None)
    return app.place.run(buyer_id, order, card_named(card).token, f"{app.settings.web.url}/checkout/{{checkout}}/back")[
        0
    ]


def _checkouts(app: App, buyer_id: int) -> dict[str, str]:
    paid = _buy(app, buyer_id, {"SALTJAR-MOSS": 1, "CHISEL-18": 1})
    declined = _buy(app, buyer_id, {"MUG-TERRA": 1}, "not_enough_money")
    asked = _buy(app, buyer_id, {"MUG-TERRA": 1}, "asks")
    silent = _buy(app, buyer_id, {"MUG-TERRA": 1}, "times_out_lost")
    answered = _buy(app, buyer_id, {"MUG-TERRA": 1}, "asks")
    app.gateway.confirm(_door(answered), agrees=True)
    app.settle.ask(answered.payment.id)
    return {
        "checkout_paid": ids.encode(paid.id),
        "checkout_declined": ids.encode(declined.id),
        "checkout_asked": ids.encode(asked.id),
        "checkout_silent": ids.encode(silent.id),
        "order_unpaid": ids.encode(declined.deals[0].id),
        "bank_door": _door(asked),
        "bank_door_done": _door(answered),
    }


def _door(checkout: Checkout) -> str:
    assert checkout.payment.confirm_url
    return checkout.payment.confirm_url.rpartition("/")[2]


def _fill_carts(app: App, people: Mapping[str, int]) -> None:
    """One that can be paid, and one in which everything has changed since it was filled."""
    for sku, pieces in {"MUG-SEA": 2, "SALTJAR-MOSS": 1, "CHISEL-12": 1}.items():
        cart.add(app.store, Owner(people[SHOPPER]), app.store.value(_VARIANT, sku=sku), pieces)
    shop_id = app.store.value(_SHOP, email=SELLER)
    for number, title in enumerate(("Butter dish", "Egg cup", "Milk jug")):
        place = _own(app, shop_id, title, (publish,))
        listing_id = ids.decode(place.partition("/")[0])
        variant_id = app.store.value(_OF_LISTING, listing=listing_id)
        cart.add(app.store, Owner(people[WORRIED]), variant_id, 4)
        app.store.write(
            partial(_CHANGES[number], app=app, shop_id=shop_id, listing_id=listing_id, variant_id=variant_id)
        )


_OF_LISTING = select(variants.c.id).where(variants.c.listing_id == bindparam("listing"))


def _sells_out(tx: Any, app: App, shop_id: int, listing_id: int, variant_id: int) -> None:
    recount(tx, app.catalogue, shop_id, variant_id, 0)


def _runs_short(tx: Any, app: App, shop_id: int, listing_id: int, variant_id: int) -> None:
    recount(tx, app.catalogue, shop_id, variant_id, 2)


def _gets_dearer(tx: Any, app: App, shop_id: int, listing_id: int, variant_id: int) -> None:
    change_variant(tx, app.catalogue, shop_id, variant_id, VariantText(2900))


_CHANGES = (_sells_out, _runs_short, _gets_dearer)


def _links(app: App, account_id: int) -> dict[str, str]:
    """Links of mails, as if they had been mailed."""
    email = next(email for email, name in _PEOPLE.items() if name == "Neel Rao")
    secrets = {"confirm": new_secret(), "reset": new_secret(), "move": new_secret()}
    for purpose, secret in secrets.items():
        app.store.write(
            partial(links.make, secret=secret, purpose=purpose, account_id=account_id, email=email, lasts=DAY)
        )
    return {f"{purpose}_link": secret for purpose, secret in secrets.items()}


def _behind_the_counter(app: App, people: Mapping[str, int]) -> dict[str, str]:
    """What operators have on their desk: a suspended member, a payout, a job that failed for good, mail, programs with tokens."""
    administrator = find(app.store, ADMINISTRATOR)
    assert administrator is not None
    suspend(app.store, administrator.id, people[SPAMMER], "Writes to members with offers from elsewhere.")
    shop = get_shop(app.store, app.store.value(_SHOP, email=SELLER))
    payout.claim_all(app.store)
    for (deal_id,) in app.store.read(_SENT_BY, shop=shop.id):
        sale.issue_for_sale(app.clerk, {"deal": deal_id, "invoice": True})
    day = reconcile.yesterday()
    strange = StatementLine("charge", "4711", "sbc_4711", Money(1250, "EUR"), reconcile.begin_of(day) + HOUR)
    reconcile.compare_with_report(app.store, day, [strange], "report.csv")
    create_token(app.store, people[BUYER], "Bookkeeping", ["purchases:read"])
    app.store.write(lambda tx: letters.ask_to_address(tx, letters.RESET_PASSWORD, SELLER))
    app.store.write(lambda tx: outbox.tell(tx, "refund.send", {"refund": 1}, key="a refund that is not there"))
    return {
        "member": ids.encode(people[BUYER]),
        "suspended": ids.encode(people[SPAMMER]),
        "category": ids.encode(app.catalogue.categories.tree(app.store).by_slug("mugs-and-cups").id),
        "mail": ids.encode(app.store.value(_A_MAIL)),
        "batch": ids.encode(payout.batches(app.store)[0].id),
        "shop": shop.slug,
        "month": str(Month.of(clock.now(), app.settings.market.time_zone)),
    }


_SENT_BY = select(deals.c.id).where(
    deals.c.shop_id == bindparam("shop"), deals.c.state.in_(["sent", "delivered", "completed", "refunded"])
)
