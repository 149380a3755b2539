"""A shop of the previous release: sells something, with its own code, on the database that HAAT_ADDRESS names. Run with its own tree as path."""

import os
import sys
from pathlib import Path

from tests.support.world import World

import haat.store
from haat.market.deals.deal import Actor
from haat.market.truth import books, goods
from haat.market.truth.truth import check_all
from haat.store import Store

print(haat.store.__file__)
store = Store(os.environ["HAAT_ADDRESS"])
world = World(store, Path(sys.argv[1]))
deal = world.bought(price=1200, quantity=2)
assert deal.state == "paid", deal
deal = world.move(deal, "send", by=Actor("seller", 1), carrier="Post", parcel="1")
deal = world.move(deal, "deliver", "complete", by=Actor("buyer", 1))
world.work()
broken = [row for found in check_all(store, [*books.CHECKS, *goods.CHECKS]) for row in found.offending]
assert not broken, broken
print(deal.state)
