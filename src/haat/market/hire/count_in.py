"""In which zone the days and hours of hires are counted: one at a time, and no other while anything is booked in it.

Slots are days and hours of the calendar: two that were counted in different zones could share time and not overlap. So the zone is written
down; a market that never did counts in UTC.
"""

from __future__ import annotations

from haat.kernel.errors import Refused
from haat.kernel.zone import Zone
from haat.market.hire import queries
from haat.market.hire.period import Period, date_of
from haat.market.hire.tables import hire_calendar
from haat.store import Store, Tx

_ONLY = 1
_AT_FIRST = "UTC"  # in which all were counted before there was a choice


def count_in(store: Store, zone: Zone) -> None:
    """From now on hires are counted in this zone. Raises Refused while hires are on that were counted in another."""
    if store.value(queries.ZONE, id=_ONLY) != zone.name:
        store.write(lambda tx: _count_in(tx, zone))


def refuse_other(store: Store, zone: Zone) -> None:
    """Raises Refused where `count_in` would."""
    _refuse_change(store, store.value(queries.ZONE, id=_ONLY) or _AT_FIRST, zone)


def stay_in(tx: Tx, zone: Zone) -> None:
    """Nobody begins to count in another zone until this transaction ends. Raises Refused where hires are counted in another."""
    known = tx.value(queries.STAY_IN_ZONE, id=_ONLY)
    if known is None:
        tx.insert_once(hire_calendar, id=_ONLY, zone=_AT_FIRST)
        known = tx.value(queries.STAY_IN_ZONE, id=_ONLY)
    if known != zone.name:
        raise Refused(
            "It cannot be booked at this moment.",
            why="The time zone of the market is not settled.",
            try_="Choose the time again later.",
        )


def _count_in(tx: Tx, zone: Zone) -> None:
    tx.insert_once(hire_calendar, id=_ONLY, zone=_AT_FIRST)
    known = str(tx.value(queries.TAKE_ZONE, id=_ONLY))
    if known != zone.name:
        _refuse_change(tx, known, zone)
        tx.run(queries.SET_ZONE, row=_ONLY, new_zone=zone.name)


def _refuse_change(store: Store | Tx, known: str, zone: Zone) -> None:
    if known == zone.name:
        return
    hires = store.read(queries.HIRES_ON)
    if hires:
        count = sum(number for _, number, _ in hires)
        last_day = max(Period(per, 0, after_last).last_day for per, _, after_last in hires)
        raise Refused(
            f"The time zone of the market cannot change from {known} to {zone.name} yet.",
            why=f"Hires that are on were booked by the days and hours of {known}: {count}, the last until {date_of(last_day)}.",
            try_=f'Write time_zone = "{known}" below [market] in haat.toml, and change it when they are over.',
        )
