"""Answers that are given again to a request which comes again under the same key.

The row with the key comes first, in a transaction of its own; the answer is added to it when there is one. A row that stays without
an answer for a minute belongs to a process that died: whoever comes next takes it over.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import and_, bindparam, delete, select, update

from haat.jobs.tables import idempotency_keys as keys
from haat.kernel.clock import DAY, MINUTE
from haat.store import Store, Tx

KEPT = DAY
TAKEN_OVER_AFTER = MINUTE

_OF = and_(keys.c.owner == bindparam("of_owner"), keys.c.key == bindparam("of_key"))
_UNANSWERED = and_(_OF, keys.c.status.is_(None), keys.c.created_at == bindparam("begun"))
_FIND = select(keys.c.request_hash, keys.c.status, keys.c.answer, keys.c.created_at).where(_OF)
_TAKE_OVER = update(keys).where(_UNANSWERED).values(created_at=bindparam("now"))
_KEEP = update(keys).where(_UNANSWERED).values(status=bindparam("new_status"), answer=bindparam("new_answer"))
_FORGET = delete(keys).where(_UNANSWERED)
_SWEEP = delete(keys).where(keys.c.created_at < bindparam("before"))


class Request(NamedTuple):
    """A request under a key of its owner; one with the same hash is the same request."""

    owner: str
    key: str
    hash: str


class Known(NamedTuple):
    """What is known under a key. `status` and `answer` are None while the request is under way."""

    hash: str
    status: int | None
    answer: str | None


def begin(store: Store, request: Request) -> int | None:
    """Take the request on. Returns when it began, to be named with its answer; None when somebody else has it or had it."""
    return store.write(lambda tx: _begin(tx, request))


def find(store: Store, request: Request) -> Known | None:
    """What is known under the key of the request."""
    row = store.first(_FIND, of_owner=request.owner, of_key=request.key)
    return None if row is None else Known(*row[:3])


def keep(store: Store, request: Request, begun: int, status: int, answer: str) -> None:
    """Keep the answer, unless somebody has taken the request over."""
    values = {"begun": begun, "new_status": status, "new_answer": answer}
    store.write(lambda tx: tx.run(_KEEP, of_owner=request.owner, of_key=request.key, **values))


def forget(store: Store, request: Request, begun: int) -> None:
    """Let the request come again as if it had never been."""
    store.write(lambda tx: tx.run(_FORGET, of_owner=request.owner, of_key=request.key, begun=begun))


def sweep(store: Store) -> str:
    """Forget what is older than a day; says how much that was."""
    swept = store.write(lambda tx: tx.run(_SWEEP, before=tx.now - KEPT))
    return f"Forgot {swept} answers."


def _begin(tx: Tx, request: Request) -> int | None:
    if tx.insert_once(keys, owner=request.owner, key=request.key, request_hash=request.hash, created_at=tx.now):
        return tx.now
    row = tx.first(_FIND, of_owner=request.owner, of_key=request.key)
    if row is None:  # It was forgotten just now.
        return None
    known, status, _, begun = row
    if known != request.hash or status is not None or begun > tx.now - TAKEN_OVER_AFTER:
        return None
    taken_over = tx.run(_TAKE_OVER, of_owner=request.owner, of_key=request.key, begun=begun, now=tx.now)
    return tx.now if taken_over == 1 else None
