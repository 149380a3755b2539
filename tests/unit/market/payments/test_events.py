"""Messages of the gateway are kept as long as they can come again."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from haat.kernel import clock
from haat.kernel.clock import DAY
from haat.market.payments import events
from haat.market.payments.events import sweep_events
from haat.market.payments.tables import gateway_events
from haat.store import Store, Tx

KEPT = select(func.count()).select_from(gateway_events)


def hear(store: Store, count: int) -> None:
    def work(tx: Tx) -> None:
        for n in range(count):
            row = {"event": f"{tx.now}-{n}", "kind": "charge", "body": "{}", "received_at": tx.now}
            tx.insert(gateway_events, gateway="sandbox", **row)

    store.write(work)


def test_messages_are_forgotten_after_ninety_days_in_batches(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_BATCH", 3)
    with clock.frozen():
        hear(store, 7)
        clock.advance(90 * DAY)
        hear(store, 2)
        assert sweep_events(store) == "Forgot 0 messages of the gateway."
        clock.advance(1)
        assert sweep_events(store) == "Forgot 7 messages of the gateway."
        assert store.value(KEPT) == 2
