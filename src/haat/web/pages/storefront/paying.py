"""The checkout: costs first, then the card; nothing typed is lost, and sent twice it is one order."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from haat.kernel import ids
from haat.kernel.errors import Conflict, HaatError, Invalid, Refused
from haat.kernel.money import Money
from haat.market.deals import cart as carts
from haat.market.deals import deal as dealing
from haat.market.deals import queries
from haat.market.deals.cart import Owner
from haat.market.deals.deal import Deal
from haat.market.deals.place import NotOnSale, Order, PriceChanged
from haat.market.deals.quote import Basket, Parcel, Quote
from haat.market.deals.till import Checkout
from haat.web.http import Context, Response, page, redirect
from haat.web.pages import views
from haat.web.pages.dealing import standing
from haat.web.pages.desk import countries
from haat.web.pages.storefront import pay_form
from haat.web.pages.views import View
from haat.web.routes import Page

BACK = "/checkout/{checkout}/back"

_LOOK_AGAIN = 3  # seconds
_NEVER_BACK = ("card_number", "card_expiry", "card_cvc", "key", "total", "step")


def show(ctx: Context) -> Response:
    quote = _quote(ctx, _last_address(ctx))
    if not quote.parcels:
        return redirect("/cart")
    return _form(ctx, quote, _last_address(ctx), {}, key=secrets.token_urlsafe(16))


def send(ctx: Context) -> Response:
    values = {name: text for name, text in ctx.form.first_values().items() if name not in _NEVER_BACK}
    key = ctx.form.get("key") or secrets.token_urlsafe(16)
    carts.set_coupon(ctx.store, _owner(ctx), values.get("coupon") or None)
    quote = _quote(ctx, values)
    if ctx.form.get("step") == "costs" and quote.parcels:
        return _form(ctx, quote, values, {}, key=key)
    try:
        checkout = _place(ctx, values, key)
    except Invalid as error:
        return _form(ctx, quote, values, pay_form.errors(ctx, error), key=key, status=422)
    except PriceChanged:
        return _form(ctx, quote, values, {}, key=key, status=422, changed=True)
    except NotOnSale as error:
        ctx.flash(pay_form.said(ctx, error), "bad")
        return redirect("/cart")
    except (Conflict, Refused) as error:
        return _form(ctx, quote, values, {"": pay_form.said(ctx, error)}, key=key, status=422)
    return redirect(f"/checkout/{ids.encode(checkout.id)}")


def state(ctx: Context, id: int) -> Response:
    checkout = ctx.app.till.look(id, ctx.member.id)
    shown: View = {"id": ids.encode(checkout.id), "total": Money(checkout.payment.amount, checkout.currency)}
    match checkout.payment.state:
        case "paid" if all(deal.came_to_nothing for deal in checkout.deals):
            ctx.flash(ctx.gettext("This order had ended before it was paid. The money goes back to you."), "warn")
            return redirect("/purchases")
        case "paid" if checkout.deals[0].rules.sold_by == "market":
            return _promoted(ctx, checkout.deals[0])
        case "paid":
            return _done(ctx, checkout, shown)
        case "declined" | "abandoned":
            return _again(ctx, checkout, {}, {})
        case "waiting" if checkout.payment.confirm_url:
            return page(ctx, "checkout_confirm.html", checkout=shown, confirm_url=checkout.payment.confirm_url)
    return page(ctx, "checkout_wait.html", checkout=shown, again_in=_LOOK_AGAIN)


def come_back(ctx: Context, id: int) -> Response:
    """Back from the bank's own page: ask at once what became of it."""
    checkout = ctx.app.till.look(id, ctx.member.id)
    try:
        ctx.app.settle.ask(checkout.payment.id)
    except HaatError as error:
        if not error.temporary:
            raise
    return redirect(f"/checkout/{ids.encode(id)}")


def try_again(ctx: Context, id: int) -> Response:
    checkout = ctx.app.till.look(id, ctx.member.id)
    values = {"card_name": ctx.form.get("card_name")}
    try:
        card = pay_form.token(ctx)
        attempt = ctx.form.get("attempt")
        number = int(attempt) if attempt.isascii() and attempt.isdigit() else 0
        ctx.app.till.pay_again(ctx.member.id, id, number, card, ctx.origin + BACK)
    except Invalid as error:
        return _again(ctx, checkout, values, pay_form.errors(ctx, error), status=422)
    except Refused as error:
        return _again(ctx, checkout, values, {"": pay_form.said(ctx, error)}, status=422)
    return redirect(f"/checkout/{ids.encode(id)}")


def _place(ctx: Context, values: Mapping[str, str], key: str) -> Checkout:
    cart = carts.look(ctx.store, _owner(ctx))
    order = Order(
        key=key,
        wanted=cart.wanted,
        address=pay_form.address(values),
        methods=_methods(ctx, values),
        coupon=cart.coupon,
        total=pay_form.shown_total(ctx),
        cart_id=cart.id,
        currency=_currency(ctx),
    )
    known = ctx.store.first(queries.CHECKOUT_BY_KEY, account_id=ctx.member.id, key=key)
    if known is not None:
        # The first answer did not arrive, and the cart is empty by now: this is that order.
        return ctx.app.till.look(known[0], ctx.member.id)
    checkout, _ = ctx.app.place.run(ctx.member.id, order, pay_form.token(ctx), ctx.origin + BACK)
    return checkout


def _currency(ctx: Context) -> str | None:
    """Which of the currencies in the cart is paid for; none is named where there is one."""
    asked = ctx.form.get("currency") if ctx.method == "POST" else ctx.query.get("currency")
    return asked if asked in ctx.settings.market.all_currencies else None


def _owner(ctx: Context) -> Owner:
    return Owner(account_id=ctx.member.id)


def _last_address(ctx: Context) -> dict[str, str]:
    known = ctx.store.value(queries.LAST_ADDRESS, account_id=ctx.member.id)
    coupon = carts.look(ctx.store, _owner(ctx)).coupon
    address = dict(views.address(known)) if known else {"name": ctx.member.name, "country": ctx.member.country}
    return address | {"coupon": coupon or ""}


def _quote(ctx: Context, values: Mapping[str, str]) -> Quote:
    cart = carts.look(ctx.store, _owner(ctx))
    country = values.get("country") or ctx.member.country
    basket = Basket(cart.wanted, country, _methods(ctx, values), cart.coupon, ctx.member.id, _currency(ctx))
    return ctx.app.place.quote(basket)


def _methods(ctx: Context, values: Mapping[str, str]) -> dict[int, int]:
    """The chosen way of each shop: fields `ship.SLUG` hold the id of a method."""
    chosen: dict[int, int] = {}
    for name, text in values.items():
        if name.startswith("ship.") and len(text) == ids.LENGTH:
            shop_id = ctx.store.value(queries.SHOP_BY_SLUG, slug=name.removeprefix("ship."))
            if shop_id is not None:
                chosen[shop_id] = ids.decode(text)
    return chosen


def _form(
    ctx: Context,
    quote: Quote,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    key: str,
    status: int = 200,
    changed: bool = False,
) -> Response:
    if not quote.parcels:
        return redirect("/cart")
    return page(
        ctx,
        "checkout.html",
        status=status,
        key=key,
        values=values,
        errors=errors,
        countries=countries(ctx),
        groups=[_group(ctx, quote, parcel) for parcel in quote.parcels],
        coupon=_coupon(ctx, quote, values),
        costs=_costs(ctx, quote),
        total=Money(quote.total, quote.currency),
        currency=quote.currency if quote.aside else "",
        changed=changed,
        can_pay=all(parcel.method is not None for parcel in quote.parcels),
        sandbox=ctx.settings.payments.gateway == "sandbox",
        test_cards=pay_form.test_cards(ctx),
    )


def _group(ctx: Context, quote: Quote, parcel: Parcel) -> View:
    return {
        "seller": {"name": parcel.shop_name, "slug": parcel.shop_slug},
        "pieces": sum(line.quantity for line in parcel.lines),
        "goods": Money(parcel.goods, quote.currency),
        "thumbs": [shown for line in parcel.lines if (shown := views.photo(line.offer.photo, line.offer.title))],
        "ways": [
            {
                "value": ids.encode(method.id),
                "label": method.name,
                "note": ctx.gettext("%(least)s to %(most)s days", least=method.days_min, most=method.days_max),
                "price": Money(method.cost(parcel.goods), quote.currency),
            }
            for method in parcel.methods
        ],
        "chosen": ids.encode(parcel.method.id) if parcel.method else "",
    }


def _coupon(ctx: Context, quote: Quote, values: Mapping[str, str]) -> View | None:
    if quote.coupon is not None:
        return {"code": quote.coupon.code, "ok": True, "text": ctx.gettext("The coupon is taken off.")}
    if quote.coupon_problem is not None:
        return {"code": values.get("coupon", ""), "ok": False, "text": pay_form.said(ctx, quote.coupon_problem)}
    return None


def _costs(ctx: Context, quote: Quote) -> list[View]:
    rows = [
        (ctx.gettext("Goods"), quote.goods, True),
        (ctx.gettext("Discount"), -quote.discount, quote.discount > 0),
        (ctx.gettext("Shipping"), quote.shipping, True),
        (ctx.gettext("Tax"), quote.tax, quote.tax > 0),
    ]
    return [{"label": label, "amount": Money(amount, quote.currency)} for label, amount, shown in rows if shown]


def _promoted(ctx: Context, deal: Deal) -> Response:
    """Back to the listing that stands out now."""
    assert deal.listing_id is not None and deal.ends_at is not None
    until = ctx.formats.minute(deal.ends_at)
    ctx.flash(ctx.gettext("It is paid, and promoted until %(until)s.", until=until))
    return redirect(f"/promotions/{ids.encode(deal.listing_id)}")


def _done(ctx: Context, checkout: Checkout, shown: View) -> Response:
    return page(
        ctx,
        "checkout_done.html",
        checkout=shown,
        deals=[
            {
                "id": ids.encode(deal.id),
                "number": views.number(deal.id),
                "seller": views.seller(ctx, deal.shop_id),
                "total": Money(deal.total, deal.currency),
                **standing(ctx, deal, ctx.app.engine.outlook(deal, "buyer"), "buyer"),
                "lines": views.lines(deal, dealing.lines(ctx.store, deal.id)),
            }
            for deal in checkout.deals
            if not deal.came_to_nothing
        ],
        email=ctx.member.email,
        left=carts.count(ctx.store, _owner(ctx)),
        address=views.address_in_words(ctx, checkout.address),
    )


_WHY = {
    "not_enough_money": "There is not enough money on the account.",
    "card_expired": "The card has expired.",
    "wrong_cvc": "The security code is wrong.",
    "not_confirmed": "It was not confirmed with the bank.",
    "withdrawn": "It was called off.",
}


def _again(
    ctx: Context, checkout: Checkout, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> Response:
    waiting = [deal.due_at for deal in checkout.deals if deal.waits_for_money and deal.due_at]
    if not waiting:
        ctx.flash(ctx.gettext("This order has ended unpaid. Nothing was taken."), "warn")
        return redirect("/purchases")
    why = _WHY.get(checkout.payment.decline_code or "", "The bank declined the card.")
    shown = {
        "id": ids.encode(checkout.id),
        "total": Money(sum(deal.total for deal in checkout.deals if deal.waits_for_money), checkout.currency),
        "attempt": checkout.payment.attempt,
        "due_at": min(waiting),
        "has_goods": all(deal.rules.sold_by == "shop" for deal in checkout.deals),
    }
    return page(
        ctx,
        "checkout_again.html",
        status=status,
        checkout=shown,
        why=views.known(ctx, why),
        values=values,
        errors=errors,
        sandbox=ctx.settings.payments.gateway == "sandbox",
        test_cards=pay_form.test_cards(ctx),
    )


PAGES = [
    Page("GET", "/checkout", show, needs="signed_in"),
    Page("POST", "/checkout", send, needs="signed_in"),
    Page("GET", "/checkout/{id:id}", state, needs="signed_in"),
    Page("POST", "/checkout/{id:id}", try_again, needs="signed_in"),
    Page("GET", "/checkout/{id:id}/back", come_back, needs="signed_in"),
]
