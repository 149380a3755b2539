"""Name, language and country; and the address, which moves only when the new mailbox agrees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from haat.market.accounts.change_email import ask_to_change_email
from haat.market.accounts.edit_profile import edit_profile
from haat.web.cookies import LANGUAGE
from haat.web.http import Context, Response, page, redirect
from haat.web.pages.desk import TOLD, countries, wrong
from haat.web.routes import Page


class _Form(NamedTuple):
    """One of the two forms of the page, as it came back."""

    values: Mapping[str, str]
    errors: Mapping[str, str]


_FRESH = _Form({}, {})


def show(ctx: Context) -> Response:
    """GET /account."""
    return _page(ctx)


def save(ctx: Context) -> Response:
    """POST /account."""
    form = ctx.form
    try:
        edit_profile(
            ctx.store,
            ctx.member.id,
            name=form.get("name"),
            language=form.get("language"),
            country=form.get("country"),
        )
    except TOLD as error:
        return _page(ctx, profile=_Form(form.first_values(), wrong(ctx, error)), status=422)
    ctx.delete_cookie(LANGUAGE)  # What was chosen on this browser before no longer counts.
    ctx.flash(ctx.gettext("Your profile is saved."))
    return redirect("/account")


def move(ctx: Context) -> Response:
    """POST /account/email: a link goes to the new address; following it makes the change."""
    form = ctx.form
    email = form.get("email").strip()
    try:
        rules = ctx.settings.accounts
        ask_to_change_email(ctx.store, rules, ctx.member.id, email, form.get("password"), address=ctx.address)
    except TOLD as error:
        return _page(ctx, move=_Form({"email": email}, wrong(ctx, error)), status=422)
    ctx.flash(ctx.gettext("We have written to %(email)s. Follow the link there, and it is your address.", email=email))
    return redirect("/account")


def _page(ctx: Context, *, profile: _Form = _FRESH, move: _Form = _FRESH, status: int = 200) -> Response:
    me = ctx.member
    own = {"name": me.name, "language": me.language, "country": me.country}
    return page(
        ctx,
        "account/profile.html",
        status=status,
        here="profile",
        email=me.email,
        profile_values=own | dict(profile.values),
        profile_errors=profile.errors,
        email_values=move.values,
        email_errors=move.errors,
        countries=countries(ctx),
    )


PAGES = [
    Page("GET", "/account", show, needs="signed_in"),
    Page("POST", "/account", save, needs="signed_in"),
    Page("POST", "/account/email", move, needs="signed_in"),
]
