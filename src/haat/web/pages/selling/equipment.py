"""A listing for hire, as its owner sets it up: how it is hired out, what it costs, which units there are, when it is closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from haat.kernel import clock, ids
from haat.kernel.errors import NotFound
from haat.kernel.money import Money
from haat.market.catalogue.item import Item, item
from haat.market.hire import equip
from haat.market.hire.equipment import Equipment, Terms, equipment
from haat.market.hire.period import MOST_SLOTS, Per, date_of, day_of
from haat.market.hire.price import RATES, Prices
from haat.web.http import Context, Response, redirect
from haat.web.pages import calendar, views
from haat.web.pages.desk import Typed, View, amount, attempt, found_wrong, optional_amount, symbol, typed, whole
from haat.web.pages.selling.room import selling_page, shop_id_of
from haat.web.pages.storefront.hiring import RATE_NAMES
from haat.web.routes import Page

_WEEKDAYS = "1234567"


def show(ctx: Context, id: int) -> Response:
    """GET /selling/listings/ID/hire."""
    found = _own(ctx, id)
    return _page(ctx, found, _values(equipment(ctx.store, id), found.currency), {})


def save(ctx: Context, id: int) -> Response:
    """POST /selling/listings/ID/hire: terms and prices."""
    found, form = _own(ctx, id), ctx.form
    values: dict[str, Any] = {**form.first_values(), "closed": "".join(form.all("closed"))}
    terms, prices, errors = _understood(ctx, values, found.currency)
    if not errors:
        catalogue, shop_id = ctx.app.catalogue, shop_id_of(ctx)
        errors = found_wrong(
            ctx, lambda: ctx.store.write(lambda tx: equip.set_terms(tx, catalogue, shop_id, id, terms, prices))
        )
    if errors:
        return _page(ctx, found, values, _in_the_form(errors), status=422)
    ctx.flash(ctx.gettext("It is saved. What is booked already keeps what it was booked by."))
    return redirect(_path(id))


def add_unit(ctx: Context, id: int) -> Response:
    """POST /selling/listings/ID/hire/units."""
    catalogue, shop_id, name = ctx.app.catalogue, shop_id_of(ctx), ctx.form.get("name")
    done = ctx.gettext("There is one more of it.")
    return attempt(
        ctx, lambda: ctx.store.write(lambda tx: equip.add_unit(tx, catalogue, shop_id, id, name)), done, _path(id)
    )


def change_unit(ctx: Context, id: int, unit: int) -> Response:
    """POST /selling/listings/ID/hire/units/UNIT: rename it, or take it off with do=retire."""
    catalogue, shop_id, name = ctx.app.catalogue, shop_id_of(ctx), ctx.form.get("name")
    if ctx.form.get("do") == "retire":
        done = ctx.gettext("It is hired out no longer. What it is booked for goes on.")
        return attempt(
            ctx,
            lambda: ctx.store.write(lambda tx: equip.retire_unit(tx, catalogue, shop_id, id, unit)),
            done,
            _path(id),
        )
    done = ctx.gettext("It has another name.")
    return attempt(
        ctx, lambda: ctx.store.write(lambda tx: equip.rename_unit(tx, shop_id, id, unit, name)), done, _path(id)
    )


def close_days(ctx: Context, id: int) -> Response:
    """POST /selling/listings/ID/hire/closed: close days, or open one with do=open."""
    shop_id, form = shop_id_of(ctx), ctx.form
    first, last = _day(form.get("first")), _day(form.get("last") or form.get("first"))
    if form.get("do") == "open":
        done = ctx.gettext("That day is open.")
        return attempt(ctx, lambda: ctx.store.write(lambda tx: equip.open_day(tx, shop_id, id, first)), done, _path(id))
    done = ctx.gettext("Nothing is handed over or taken back on these days.")
    return attempt(
        ctx, lambda: ctx.store.write(lambda tx: equip.close_days(tx, shop_id, id, first, last)), done, _path(id)
    )


def _own(ctx: Context, listing_id: int) -> Item:
    found = item(ctx.store, listing_id)
    if found is None or found.kind != "equipment" or found.shop_id != shop_id_of(ctx):
        raise NotFound("There is no such listing for hire in your shop.")
    return found


def _path(listing_id: int) -> str:
    return f"/selling/listings/{ids.encode(listing_id)}/hire"


def _values(goods: Equipment, currency: str) -> dict[str, Any]:
    terms = goods.terms
    return {
        "per": terms.per,
        "deposit": typed(Money(terms.deposit, currency)),
        "least": str(terms.least),
        "ahead": str(terms.ahead),
        "gap": str(terms.gap),
        "closed": terms.closed,
        **{f"price-{rate}": typed(Money(price, currency)) for rate, price in goods.prices.items()},
    }


def _understood(ctx: Context, values: Mapping[str, Any], currency: str) -> tuple[Terms, Prices, dict[str, str]]:
    form = Typed(ctx, values)
    per: Per = "hour" if values.get("per") == "hour" else "day"
    terms = Terms(
        per=per,
        deposit=form.read("deposit", lambda text: amount(text or "0", currency), 0),
        least=form.read("least", lambda text: whole(text or "1", 1, MOST_SLOTS), 1),
        ahead=form.read("ahead", lambda text: whole(text or "0", 0, 8784), 0),
        gap=form.read("gap", lambda text: whole(text or "0", 0, MOST_SLOTS), 0),
        closed=values["closed"],
    )
    read = {rate: form.read(f"price-{rate}", lambda text: optional_amount(text, currency), None) for rate in RATES}
    return terms, {rate: price for rate, price in read.items() if price is not None}, form.wrong


def _in_the_form(errors: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("price.", "price-"): told for name, told in errors.items()}


def _day(text: str) -> int:
    try:
        return day_of(text)
    except ValueError:
        return -1


def _page(
    ctx: Context, found: Item, values: Mapping[str, Any], errors: Mapping[str, str], status: int = 200
) -> Response:
    today = ctx.zone.day_of(clock.now())
    goods = equipment(ctx.store, found.id, since_day=today)
    labels = {f"price-{rate}": views.known(ctx, RATE_NAMES[rate]) for rate in RATES}
    return selling_page(
        ctx,
        "selling/hire.html",
        "listings",
        status=status,
        listing={"id": ids.encode(found.id), "title": found.title, "state": found.state},
        values=values,
        errors=errors,
        rates=[{"name": name, "label": label} for name, label in labels.items()],
        weekdays=_weekdays(ctx),
        units=[
            {"id": ids.encode(unit.id), "name": unit.name, "is_retired": unit.retired_at is not None}
            for unit in goods.units
        ],
        closed_days=[{"date": date_of(day), "day": day} for day in sorted(goods.closed_days)],
        month=calendar.month(ctx, goods, ctx.query.get("month")),
        today=date_of(today),
        symbol=symbol(ctx),
    )


def _weekdays(ctx: Context) -> list[View]:
    names = calendar.weekdays(ctx)
    return [{"value": digit, "label": name} for digit, name in zip(_WEEKDAYS, names, strict=True)]


PAGES = [
    Page("GET", "/selling/listings/{id:id}/hire", show, needs="seller"),
    Page("POST", "/selling/listings/{id:id}/hire", save, needs="seller"),
    Page("POST", "/selling/listings/{id:id}/hire/units", add_unit, needs="seller"),
    Page("POST", "/selling/listings/{id:id}/hire/units/{unit:id}", change_unit, needs="seller"),
    Page("POST", "/selling/listings/{id:id}/hire/closed", close_days, needs="seller"),
]
