"""The cart."""

from __future__ import annotations

from haat.kernel import ids
from haat.kernel.errors import Invalid, NotFound
from haat.kernel.money import Money
from haat.market.deals import cart as carts
from haat.market.deals.cart import Cart, CartLine, Owner
from haat.market.deals.quote import Offer, load_offers
from haat.web.cookies import CART
from haat.web.http import Context, Response, page, redirect
from haat.web.pages import views
from haat.web.pages.views import View
from haat.web.routes import Page

_KEEP = 60 * 60 * 24 * 30  # seconds


def owner(ctx: Context) -> Owner:
    """Whose cart this visitor has; one without any gets a secret."""
    if ctx.me is not None:
        return Owner(account_id=ctx.me.id)
    return Owner(secret=ctx.cookie(CART) or carts.new_secret())


def add(ctx: Context) -> Response:
    whose = owner(ctx)
    try:
        carts.add(ctx.store, whose, ids.decode(ctx.form.get("variant")), _pieces(ctx))
    except (Invalid, NotFound) as error:
        ctx.flash(views.known(ctx, error.what), "bad")
        return redirect("/cart")
    if whose.secret:
        ctx.set_cookie(CART, whose.secret, max_age=_KEEP)
    ctx.flash(ctx.gettext("It is in your cart."))
    return redirect("/cart")


def put(ctx: Context, variant: int) -> Response:
    try:
        carts.put(ctx.store, owner(ctx), variant, _pieces(ctx))
    except (Invalid, NotFound) as error:
        ctx.flash(views.known(ctx, error.what), "bad")
    return redirect("/cart")


def show(ctx: Context) -> Response:
    cart = carts.look(ctx.store, owner(ctx))
    offers = load_offers(ctx.store, [line.variant_id for line in cart.lines])
    groups = _groups(ctx, cart, offers)
    totals = _totals(groups)
    lines = [line for group in groups for line in group["lines"]]
    return page(
        ctx,
        "cart.html",
        groups=groups,
        totals=totals,
        count=sum(line["quantity"] for line in lines if line["problem"] != "gone"),
        can_checkout=bool(totals),
    )


def _pieces(ctx: Context) -> int:
    text = ctx.form.get("quantity", "1").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise Invalid("That is not a number of pieces.", fields={"quantity": f"From 1 to {carts.MOST_PIECES}."})
    return int(text)


def _groups(ctx: Context, cart: Cart, offers: dict[int, Offer]) -> list[View]:
    shops: dict[int, View] = {}
    for line in cart.lines:
        offer = offers.get(line.variant_id)
        if offer is None:
            continue
        seller = {"name": offer.shop_name, "slug": offer.shop_slug}
        nothing = Money(0, offer.currency)
        group = shops.setdefault(offer.shop_id, {"seller": seller, "lines": [], "subtotal": nothing})
        view = _line(line, offer)
        group["lines"].append(view)
        if view["problem"] != "gone":
            group["subtotal"] = Money(group["subtotal"].amount + view["total"].amount, offer.currency)
    return list(shops.values())


def _totals(groups: list[View]) -> list[Money]:
    """What the goods cost, in each currency that something in the cart is sold in."""
    sums: dict[str, int] = {}
    for group in groups:
        if any(line["problem"] != "gone" for line in group["lines"]):
            amount, currency = group["subtotal"]
            sums[currency] = sums.get(currency, 0) + amount
    return [Money(amount, currency) for currency, amount in sums.items()]


def _line(line: CartLine, offer: Offer) -> View:
    quantity = min(line.quantity, max(offer.free, 0))
    is_gone = not offer.is_on_sale or offer.free <= 0
    problem = "gone" if is_gone else "less" if quantity < line.quantity else ""
    if not problem and line.price_seen != offer.price:
        problem = "price_changed"
    return {
        "variant": ids.encode(line.variant_id),
        "title": offer.title,
        "options": views.options(offer.options),
        "href": f"/item/{ids.encode(offer.listing_id)}/{offer.handle}",
        "photo": views.photo(offer.photo),
        "price": Money(offer.price, offer.currency),
        "total": Money(offer.price * (line.quantity if is_gone else quantity), offer.currency),
        "quantity": line.quantity if is_gone else quantity,
        "max": min(max(offer.free, 1), 99),
        "problem": problem,
        "before": Money(line.price_seen, offer.currency) if problem == "price_changed" else None,
    }


PAGES = [
    Page("GET", "/cart", show),
    Page("POST", "/cart/lines", add),
    Page("POST", "/cart/lines/{variant:id}", put),
]
