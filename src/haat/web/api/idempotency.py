"""The same request, sent again with the same `Idempotency-Key`, gets the same answer and does nothing twice.

Whoever meets a request that is under way waits a little, and is then told to come back. What moves money brings a key of its own
besides, in the transaction of the work.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from time import monotonic, sleep

from haat.jobs import answers
from haat.jobs.answers import Request
from haat.kernel.errors import Conflict, HaatError, Invalid
from haat.market.accounts.secret import hashed
from haat.store import Uncertain
from haat.web import problems
from haat.web.cookies import CART
from haat.web.http import Context, Response

_PATIENCE = 2.0  # seconds
_LOOK_EVERY = 0.05  # seconds
_KEY = re.compile(r"[\x21-\x7e]{1,120}")
_OF_THE_MOMENT = frozenset((401, 403, 429))  # refusals that have nothing to do with the request itself


class KeyReused(Invalid):
    """The key was used for another request before."""

    code = "idempotency_key_reused"


class InFlight(Conflict):
    """The same request is under way, and not answered yet."""

    code = "in_flight"
    temporary = True


def once(ctx: Context, run: Callable[[], Response]) -> Response:
    """Answer, or give the answer that was given before. Raises Invalid, KeyReused or InFlight."""
    request = Request(_owner(ctx), _key(ctx), _hash(ctx))
    patience = monotonic() + _PATIENCE
    while True:
        begun = answers.begin(ctx.store, request)
        if begun is not None:
            return _run(ctx, request, begun, run)
        answer = _earlier_answer(ctx, request)
        if answer is not None:
            return answer
        if monotonic() > patience:
            raise InFlight(
                "This request is under way.",
                why="It was sent before, with the same key.",
                try_="Send it again in a moment to get its answer.",
            )
        sleep(_LOOK_EVERY)


def _earlier_answer(ctx: Context, request: Request) -> Response | None:
    known = answers.find(ctx.store, request)
    if known is None:
        return None
    if known.hash != request.hash:
        raise KeyReused(
            "This key was used before.",
            why="The request it was used for is another one.",
            try_="Use a new Idempotency-Key for each new request.",
        )
    if known.status is None or known.answer is None:
        return None
    kind = "application/problem+json" if known.status >= 400 else "application/json"
    return Response(known.answer.encode(), known.status, [("Content-Type", kind), ("Idempotent-Replay", "true")])


def _run(ctx: Context, request: Request, begun: int, run: Callable[[], Response]) -> Response:
    try:
        response = run()
    except Uncertain as error:
        # Should it be saved after all, the same request must not do it again.
        response = problems.problem(ctx, error)
        answers.keep(ctx.store, request, begun, response.status, response.content.decode())
        raise
    except HaatError as error:
        _remember(ctx, request, begun, problems.problem(ctx, error))
        raise
    except BaseException:
        answers.forget(ctx.store, request, begun)
        raise
    _remember(ctx, request, begun, response)
    return response


def _remember(ctx: Context, request: Request, begun: int, response: Response) -> None:
    """Keep the answer; or forget the request, when it may have another answer next time."""
    if response.status >= 500 or response.status in _OF_THE_MOMENT:
        answers.forget(ctx.store, request, begun)
    else:
        answers.keep(ctx.store, request, begun, response.status, response.content.decode())


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
