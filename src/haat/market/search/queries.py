"""The statements of search, one for each shape of a question. `match` is an expression of the full text."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
)

from haat.market.accounts.tables import shops
from haat.market.catalogue.queries import CARD
from haat.market.catalogue.tables import listings
from haat.market.hire.queries import is_free
from haat.market.places.near import distance_of, within
from haat.market.search.full_text import Text
from haat.market.search.tables import search_rows

Order: TypeAlias = Literal["newest", "price_up", "price_down", "nearest"]


class Shape(NamedTuple):
    """Where results are looked for, and what is asked of them: a price range, pieces in stock, a unit for hire that is free on some days, a town
    that is near enough, a currency.

    Without a text it is the whole market.
    """

    text: Text | None
    has_price: bool
    in_stock: bool
    is_free: bool = False
    is_near: bool = False
    is_in_currency: bool = False


@cache
def page(shape: Shape, order: Order) -> Select[Any]:
    """(price or distance, place, card …) of the next `size` results after :by and :place."""
    inner = (
        select(_by(order).label("by"), search_rows.c.place, search_rows.c.listing_id)
        .select_from(_source(shape))
        .where(*_conditions(shape), _after(shape, order))
        .order_by(*_order(order, _by(order), _place(shape)))
        .limit(bindparam("size"))
        .subquery("found")
    )
    return (
        select(inner.c.by, inner.c.place, *CARD)
        .join(listings, listings.c.id == inner.c.listing_id)
        .join(shops, shops.c.id == listings.c.shop_id)
        .order_by(*_order(order, inner.c.by, inner.c.place))
    )


@cache
def sample(shape: Shape) -> Select[int, str]:
    """How many there are of the newest `most` results, and all their tags in one text."""
    found = (
        select(search_rows.c.tags)
        .select_from(_source(shape))
        .where(*_conditions(shape))
        .order_by(_place(shape).desc())
        .limit(bindparam("most"))
        .subquery("found")
    )
    return select(func.count(), func.aggregate_strings(found.c.tags, " "))


@cache
def count(shape: Shape) -> Select[Any]:
    """How many results there are, counted up to `most`."""
    is_plain = shape == Shape(shape.text, has_price=False, in_stock=False)
    source = shape.text.table if is_plain and shape.text is not None else _source(shape)
    found = select(literal(1)).select_from(source).where(*_conditions(shape)).limit(bindparam("most"))
    return select(func.count()).select_from(found.subquery("found"))


@cache
def titles(text: Text) -> Select[Any]:
    """The newest listings that match."""
    return (
        select(listings.c.id, listings.c.handle, listings.c.title)
        .select_from(text.table)
        .join(search_rows, search_rows.c.place == text.place)
        .join(listings, listings.c.id == search_rows.c.listing_id)
        .where(text.matches)
        .order_by(text.place.desc())
        .limit(bindparam("most"))
    )


def _source(shape: Shape) -> FromClause:
    if shape.text is None:
        return search_rows
    return shape.text.table.join(search_rows, search_rows.c.place == shape.text.place)


def _place(shape: Shape) -> ColumnElement[int]:
    return search_rows.c.place if shape.text is None else shape.text.place


def _conditions(shape: Shape) -> list[ColumnElement[bool]]:
    found = [] if shape.text is None else [shape.text.matches]
    if shape.has_price:
        found.append(search_rows.c.price <= bindparam("high"))
        found.append(search_rows.c.price_to >= bindparam("low"))
    if shape.in_stock:
        found.append(exists().where(listings.c.id == search_rows.c.listing_id, listings.c.free > 0))
    if shape.is_free:
        found.append(is_free(search_rows.c.listing_id))
    if shape.is_near:
        found.append(search_rows.c.listing_id.in_(within()))
    if shape.is_in_currency:
        is_sold_in = listings.c.currency == bindparam("currency")
        found.append(exists().where(listings.c.id == search_rows.c.listing_id, is_sold_in))
    return found


def _after(shape: Shape, order: Order) -> ColumnElement[bool]:
    by, below = _by(order), _place(shape) < bindparam("place")
    if order == "newest":
        return below
    further = by < bindparam("by") if order == "price_down" else by > bindparam("by")
    return or_(further, and_(by == bindparam("by"), below))


def _by(order: Order) -> ColumnElement[int]:
    """What results are sorted by before they are by age."""
    return distance_of(search_rows.c.listing_id) if order == "nearest" else search_rows.c.price


def _order(order: Order, by: ColumnElement[int], place: ColumnElement[int]) -> tuple[ColumnElement[Any], ...]:
    if order == "newest":
        return (place.desc(),)
    return (by.desc() if order == "price_down" else by.asc(), place.desc())
