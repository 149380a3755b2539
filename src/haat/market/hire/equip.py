"""What an owner says of equipment: how it is hired out, what it costs, which units there are, when it is closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from haat.kernel.errors import Invalid, NotFound, Refused
from haat.kernel.ids import new_id
from haat.market.catalogue.listing import Catalogue, KindRules, own, refresh
from haat.market.catalogue.variant import HIGHEST_PRICE
from haat.market.hire import queries
from haat.market.hire.equipment import Terms, equipment
from haat.market.hire.period import LAST_DAY, LENGTH, MOST_SLOTS
from haat.market.hire.price import BASIC, RATES, Prices
from haat.market.hire.tables import units
from haat.store import Tx

MOST_UNITS = 500
MOST_CLOSED_DAYS = 400
_MOST_AHEAD = 366 * 24 * 3_600_000  # milliseconds


def set_terms(tx: Tx, catalogue: Catalogue, shop_id: int, listing_id: int, terms: Terms, prices: Prices) -> None:
    """How it is hired out and what it costs. Hires that are booked keep what they were booked by.

    Raises Invalid with every field that is wrong, Refused when days should become hours (or hours days) while it is booked, NotFound.
    """
    _own(tx, shop_id, listing_id)
    tidy = terms._replace(closed="".join(sorted(set(terms.closed))))
    _check(tidy, prices)
    tx.first(queries.TAKE_TERMS, listing=listing_id)
    known = tx.first(queries.TERMS, listing=listing_id)
    if (
        known is not None
        and (known[0], known[4]) != (tidy.per, tidy.gap)
        and tx.value(queries.HAS_SLOTS, listing=listing_id)
    ):
        raise Refused(
            "This cannot change while it is booked.",
            why="What is booked was reckoned in the days or hours, and with the gap, that it has now.",
            try_="Change it when the last hire is over, or offer it as another listing.",
        )
    if known is None:
        tx.run(queries.ADD_TERMS, listing_id=listing_id, **tidy._asdict())
    else:
        tx.run(
            queries.SET_TERMS, listing=listing_id, **{f"new_{name}": value for name, value in tidy._asdict().items()}
        )
    tx.run(queries.FORGET_PRICES, listing=listing_id)
    tx.many(queries.ADD_PRICE, [{"listing_id": listing_id, "rate": r, "price": p} for r, p in sorted(prices.items())])
    refresh(tx, catalogue, listing_id)


def add_unit(tx: Tx, catalogue: Catalogue, shop_id: int, listing_id: int, name: str) -> int:
    """One more thing to hand over; returns its id. Raises Invalid, Refused when there are too many, NotFound."""
    _own(tx, shop_id, listing_id)
    if tx.value(queries.COUNT_UNITS, listing=listing_id) >= MOST_UNITS:
        raise Refused(f"A listing has at most {MOST_UNITS} units.", try_="Offer more of them as another listing.")
    unit_id = new_id()
    tx.insert(units, id=unit_id, listing_id=listing_id, name=_name(name), created_at=tx.now)
    refresh(tx, catalogue, listing_id)
    return unit_id


def rename_unit(tx: Tx, shop_id: int, listing_id: int, unit_id: int, name: str) -> None:
    """Raises Invalid and NotFound."""
    _own(tx, shop_id, listing_id)
    if tx.run(queries.RENAME_UNIT, unit=unit_id, listing=listing_id, new_name=_name(name)) != 1:
        raise NotFound("There is no such unit.")


def retire_unit(tx: Tx, catalogue: Catalogue, shop_id: int, listing_id: int, unit_id: int) -> None:
    """It is hired out no longer; the hires that it is booked for go on. Raises NotFound."""
    _own(tx, shop_id, listing_id)
    if tx.run(queries.RETIRE_UNIT, unit=unit_id, listing=listing_id, at=tx.now) != 1:
        raise NotFound("There is no such unit.")
    refresh(tx, catalogue, listing_id)


def close_days(tx: Tx, shop_id: int, listing_id: int, first: int, last: int) -> None:
    """Nothing is handed over or taken back from the day `first` to `last`, in days since 1970. Raises Invalid and NotFound."""
    _own(tx, shop_id, listing_id)
    known = equipment(tx, listing_id).closed_days
    if not 0 <= first <= last <= LAST_DAY or len(known) + last - first >= MOST_CLOSED_DAYS:
        raise Invalid(
            "These days cannot be closed.",
            fields={"last": f"Close at most {MOST_CLOSED_DAYS} days, the first one first."},
        )
    rows = [{"listing_id": listing_id, "day": day} for day in range(first, last + 1) if day not in known]
    tx.many(queries.CLOSE_DAY, rows)


def open_day(tx: Tx, shop_id: int, listing_id: int, day: int) -> None:
    """Open again on this day. Once is enough. Raises NotFound."""
    _own(tx, shop_id, listing_id)
    tx.run(queries.OPEN_DAY, listing=listing_id, which=day)


def _own(tx: Tx, shop_id: int, listing_id: int) -> None:
    if own(tx, shop_id, listing_id).kind != "equipment":
        raise NotFound("There is no such listing for hire in your shop.")


def _check(terms: Terms, prices: Prices) -> None:
    if terms.per not in LENGTH:
        raise Invalid("It cannot be hired out like this.", fields={"per": "Choose days or hours."})
    wrong: dict[str, str] = {}
    if not 0 <= terms.deposit <= HIGHEST_PRICE:
        wrong["deposit"] = "The deposit cannot be negative, nor beyond all measure."
    if not 1 <= terms.least <= MOST_SLOTS:
        wrong["least"] = f"From 1 to {MOST_SLOTS}."
    if not 0 <= terms.ahead * LENGTH[terms.per] <= _MOST_AHEAD:
        wrong["ahead"] = "At most a year."
    if not 0 <= terms.gap <= MOST_SLOTS:
        wrong["gap"] = f"From 0 to {MOST_SLOTS}."
    if not set(terms.closed) <= set("1234567") or len(terms.closed) > 6:
        wrong["closed"] = "Leave one day of the week open."
    wrong |= _wrong_prices(terms, prices)
    if wrong:
        raise Invalid("It cannot be hired out like this.", fields=wrong)


def _wrong_prices(terms: Terms, prices: Mapping[Any, int]) -> dict[str, str]:
    wrong = {
        f"price.{rate}": "Give a price above zero, and not beyond all measure."
        for rate, price in prices.items()
        if rate in RATES and not 0 < price <= HIGHEST_PRICE
    }
    if unknown := sorted(set(prices) - set(RATES)):
        wrong["prices"] = f"There is no rate “{unknown[0]}”."
    if not set(BASIC[terms.per]) & set(prices):
        wrong[f"price.{BASIC[terms.per][0]}"] = "Without this price nothing can be reckoned."
    return wrong


def _name(text: str) -> str:
    tidy = " ".join(text.split())
    if not 1 <= len(tidy) <= 80:
        raise Invalid(
            "The unit needs a name.", fields={"name": "Write a name or a serial number of 1 to 80 characters."}
        )
    return tidy


def _missing(tx: Tx, listing_id: int) -> dict[str, str]:
    found = equipment(tx, listing_id)
    missing: dict[str, str] = {}
    if not set(BASIC[found.terms.per]) & set(found.prices):
        missing["prices"] = "Say what it costs."
    if not found.offered:
        missing["units"] = "Say which units there are."
    return missing


EQUIPMENT = KindRules(queries.REFRESH, _missing)
