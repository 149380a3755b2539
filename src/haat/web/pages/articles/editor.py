"""Post an article, and change it: one form without anything that a single thing has no use for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from haat.kernel import ids
from haat.kernel.errors import Conflict, Invalid, NotFound
from haat.kernel.money import Money
from haat.market.catalogue.item import Item, item
from haat.market.catalogue.listing import ListingText
from haat.market.catalogue.own import own_attributes
from haat.market.catalogue.photos import MOST
from haat.market.classifieds import article as articles
from haat.market.classifieds import post as posting
from haat.market.classifieds.article import Article, ArticleText, own
from haat.market.classifieds.leave import take_off
from haat.market.classifieds.send_off import send_off, take_back
from haat.market.places.gazetteer import City, meant_town
from haat.market.places.settle import place_of, settle
from haat.store import Tx
from haat.web.http import Context, Response, page, redirect
from haat.web.pages import views
from haat.web.pages.articles.shown import ASKINGS, WEARS, shown
from haat.web.pages.desk import TOLD, View, amount, known, said, symbol, typed, wrong
from haat.web.pages.promoting import can_be_promoted
from haat.web.pages.selling.editor import attributes_asked, categories_of, save_photos
from haat.web.pages.selling.editor_form import Typing, in_the_form, listing_text, read
from haat.web.pages.selling.editor_form import shown as filled_in
from haat.web.pages.selling.room import currency_of
from haat.web.routes import Page


class Edited(NamedTuple):
    """Somebody's article, as it stands."""

    article: Article
    item: Item


def show_new(ctx: Context) -> Response:
    """GET /articles/new."""
    return _new_page(ctx, {"asking": "negotiable"}, {})


def create_it(ctx: Context) -> Response:
    """POST /articles."""
    values = ctx.form.first_values()
    try:
        listing_id = _create(ctx, values)
    except TOLD as error:
        return _new_page(ctx, values, in_the_form(wrong(ctx, error)), status=422)
    return redirect(_path(listing_id))


def show(ctx: Context, id: int) -> Response:
    """GET /articles/ID."""
    edited = _own(ctx, id)
    return _page(ctx, edited, _filled_in(ctx, edited), _worth_of(edited.article) | _place_of(ctx, edited.article), {})


def save(ctx: Context, id: int) -> Response:
    """POST /articles/ID: save, and then what the button says."""
    edited, typing, worth = _own(ctx, id), read(ctx.form), ctx.form.first_values()
    try:
        version, errors = save_photos(ctx, edited.item, typing)
    except Conflict as error:
        again = typing._replace(seen=edited.item.version)
        return _page(ctx, edited, again, worth, {"": said(ctx, error)}, status=409)
    errors |= _save_text(ctx, edited, typing, worth, version)
    if not errors:
        errors = _go_on(ctx, id, ctx.form.get("do"))
    if errors:
        edited = _own(ctx, id)
        return _page(ctx, edited, typing._replace(seen=edited.item.version), worth, errors, status=422)
    return redirect(_path(id))


def _create(ctx: Context, values: Mapping[str, str]) -> int:
    try:
        category_id = ids.decode(values.get("category", ""))
    except NotFound as error:
        fields = {"category": "Choose a category."}
        raise Invalid("The article cannot be begun like this.", fields=fields) from error
    text = _article_text(ctx, ListingText(values.get("title", ""), category_id), values)
    by, catalogue = ctx.member.id, ctx.app.catalogue
    return ctx.store.write(lambda tx: posting.post(tx, catalogue, by, text))


def _article_text(ctx: Context, words: ListingText, values: Mapping[str, str]) -> ArticleText:
    """Raises Invalid."""
    asking = next((one for one in ASKINGS if one == values.get("asking")), None)
    wear = next((one for one in WEARS if one == values.get("wear")), None)
    fields: dict[str, str] = {}
    if asking is None:
        fields["asking"] = "Choose what you ask for it."
    if wear is None:
        fields["wear"] = "Say what state it is in."
    price = 0
    if asking in ("fixed", "negotiable"):
        try:
            price = amount(values.get("price", ""), currency_of(ctx))
        except ValueError as error:
            fields["price"] = str(error)
    if fields or asking is None or wear is None:
        raise Invalid("The article cannot be saved like this.", fields=fields)
    return ArticleText(words, asking, wear, price)


def _own(ctx: Context, listing_id: int) -> Edited:
    article, found = own(ctx.store, ctx.member.id, listing_id), item(ctx.store, listing_id)
    assert found is not None
    return Edited(article, found)


def _filled_in(ctx: Context, edited: Edited) -> Typing:
    attributes = own_attributes(ctx.store, edited.article.shop_id, edited.article.id)
    return filled_in(edited.item, (), attributes)


def _worth_of(article: Article) -> dict[str, str]:
    price = typed(Money(article.price, article.currency)) if article.price else ""
    return {"asking": article.asking, "wear": article.wear, "price": price}


def _place_of(ctx: Context, article: Article) -> dict[str, str]:
    place = place_of(ctx.store, article.id)
    return {"place": place.called if place else ""}


def _save_text(ctx: Context, edited: Edited, typing: Typing, worth: Mapping[str, str], version: int) -> dict[str, str]:
    errors: dict[str, str] = {}
    words = listing_text(ctx, typing, edited.item, errors)
    try:
        if words is None or errors:
            _article_text(ctx, ListingText("", 0), worth)
            return errors
        text = _article_text(ctx, words, worth)
        city = meant_town(worth.get("place", ""), ctx.member.country)
        ctx.store.write(lambda tx: _write(tx, ctx, edited.article, text, version, city))
    except TOLD as error:
        return errors | in_the_form(wrong(ctx, error))
    return {}


def _write(tx: Tx, ctx: Context, article: Article, text: ArticleText, version: int, city: City | None) -> None:
    posting.edit(tx, ctx.app.catalogue, ctx.member.id, article.id, text, version)
    settle(tx, ctx.app.catalogue, article.shop_id, article.id, city)


def _go_on(ctx: Context, listing_id: int, do: str) -> dict[str, str]:
    """What comes after saving; what is wrong with it, by field."""
    by, app, store = ctx.member.id, ctx.app, ctx.store
    try:
        if do == "send_off":
            standing = store.write(lambda tx: send_off(tx, app.catalogue, app.article_rules, by, listing_id))
            waits = ctx.gettext("It is saved, and sent off: the people of the market look at it first.")
            ctx.flash(waits if standing == "waiting" else ctx.gettext("It is saved, and on sale."))
        elif do == "take_back":
            store.write(lambda tx: take_back(tx, by, listing_id))
            ctx.flash(ctx.gettext("It is a draft again."))
        elif do in ("end", "sold_elsewhere"):
            elsewhere = do == "sold_elsewhere"
            store.write(lambda tx: take_off(tx, app.catalogue, app.engine, by, listing_id, sold_elsewhere=elsewhere))
            ctx.flash(ctx.gettext("It is no longer on sale. Who had made an offer is told."))
        else:
            ctx.flash(ctx.gettext("It is saved."))
    except TOLD as error:
        return in_the_form(wrong(ctx, error))
    return {}


def _new_page(ctx: Context, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Response:
    return page(
        ctx,
        "articles/new.html",
        status=status,
        values=values,
        errors=errors,
        labels=_labels(ctx),
        **_choices(ctx),
    )


def _page(
    ctx: Context,
    edited: Edited,
    typing: Typing,
    worth: Mapping[str, str],
    errors: Mapping[str, str],
    status: int = 200,
) -> Response:
    found, attributes = edited.item, attributes_asked(ctx, ctx.app.catalogue.categories.tree(ctx.store), typing)
    return page(
        ctx,
        "articles/editor.html",
        status=status,
        article=shown(ctx, edited.article),
        can_promote=can_be_promoted(ctx, "article", found.state),
        removed_why=known(ctx, found.removed_why or ""),
        refused_why=articles.why_refused(ctx.store, edited.article),
        typing=typing,
        values=worth,
        errors=errors,
        labels=_labels(ctx) | {one["name"]: one["label"] for one in attributes},
        attributes=attributes,
        photos=[
            {"id": ids.encode(one.id), "photo": views.photo(one.sha, one.alt, one.width, one.height)}
            for one in found.photos
        ],
        most_photos=MOST,
        **_choices(ctx),
    )


def _choices(ctx: Context) -> View:
    return {
        "all_categories": categories_of(ctx.app.catalogue.categories.tree(ctx.store)),
        "askings": [{"value": one, "label": known(ctx, word)} for one, word in ASKINGS.items()],
        "wears": [{"value": one, "label": known(ctx, word)} for one, word in WEARS.items()],
        "symbol": symbol(ctx, currency_of(ctx)),
    }


def _labels(ctx: Context) -> dict[str, str]:
    say = ctx.gettext
    return {
        "title": say("Title"),
        "category": say("Category"),
        "description": say("Description"),
        "photos": say("Photos"),
        "asking": say("What you ask for it"),
        "price": say("Price"),
        "wear": say("What state it is in"),
        "place": say("Town"),
    }


def _path(listing_id: int) -> str:
    return f"/articles/{ids.encode(listing_id)}"


PAGES = [
    Page("GET", "/articles/new", show_new, needs="signed_in"),
    Page("POST", "/articles", create_it, needs="signed_in"),
    Page("GET", "/articles/{id:id}", show, needs="signed_in"),
    Page("POST", "/articles/{id:id}", save, needs="signed_in"),
]
