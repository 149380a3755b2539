"""What is owed to shops is what their next payout brings."""

from __future__ import annotations

from tests.support.world import World

from haat.market.payments import payout
from haat.market.payments.owed import owed


def test_what_is_owed_goes_with_the_next_payout(world: World) -> None:
    deal = world.bought(price=1000)
    assert owed(world.store) == []
    world.move(deal, "send", "deliver", "complete", carrier="DHL", parcel="1")
    (row,) = owed(world.store)
    assert (row.shop_id, row.amount) == (deal.shop_id, payout.balance(world.store, deal.shop_id, "EUR"))
    payout.claim_all(world.store)
    assert owed(world.store) == []


def test_a_refund_after_the_payout_is_owed_by_the_shop(world: World) -> None:
    deal = world.bought(price=1000)
    world.move(deal, "send", "deliver", "complete", carrier="DHL", parcel="1")
    payout.claim_all(world.store)
    world.work()
    world.move(deal, "refund_part", amount=300, reason="a scratch")
    (row,) = owed(world.store)
    assert row.amount < 0
