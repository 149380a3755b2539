"""What is to be done later, written in the transaction that makes it necessary: either both are true or neither."""

from __future__ import annotations

import msgspec

from haat.jobs.queries import TAKE_WAITING
from haat.jobs.tables import jobs
from haat.kernel.ids import new_id
from haat.kernel.trace import request_id
from haat.store import Tx


def tell(tx: Tx, topic: str, payload: dict[str, object], *, run_at: int | None = None, key: str | None = None) -> None:
    """Ask for a job, to run at once or not before `run_at`; it keeps the id of the request that asked.

    Of jobs with the same `key` only the first is kept as long as it waits. Once a worker has taken it another may be told, so that
    what changes while it runs is not lost. A payload is shown to operators when its job fails: no secrets in it.
    """
    row = {
        "id": new_id(),
        "topic": topic,
        "payload": msgspec.json.encode(payload).decode(),
        "key": key,
        "run_at": tx.now if run_at is None else run_at,
        "attempts": 0,
        "worker": None,
        "claimed_until": None,
        "request_id": request_id.get(),
        "created_at": tx.now,
    }
    if key is None:
        tx.insert(jobs, **row)
    while key is not None and not tx.insert_once(jobs, **row):
        # The one that waits must not be begun before what it is about is there to be seen.
        if tx.first(TAKE_WAITING, key=key):
            break
