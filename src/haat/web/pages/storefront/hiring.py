"""Hiring: the page of what is for hire with its calendar, and its checkout."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from haat.kernel import clock, ids
from haat.kernel.clock import HOUR
from haat.kernel.errors import Conflict, Invalid, NotFound, Refused
from haat.kernel.money import Money
from haat.market.catalogue.item import Item, item
from haat.market.deals import queries
from haat.market.deals.hire import MOST_UNITS, HireOrder, HireQuote, Wish
from haat.market.deals.place import PriceChanged
from haat.market.deals.till import Checkout
from haat.market.hire.equipment import Equipment, equipment
from haat.market.hire.period import Period, date_of, read, slot_of, write
from haat.market.hire.price import RATES
from haat.market.places.settle import place_of
from haat.web.http import Context, Response, page, redirect
from haat.web.pages import calendar, views
from haat.web.pages.desk import countries
from haat.web.pages.storefront import pay_form
from haat.web.pages.storefront.paying import BACK
from haat.web.pages.views import View
from haat.web.routes import Page

_HOURS = 24
_NEVER_BACK = ("card_number", "card_expiry", "card_cvc", "key", "total", "step")


def _(message: str) -> str:
    """Marks what the message catalogue is to hold; it is translated where it is shown."""
    return message


RATE_NAMES = {"hour": _("Hour"), "day": _("Day"), "weekend": _("Weekend"), "week": _("Week")}


class Asked(NamedTuple):
    """What a visitor asked for: the period and the number of units as typed, what they mean, and what is wrong with them."""

    start: str
    end: str
    quantity: str
    period: Period | None
    errors: Mapping[str, str]


def hire_view(ctx: Context, found: Item) -> View:
    """What the page of a listing for hire shows besides what every listing has."""
    today = ctx.zone.day_of(clock.now())
    goods = equipment(ctx.store, found.id, since_day=today - 31)
    asked = _asked(ctx, goods, _query(ctx))
    country = ctx.me.country if ctx.me else ctx.settings.market.country
    quote, errors = _quoted(ctx, found.id, asked, country)
    chosen = (asked.period.first_day, asked.period.last_day) if asked.period else None
    start, end = _as_typed(ctx, asked)
    place = place_of(ctx.store, found.id)
    shown = {
        "place": place.called if place else "",
        "prices": [
            {"label": views.known(ctx, RATE_NAMES[rate]), "price": Money(goods.prices[rate], found.currency)}
            for rate in RATES
            if rate in goods.prices
        ],
        "deposit": Money(goods.terms.deposit, found.currency),
        "units": len(goods.offered),
        "per": goods.terms.per,
        "least": goods.terms.least,
        "clocks": ctx.zone.place,
        "today": date_of(today),
        "most_units": min(MOST_UNITS, max(len(goods.offered), 1)),
        "values": {"start": start, "end": end, "quantity": asked.quantity},
        "errors": errors,
        "quote": _quote_view(ctx, quote) if quote else None,
        "book_href": f"/hire/{ids.encode(found.id)}?{_as_query(asked)}" if quote else "",
        "month": calendar.month(ctx, goods, ctx.query.get("month"), chosen),
        "hours": calendar.hours_of(ctx, goods, chosen[0]) if chosen and goods.terms.per == "hour" else [],
        "month_query": f"{_as_query(asked)}&" if asked.start else "",
    }
    return {"hire": shown}


def _query(ctx: Context) -> dict[str, str]:
    return {name: ctx.query.get(name) for name in ("start", "end", "quantity")}


def _asked(ctx: Context, goods: Equipment, values: Mapping[str, str]) -> Asked:
    start, end, quantity = (values.get(name, "").strip() for name in ("start", "end", "quantity"))
    if not start and not end:
        return Asked("", "", quantity or "1", None, {})
    try:
        return Asked(start, end, quantity or "1", _period(ctx, goods, start, end), {})
    except Invalid as error:
        return Asked(start, end, quantity or "1", None, pay_form.errors(ctx, error))


def _period(ctx: Context, goods: Equipment, start: str, end: str) -> Period:
    """What is typed means this; where it is hired out by the hour, days are all of their hours. Raises Invalid by field."""
    if goods.terms.per == "day" or not (_is_day(start) and _is_day(end)):
        return read(goods.terms.per, start, end, ctx.zone)
    days = read("day", start, end, ctx.zone)
    return Period("hour", days.first * _HOURS, days.after_last * _HOURS)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _as_typed(ctx: Context, asked: Asked) -> tuple[str, str]:
    """As its fields show it. Of a night in which clocks jump over midnight, that is the hour to which they jump."""
    if asked.period is None or asked.period.per == "day":
        return asked.start, asked.end
    first, after_last = (
        slot_of("hour", at, ctx.zone) for at in (asked.period.starts_at(ctx.zone), asked.period.ends_at(ctx.zone))
    )
    return write(Period("hour", first, after_last))


def _quoted(ctx: Context, listing_id: int, asked: Asked, country: str) -> tuple[HireQuote | None, Mapping[str, str]]:
    """What it costs, or what is wrong with it, by field."""
    if asked.period is None:
        return None, asked.errors
    try:
        wish = Wish(listing_id, asked.period, _whole(asked.quantity), country)
        return ctx.app.hire.quote(wish, ctx.me.id if ctx.me else None), {}
    except Invalid as error:
        return None, pay_form.errors(ctx, error)
    except Refused as error:
        return None, {"": pay_form.said(ctx, error)}


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _as_query(asked: Asked) -> str:
    return urlencode({"start": asked.start, "end": asked.end, "quantity": asked.quantity})


def _quote_view(ctx: Context, quote: HireQuote) -> View:
    currency, quantity = quote.offer.currency, quote.wish.quantity
    rows = [
        {
            "label": ctx.gettext(
                "%(count)s × %(rate)s at %(price)s",
                count=part.times * quantity,
                rate=views.known(ctx, RATE_NAMES[part.rate]),
                price=views.money(ctx, Money(part.price, currency)),
            ),
            "amount": Money(part.amount * quantity, currency),
        }
        for part in quote.rent.parts
    ]
    if quote.tax:
        rows.append({"label": ctx.gettext("Tax"), "amount": Money(quote.tax, currency)})
    if quote.deposit:
        rows.append({"label": ctx.gettext("Deposit, which comes back"), "amount": Money(quote.deposit, currency)})
    return {
        "starts_at": quote.starts_at,
        "ends_at": quote.ends_at,
        "clocks": _clocks(ctx, quote),
        "quantity": quantity,
        "free": quote.free,
        "rows": rows,
        "total": Money(quote.total, currency),
    }


def _clocks(ctx: Context, quote: HireQuote) -> str:
    """What becomes of the hours in a night in which the clocks are changed; nothing in any other."""
    shown, lasts = quote.wish.period.slots * HOUR, quote.ends_at - quote.starts_at
    if quote.wish.period.per == "day" or lasts == shown:
        return ""
    if lasts < shown:
        return ctx.gettext("The clocks are put forward in this time. The hour that they jump over costs nothing.")
    return ctx.gettext(
        "The clocks are put back in this time. The hour that comes twice is yours twice, and costs once."
    )


def show(ctx: Context, id: int) -> Response:
    """GET /hire/ID?start=…&end=…&quantity=…: the checkout."""
    found = _found(ctx, id)
    values = _last_address(ctx) | _query(ctx)
    return _form(ctx, found, values, {}, key=secrets.token_urlsafe(16))


def send(ctx: Context, id: int) -> Response:
    """POST /hire/ID."""
    found = _found(ctx, id)
    values = {name: text for name, text in ctx.form.first_values().items() if name not in _NEVER_BACK}
    key = ctx.form.get("key") or secrets.token_urlsafe(16)
    try:
        checkout = _book(ctx, found, values, key)
    except Invalid as error:
        return _form(ctx, found, values, pay_form.errors(ctx, error), key=key, status=422)
    except PriceChanged:
        return _form(ctx, found, values, {}, key=key, status=422, changed=True)
    except (Conflict, Refused) as error:
        return _form(ctx, found, values, {"": pay_form.said(ctx, error)}, key=key, status=422)
    return redirect(f"/checkout/{ids.encode(checkout.id)}")


def _found(ctx: Context, listing_id: int) -> Item:
    found = item(ctx.store, listing_id)
    if found is None or found.kind != "equipment" or found.state != "active":
        raise NotFound(
            "There is no such listing for hire.", try_="It may have been taken off; search for something like it."
        )
    return found


def _last_address(ctx: Context) -> dict[str, str]:
    known = ctx.store.value(queries.LAST_ADDRESS, account_id=ctx.member.id)
    return dict(views.address(known)) if known else {"name": ctx.member.name, "country": ctx.member.country}


def _book(ctx: Context, found: Item, values: Mapping[str, str], key: str) -> Checkout:
    known = ctx.store.first(queries.CHECKOUT_BY_KEY, account_id=ctx.member.id, key=key)
    if known is not None:
        # The first answer did not arrive, and the days are taken by now: this is that order.
        return ctx.app.till.look(known[0], ctx.member.id)
    goods = equipment(ctx.store, found.id)
    period = _period(ctx, goods, values.get("start", "").strip(), values.get("end", "").strip())
    address = pay_form.address(values)
    quantity = _whole(values.get("quantity", "1"))
    order = HireOrder(key, found.id, period, quantity, address, pay_form.shown_total(ctx))
    checkout, _ = ctx.app.hire.run(ctx.member.id, order, pay_form.token(ctx), ctx.origin + BACK)
    return checkout


def _form(
    ctx: Context,
    found: Item,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    key: str,
    status: int = 200,
    changed: bool = False,
) -> Response:
    goods = equipment(ctx.store, found.id)
    asked = _asked(ctx, goods, values)
    quote, wrong = _quoted(ctx, found.id, asked, values.get("country") or ctx.member.country)
    back = f"/item/{ids.encode(found.id)}/{found.handle}?{_as_query(asked)}"
    if quote is None:
        told = [*errors.values(), *wrong.values()] or [ctx.gettext("Choose from when to when.")]
        ctx.flash(" ".join(dict.fromkeys(told)), "bad")
        return redirect(back)
    photo = found.photos[0] if found.photos else None
    return page(
        ctx,
        "hire/checkout.html",
        status=status,
        listing={
            "id": ids.encode(found.id),
            "title": found.title,
            "back": back,
            "shop": found.shop_name,
            "photo": views.photo(photo.sha, photo.alt) if photo else None,
        },
        key=key,
        values=values,
        errors=errors,
        countries=countries(ctx),
        quote=_quote_view(ctx, quote),
        changed=changed,
        sandbox=ctx.settings.payments.gateway == "sandbox",
        test_cards=pay_form.test_cards(ctx),
    )


PAGES = [
    Page("GET", "/hire/{id:id}", show, needs="signed_in"),
    Page("POST", "/hire/{id:id}", send, needs="signed_in"),
]
