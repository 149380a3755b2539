"""An article in words, as its page and its owner's list show it."""

from __future__ import annotations

from collections.abc import Mapping

from haat.kernel import ids
from haat.kernel.money import Money
from haat.market.catalogue.item import Item
from haat.market.classifieds import article as articles
from haat.market.classifieds.article import Article, Asking, Standing, Wear
from haat.market.places.settle import place_of
from haat.web.http import Context
from haat.web.pages import views
from haat.web.pages.desk import View, known, symbol


def _(message: str) -> str:
    """Marks what the message catalogue is to hold; it is translated where it is shown."""
    return message


ASKINGS: Mapping[Asking, str] = {
    "fixed": _("Fixed price"),
    "negotiable": _("Price to be talked about"),
    "free": _("For free"),
    "offers": _("Make an offer"),
}
WEARS: Mapping[Wear, str] = {
    "new": _("New"),
    "like_new": _("Like new"),
    "good": _("Used, in good order"),
    "worn": _("Worn"),
    "broken": _("Broken, or for parts"),
}
STANDINGS: Mapping[Standing, str] = {
    "draft": _("Draft"),
    "waiting": _("Waiting to be looked at"),
    "active": _("On sale"),
    "reserved": _("Reserved"),
    "sold": _("Sold"),
    "sold_elsewhere": _("Sold elsewhere"),
    "expired": _("Time is over"),
    "ended": _("Taken off"),
    "hidden": _("Hidden"),
    "removed": _("Taken down"),
}


def article_view(ctx: Context, found: Item) -> View:
    """What the page of an article shows beside what every listing has."""
    article, place = articles.get(ctx.store, found.id), place_of(ctx.store, found.id)
    return {
        "article": shown(ctx, article),
        "place": place.called if place else "",
        "symbol": symbol(ctx, article.currency),
        "values": {},
        "errors": {},
    }


def shown(ctx: Context, article: Article) -> View:
    return {
        "id": ids.encode(article.id),
        "title": article.title,
        "href": f"/item/{ids.encode(article.id)}/{article.handle}",
        "standing": article.standing,
        "standing_word": known(ctx, STANDINGS[article.standing]),
        "asking": article.asking,
        "asking_word": known(ctx, ASKINGS[article.asking]),
        "price": Money(article.price, article.currency) if article.price else None,
        "wear": known(ctx, WEARS[article.wear]),
        "photo": views.photo(article.photo),
        "expires_at": article.expires_at if article.standing in ("active", "reserved") else None,
    }
