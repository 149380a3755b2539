"""Where walks begin: how a deal of each process comes to be, and what else its people do. Everything after that is in the process itself.

A process that needs more than goods, a buyer and a shop has a scene of its own in `SCENES`; the parts of a deal (a deposit, a milestone) are
walked with the deal that they belong to.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import NamedTuple, Protocol

from sqlalchemy import bindparam, select

from haat.adapters.sandbox.cards import ACCOUNTS, CARDS
from haat.kernel import clock
from haat.kernel.errors import Refused
from haat.kernel.ids import new_id
from haat.kernel.money import Money
from haat.market.accounts.shop import get_shop
from haat.market.catalogue import moderate, stock
from haat.market.catalogue.end import end
from haat.market.catalogue.publish import publish
from haat.market.catalogue.restock import restock
from haat.market.classifieds import leave
from haat.market.classifieds.article import Asking
from haat.market.deals import library
from haat.market.deals.begin import Beginning, NewLine, begin
from haat.market.deals.deal import Actor, Deal, children
from haat.market.deals.hire import HireOrder
from haat.market.deals.process import Process
from haat.market.deals.tables import deals
from haat.market.deals.till import Bill, Opened, Sale
from haat.market.handwork import change_order
from haat.market.handwork.change_order import Wish, change_orders_of
from haat.market.handwork.fund import Funding
from haat.market.handwork.job import get_job
from haat.market.handwork.plan import Part
from haat.market.hire.equipment import Terms
from haat.market.promotion import promote
from haat.store import Tx
from tests.support.bazaar import Bazaar
from tests.support.workshop import HALVES, Workshop
from tests.support.world import ADDRESS, GOOD_CARD, LISTING_OF, PROMOTION_PRICES, RETURN_URL, World

# Begins a deal; called again it is the same request sent twice. Returns the checkout, if there is one.
Begin = Callable[[], int | None]

_OPEN = (
    select(*(deals.c[name] for name in Deal._fields))
    .where(deals.c.process == bindparam("process"), deals.c.due_at.is_not(None))
    .order_by(deals.c.id)
)


class Scene(Protocol):
    """A market in which deals of one process begin."""

    # Whoever knows how these deals move.
    world: World

    def begin(self, dice: random.Random) -> Begin:
        """What a buyer, hirer, customer or bidder asks for next. Raises HaatError when there is nothing to be had."""

    def act(self, dice: random.Random) -> str:
        """Something else that people of this market do; says what. Raises HaatError."""

    def tick(self) -> None:
        """What the schedule does here beside what it does everywhere."""


def scene_for(rules: Process, world: World) -> Scene:
    """A market in which deals by these rules begin."""
    own = _SCENES.get(rules.name)
    return own(world) if own and rules == library.newest(rules.name) else Goods(world, rules)


def a_card(dice: random.Random) -> str:
    """A good one as often as not; else any, with its delays, refusals and doubled news."""
    return dice.choice(CARDS).token if dice.random() < 0.5 else CARDS[0].token


class Goods:
    """Things in stock at two shops. What begins is a row by the rules, in the state in which they begin."""

    def __init__(self, world: World, rules: Process) -> None:
        self.world = world
        self._rules = rules
        self._buyers = [world.account(f"Buyer {number}") for number in range(3)]
        self._shops = [world.shop("One"), world.shop("Two")]
        world.bank_account(self._shops[1], ACCOUNTS[1].number, version=2)
        self._variants = [(world.variant(shop, price=999, pieces=6), shop) for shop in self._shops for _ in "ab"]

    def begin(self, dice: random.Random) -> Begin:
        buyer, card, key = dice.choice(self._buyers), a_card(dice), f"key-{new_id()}"
        chosen, quantity = dice.choice(self._variants), dice.randint(1, 3)
        if self._rules == library.newest("purchase"):
            wanted = {variant: dice.randint(1, 2) for variant, _ in dice.sample(self._variants, dice.randint(1, 3))}
            order = self.world.order(wanted, key=key)
            return lambda: self.world.place.run(buyer, order, card, RETURN_URL)[0].id
        if not self._rules.moves_from(self._rules.start, "gateway"):
            return partial(self._begin_unpaid, buyer, chosen, quantity)
        sale = Sale(buyer, key, b"-", card, RETURN_URL)
        return lambda: self.world.till.take(sale, lambda tx: self._open(tx, sale, chosen, quantity))[0].id

    def act(self, dice: random.Random) -> str:
        variant, shop = dice.choice(self._variants)
        by = dice.randint(-3, 6)
        self.world.store.write(lambda tx: restock(tx, self.world.catalogue, shop, variant, by))
        return f"restock by {by}"

    def tick(self) -> None:
        pass

    def _open(self, tx: Tx, sale: Sale, chosen: tuple[int, int], quantity: int) -> Opened:
        opened = self.world.till.open(tx, sale, Bill(Money(999 * quantity, "EUR"), "{}"))
        new = self._beginning(tx, sale.buyer_id, chosen, quantity)
        begin(tx, self.world.engine, new._replace(checkout_id=opened.checkout_id, payment_id=opened.payment_id))
        return opened

    def _begin_unpaid(self, buyer: int, chosen: tuple[int, int], quantity: int) -> None:
        self.world.store.write(
            lambda tx: begin(tx, self.world.engine, self._beginning(tx, buyer, chosen, quantity)),
        )

    def _beginning(self, tx: Tx, buyer: int, chosen: tuple[int, int], quantity: int) -> Beginning:
        variant, shop = chosen
        if self._rules.states[self._rules.start].goods == "held" and not stock.hold(tx, variant, quantity):
            raise Refused("There are not so many.")
        line = NewLine(tx.value(LISTING_OF, id=variant), "Thing", quantity, 999, 999 * quantity, variant_id=variant)
        return Beginning(self._rules, buyer, shop, "EUR", [line], Actor("buyer", buyer), commission_rate=1000)


class Hires:
    """Three listings for hire: by the day, by the hour, and one without a deposit."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._hirers = [world.account(f"Hirer {number}") for number in range(3)]
        self._listings = [
            (world.equipment(units=3, terms=Terms("day", 0, 1, 0, 1, "")), "day"),
            (world.equipment(units=2, terms=Terms("hour", 0, 1, 0, 0, "")), "hour"),
            (world.equipment(units=1, terms=Terms("day", 0, 1, 0, 0, ""), deposit=0), "day"),
        ]

    def begin(self, dice: random.Random) -> Begin:
        listing, per = dice.choice(self._listings)
        period = self.world.period(dice.randint(1, 6), dice.randint(1, 4), per)  # type: ignore[arg-type]
        order = HireOrder(f"key-{new_id()}", listing, period, dice.randint(1, 2), ADDRESS, None)
        hirer, card = dice.choice(self._hirers), a_card(dice)
        return lambda: self.world.hire.run(hirer, order, card, RETURN_URL)[0].id

    def act(self, dice: random.Random) -> str:
        return "look on"

    def tick(self) -> None:
        pass


class Jobs:
    """Jobs of one customer, on which four craftspeople bid; milestones are paid in and changed while the work goes on."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._workshop = Workshop(world)
        self._bidders = [world.account(f"Bidder {number}") for number in range(4)]
        self._listings = [self._workshop.posted()]

    def begin(self, dice: random.Random) -> Begin:
        amount, by, plan = dice.randrange(1, 500_00), dice.choice(self._bidders), dice.choice(_PLANS)
        listing = dice.choice(self._listings[-3:])
        if (
            dice.random() < 0.3
        ):  # Most bids lead nowhere; work has to be under way for its milestones to be walked through.
            return lambda: self._agree(amount, plan)
        return lambda: self._bid(listing, amount, by, plan)

    def act(self, dice: random.Random) -> str:
        going = [Deal(*row) for row in self.world.store.read(_OPEN, process="job") if Deal(*row).state == "working"]
        if not going:
            return "look on"
        job, what = dice.choice(going), dice.choice((self._fund, self._fund, self._fund, self._propose, self._answer))
        what(dice, job)
        return f"{what.__name__.strip('_')} job {job.id}"

    def tick(self) -> None:
        change_order.lapse_all(self.world.store)
        if not any(get_job(self.world.store, one).takes_bids(clock.now()) for one in self._listings[-3:]):
            self._listings.append(self._workshop.posted())

    def _bid(self, listing: int, amount: int, by: int, plan: tuple[Part, ...]) -> None:
        self._workshop.bid(listing, amount, by=by, plan=plan)

    def _agree(self, amount: int, plan: tuple[Part, ...]) -> None:
        self._workshop.agreed(amount, plan=plan)

    def _fund(self, dice: random.Random, job: Deal) -> None:
        unfunded = [
            one for one in children(self.world.store, job.id) if one.state == "unfunded" and one.checkout_id is None
        ]
        if unfunded:
            chosen = dice.sample(unfunded, dice.randint(1, len(unfunded)))
            funding = Funding(f"key-{new_id()}", job.id, [one.id for one in chosen])
            self.world.fund.run(job.buyer_id, funding, a_card(dice), RETURN_URL)

    def _propose(self, dice: random.Random, job: Deal) -> None:
        by = dice.choice((job.buyer_id, get_shop(self.world.store, job.shop_id).owner_id))
        milestone = dice.choice([None, *(one.id for one in children(self.world.store, job.id))])
        wish = Wish(dice.randrange(1, 100_00), "More to do", milestone, "More", 3)
        self.world.store.write(lambda tx: change_order.propose(tx, job.id, by, wish))

    def _answer(self, dice: random.Random, job: Deal) -> None:
        waiting = [order for order in change_orders_of(self.world.store, job.id) if order.answer is None]
        if waiting:
            by = dice.choice((job.buyer_id, get_shop(self.world.store, job.shop_id).owner_id))
            order, engine = waiting[0].id, self.world.engine
            says: Callable[[Tx], None] = dice.choice(
                (
                    lambda tx: change_order.accept(tx, engine, order, by),
                    lambda tx: change_order.accept(tx, engine, order, by),
                    lambda tx: change_order.refuse(tx, order, by),
                    lambda tx: change_order.withdraw(tx, order, by),
                )
            )
            self.world.store.write(says)


class Articles:
    """What private people part with, and three who want it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._bazaar = Bazaar(world.store)
        self._owner = self._bazaar.person("Ada")
        self._others = [self._bazaar.person(f"Ben {number}") for number in range(3)]
        self._listings = [self._post("negotiable"), self._post("offers"), self._post("fixed"), self._post("free")]
        world.handlers["listing.sold"] = lambda job: leave.end_sold(world.store, self._bazaar.catalogue, job["listing"])

    def begin(self, dice: random.Random) -> Begin:
        listing, by, amount = dice.choice(self._listings[-4:]), dice.choice(self._others), dice.randint(1, 20000)
        article = self._bazaar.article(listing)
        asked = {"fixed": article.price, "free": 0}.get(article.asking, amount)
        return lambda: self._offer(by, listing, asked)

    def act(self, dice: random.Random) -> str:
        asking: Asking = dice.choice(("negotiable", "offers", "fixed", "free"))
        self._listings.append(self._post(asking))
        return f"post an article: {asking}"

    def tick(self) -> None:
        leave.expire_due(self.world.store, self._bazaar.catalogue)

    def _post(self, asking: Asking) -> int:
        return self._bazaar.on_sale(self._owner, asking=asking, price=0 if asking in ("free", "offers") else 12000)

    def _offer(self, by: int, listing: int, amount: int) -> None:
        self._bazaar.offer(by, listing, amount)


class Promotions:
    """Things of two owners, who let them stand out; meanwhile they are bought, taken off, taken down and put back."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._buyer = world.account("Buyer")
        self._things: list[Thing] = []
        for shop in (world.shop("One"), world.shop("Two")):
            owner = get_shop(world.store, shop).owner_id
            for variant in (world.variant(shop, price=999, pieces=6) for _ in "abcd"):
                self._things.append(Thing(world.store.value(LISTING_OF, id=variant), variant, shop, owner))

    def begin(self, dice: random.Random) -> Begin:
        thing, card = dice.choice(self._things), a_card(dice)
        wish = promote.Wish(f"key-{new_id()}", thing.listing, dice.choice([*PROMOTION_PRICES]))
        return lambda: self.world.promote.run(thing.owner, wish, card, RETURN_URL)[0].id

    def act(self, dice: random.Random) -> str:
        thing = dice.choice(self._things)
        if dice.random() < 0.3:
            self.world.buy(self._buyer, {thing.variant: 1}, card=GOOD_CARD)
            return "buy"
        catalogue = self.world.catalogue
        does: dict[str, Callable[[Tx], None]] = {
            "take off": lambda tx: end(tx, catalogue, thing.shop, thing.listing),
            "put on sale": lambda tx: publish(tx, catalogue, thing.shop, thing.listing),
            "take down": lambda tx: moderate.remove(tx, catalogue, 1, thing.listing, "It is a copy."),
            "put back": lambda tx: moderate.restore(tx, catalogue, thing.listing),
        }
        what = dice.choice([*does, "put on sale", "put back"])
        self.world.store.write(does[what])
        return f"{what} listing {thing.listing}"

    def tick(self) -> None:
        pass


class Thing(NamedTuple):
    """A listing with its one variant, its shop and who owns that."""

    listing: int
    variant: int
    shop: int
    owner: int


_SCENES: dict[str, Callable[[World], Scene]] = {
    "hire": Hires,
    "job": Jobs,
    "classified": Articles,
    "promotion": Promotions,
}
_PLANS = (HALVES, (Part("All", 1, 3),), tuple(Part(f"Part {n}", n, 2 * n) for n in range(1, 6)))
