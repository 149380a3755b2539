"""The statements of this room."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    null,
    select,
    update,
)

from haat.market.accounts.tables import accounts, shops
from haat.market.catalogue.queries import refreshing
from haat.market.catalogue.tables import listings, shelves
from haat.market.hire.tables import (
    booked_units,
    bookings,
    closed_days,
    hire_calendar,
    hire_prices,
    hire_terms,
    slots,
    units,
)

LISTING: BindParameter[int] = bindparam("listing")

TERMS = select(
    hire_terms.c.per,
    hire_terms.c.deposit,
    hire_terms.c.least,
    hire_terms.c.ahead,
    hire_terms.c.gap,
    hire_terms.c.closed,
).where(hire_terms.c.listing_id == LISTING)
# Whoever books, or changes how it is hired out, takes this row first: one after the other, each sees what the one before did.
TAKE_TERMS = select(hire_terms.c.listing_id).where(hire_terms.c.listing_id == LISTING).with_for_update(key_share=True)
ADD_TERMS = insert(hire_terms).values({column.name: bindparam(column.name) for column in hire_terms.c})
SET_TERMS = (
    update(hire_terms)
    .where(hire_terms.c.listing_id == LISTING)
    .values({name: bindparam(f"new_{name}") for name in ("per", "deposit", "least", "ahead", "gap", "closed")})
)
PRICES = (
    select(hire_prices.c.rate, hire_prices.c.price)
    .where(hire_prices.c.listing_id == LISTING)
    .order_by(hire_prices.c.price, hire_prices.c.rate)
)
FORGET_PRICES = delete(hire_prices).where(hire_prices.c.listing_id == LISTING)
ADD_PRICE = insert(hire_prices).values({column.name: bindparam(column.name) for column in hire_prices.c})
CLOSED_DAYS = select(closed_days.c.day).where(
    closed_days.c.listing_id == LISTING, closed_days.c.day >= bindparam("since")
)
CLOSE_DAY = insert(closed_days).values({column.name: bindparam(column.name) for column in closed_days.c})
OPEN_DAY = delete(closed_days).where(closed_days.c.listing_id == LISTING, closed_days.c.day == bindparam("which"))

UNITS = select(units.c.id, units.c.name, units.c.retired_at).where(units.c.listing_id == LISTING).order_by(units.c.id)
COUNT_UNITS = select(func.count()).where(units.c.listing_id == LISTING, units.c.retired_at.is_(None))
RENAME_UNIT = (
    update(units)
    .where(units.c.id == bindparam("unit"), units.c.listing_id == LISTING)
    .values(name=bindparam("new_name"))
)
RETIRE_UNIT = (
    update(units)
    .where(units.c.id == bindparam("unit"), units.c.listing_id == LISTING, units.c.retired_at.is_(None))
    .values(retired_at=bindparam("at"))
)
HAS_SLOTS = select(exists().where(slots.c.unit_id == units.c.id, units.c.listing_id == LISTING))

ZONE = select(hire_calendar.c.zone).where(hire_calendar.c.id == bindparam("id"))
STAY_IN_ZONE = ZONE.with_for_update(read=True)
TAKE_ZONE = ZONE.with_for_update()
SET_ZONE = update(hire_calendar).where(hire_calendar.c.id == bindparam("row")).values(zone=bindparam("new_zone"))
HIRES_ON = (
    select(bookings.c.per, func.count(), func.max(bookings.c.after_last))
    .where(exists().where(slots.c.deal_id == bookings.c.deal_id))
    .group_by(bookings.c.per)
)

_IN_PERIOD = and_(slots.c.slot >= bindparam("first"), slots.c.slot < bindparam("until"))
FREE_UNITS = (
    select(units.c.id)
    .where(
        units.c.listing_id == LISTING,
        units.c.retired_at.is_(None),
        ~exists().where(slots.c.unit_id == units.c.id, _IN_PERIOD),
    )
    .order_by(units.c.id)
    .limit(bindparam("most"))
)
TAKEN = (
    select(slots.c.slot, func.count())
    .select_from(slots.join(units, units.c.id == slots.c.unit_id))
    .where(units.c.listing_id == LISTING, units.c.retired_at.is_(None), _IN_PERIOD)
    .group_by(slots.c.slot)
)

ADD_BOOKING = insert(bookings).values({column.name: bindparam(column.name) for column in bookings.c})
ADD_BOOKED_UNIT = insert(booked_units).values({column.name: bindparam(column.name) for column in booked_units.c})
TAKE_SLOT = insert(slots).values({column.name: bindparam(column.name) for column in slots.c})
FREE_SLOTS = delete(slots).where(slots.c.deal_id == bindparam("deal"))
BOOKING = select(
    bookings.c.deal_id,
    bookings.c.listing_id,
    bookings.c.per,
    bookings.c.first,
    bookings.c.after_last,
    bookings.c.quantity,
    bookings.c.prices,
    bookings.c.parts,
    bookings.c.kept_when_late,
    bookings.c.brought_back_at,
).where(bookings.c.deal_id == bindparam("deal"))
BOOKED_UNITS = (
    select(units.c.name)
    .join(booked_units, booked_units.c.unit_id == units.c.id)
    .where(booked_units.c.deal_id == bindparam("deal"))
    .order_by(units.c.id)
)
BRING_BACK = (
    update(bookings)
    .where(bookings.c.deal_id == bindparam("deal"), bookings.c.brought_back_at.is_(None))
    .values(brought_back_at=bindparam("at"))
)
NOT_BACK = update(bookings).where(bookings.c.deal_id == bindparam("deal")).values(brought_back_at=None)

OFFER = (
    select(
        listings.c.id,
        listings.c.title,
        listings.c.handle,
        listings.c.photo,
        listings.c.state,
        listings.c.currency,
        shops.c.id,
        shops.c.name,
        shops.c.slug,
        shops.c.owner_id,
        shops.c.commission,
        accounts.c.suspended_at,
    )
    .select_from(listings)
    .join(shops, shops.c.id == listings.c.shop_id)
    .join(accounts, accounts.c.id == shops.c.owner_id)
    .where(listings.c.id == LISTING, listings.c.kind == "equipment")
)

# What the card of equipment shows: what the shortest time costs, and how many units there are.
REFRESH = refreshing(
    price_from=func.coalesce(
        select(func.min(hire_prices.c.price)).where(hire_prices.c.listing_id == LISTING).scalar_subquery(), 0
    ),
    price_to=func.coalesce(
        select(func.max(hire_prices.c.price)).where(hire_prices.c.listing_id == LISTING).scalar_subquery(), 0
    ),
    compare_at=null(),
    free=COUNT_UNITS.scalar_subquery(),
)


def is_free(listing_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a listing has a unit that is free from the day `free_from` to the day before `free_until`; values by `free_params`."""

    def slot(day: str, hour: str) -> ColumnElement[int]:
        return case((hire_terms.c.per == "hour", bindparam(hour, type_=Integer)), else_=bindparam(day, type_=Integer))

    # One range, so that of all slots of a unit only those in it are read.
    taken = exists().where(
        slots.c.unit_id == units.c.id,
        slots.c.slot >= slot("free_from", "free_from_hour"),
        slots.c.slot < slot("free_until", "free_until_hour"),
    )
    return exists(
        select(units.c.id)
        .join(hire_terms, hire_terms.c.listing_id == units.c.listing_id)
        .where(units.c.listing_id == listing_id, units.c.retired_at.is_(None), ~taken)
    )


def free_params(first_day: int, last_day: int) -> dict[str, Any]:
    """The values of `is_free` for these days since 1970, both in it."""
    return {
        "free_from": first_day,
        "free_until": last_day + 1,
        "free_from_hour": first_day * 24,
        "free_until_hour": (last_day + 1) * 24,
    }


HAS_EQUIPMENT = select(hire_terms.c.listing_id).limit(1)
# Among the newest of a category: to learn that a large one has none, all of it would have to be looked through.
_newest = (
    select(shelves.c.listing_id)
    .where(shelves.c.category_id == bindparam("category"))
    .order_by(shelves.c.published_at.desc(), shelves.c.listing_id.desc())
    .limit(100)
    .subquery("newest")
)
HAS_EQUIPMENT_IN_CATEGORY = (
    select(hire_terms.c.listing_id).join(_newest, _newest.c.listing_id == hire_terms.c.listing_id).limit(1)
)
