"""A listing of equipment: its terms, its prices, its units and the days on which nothing is handed over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from haat.kernel.errors import NotFound
from haat.market.hire import queries
from haat.market.hire.period import Per
from haat.market.hire.price import Prices, Rate
from haat.store import Store, Tx


class Terms(NamedTuple):
    """How it is hired out. `least`, `ahead` and `gap` are slots, `closed` digits of weekdays (1 is Monday), `deposit` is for each unit."""

    per: Per
    deposit: int
    least: int
    ahead: int
    gap: int
    closed: str


class Unit(NamedTuple):
    """One thing that is handed over."""

    id: int
    name: str
    retired_at: int | None


class Equipment(NamedTuple):
    """All that is said of a listing for hire. `closed_days` are days since 1970, from the one asked for on."""

    listing_id: int
    terms: Terms
    prices: Prices
    units: tuple[Unit, ...]
    closed_days: frozenset[int]

    @property
    def offered(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.retired_at is None)


FIRST_TERMS = Terms("day", 0, 1, 0, 0, "")


class Offer(NamedTuple):
    """A listing of equipment as it can be hired now, and of whom."""

    listing_id: int
    title: str
    handle: str
    photo: str | None
    state: str
    currency: str
    shop_id: int
    shop_name: str
    shop_slug: str
    owner_id: int
    commission: int | None
    owner_suspended_at: int | None

    @property
    def is_for_hire(self) -> bool:
        return self.state == "active" and self.owner_suspended_at is None


def equipment(store: Store | Tx, listing_id: int, *, since_day: int = 0) -> Equipment:
    """As it stands; what nobody has said yet is as in FIRST_TERMS."""
    row = store.first(queries.TERMS, listing=listing_id)
    prices: Mapping[Rate, int] = dict(store.read(queries.PRICES, listing=listing_id))
    return Equipment(
        listing_id,
        Terms(*row) if row else FIRST_TERMS,
        prices,
        tuple(Unit(*unit) for unit in store.read(queries.UNITS, listing=listing_id)),
        frozenset(day for (day,) in store.read(queries.CLOSED_DAYS, listing=listing_id, since=since_day)),
    )


def offer(store: Store | Tx, listing_id: int) -> Offer:
    """Raises NotFound, also for what is no equipment."""
    row = store.first(queries.OFFER, listing=listing_id)
    if row is None:
        raise NotFound("There is no such listing for hire.")
    return Offer(*row)
