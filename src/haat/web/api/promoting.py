"""Letting a listing of yours stand out for some days, for money."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from haat.adapters.sandbox.cards import tokenise
from haat.kernel import ids
from haat.kernel.errors import Conflict, Invalid, NotFound, Refused
from haat.market.catalogue.item import item
from haat.market.deals.place import PriceChanged
from haat.market.promotion.promote import Wish
from haat.market.promotion.promotion import standing_of
from haat.web.api import deal_shapes
from haat.web.api.buying import Card, as_checkout
from haat.web.api.own_shop import own
from haat.web.http import Context
from haat.web.routes import Endpoint, Input, Output


class NewPromotion(Input, frozen=True):
    """A promotion. `key` is yours and new for each: sent again, it is the same. `days` is one of those that are offered; `price`, in minor
    units, is what the owner was shown: when it has changed, nothing is ordered."""

    key: Annotated[str, Meta(min_length=8, max_length=80)]
    days: Annotated[int, Meta(ge=1, le=365)]
    card: Card
    price: Annotated[int, Meta(ge=0, le=10**18)] | None = None


class PromotionOffer(Output, frozen=True):
    """For so many days, so much in minor units of `currency`, all tax included."""

    days: int
    price: int
    currency: str


class Promotion(Output, frozen=True):
    """How a listing stands. `until` is when it no longer stands out, null where it does not; `waiting` is the purchase of a promotion that
    is to be paid. There are no offers where the market does not promote listings of its kind."""

    until: int | None
    waiting: str | None
    offers: list[PromotionOffer]


def show_promotion(ctx: Context, id: int) -> Promotion:
    found = item(ctx.store, id)
    if found is None or found.shop_id != own(ctx):
        raise NotFound("There is no such listing in your shop.")
    standing, offers = standing_of(ctx.store, id), ctx.app.promote.terms.offers(found.kind)
    return Promotion(
        until=standing.until,
        waiting=ids.encode(standing.waiting.id) if standing.waiting else None,
        offers=[PromotionOffer(days, price.amount, price.currency) for days, price in offers.items()],
    )


def promote(ctx: Context, id: int, body: NewPromotion) -> deal_shapes.CheckoutState:
    card = tokenise(body.card.number, body.card.expiry, body.card.cvc)
    wish = Wish(body.key, id, body.days, body.price)
    checkout, _ = ctx.app.promote.run(ctx.member.id, wish, card, f"{ctx.origin}/checkout/{{checkout}}/back")
    return as_checkout(ctx, checkout)


ENDPOINTS = [
    Endpoint(
        "GET",
        "/shop/listings/{id:id}/promotion",
        show_promotion,
        "Whether a listing stands out, and what that costs",
        needs="seller",
        scope="listings:read",
        gives=Promotion,
        errors=(NotFound,),
    ),
    Endpoint(
        "POST",
        "/shop/listings/{id:id}/promotions",
        promote,
        "Let a listing stand out, and pay for it",
        needs="seller",
        scope="purchases:write",
        takes=NewPromotion,
        gives=deal_shapes.CheckoutState,
        errors=(Invalid, NotFound, Refused, PriceChanged, Conflict),
        description="It stands out from the moment it is paid, or once it no longer does by an earlier promotion. Sent again with the same "
        "key it answers with the payment as it stands by then.",
    ),
]
