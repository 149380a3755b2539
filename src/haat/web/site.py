"""What all requests of one process share: the names and rules that settings make, templates, and what is kept in memory."""

from __future__ import annotations

from functools import cached_property
from ipaddress import ip_network
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from jinja2 import Environment

from haat.kernel import clock
from haat.kernel.errors import Refused
from haat.kernel.signs import signs_of
from haat.market.accounts.secret import hashed
from haat.store import Row
from haat.web import cookies, queries, templating
from haat.web.assets import FOLDER, Assets, files_of
from haat.web.formats import Formats, formats_of
from haat.web.members import Member
from haat.web.vocabulary import Vocabulary
from haat.words import Words, words

if TYPE_CHECKING:
    from haat.app import App

_FORM_OF_PHOTOS = 8  # full-sized ones in one form
_CATEGORIES_KEPT = 5.0  # seconds


# Where a listing of a kind is begun by somebody who may have no shop yet.
_SELL_AT = {"article": "/articles/new", "job": "/selling/jobs/new"}


class Aisle(NamedTuple):
    """A category of the top."""

    slug: str
    name: str


class Head(NamedTuple):
    """What the head of every page shows: who is here, what waits for them, where they can go."""

    me: Member | None = None
    cart_count: int = 0
    notice_count: int = 0
    categories: tuple[Aisle, ...] = ()


class Site:
    """One stack, as the web sees it."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.signing_key = _signing_key(app)
        self.trusted_proxies = tuple(ip_network(network) for network in app.settings.web.trusted_proxies)
        self.largest_form = _FORM_OF_PHOTOS * app.settings.media.max_size
        self.assets = Assets(files_of(FOLDER))
        self._is_secure = app.settings.web.has_secure_cookies
        self.cookie_names = {name: cookies.wire_name(name, is_secure=self._is_secure) for name in cookies.OURS}
        self._environments: dict[str, Environment] = {}
        self._aisles: tuple[float, tuple[Aisle, ...]] = (0.0, ())

    def cookie_name(self, name: str) -> str:
        """What one of our cookies is called on the wire."""
        return self.cookie_names[name]

    def cookie(self, name: str, value: str, max_age: int | None) -> str:
        """The header that sets one of our cookies."""
        return cookies.written(name, value, max_age=max_age, is_secure=self._is_secure)

    def words(self, language: str) -> Words:
        return words(language)

    def formats(self, language: str) -> Formats:
        """How money, numbers and times are written in this market."""
        market = self.app.settings.market
        return formats_of(language, signs_of(market.all_currencies), market.time_zone)

    def head(self, me: Member | None, cart_secret: str) -> Head:
        """The head of a page for a visitor; a stranger may hold the secret of a cart."""
        if me is not None:
            counts = self.app.store.first(queries.COUNTS_OF_MEMBER, account_id=me.id)
        elif cart_secret:
            counts = self.app.store.first(queries.COUNTS_OF_STRANGER, secret_hash=hashed(cart_secret))
        else:
            counts = None
        cart, notices = counts or (0, 0)
        return Head(me, cart, notices, self._top_categories())

    def render(self, language: str, template: str, head: Head, values: dict[str, Any]) -> str:
        """A page in this language."""
        found = self._environment(language).get_template(template)
        return found.render(head._asdict(), now=clock.now(), **values)

    def _environment(self, language: str) -> Environment:
        known = self._environments.get(language)
        if known is None:
            called = Vocabulary(self.app.settings.words, words(language))
            shared = self._shared | {
                "market": self._market(language),
                "word": called.word,
                "counted": called.counted,
            }
            known = self._environments[language] = templating.environment(language, shared, self.formats(language))
        return known

    def _market(self, language: str) -> dict[str, Any]:
        market = self.app.settings.market
        return {
            "name": market.name,
            "tagline": words(language).known(market.tagline),
            "look": market.look,
            "kinds": market.kinds,
            "sell_at": _SELL_AT.get(market.kinds[0], "/selling"),
        }

    @cached_property
    def _shared(self) -> dict[str, Any]:
        return {
            "languages": templating.named(self.app.settings.market.languages),
            "url_for_static": self.assets.url,
        }

    def _top_categories(self) -> tuple[Aisle, ...]:
        until, aisles = self._aisles
        if monotonic() >= until:
            rows: list[Row] = self.app.store.read(queries.TOP_CATEGORIES)
            aisles = tuple(Aisle._make(row) for row in rows)
            self._aisles = (monotonic() + _CATEGORIES_KEPT, aisles)
        return aisles


def _signing_key(app: App) -> bytes:
    key = app.settings.web.signing_key
    if not key:
        raise Refused(
            "The shop cannot start without its keys.",
            why=f"There is no web.signing_key in {app.settings.data}.",
            try_="Start the stack with `haat up`, which makes them.",
        )
    return key.reveal().encode()
