"""Whatever people, the bank and the clock do to jobs, in whatever order: every promise about money and jobs holds after each move."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import bindparam, select
from tests.support.workshop import HALVES, Workshop

from haat.adapters.sandbox.cards import card_named
from haat.kernel import clock
from haat.kernel.clock import DAY, HOUR
from haat.kernel.errors import HaatError
from haat.market.deals.deal import Actor, Deal, get
from haat.market.deals.tables import deals
from haat.market.handwork import change_order
from haat.market.handwork.change_order import Wish, change_orders_of
from haat.market.handwork.job import get_job
from haat.market.handwork.plan import Part

MOVES = 700
CARDS = ("approves", "approves", "approves", "not_enough_money", "asks", "times_out_paid")
PLANS = (HALVES, (Part("All", 1, 3),), tuple(Part(f"Part {n}", n, 2 * n) for n in range(1, 6)))


_DEALS = (
    select(*(deals.c[name] for name in Deal._fields))
    .where(deals.c.buyer_id == bindparam("buyer"))
    .order_by(deals.c.id.desc())
    .limit(60)
)


class Walker:
    """Does one thing after the other, each of which may be refused."""

    def __init__(self, workshop: Workshop, seed: int) -> None:
        self.workshop = workshop
        self.store = workshop.store
        self.dice = random.Random(seed)
        self.bidders = [workshop.world.account(f"Bidder {number}") for number in range(4)]
        self.listings = [workshop.posted()]
        self.done: Counter[str] = Counter()

    def step(self) -> None:
        act = self.dice.choices(
            (self.bid, self.move, self.fund, self.propose, self.answer, self.wait, self.post),
            (8, 40, 14, 4, 6, 6, 2),
        )[0]
        try:
            act()
            self.done[act.__name__] += 1
        except HaatError as error:
            self.done[f"{act.__name__}: {error.code}"] += 1

    def bid(self) -> None:
        amount = self.dice.randrange(1, 500_00)
        by = self.dice.choice(self.bidders)
        self.workshop.bid(self.dice.choice(self.listings[-3:]), amount, by=by, plan=self.dice.choice(PLANS))

    def post(self) -> None:
        self.listings.append(self.workshop.posted())

    def move(self) -> None:
        deal = self.dice.choice(self.deals())
        possible = [
            (move, role)
            for role in ("buyer", "seller", "operator")
            for move in deal.rules.moves_from(deal.state, role)  # type: ignore[arg-type]
        ]
        if not possible:
            return
        move, role = self.dice.choice(possible)
        if move.name in ("call_off", "cancel", "turn_down") and self.dice.random() < 0.8:
            return
        given: dict[str, Any] = {
            "reason": "Because",
            "note": "So",
            "amount": self.dice.randrange(1, max(deal.total, 2)),
        }
        by = {"buyer": self.workshop.customer, "seller": self.workshop.bidder(deal), "operator": 1}[role]
        actor = Actor(role, by)  # type: ignore[arg-type]
        self.store.write(lambda tx: self.workshop.world.engine.move(tx, deal.id, move.name, actor, given))
        self.done[f"moved {deal.process} by {move.name}"] += 1

    def fund(self) -> None:
        job = self.dice.choice(self.going())
        unfunded = [one for one in self.workshop.milestones(job) if one.state == "unfunded"]
        if unfunded:
            chosen = self.dice.sample(unfunded, self.dice.randint(1, len(unfunded)))
            card = card_named(self.dice.choice(CARDS)).token
            known = chosen[0].checkout_id
            if known is None:
                self.workshop.fund(job, *chosen, card=card)
            else:
                self.workshop.world.till.pay_again(
                    self.workshop.customer, known, self.dice.randint(1, 2), card, "/back"
                )

    def propose(self) -> None:
        job = self.dice.choice(self.going())
        by = self.dice.choice((self.workshop.customer, self.workshop.bidder(job)))
        milestone = self.dice.choice([None, *(one.id for one in self.workshop.milestones(job))])
        wish = Wish(self.dice.randrange(1, 100_00), "More to do", milestone, "More", 3)
        self.store.write(lambda tx: change_order.propose(tx, job.id, by, wish))

    def answer(self) -> None:
        job = self.dice.choice(self.going())
        open_ones = [order for order in change_orders_of(self.store, job.id) if order.answer is None]
        if open_ones:
            by = self.dice.choice((self.workshop.customer, self.workshop.bidder(job)))
            order_id, engine = open_ones[0].id, self.workshop.world.engine
            says: Callable[[Any], None] = self.dice.choice(
                (
                    lambda tx: change_order.accept(tx, engine, order_id, by),
                    lambda tx: change_order.accept(tx, engine, order_id, by),
                    lambda tx: change_order.refuse(tx, order_id, by),
                    lambda tx: change_order.withdraw(tx, order_id, by),
                )
            )
            self.store.write(says)

    def wait(self) -> None:
        clock.advance(self.dice.choice((HOUR, 12 * HOUR, DAY, 3 * DAY, 8 * DAY)))
        self.workshop.world.engine.run_timers(self.store)
        change_order.lapse_all(self.store)
        self.workshop.world.settle.ask_all()
        self.workshop.world.work()
        if not any(get_job(self.store, one).takes_bids(clock.now()) for one in self.listings[-3:]):
            self.post()

    def deals(self) -> list[Deal]:
        rows = self.store.read(_DEALS, buyer=self.workshop.customer)
        found = [Deal(*row) for row in rows]
        return [one for one in found if one.due_at is not None] or found or [self.workshop.bid(self.listings[-1])]

    def going(self) -> list[Deal]:
        found = [one for one in self.deals() if one.state == "working"]
        return found or [self.workshop.agreed()]


@pytest.mark.parametrize("seed", range(4))
def test_every_promise_holds_after_every_move(workshop: Workshop, seed: int) -> None:
    with clock.frozen():
        walker = Walker(workshop, seed)
        for number in range(MOVES):
            walker.step()
            assert workshop.lies() == [], f"after move {number} of seed {seed}: {walker.done}"
        clock.advance(400 * DAY)
        for _ in range(30):
            workshop.world.engine.run_timers(workshop.store)
            clock.advance(30 * DAY)
        workshop.world.settle.ask_all()
        workshop.world.work()
        assert workshop.lies() == []
        assert all(deal.rules.is_final(get(workshop.store, deal.id).state) for deal in walker.deals())
        assert walker.done["moved milestone by release"] and walker.done["fund"], walker.done
