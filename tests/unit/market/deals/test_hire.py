"""Hiring: nothing is booked twice, the deposit is safe, and every end is just."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.examples import examples
from tests.support.world import ADDRESS, GOOD_CARD, RETURN_URL, World

from haat.kernel import clock
from haat.kernel.clock import DAY, HOUR
from haat.kernel.errors import Conflict, Invalid, NotAllowed, Refused
from haat.kernel.ids import new_id
from haat.market.catalogue.duplicate import duplicate
from haat.market.catalogue.listing import own
from haat.market.deals import deal as dealing
from haat.market.deals.deal import Actor, Deal
from haat.market.deals.hire import HireOrder
from haat.market.deals.place import PriceChanged
from haat.market.hire import book
from haat.market.hire.book import NotFree
from haat.market.hire.equip import close_days, retire_unit, set_terms
from haat.market.hire.equipment import Terms, equipment
from haat.market.hire.period import Period
from haat.market.payments import payout, refund
from haat.market.truth import books, goods, hires
from haat.market.truth.truth import check_all

CHECKS = [*books.CHECKS, *goods.CHECKS, *hires.CHECKS]


def is_true(world: World) -> bool:
    checks = [*CHECKS, books.gateway_check(world.gateway, clock.now())]
    broken = {found.name: found.offending for found in check_all(world.store, checks) if not found.holds}
    assert broken == {}
    return True


def owed(world: World, deal: Deal) -> int:
    return payout.balance(world.store, deal.shop_id, "EUR")


def booked(world: World, *, start: int = 5, length: int = 3, quantity: int = 1, units: int = 1) -> tuple[Deal, Deal]:
    """A hire and its deposit, paid. The rent is 10.00 a day, the deposit 50.00, each a unit; the tax is 20 %, commission 10 %."""
    checkout = world.hired(world.equipment(units=units), world.period(start, length), quantity=quantity)
    hire, deposit = checkout.deals
    return hire, deposit


def test_one_payment_makes_a_hire_and_the_deposit_that_belongs_to_it(world: World) -> None:
    checkout = world.hired(world.equipment(units=2), world.period(1, 3), quantity=2)
    hire, deposit = checkout.deals
    assert (hire.process, hire.state, hire.goods, hire.tax, hire.total) == ("hire", "booked", 6000, 1200, 7200)
    assert (deposit.process, deposit.state, deposit.total, deposit.commission) == ("deposit", "kept_safe", 10_000, 0)
    assert (deposit.parent_id, checkout.payment.amount) == (hire.id, 17_200)
    assert hire.span == deposit.span != (None, None)
    assert is_true(world)


def test_sixty_four_hirers_race_for_overlapping_periods_of_one_unit_and_exactly_one_wins(world: World) -> None:
    listing_id = world.equipment()
    periods = [
        (10, 4),
        (9, 6),
        (12, 1),
        (10, 4),
        (13, 5),
        (11, 2),
        (8, 4),
        (10, 3),
    ]  # every two share a day with (10..13)
    centre = [(first, length) for first, length in periods if first <= 12 < first + length]
    buyers = [world.account() for _ in range(64)]
    barrier, told = threading.Barrier(64), Counter[str]()

    def race(number: int) -> None:
        first, length = centre[number % len(centre)]
        barrier.wait()
        try:
            told[world.hired(listing_id, world.period(first, length), buyer_id=buyers[number]).deals[0].state] += 1
        except NotFree:
            told["not free"] += 1

    threads = [threading.Thread(target=race, args=(number,)) for number in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == {"booked": 1, "not free": 63}
    assert is_true(world)


def test_as_many_of_a_race_win_as_there_are_units(world: World) -> None:
    listing_id = world.equipment(units=3)
    buyers, told = [world.account() for _ in range(16)], Counter[str]()

    def race(buyer_id: int) -> None:
        try:
            world.hired(listing_id, world.period(4, 2), buyer_id=buyer_id)
            told["booked"] += 1
        except NotFree:
            told["not free"] += 1

    threads = [threading.Thread(target=race, args=(buyer_id,)) for buyer_id in buyers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == {"booked": 3, "not free": 13}


# A wish: whether it is by the number of units that are left, and a stretch of twenty days, so that most of them meet.
WISHES = st.lists(st.tuples(st.integers(0, 19), st.integers(1, 9), st.integers(1, 3)), min_size=1, max_size=12)


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=WISHES, gap=st.integers(0, 2), units=st.integers(1, 3))
def test_whatever_is_asked_for_no_unit_is_in_two_places_and_none_is_kept_from_anybody(
    world: World, wishes: list[tuple[int, int, int]], gap: int, units: int
) -> None:
    listing_id = world.equipment(units=units, terms=Terms("day", 0, 1, 0, gap, ""), deposit=0)
    taken: list[tuple[int, Period]] = []
    for first, length, quantity in wishes:
        period = world.period(first, length)
        found = equipment(world.store, listing_id)
        expected = len(book.free_units(world.store, found, period))
        try:
            deal = world.hired(listing_id, period, quantity=quantity).deals[0]
        except NotFree as refusal:
            assert refusal.free == expected < quantity
            continue
        assert expected >= quantity
        taken += [(unit, period) for unit in _units_of(world, deal)]
    for number, (unit, one) in enumerate(taken):
        for other_unit, other in taken[number + 1 :]:
            apart = one.after_last + gap <= other.first or other.after_last + gap <= one.first
            assert unit != other_unit or apart
    assert is_true(world)


def _units_of(world: World, deal: Deal) -> list[str]:
    return [f"{deal.listing_id} {name}" for name in book.unit_names(world.store, deal.id)]


@pytest.mark.parametrize(
    ("first", "length", "is_free"),
    [(5, 3, False), (4, 5, False), (6, 1, False), (3, 3, False), (7, 3, False), (2, 3, True), (8, 2, True)],
    ids=["the same", "enclosing", "enclosed", "over the beginning", "over the end", "before", "after"],
)
def test_what_overlaps_is_refused_and_what_only_touches_is_not(
    world: World, first: int, length: int, is_free: bool
) -> None:
    listing_id = world.equipment()
    world.hired(listing_id, world.period(5, 3))
    if is_free:
        assert world.hired(listing_id, world.period(first, length)).deals[0].state == "booked"
    else:
        with pytest.raises(NotFree, match="not free then"):
            world.hired(listing_id, world.period(first, length))


def test_sent_twice_it_is_one_hire_and_another_one_needs_another_key(world: World) -> None:
    listing_id, buyer = world.equipment(units=5), world.account()
    order = HireOrder("key-of-mine", listing_id, world.period(3, 2), 1, ADDRESS, None)
    first, was_first = world.hire.run(buyer, order, GOOD_CARD, RETURN_URL)
    second, was_second = world.hire.run(buyer, order, GOOD_CARD, RETURN_URL)
    assert (first.id, was_first, was_second) == (second.id, True, False)
    with pytest.raises(Conflict):
        world.hire.run(buyer, order._replace(quantity=2), GOOD_CARD, RETURN_URL)


def test_a_price_that_changed_is_not_paid_unseen(world: World) -> None:
    order = HireOrder(f"key-{new_id()}", world.equipment(), world.period(3, 2), 1, ADDRESS, 1)
    with pytest.raises(PriceChanged):
        world.hire.run(world.account(), order, GOOD_CARD, RETURN_URL)
    assert is_true(world)


def test_owners_say_how_soon_how_long_and_on_which_days(world: World) -> None:
    shop_id = world.shop()
    listing_id = world.equipment(shop_id, terms=Terms("day", 0, 2, 3, 0, ""))
    today = world.period(0, 1).first
    world.store.write(lambda tx: close_days(tx, shop_id, listing_id, today + 6, today + 6))
    for first, length, field in ((1, 3, "start"), (4, 1, "end"), (6, 3, "start"), (4, 3, "end")):
        with pytest.raises(Invalid) as raised:
            world.hired(listing_id, world.period(first, length))
        assert raised.value.fields.keys() == {field}
    assert world.hired(listing_id, world.period(5, 3)).deals[0].state == "booked"


def test_a_retired_unit_is_hired_out_no_longer_and_what_is_booked_goes_on(world: World) -> None:
    shop_id = world.shop()
    listing_id = world.equipment(shop_id)
    deal = world.hired(listing_id, world.period(3, 2)).deals[0]
    (unit,) = equipment(world.store, listing_id).units
    world.store.write(lambda tx: retire_unit(tx, world.catalogue, shop_id, listing_id, unit.id))
    with pytest.raises(NotFree):
        world.hired(listing_id, world.period(10, 2))
    assert world.deal(deal).state == "booked" and is_true(world)


def test_days_do_not_become_hours_while_something_is_booked(world: World) -> None:
    shop_id = world.shop()
    listing_id = world.equipment(shop_id)
    world.hired(listing_id, world.period(3, 2))
    hourly = Terms("hour", 0, 1, 0, 0, "")
    with pytest.raises(Refused, match="while it is booked"):
        world.store.write(lambda tx: set_terms(tx, world.catalogue, shop_id, listing_id, hourly, {"hour": 100}))


def test_a_hire_by_the_hour_can_be_followed_on_the_same_day(world: World) -> None:
    listing_id = world.equipment(terms=Terms("hour", 0, 1, 0, 1, ""))
    world.hired(listing_id, world.period(24, 4, "hour"))
    with pytest.raises(NotFree):
        world.hired(listing_id, world.period(28, 2, "hour"))
    assert world.hired(listing_id, world.period(29, 2, "hour")).deals[0].goods == 400


def test_nobody_hires_from_themselves(world: World) -> None:
    listing_id = world.equipment()
    owner = world.hire.quote(_wish(world, listing_id)).offer.owner_id
    with pytest.raises(Refused, match="your own"):
        world.hired(listing_id, world.period(3, 2), buyer_id=owner)


def _wish(world: World, listing_id: int):  # type: ignore[no-untyped-def]
    from haat.market.deals.hire import Wish

    return Wish(listing_id, world.period(3, 2), 1, "AT")


def test_an_unpaid_hire_expires_with_its_deposit_and_the_days_are_free(world: World) -> None:
    from haat.adapters.sandbox.cards import card_named

    with clock.frozen():
        listing_id = world.equipment()
        hire, deposit = world.hired(listing_id, world.period(3, 2), card=card_named("not_enough_money").token).deals
        with pytest.raises(NotFree):
            world.hired(listing_id, world.period(3, 2))
        clock.advance(HOUR)
        world.engine.run_timers(world.store)
        assert (world.deal(hire).state, world.deal(deposit).state) == ("expired", "expired")
        assert world.hired(listing_id, world.period(3, 2)).deals[0].state == "booked"
        assert is_true(world)


def test_cancelled_in_time_everything_comes_back(world: World) -> None:
    hire, deposit = booked(world)
    world.move(hire, "call_off")
    world.work()
    assert (world.deal(hire).state, world.deal(deposit).state) == ("called_off", "given_back")
    assert [r.amount for r in (*refund.of_deal(world.store, hire.id), *refund.of_deal(world.store, deposit.id))] == [
        3600,
        5000,
    ]
    assert is_true(world) and owed(world, hire) == 0


def test_cancelled_late_a_part_of_the_rent_is_kept_and_the_deposit_comes_back(world: World) -> None:
    with clock.frozen():
        hire, deposit = booked(world)
        clock.advance(4 * DAY)
        with pytest.raises(Refused, match="no longer possible") as raised:
            world.move(hire, "call_off")
        assert "It was until" in raised.value.why
        world.move(hire, "call_off_late")
        world.work()
        assert (world.deal(hire).state, world.deal(deposit).state) == ("called_off_late", "given_back")
        assert (world.deal(hire).refunded, owed(world, hire)) == (1800, 1350)
        assert is_true(world)


def test_after_it_has_begun_nothing_is_cancelled(world: World) -> None:
    with clock.frozen():
        hire, _ = booked(world)
        clock.advance(5 * DAY)
        for name in ("call_off", "call_off_late"):
            with pytest.raises(Refused, match="no longer possible"):
                world.move(hire, name)


def test_an_owner_who_refuses_gives_everything_back(world: World) -> None:
    hire, deposit = booked(world)
    world.move(hire, "refuse", by=Actor("seller", 1), reason="It broke")
    assert (world.deal(hire).state, world.deal(deposit).state) == ("called_off", "given_back")
    assert is_true(world)


def test_what_nobody_hands_over_is_refunded_by_itself(world: World) -> None:
    with clock.frozen():
        hire, deposit = booked(world)
        clock.advance(6 * DAY)
        world.engine.run_timers(world.store)
        assert (world.deal(hire).state, world.deal(deposit).state) == ("called_off", "given_back")
        assert is_true(world)


@pytest.mark.parametrize(
    ("said", "objects", "end", "paid"),
    [
        ("say_not_given", None, "called_off", 0),
        ("say_not_fetched", None, "stood_up", 3600 - 600 - 300),
        ("say_not_given", "object", "called_off", 0),
        ("say_not_fetched", "object_to_owner", "called_off", 0),
    ],
)
def test_whoever_says_that_the_other_did_not_come_is_believed_unless_there_is_an_objection(
    world: World, said: str, objects: str | None, end: str, paid: int
) -> None:
    with clock.frozen():
        hire, deposit = booked(world)
        clock.advance(5 * DAY + HOUR)
        world.move(hire, said, reason="Nobody was there")
        if objects:
            assert world.move(hire, objects, reason="I was there").state == "contested"
        clock.advance(3 * DAY)
        world.engine.run_timers(world.store)
        assert (world.deal(hire).state, world.deal(deposit).state) == (end, "given_back")
        assert owed(world, hire) == paid and is_true(world)


def test_nobody_says_that_the_other_did_not_come_before_it_has_begun(world: World) -> None:
    hire, _ = booked(world)
    for name in ("say_not_given", "say_not_fetched"):
        with pytest.raises(Refused, match="not possible yet"):
            world.move(hire, name, reason="I am early")


def out(world: World, **more: int) -> tuple[Deal, Deal]:
    """A hire that is handed over, and its deposit."""
    hire, deposit = booked(world, **more)
    return world.move(hire, "hand_over", note="As new"), deposit


def test_a_hand_over_without_a_word_about_the_condition_is_refused(world: World) -> None:
    hire, _ = booked(world)
    with pytest.raises(Invalid) as raised:
        world.move(hire, "hand_over")
    assert raised.value.fields.keys() == {"note"}


def test_back_in_time_the_owner_is_paid_and_the_deposit_comes_back_by_itself(world: World) -> None:
    with clock.frozen():
        hire, deposit = out(world)
        clock.advance(7 * DAY)
        world.move(hire, "bring_back")
        world.move(hire, "take_back")
        assert (world.deal(hire).state, world.deal(deposit).state) == ("closed", "looked_over")
        assert owed(world, hire) == 3600 - 600 - 300
        clock.advance(3 * DAY)
        world.engine.run_timers(world.store)
        world.work()
        assert world.deal(deposit).state == "given_back"
        assert [(r.amount, r.state) for r in refund.of_deal(world.store, deposit.id)] == [(5000, "done")]
        assert is_true(world)


def test_what_came_back_early_can_be_hired_again_at_once(world: World) -> None:
    listing_id = world.equipment()
    hire = world.hired(listing_id, world.period(1, 9)).deals[0]
    world.move(hire, "hand_over", "bring_back", "take_back", note="As new")
    assert world.hired(listing_id, world.period(2, 2)).deals[0].state == "booked"
    assert is_true(world)


def late(world: World, *, days_late: int = 2, quantity: int = 1) -> tuple[Deal, Deal]:
    """Brought back this many days late; the clock is stopped by the caller."""
    hire, deposit = out(world, quantity=quantity, units=quantity)
    clock.advance(hire.ends_at - clock.now() + 4 * HOUR)
    world.engine.run_timers(world.store)
    assert world.deal(hire).state == "late"
    clock.advance((days_late - 1) * DAY)
    world.move(hire, "take_back_late", by=Actor("seller", 1))
    return hire, deposit


def test_late_return_costs_what_the_time_costs_and_comes_from_the_deposit(world: World) -> None:
    with clock.frozen():
        hire, deposit = late(world, days_late=2, quantity=2)
        assert world.deal(deposit).state == "late_claimed"
        assert dealing.events(world.store, deposit.id)[-1].given == {"amount": 4000}
        clock.advance(3 * DAY)
        world.engine.run_timers(world.store)
        world.work()
        assert (world.deal(deposit).state, world.deal(deposit).refunded) == ("settled", 6000)
        assert owed(world, hire) == 7200 - 1200 - 600 + 4000 and is_true(world)


def test_a_late_fee_is_never_more_than_the_deposit(world: World) -> None:
    with clock.frozen():
        _, deposit = late(world, days_late=9)
        assert dealing.events(world.store, deposit.id)[-1].given == {"amount": 5000}


def test_within_the_hours_of_grace_it_is_not_late(world: World) -> None:
    with clock.frozen():
        hire, deposit = out(world)
        clock.advance(hire.ends_at - clock.now() + 2 * HOUR)
        world.engine.run_timers(world.store)
        world.move(hire, "take_back", by=Actor("seller", 1))
        assert world.deal(deposit).state == "looked_over"


def test_what_never_comes_back_counts_as_lost_and_all_of_the_deposit_is_asked_for(world: World) -> None:
    with clock.frozen():
        hire, deposit = out(world)
        for wait in (5 * DAY + 3 * DAY + 4 * HOUR, 14 * DAY):
            clock.advance(wait)
            world.engine.run_timers(world.store)
        assert (world.deal(hire).state, world.deal(deposit).state) == ("lost", "claimed")
        clock.advance(3 * DAY)
        world.engine.run_timers(world.store)
        assert (world.deal(deposit).state, world.deal(deposit).refunded) == ("settled", 0)
        assert owed(world, hire) == 2700 + 5000 and is_true(world)


def back(world: World) -> tuple[Deal, Deal]:
    hire, deposit = out(world)
    return world.move(hire, "bring_back", "take_back"), deposit


def test_a_damage_is_claimed_with_an_amount_and_words_and_agreed_to(world: World) -> None:
    hire, deposit = back(world)
    with pytest.raises(Invalid) as raised:
        world.move(deposit, "claim")
    assert raised.value.fields.keys() == {"amount", "note"}
    with pytest.raises(Refused, match="more than there is"):
        world.move(deposit, "claim", amount=5001, note="A dent")
    world.move(deposit, "claim", amount=1200, note="A dent")
    with pytest.raises(NotAllowed):
        world.move(deposit, "accept", by=Actor("seller", 1))
    world.move(deposit, "accept")
    assert (world.deal(deposit).state, world.deal(deposit).refunded) == ("settled", 3800)
    assert owed(world, hire) == 2700 + 1200 and is_true(world)


@pytest.mark.parametrize(("decided", "kept"), [(None, 0), (700, 700)])
def test_a_disputed_claim_is_decided_by_the_market_or_goes_to_the_hirer(
    world: World, decided: int | None, kept: int
) -> None:
    with clock.frozen():
        hire, deposit = back(world)
        world.move(deposit, "claim", amount=1200, note="A dent")
        world.move(deposit, "dispute", reason="It was there before")
        if decided:
            world.move(deposit, "decide", amount=decided, reason="Half of it was")
        clock.advance(3 * DAY)
        world.engine.run_timers(world.store)
        assert world.deal(deposit).refunded == 5000 - kept
        assert owed(world, hire) == 2700 + kept and is_true(world)


def test_a_silent_hirer_agrees(world: World) -> None:
    with clock.frozen():
        _, deposit = back(world)
        world.move(deposit, "claim", amount=1200, note="A dent")
        clock.advance(3 * DAY)
        world.engine.run_timers(world.store)
        assert (world.deal(deposit).state, world.deal(deposit).refunded) == ("settled", 3800)


def test_an_owner_can_give_the_deposit_back_at_once_and_the_rent_later(world: World) -> None:
    hire, deposit = back(world)
    world.move(deposit, "give_back")
    world.move(hire, "refund", reason="It never worked")
    assert (world.deal(deposit).state, world.deal(hire).state, owed(world, hire)) == ("given_back", "refunded", 0)
    assert is_true(world)


def test_the_outlook_says_what_can_be_done_until_when_and_what_comes_by_itself(world: World) -> None:
    with clock.frozen():
        hire, _ = booked(world)
        mine = world.engine.outlook(hire, "buyer")
        assert [(one.move.name, one.until) for one in mine.now] == [("call_off", hire.starts_at - 2 * DAY)]
        assert {one.move.name for one in mine.not_now} == {"call_off_late", "say_not_given"}
        assert mine.by_itself and (mine.by_itself.move.name, mine.by_itself.at) == ("lapse", hire.starts_at + DAY)
        assert [move.name for move in mine.others["seller"]] == ["refuse", "hand_over", "refund_part"]
        assert (mine.has_turn, world.engine.outlook(hire, "seller").has_turn) == (False, True)


def test_a_copy_of_something_for_hire_is_for_hire_too(world: World) -> None:
    shop_id = world.shop()
    listing_id = world.equipment(shop_id)
    copy_id = world.store.write(lambda tx: duplicate(tx, world.catalogue, shop_id, listing_id))
    assert world.store.write(lambda tx: own(tx, shop_id, copy_id)).kind == "equipment"
