"""How the shop sends its goods, where to, and for how much."""

from __future__ import annotations

from collections.abc import Mapping

from haat.kernel import ids
from haat.kernel.money import Money
from haat.market.deals import shipping
from haat.market.deals.shipping import Method, NewMethod
from haat.web.http import Context, Response, redirect
from haat.web.pages.desk import (
    Typed,
    View,
    amount,
    attempt,
    countries,
    country,
    found_wrong,
    optional_amount,
    symbol,
    whole,
)
from haat.web.pages.selling.room import currency_of, selling_page, shop_id_of
from haat.web.routes import Page

_PATH = "/selling/shipping"


def show(ctx: Context) -> Response:
    """GET /selling/shipping."""
    return _page(ctx, {}, [], {})


def add(ctx: Context) -> Response:
    """POST /selling/shipping."""
    form, shop_id = ctx.form, shop_id_of(ctx)
    values, chosen = form.first_values(), form.all("countries")
    new, errors = _understood(ctx, values, chosen)
    if not errors:
        errors = found_wrong(ctx, lambda: shipping.offer(ctx.store, shop_id, new))
    if errors:
        return _page(ctx, values, chosen, errors, status=422)
    ctx.flash(ctx.gettext("Buyers can choose “%(name)s” from now on.", name=new.name))
    return redirect(_PATH)


def end(ctx: Context, id: int) -> Response:
    """POST /selling/shipping/ID/end."""
    shop_id = shop_id_of(ctx)
    done = ctx.gettext("It is no longer offered. Orders that were made with it keep it.")
    return attempt(ctx, lambda: shipping.end(ctx.store, shop_id, id), done, _PATH)


def _understood(ctx: Context, values: Mapping[str, str], chosen: list[str]) -> tuple[NewMethod, dict[str, str]]:
    currency, typed = currency_of(ctx), Typed(ctx, values)
    new = NewMethod(
        name=" ".join(values.get("name", "").split()),
        countries=chosen if values.get("reach") == "some" else [],
        price=typed.read("price", lambda text: amount(text, currency), 0),
        free_from=typed.read("free_from", lambda text: optional_amount(text, currency), None),
        days_min=typed.read("days_min", lambda text: whole(text, 0, 365), 0),
        days_max=typed.read("days_max", lambda text: whole(text, 0, 365), 365),
    )
    if values.get("reach") == "some" and not chosen:
        typed.wrong["countries"] = ctx.gettext("Choose at least one country.")
    return new, found_wrong(ctx, lambda: shipping.check(new)) | typed.wrong


def _page(
    ctx: Context, values: Mapping[str, str], chosen: list[str], errors: Mapping[str, str], status: int = 200
) -> Response:
    ways = shipping.of_shop(ctx.store, shop_id_of(ctx))
    return selling_page(
        ctx,
        "selling/shipping.html",
        "shipping",
        status=status,
        ways=[_way(ctx, way) for way in ways],
        values=values,
        chosen=chosen,
        errors=errors,
        countries=countries(ctx),
        symbol=symbol(ctx, currency_of(ctx)),
    )


def _way(ctx: Context, way: Method) -> View:
    currency = currency_of(ctx)
    return {
        "id": ids.encode(way.id),
        "name": way.name,
        "countries": [country(ctx, code) for code in way.countries.split()],
        "price": Money(way.price, currency),
        "free_from": None if way.free_from is None else Money(way.free_from, currency),
        "days_min": way.days_min,
        "days_max": way.days_max,
    }


PAGES = [
    Page("GET", _PATH, show, needs="seller"),
    Page("POST", _PATH, add, needs="seller"),
    Page("POST", "/selling/shipping/{id:id}/end", end, needs="seller"),
]
