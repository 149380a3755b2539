"""What the newest purchase promises to buyers and sellers who do not agree."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select, update
from tests.support.world import World

from haat.kernel import clock
from haat.kernel.clock import DAY
from haat.kernel.errors import Invalid, NotAllowed, NotFound
from haat.market.accounts.shop import get_shop
from haat.market.deals import deal as dealing
from haat.market.deals import library, tell
from haat.market.deals.deal import Actor, Deal
from haat.market.deals.tables import deals
from haat.market.notices.tables import notices
from haat.market.payments import payout, refund

SENT = {"carrier": "Post", "parcel": "1Z"}


@pytest.fixture(autouse=True)
def time_stands_still() -> Iterator[None]:
    with clock.frozen():
        yield


def sent(world: World) -> Deal:
    return world.move(world.bought(price=1000), "send", **SENT)


def missing(world: World) -> Deal:
    return world.move(sent(world), "report_missing")


def disputed(world: World) -> Deal:
    return world.move(missing(world), "contest_missing", reason="The carrier has a signature")


def later(world: World, deal: Deal, days: int) -> str:
    clock.advance(days * DAY)
    world.engine.run_timers(world.store)
    world.work()
    return world.deal(deal).state


def given_back(world: World, deal: Deal) -> list[tuple[str, int]]:
    return [(one.state, one.amount) for one in refund.of_deal(world.store, deal.id)]


def told(world: World, account_id: int) -> list[str]:
    kinds = select(notices.c.kind).where(notices.c.account_id == account_id).order_by(notices.c.id)
    return [kind for (kind,) in world.store.read(kinds)]


def test_a_buyer_whose_parcel_never_came_is_refunded_when_the_seller_is_silent(world: World) -> None:
    deal = missing(world)
    assert later(world, deal, 2) == "missing_reported"
    assert later(world, deal, 1) == "refunded"
    assert given_back(world, deal) == [("done", 1700)]
    assert payout.balance(world.store, deal.shop_id, "EUR") == 0


def test_only_the_buyer_says_that_it_never_came_and_only_while_it_is_on_its_way(world: World) -> None:
    deal = sent(world)
    for role in ("seller", "operator", "clock"):
        with pytest.raises(NotAllowed):
            world.move(deal, "report_missing", by=Actor(role, 1))
    assert world.deal(deal).state == "sent"


def test_a_seller_who_sends_again_gets_the_time_of_a_parcel_again(world: World) -> None:
    deal = missing(world)
    clock.advance(2 * DAY)
    again = world.move(deal, "send_again", carrier="Post", parcel="2Z")
    assert (again.state, again.due_at) == ("sent", clock.now() + 14 * DAY)
    assert [one.given["parcel"] for one in dealing.events(world.store, deal.id) if "parcel" in one.given] == [
        "1Z",
        "2Z",
    ]


def test_what_arrives_after_all_is_delivered(world: World) -> None:
    assert world.move(missing(world), "deliver").state == "delivered"


def test_a_seller_who_says_that_it_has_arrived_says_why_and_the_market_decides(world: World) -> None:
    deal = missing(world)
    with pytest.raises(Invalid):
        world.move(deal, "contest_missing")
    assert world.move(deal, "contest_missing", reason="The carrier has a signature").state == "disputed"


def test_the_market_decides_for_the_buyer(world: World) -> None:
    deal = disputed(world)
    assert world.move(deal, "decide_for_buyer", reason="The signature is not hers").state == "refunded"
    world.work()
    assert given_back(world, deal) == [("done", 1700)]


def test_the_market_decides_for_the_seller(world: World) -> None:
    deal = disputed(world)
    assert world.move(deal, "decide_for_seller", reason="The signature is hers").state == "completed"
    assert (given_back(world, deal), payout.balance(world.store, deal.shop_id, "EUR")) == ([], 1400)


@pytest.mark.parametrize("move", ["decide_for_buyer", "decide_for_seller"])
def test_nobody_decides_in_their_own_case(world: World, move: str) -> None:
    deal = disputed(world)
    for role in ("buyer", "seller", "clock"):
        with pytest.raises(NotAllowed):
            world.move(deal, move, by=Actor(role, 1), reason="I say so")
    with pytest.raises(Invalid):
        world.move(deal, move)


def test_what_nobody_decides_is_refunded_by_itself(world: World) -> None:
    deal = disputed(world)
    assert later(world, deal, 13) == "disputed"
    assert later(world, deal, 1) == "refunded"
    assert given_back(world, deal) == [("done", 1700)]


def test_what_was_added_puts_the_decision_off_by_nothing(world: World) -> None:
    deal = disputed(world)
    clock.advance(10 * DAY)
    for role in ("buyer", "seller"):
        after = world.move(deal, "add_evidence", by=Actor(role, 1), reason=f"What the {role} knows")
        assert (after.state, after.due_at) == ("disputed", deal.due_at)
    with pytest.raises(Invalid):
        world.move(deal, "add_evidence", reason=" ")
    assert later(world, deal, 4) == "refunded"


@pytest.mark.parametrize("way", [("deliver",), ("deliver", "ask_return", "refuse_return")])
def test_a_buyer_lets_the_market_decide_about_what_arrived(world: World, way: tuple[str, ...]) -> None:
    deal = world.move(sent(world), *way, reason="Not as described")
    assert world.move(deal, "dispute", reason="It is green, not blue").state == "disputed"


def test_either_side_can_end_what_they_disagree_about(world: World) -> None:
    assert world.move(disputed(world), "drop_dispute").state == "completed"
    deal = world.move(disputed(world), "give_in")
    world.work()
    assert (deal.state, given_back(world, deal)) == ("refunded", [("done", 1700)])


def test_both_sides_are_told_of_every_step(world: World) -> None:
    deal = disputed(world)
    world.move(deal, "add_evidence", reason="A photo of the door")
    world.move(deal, "decide_for_buyer", reason="The signature is not hers")
    owner = get_shop(world.store, deal.shop_id).owner_id
    for event in dealing.events(world.store, deal.id):
        if event.move != "place":
            tell.tell_of_move(world.store, {"deal": deal.id, "event": event.id, "due": None})
    ends = ["dispute_opened", "evidence_added", "decided_for_buyer"]
    assert told(world, deal.buyer_id) == ["order_placed", "parcel_sent", *ends]
    assert told(world, owner) == ["order_to_send", "parcel_missing", *ends]


def test_an_order_that_is_under_way_goes_on_by_the_version_that_it_began_with(world: World) -> None:
    deal = sent(world)
    world.store.write(lambda tx: tx.run(update(deals).values(process_version=1)))
    with pytest.raises(NotFound):
        world.move(world.deal(deal), "report_missing", by=Actor("buyer", 1))
    assert world.deal(deal).rules == library.load("purchase", 1)
    assert later(world, deal, 14) == "delivered"


def test_new_orders_begin_with_the_newest_version(world: World) -> None:
    assert world.bought().process_version == library.newest("purchase").version == 2
