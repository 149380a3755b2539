"""Pages in the reader's language, and cards that are made once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import DictLoader, Environment
from jinja2.exceptions import UndefinedError

from haat.app import App
from haat.kernel.money import Money
from haat.web import templating
from haat.web.formats import Formats
from haat.web.http import Context, Response, page
from haat.web.routes import Page
from haat.web.site import Site
from haat.web.wsgi import make_wsgi
from tests.support.browser import Browser
from tests.web.core.members import account, sign_in


@pytest.fixture
def english() -> Environment:
    return templating.environment("en", {"url_for_static": lambda name: f"/static/x/{name}"}, Formats("en"))


def card(**changes: Any) -> SimpleNamespace:
    shown = {
        "key": 1,
        "id": "0000000000001",
        "version": 1,
        "slug": "cup",
        "title": "A cup",
        "price": Money(1250, "EUR"),
        "price_from": False,
        "was": None,
        "photo": None,
        "seller": SimpleNamespace(name="Ada", slug="ada"),
        "state": "",
        "kind": "product",
        "per": "",
        "facts": {},
    }
    return SimpleNamespace(**(shown | changes))


def test_a_card_is_made_once_for_each_version_and_state(english: Environment) -> None:
    make = english.globals["card"]
    assert make(card()) is make(card(title="Not looked at"))
    assert "€12.50" in make(card())
    assert "A better cup" in make(card(version=2, title="A better cup"))
    assert "Sold out" in make(card(state="sold_out"))


def test_what_a_seller_writes_is_text(english: Environment) -> None:
    assert "&lt;script&gt;" in english.globals["card"](card(version=3, title="<script>"))


def test_what_is_asked_and_how_far_it_is_stand_in_a_card_that_is_kept(english: Environment) -> None:
    make, tricky = english.globals["card"], {"title": '<p class="seller"> <place>', "slug": "cup", "version": 4}
    plain = make(card(**tricky))
    assert "<asked>" not in plain and "<place>" not in plain and 'href="/item/0000000000001/cup"' in plain
    filled = make(card(**tricky), "start=2030-05-06&end=2030-05-07", "Café <A>, 3 km away")
    assert 'href="/item/0000000000001/cup?start=2030-05-06&amp;end=2030-05-07"' in filled
    assert '<p class="seller">Café &lt;A&gt;, 3 km away · Ada' in filled
    assert make(card(**tricky), "", "near") == str(plain).replace('<p class="seller">', '<p class="seller">near · ')
    assert make(card(**tricky)) is plain


def test_a_card_that_has_no_room_for_them_is_a_mistake_and_not_a_card_without() -> None:
    loader = DictLoader({"parts/goods.html": "{% macro one_card(c, asked, place) %}{{ asked }}{% endmacro %}"})
    with pytest.raises(ValueError, match="unpack"):
        templating.kept_cards(Environment(loader=loader, autoescape=True))(card(), "q=1")


def test_only_so_many_cards_are_kept(english: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templating, "_MOST_CARDS", 2)
    make = templating.kept_cards(english)
    first = make(card())
    make(card(version=2))
    make(card(version=3))
    assert make(card()) is not first


def test_a_name_that_a_page_was_not_given_is_a_mistake_and_not_nothing(english: Environment) -> None:
    with pytest.raises(UndefinedError):
        english.from_string("{{ not_given }}").render()


def test_macros_speak_the_language_of_the_page(english: Environment) -> None:
    source = '{% macro hello() %}{{ _("Cart") }} {{ 1234|number }} {{ lang }}{% endmacro %}{{ hello() }}'
    assert english.from_string(source).render() == "Cart 1,234 en"


def test_languages_are_called_what_their_speakers_call_them() -> None:
    assert templating.named(["en", "pl"]) == [{"code": "en", "name": "English"}, {"code": "pl", "name": "Polski"}]


def test_what_a_preset_says_of_the_market_is_said_in_the_language_of_the_page(app: App) -> None:
    visitor = Browser(
        make_wsgi(app, [Page("GET", "/text", lambda ctx: page(ctx, "text.html", title="t", body=""))], [])
    )
    assert "Many small shops, one basket" in visitor.get("/text").text
    visitor.headers["Accept-Language"] = "pl"
    assert "Wiele małych sklepów, jeden koszyk" in visitor.get("/text").text


def test_a_file_that_is_not_there_is_noticed(app: App) -> None:
    with pytest.raises(KeyError, match=r"nothing\.css"):
        Site(app).assets.url("nothing.css")


def test_the_head_of_a_page_knows_who_is_here(app: App) -> None:
    def show(ctx: Context) -> Response:
        return page(ctx, "text.html", title="t", body="")

    visitor = Browser(make_wsgi(app, [Page("GET", "/text", show)], []))
    assert "Sign in" in visitor.get("/text").text
    sign_in(app, visitor, account(app, "Grace", language="pl"))
    signed_in = visitor.get("/text").text
    assert "grace@example.org" in signed_in
    assert '<html lang="pl"' in signed_in
