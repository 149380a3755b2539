"""Hiring where clocks are changed, and where they are not those of UTC: days are days there, and nobody has a unit while another does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tests.support.together import together
from tests.support.world import World

from haat.kernel import clock
from haat.kernel.clock import HOUR, MINUTE
from haat.kernel.errors import Invalid, Refused
from haat.kernel.zone import UTC_ZONE, Zone, zone_of
from haat.market.deals import deal as dealing
from haat.market.deals.deal import Actor, Deal
from haat.market.deals.tables import deals
from haat.market.hire.book import NotFree
from haat.market.hire.count_in import count_in, refuse_other
from haat.market.hire.equipment import Terms
from haat.market.hire.period import Per, Period, day_of, read
from haat.market.truth import hires
from haat.market.truth.truth import check_all
from haat.store import Store

BERLIN = zone_of("Europe/Berlin")
HOURLY = Terms("hour", 0, 1, 0, 0, "")
MARCH, OCTOBER = day_of("2030-03-31"), day_of("2030-10-27")  # when Berlin changes its clocks


@pytest.fixture
def world_in(world: World, tmp_path: Path) -> Callable[[Zone], World]:
    """The market, from now on in a time zone."""

    def make(zone: Zone) -> World:
        count_in(world.store, zone)
        return World(world.store, tmp_path, world.gateway, zone=zone)

    return make


def hired(world: World, listing_id: int, per: Per, start: str, end: str) -> Deal:
    return world.hired(listing_id, read(per, start, end, world.zone)).deals[0]


def let_go(world: World, *deals: Deal) -> None:
    for deal in deals:
        world.move(deal, "call_off", by=Actor("buyer", deal.buyer_id), reason="rain")


def is_true(world: World) -> bool:
    return all(found.holds for found in check_all(world.store, hires.CHECKS))


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/Sao_Paulo", "Africa/Johannesburg", "Asia/Kathmandu"])
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_two_never_have_a_unit_at_one_time_across_any_change_of_the_clocks(
    world_in: Callable[[Zone], World], name: str, data: st.DataObject
) -> None:
    world = world_in(zone_of(name))
    per: Per = data.draw(st.sampled_from(["day", "hour"]))
    around = data.draw(st.sampled_from([MARCH, OCTOBER])) * (1 if per == "day" else 24)
    with clock.frozen(world.zone.begin_of(day_of("2030-01-10"))):
        listing_id = world.equipment(terms=Terms(per, 0, 1, 0, 0, ""), deposit=0)
        booked: list[tuple[Period, Deal]] = []
        for first, length in data.draw(
            st.lists(st.tuples(st.integers(-2, 4), st.integers(1, 3)), min_size=2, max_size=4)
        ):
            period = Period(per, around + first, around + first + length)
            is_taken = any(one.first < period.after_last and period.first < one.after_last for one, _ in booked)
            try:
                booked.append((period, world.hired(listing_id, period).deals[0]))
            except NotFree:
                assert is_taken
            else:
                assert not is_taken
        spans = sorted((deal.starts_at or 0, deal.ends_at or 0) for _, deal in booked)
        assert all(ends <= starts for (_, ends), (starts, _) in pairwise(spans))
        for period, deal in booked:
            assert (deal.starts_at, deal.ends_at) == (period.starts_at(world.zone), period.ends_at(world.zone))
        assert is_true(world)
        let_go(world, *(deal for _, deal in booked))


def test_a_day_is_the_day_of_the_place_and_costs_a_day_however_long_it_is(world_in: Callable[[Zone], World]) -> None:
    world = world_in(BERLIN)
    with clock.frozen(BERLIN.begin_of(MARCH - 10)):
        listing_id = world.equipment()
        deal = hired(world, listing_id, "day", "2030-03-30", "2030-03-31")
        assert deal.starts_at is not None and deal.ends_at is not None
        assert BERLIN.local(deal.starts_at).isoformat() == "2030-03-30T00:00:00+01:00"
        assert BERLIN.local(deal.ends_at).isoformat() == "2030-04-01T00:00:00+02:00"
        assert (deal.ends_at - deal.starts_at, deal.goods) == (47 * HOUR, 2000)


def test_a_weekend_is_the_weekend_of_the_place(world_in: Callable[[Zone], World]) -> None:
    world = world_in(zone_of("Asia/Kathmandu"))
    with clock.frozen(world.zone.begin_of(day_of("2030-05-06"))):
        listing_id = world.equipment(prices={"day": 1000, "weekend": 1500})
        assert hired(world, listing_id, "day", "2030-05-11", "2030-05-12").goods == 1500
        assert hired(world, listing_id, "day", "2030-05-19", "2030-05-20").goods == 2000


def test_hours_around_a_change_of_the_clocks_are_said_and_priced_plainly(world_in: Callable[[Zone], World]) -> None:
    world = world_in(BERLIN)
    with clock.frozen(BERLIN.begin_of(MARCH - 10)):
        listing_id = world.equipment(terms=HOURLY, prices={"hour": 200}, deposit=0)
        with pytest.raises(Invalid) as raised:
            hired(world, listing_id, "hour", "2030-03-31T02:00", "2030-03-31T04:00")
        assert "put forward" in raised.value.fields["start"]
        night = hired(world, listing_id, "hour", "2030-03-31T01:00", "2030-03-31T04:00")
        assert night.starts_at is not None and night.ends_at == night.starts_at + 2 * HOUR
        assert night.goods == 400
        autumn = hired(world, listing_id, "hour", "2030-10-27T02:00", "2030-10-27T03:00")
        assert autumn.starts_at is not None and autumn.ends_at == autumn.starts_at + 2 * HOUR
        assert autumn.goods == 200
        with pytest.raises(NotFree):
            hired(world, listing_id, "hour", "2030-10-27T02:00+01:00", "2030-10-27T04:00")  # the second time it is two


def test_the_least_time_and_the_gap_count_the_hour_that_clocks_jump_over(world_in: Callable[[Zone], World]) -> None:
    world = world_in(BERLIN)
    with clock.frozen(BERLIN.begin_of(MARCH - 10)):
        listing_id = world.equipment(terms=HOURLY._replace(least=2, gap=2), deposit=0)
        before = hired(world, listing_id, "hour", "2030-03-30T23:00", "2030-03-31T01:00")
        with pytest.raises(Invalid):
            hired(world, listing_id, "hour", "2030-03-31T03:00", "2030-03-31T04:00")
        after = hired(world, listing_id, "hour", "2030-03-31T03:00", "2030-03-31T05:00")
        assert before.ends_at is not None and after.starts_at == before.ends_at + HOUR
        let_go(world, before, after)
        night = hired(world, listing_id, "hour", "2030-03-31T01:00", "2030-03-31T03:00")
        assert night.starts_at is not None and night.ends_at == night.starts_at + HOUR


def test_hours_ahead_are_hours_that_pass_and_days_ahead_are_days_of_the_place(
    world_in: Callable[[Zone], World],
) -> None:
    world = world_in(BERLIN)
    with clock.frozen(BERLIN.begin_of(MARCH) + HOUR + 20 * MINUTE):  # 01:20 before the clocks are put forward
        hourly = world.equipment(terms=HOURLY._replace(ahead=2), deposit=0)
        with pytest.raises(Invalid):
            hired(world, hourly, "hour", "2030-03-31T03:00", "2030-03-31T05:00")  # It is 40 minutes away.
        assert hired(world, hourly, "hour", "2030-03-31T04:00", "2030-03-31T05:00").state == "booked"
    with clock.frozen(
        BERLIN.begin_of(day_of("2030-05-07")) - 2 * HOUR
    ):  # 22:00; the day is over in UTC only two hours after it is here
        daily = world.equipment(terms=Terms("day", 0, 1, 1, 0, ""), deposit=0)
        with pytest.raises(Invalid):
            hired(world, daily, "day", "2030-05-06", "2030-05-07")
        assert hired(world, daily, "day", "2030-05-07", "2030-05-07").state == "booked"
        clock.advance(3 * HOUR)
        with pytest.raises(Invalid):
            hired(world, daily, "day", "2030-05-07", "2030-05-08")


@pytest.mark.parametrize(("hours", "days"), [(24, 1), (24.5, 2), (4, 1)])
def test_a_late_fee_counts_the_time_that_really_passed(
    world_in: Callable[[Zone], World], hours: float, days: int
) -> None:
    world = world_in(BERLIN)
    with clock.frozen(BERLIN.begin_of(OCTOBER - 5)):
        listing_id = world.equipment(deposit=9000)
        hire, deposit = world.hired(listing_id, read("day", "2030-10-24", "2030-10-26", BERLIN)).deals
        world.move(hire, "hand_over", note="As new")
        assert hire.ends_at == BERLIN.begin_of(OCTOBER)  # and then comes a day of 25 hours
        clock.advance(hire.ends_at + 4 * HOUR - clock.now())
        world.engine.run_timers(world.store)
        clock.advance(int((hours - 4) * HOUR))
        world.move(hire, "take_back_late", by=Actor("seller", 1))
        assert dealing.events(world.store, deposit.id)[-1].given == {"amount": days * 1000}


def test_the_zone_cannot_change_under_hires_that_are_on(store: Store, world: World) -> None:
    with clock.frozen(BERLIN.begin_of(MARCH - 10)):
        # In UTC, as all were before there was a choice.
        deal = hired(world, world.equipment(), "day", "2030-03-30", "2030-03-31")
        for refuse in (refuse_other, count_in):
            with pytest.raises(Refused) as raised:
                refuse(store, BERLIN)
            assert "from UTC to Europe/Berlin" in raised.value.what
            assert "1, the last until 2030-03-31" in raised.value.why
            assert 'time_zone = "UTC"' in raised.value.try_
        count_in(store, UTC_ZONE)
        let_go(world, deal)
        refuse_other(store, BERLIN)
        count_in(store, BERLIN)
        with pytest.raises(Refused, match="at this moment"):
            # By a process that still counts in UTC.
            hired(world, world.equipment(), "day", "2030-03-30", "2030-03-31")


def test_a_market_that_never_said_a_zone_counts_in_utc_for_whoever_books_first(
    store: Store, world: World, tmp_path: Path
) -> None:
    in_berlin = World(world.store, tmp_path, world.gateway, zone=BERLIN)
    with clock.frozen(BERLIN.begin_of(MARCH - 10)):
        listing_id = world.equipment()
        with pytest.raises(Refused, match="at this moment") as raised:
            hired(in_berlin, listing_id, "day", "2030-03-30", "2030-03-31")
        assert "later" in raised.value.try_ and "haat" not in f"{raised.value} {raised.value.why} {raised.value.try_}"
        assert hired(world, listing_id, "day", "2030-03-30", "2030-03-31").state == "booked"


def test_of_who_books_and_who_changes_the_zone_at_once_one_is_refused(
    store: Store, world_in: Callable[[Zone], World]
) -> None:
    for mine, other in [(UTC_ZONE, BERLIN), (BERLIN, UTC_ZONE)] * 2:
        world = world_in(mine)
        order = partial(world.hired, world.equipment(), world.period(5, 2), buyer_id=world.account())
        booked, is_changed = together(2, partial(_one_of, [order, partial(count_in, store, other)]))
        assert booked != is_changed
        if booked:
            (deal_id,) = (row[0] for row in store.read(select(deals.c.id).where(deals.c.state == "booked")))
            let_go(world, dealing.get(store, deal_id))
            count_in(store, other)


def _one_of(acts: Sequence[Callable[[], object]], number: int) -> bool:
    """Whether this act was not refused."""
    try:
        acts[number]()
    except Refused:
        return False
    return True
