"""What every endpoint has in common: who may, strict reading, one way of answering."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from haat.kernel.errors import NotAllowed
from haat.market.accounts.tokens import SCOPES
from haat.web import members, origin
from haat.web.api import idempotency, reading
from haat.web.http import Context, Response, empty, json
from haat.web.members import Need
from haat.web.mount import SAFE, Mount
from haat.web.routes import Endpoint, File, Input

PREFIX = "/api/v1"
Gate: TypeAlias = Callable[[Context, dict[str, Any]], None]


class ScopeMissing(NotAllowed):
    """The token was made for other things."""

    code = "scope_missing"


def endpoint_mount(endpoint: Endpoint) -> Mount:
    """An endpoint, behind its gates: each of them checks or reads one thing, and most endpoints have few."""
    gates = [*_gates(endpoint)]
    handler, status, is_idempotent = endpoint.handler, endpoint.status, endpoint.idempotent

    def answer(ctx: Context, params: dict[str, Any]) -> Response:
        for gate in gates:
            gate(ctx, params)
        if is_idempotent and "HTTP_IDEMPOTENCY_KEY" in ctx.environ:
            return idempotency.once(ctx, lambda: _written(handler(ctx, **params), status))
        return _written(handler(ctx, **params), status)

    return Mount(endpoint.method, PREFIX + endpoint.path, answer)


def _gates(endpoint: Endpoint) -> list[Gate]:
    gates: list[Gate] = []
    if endpoint.method not in SAFE:
        gates.append(_require_own_page_or_token)
    if endpoint.scope is not None:
        if endpoint.scope not in SCOPES:
            raise ValueError(f"{endpoint.method} {endpoint.path}: there is no scope {endpoint.scope}")
        gates.append(_require(endpoint.scope, endpoint.needs or "signed_in"))
    elif endpoint.needs is not None:
        raise ValueError(f"{endpoint.method} {endpoint.path} needs somebody, so it must name a scope")
    if endpoint.query is not None:
        gates.append(_into("query", reading.query_reader(endpoint.query)))
    if endpoint.takes is not None:
        gates.append(_into("body", _reader(endpoint.takes)))
    return gates


def _reader(takes: type[Input] | File) -> Callable[[Context], Any]:
    return reading.file_reader(takes) if isinstance(takes, File) else reading.body_reader(takes)


def _require_own_page_or_token(ctx: Context, params: dict[str, Any]) -> None:
    """A browser sends cookies along with whatever page asks; a token it does not."""
    if "HTTP_COOKIE" in ctx.environ and not ctx.has_token:
        origin.require_own(ctx.environ, ctx.origin)


def _require(scope: str, needs: Need) -> Gate:
    def gate(ctx: Context, params: dict[str, Any]) -> None:
        members.require(ctx.me, needs)
        if not ctx.member.may(scope):
            raise ScopeMissing(
                "This token may not do that.",
                why=f"It lacks the scope {scope}.",
                try_="Make a token with that scope on your account's page.",
            )

    return gate


def _into(name: str, read: Callable[[Context], Any]) -> Gate:
    def gate(ctx: Context, params: dict[str, Any]) -> None:
        params[name] = read(ctx)

    return gate


def _written(value: Any, status: int) -> Response:
    if isinstance(value, Response):
        return value
    return empty() if value is None else json(value, status)
