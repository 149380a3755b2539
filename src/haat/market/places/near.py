"""Within so many kilometres of a point: in SQL, with arithmetic that every database has.

On a sphere of radius 1 two points are within an angle of each other exactly when the straight line between them is no longer than its chord.
So the distance needs neither sine nor cosine in the database; a box of latitudes and longitudes comes first, because an index knows it.
"""

from __future__ import annotations

from math import asin, cos, pi, radians, sin, sqrt
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, ScalarSelect, Select, and_, bindparam, cast, func, select

from haat.market.places.tables import listing_places

EARTH = 6371.0088  # km, the mean radius
MOST_KM = 1000
_FINE = 10**12  # a squared chord as a whole number: steps of six metres


class Near(NamedTuple):
    """Within `km` of a point."""

    lat: float
    lon: float
    km: int


class Point(NamedTuple):
    """On a sphere of radius 1."""

    x: float
    y: float
    z: float


def point(lat: float, lon: float) -> Point:
    x, y, z = cos(radians(lat)) * cos(radians(lon)), cos(radians(lat)) * sin(radians(lon)), sin(radians(lat))
    # To six micrometres. PostgreSQL refuses to square a number so small that nothing is left of it.
    return Point(round(x, 12), round(y, 12), round(z, 12))


def km_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Along the ground, by the haversine formula."""
    lat, lon = radians(other[0] - one[0]), radians(other[1] - one[1])
    chord = sin(lat / 2) ** 2 + cos(radians(one[0])) * cos(radians(other[0])) * sin(lon / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(chord)))


def params(near: Near) -> dict[str, Any]:
    """What `within` and `distance_of` are bound to."""
    here, reach = point(near.lat, near.lon), near.km / EARTH
    chord = 2 * sin(min(reach, pi) / 2)
    degrees = reach * 180 / pi
    west, east = _meridians(near, reach)
    box = {"south": near.lat - degrees, "north": near.lat + degrees, "west": west, "east": east}
    return {"near_x": here.x, "near_y": here.y, "near_z": here.z, "near_most": chord * chord, **box}


def _meridians(near: Near, reach: float) -> tuple[float, float]:
    """Between which all that is near lies; all of them where a pole is near, or the line where the day changes."""
    if abs(radians(near.lat)) + reach >= pi / 2:
        return -180.0, 180.0
    degrees = asin(sin(reach) / cos(radians(near.lat))) * 180 / pi
    west, east = near.lon - degrees, near.lon + degrees
    return (west, east) if west >= -180 and east <= 180 else (-180.0, 180.0)


def _squared() -> ColumnElement[Any]:
    columns = listing_places.c
    x, y, z = (
        columns.x - bindparam("near_x"),
        columns.y - bindparam("near_y"),
        columns.z - bindparam("near_z"),
    )
    return x * x + y * y + z * z


def within() -> Select[Any]:
    """The listings that are near enough."""
    return select(listing_places.c.listing_id).where(
        and_(
            listing_places.c.lat.between(bindparam("south"), bindparam("north")),
            listing_places.c.lon.between(bindparam("west"), bindparam("east")),
            _squared() <= bindparam("near_most"),
        )
    )


def distance_of(listing_id: ColumnElement[int]) -> ScalarSelect[Any]:
    """How far a listing is, as a whole number that grows with the distance."""
    fine = cast(func.round(_squared() * _FINE), BigInteger)
    return (
        select(fine).where(listing_places.c.listing_id == listing_id).correlate_except(listing_places).scalar_subquery()
    )
