"""Hires and their deposits, moved at random by everybody who may: after each move the books, the shelves and the calendar are true.

HAAT_WALK says how many moves are made with each seed; 150 where it says nothing.
"""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest
from tests.support.world import World

from haat.kernel import clock
from haat.kernel.clock import DAY, HOUR
from haat.kernel.errors import HaatError
from haat.market.deals.deal import Actor, Deal
from haat.market.deals.process import Side
from haat.market.hire.equipment import Terms
from haat.market.truth import books, goods, hires
from haat.market.truth.truth import check_all

MOVES = int(os.environ.get("HAAT_WALK", "150"))
CHECKS = [*books.CHECKS, *goods.CHECKS, *hires.CHECKS]
SIDES: tuple[Side, ...] = ("buyer", "seller", "operator")


class Walk:
    """A market with two listings for hire, and chance."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.chance = random.Random(seed)
        self.by_the_day = world.equipment(units=3, terms=Terms("day", 0, 1, 0, 1, ""))
        self.by_the_hour = world.equipment(units=2, terms=Terms("hour", 0, 1, 0, 0, ""))
        self.open: list[Deal] = []
        self.made: Counter[tuple[str, str]] = Counter()

    def step(self) -> None:
        if len(self.open) < 4:
            self.book()
        choice = self.chance.random()
        if choice < 0.7:
            self.move()
        elif choice < 0.95:
            self.wait()
        else:
            self.world.work()
        self.open = [deal for deal in map(self.world.deal, self.open) if deal.due_at is not None]

    def book(self) -> None:
        per = self.chance.choice(["day", "hour"])
        listing_id = self.by_the_day if per == "day" else self.by_the_hour
        period = self.world.period(self.chance.randint(1, 6), self.chance.randint(1, 4), per)
        try:
            self.open += self.world.hired(listing_id, period, quantity=self.chance.randint(1, 2)).deals
        except HaatError:
            return

    def move(self) -> None:
        """A deal that is open, and anything that a side of it may do now."""
        if not self.open:
            return
        deal, side = self.world.deal(self.chance.choice(self.open)), self.chance.choice(SIDES)
        possible = self.world.engine.outlook(deal, side).now
        if not possible:
            return
        move = self.chance.choice(possible).move
        given = {"amount": self.chance.randint(1, 6000), "reason": "r", "note": "n"}
        try:
            self.world.move(deal, move.name, by=Actor(side, 1), **given)
        except HaatError as error:
            assert error.code == "refused" and "amount" in move.needs  # more than there is
            return
        self.made[deal.process, move.name] += 1

    def wait(self) -> None:
        """Until what comes next comes, or a while."""
        due = [deal.due_at for deal in self.open if deal.due_at is not None]
        until_next = max(min(due, default=0) - clock.now(), 0)
        clock.advance(self.chance.choice([HOUR, 5 * HOUR, DAY, until_next]))
        for deal in self.open:
            self.made[deal.process, "clock"] += deal.due_at is not None and deal.due_at <= clock.now()
        self.world.engine.run_timers(self.world.store)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_hires_and_deposits_stay_true_through_any_history(world: World, seed: int) -> None:
    with clock.frozen():
        walk = Walk(world, seed)
        for _ in range(MOVES):
            walk.step()
            broken = {found.name: found.offending for found in check_all(world.store, CHECKS) if not found.holds}
            assert broken == {}
        assert sum(walk.made.values()) > MOVES / 3
        self_made = {name for (rules, name) in walk.made if rules in ("hire", "deposit")}
        assert {"hand_over", "give_back", "clock"} <= self_made
        for _ in range(12):
            clock.advance(61 * DAY)
            world.engine.run_timers(world.store)
            world.work()
        assert [deal for deal in map(world.deal, walk.open) if deal.due_at is not None] == []
        checks = [*CHECKS, books.gateway_check(world.gateway, clock.now())]
        assert [found for found in check_all(world.store, checks) if not found.holds] == []
        if MOVES > 1000:
            print(sorted(walk.made.items()))
