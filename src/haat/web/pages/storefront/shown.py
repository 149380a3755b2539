"""Cards as templates show them. What a kept card does not need is never worked out: only its first reader pays for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from haat.kernel import ids
from haat.kernel.clock import DAY
from haat.kernel.money import Money
from haat.market.catalogue.card import Card
from haat.market.catalogue.tables import listing_details
from haat.market.handwork.tables import job_posts
from haat.market.hire.tables import hire_prices
from haat.market.places.settle import place_of
from haat.store import Store

_NEW_FOR = 3 * DAY
_SIDE = 640  # photos on cards are shown square; their own sizes are on the page of the listing


class ShownCard:
    """A listing in a grid. Kept by `key`, `version` and `state`; the rest is for drawing it once. `place` stands beside it and is not kept."""

    __slots__ = ("_row", "_store", "key", "place", "state", "version")

    def __init__(self, row: Card, state: str, store: Store, place: str = "") -> None:
        self._row = row
        self._store = store
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
        written: list[tuple[str, str, str]] = msgspec.json.decode(
            self._store.value(_FACTS, listing=self._row.id) or "[]"
        )
        return {key: said for key, _, said in written}

    @property
    def town(self) -> str:
        """Where it is; of a job, as the customer wrote it."""
        if self._row.kind == "job":
            return str(self._store.value(_PLACE_OF_JOB, listing=self._row.id) or "")
        place = place_of(self._store, self._row.id)
        return place.name if place else ""

    @property
    def per(self) -> str:
        """What of a hire costs the price: an hour, or a day; nothing for what is not for hire."""
        if self._row.kind != "equipment":
            return ""
        return "hour" if self._store.value(_HAS_HOURLY_PRICE, listing=self._row.id) else "day"

    @property
    def price(self) -> Money:
        return Money(self._row.price_from, self._row.currency)

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
    known = places or {}
    return [ShownCard(row, _state(row, now), store, known.get(row.id, "")) for row in rows]


def promoted(rows: Iterable[Card], store: Store, places: Mapping[int, str] | None = None) -> list[ShownCard]:
    """Those that stand where they do because their owners pay for it, and say so."""
    known = places or {}
    return [ShownCard(row, "promoted", store, known.get(row.id, "")) for row in rows]


_HAS_HOURLY_PRICE = select(hire_prices.c.price).where(
    hire_prices.c.listing_id == bindparam("listing"), hire_prices.c.rate == "hour"
)
_PLACE_OF_JOB = select(job_posts.c.place).where(job_posts.c.listing_id == bindparam("listing"))
_FACTS = select(listing_details.c.facts).where(listing_details.c.listing_id == bindparam("listing"))
