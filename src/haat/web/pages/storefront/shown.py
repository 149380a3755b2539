"""Cards as templates show them. What a kept card does not need is never worked out: only its first reader pays for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, cached_property
from typing import Any

import msgspec
from sqlalchemy import Select, bindparam, select

from haat.kernel import ids
from haat.kernel.clock import DAY
from haat.kernel.money import Money
from haat.market.catalogue.card import Card
from haat.market.catalogue.tables import listing_details
from haat.market.handwork.tables import job_posts
from haat.market.hire.tables import hire_prices
from haat.market.places.settle import places_of
from haat.store import Row, Store

_NEW_FOR = 3 * DAY
_SIDE = 640  # photos on cards are shown square; their own sizes are on the page of the listing


class _Details:
    """What some of the cards of a page show that is not in their rows: read for all of them when the first of them is drawn."""

    def __init__(self, store: Store, rows: Sequence[Card]) -> None:
        self._store = store
        self._ids = [row.id for row in rows if row.kind != "product"]
        self._jobs = [row.id for row in rows if row.kind == "job"]

    @cached_property
    def facts(self) -> Mapping[int, str]:
        """What is said about each of them, as it is written."""
        return dict(self._read(_facts, self._ids))

    @cached_property
    def towns(self) -> Mapping[int, str]:
        """Where they are; of jobs, as their customers wrote it."""
        settled = {id_: place.name for id_, place in places_of(self._store, self._ids).items()}
        return settled | dict(self._read(_places_of_jobs, self._jobs))

    @cached_property
    def hourly(self) -> AbstractSet[int]:
        """Those that are for hire by the hour."""
        return {id_ for (id_,) in self._read(_hourly, self._ids)}

    def _read(self, statement: Callable[[int], Select[Any]], ids: Sequence[int]) -> Sequence[Row]:
        wanted = {f"id{i}": id_ for i, id_ in enumerate(ids)}
        return self._store.read(statement(len(wanted)), **wanted) if wanted else []


class ShownCard:
    """A listing in a grid. Kept by `key`, `version` and `state`; the rest is for drawing it once. `place` stands beside it and is not kept."""

    __slots__ = ("_details", "_row", "key", "place", "state", "version")

    def __init__(self, row: Card, state: str, details: _Details, place: str = "") -> None:
        self._row = row
        self._details = details
        self.place = place
        self.key = row.id
        self.version = row.version
        self.state = state

    @property
    def id(self) -> str:
        return ids.encode(self._row.id)

    @property
    def slug(self) -> str:
        return self._row.handle

    @property
    def title(self) -> str:
        return self._row.title

    @property
    def kind(self) -> str:
        return self._row.kind

    @property
    def published_at(self) -> int:
        return self._row.published_at

    @property
    def facts(self) -> dict[str, str]:
        """What is said about it, by the key of the attribute."""
        written: list[tuple[str, str, str]] = msgspec.json.decode(self._details.facts.get(self._row.id, "[]"))
        return {key: said for key, _, said in written}

    @property
    def town(self) -> str:
        """Where it is; nothing where nobody says so."""
        return self._details.towns.get(self._row.id, "")

    @property
    def per(self) -> str:
        """What of a hire costs the price: an hour, or a day; nothing for what is not for hire."""
        if self._row.kind != "equipment":
            return ""
        return "hour" if self._row.id in self._details.hourly else "day"

    @property
    def price(self) -> Money:
        """What it costs at least; of a job, what it may cost at most."""
        amount = self._row.price_to if self._row.kind == "job" else self._row.price_from
        return Money(amount, self._row.currency)

    @property
    def price_from(self) -> bool:
        return self._row.price_to > self._row.price_from

    @property
    def was(self) -> Money | None:
        before = self._row.compare_at
        return Money(before, self._row.currency) if before and before > self._row.price_from else None

    @property
    def photo(self) -> dict[str, Any] | None:
        sha = self._row.photo
        return {"sha": sha, "w": _SIDE, "h": _SIDE, "alt": self._row.photo_alt} if sha else None

    @property
    def seller(self) -> dict[str, str]:
        return {"name": self._row.shop_name, "slug": self._row.shop_slug}


def _state(row: Card, now: int) -> str:
    if row.free <= 0:
        return "reserved" if row.kind == "article" else "sold_out"
    return "new" if now - row.published_at < _NEW_FOR else ""


def cards(rows: Iterable[Card], now: int, store: Store, places: Mapping[int, str] | None = None) -> list[ShownCard]:
    """`places` says where a listing is, in words."""
    return _shown([(row, _state(row, now)) for row in rows], store, places or {})


def promoted(rows: Iterable[Card], store: Store, places: Mapping[int, str] | None = None) -> list[ShownCard]:
    """Those that stand where they do because their owners pay for it, and say so."""
    return _shown([(row, "promoted") for row in rows], store, places or {})


def _shown(rows: Sequence[tuple[Card, str]], store: Store, places: Mapping[int, str]) -> list[ShownCard]:
    details = _Details(store, [row for row, _ in rows])
    return [ShownCard(row, state, details, places.get(row.id, "")) for row, state in rows]


@cache
def _facts(number: int) -> Select[Any]:
    """(listing, facts) of so many listings: id0, id1, …"""
    wanted = listing_details.c.listing_id.in_([bindparam(f"id{i}") for i in range(number)])
    return select(listing_details.c.listing_id, listing_details.c.facts).where(wanted)


@cache
def _places_of_jobs(number: int) -> Select[Any]:
    """(listing, place) of those of so many listings that are jobs: id0, id1, …"""
    wanted = job_posts.c.listing_id.in_([bindparam(f"id{i}") for i in range(number)])
    return select(job_posts.c.listing_id, job_posts.c.place).where(wanted)


@cache
def _hourly(number: int) -> Select[Any]:
    """Those of so many listings that have a price for an hour: id0, id1, …"""
    wanted = hire_prices.c.listing_id.in_([bindparam(f"id{i}") for i in range(number)])
    return select(hire_prices.c.listing_id).where(wanted, hire_prices.c.rate == "hour")
