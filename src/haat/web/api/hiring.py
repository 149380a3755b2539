"""What is for hire: when it is free, what it costs, and booking it. Owners say how it is hired out."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import msgspec

from haat.adapters.sandbox.cards import tokenise
from haat.kernel import clock, ids
from haat.kernel.clock import DAY
from haat.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from haat.market.catalogue.item import item
from haat.market.deals.hire import MOST_UNITS, HireOrder, HireQuote, Wish
from haat.market.deals.place import Address, PriceChanged
from haat.market.hire import book, equip
from haat.market.hire.book import NotFree
from haat.market.hire.equipment import Equipment, Terms, equipment, offer
from haat.market.hire.period import LENGTH, MOST_SLOTS, Per, Period, begin_of, date_of, day_of, read, slot_as_text
from haat.market.hire.price import Rate
from haat.web.api import deal_shapes
from haat.web.api.buying import Card, as_checkout
from haat.web.api.kinds import Amount, Country, Id
from haat.web.api.own_shop import own
from haat.web.http import Context
from haat.web.routes import Endpoint, Input, Output

_Text = Annotated[str, msgspec.Meta(max_length=25, examples=["2030-05-01"])]
_Slots = Annotated[int, msgspec.Meta(ge=0, le=8784)]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
_Day = Annotated[str, msgspec.Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", examples=["2030-05-01"])]


class AvailabilityQuery(Input, frozen=True):
    """From the day `first` to the day `last` of the market's calendar, both in it; at most 62 days."""

    first: _Day
    last: _Day


class QuoteQuery(Input, frozen=True):
    """`start` and `end` are days, both in it (2030-05-01), or hours (2030-05-01T09:00) as the listing is hired out. Days are
    those of the market's calendar. An hour is one of its clocks, unless it says how far from UTC it is (2030-05-01T09:00+02:00)."""

    start: _Text
    end: _Text
    quantity: Annotated[int, msgspec.Meta(ge=1, le=MOST_UNITS)] = 1
    country: Country | None = None


class NewHire(Input, frozen=True):
    """A booking. `key` is yours and new for each booking: sent again, it is the same one. `start` and `end` are as in a quote. `total`, in
    minor units, is what the hirer was shown: when it has changed, nothing is booked."""

    key: Annotated[str, msgspec.Meta(min_length=8, max_length=80)]
    listing: Id
    start: _Text
    end: _Text
    address: Address
    card: Card
    quantity: Annotated[int, msgspec.Meta(ge=1, le=MOST_UNITS)] = 1
    total: Annotated[int, msgspec.Meta(ge=0, le=10**18)] | None = None


class HireTerms(Input, frozen=True):
    """How a listing is hired out. `per` is day or hour; `least`, `ahead` (from the booking to the beginning) and `gap` (between two hires)
    count them. `closed` are weekdays without hand-over, 1 is Monday. `prices` by rate: hour, day, weekend, week."""

    per: Annotated[str, msgspec.Meta(pattern="^(day|hour)$")]
    prices: dict[str, Amount]
    deposit: Annotated[int, msgspec.Meta(ge=0, le=10**12)] = 0
    least: Annotated[int, msgspec.Meta(ge=1, le=MOST_SLOTS)] = 1
    ahead: _Slots = 0
    gap: _Slots = 0
    closed: Annotated[tuple[Annotated[int, msgspec.Meta(ge=1, le=7)], ...], msgspec.Meta(max_length=7)] = ()


class NewUnit(Input, frozen=True):
    """The name or the serial number of one thing that is handed over."""

    name: _Name


class ClosedDays(Input, frozen=True):
    """From the day `first` to the day `last` of the market's calendar, both in it."""

    first: _Day
    last: _Day


class Slot(Output, frozen=True):
    """A day or an hour: the instant at which it begins, how it is written as `start` of a quote, and how many units are free in it."""

    at: int
    start: str
    free: int


class Availability(Output, frozen=True):
    """Each day or hour of the market's calendar and clocks, which are those of `time_zone`, in order. A day in which the clocks are changed has 23 or 25 hours; the hour that
    they show twice is one, and the one that they jump over is not there. `units` is how many there are in all; `closed_days` have no hand-over
    and no return."""

    per: str
    time_zone: str
    units: int
    slots: list[Slot]
    closed_days: list[str]


class HirePart(Output, frozen=True):
    """A rate (hour, day, weekend, week), how often it was taken for one unit, and its price."""

    rate: str
    count: int
    price: int


class HireCosts(Output, frozen=True):
    """What a hire costs, and the instants at which it begins and ends. `rent` is of all units, reckoned of `parts` for each; the deposit comes back. `free` units could be had."""

    currency: str
    starts_at: int
    ends_at: int
    quantity: int
    free: int
    parts: list[HirePart]
    rent: int
    tax: int
    deposit: int
    total: int


class Unit(Output, frozen=True):
    """One thing that is handed over; retired ones are hired out no longer."""

    id: str
    name: str
    retired_at: int | None


class HireSetup(Output, frozen=True):
    """How a listing is hired out, as its owner said it; see HireTerms."""

    per: str
    prices: dict[str, int]
    deposit: int
    least: int
    ahead: int
    gap: int
    closed: list[int]
    closed_days: list[str]
    units: list[Unit]


def show_availability(ctx: Context, id: int, query: AvailabilityQuery) -> Availability:
    goods = _for_hire(ctx, id)
    first, last = _days(query.first, query.last)
    if last - first >= 62:
        raise Invalid("This is too long.", fields={"last": "Ask for at most 62 days."})
    per, a_day = goods.terms.per, DAY // LENGTH[goods.terms.per]
    start, until = first * a_day, (last + 1) * a_day
    skipped = ctx.zone.skipped_hours(start, until) if per == "hour" else ()
    free = book.free_by_slot(ctx.store, goods, start, until)
    return Availability(
        per=per,
        time_zone=ctx.zone.name,
        units=len(goods.offered),
        slots=[_slot(ctx, per, slot, count) for slot, count in enumerate(free, start) if slot not in skipped],
        closed_days=[day for day in _closed(goods) if query.first <= day <= query.last],
    )


def show_costs(ctx: Context, id: int, query: QuoteQuery) -> HireCosts:
    goods = _for_hire(ctx, id)
    country = query.country or (ctx.me.country if ctx.me else ctx.settings.market.country)
    wish = Wish(id, read(goods.terms.per, query.start, query.end, ctx.zone), query.quantity, country)
    return _costs(ctx.app.hire.quote(wish, ctx.me.id if ctx.me else None))


def hire(ctx: Context, body: NewHire) -> Any:
    if not ctx.member.is_verified:
        raise NotAllowed("Confirm your address first.", try_="Use the link in the mail that we sent you.")
    listing_id = ids.decode(body.listing)
    period: Period = read(_for_hire(ctx, listing_id).terms.per, body.start, body.end, ctx.zone)
    card = tokenise(body.card.number, body.card.expiry, body.card.cvc)
    order = HireOrder(body.key, listing_id, period, body.quantity, body.address, body.total)
    placed, _ = ctx.app.hire.run(ctx.member.id, order, card, f"{ctx.origin}/checkout/{{checkout}}/back")
    return as_checkout(ctx, placed)


def show_setup(ctx: Context, id: int) -> HireSetup:
    return _setup(_own(ctx, id))


def change_setup(ctx: Context, id: int, body: HireTerms) -> HireSetup:
    closed = "".join(str(day) for day in body.closed)
    per = "hour" if body.per == "hour" else "day"
    terms = Terms(per, body.deposit, body.least, body.ahead, body.gap, closed)  # type: ignore[arg-type]
    prices: dict[Rate, int] = body.prices  # type: ignore[assignment]
    ctx.store.write(lambda tx: equip.set_terms(tx, ctx.app.catalogue, own(ctx), id, terms, prices))
    return _setup(_own(ctx, id))


def create_unit(ctx: Context, id: int, body: NewUnit) -> HireSetup:
    ctx.store.write(lambda tx: equip.add_unit(tx, ctx.app.catalogue, own(ctx), id, body.name))
    return _setup(_own(ctx, id))


def rename_unit(ctx: Context, id: int, unit: int, body: NewUnit) -> HireSetup:
    ctx.store.write(lambda tx: equip.rename_unit(tx, own(ctx), id, unit, body.name))
    return _setup(_own(ctx, id))


def retire_unit(ctx: Context, id: int, unit: int) -> HireSetup:
    ctx.store.write(lambda tx: equip.retire_unit(tx, ctx.app.catalogue, own(ctx), id, unit))
    return _setup(_own(ctx, id))


def close_days(ctx: Context, id: int, body: ClosedDays) -> HireSetup:
    first, last = _days(body.first, body.last)
    ctx.store.write(lambda tx: equip.close_days(tx, own(ctx), id, first, last))
    return _setup(_own(ctx, id))


def open_day(ctx: Context, id: int, day: str) -> HireSetup:
    first, _ = _days(day, day)
    ctx.store.write(lambda tx: equip.open_day(tx, own(ctx), id, first))
    return _setup(_own(ctx, id))


def _for_hire(ctx: Context, listing_id: int) -> Equipment:
    """What everybody may see. Raises NotFound."""
    if not offer(ctx.store, listing_id).is_for_hire:
        raise NotFound("There is no such listing for hire.")
    return equipment(ctx.store, listing_id, since_day=ctx.zone.day_of(clock.now()))


def _own(ctx: Context, listing_id: int) -> Equipment:
    found = item(ctx.store, listing_id)
    if found is None or found.kind != "equipment" or found.shop_id != own(ctx):
        raise NotFound("There is no such listing for hire in your shop.")
    return equipment(ctx.store, listing_id, since_day=ctx.zone.day_of(clock.now()))


def _slot(ctx: Context, per: Per, slot: int, free: int) -> Slot:
    return Slot(at=begin_of(per, slot, ctx.zone), start=slot_as_text(per, slot), free=free)


def _days(first: str, last: str) -> tuple[int, int]:
    try:
        return day_of(first), day_of(last)
    except ValueError as error:
        raise Invalid("This is no day.", fields={"first": "Write a day such as 2030-12-31."}) from error


def _closed(goods: Equipment) -> list[str]:
    return [date_of(day) for day in sorted(goods.closed_days)]


def _costs(quote: HireQuote) -> HireCosts:
    return HireCosts(
        currency=quote.offer.currency,
        starts_at=quote.starts_at,
        ends_at=quote.ends_at,
        quantity=quote.wish.quantity,
        free=quote.free,
        parts=[HirePart(rate=part.rate, count=part.times, price=part.price) for part in quote.rent.parts],
        rent=quote.amount,
        tax=quote.tax,
        deposit=quote.deposit,
        total=quote.total,
    )


def _setup(goods: Equipment) -> HireSetup:
    terms = goods.terms
    return HireSetup(
        per=terms.per,
        prices={rate: price for rate, price in goods.prices.items()},  # noqa: C416
        deposit=terms.deposit,
        least=terms.least,
        ahead=terms.ahead,
        gap=terms.gap,
        closed=[int(digit) for digit in terms.closed],
        closed_days=_closed(goods),
        units=[Unit(id=ids.encode(unit.id), name=unit.name, retired_at=unit.retired_at) for unit in goods.units],
    )


_owning = partial(Endpoint, needs="seller", scope="listings:write", gives=HireSetup)

ENDPOINTS = [
    Endpoint(
        "GET",
        "/listings/{id:id}/availability",
        show_availability,
        "When something is free for hire",
        query=AvailabilityQuery,
        gives=Availability,
        errors=(Invalid, NotFound),
    ),
    Endpoint(
        "GET",
        "/listings/{id:id}/hire",
        show_costs,
        "What a hire costs",
        query=QuoteQuery,
        gives=HireCosts,
        errors=(Invalid, NotFound, NotFree, Refused),
    ),
    Endpoint(
        "POST",
        "/hires",
        hire,
        "Book",
        takes=NewHire,
        gives=deal_shapes.CheckoutState,
        needs="signed_in",
        scope="purchases:write",
        errors=(NotFree, PriceChanged, Refused, Invalid, Conflict, NotAllowed, NotFound),
        description="Takes the units, asks the gateway, and says how the payment stands. It makes two orders, the hire and its deposit, "
        "which is one of the hire's `children`. Sent again with the same key it answers with the checkout as it stands by then.",
    ),
    Endpoint(
        "GET",
        "/shop/listings/{id:id}/hire",
        show_setup,
        "How your listing is hired out",
        gives=HireSetup,
        needs="seller",
        scope="listings:read",
        errors=(NotFound,),
    ),
    _owning(
        "PUT",
        "/shop/listings/{id:id}/hire",
        change_setup,
        "Say how it is hired out and what it costs",
        takes=HireTerms,
        errors=(Invalid, NotFound, Refused),
    ),
    _owning(
        "POST",
        "/shop/listings/{id:id}/units",
        create_unit,
        "Add a unit",
        takes=NewUnit,
        status=201,
        errors=(Invalid, NotFound, Refused),
        idempotent=True,
    ),
    _owning(
        "PATCH",
        "/shop/listings/{id:id}/units/{unit:id}",
        rename_unit,
        "Rename a unit",
        takes=NewUnit,
        errors=(Invalid, NotFound),
    ),
    _owning(
        "DELETE",
        "/shop/listings/{id:id}/units/{unit:id}",
        retire_unit,
        "Take a unit off; what it is booked for goes on",
        errors=(NotFound,),
    ),
    _owning(
        "POST",
        "/shop/listings/{id:id}/closed-days",
        close_days,
        "Close days",
        takes=ClosedDays,
        errors=(Invalid, NotFound),
    ),
    _owning(
        "DELETE", "/shop/listings/{id:id}/closed-days/{day}", open_day, "Open a day again", errors=(Invalid, NotFound)
    ),
]
