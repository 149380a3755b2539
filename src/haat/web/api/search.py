"""Looking for goods, and what may be meant while it is typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta

from haat.kernel import ids
from haat.kernel.errors import Invalid, NotFound
from haat.market.catalogue.card import Card
from haat.market.hire.period import day_of
from haat.market.places.gazetteer import gazetteer
from haat.market.places.near import MOST_KM, Near
from haat.market.search.question import Question, Sort
from haat.market.search.search import Found
from haat.web.api import goods_shapes
from haat.web.api.goods import find_shop
from haat.web.api.paging import Cursor, Limit
from haat.web.http import Context
from haat.web.routes import Endpoint, Input, Output

Words = Annotated[str, Meta(max_length=500)]
Price = Annotated[int, Meta(ge=0, le=10**15)]
CurrencyCode = Annotated[str, Meta(pattern="^[A-Z]{3}$", examples=["EUR"])]
Day = Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", examples=["2030-05-01"])]
Choice = Annotated[str, Meta(pattern="^[^:]+:.", max_length=300)]


class SearchQuery(Input, frozen=True):
    """Everything may be left out. `q` are words, with or without mistakes; `category` and `shop` are slugs; `min` and `max` are prices
    in minor units, both included. Where the market has several currencies, `currency` is the one that is meant (the market's main one where
    it is left out): with a price range, and sorted by price, only what is sold in it is found. `f` is a value of a facet, written `key:value`, and may be given several times: results have any of
    the values of one facet, and of each facet. `free_from` and `free_until` are days of the market's calendar, both in it: what is for hire
    and has a unit that is free in all of them. `near` is a town as `/places` gives it, and `km` how far around it; with it results can be sorted `nearest`."""

    q: Words = ""
    category: Annotated[str, Meta(max_length=80)] | None = None
    shop: Annotated[str, Meta(max_length=80)] | None = None
    min: Price | None = None
    max: Price | None = None
    currency: CurrencyCode | None = None
    in_stock: bool = False
    free_from: Day | None = None
    free_until: Day | None = None
    near: Annotated[str, Meta(min_length=2, max_length=200)] | None = None
    km: Annotated[int, Meta(ge=1, le=MOST_KM)] = 25
    f: Annotated[tuple[Choice, ...], Meta(max_length=100)] = ()
    sort: Sort = "relevance"
    after: Cursor = ""
    limit: Limit = 24


class TypedQuery(Input, frozen=True):
    """`q` is what has been typed so far."""

    q: Words


class FacetValue(Output, frozen=True):
    """A value that results can be narrowed to, and how many of them have it."""

    value: str
    count: int
    is_chosen: bool


class Facet(Output, frozen=True):
    """What results can be narrowed by; send `key:value` as `f`."""

    key: str
    name: str
    values: list[FacetValue]


class Branch(Output, frozen=True):
    """A category to go down to, and how many results are in it."""

    category: goods_shapes.CategoryName
    count: int


class SearchPage(Output, frozen=True):
    """A page of results. There are `count`, or more when `is_capped`. Branches and facets count the newest results only when there
    are very many: then `counts_are_least`. `shown_for` are the words that were looked for in place of yours when those find nothing;
    `did_you_mean` are words that find more. `promoted` are some of those that fit whose owners pay for standing out: to be shown before the
    others, and marked; only who asks for no words and no order has any, on the first page."""

    promoted: list[goods_shapes.ListingCard]
    items: list[goods_shapes.ListingCard]
    next: str | None
    count: int
    is_capped: bool
    branches: list[Branch]
    facets: list[Facet]
    counts_are_least: bool
    shown_for: str | None
    did_you_mean: str | None


class SuggestedListing(Output, frozen=True):
    """A listing that may be meant."""

    id: str
    handle: str
    title: str


class Suggestions(Output, frozen=True):
    """What may be meant. `words` are the typed ones with their mistakes mended, null when there are none."""

    words: str | None
    categories: list[goods_shapes.CategoryName]
    listings: list[SuggestedListing]


def show_results(ctx: Context, query: SearchQuery) -> SearchPage:
    question = _question(ctx, query)
    return _page(ctx.app.search.find(question, ctx.tree), ctx.app.search.promoted(question))


def show_suggestions(ctx: Context, query: TypedQuery) -> Suggestions:
    found = ctx.app.search.suggest(query.q)
    return Suggestions(
        words=found.words or None,
        categories=[goods_shapes.category_name(row) for row in found.categories],
        listings=[SuggestedListing(id=ids.encode(row.id), handle=row.handle, title=row.title) for row in found.titles],
    )


def _free_days(first: str | None, last: str | None) -> tuple[int, int] | None:
    if first is None and last is None:
        return None
    try:
        return day_of(first or last or ""), day_of(last or first or "")
    except ValueError as error:
        raise Invalid("This is no day.", fields={"free_from": "Write a day such as 2030-12-31."}) from error


def _question(ctx: Context, query: SearchQuery) -> Question:
    return Question(
        text=query.q,
        free_days=_free_days(query.free_from, query.free_until),
        near=_near(query),
        category_id=None if query.category is None else ctx.tree.by_slug(query.category).id,
        shop_id=None if query.shop is None else find_shop(ctx, query.shop),
        low=query.min,
        high=query.max,
        currency=_currency(ctx, query.currency),
        in_stock=query.in_stock,
        facts=_by_facet(query.f),
        sort=query.sort,
        after=query.after,
        size=query.limit,
    )


def _currency(ctx: Context, asked: str | None) -> str:
    """The one that prices are meant in; none where the market has only one."""
    currencies = ctx.settings.market.all_currencies
    if asked is not None and asked not in currencies:
        raise Invalid("This cannot be looked for.", fields={"currency": "Nothing is sold in this currency here."})
    return (asked or currencies[0]) if len(currencies) > 1 else ""


def _near(query: SearchQuery) -> Near | None:
    if query.near is None:
        return None
    city = gazetteer().the_one(query.near)
    return Near(city.lat, city.lon, query.km)


def _by_facet(choices: Iterable[str]) -> dict[str, list[str]]:
    facts: dict[str, list[str]] = {}
    for choice in choices:
        key, _, value = choice.partition(":")
        facts.setdefault(key, []).append(value)
    return facts


def _page(found: Found, promoted: Iterable[Card]) -> SearchPage:
    return SearchPage(
        promoted=[goods_shapes.card(row) for row in promoted],
        items=[goods_shapes.card(row) for row in found.cards],
        next=found.next or None,
        count=found.count,
        is_capped=found.is_more,
        branches=[Branch(category=goods_shapes.category_name(one.category), count=one.count) for one in found.branches],
        facets=[
            Facet(
                key=facet.key,
                name=facet.name,
                values=[
                    FacetValue(value=value.words, count=value.count, is_chosen=value.is_chosen)
                    for value in facet.values
                ],
            )
            for facet in found.facets
        ],
        counts_are_least=found.is_more or any(facet.are_least for facet in found.facets),
        shown_for=found.shown_for or None,
        did_you_mean=found.did_you_mean or None,
    )


ENDPOINTS = [
    Endpoint(
        "GET",
        "/search",
        show_results,
        "Look for what is for sale",
        query=SearchQuery,
        gives=SearchPage,
        errors=(Invalid, NotFound),
    ),
    Endpoint(
        "GET",
        "/search/suggestions",
        show_suggestions,
        "What may be meant while it is typed",
        query=TypedQuery,
        gives=Suggestions,
    ),
]
