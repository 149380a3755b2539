"""Money rests, a part of it is kept back for a while, and what is due goes to the account that the shop named."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.world import World

from haat.kernel import clock
from haat.kernel.clock import DAY
from haat.kernel.errors import Conflict, Invalid
from haat.market.deals.deal import Deal
from haat.market.payments import payout, reserve, terms
from haat.market.payments.terms import NewTerms, Terms
from haat.market.truth.books import CHECKS
from haat.market.truth.truth import check_all

NOON = 1_793_016_000_000  # 2026-10-26T12:00Z


def done(world: World, price: int = 1000) -> Deal:
    return world.move(world.bought(price=price), "send", "deliver", "complete", carrier="Post", parcel="1Z")


def lies(world: World) -> list[tuple[str, list[str]]]:
    return [(found.name, found.offending) for found in check_all(world.store, CHECKS) if not found.holds]


def standing(world: World, deal: Deal) -> payout.Balance:
    (balance,) = payout.balances(world.store, deal.shop_id)
    return balance


def test_money_rests_for_the_hold_and_is_paid_out_after_it(world: World) -> None:
    with clock.frozen(NOON):
        terms.note_market(world.store, Terms(3 * DAY, 0, 0))
        deal = done(world)
        earned = standing(world, deal)
        assert (earned.payable, earned.waiting) == (0, 1400)
        assert payout.claim(world.store, deal.shop_id, "EUR") is None
        clock.advance(3 * DAY)
        assert standing(world, deal).payable == 1400
        assert payout.claim(world.store, deal.shop_id, "EUR") is not None
        assert lies(world) == []


def test_a_reserve_is_kept_and_goes_back_by_itself(world: World) -> None:
    with clock.frozen(NOON):
        terms.note_market(world.store, Terms(0, 1000, 30 * DAY))
        deal = done(world)
        assert standing(world, deal)[1:4] == (1260, 0, 140)
        assert reserve.release_due(world.store) == "No reserve was due."
        clock.advance(30 * DAY)
        assert reserve.release_due(world.store) == "Reserves given back: 1."
        assert standing(world, deal)[1:4] == (1400, 0, 0)
        assert reserve.release_due(world.store) == "No reserve was due."
        assert lies(world) == []


def test_a_refund_takes_what_is_kept_of_its_own_order_first(world: World) -> None:
    terms.note_market(world.store, Terms(0, 2000, 30 * DAY))
    deal = done(world)
    payout.claim_all(world.store)
    world.move(deal, "refund_part", amount=170, reason="a scratch")
    after = standing(world, deal)
    assert (after.payable, after.reserved) == (0, 280 - 140)
    assert lies(world) == []


def test_what_is_taken_back_of_money_that_rests_rests_as_well(world: World) -> None:
    with clock.frozen(NOON):
        deal = done(world)
        terms.note_market(world.store, Terms(5 * DAY, 0, 0))
        rests = world.move(
            world.buy(world.account(), {world.variant(deal.shop_id): 1}).deals[0], "send", carrier="P", parcel="1"
        )
        rests = world.move(rests, "deliver", "complete")
        world.move(rests, "refund", reason="broken")
        assert standing(world, deal)[1:3] == (1400, 0)
        assert lies(world) == []


def test_terms_of_a_shop_win_over_those_of_the_market_and_are_frozen_at_the_release(world: World) -> None:
    terms.note_market(world.store, Terms(0, 1000, DAY))
    first = done(world)
    terms.set_own(world.store, first.shop_id, NewTerms(None, 5000, None, "many complaints"), 7, seen=0)
    assert terms.in_force(world.store, first.shop_id) == Terms(0, 5000, DAY)
    assert standing(world, first).reserved == 140
    assert terms.own(world.store, first.shop_id).why == "many complaints"
    with pytest.raises(Conflict):
        terms.set_own(world.store, first.shop_id, NewTerms(None, 1, None, "late"), 7, seen=0)
    with pytest.raises(Invalid) as raised:
        terms.set_own(world.store, first.shop_id, NewTerms(-1, 10_001, None, ""), 7, seen=1)
    assert raised.value.fields.keys() == {"hold", "reserve", "why"}


def test_the_terms_of_the_settings_are_written_down_once(world: World) -> None:
    for _ in range(3):
        terms.note_market(world.store, Terms(1, 2, 3))
    assert terms.own(world.store, terms.MARKET).version == 1
    terms.note_market(world.store, Terms(1, 2, 4))
    assert terms.own(world.store, terms.MARKET).version == 2


def test_less_than_the_least_waits(world: World) -> None:
    deal = done(world)
    assert payout.claim_all(world.store, {"EUR": 1401}) == "Nothing is due to any shop that can be paid."
    assert payout.balance(world.store, deal.shop_id, "EUR") == 1400
    assert payout.claim_all(world.store, {"EUR": 1400}) == "Payouts claimed: 1."


def test_a_run_is_one_batch_and_one_that_was_left_is_gone_on_with(world: World) -> None:
    with clock.frozen(NOON):
        one, two = done(world), done(world)
        claimed = payout.claim(world.store, one.shop_id, "EUR")  # and here the process dies
        assert claimed is not None
        (left,) = payout.batches(world.store)
        assert left.finished_at is None
        assert payout.go_on(world.store) == "No batch of payouts was left unfinished."
        clock.advance(10 * clock.MINUTE)
        assert payout.go_on(world.store) == "Payouts claimed: 1."
        (finished,) = payout.batches(world.store)
        assert finished.id == left.id and finished.finished_at is not None
        assert {paid.shop_id for paid in payout.of_batch(world.store, left.id)} == {one.shop_id, two.shop_id}
        assert [row.payouts for row in payout.sums_of(world.store, [finished])[left.id]] == [2]
        done(world)
        payout.claim_all(world.store)
        assert len(payout.batches(world.store)) == 2
        world.work()
        assert lies(world) == []


def test_a_payout_that_the_bank_returns_stops_payouts_until_the_account_is_named_anew(world: World) -> None:
    deal = done(world)
    world.bank_account(deal.shop_id, "SB20000002", version=2)
    payout.claim_all(world.store)
    world.work()
    (paid,) = payout.of_shop(world.store, deal.shop_id)
    assert paid.state == "returned"
    assert payout.balance(world.store, deal.shop_id, "EUR") == 1400
    assert payout.claim(world.store, deal.shop_id, "EUR") is None
    world.bank_account(deal.shop_id, "SB10000001", version=3)
    payout.claim_all(world.store)
    world.work()
    assert [row.state for row in payout.of_shop(world.store, deal.shop_id)] == ["sent", "returned"]
    assert lies(world) == []


def test_a_balance_below_zero_is_netted_with_what_comes_next(world: World) -> None:
    deal = done(world)
    payout.claim_all(world.store)
    world.work()
    world.move(deal, "refund", reason="broken")
    assert payout.balance(world.store, deal.shop_id, "EUR") == -1400
    assert payout.claim(world.store, deal.shop_id, "EUR") is None
    (more,) = world.buy(world.account(), {world.variant(deal.shop_id, price=3000): 1}).deals
    world.move(more, "send", "deliver", "complete", carrier="Post", parcel="1Z")
    payout.claim_all(world.store)
    assert payout.of_shop(world.store, deal.shop_id)[0].amount == 3200 - 1400
    world.work()
    assert lies(world) == []


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["sell", "refund", "pay", "wait", "release", "terms"]), st.integers(1, 1000)),
        min_size=3,
        max_size=12,
    )
)
def test_whatever_happens_the_books_of_sellers_and_reserves_agree(world: World, steps: list[tuple[str, int]]) -> None:
    """Opening, releases, refunds, reserves and payouts in any order: nothing is made, nothing is lost."""
    deals: list[Deal] = []
    shop = world.shop()
    with clock.frozen(clock.now()):
        for what, size in steps:
            _step(world, shop, deals, what, size)
        world.work()
        assert lies(world) == []


def _step(world: World, shop: int, deals: list[Deal], what: str, size: int) -> Any:
    match what:
        case "sell":
            (deal,) = world.buy(world.account(), {world.variant(shop, price=size): 1}).deals
            deals.append(world.move(deal, "send", "deliver", "complete", carrier="Post", parcel="1Z"))
        case "refund" if deals:
            deal = world.deal(deals[size % len(deals)])
            if deal.total - deal.refunded > size:
                world.move(deal, "refund_part", amount=size, reason="some")
            elif deal.state == "completed":
                deals.remove(next(one for one in deals if one.id == deal.id))
                world.move(deal, "refund", reason="all")
        case "pay":
            payout.claim_all(world.store)
        case "wait":
            clock.advance(size * clock.HOUR)
        case "release":
            reserve.release_due(world.store)
        case "terms":
            terms.note_market(world.store, Terms(size * clock.HOUR // 10, size * 10, size * clock.HOUR))
