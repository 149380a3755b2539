"""Where the shop's money goes, and on what terms."""

from __future__ import annotations

from collections.abc import Mapping

from haat.kernel import clock
from haat.kernel.errors import Conflict
from haat.market.accounts.account import get
from haat.market.payments import payout_account, terms
from haat.market.payments.payout_account import Account, NewAccount
from haat.web.http import Context, Response, redirect
from haat.web.pages.desk import TOLD, View, lasting, whole, wrong
from haat.web.pages.selling.room import selling_page, shop_id_of
from haat.web.routes import Page

_PATH = payout_account.PAGE


def show(ctx: Context) -> Response:
    """GET /selling/payouts."""
    return _page(ctx, {}, {})


def save(ctx: Context) -> Response:
    """POST /selling/payouts: another account for a currency, with the password."""
    form, owner = ctx.form, get(ctx.store, ctx.member.id)
    try:
        new = NewAccount(form.get("currency"), form.get("holder"), form.get("number"), _seen(ctx, form.get("currency")))
        account = payout_account.change(
            ctx.store,
            ctx.settings.accounts,
            ctx.app.accounts_rest,
            owner,
            shop_id_of(ctx),
            new,
            form.get("password"),
            ctx.address,
        )
    except TOLD as error:
        typed = {name: value for name, value in form.first_values().items() if name != "password"}
        return _page(ctx, typed, wrong(ctx, error), status=409 if isinstance(error, Conflict) else 422)
    said = ctx.gettext("What you earn goes to the account that ends in %(digits)s now.", digits=account.last_four)
    ctx.flash(said)
    return redirect(_PATH)


def _seen(ctx: Context, currency: str) -> int:
    """The version of the account that this page showed for the currency."""
    return whole(ctx.form.get(f"seen-{currency}") or "0")


def _page(ctx: Context, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Response:
    shop_id, rules = shop_id_of(ctx), ctx.settings.payments
    now = terms.in_force(ctx.store, shop_id)
    currencies = ctx.settings.market.all_currencies
    return selling_page(
        ctx,
        "selling/payouts.html",
        "money",
        status=status,
        values=values,
        errors=errors,
        accounts=[_account(account) for account in payout_account.of_shop(ctx.store, shop_id)],
        currencies=[{"value": code, "label": code} for code in currencies],
        terms={
            "every": lasting(ctx, rules.payout_every),
            "hold": lasting(ctx, now.hold) if now.hold else "",
            "reserve": f"{now.reserve / 100:g}" if now.reserve else "",
            "reserve_for": lasting(ctx, now.reserve_for),
        },
        rest=lasting(ctx, rules.account_rest) if rules.account_rest else "",
        sandbox=rules.gateway == "sandbox",
    )


def _account(account: Account) -> View:
    return {
        "currency": account.currency,
        "last_four": account.last_four,
        "holder": account.holder,
        "set_at": account.set_at,
        "usable_at": account.usable_at,
        "version": account.version,
        "state": account.state(clock.now()),
    }


PAGES = [
    Page("GET", _PATH, show, needs="seller"),
    Page("POST", _PATH, save, needs="seller"),
]
