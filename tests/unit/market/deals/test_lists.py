"""Lists of deals: whose they are, in which order, and where the next page begins."""

from __future__ import annotations

from tests.support.world import World

from haat.kernel import clock
from haat.kernel.clock import DAY
from haat.market.deals import library, lists, process
from haat.market.deals.deal import Deal
from haat.market.deals.lists import Urgent


def sold(world: World, shop_id: int, *, price: int = 1000, quantity: int = 1) -> Deal:
    (deal,) = world.buy(world.account("Ines"), {world.variant(shop_id, price=price): quantity}).deals
    return deal


def test_a_shop_sees_its_own_deals_newest_first_page_by_page(world: World) -> None:
    shop_id, other = world.shop(), world.shop()
    mine = [sold(world, shop_id) for _ in range(3)]
    sold(world, other)
    first = lists.of_shop(world.store, shop_id, most=2)
    rest = lists.of_shop(world.store, shop_id, before=first[-1].deal.id, most=2)
    assert [row.deal.id for row in [*first, *rest]] == [deal.id for deal in reversed(mine)]


def test_a_line_says_who_bought_what_from_whom(world: World) -> None:
    shop_id = world.shop("Clay and Co")
    wanted = {world.variant(shop_id): 2, world.variant(shop_id): 3}
    world.buy(world.account("Ines"), wanted)
    (row,) = lists.of_shop(world.store, shop_id)
    assert (row.buyer, row.shop, row.lines, row.pieces) == ("Ines", "Clay and Co", 2, 5)
    assert row.title.startswith("Thing")


def test_only_the_states_asked_for(world: World) -> None:
    shop_id = world.shop()
    paid, sent = sold(world, shop_id), sold(world, shop_id)
    world.move(sent, "send", carrier="DHL", parcel="1")
    assert [row.deal.id for row in lists.of_shop(world.store, shop_id, ("sent", "delivered"))] == [sent.id]
    assert [row.deal.id for row in lists.of_market(world.store, ("paid",))] == [paid.id]
    assert len(lists.of_market(world.store)) == 2


def test_what_is_due_first_stands_first(world: World) -> None:
    shop_id = world.shop()
    with clock.frozen():
        early = sold(world, shop_id)
        clock.advance(DAY)
        asked = sold(world, shop_id)
        late = sold(world, shop_id)
    world.move(asked, "send", "deliver", "ask_return", carrier="DHL", parcel="1", reason="too small")
    states = ("paid", "return_asked")
    first = lists.most_urgent(world.store, shop_id, states, most=2)
    last = first[-1].deal
    rest = lists.most_urgent(world.store, shop_id, states, after=Urgent(last.due_at or 0, last.id), most=2)
    assert [row.deal.id for row in [*first, *rest]] == [asked.id, early.id, late.id]


def test_states_are_counted(world: World) -> None:
    shop_id = world.shop()
    sold(world, shop_id)
    world.move(sold(world, shop_id), "send", carrier="DHL", parcel="1")
    sold(world, world.shop())
    assert lists.counts_of_shop(world.store, shop_id) == {"paid": 1, "sent": 1}
    assert lists.counts_of_market(world.store) == {"paid": 2, "sent": 1}


def test_the_money_of_a_shop_is_where_its_deals_say(world: World) -> None:
    shop_id = world.shop(shipping=0)
    sold(world, shop_id, price=1000)
    done = world.move(sold(world, shop_id, price=500), "send", carrier="DHL", parcel="1")
    world.move(done, "refund_part", amount=100, reason="a scratch")
    world.move(done, "deliver", "complete")

    def at(place: process.Money) -> int:
        return lists.money_of_shop(world.store, shop_id, "EUR", place, library.all_versions())

    assert at("held") == 1200
    assert at("released") == 500
    assert at("returned") == 0
