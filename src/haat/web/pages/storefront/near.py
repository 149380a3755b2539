"""Looking near a place: what was typed, what it means, and how far each result is."""

from __future__ import annotations

from collections.abc import Iterable

from haat.kernel.errors import Invalid
from haat.market.catalogue.card import Card
from haat.market.places.gazetteer import City, gazetteer
from haat.market.places.near import Near, km_between
from haat.market.places.settle import Place, places_of
from haat.web.http import Context, Response, json
from haat.web.pages.views import View, known
from haat.web.routes import Page

_REACHES = (5, 10, 25, 50, 100, 200)  # km
_REACH = 25


def near(ctx: Context) -> tuple[View, Near | None]:
    """The town and the kilometres as typed, with what is wrong with them; and what they mean, None where nothing is typed."""
    # A candidate that was chosen comes behind what was typed.
    text, reach = (ctx.query.all("near") or [""])[-1].strip()[:200], ctx.query.get("km").strip()
    km = int(reach) if reach.isdecimal() and int(reach[:6]) in _REACHES else _REACH
    typed = {"text": text, "km": km, "reaches": _REACHES, "error": "", "others": []}
    if not text:
        return typed, None
    try:
        city = gazetteer().the_one(text, _home(ctx))
    except Invalid as error:
        typed["error"] = " ".join(known(ctx, problem) for problem in error.fields.values())
        typed["others"] = [one.called for one in gazetteer().find(text, _home(ctx), most=6)]
        return typed, None
    return typed | {"text": city.called}, Near(city.lat, city.lon, km)


def distances(ctx: Context, cards: Iterable[Card], here: Near | None) -> dict[int, str]:
    """How far each result is, in words; nothing where no place was asked for."""
    if here is None:
        return {}
    kinds = {card.id: card.kind for card in cards}
    return {
        id_: _distance(ctx, one, here, has_town=kinds[id_] != "product")
        for id_, one in places_of(ctx.store, kinds).items()
    }


def _distance(ctx: Context, place: Place, here: Near, *, has_town: bool) -> str:
    """How far it is; with the town where the card does not have it already."""
    km = round(km_between((here.lat, here.lon), (place.lat, place.lon)))
    if has_town:
        return ctx.gettext("%(km)s km away", km=km)
    return ctx.gettext("%(town)s, %(km)s km away", town=place.name, km=km)


def suggest(ctx: Context) -> Response:
    """GET /places/suggest?q=TEXT: names for the field of a place, while it is typed."""
    text = ctx.query.get("q").strip()
    return json([city.called for city in _suggested(ctx, text)])


def _suggested(ctx: Context, text: str) -> list[City]:
    return gazetteer().find(text[:200], _home(ctx)) if len(text) > 1 else []


def _home(ctx: Context) -> str:
    return ctx.me.country if ctx.me is not None else ctx.settings.market.country


PAGES = [Page("GET", "/places/suggest", suggest)]
