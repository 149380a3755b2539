"""Towns, and which of them your listings are in."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from msgspec import Meta

from haat.kernel.errors import Invalid, NotFound
from haat.market.places.gazetteer import City, gazetteer
from haat.market.places.settle import settle
from haat.web.api.own_shop import own
from haat.web.http import Context
from haat.web.routes import Endpoint, Input, Output

Name = Annotated[str, Meta(min_length=1, max_length=200)]


class TownQuery(Input, frozen=True):
    """`q` is how the name begins."""

    q: Name


class TownName(Input, frozen=True):
    """A town, by the name that `/places` gives it."""

    name: Name


class Town(Output, frozen=True):
    """A town, by the name that names it and no other."""

    name: str
    lat: float
    lon: float


class Towns(Output, frozen=True):
    """Those called exactly so first, then the largest."""

    items: list[Town]


def show_towns(ctx: Context, query: TownQuery) -> Towns:
    return Towns(items=[_town(city) for city in gazetteer().find(query.q)])


def set_place(ctx: Context, id: int, body: TownName) -> Town:
    city, shop_id, catalogue = gazetteer().the_one(body.name, ctx.member.country), own(ctx), ctx.app.catalogue
    ctx.store.write(lambda tx: settle(tx, catalogue, shop_id, id, city))
    return _town(city)


def forget_place(ctx: Context, id: int) -> None:
    shop_id, catalogue = own(ctx), ctx.app.catalogue
    ctx.store.write(lambda tx: settle(tx, catalogue, shop_id, id, None))


def _town(city: City) -> Town:
    return Town(name=city.called, lat=city.lat, lon=city.lon)


_writing = partial(Endpoint, needs="seller", scope="listings:write")

ENDPOINTS = [
    Endpoint(
        "GET",
        "/places",
        show_towns,
        "Towns by the beginning of their names",
        query=TownQuery,
        gives=Towns,
        errors=(Invalid,),
    ),
    _writing(
        "PUT",
        "/shop/listings/{id:id}/place",
        set_place,
        "Say which town a listing is in",
        takes=TownName,
        gives=Town,
        errors=(Invalid, NotFound),
    ),
    _writing(
        "DELETE",
        "/shop/listings/{id:id}/place",
        forget_place,
        "A listing is in no town in particular",
        errors=(NotFound,),
    ),
]
