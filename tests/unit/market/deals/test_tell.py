"""What buyers and sellers are told of a move."""

from __future__ import annotations

import msgspec
from sqlalchemy import select
from tests.support.world import World

from haat.market.deals import deal as dealing
from haat.market.deals import tell
from haat.market.notices.tables import notices


def test_each_refund_is_told_with_its_own_amount_however_late(world: World) -> None:
    deal = world.bought(price=1000)
    world.move(deal, "refund_part", amount=100, reason="Scratched")
    world.move(deal, "refund_part", amount=250, reason="Late")
    world.move(deal, "call_off", reason="Broken")
    for event in dealing.events(world.store, deal.id)[-3:]:
        tell.tell_of_move(world.store, {"deal": deal.id, "event": event.id, "due": None})
    told = world.store.read(select(notices.c.data).where(notices.c.account_id == deal.buyer_id).order_by(notices.c.id))
    said = [msgspec.json.decode(data) for (data,) in told]
    assert [one.get("amount", one.get("total"))[0] for one in said] == [100, 250, 1350]
