"""Who has which unit when. Of every hire that is on, each unit has a row a slot, and the gap after it: the key of the table lets no two have one.

Slots are written in the order of their key, so that two who want the same wait for each other and never in a circle.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from haat.kernel.clock import HOUR
from haat.kernel.errors import Invalid, Refused
from haat.kernel.zone import Zone
from haat.market.hire import queries
from haat.market.hire.equipment import Equipment, Terms
from haat.market.hire.period import LENGTH, MOST_SLOTS, Per, Period, weekday
from haat.market.hire.price import Part, Prices, Rate, Rent, rent_of
from haat.store import IntegrityError, Store, Tx


class NotFree(Refused):
    """There are not as many free units in this period. `free` is how many there are."""

    code = "not_free"

    def __init__(self, free: int) -> None:
        why = f"{free} units are free in all of it." if free else "No unit is free in all of it."
        super().__init__("It is not free then.", why=why, try_="Choose other days, or fewer units.")
        self.free = free


class TakenMeanwhile(NotFree):
    """Somebody else took one of the units between the look and the write. Others may still be free: try again."""


class Booking(NamedTuple):
    """What a hire was booked by. `parts` say how the rent of one unit was reckoned, `kept_when_late` is in basis points."""

    deal_id: int
    listing_id: int
    period: Period
    quantity: int
    prices: Prices
    parts: tuple[Part, ...]
    kept_when_late: int
    brought_back_at: int | None

    def late_fee(self, ended_at: int, now: int) -> Rent:
        """What the time after the end costs for one unit, until it was brought back or, if it was not, until now.

        It is the time that really passed: every hour, or every 24 of them, that was begun.
        """
        back_at = now if self.brought_back_at is None else self.brought_back_at
        late = min(-(-(back_at - ended_at) // LENGTH[self.period.per]), MOST_SLOTS)
        if late <= 0:
            return Rent(0, ())
        return rent_of(Period(self.period.per, self.period.after_last, self.period.after_last + late), self.prices)


def refuse_unless_possible(found: Equipment, period: Period, now: int, zone: Zone) -> None:
    """Whether the owner hires out at such times at all. Raises Invalid with what is wrong, by field."""
    terms, wrong = found.terms, dict[str, str]()
    if _is_too_soon(terms, period, now, zone):
        wrong["start"] = "It cannot begin so soon."
    elif _is_closed(found, period.first_day):
        wrong["start"] = "Nothing is handed over on this day."
    if period.slots < terms.least:
        wrong["end"] = f"It is hired out for at least {terms.least} {_PLURAL[terms.per]}."
    elif period.slots > MOST_SLOTS:
        wrong["end"] = f"It is hired out for at most {MOST_SLOTS} {_PLURAL[terms.per]}."
    elif _is_closed(found, period.last_day):
        wrong["end"] = "Nothing is taken back on this day."
    if wrong:
        raise Invalid("It cannot be hired like this.", fields=wrong)


_PLURAL: Mapping[Per, str] = {"day": "days", "hour": "hours"}


def _is_too_soon(terms: Terms, period: Period, now: int, zone: Zone) -> bool:
    """Days ahead are days of the calendar; hours ahead are hours that really pass, from the one that has begun."""
    if terms.per == "day":
        return period.first < zone.day_of(now) + terms.ahead
    return period.starts_at(zone) < max(now, now - zone.wall(now) % HOUR + terms.ahead * HOUR)


def _is_closed(found: Equipment, day: int) -> bool:
    return str(weekday(day)) in found.terms.closed or day in found.closed_days


def free_units(store: Store | Tx, found: Equipment, period: Period, most: int = 1000) -> list[int]:
    """The units that nobody has in all of the period and the gap after it, in the order of their ids."""
    until = period.after_last + found.terms.gap
    rows = store.read(queries.FREE_UNITS, listing=found.listing_id, first=period.first, until=until, most=most)
    return [unit_id for (unit_id,) in rows]


def free_by_slot(store: Store | Tx, found: Equipment, first: int, until: int) -> list[int]:
    """How many units are free in each slot from `first` up to, and not with, `until`."""
    taken: dict[int, int] = dict(store.read(queries.TAKEN, listing=found.listing_id, first=first, until=until))
    offered = len(found.offered)
    return [offered - taken.get(slot, 0) for slot in range(first, until)]


def alone(tx: Tx, listing_id: int) -> None:
    """Nobody else books of this listing, or changes how it is hired out, until this transaction ends."""
    tx.first(queries.TAKE_TERMS, listing=listing_id)


def take(
    tx: Tx, deal_id: int, found: Equipment, period: Period, quantity: int, rent: Rent, kept_when_late: int
) -> None:
    """Give units to a deal for the period. Raises NotFree; then the unit of work has to end, for part of it may be written."""
    chosen = free_units(tx, found, period, quantity)
    if len(chosen) < quantity:
        raise NotFree(len(chosen))
    tx.run(
        queries.ADD_BOOKING,
        deal_id=deal_id,
        listing_id=found.listing_id,
        **period._asdict(),
        gap=found.terms.gap,
        quantity=quantity,
        prices=msgspec.json.encode(found.prices).decode(),
        parts=msgspec.json.encode(rent.parts).decode(),
        kept_when_late=kept_when_late,
        brought_back_at=None,
    )
    tx.many(queries.ADD_BOOKED_UNIT, [{"deal_id": deal_id, "unit_id": unit_id} for unit_id in chosen])
    slots = range(period.first, period.after_last + found.terms.gap)
    try:
        tx.many(
            queries.TAKE_SLOT,
            [{"unit_id": unit_id, "slot": slot, "deal_id": deal_id} for unit_id in chosen for slot in slots],
        )
    except IntegrityError as error:
        raise TakenMeanwhile(0) from error


def let_go(tx: Tx, deal_id: int) -> None:
    """The units of a deal are free again, in what is left of the period; nothing where it has none."""
    tx.run(queries.FREE_SLOTS, deal=deal_id)


def bring_back(tx: Tx, deal_id: int) -> None:
    """It is back since now; the first time counts."""
    tx.run(queries.BRING_BACK, deal=deal_id, at=tx.now)


def take_word_back(tx: Tx, deal_id: int) -> None:
    """It is not back after all."""
    tx.run(queries.NOT_BACK, deal=deal_id)


def booking(store: Store | Tx, deal_id: int) -> Booking | None:
    """What a deal has booked; None for one that is no hire."""
    row = store.first(queries.BOOKING, deal=deal_id)
    if row is None:
        return None
    id_, listing_id, per, first, after_last, quantity, prices, parts, kept, back_at = row
    return Booking(
        id_,
        listing_id,
        Period(per, first, after_last),
        quantity,
        msgspec.json.decode(prices, type=dict[Rate, int]),
        msgspec.json.decode(parts, type=tuple[Part, ...]),
        kept,
        back_at,
    )


def unit_names(store: Store | Tx, deal_id: int) -> list[str]:
    """Which units a deal has or had."""
    return [name for (name,) in store.read(queries.BOOKED_UNITS, deal=deal_id)]
