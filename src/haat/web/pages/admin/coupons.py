"""The coupons of the market, which pays the sellers the difference."""

from __future__ import annotations

from collections.abc import Mapping

from haat.market.deals import coupon as coupons
from haat.web.http import Context, Response, redirect
from haat.web.pages.admin.room import admin_page
from haat.web.pages.couponing import categories_shown, coupons_shown, create
from haat.web.pages.desk import attempt, symbol
from haat.web.routes import Page

_PATH = "/admin/coupons"


def show(ctx: Context) -> Response:
    """GET /admin/coupons."""
    return _page(ctx, {}, {})


def add(ctx: Context) -> Response:
    """POST /admin/coupons."""
    tried = create(ctx, None, ctx.settings.market.currency)
    if tried.errors:
        return _page(ctx, ctx.form.first_values(), tried.errors, status=422)
    ctx.flash(ctx.gettext("The coupon %(code)s is in force.", code=tried.code))
    return redirect(_PATH)


def end(ctx: Context, id: int) -> Response:
    """POST /admin/coupons/ID/end."""
    return attempt(ctx, lambda: coupons.end(ctx.store, id, None), ctx.gettext("The coupon has ended."), _PATH)


def _page(ctx: Context, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Response:
    return admin_page(
        ctx,
        "admin/coupons.html",
        "coupons",
        status=status,
        values=values,
        errors=errors,
        symbol=symbol(ctx),
        all_categories=categories_shown(ctx),
        **coupons_shown(ctx, _PATH, None),
    )


PAGES = [
    Page("GET", _PATH, show, needs="administrator"),
    Page("POST", _PATH, add, needs="administrator"),
    Page("POST", "/admin/coupons/{id:id}/end", end, needs="administrator"),
]
