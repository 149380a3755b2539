"""The figures of a day are those of that day."""

from __future__ import annotations

from tests.support.members import member
from tests.support.world import World

from haat.kernel import clock, ids
from haat.kernel.clock import DAY
from haat.market.deals import figures
from haat.market.deals.figures import Figures


def test_a_day_counts_what_was_paid_booked_and_who_came_on_it(world: World) -> None:
    # Ids only grow: after a test that moved the clock ahead, this one begins where that one ended.
    with clock.frozen(ids.born_at(ids.new_id()) + 1):
        start = clock.now()
        shop_id = world.shop(shipping=0)
        variant_id = world.variant(shop_id, price=1000)
        (deal,) = world.buy(member(world.store), {variant_id: 2}).deals
        clock.advance(DAY)
        world.move(deal, "send", "deliver", "complete", carrier="DHL", parcel="1")
        clock.advance(1)
        first = figures.between(world.store, start, start + DAY, "EUR")
        second = figures.between(world.store, start + DAY, clock.now(), "EUR")
    assert first == Figures(orders=1, turnover=2400, commission=0, accounts=1)
    assert second == Figures(orders=0, turnover=0, commission=200, accounts=0)


def test_an_empty_market_has_figures_too(world: World) -> None:
    assert figures.between(world.store, 0, clock.now(), "EUR") == Figures(0, 0, 0, 0)
