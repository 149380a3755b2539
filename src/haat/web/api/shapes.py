"""What the API gives, in one place: the words that every client learns. Money is minor units beside its currency, instants are
milliseconds since 1970 (UTC), ids are texts of 13 characters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from haat.kernel import ids
from haat.market.accounts import shop as shops
from haat.market.catalogue.card import Card
from haat.market.catalogue.category import Category
from haat.market.catalogue.item import Item
from haat.market.catalogue.variant import Options
from haat.market.deals.deal import Deal, Event, Line
from haat.market.deals.outlook import Outlook
from haat.market.deals.process import Side
from haat.market.deals.quote import Parcel, Problem, Quote
from haat.market.deals.shipping import Method
from haat.market.deals.till import Checkout
from haat.market.payments.refund import Refund
from haat.web.routes import Output


class ListingCard(Output, frozen=True):
    """A listing as it stands in a list. `photo` is the hash of its cover; pictures are at /media/HH/HASH-WIDTH.webp."""

    id: str
    title: str
    handle: str
    price_from: int
    price_to: int
    compare_at: int | None
    currency: str
    photo: str | None
    shop: str
    shop_name: str
    free: int
    published_at: int


class ListingPage(Output, frozen=True):
    """`next` goes into `after` for the page that follows; null on the last."""

    items: list[ListingCard]
    next: str | None


class CategoryName(Output, frozen=True):
    """A category by what it is called; more of it is at `/categories/SLUG`."""

    id: str
    slug: str
    name: str


class Fact(Output, frozen=True):
    """What a listing says: `value` as people read it."""

    key: str
    name: str
    value: str


class Option(Output, frozen=True):
    """What tells a variant from its sisters, such as the size M."""

    name: str
    value: str


class Variant(Output, frozen=True):
    """`free` pieces can be bought now."""

    id: str
    sku: str
    options: list[Option]
    price: int
    compare_at: int | None
    free: int


class Photo(Output, frozen=True):
    """A picture, at /media/HH/HASH-WIDTH.webp. `variant` is the one that it shows, if it shows one; sizes are pixels of the original."""

    id: str
    hash: str
    alt: str
    width: int
    height: int
    variant: str | None


class Shop(Output, frozen=True):
    """Who sells, and from where. `about` is plain text."""

    slug: str
    name: str
    about: str
    country: str


class Listing(Output, frozen=True):
    """A listing with all that its page shows. `kind` is product, equipment, job or article, `state` active or ended (moderators see drafts and removed ones too), `category` is an
    id, `description` sanitised HTML."""

    id: str
    kind: str
    title: str
    handle: str
    state: str
    category: str
    currency: str
    description: str
    facts: list[Fact]
    variants: list[Variant]
    photos: list[Photo]
    shop: Shop
    published_at: int | None


def card(row: Card) -> ListingCard:
    return ListingCard(
        id=ids.encode(row.id),
        title=row.title,
        handle=row.handle,
        price_from=row.price_from,
        price_to=row.price_to,
        compare_at=row.compare_at,
        currency=row.currency,
        photo=row.photo,
        shop=row.shop_slug,
        shop_name=row.shop_name,
        free=row.free,
        published_at=row.published_at,
    )


def options(pairs: Options) -> list[Option]:
    return [Option(name=name, value=value) for name, value in pairs]


def category_name(row: Category) -> CategoryName:
    return CategoryName(id=ids.encode(row.id), slug=row.slug, name=row.name)


def shop(row: shops.Shop) -> Shop:
    return Shop(slug=row.slug, name=row.name, about=row.about, country=row.country)


def listing(item: Item) -> Listing:
    return Listing(
        id=ids.encode(item.id),
        kind=item.kind,
        title=item.title,
        handle=item.handle,
        state=item.state,
        category=ids.encode(item.category_id),
        currency=item.currency,
        description=item.description,
        facts=[Fact(key=fact.key, name=fact.name, value=fact.words) for fact in item.facts],
        variants=[
            Variant(
                id=ids.encode(one.id),
                sku=one.sku,
                options=options(one.options),
                price=one.price,
                compare_at=one.compare_at,
                free=one.free,
            )
            for one in item.variants
        ],
        photos=[
            Photo(
                id=ids.encode(one.id),
                hash=one.sha,
                alt=one.alt,
                width=one.width,
                height=one.height,
                variant=None if one.variant_id is None else ids.encode(one.variant_id),
            )
            for one in item.photos
        ],
        shop=Shop(slug=item.shop_slug, name=item.shop_name, about=item.shop_about, country=item.shop_country),
        published_at=item.published_at,
    )


class QuoteLine(Output, frozen=True):
    """The buyer pays amount - discount + tax for it."""

    variant: str
    listing: str
    title: str
    quantity: int
    unit_price: int
    amount: int
    discount: int
    tax: int


class ShippingMethod(Output, frozen=True):
    """`price` is what it costs for these goods; days are working days."""

    id: str
    name: str
    price: int
    days_min: int
    days_max: int


class ShippingTerms(Output, frozen=True):
    """How a shop sends. `countries` are codes such as DE, none for everywhere; goods worth `free_from` are sent for nothing."""

    id: str
    name: str
    countries: list[str]
    price: int
    free_from: int | None
    days_min: int
    days_max: int


class ParcelQuote(Output, frozen=True):
    """What one shop sends. `method` is null when the shop does not send to this country."""

    shop: str
    shop_name: str
    lines: list[QuoteLine]
    methods: list[ShippingMethod]
    method: str | None
    goods: int
    discount: int
    shipping: int
    tax: int
    total: int


class LineProblem(Output, frozen=True):
    """Why a line cannot be bought: gone, short (only `free` pieces are left) or own (from your own shop)."""

    variant: str
    kind: str
    title: str
    free: int


class CartQuote(Output, frozen=True):
    """What is in the cart and what it costs now. `coupon_problem` says why the coupon was not used."""

    currency: str
    country: str
    parcels: list[ParcelQuote]
    problems: list[LineProblem]
    coupon: str | None
    coupon_problem: str | None
    goods: int
    discount: int
    shipping: int
    tax: int
    total: int


def shipping_terms(method: Method) -> ShippingTerms:
    return ShippingTerms(
        id=ids.encode(method.id),
        name=method.name,
        countries=method.countries.split(),
        price=method.price,
        free_from=method.free_from,
        days_min=method.days_min,
        days_max=method.days_max,
    )


def problem(row: Problem) -> LineProblem:
    return LineProblem(variant=ids.encode(row.variant_id), kind=row.kind, title=row.title, free=row.free)


def quote(priced: Quote) -> CartQuote:
    return CartQuote(
        currency=priced.currency,
        country=priced.country,
        parcels=[_parcel(parcel) for parcel in priced.parcels],
        problems=[problem(row) for row in priced.problems],
        coupon=priced.coupon.code if priced.coupon else None,
        coupon_problem=priced.coupon_problem.what if priced.coupon_problem else None,
        goods=priced.goods,
        discount=priced.discount,
        shipping=priced.shipping,
        tax=priced.tax,
        total=priced.total,
    )


def _parcel(parcel: Parcel) -> ParcelQuote:
    return ParcelQuote(
        shop=parcel.shop_slug,
        shop_name=parcel.shop_name,
        lines=[
            QuoteLine(
                variant=ids.encode(line.offer.variant_id),
                listing=ids.encode(line.offer.listing_id),
                title=line.offer.title,
                quantity=line.quantity,
                unit_price=line.offer.price,
                amount=line.amount,
                discount=line.discount,
                tax=line.tax,
            )
            for line in parcel.lines
        ],
        methods=[
            ShippingMethod(
                id=ids.encode(method.id),
                name=method.name,
                price=method.cost(parcel.goods),
                days_min=method.days_min,
                days_max=method.days_max,
            )
            for method in parcel.methods
        ],
        method=ids.encode(parcel.method.id) if parcel.method else None,
        goods=parcel.goods,
        discount=parcel.discount,
        shipping=parcel.shipping,
        tax=parcel.tax,
        total=parcel.total,
    )


class DealSummary(Output, frozen=True):
    """An order in a list: what one buyer buys of one shop. `due_at` is when its timer moves it by itself; `parent` is the order that it
    belongs to, `listing` what it is about where that is one thing, which begins at `starts_at` and ends at `ends_at`."""

    id: str
    checkout: str | None
    parent: str | None
    listing: str | None
    shop: str
    shop_name: str
    process: str
    state: str
    state_title: str
    state_since: int
    due_at: int | None
    currency: str
    goods: int
    discount: int
    shipping: int
    tax: int
    total: int
    refunded: int
    created_at: int
    starts_at: int | None
    ends_at: int | None


class DealPage(Output, frozen=True):
    """Orders, the youngest first."""

    items: list[DealSummary]
    next: str | None


class DealCounts(Output, frozen=True):
    """How many orders are in each state; a state without any is not there."""

    states: dict[str, int]


class DealLine(Output, frozen=True):
    """What was bought, as it was then. The buyer pays amount - discount + tax for it. Without `variant` it was not taken from stock."""

    listing: str
    variant: str | None
    title: str
    options: list[Option]
    sku: str
    quantity: int
    unit_price: int
    amount: int
    discount: int
    tax: int


class DealEvent(Output, frozen=True):
    """What happened, by whom (buyer, seller, operator, clock, gateway, parent, rival), and what was said with it."""

    at: int
    move: str
    from_state: str
    to_state: str
    by: str
    data: dict[str, Any]


class DealRefund(Output, frozen=True):
    """Money for the buyer: asked for, or done once the gateway has sent it."""

    amount: int
    reason: str
    state: str
    asked_at: int
    settled_at: int | None


class PossibleMove(Output, frozen=True):
    """Something you can do now, what it needs, and what else may be given with it. From `until` on it is too late for it, however the
    order stands."""

    name: str
    title: str
    needs: list[str]
    takes: list[str]
    until: int | None


class ComingMove(Output, frozen=True):
    """What happens by itself, and when."""

    name: str
    title: str
    at: int


class OthersMove(Output, frozen=True):
    """Something that the other side can do: buyer, seller or operator."""

    by: str
    name: str
    title: str


class DealWhole(Output, frozen=True):
    """An order as one side sees it. `money` says where it is: none, held, released or returned; `commission` is what the market keeps of
    it, which buyers are not told. `moves` is what you can do now, `by_itself` what happens when nobody does anything, `others` what the
    other sides can do; `has_turn`: everybody waits for you. `children` are the orders that belong to this one."""

    deal: DealSummary
    money: str
    lines: list[DealLine]
    events: list[DealEvent]
    moves: list[PossibleMove]
    has_turn: bool
    by_itself: ComingMove | None
    others: list[OthersMove]
    children: list[DealSummary]
    refunds: list[DealRefund]
    address: dict[str, str]
    shipping_name: str
    commission: int | None


class CheckoutState(Output, frozen=True):
    """A checkout. `payment` is started (nothing known yet), waiting, paid, declined or abandoned; when it waits and `confirm_url` is
    given, the buyer has to agree there."""

    id: str
    currency: str
    total: int
    payment: str
    attempt: int
    confirm_url: str | None
    decline_code: str | None
    deals: list[DealSummary]


class DealRows(NamedTuple):
    """All that is told of one order."""

    deal: Deal
    shop: shops.Shop
    lines: Sequence[Line]
    events: Sequence[Event]
    refunds: Sequence[Refund]
    children: Sequence[Deal]
    outlook: Outlook


def deal(row: Deal, shop: shops.Shop) -> DealSummary:
    return DealSummary(
        id=ids.encode(row.id),
        checkout=None if row.checkout_id is None else ids.encode(row.checkout_id),
        parent=None if row.parent_id is None else ids.encode(row.parent_id),
        listing=None if row.listing_id is None else ids.encode(row.listing_id),
        shop=shop.slug,
        shop_name=shop.name,
        process=row.process,
        state=row.state,
        state_title=row.rules.states[row.state].title,
        state_since=row.state_since,
        due_at=row.due_at,
        currency=row.currency,
        goods=row.goods,
        discount=row.discount,
        shipping=row.shipping,
        tax=row.tax,
        total=row.total,
        refunded=row.refunded,
        created_at=row.created_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )


def deal_whole(rows: DealRows, side: Side) -> DealWhole:
    row, outlook = rows.deal, rows.outlook
    return DealWhole(
        deal=deal(row, rows.shop),
        money=row.rules.states[row.state].money,
        lines=[_line(line) for line in rows.lines],
        events=[_event(event) for event in rows.events],
        moves=[
            PossibleMove(
                name=one.move.name,
                title=one.move.title,
                needs=list(one.move.needs),
                takes=list(one.move.takes),
                until=one.until,
            )
            for one in outlook.now
        ],
        has_turn=outlook.has_turn,
        by_itself=_coming(outlook),
        others=[
            OthersMove(by=other, name=move.name, title=move.title)
            for other, moves in outlook.others.items()
            for move in moves
        ],
        children=[deal(child, rows.shop) for child in rows.children],
        refunds=[_refund(refund) for refund in rows.refunds],
        address=msgspec.json.decode(row.address),
        shipping_name=row.shipping_name,
        commission=None if side == "buyer" else row.commission,
    )


def _coming(outlook: Outlook) -> ComingMove | None:
    coming = outlook.by_itself
    return None if coming is None else ComingMove(name=coming.move.name, title=coming.move.title, at=coming.at)


def _line(line: Line) -> DealLine:
    return DealLine(
        listing=ids.encode(line.listing_id),
        variant=None if line.variant_id is None else ids.encode(line.variant_id),
        title=line.title,
        options=options(msgspec.json.decode(line.options, type=Options)),
        sku=line.sku,
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=line.amount,
        discount=line.discount,
        tax=line.tax,
    )


def _event(event: Event) -> DealEvent:
    return DealEvent(
        at=event.at,
        move=event.move,
        from_state=event.from_state,
        to_state=event.to_state,
        by=event.by_role,
        data=event.given,
    )


def _refund(refund: Refund) -> DealRefund:
    return DealRefund(
        amount=refund.amount,
        reason=refund.reason,
        state=refund.state,
        asked_at=refund.asked_at,
        settled_at=refund.settled_at,
    )


def checkout(row: Checkout, sellers: Mapping[int, shops.Shop]) -> CheckoutState:
    return CheckoutState(
        id=ids.encode(row.id),
        currency=row.currency,
        total=row.total,
        payment=row.payment.state,
        attempt=row.payment.attempt,
        confirm_url=row.payment.confirm_url if row.payment.state == "waiting" else None,
        decline_code=row.payment.decline_code,
        deals=[deal(one, sellers[one.shop_id]) for one in row.deals],
    )
