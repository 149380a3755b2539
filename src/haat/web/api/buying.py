"""The cart, the checkout, and what somebody has bought."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import msgspec

from haat.adapters.sandbox.cards import tokenise
from haat.kernel import ids
from haat.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from haat.market.accounts.shop import get_shop, shops_by_id
from haat.market.deals import cart as carts
from haat.market.deals import deal as dealing
from haat.market.deals import library, queries
from haat.market.deals.cart import Cart, Owner
from haat.market.deals.deal import Actor, Deal
from haat.market.deals.place import Address, NotOnSale, Order, PriceChanged
from haat.market.deals.process import Side
from haat.market.deals.quote import Basket, Wanted
from haat.market.deals.till import Checkout
from haat.market.payments import refund
from haat.web.api import cost_shapes, deal_shapes
from haat.web.api.goods import find_shop
from haat.web.api.kinds import Amount, Country, Id
from haat.web.api.paging import PageQuery, before, cut
from haat.web.http import Context
from haat.web.routes import Endpoint, Input, Output

Quantity = Annotated[int, msgspec.Meta(ge=1, le=carts.MOST_PIECES)]


class CartQuery(Input, frozen=True):
    """`country` is where the goods would go; yours when it is left out. `currency` is which part of the cart is priced, where things in
    it are sold in several."""

    country: Country | None = None
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")] | None = None


class Pieces(Input, frozen=True):
    """How many; 0 takes the line out."""

    quantity: Annotated[int, msgspec.Meta(ge=0, le=carts.MOST_PIECES)]


class CouponCode(Input, frozen=True):
    """The code, or null to go without."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=40)] | None


class WantedLine(Input, frozen=True):
    """How many pieces of which variant."""

    variant: Id
    quantity: Quantity


class Card(Input, frozen=True):
    """A card of the sandbox; the numbers and what they do are on the page of test cards."""

    number: Annotated[str, msgspec.Meta(max_length=30, examples=["4000001000000018"])]
    expiry: Annotated[str, msgspec.Meta(max_length=7, examples=["12/34"])]
    cvc: Annotated[str, msgspec.Meta(max_length=4, examples=["123"])]


class NewCheckout(Input, frozen=True):
    """An order. `key` is yours and new for each order: sent again, it is the same order. Without `lines` the cart is bought.

    `methods` names the shipping method of a shop by the shop's slug. `total`, in minor units, is what the buyer was shown: when it has
    changed, nothing is bought. An order is in one `currency`; of a cart, what is sold in another one stays there.
    """

    key: Annotated[str, msgspec.Meta(min_length=8, max_length=80)]
    address: Address
    card: Card
    lines: Annotated[list[WantedLine], msgspec.Meta(min_length=1, max_length=carts.MOST_LINES)] | None = None
    methods: dict[str, Id] = msgspec.field(default_factory=dict)
    coupon: Annotated[str, msgspec.Meta(min_length=1, max_length=40)] | None = None
    total: Annotated[int, msgspec.Meta(ge=0, le=10**18)] | None = None
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")] | None = None


class AnotherTry(Input, frozen=True):
    """Another card after one was declined. `attempt` is the one that failed."""

    attempt: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    card: Card


class MoveGiven(Input, frozen=True):
    """What a move needs and takes, of which the deal's `moves` tell; `amount` in minor units, `when` in milliseconds, `photos` as the hashes
    that its `photos` gave."""

    amount: Amount | None = None
    carrier: str | None = None
    note: str | None = None
    parcel: str | None = None
    photos: (
        Annotated[list[Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]], msgspec.Meta(max_length=12)] | None
    ) = None
    reason: str | None = None
    when: Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)] | None = None


class DealQuery(PageQuery, frozen=True):
    """`state` is one of those of `/processes`; it may be given several times, and is left out for all. `after` is the `next` of the page
    before."""

    state: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=30)], ...], msgspec.Meta(max_length=20)] = ()


class CartLines(Output, frozen=True):
    """How many pieces are in the cart now."""

    pieces: int


def show_cart(ctx: Context, query: CartQuery) -> cost_shapes.CartQuote:
    cart = carts.look(ctx.store, _owner(ctx))
    return cost_shapes.quote(
        ctx.app.place.quote(_basket(ctx, cart, query.country or ctx.member.country, query.currency))
    )


def set_line(ctx: Context, variant: int, body: Pieces) -> CartLines:
    carts.put(ctx.store, _owner(ctx), variant, body.quantity)
    return CartLines(pieces=carts.count(ctx.store, _owner(ctx)))


def set_coupon(ctx: Context, body: CouponCode) -> None:
    carts.set_coupon(ctx.store, _owner(ctx), body.code)


def check_out(ctx: Context, body: NewCheckout) -> Any:
    if not ctx.member.is_verified:
        raise NotAllowed("Confirm your address first.", try_="Use the link in the mail that we sent you.")
    cart = carts.EMPTY if body.lines is not None else carts.look(ctx.store, _owner(ctx))
    wanted = (
        cart.wanted if body.lines is None else [Wanted(ids.decode(line.variant), line.quantity) for line in body.lines]
    )
    card = tokenise(body.card.number, body.card.expiry, body.card.cvc)
    order = Order(
        key=body.key,
        wanted=wanted,
        address=body.address,
        methods=_methods(ctx, body.methods),
        coupon=body.coupon or cart.coupon,
        total=body.total,
        cart_id=cart.id,
        currency=body.currency,
    )
    placed, _ = ctx.app.place.run(ctx.member.id, order, card, f"{ctx.origin}/checkout/{{checkout}}/back")
    return as_checkout(ctx, placed)


def show_checkout(ctx: Context, id: int) -> deal_shapes.CheckoutState:
    return as_checkout(ctx, ctx.app.till.look(id, ctx.member.id))


def pay_again(ctx: Context, id: int, body: AnotherTry) -> deal_shapes.CheckoutState:
    card = tokenise(body.card.number, body.card.expiry, body.card.cvc)
    again = ctx.app.till.pay_again(ctx.member.id, id, body.attempt, card, f"{ctx.origin}/checkout/{{checkout}}/back")
    return as_checkout(ctx, again)


def show_purchases(ctx: Context, query: PageQuery) -> deal_shapes.DealPage:
    rows = ctx.store.read(queries.DEALS_OF_BUYER, buyer_id=ctx.member.id, before=before(query), most=query.limit + 1)
    return deal_page(ctx, [Deal(*row) for row in rows], query.limit)


def show_purchase(ctx: Context, id: int) -> deal_shapes.DealWhole:
    return whole(ctx, mine(ctx, id).id, "buyer")


def move_purchase(ctx: Context, id: int, move: str, body: MoveGiven) -> deal_shapes.DealWhole:
    return make_move(ctx, mine(ctx, id), move, "buyer", body)


def make_move(ctx: Context, deal: Deal, move: str, side: Side, body: MoveGiven) -> deal_shapes.DealWhole:
    """Make a move and give the deal as it is now."""
    given, by = msgspec.structs.asdict(body), Actor(side, ctx.member.id)
    ctx.store.write(lambda tx: ctx.app.engine.move(tx, deal.id, move, by, given))
    return whole(ctx, deal.id, side)


def whole(ctx: Context, deal_id: int, side: Side) -> deal_shapes.DealWhole:
    found = dealing.get(ctx.store, deal_id)
    rows = deal_shapes.DealRows(
        deal=found,
        shop=get_shop(ctx.store, found.shop_id),
        lines=dealing.lines(ctx.store, deal_id),
        events=dealing.events(ctx.store, deal_id),
        refunds=refund.of_deal(ctx.store, deal_id),
        children=dealing.children(ctx.store, deal_id),
        outlook=ctx.app.engine.outlook(found, side),
    )
    return deal_shapes.deal_whole(rows, side)


def states(query: DealQuery) -> list[str]:
    """The states that are asked for, each once. Raises Invalid for one that no process has."""
    known = {name for rules in library.all_versions() for name in rules.states}
    if unknown := set(query.state) - known:
        problem = f"“{min(unknown)}” is none. There are {', '.join(sorted(known))}."
        raise Invalid("There is no such state.", fields={"state": problem})
    return sorted(set(query.state))


def deal_page(ctx: Context, deals: list[Deal], limit: int) -> deal_shapes.DealPage:
    """A page of deals, of which one more than `limit` was read."""
    shown, after = cut(deals, limit)
    sellers = shops_by_id(ctx.store, [one.shop_id for one in shown])
    return deal_shapes.DealPage(items=[deal_shapes.deal(one, sellers[one.shop_id]) for one in shown], next=after)


def as_checkout(ctx: Context, row: Checkout) -> deal_shapes.CheckoutState:
    return deal_shapes.checkout(row, shops_by_id(ctx.store, [deal.shop_id for deal in row.deals]))


def mine(ctx: Context, deal_id: int) -> Deal:
    """What you have bought. Raises NotFound."""
    deal = dealing.get(ctx.store, deal_id)
    if deal.buyer_id != ctx.member.id:
        raise NotFound("There is no such order.", try_="Look for it in the list of your orders.")
    return deal


def _owner(ctx: Context) -> Owner:
    return Owner(account_id=ctx.member.id)


def _basket(ctx: Context, cart: Cart, country: str, currency: str | None) -> Basket:
    return Basket(cart.wanted, country, {}, cart.coupon, ctx.member.id, currency)


def _methods(ctx: Context, methods: dict[str, str]) -> dict[int, int]:
    return {find_shop(ctx, slug): ids.decode(method) for slug, method in methods.items()}


_reading = partial(Endpoint, needs="signed_in", scope="purchases:read")
_writing = partial(Endpoint, needs="signed_in", scope="purchases:write")

ENDPOINTS = [
    _reading("GET", "/cart", show_cart, "The cart and what it costs", query=CartQuery, gives=cost_shapes.CartQuote),
    _writing(
        "PUT",
        "/cart/lines/{variant:id}",
        set_line,
        "Set how many pieces of a variant are in the cart",
        takes=Pieces,
        gives=CartLines,
        errors=(Invalid, NotFound),
    ),
    _writing("PUT", "/cart/coupon", set_coupon, "Keep a coupon with the cart", takes=CouponCode),
    _writing(
        "POST",
        "/checkouts",
        check_out,
        "Buy",
        takes=NewCheckout,
        gives=deal_shapes.CheckoutState,
        errors=(NotOnSale, PriceChanged, Refused, Invalid, Conflict, NotAllowed, NotFound),
        description="Holds the goods, asks the gateway, and says how the payment stands. Sent again with the same key it answers with "
        "the checkout as it stands by then.",
    ),
    _reading(
        "GET", "/checkouts/{id:id}", show_checkout, "A checkout", gives=deal_shapes.CheckoutState, errors=(NotFound,)
    ),
    _writing(
        "POST",
        "/checkouts/{id:id}/payments",
        pay_again,
        "Pay with another card",
        takes=AnotherTry,
        gives=deal_shapes.CheckoutState,
        errors=(NotFound, Refused, Invalid),
    ),
    _reading(
        "GET",
        "/purchases",
        show_purchases,
        "What you have bought",
        query=PageQuery,
        gives=deal_shapes.DealPage,
        errors=(Invalid,),
    ),
    _reading(
        "GET", "/purchases/{id:id}", show_purchase, "One purchase", gives=deal_shapes.DealWhole, errors=(NotFound,)
    ),
    _writing(
        "POST",
        "/purchases/{id:id}/moves/{move}",
        move_purchase,
        "Do one of the purchase's `moves`",
        takes=MoveGiven,
        gives=deal_shapes.DealWhole,
        errors=(NotFound, NotAllowed, Refused, Invalid, Conflict),
        idempotent=True,
    ),
]
