"""The same request, sent again with the same `Idempotency-Key`, gets the same answer and does nothing twice.

The row with the key comes first, in a transaction of its own; the answer is added to it when there is one. Whoever meets a row without
an answer waits a little, and is then told to come back. A row that stays without one for a minute belongs to a process that died: the
next request takes it over. What moves money brings a key of its own besides, in the transaction of the work.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from time import monotonic, sleep
from typing import NamedTuple

from sqlalchemy import and_, bindparam, delete, select, update

from haat.jobs.tables import idempotency_keys as keys
from haat.kernel.clock import DAY, MINUTE
from haat.kernel.errors import Conflict, HaatError, Invalid
from haat.market.accounts.secret import hashed
from haat.store import IntegrityError, Store, Tx
from haat.web import problems
from haat.web.cookies import CART
from haat.web.http import Context, Response

KEPT = DAY  # how long an answer is given again
_TAKEN_OVER_AFTER = MINUTE
_PATIENCE = 2.0  # seconds
_LOOK_EVERY = 0.05  # seconds
_KEY = re.compile(r"[\x21-\x7e]{1,120}")
_OF_THE_MOMENT = frozenset((401, 403, 429))  # refusals that have nothing to do with the request itself

_OF = and_(keys.c.owner == bindparam("owner_is"), keys.c.key == bindparam("key_is"))
_UNANSWERED = and_(_OF, keys.c.status.is_(None), keys.c.created_at == bindparam("begun"))
_FIND = select(keys.c.request_hash, keys.c.status, keys.c.answer, keys.c.created_at).where(_OF)
_TAKE_OVER = update(keys).where(_UNANSWERED).values(created_at=bindparam("now"))
_ANSWER = update(keys).where(_UNANSWERED).values(status=bindparam("now_status"), answer=bindparam("now_answer"))
_FORGET = delete(keys).where(_UNANSWERED)
_FORGET_OLD = delete(keys).where(keys.c.created_at < bindparam("before"))


class KeyReused(HaatError):
    """The key was used for another request before."""

    code = "idempotency_key_reused"


class InFlight(Conflict):
    """The same request is under way, and not answered yet."""

    code = "in_flight"
    temporary = True


class _Request(NamedTuple):
    """A request under its key; one with the same hash is the same request."""

    owner: str
    key: str
    hash: str


def once(ctx: Context, run: Callable[[], Response]) -> Response:
    """Answer, or give the answer that was given before. Raises Invalid, KeyReused or InFlight."""
    request = _Request(_owner(ctx), _key(ctx), _hash(ctx))
    patience = monotonic() + _PATIENCE
    while True:
        begun = _begin(ctx.store, request)
        if begun is not None:
            return _run(ctx, request, begun, run)
        answer = _earlier_answer(ctx.store, request)
        if answer is not None:
            return answer
        if monotonic() > patience:
            raise InFlight(
                "This request is under way.",
                why="It was sent before, with the same key.",
                try_="Send it again in a moment to get its answer.",
            )
        sleep(_LOOK_EVERY)


def forget_old(store: Store) -> int:
    """Remove keys that are older than a day; returns how many."""
    return store.write(lambda tx: tx.run(_FORGET_OLD, before=tx.now - KEPT))


def _begin(store: Store, request: _Request) -> int | None:
    """When the request was begun, if it is ours to run: nobody has the key, or who had it died."""

    def work(tx: Tx) -> int | None:
        row = tx.first(_FIND, owner_is=request.owner, key_is=request.key)
        if row is None:
            tx.insert(keys, owner=request.owner, key=request.key, request_hash=request.hash, created_at=tx.now)
            return tx.now
        known, status, _, begun = row
        if known != request.hash or status is not None or begun > tx.now - _TAKEN_OVER_AFTER:
            return None
        taken = tx.run(_TAKE_OVER, owner_is=request.owner, key_is=request.key, begun=begun, now=tx.now)
        return tx.now if taken == 1 else None

    try:
        return store.write(work)
    except IntegrityError:  # Somebody else was faster.
        return None


def _earlier_answer(store: Store, request: _Request) -> Response | None:
    row = store.first(_FIND, owner_is=request.owner, key_is=request.key)
    if row is None:
        return None
    known, status, answer, _ = row
    if known != request.hash:
        raise KeyReused(
            "This key was used before.",
            why="The request it was used for is another one.",
            try_="Use a new Idempotency-Key for each new request.",
        )
    if status is None:
        return None
    kind = "application/problem+json" if status >= 400 else "application/json"
    return Response(answer.encode(), status, [("Content-Type", kind), ("Idempotent-Replay", "true")])


def _run(ctx: Context, request: _Request, begun: int, run: Callable[[], Response]) -> Response:
    try:
        response = run()
    except HaatError as error:
        _settle(ctx.store, request, begun, problems.problem(ctx, error))
        raise
    except BaseException:
        _settle(ctx.store, request, begun, None)
        raise
    _settle(ctx.store, request, begun, response)
    return response


def _settle(store: Store, request: _Request, begun: int, response: Response | None) -> None:
    """Keep the answer; or forget the request, when it may have another answer next time."""
    mine = {"owner_is": request.owner, "key_is": request.key, "begun": begun}
    if response is None or response.status >= 500 or response.status in _OF_THE_MOMENT:
        store.write(lambda tx: tx.run(_FORGET, **mine))
    else:
        status, answer = response.status, response.content.decode()
        store.write(lambda tx: tx.run(_ANSWER, **mine, now_status=status, now_answer=answer))


def _owner(ctx: Context) -> str:
    if ctx.me is not None:
        return f"account:{ctx.me.id}"
    cart = ctx.cookie(CART)
    return f"cart:{hashed(cart).hex()[:50]}" if cart else f"address:{ctx.address}"


def _key(ctx: Context) -> str:
    key = ctx.header("Idempotency-Key")
    if not _KEY.fullmatch(key):
        raise Invalid(
            "This Idempotency-Key cannot be used.",
            fields={"Idempotency-Key": "1 to 120 visible characters"},
            try_="Use something unique, like a UUID.",
        )
    return key


def _hash(ctx: Context) -> str:
    return sha256(f"{ctx.method} {ctx.path_and_query}\n".encode() + ctx.body).hexdigest()
