"""What the gateway sends to our door: kept once, and then only a reason to ask the gateway itself."""

from __future__ import annotations

from collections.abc import Mapping

from haat.jobs import outbox
from haat.kernel.clock import DAY
from haat.market.payments import queries
from haat.market.payments.ports import Gateway
from haat.market.payments.tables import gateway_events
from haat.store import Store, Tx

HEARD = "gateway.heard"

# No gateway sends a message again for longer than a month; what came later would only be a reason to ask once more.
_KEPT_FOR = 90 * DAY
_BATCH = 500


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


def sweep_events(store: Store) -> str:
    """Forget messages that came more than 90 days ago, some at a time; says how many that were."""
    swept = 0
    while some := store.write(_sweep):
        swept += some
    return f"Forgot {swept} messages of the gateway."


def _sweep(tx: Tx) -> int:
    old = tx.read(queries.OLD_EVENTS, before=tx.now - _KEPT_FOR, most=_BATCH)
    tx.many(queries.FORGET_EVENT, [{"of_gateway": gateway, "old_event": event} for gateway, event in old])
    return len(old)
