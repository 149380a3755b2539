"""Say which town a listing is in, and look it up again."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, delete, or_, select

from haat.market.catalogue.duplicate import duplicate
from haat.market.catalogue.listing import Catalogue, own, refresh
from haat.market.places.gazetteer import City, gazetteer
from haat.market.places.near import point
from haat.market.places.tables import listing_places
from haat.store import Store, Tx


class Place(NamedTuple):
    """The town of a listing."""

    city_id: int
    name: str
    country: str
    lat: float
    lon: float

    @property
    def called(self) -> str:
        return f"{self.name}, {self.country}"


def settle(tx: Tx, catalogue: Catalogue, shop_id: int, listing_id: int, city: City | None) -> None:
    """The shop's listing is in this town from now on, or nowhere in particular. Raises NotFound."""
    own(tx, shop_id, listing_id)
    tx.run(_FORGET, listing=listing_id)
    if city is not None:
        tx.insert(
            listing_places,
            listing_id=listing_id,
            city_id=city.id,
            name=city.name,
            country=city.country,
            lat=city.lat,
            lon=city.lon,
            **point(city.lat, city.lon)._asdict(),
        )
    refresh(tx, catalogue, listing_id)


def duplicate_there(tx: Tx, catalogue: Catalogue, shop_id: int, listing_id: int) -> int:
    """A copy of the shop's listing, as `duplicate` makes it, in the same town; returns its id. Raises NotFound."""
    copy_id = duplicate(tx, catalogue, shop_id, listing_id)
    if (place := place_of(tx, listing_id)) is not None:
        settle(tx, catalogue, shop_id, copy_id, gazetteer().get(place.city_id))
    return copy_id


def place_of(store: Store | Tx, listing_id: int) -> Place | None:
    row = store.first(_PLACE, listing=listing_id)
    return None if row is None else Place(*row)


def places_of(store: Store, listing_ids: Iterable[int]) -> dict[int, Place]:
    """The towns of several listings in one look; those without are left out."""
    wanted = sorted(set(listing_ids))
    if not wanted:
        return {}
    rows = store.read(_places(len(wanted)), **{f"l{number}": id_ for number, id_ in enumerate(wanted)})
    return {row[0]: Place(*row[1:]) for row in rows}


_COLUMNS = (
    listing_places.c.city_id,
    listing_places.c.name,
    listing_places.c.country,
    listing_places.c.lat,
    listing_places.c.lon,
)
_FORGET = delete(listing_places).where(listing_places.c.listing_id == bindparam("listing"))
_PLACE = select(*_COLUMNS).where(listing_places.c.listing_id == bindparam("listing"))


@cache
def _places(count: int) -> Select[Any]:
    return select(listing_places.c.listing_id, *_COLUMNS).where(
        or_(*(listing_places.c.listing_id == bindparam(f"l{number}") for number in range(count)))
    )
