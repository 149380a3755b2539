"""The sign of the shop: what it is called, and what it says about itself."""

from __future__ import annotations

from collections.abc import Mapping

from haat.kernel.errors import Conflict
from haat.market.accounts.open_shop import Sign, edit_shop
from haat.market.accounts.portrait import show_face
from haat.web.http import Context, Response, redirect
from haat.web.pages.desk import TOLD, countries, said, whole, wrong
from haat.web.pages.selling.room import selling_page, shop_of
from haat.web.routes import Page


def show(ctx: Context) -> Response:
    """GET /selling/shop."""
    shop = shop_of(ctx)
    values = {"name": shop.name, "about": shop.about, "country": shop.country, "seen": str(shop.version)}
    return _page(ctx, values, {})


def save(ctx: Context) -> Response:
    """POST /selling/shop."""
    form = ctx.form
    values = form.first_values()
    try:
        sign = Sign(form.get("name"), form.get("about"), form.get("country"))
        edit_shop(ctx.store, ctx.member.id, sign, version=whole(form.get("seen", "0")))
    except Conflict as error:
        return _page(ctx, values | {"seen": str(shop_of(ctx).version)}, wrong(ctx, error), status=409)
    except TOLD as error:
        return _page(ctx, values, wrong(ctx, error), status=422)
    ctx.flash(ctx.gettext("The sign of your shop is saved."))
    return redirect("/selling/shop")


def save_face(ctx: Context) -> Response:
    """POST /selling/shop/portrait: the picture that was chosen; without one, none."""
    uploads = ctx.form.files("portrait")
    try:
        sha = ctx.app.pictures.put(uploads[0].file.read()).sha if uploads else None
    except TOLD as error:
        shop = shop_of(ctx)
        values = {"name": shop.name, "about": shop.about, "country": shop.country, "seen": str(shop.version)}
        return _page(ctx, values, {"portrait": said(ctx, error)}, status=422)
    ctx.store.write(lambda tx: show_face(tx, ctx.member.id, sha))
    ctx.flash(ctx.gettext("Your picture is shown.") if sha else ctx.gettext("No picture is shown now."))
    return redirect("/selling/shop")


def _page(ctx: Context, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Response:
    return selling_page(
        ctx,
        "selling/shop.html",
        "shop",
        status=status,
        values=values,
        errors=errors,
        countries=countries(ctx),
        portrait=shop_of(ctx).portrait,
    )


PAGES = [
    Page("GET", "/selling/shop", show, needs="seller"),
    Page("POST", "/selling/shop", save, needs="seller"),
    Page("POST", "/selling/shop/portrait", save_face, needs="seller"),
]
