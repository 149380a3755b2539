"""Tokens for programs. The secret of a new one is shown once, on the answer that makes it, and is kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from haat.kernel import clock, ids
from haat.kernel.clock import DAY
from haat.market.accounts.tokens import SCOPES, Token, create_token, list_tokens, revoke_token
from haat.web.http import Context, Response, page
from haat.web.pages.desk import TOLD, View, attempt, known, wrong
from haat.web.routes import Page

_LIVES = {"30": 30, "90": 90, "365": 365, "": None}


def show(ctx: Context) -> Response:
    """GET /account/tokens."""
    return _page(ctx, {}, (), {})


def create(ctx: Context) -> Response:
    """POST /account/tokens."""
    form = ctx.form
    values, chosen = form.first_values(), form.all("scopes")
    days = _LIVES.get(form.get("days"))
    expires_at = clock.now() + days * DAY if days else None
    try:
        created = create_token(ctx.store, ctx.member.id, form.get("name"), chosen, expires_at=expires_at)
    except TOLD as error:
        return _page(ctx, values, chosen, wrong(ctx, error), status=422)
    return _page(ctx, {}, (), {}, secret=created.secret, status=201)


def revoke(ctx: Context, id: int) -> Response:
    """POST /account/tokens/ID/revoke."""
    owner = ctx.member.id
    done = ctx.gettext("The token works no more.")
    return attempt(ctx, lambda: revoke_token(ctx.store, owner, id), done, "/account/tokens")


def _page(
    ctx: Context,
    values: Mapping[str, str],
    chosen: Sequence[str],
    errors: Mapping[str, str],
    *,
    secret: str = "",
    status: int = 200,
) -> Response:
    return page(
        ctx,
        "account/tokens.html",
        status=status,
        here="tokens",
        secret=secret,
        tokens=[_row(ctx, token) for token in list_tokens(ctx.store, ctx.member.id)],
        scopes=[{"value": name, "label": known(ctx, does)} for name, does in SCOPES.items() if _is_for(ctx, name)],
        values=values,
        chosen=chosen,
        errors=errors,
    )


def _is_for(ctx: Context, scope: str) -> bool:
    """Whether this member could ever use it; the others are not offered."""
    if scope == "market:administer":
        return ctx.member.is_admin
    return scope != "market:moderate" or ctx.member.is_moderator


def _row(ctx: Context, token: Token) -> View:
    return {
        "id": ids.encode(token.id),
        "name": token.name,
        "scopes": token.scopes.split(),
        "created_at": token.created_at,
        "used_at": token.used_at,
        "expires_at": token.expires_at,
        "is_over": token.expires_at is not None and token.expires_at <= clock.now(),
    }


PAGES = [
    Page("GET", "/account/tokens", show, needs="signed_in"),
    Page("POST", "/account/tokens", create, needs="signed_in"),
    Page("POST", "/account/tokens/{id:id}/revoke", revoke, needs="signed_in"),
]
