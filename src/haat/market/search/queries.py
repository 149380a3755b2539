"""The statements of search, one for each shape of a question. `match` is an expression of the full text."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from haat.market.accounts.tables import shops
from haat.market.catalogue.queries import CARD
from haat.market.catalogue.tables import listings, shelves
from haat.market.hire.queries import is_free
from haat.market.places.near import distance_of, within
from haat.market.search.full_text import Text
from haat.market.search.tables import search_promoted, search_rows

Order: TypeAlias = Literal["relevance", "newest", "price_up", "price_down", "nearest"]

SAMPLE = -1
"""Where others have their rung, price or distance, in the row of the sample."""

FALLING: tuple[Order, ...] = ("newest", "price_down")
"""Orders that begin with the most. Among equals all of them begin with the last place."""

_KNOWN_BY_TEXT: tuple[Order, ...] = ("relevance", "newest")


class Shape(NamedTuple):
    """Where results are looked for, and what is asked of them: a price range, pieces in stock, a unit for hire that is free on some days, a town
    that is near enough, a currency.

    Without a text it is the shelf of one category, bound to :category, or the whole market. What is on one shelf is kept in the order of
    publication, so a page of it costs the same however long the shelf is.
    """

    text: Text | None
    has_price: bool
    in_stock: bool
    is_free: bool = False
    is_near: bool = False
    is_shelf: bool = False
    is_in_currency: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether nothing more is asked of what is there."""
        return not (self.has_price or self.in_stock or self.is_free or self.is_near or self.is_in_currency)


@cache
def page(shape: Shape, order: Order) -> Select[Any]:
    """(rung, price or distance, place, card …) of the next `size` results after :by and :place."""
    found = _first(shape, order, "size", _collected(shape, order), is_later=True)
    return (
        select(found.c.by, found.c.place, *CARD)
        .join(search_rows, _key(shape) == found.c.place)
        .join(listings, listings.c.id == search_rows.c.listing_id)
        .join(shops, shops.c.id == listings.c.shop_id)
        .order_by(*_order(shape, order, found.c.by, found.c.place))
    )


@cache
def sample(shape: Shape) -> Select[int, str]:
    """How many there are of the newest `most` results, and all their tags in one text."""
    return _sample(shape, _collected(shape, "newest"))


@cache
def page_and_sample(shape: Shape, order: Order) -> CompoundSelect[int, int, str]:
    """What a text that is collected has to be collected for only once: where the next `size` results stand, after :by and :place, and the
    sample. Rows are (rung, price or distance, place, nothing) in no order, and the one of the sample (SAMPLE, number, tags)."""
    collected = _collected(shape, order)
    number, tags = _sample(shape, collected).subquery("counted").c
    found = _first(shape, order, "size", collected, is_later=True)
    return union_all(
        select(literal(SAMPLE).label("by"), number.label("place"), tags.label("tags")),
        select(found.c.by, found.c.place, literal("")),
    )


@cache
def count(shape: Shape) -> Select[Any]:
    """How many results there are, counted up to `most`."""
    source = _alone(shape) if shape.is_plain else _source(shape)
    found = select(literal(1)).select_from(source).where(*_conditions(shape)).limit(bindparam("most"))
    return select(func.count()).select_from(found.subquery("found"))


# Where the newest listing stands that :number others are newer than.
BEHIND = select(search_rows.c.place).order_by(search_rows.c.place.desc()).offset(bindparam("number")).limit(1)


@cache
def promoted(shape: Shape) -> Select[Any]:
    """The places of the newest `most` that stand out on the shelf of :shelf, 0 for the whole market."""
    source: FromClause = search_promoted
    if not shape.is_plain:
        source = source.join(search_rows, search_rows.c.place == search_promoted.c.place)
    if shape.text is not None:
        source = source.join(shape.text.table, shape.text.place == search_promoted.c.place)
    return (
        select(search_promoted.c.place)
        .select_from(source)
        .where(search_promoted.c.category_id == bindparam("shelf"), *_conditions(shape))
        .order_by(search_promoted.c.place.desc())
        .limit(bindparam("most"))
    )


@cache
def standing_at(number: int) -> Select[Any]:
    """(place, card …) of the listings at so many places: p0, p1, …"""
    return (
        select(search_rows.c.place, *CARD)
        .join(listings, listings.c.id == search_rows.c.listing_id)
        .join(shops, shops.c.id == listings.c.shop_id)
        .where(search_rows.c.place.in_([bindparam(f"p{i}") for i in range(number)]))
    )


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


def _collected(shape: Shape, order: Order) -> CTE | None:
    """(by, place) of all that match in a text which is collected, whatever else is asked of them; None for another text, and for none."""
    if shape.text is None or not shape.text.is_collected:
        return None
    source = shape.text.table if order in _KNOWN_BY_TEXT else _source(shape)
    found = select(_by(shape, order).label("by"), _place(shape).label("place"))
    # As a table of its own, so that nothing is worked out twice, and nothing else is asked before they are in order.
    return found.select_from(source).where(shape.text.matches).cte("collected").prefix_with("MATERIALIZED")


def _sample(shape: Shape, collected: CTE | None) -> Select[int, str]:
    """How many there are of the newest `most` results, and all their tags in one text."""
    found = _first(shape, "newest", "most", collected, has_tags=not shape.is_plain)
    if not shape.is_plain:
        return _counted(found.c.tags)
    return _counted(search_rows.c.tags).join_from(found, search_rows, _key(shape) == found.c.place)


def _counted(tags: ColumnElement[str]) -> Select[int, str]:
    return select(func.count(), func.aggregate_strings(tags, " "))


def _first(
    shape: Shape,
    order: Order,
    most: str,
    collected: CTE | None,
    *,
    is_later: bool = False,
    has_tags: bool = False,
) -> Subquery:
    """(by, place) of the first :most results in this order, only those after :by and :place where `is_later`, and their tags where it `has_tags`,
    which is for shapes that are not plain."""
    tags = (search_rows.c.tags,) if has_tags else ()
    if collected is not None:
        return _first_of(collected, shape, order, most, tags, is_later=is_later)
    by, place = _by(shape, order), _place(shape)
    return (
        select(by.label("by"), place.label("place"), *tags)
        .select_from(_alone(shape) if shape.is_plain and order in _KNOWN_BY_TEXT else _source(shape))
        .where(*_conditions(shape), *([_after(shape, order, by, place)] if is_later else []))
        .order_by(*_order(shape, order, by, place))
        .limit(bindparam(most))
        .subquery("found")
    )


def _first_of(
    collected: CTE, shape: Shape, order: Order, most: str, tags: Iterable[ColumnElement[str]], *, is_later: bool
) -> Subquery:
    """They are put in order first, and then asked one by one for what else is wanted, until there are enough."""
    by, place = collected.c.by, collected.c.place
    sorted_ = select(by, place).order_by(*_order(shape, order, by, place))
    if is_later:
        sorted_ = sorted_.where(_after(shape, order, by, place))
    if shape.is_plain:
        return sorted_.limit(bindparam(most)).subquery("found")
    by, place = sorted_.subquery("sorted").c
    return (
        select(by, place, *tags)
        .join(search_rows, search_rows.c.place == place)
        .where(*_narrowing(shape))
        .order_by(*_order(shape, order, by, place))
        .limit(bindparam(most))
        .subquery("found")
    )


def _source(shape: Shape) -> FromClause:
    source = _alone(shape)
    if shape.is_shelf:
        return source.join(search_rows, search_rows.c.listing_id == shelves.c.listing_id)
    if shape.text is not None:
        return source.join(search_rows, search_rows.c.place == shape.text.place)
    return source


def _alone(shape: Shape) -> FromClause:
    """Where there is all that a plain question needs."""
    if shape.is_shelf:
        return shelves
    return search_rows if shape.text is None else shape.text.table


def _place(shape: Shape) -> ColumnElement[int]:
    """What tells results apart that are equal otherwise. It falls with age; on a shelf only among what was published at the same time."""
    if shape.is_shelf:
        return shelves.c.listing_id
    return search_rows.c.place if shape.text is None else shape.text.place


def _key(shape: Shape) -> ColumnElement[int]:
    """What of a row in search_rows is its place."""
    return search_rows.c.listing_id if shape.is_shelf else search_rows.c.place


def _conditions(shape: Shape) -> list[ColumnElement[bool]]:
    found = [] if shape.text is None else [shape.text.matches]
    if shape.is_shelf:
        found.append(shelves.c.category_id == bindparam("category"))
    return found + _narrowing(shape)


def _narrowing(shape: Shape) -> list[ColumnElement[bool]]:
    """What is asked besides where to look."""
    found: list[ColumnElement[bool]] = []
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


def _after(shape: Shape, order: Order, by: ColumnElement[int], place: ColumnElement[int]) -> ColumnElement[bool]:
    if order != "newest":
        further = by < bindparam("by") if order == "price_down" else by > bindparam("by")
        return or_(further, and_(by == bindparam("by"), place < bindparam("place")))
    if shape.is_shelf:
        return tuple_(by, place) < tuple_(bindparam("by"), bindparam("place"))
    return place < bindparam("place")


def _by(shape: Shape, order: Order) -> ColumnElement[int]:
    """What results are sorted by before they are by place."""
    if order == "nearest":
        return distance_of(search_rows.c.listing_id)
    if order == "newest":
        return shelves.c.published_at if shape.is_shelf else _place(shape)
    if order == "relevance" and shape.text is not None:
        return case((shape.text.matching("titles"), 0), (shape.text.matching("facts"), 1), else_=2)
    return search_rows.c.price


def _order(
    shape: Shape, order: Order, by: ColumnElement[int], place: ColumnElement[int]
) -> tuple[ColumnElement[Any], ...]:
    if order == "newest" and not shape.is_shelf:
        return (place.desc(),)
    return (by.desc() if order in FALLING else by.asc(), place.desc())
