"""A run of paying out that is killed in the middle, by SIGKILL, is gone on with: everybody is paid once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.world import World

from haat.kernel import clock
from haat.market.payments import payout

_RUN = """
import sys
from haat.market.payments import payout
from haat.store import Store
payout.claim_all(Store(sys.argv[1]))
"""


def test_a_batch_that_is_killed_in_the_middle_is_finished_by_the_next_and_pays_everybody_once(
    world: World, tmp_path: Path
) -> None:
    deals = [world.move(world.bought(), "send", "deliver", "complete", carrier="Post", parcel="1Z") for _ in range(3)]
    fault = os.environ | {"HAAT_FAULT": f"payout.between:{tmp_path / 'killed'}"}
    died = subprocess.run([sys.executable, "-c", _RUN, world.store.address.reveal()], env=fault, check=False)
    assert died.returncode == -signal.SIGKILL
    (left,) = payout.batches(world.store)
    assert left.finished_at is None and len(payout.of_batch(world.store, left.id)) == 1
    with clock.frozen(clock.now() + 10 * clock.MINUTE):
        assert payout.go_on(world.store) == "Payouts claimed: 2."
        world.work()
        paid_out = [line for line in world.gateway.statement(0) if line.kind == "payout"]
    assert payout.batch(world.store, left.id).finished_at is not None
    assert sorted(paid.shop_id for paid in payout.of_batch(world.store, left.id)) == sorted(d.shop_id for d in deals)
    assert sorted(line.amount.amount for line in paid_out) == [1400, 1400, 1400]
