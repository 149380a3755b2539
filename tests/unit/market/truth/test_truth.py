"""The truth checks are green while all is well, and name what is wrong when it is not."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import text
from tests.support.databases import unchecked
from tests.support.examples import examples
from tests.support.world import GOOD_CARD, LISTING_OF, RETURN_URL, World

from haat.adapters.sandbox.cards import CARDS
from haat.kernel import clock
from haat.kernel.clock import DAY, HOUR
from haat.kernel.errors import Conflict, HaatError
from haat.market.accounts.shop import get_shop
from haat.market.deals.deal import Actor, Deal
from haat.market.documents.fee import issue_fee
from haat.market.documents.sale import issue_for_sale
from haat.market.hire.equipment import Terms
from haat.market.payments import payout, terms
from haat.market.promotion.promote import Wish
from haat.market.truth import books, goods, hires, papers, promotions, work
from haat.market.truth.truth import check_all

CHECKS = [*books.CHECKS, *papers.CHECKS, *goods.CHECKS, *hires.CHECKS, *promotions.CHECKS, *work.CHECKS]
BREAKS = {
    "ledger": "UPDATE entries SET amount = amount + 1 WHERE account = 'gateway'",
    "held": "UPDATE deals SET state = 'completed'",
    "paid": "UPDATE payments SET state = 'waiting'",
    "payments": "UPDATE payments SET amount = amount + 1",
    "refunds": "UPDATE payments SET refunded = 1",
    "accounts": "UPDATE payments SET amount = amount + 1",
    "sums": "UPDATE deal_lines SET tax = tax + 1",
    "coupons": "UPDATE coupons SET uses = uses + 1",
    "stock": "UPDATE stock SET sold = sold + 1",
    "search": "UPDATE listings SET version = version + 1 WHERE state = 'active'",
    "shelves": "DELETE FROM shelves",
    "hidden": "UPDATE accounts SET suspended_at = 1",
    "free": "UPDATE listings SET free = free + 1",
    "hires": "INSERT INTO booked_units SELECT b.deal_id, u.id FROM bookings b, units u"
    " WHERE NOT EXISTS (SELECT 1 FROM booked_units t WHERE t.deal_id = b.deal_id AND t.unit_id = u.id)",
    "slots": "DELETE FROM slots",
    "families": "UPDATE deals SET parent_id = NULL",
    "outbox": "UPDATE jobs SET run_at = 0, created_at = 0",
    "promoted": "UPDATE promoted_listings SET until = until + 1",
    "promotions": "UPDATE deals SET commission = total - 1 WHERE process = 'promotion'",
    "timers": "UPDATE deals SET due_at = 1",
    "payouts": "UPDATE payouts SET id = id + 1",
    "batches": "DELETE FROM payout_batches",
    "reserves": "UPDATE reserves SET used = used + 1",
    "numbers": "UPDATE documents SET number = number + 1 WHERE kind = 'sale'",
    "credits": "UPDATE documents SET total = total + 100000 WHERE kind = 'sale_credit'",
    "fees": "UPDATE documents SET total = total + 1 WHERE kind = 'fee'",
    "dead letters": "INSERT INTO dead_jobs VALUES (1, 'x', '{}', 3, 'it broke', '', 0, 0, NULL)",
}


def broken(world: World) -> dict[str, list[str]]:
    checks = [*CHECKS, books.gateway_check(world.gateway, clock.now())]
    return {found.name: found.offending for found in check_all(world.store, checks) if not found.holds}


@pytest.mark.parametrize("name", BREAKS)
def test_each_check_goes_red_when_its_promise_is_broken(world: World, name: str) -> None:
    world.coupon("CODE", amount=1)
    terms.note_market(world.store, terms.Terms(0, 1000, DAY))
    done = world.move(world.bought(), "send", "deliver", "complete", carrier="P", parcel="1")
    payout.claim(world.store, done.shop_id, "EUR")
    world.move(done, "refund_part", amount=1, reason="some")
    world.bought()
    _have_papers(world, done)
    _promote(world)
    digger = world.equipment(units=2)
    for _ in range(2):
        world.hired(digger, world.period(3, 2))
    assert broken(world) == {}
    unchecked(world.store, BREAKS[name])
    assert name in broken(world)
    assert broken(world)[name]


def _have_papers(world: World, done: Deal) -> None:
    """The invoice of a sale, the credit note for its refund, and the market's invoice for its commission."""
    issue_for_sale(world.clerk, {"deal": done.id, "invoice": True})
    issue_fee(world.clerk, done.shop_id, "EUR", clock.now() + DAY)


def _promote(world: World) -> None:
    shop = world.shop()
    listing = world.store.value(LISTING_OF, id=world.variant(shop))
    world.promote.run(get_shop(world.store, shop).owner_id, Wish("key-promotion", listing, 7), GOOD_CARD, RETURN_URL)


def test_every_check_has_a_test_that_breaks_it() -> None:
    assert {check.name for check in CHECKS} == set(BREAKS)


def test_a_charge_that_the_market_does_not_know_is_named(world: World) -> None:
    from haat.kernel.money import Money
    from haat.market.payments.ports import Charge

    with clock.frozen():
        world.gateway.charge(Charge("4711", Money(100, "EUR"), GOOD_CARD, "/", "Lost"))
        clock.advance(HOUR)
        assert "4711" in broken(world)["gateway"][0]


class Trade(RuleBasedStateMachine):
    """Buys, moves, waits and pays out at random; whatever happens, the market stays true."""

    deals = Bundle("deals")
    world: World

    def __init__(self) -> None:
        super().__init__()
        self.time = clock.frozen()
        self.time.__enter__()
        self.world = self.make_world()
        self.shops = [self.world.shop(name, shipping=shipping) for name, shipping in (("A", 0), ("B", 499))]
        self.variants = [self.world.variant(shop, price=price, pieces=4) for shop in self.shops for price in (1, 999)]
        self.digger = self.world.equipment(self.shops[0], units=2)
        self.crane = self.world.equipment(self.shops[1], terms=Terms("hour", 0, 1, 0, 1, ""), deposit=0)
        self.world.coupon("MARKET", basis_points=3333, most_uses=3)
        self.world.coupon("SHOP", amount=150, shop_id=self.shops[0])

    @rule(
        target=deals,
        wanted=st.dictionaries(st.integers(0, 3), st.integers(1, 3), min_size=1),
        card=st.sampled_from(CARDS),
        coupon=st.sampled_from([None, "MARKET", "SHOP"]),
    )
    def buy(self, wanted, card, coupon):
        try:
            lines = {self.variants[index]: quantity for index, quantity in wanted.items()}
            return self.world.buy(self.world.account(), lines, card=card.token, coupon=coupon)
        except HaatError:
            return None

    @rule(
        target=deals,
        by_the_day=st.booleans(),
        first=st.integers(0, 9),
        length=st.integers(1, 5),
        quantity=st.integers(1, 2),
        card=st.sampled_from(CARDS),
    )
    def hire(self, by_the_day, first, length, quantity, card):
        listing_id, per = (self.digger, "day") if by_the_day else (self.crane, "hour")
        try:
            period = self.world.period(first, length, per)
            return self.world.hired(listing_id, period, quantity=quantity, card=card.token)
        except HaatError:
            return None

    @rule(checkout=deals, pick=st.integers(0, 3), which=st.integers(0, 99), amount=st.integers(1, 900))
    def move(self, checkout, pick, which, amount):
        if checkout is None:
            return
        deal = self.world.deal(checkout.deals[pick % len(checkout.deals)])
        # Mostly what can be done from here, and now and then what cannot.
        moves = [m for m in deal.rules.moves if which % 5 == 0 or deal.state in m.sources] or deal.rules.moves
        move = moves[which % len(moves)]
        if move.by[0] in ("clock", "gateway", "parent"):
            return
        given = {"amount": amount, "reason": "r", "carrier": "c", "parcel": "p", "note": "n"}
        try:
            self.world.move(deal, move.name, by=Actor(move.by[0], 1), **given)
        except Conflict:
            raise
        except HaatError:
            return

    @rule(checkout=deals)
    def pay_again(self, checkout):
        if checkout is None:
            return
        now = self.world.till.look(checkout.id, checkout.account_id)
        try:
            self.world.till.pay_again(checkout.account_id, checkout.id, now.payment.attempt, CARDS[0].token, "/")
        except HaatError:
            return

    @rule(hours=st.sampled_from([1, 24, 24 * 6, 24 * 15]))
    def wait(self, hours):
        clock.advance(hours * HOUR)
        self.world.engine.run_timers(self.world.store)
        self.world.settle.ask_all()

    @rule()
    def work(self):
        self.world.work()

    @rule()
    def pay_out(self):
        payout.claim_all(self.world.store)

    @invariant()
    def the_books_and_the_shelves_are_true(self):
        checks = [*books.CHECKS, *goods.CHECKS, *hires.CHECKS]
        assert [found for found in check_all(self.world.store, checks) if not found.holds] == []

    def teardown(self):
        """When everything has come to its end the gateway has moved exactly what the books say."""
        for _ in range(10):
            clock.advance(15 * DAY)
            self.world.settle.ask_all()
            self.world.engine.run_timers(self.world.store)
            self.world.work()
        assert broken(self.world) == {}
        assert self.world.store.value(text("SELECT count(*) FROM deals WHERE due_at IS NOT NULL")) == 0
        self.world.close()
        self.give_back()
        self.time.__exit__(None, None, None)


def test_the_market_stays_true_through_any_history(databases, tmp_path_factory) -> None:
    from haat.store import Store

    def make_world(self) -> World:
        return World(Store(databases.fresh()), tmp_path_factory.mktemp("trade"))

    def give_back(self) -> None:
        self.world.store.close()
        databases.give_back(self.world.store.address)

    Trade.make_world, Trade.give_back = make_world, give_back
    run_state_machine_as_test(
        Trade,
        settings=settings(
            max_examples=examples(25),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
