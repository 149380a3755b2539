"""Looking around: the front, search, categories, listings and shops."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from sqlalchemy import bindparam, desc, func, select

from haat.kernel import clock, ids
from haat.kernel.clock import DAY
from haat.kernel.errors import Invalid, NotFound
from haat.kernel.money import Money, as_decimal, parse
from haat.market.accounts.shop import Shop, shop_by_slug
from haat.market.accounts.tables import shops
from haat.market.catalogue import card
from haat.market.catalogue.card import Card
from haat.market.catalogue.category import Category
from haat.market.catalogue.item import Item, ItemVariant, item
from haat.market.catalogue.queries import CARD
from haat.market.catalogue.tables import listings
from haat.market.deals import shipping
from haat.market.deals.library import sold_by_market
from haat.market.deals.tables import deal_lines, deals
from haat.market.hire.period import MOST_SLOTS, day_of
from haat.market.hire.queries import HAS_EQUIPMENT, HAS_EQUIPMENT_IN_CATEGORY
from haat.market.places.near import Near
from haat.market.search.question import Question, Sort
from haat.market.search.search import Found
from haat.web.http import Context, Response, json, page, redirect
from haat.web.pages import views
from haat.web.pages.articles.shown import article_view
from haat.web.pages.storefront.asked import questions_view
from haat.web.pages.storefront.bidding import job_view
from haat.web.pages.storefront.hiring import hire_view
from haat.web.pages.storefront.near import distances, near
from haat.web.pages.storefront.shown import cards, promoted
from haat.web.pages.views import View
from haat.web.routes import Page

_MOST_AISLES = 12
_MOST_STALLS = 6
_MOST_FRESH = 12
_MOST_SHOWN = 99


def _(message: str) -> str:
    """Marks what the message catalogue is to hold; it is translated where it is shown."""
    return message


_SORTS: tuple[tuple[Sort, str], ...] = (
    ("relevance", _("Best match")),
    ("newest", _("Newest first")),
    ("price_up", _("Price, lowest first")),
    ("price_down", _("Price, highest first")),
    ("nearest", _("Nearest first")),
)

_WANTED = (
    select(*CARD)
    .join(shops, shops.c.id == listings.c.shop_id)
    .join(
        wanted := select(deal_lines.c.listing_id, func.sum(deal_lines.c.quantity).label("pieces"))
        .join(deals, deals.c.id == deal_lines.c.deal_id)
        .where(deals.c.created_at > bindparam("since"), deals.c.process.not_in(sold_by_market()))
        .group_by(deal_lines.c.listing_id)
        .order_by(desc("pieces"))
        .limit(30)
        .subquery(),
        wanted.c.listing_id == listings.c.id,
    )
    .where(listings.c.state == "active", listings.c.free > 0)
    .order_by(wanted.c.pieces.desc(), listings.c.id)
    .limit(10)
)
# Whoever says something about themselves; a shop that opened by itself, when its owner listed something, does not.
_STALLS = (
    select(shops.c.id, shops.c.slug, shops.c.name, shops.c.about, shops.c.portrait)
    .where(shops.c.about != "")
    .order_by(shops.c.id)
    .limit(_MOST_STALLS)
)
# Beyond a thousand nobody counts: the page of a large shop must not cost more than that of a small one.
_MOST_COUNTED = 1000
_ON_SALE = select(func.count()).select_from(
    select(listings.c.id)
    .where(listings.c.shop_id == bindparam("shop_id"), listings.c.state == "active")
    .limit(_MOST_COUNTED)
    .subquery()
)
_SOLD = select(func.count()).select_from(
    select(deals.c.id)
    .where(deals.c.shop_id == bindparam("shop_id"), deals.c.state == "completed")
    .limit(_MOST_COUNTED)
    .subquery()
)


def show_front(ctx: Context) -> Response:
    now, paid_for = clock.now(), ctx.app.search.promoted(Question())
    fresh = _but(card.newest(ctx.store, size=_MOST_FRESH).cards, paid_for)
    return page(
        ctx,
        f"fronts/{ctx.settings.market.front}.html",
        aisles=[_aisle(ctx, category) for category in ctx.tree.children(None)[:_MOST_AISLES]],
        tries=[],
        promoted=promoted(paid_for, ctx.store),
        wanted=cards((Card._make(row) for row in ctx.store.read(_WANTED, since=now - 30 * DAY)), now, ctx.store),
        fresh=cards(fresh, now, ctx.store),
        stalls=[_stall_by_the_way(ctx, *row) for row in ctx.store.read(_STALLS)],
    )


def _aisle(ctx: Context, category: Category) -> View:
    newest = card.in_category(ctx.store, category.id, size=1).cards
    return {
        "slug": category.slug,
        "name": category.name,
        "photo": views.photo(newest[0].photo) if newest else None,
        "branches": [{"slug": one.slug, "name": one.name} for one in ctx.tree.children(category.id)],
    }


def _stall_by_the_way(ctx: Context, shop_id: int, slug: str, name: str, about: str, portrait: str | None) -> View:
    newest = card.of_shop(ctx.store, shop_id, size=6).cards
    photos = [shown for row in newest if (shown := views.photo(row.photo, row.photo_alt))]
    return {
        "slug": slug,
        "name": name,
        "about": about,
        "portrait": portrait,
        "listings": ctx.store.value(_ON_SALE, shop_id=shop_id),
        "photos": photos[:3],
    }


def search(ctx: Context) -> Response:
    slug = ctx.query.get("category")
    return _results(ctx, ctx.tree.by_slug(slug) if slug else None)


def show_category(ctx: Context, slug: str) -> Response:
    return _results(ctx, ctx.tree.by_slug(slug))


def _results(ctx: Context, category: Category | None) -> Response:
    asked = ctx.query
    price, low, high = _price(ctx)
    free, free_days = _free(ctx, category)
    place, here = near(ctx)
    facts = {name[2:]: asked.all(name) for name in asked if name.startswith("f.") and len(name) > 2}
    question = Question(
        text=asked.get("q"),
        category_id=category.id if category else None,
        low=low,
        high=high,
        currency=price["currency"],
        free_days=free_days,
        near=here,
        facts=facts,
        sort=_sort(asked.get("sort"), is_near=here is not None),
        after=asked.get("after"),
    )
    found, paid_for = ctx.app.search.find(question, ctx.tree), ctx.app.search.promoted(question)
    shown = _but(found.cards, paid_for)
    away = distances(ctx, [*paid_for, *shown], here)
    has_words = bool(question.text.strip())
    return page(
        ctx,
        "search.html",
        q=question.text,
        shown_for=found.shown_for,
        did_you_mean=_did_you_mean(ctx, found),
        category=_category_view(ctx, category),
        branches=[
            {"name": branch.category.name, "href": _branch_href(ctx, branch.category), "count": branch.count}
            for branch in found.branches
        ],
        facets=found.facets,
        price={**price, "is_all": not (price["currencies"] and question.compares_prices)},
        free=free,
        sort=question.sort if has_words or question.sort != "relevance" else "newest",
        sorts=_sorts(ctx, has_words=has_words, is_near=here is not None),
        place=place,
        chips=[*_chips(ctx, category, facts, price, free), *_chip_of_place(ctx, place, here)],
        clear_href=_href(ctx, without=[name for name in asked if name.startswith("f.") or name in _FILTERS]),
        count=found.count,
        count_capped=found.is_more,
        promoted=promoted(paid_for, ctx.store, away),
        cards=cards(shown, clock.now(), ctx.store, away),
        asked=_days_asked(free) if free_days else "",
        newer=_href(ctx, without=["after"]) if question.after else "",
        older=_href(ctx, after=found.next) if found.next else "",
    )


def _days_asked(free: View | None) -> str:
    """The same days, as the page of what is for hire is asked."""
    return urlencode({"start": free["start"] or free["end"], "end": free["end"] or free["start"]}) if free else ""


def _but(rows: Sequence[Card], others: Sequence[Card]) -> list[Card]:
    """What stands at the top of the page is not on it twice."""
    known = {one.id for one in others}
    return [row for row in rows if row.id not in known]


def _price(ctx: Context) -> tuple[View, int | None, int | None]:
    """The range as typed, with what is wrong with it, and in minor units of the currency that it is in."""
    currency, *others = ctx.settings.market.all_currencies
    asked = ctx.query.get("currency")
    typed: View = {
        "min": ctx.query.get("min").strip(),
        "max": ctx.query.get("max").strip(),
        "currency": (asked if asked in others else currency) if others else "",
        "currencies": [currency, *others] if others else [],
        "error": "",
    }
    bounds: list[int | None] = []
    for name in ("min", "max"):
        try:
            text = typed[name].replace(",", ".")
            bounds.append(parse(text, typed["currency"] or currency).amount if text else None)
        except Invalid:
            typed["error"] = ctx.gettext("Give the prices as numbers, such as 12.50.")
            bounds.append(None)
    return typed, bounds[0], bounds[1]


_FILTERS = ("min", "max", "currency", "free_from", "free_until", "near", "km")


def _free(ctx: Context, category: Category | None) -> tuple[View | None, tuple[int, int] | None]:
    """The days on which something should be free for hire, as typed and as days; None where nothing is for hire."""
    start, end = ctx.query.get("free_from").strip(), ctx.query.get("free_until").strip()
    if not (start or end or _has_equipment(ctx, category)):
        return None, None
    typed = {"start": start, "end": end, "error": ""}
    if not (start or end):
        return typed, None
    try:
        first, last = day_of(start or end), day_of(end or start)
    except ValueError:
        first, last = 1, 0
    if not 0 <= last - first <= MOST_SLOTS:
        typed["error"] = ctx.gettext("Choose days, the first one first.")
        return typed, None
    return typed, (first, last)


def _has_equipment(ctx: Context, category: Category | None) -> bool:
    if category is None:
        return ctx.store.first(HAS_EQUIPMENT) is not None
    return ctx.store.first(HAS_EQUIPMENT_IN_CATEGORY, category=category.id) is not None


def _sort(text: str, *, is_near: bool = False) -> Sort:
    found: Sort = next((sort for sort, _ in _SORTS if sort == text), "relevance")
    return found if is_near or found != "nearest" else "relevance"


def _sorts(ctx: Context, *, has_words: bool, is_near: bool = False) -> list[View]:
    return [
        {"value": value, "label": views.known(ctx, label)}
        for value, label in _SORTS
        if (has_words or value != "relevance") and (is_near or value != "nearest")
    ]


def _chip_of_place(ctx: Context, place: View, here: Near | None) -> list[View]:
    if here is None:
        return []
    label = ctx.gettext("within %(km)s km of %(town)s", km=here.km, town=place["text"])
    without = ["near", "km", "after", *(["sort"] if ctx.query.get("sort") == "nearest" else [])]
    return [{"label": label, "href": _href(ctx, without=without)}]


def _did_you_mean(ctx: Context, found: Found) -> View | None:
    if not found.did_you_mean:
        return None
    return {"text": found.did_you_mean, "href": f"/search?{urlencode({'q': found.did_you_mean})}"}


def _category_view(ctx: Context, category: Category | None) -> View | None:
    if category is None:
        return None
    return {"slug": category.slug, "name": category.name, "path": _path(ctx, category.id)[:-1]}


def _path(ctx: Context, category_id: int) -> list[View]:
    return [{"slug": one.slug, "name": one.name} for one in ctx.tree.breadcrumbs(category_id)]


def _branch_href(ctx: Context, category: Category) -> str:
    if ctx.query.get("q"):
        return _href(ctx, without=["after"], category=category.slug)
    return f"/category/{category.slug}"


def _chips(
    ctx: Context, category: Category | None, facts: Mapping[str, Sequence[str]], price: View, free: View | None
) -> list[View]:
    chips = [
        {
            "label": f"{ctx.tree.name_of_attribute(key)}: {views.fact(ctx, value)}",
            "href": _href_without_fact(ctx, key, value),
        }
        for key, values in facts.items()
        for value in values
    ]
    if category is not None and ctx.query.get("q"):
        chips.insert(0, {"label": category.name, "href": _href(ctx, without=["category", "after"])})
    if price["min"] and not price["error"]:
        label = ctx.gettext("from %(price)s", price=f"{price['min']} {price['currency']}".strip())
        chips.append({"label": label, "href": _href(ctx, without=["min", "after"])})
    if price["max"] and not price["error"]:
        label = ctx.gettext("up to %(price)s", price=f"{price['max']} {price['currency']}".strip())
        chips.append({"label": label, "href": _href(ctx, without=["max", "after"])})
    if free and (free["start"] or free["end"]) and not free["error"]:
        label = ctx.gettext(
            "free %(start)s – %(end)s",
            start=_day(ctx, free["start"] or free["end"]),
            end=_day(ctx, free["end"] or free["start"]),
        )
        chips.append({"label": label, "href": _href(ctx, without=["free_from", "free_until", "after"])})
    return chips


def _day(ctx: Context, text: str) -> str:
    return ctx.formats.day(day_of(text))


def _href_without_fact(ctx: Context, key: str, value: str) -> str:
    pairs = [(name, one) for name, one in _pairs(ctx) if (name, one) != (f"f.{key}", value) and name != "after"]
    return f"{ctx.path}?{urlencode(pairs)}" if pairs else ctx.path


def _href(ctx: Context, without: Sequence[str] = (), **changes: str) -> str:
    """This page with other parameters."""
    pairs = [(name, one) for name, one in _pairs(ctx) if name not in without and name not in changes]
    pairs += changes.items()
    return f"{ctx.path}?{urlencode(pairs)}" if pairs else ctx.path


def _pairs(ctx: Context) -> list[tuple[str, str]]:
    return [(name, one) for name in ctx.query for one in ctx.query.all(name) if one]


def suggest(ctx: Context) -> Response:
    found = ctx.app.search.suggest(ctx.query.get("q"))
    ideas: list[View] = []
    if found.words:
        ideas.append({"text": found.words, "href": f"/search?{urlencode({'q': found.words})}"})
    ideas += ({"text": one.name, "href": f"/category/{one.slug}"} for one in found.categories)
    ideas += ({"text": one.title, "href": f"/item/{ids.encode(one.id)}/{one.handle}"} for one in found.titles)
    return json(ideas)


def show_item(ctx: Context, id: int, slug: str) -> Response:
    found = visible(ctx, id)
    if slug != found.handle:
        return redirect(f"/item/{ids.encode(id)}/{found.handle}")
    return item_page(ctx, found)


def visible(ctx: Context, listing_id: int) -> Item:
    """The listing, where this visitor may see it. Raises NotFound."""
    found = item(ctx.store, listing_id)
    if found is None or (found.state not in ("active", "ended") and not _is_mine(ctx, found)):
        raise NotFound("There is no such listing.", try_="It may have been taken off; search for something like it.")
    return found


def _is_mine(ctx: Context, found: Item) -> bool:
    return ctx.me is not None and ctx.me.shop_id == found.shop_id


def item_page(ctx: Context, found: Item, *, status: int = 200, **again: Any) -> Response:
    """The page of a listing; `again` is what a form on it shows when it comes back."""
    template, particular = _OF_KIND.get(found.kind, ("listing.html", _goods_view))
    others = [row for row in card.of_shop(ctx.store, found.shop_id, size=6).cards if row.id != found.id]
    shown = {**questions_view(ctx, found), **particular(ctx, found), **again}
    return page(
        ctx,
        template,
        status=status,
        item=_item(ctx, found, is_mine=_is_mine(ctx, found)),
        path_to=_path(ctx, found.category_id),
        facts=[{"label": fact.name, "value": views.fact(ctx, fact.words)} for fact in found.facts],
        seller=_seller(ctx, found),
        more=cards(others[:5], clock.now(), ctx.store),
        **shown,
    )


# What is shown of other kinds of listings than goods in stock.
_OF_KIND: Mapping[str, tuple[str, Callable[[Context, Item], View]]] = {
    "equipment": ("hire/listing.html", hire_view),
    "job": ("jobs/listing.html", job_view),
    "article": ("article.html", article_view),
}


def _goods_view(ctx: Context, found: Item) -> View:
    return {
        "axes": [name for name, _ in found.variants[0].options] if len(found.variants) > 1 else [],
        "variants": _variants(ctx, found),
        "shipping": _shipping(ctx, found),
    }


def find_item(ctx: Context, id: int) -> Response:
    """A listing by its id alone, as orders link to it."""
    return show_item(ctx, id, "")


def _item(ctx: Context, found: Item, *, is_mine: bool) -> View:
    state = "sold_out" if found.state == "active" and found.free <= 0 else found.state
    return {
        "id": ids.encode(found.id),
        "slug": found.handle,
        "title": found.title,
        "state": state,
        "description": Markup(found.description),  # noqa: S704  It was sanitised when it was written.
        "photos": [views.photo(one.sha, one.alt or found.title, one.width, one.height) for one in found.photos],
        "ship_within_days": max(ctx.settings.deals.ship_within // DAY, 1),
        "is_mine": is_mine,
    }


def _variants(ctx: Context, found: Item) -> list[View]:
    chosen = next((one for one in found.variants if one.free > 0), next(iter(found.variants), None))
    shown = [_variant(found, one, chosen) for one in found.variants]
    return shown or [_no_variant(found)]


def _variant(found: Item, one: ItemVariant, chosen: ItemVariant | None) -> View:
    before = one.compare_at if one.compare_at and one.compare_at > one.price else None
    return {
        "id": ids.encode(one.id),
        "label": " · ".join(value for _, value in one.options) if len(found.variants) > 1 else "",
        "price": Money(one.price, found.currency),
        "was": Money(before, found.currency) if before else None,
        "stock": max(0, min(one.free, _MOST_SHOWN)),
        "chosen": one is chosen,
        "decimal": str(as_decimal(one.price, found.currency)),
    }


def _no_variant(found: Item) -> View:
    """A draft whose seller has not said yet what there is to buy."""
    price = Money(found.price_from, found.currency)
    decimal = str(as_decimal(*price))
    return {"id": "", "label": "", "price": price, "was": None, "stock": 0, "chosen": True, "decimal": decimal}


def _shipping(ctx: Context, found: Item) -> list[View]:
    methods = sorted(shipping.of_shop(ctx.store, found.shop_id), key=lambda method: method.price)
    return [
        {
            "name": method.name,
            "price": Money(method.price, found.currency),
            "note": ctx.gettext("%(least)s to %(most)s days", least=method.days_min, most=method.days_max),
        }
        for method in methods
    ]


def _seller(ctx: Context, found: Item) -> View:
    return {
        "name": found.shop_name,
        "slug": found.shop_slug,
        "about": found.shop_about,
        "place": views.country(ctx, found.shop_country),
        "since_at": found.shop_since,
        "listings": ctx.store.value(_ON_SALE, shop_id=found.shop_id),
        "sold": ctx.store.value(_SOLD, shop_id=found.shop_id),
    }


def show_shop(ctx: Context, slug: str) -> Response:
    shop = shop_by_slug(ctx.store, slug)
    text = ctx.query.get("q")
    sort = _sort(ctx.query.get("sort"))
    question = Question(text=text, shop_id=shop.id, sort=sort, after=ctx.query.get("after"))
    found = ctx.app.search.find(question, ctx.tree)
    return page(
        ctx,
        "shop.html",
        seller=_shop_view(ctx, shop),
        q=text,
        sort=sort if text.strip() or sort != "relevance" else "newest",
        sorts=_sorts(ctx, has_words=bool(text.strip())),
        count=found.count,
        cards=cards(found.cards, clock.now(), ctx.store),
        newer=_href(ctx, without=["after"]) if question.after else "",
        older=_href(ctx, after=found.next) if found.next else "",
    )


def _shop_view(ctx: Context, shop: Shop) -> View:
    return {
        "name": shop.name,
        "slug": shop.slug,
        "portrait": shop.portrait,
        "about": shop.about,
        "place": views.country(ctx, shop.country),
        "since_at": shop.created_at,
        "listings": ctx.store.value(_ON_SALE, shop_id=shop.id),
        "sold": ctx.store.value(_SOLD, shop_id=shop.id),
        "state": "open",
    }


PAGES = [
    Page("GET", "/", show_front),
    Page("GET", "/search", search),
    Page("GET", "/search/suggest", suggest),
    Page("GET", "/category/{slug}", show_category),
    Page("GET", "/item/{id:id}/{slug}", show_item),
    Page("GET", "/item/{id:id}", find_item),
    Page("GET", "/shop/{slug}", show_shop),
]
