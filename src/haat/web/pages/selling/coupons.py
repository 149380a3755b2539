"""The coupons that the shop gives."""

from __future__ import annotations

from collections.abc import Mapping

from haat.market.deals import coupon as coupons
from haat.web.http import Context, Response, redirect
from haat.web.pages.couponing import categories_shown, coupons_shown, create
from haat.web.pages.desk import attempt, symbol
from haat.web.pages.selling.room import currency_of, selling_page, shop_id_of
from haat.web.routes import Page

_PATH = "/selling/coupons"


def show(ctx: Context) -> Response:
    """GET /selling/coupons."""
    return _page(ctx, {}, {})


def add(ctx: Context) -> Response:
    """POST /selling/coupons."""
    tried = create(ctx, shop_id_of(ctx), currency_of(ctx))
    if tried.errors:
        return _page(ctx, ctx.form.first_values(), tried.errors, status=422)
    ctx.flash(ctx.gettext("The coupon %(code)s is in force.", code=tried.code))
    return redirect(_PATH)


def end(ctx: Context, id: int) -> Response:
    """POST /selling/coupons/ID/end."""
    shop_id = shop_id_of(ctx)
    return attempt(ctx, lambda: coupons.end(ctx.store, id, shop_id), ctx.gettext("The coupon has ended."), _PATH)


def _page(ctx: Context, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Response:
    return selling_page(
        ctx,
        "selling/coupons.html",
        "coupons",
        status=status,
        values=values,
        errors=errors,
        symbol=symbol(ctx, currency_of(ctx)),
        all_categories=categories_shown(ctx),
        **coupons_shown(ctx, _PATH, shop_id_of(ctx)),
    )


PAGES = [
    Page("GET", _PATH, show, needs="seller"),
    Page("POST", _PATH, add, needs="seller"),
    Page("POST", "/selling/coupons/{id:id}/end", end, needs="seller"),
]
