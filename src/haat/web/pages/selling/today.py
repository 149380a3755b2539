"""The seller's first page: what is to be done today. Who has no shop yet opens one here."""

from __future__ import annotations

from collections.abc import Mapping

from haat.kernel.clock import DAY
from haat.kernel.money import Money
from haat.market.accounts.open_shop import Sign, open_shop
from haat.market.accounts.open_shop import currency_of as chosen
from haat.market.catalogue.own import own_counts
from haat.market.deals import library, lists, shipping
from haat.market.payments import payout
from haat.web.http import Context, Response, page, redirect
from haat.web.pages.desk import TOLD, countries, wrong
from haat.web.pages.selling.room import SELLERS_TURN, currency_of, order_row, selling_page, shop_id_of
from haat.web.routes import Page

_MOST_TASKS = 6
_SOON = DAY


def show(ctx: Context) -> Response:
    """GET /selling."""
    return _today(ctx) if ctx.member.is_seller else _open_form(ctx, {"country": ctx.member.country}, {})


def open_it(ctx: Context) -> Response:
    """POST /selling."""
    form = ctx.form
    try:
        currency = chosen(form.get("currency"), ctx.settings.market.all_currencies)
        sign = Sign(form.get("name"), form.get("about"), form.get("country"))
        open_shop(ctx.store, ctx.member.id, sign, currency)
    except TOLD as error:
        return _open_form(ctx, form.first_values(), wrong(ctx, error), status=422)
    ctx.flash(ctx.gettext("Your shop is open. Say how you send things, and put the first one on sale."))
    return redirect("/selling")


def _open_form(ctx: Context, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Response:
    commission = ctx.settings.market.commission
    return page(
        ctx,
        "selling/open.html",
        status=status,
        values=values,
        errors=errors,
        countries=countries(ctx),
        currencies=[{"value": code, "label": code} for code in ctx.settings.market.all_currencies],
        commission=f"{commission / 100:g}",
        ship_within=ctx.settings.deals.ship_within // DAY,
        return_within=ctx.settings.deals.return_within // DAY,
    )


def _today(ctx: Context) -> Response:
    shop_id, currency = shop_id_of(ctx), currency_of(ctx)
    tasks = lists.most_urgent(ctx.store, shop_id, SELLERS_TURN, most=_MOST_TASKS)
    states = lists.counts_of_shop(ctx.store, shop_id)
    held = lists.money_of_shop(ctx.store, shop_id, currency, "held", library.all_versions())
    return selling_page(
        ctx,
        "selling/today.html",
        "today",
        tasks=[order_row(ctx, row, "seller") for row in tasks],
        soon=_SOON,
        under_way=sum(states.get(state, 0) for state in library.under_way("seller")),
        listings=own_counts(ctx.store, shop_id),
        ways=len(shipping.of_shop(ctx.store, shop_id)),
        balance=Money(payout.balance(ctx.store, shop_id, currency), currency),
        held=Money(held, currency),
    )


PAGES = [
    Page("GET", "/selling", show, needs="signed_in"),
    Page("POST", "/selling", open_it, needs="signed_in"),
]
