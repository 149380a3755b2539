"""What the gateway sends to our door: kept once, and then only a reason to ask the gateway itself."""

from __future__ import annotations

from collections.abc import Mapping

from haat.jobs import outbox
from haat.market.payments.ports import Gateway
from haat.market.payments.tables import gateway_events
from haat.store import Store, Tx

HEARD = "gateway.heard"


def hear(store: Store, gateway: Gateway, body: bytes, headers: Mapping[str, str]) -> bool:
    """Take in a message; False when it came before. Raises NotGenuine.

    The row that makes it unique is written in the transaction of the job that acts on it.
    """
    event = gateway.read_event(body, headers)

    def work(tx: Tx) -> bool:
        is_new = tx.insert_once(
            gateway_events,
            gateway=gateway.name,
            event=event.id,
            kind=event.kind,
            body=body.decode("utf-8", "replace"),
            received_at=tx.now,
        )
        if is_new and event.about != "other" and event.key:
            outbox.tell(tx, HEARD, {"about": event.about, "key": event.key})
        return is_new

    return store.write(work)
