"""Templates: one environment for each language, so that a macro knows its language without being told.

Held by the environment, in every template and macro: `_`, `ngettext`, `word`, `counted`, `lang`, `languages`, `market`, `url_for_static`,
`photo_url`, `card`, and the filters `money`, `number`, `date`, `minute`, `when`. Given to each page by `http.rendered`: `me`, `cart_count`,
`notice_count`, `categories`, `path`, `flash`, `now`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

from babel import Locale
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from haat.web.assets import photo_url
from haat.web.folding import FoldingEnvironment
from haat.web.formats import Formats
from haat.words import words

FOLDER = Path(__file__).parent / "templates"
_MOST_CARDS = 10_000  # of some 1 kB each
_MOST_FRAGMENTS = 1000  # of some 5 kB each


class _Compiled(BytecodeCache):
    """Templates of one language are compiled once in a process."""

    def __init__(self) -> None:
        self._kept: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get(f"{bucket.key}{bucket.checksum}")

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._kept[f"{bucket.key}{bucket.checksum}"] = bucket.code


@cache
def _compiled(language: str) -> _Compiled:
    return _Compiled()


def environment(language: str, shared: Mapping[str, Any], formats: Formats) -> Environment:
    """The environment of one language; `shared` is what templates of every language may use."""
    env = FoldingEnvironment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=_compiled(language),
        extensions=["jinja2.ext.i18n"],
    )
    messages = words(language)
    env.newstyle_gettext = True  # type: ignore[attr-defined]
    env.globals.update(
        shared,
        _=messages.gettext,
        gettext=messages.gettext,
        ngettext=messages.ngettext,
        lang=language,
        photo_url=photo_url,
        card=kept_cards(env),
        fragment=kept_fragments(env),
    )
    env.filters.update(
        money=formats.money,
        number=formats.number,
        date=formats.date,
        day=formats.day,
        days=formats.days,
        minute=formats.minute,
        when=formats.when,
    )
    return env


def kept_fragments(env: Environment) -> Callable[[str, Hashable], Markup]:
    """A function that renders a template once for each `it` that it is given, and keeps the last ones: for what many pages share.

    The template may use nothing but `it`, which must be hashable and never change, and the language.
    """

    @lru_cache(maxsize=_MOST_FRAGMENTS)
    def fragment(template: str, it: Hashable) -> Markup:
        return Markup(env.get_template(template).render(it=it))  # noqa: S704  The template escapes.

    return fragment


def named(languages: Sequence[str]) -> list[dict[str, str]]:
    """Languages with what their speakers call them."""
    return [{"code": code, "name": _own_name(code)} for code in languages]


def _own_name(code: str) -> str:
    name = Locale.parse(code, sep="-").get_display_name() or code
    return name[0].upper() + name[1:]


class _Card(NamedTuple):
    """Its HTML, and where in it stands what is not kept: what it is asked with, and how far it is."""

    html: Markup
    asked_at: int
    place_at: int

    def with_(self, asked: str, place: str) -> Markup:
        if not asked and not place:
            return self.html
        asked, place = escape(f"?{asked}" if asked else ""), escape(f"{place} · " if place else "")
        before, between, after = (
            self.html[: self.asked_at],
            self.html[self.asked_at : self.place_at],
            self.html[self.place_at :],
        )
        return before + asked + between + place + after


# Whatever people wrote has no such brackets when it is rendered.
_ASKED, _PLACE = Markup("<asked>"), Markup("<place>")


def kept_cards(env: Environment) -> Callable[..., Markup]:
    """A function that renders the card of a listing once for each version of it, and keeps the last ones.

    A card has `key`, `version`, `state` and what parts/goods.html shows; whatever changes that must change one of the three. What it is to be
    asked with and how far it is, as text, are put in anew each time.
    """
    kept: dict[tuple[object, ...], _Card] = {}
    lock = threading.Lock()

    def card(listing: Any, asked: str = "", place: str = "") -> Markup:
        key = (listing.key, listing.version, listing.state)
        known = kept.get(key)
        return (known if known is not None else keep(key, listing)).with_(asked, place)

    def keep(key: tuple[object, ...], listing: Any) -> _Card:
        goods: Any = env.get_template("parts/goods.html").module
        before, rest = goods.one_card(listing, _ASKED, _PLACE).split(_ASKED)
        between, after = rest.split(_PLACE)
        fresh = _Card(before + between + after, len(before), len(before) + len(between))
        with lock:
            if len(kept) >= _MOST_CARDS:
                del kept[next(iter(kept))]
            kept[key] = fresh
        return fresh

    return card
