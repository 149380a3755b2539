"""Moving deals: who may, when, and what it does."""

from __future__ import annotations

import threading

import pytest
from tests.support.together import together
from tests.support.world import World

from haat.kernel import clock
from haat.kernel.clock import DAY
from haat.kernel.errors import HaatError, Invalid, NotAllowed, Refused
from haat.market.accounts import queries as account_queries
from haat.market.accounts.shop import get_shop
from haat.market.catalogue import stock
from haat.market.deals import deal as dealing
from haat.market.deals import engine
from haat.market.deals.deal import Actor
from haat.market.payments import payout, refund
from haat.market.payments.tables import movements


def owed(world: World, shop_id: int) -> int:
    return payout.balance(world.store, shop_id, "EUR")


def test_the_seller_is_paid_when_the_deal_is_done_less_commission_and_tax(world: World) -> None:
    deal = world.move(world.bought(price=1000), "send", "deliver", carrier="Post", parcel="1Z")
    assert owed(world, deal.shop_id) == 0
    world.move(deal, "complete")
    assert owed(world, deal.shop_id) == 1000 + 500 - 100


def test_a_deal_that_is_not_sent_in_time_is_refunded_by_itself(world: World) -> None:
    with clock.frozen():
        deal = world.bought(price=1000)
        clock.advance(5 * DAY)
        world.engine.run_timers(world.store)
        world.work()
        assert world.deal(deal).state == "called_off"
        assert [(r.state, r.amount) for r in refund.of_deal(world.store, deal.id)] == [("done", 1700)]


def test_a_deal_completes_by_itself_when_nobody_moves(world: World) -> None:
    with clock.frozen():
        deal = world.move(world.bought(), "send", carrier="Post", parcel="1Z")
        for _ in range(2):
            clock.advance(14 * DAY)
            world.engine.run_timers(world.store)
        assert world.deal(deal).state == "completed"


def test_nobody_makes_a_move_that_is_another_role_s(world: World) -> None:
    deal = world.bought()
    with pytest.raises(NotAllowed):
        world.move(deal, "send", by=Actor("buyer", deal.buyer_id), carrier="Post", parcel="1Z")
    assert world.deal(deal) == deal


def test_a_move_from_the_wrong_state_says_what_the_state_is(world: World) -> None:
    with pytest.raises(Refused) as raised:
        world.move(world.bought(), "deliver")
    assert "Paid, to be sent" in raised.value.why


def test_a_move_that_lacks_something_names_it_and_does_nothing(world: World) -> None:
    deal = world.bought()
    with pytest.raises(Invalid) as raised:
        world.move(deal, "send", carrier=" ")
    assert raised.value.fields.keys() == {"carrier", "parcel"}
    assert world.deal(deal).state == "paid"


def test_of_two_who_move_at_once_one_moves(world: World) -> None:
    deal = world.bought()
    told: list[str] = []

    def race(name: str, **given: str) -> None:
        try:
            told.append(world.move(deal, name, **given).state)
        except HaatError as error:
            told.append(error.code)

    threads = [threading.Thread(target=race, args=("call_off",), kwargs={"reason": "Too late"}) for _ in range(8)]
    threads += [
        threading.Thread(target=race, args=("send",), kwargs={"carrier": "Post", "parcel": "1"}) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(code not in ("refused", "conflict") for code in told) == 1
    assert len([event for event in dealing.events(world.store, deal.id) if event.move in ("call_off", "send")]) == 1


def test_a_refund_after_the_payout_is_netted_at_the_next_one(world: World) -> None:
    shop = world.shop(shipping=0)
    first, second = (world.buy(world.account(), {world.variant(shop, price=1000): 1}).deals[0] for _ in range(2))
    world.move(first, "send", "deliver", "complete", carrier="Post", parcel="1Z")
    assert payout.claim(world.store, shop, "EUR") is not None
    world.work()
    world.move(first, "refund", reason="It broke")
    assert owed(world, shop) == -900
    assert payout.claim(world.store, shop, "EUR") is None
    world.move(second, "send", "deliver", "complete", carrier="Post", parcel="2Z")
    assert owed(world, shop) == 0


def test_a_payout_is_claimed_once_by_any_number_of_workers(world: World) -> None:
    deal = world.move(world.bought(), "send", "deliver", "complete", carrier="Post", parcel="1Z")
    claimed: list[int | None] = []
    threads = [
        threading.Thread(target=lambda: claimed.append(payout.claim(world.store, deal.shop_id, "EUR")))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.work()
    assert sum(payout_id is not None for payout_id in claimed) == 1
    assert [line.amount.amount for line in world.gateway.statement(0) if line.kind == "payout"] == [1400]


def test_parts_are_refunded_until_nothing_is_left_and_never_more(world: World) -> None:
    deal = world.bought(price=1000)
    world.move(deal, "refund_part", amount=1000, reason="Scratched")
    with pytest.raises(Refused) as raised:
        world.move(deal, "refund_part", amount=701, reason="Scratched")
    assert "7.00 EUR of 17.00 EUR" in raised.value.why
    world.move(deal, "refund_part", amount=700, reason="Scratched")
    world.work()
    assert sum(line.amount.amount for line in world.gateway.statement(0) if line.kind == "refund") == 1700


def test_sixty_four_who_give_a_part_back_at_once_give_no_more_than_was_paid(world: World) -> None:
    deal = world.bought(price=1000)

    def give_back(_: int) -> str:
        try:
            return world.move(deal, "refund_part", amount=100, reason="Scratched").state
        except HaatError as error:
            return error.code

    told = together(64, give_back)
    world.work()
    assert len([code for code in told if code == deal.state]) == 17
    assert [line.amount.amount for line in world.gateway.statement(0) if line.kind == "refund"] == [100] * 17
    assert (world.deal(deal).refunded, owed(world, deal.shop_id)) == (1700, 0)


def test_goods_that_come_back_are_on_the_shelf_again(world: World) -> None:
    deal = world.bought()
    variant = dealing.lines(world.store, deal.id)[0].variant_id
    world.move(
        deal,
        "send",
        "deliver",
        "ask_return",
        "accept_return",
        "send_back",
        "take_back",
        carrier="P",
        parcel="1",
        reason="Blue",
    )
    found = world.store.write(lambda tx: stock.of(tx, variant))
    assert found and (found.on_hand, found.held, found.sold) == (10, 0, 0)


def test_a_refund_that_the_bank_first_refuses_is_tried_again_under_a_new_key(world: World) -> None:
    from haat.adapters.sandbox.cards import CARDS

    card = next(card for card in CARDS if card.refunding.first_fails)
    with clock.frozen():
        (deal,) = world.buy(world.account(), {world.variant(world.shop()): 1}, card=card.token).deals
        clock.advance(DAY)
        world.move(deal, "call_off", reason="Changed my mind")
        for _ in range(4):
            world.work()
            clock.advance(60_000)
        assert [r.state for r in refund.of_deal(world.store, deal.id)] == ["done"]


def test_a_deal_that_the_clock_cannot_move_holds_up_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_MOST_AT_ONCE", 1)
    with clock.frozen():
        stuck, free = world.bought(), world.bought()
        row = {"id": 1, "kind": "release", "reference": stuck.id, "at": 0}
        world.store.write(lambda tx: tx.insert(movements, **row))
        for deal in (stuck, free):
            world.move(deal, "send", "deliver", carrier="Post", parcel="1Z")
        clock.advance(14 * DAY)
        assert world.engine.run_timers(world.store) == "Due deals that the clock moved: 1 of 2."
        assert (world.deal(stuck).state, world.deal(free).state) == ("delivered", "completed")


def test_a_buyer_who_sends_nothing_back_need_not_keep_goods_and_money(world: World) -> None:
    deal = world.move(world.bought(price=1000), "send", "deliver", carrier="Post", parcel="1Z")
    world.move(deal, "ask_return", "accept_return", "send_back", reason="Blue", carrier="Post", parcel="made up")
    for role in ("buyer", "seller"):
        with pytest.raises(NotAllowed):
            world.move(deal, "end_return", by=Actor(role, 1), reason="Nothing came")
    ended = world.move(deal, "end_return", by=Actor("operator", 1), reason="Nothing came")
    assert (ended.state, owed(world, deal.shop_id)) == ("completed", 1400)


def test_a_suspended_seller_is_not_paid_out_until_let_in_again(world: World) -> None:
    deal = world.move(world.bought(price=1000), "send", "deliver", "complete", carrier="Post", parcel="1Z")
    owner = get_shop(world.store, deal.shop_id).owner_id
    world.store.write(lambda tx: tx.run(account_queries.SUSPEND, account=owner, at=tx.now, by=1, why="Fraud"))
    assert payout.claim_all(world.store) == "Nothing is due to any shop that can be paid."
    world.store.write(lambda tx: tx.run(account_queries.UNSUSPEND, account=owner))
    assert payout.claim_all(world.store) == "Payouts claimed: 1."
