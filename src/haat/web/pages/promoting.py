"""Let a listing stand out: how it stands, what that costs for how long, and paying for it. For its owner alone."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from haat.kernel import ids
from haat.kernel.errors import Conflict, Invalid, NotFound, Refused
from haat.market.catalogue.item import Item, item
from haat.market.catalogue.listing import Kind
from haat.market.deals import queries
from haat.market.deals.till import Checkout
from haat.market.promotion.promote import Wish
from haat.market.promotion.promotion import standing_of
from haat.web.http import Context, Response, page, redirect
from haat.web.pages import views
from haat.web.pages.storefront import pay_form
from haat.web.pages.storefront.paying import BACK
from haat.web.pages.views import View
from haat.web.routes import Page


def show(ctx: Context, id: int) -> Response:
    """GET /promotions/ID, of a listing."""
    return _page(ctx, _own(ctx, id), {}, {}, key=secrets.token_urlsafe(16))


def order(ctx: Context, id: int) -> Response:
    """POST /promotions/ID."""
    found = _own(ctx, id)
    values = {name: text for name, text in ctx.form.first_values().items() if name in ("days", "card_name")}
    key = ctx.form.get("key") or secrets.token_urlsafe(16)
    try:
        checkout = _order(ctx, id, key)
    except Invalid as error:
        return _page(ctx, found, values, pay_form.errors(ctx, error), key=key, status=422)
    except (Conflict, Refused) as error:
        return _page(ctx, found, values, {"": pay_form.said(ctx, error)}, key=key, status=422)
    return redirect(f"/checkout/{ids.encode(checkout.id)}")


def can_be_promoted(ctx: Context, kind: Kind, state: str) -> bool:
    """Whether to show an owner the way here."""
    return state == "active" and bool(ctx.app.promote.terms.offers(kind))


def _order(ctx: Context, listing_id: int, key: str) -> Checkout:
    known_id = ctx.store.first(queries.CHECKOUT_BY_KEY, account_id=ctx.member.id, key=key)
    if known_id is not None:
        # The first answer did not arrive: this is that payment.
        return ctx.app.till.look(known_id[0], ctx.member.id)
    days = _number(ctx.form.get("days"))
    if days is None:
        raise Invalid("It cannot be promoted like this.", fields={"days": "Choose for how long."})
    wish = Wish(key, listing_id, days, _number(ctx.form.get(f"price-{days}")))
    checkout, _ = ctx.app.promote.run(ctx.member.id, wish, pay_form.token(ctx), ctx.origin + BACK)
    return checkout


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _own(ctx: Context, listing_id: int) -> Item:
    found = item(ctx.store, listing_id)
    if found is None or found.shop_id != ctx.member.shop_id:
        raise NotFound("There is no such listing in your shop.")
    return found


def _page(
    ctx: Context, found: Item, values: Mapping[str, str], errors: Mapping[str, str], *, key: str, status: int = 200
) -> Response:
    standing, offers = standing_of(ctx.store, found.id), ctx.app.promote.terms.offers(found.kind)
    cover = found.photos[0].sha if found.photos else None
    return page(
        ctx,
        "promotion.html",
        status=status,
        listing={
            "title": found.title,
            "href": f"/item/{ids.encode(found.id)}/{found.handle}",
            "state": found.state,
            "photo": views.photo(cover),
        },
        action=f"/promotions/{ids.encode(found.id)}",
        until=standing.until,
        waiting=_waiting(standing.waiting.id, standing.waiting.checkout_id) if standing.waiting else None,
        offers=[{"days": days, "price": price} for days, price in offers.items()],
        values=values or {"days": str(next(iter(offers), ""))},
        errors=errors,
        key=key,
        sandbox=ctx.settings.payments.gateway == "sandbox",
        test_cards=pay_form.test_cards(ctx),
    )


def _waiting(deal_id: int, checkout_id: int | None) -> View:
    assert checkout_id is not None
    return {"deal": f"/purchases/{ids.encode(deal_id)}", "checkout": f"/checkout/{ids.encode(checkout_id)}"}


PAGES = [
    Page("GET", "/promotions/{id:id}", show, needs="signed_in"),
    Page("POST", "/promotions/{id:id}", order, needs="signed_in"),
]
