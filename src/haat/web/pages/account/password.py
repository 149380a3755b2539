"""The password."""

from __future__ import annotations

from collections.abc import Mapping

from haat.market.accounts.change_password import change_password
from haat.web.http import Context, Response, page, redirect
from haat.web.pages.desk import TOLD, wrong
from haat.web.routes import Page


def show(ctx: Context) -> Response:
    """GET /account/password."""
    return _page(ctx, {})


def save(ctx: Context) -> Response:
    """POST /account/password: in force at once; every other device is signed out."""
    form, session_id = ctx.form, ctx.member.session_id
    assert session_id is not None
    try:
        change_password(
            ctx.store,
            ctx.settings.accounts,
            ctx.member.id,
            form.get("password"),
            form.get("new_password"),
            session_id=session_id,
            address=ctx.address,
        )
    except TOLD as error:
        return _page(ctx, wrong(ctx, error), status=422)
    ctx.flash(ctx.gettext("Your new password is in force. Everywhere else you are signed out."))
    return redirect("/account/password")


def _page(ctx: Context, errors: Mapping[str, str], status: int = 200) -> Response:
    fewest = ctx.settings.accounts.password_length
    return page(ctx, "account/password.html", status=status, here="password", errors=errors, fewest=fewest)


PAGES = [
    Page("GET", "/account/password", show, needs="signed_in"),
    Page("POST", "/account/password", save, needs="signed_in"),
]
