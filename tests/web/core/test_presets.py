"""The five kinds of market, each with its demo goods: its pages are there in both languages, light, and in one coat of paint."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from haat.config.schema import PRESETS
from haat.demo.goods import goods
from haat.demo.load import load
from haat.market.accounts.account import find
from tests.support.browser import Browser
from tests.support.databases import Databases, lay
from tests.support.desk import signed_in, somebody
from tests.support.stack import Stack
from tests.web.core.test_weight import FIRST_VIEW, Unpictured, on_sale, weight


@pytest.fixture(scope="module", params=PRESETS)
def preset(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def stack(preset: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    data = tmp_path_factory.mktemp("data")
    database = databases.fresh()
    lay(database, data)
    with (data / "haat.toml").open("a") as settings:
        settings.write(f'[market]\npreset = "{preset}"\n')
    empty = Stack(data, {})
    assert empty.browser().get("/").status == 200, "while nothing is there yet"
    empty.close()
    stack = Stack(data, {})
    stack.app.__dict__["pictures"] = Unpictured()
    load(stack.app)
    yield stack
    stack.close()
    databases.give_back(database)


# Rooms of sellers that a kind of market has no use for.
_OF_NO_USE: Mapping[str, set[str]] = {
    "ecommerce": {"jobs"},
    "markethub": {"jobs"},
    "equipment": {"jobs", "coupons", "shipping"},
    "bazar": {"listings", "jobs", "money", "coupons", "shipping"},
    "handwork": {"listings", "coupons", "shipping"},
}


@pytest.fixture(params=["en", "pl"])
def visitor(stack: Stack, request: pytest.FixtureRequest) -> Browser:
    return stack.browser(language=request.param)


def ways_in(visitor: Browser) -> list[str]:
    """A page of each sort that a stranger meets."""
    front = visitor.get("/").text
    category = re.search(r'href="(/category/[^"]+)"', front)
    shop = re.search(r'href="(/shop/[^"]+)"', front)
    assert category and shop
    return ["/", "/search", category[1], shop[1], on_sale(visitor)[0], "/sign-in"]


def test_what_a_stranger_meets_is_there(visitor: Browser) -> None:
    for path in ways_in(visitor):
        page = visitor.get(path)
        assert page.status == 200, path
        assert f'lang="{visitor.headers["Accept-Language"]}"' in page.text, path


def test_one_coat_is_loaded_and_it_is_the_markets_own(visitor: Browser, preset: str) -> None:
    for path in ways_in(visitor):
        assert re.findall(r"/css/coats/(\w+)\.css", visitor.get(path).text) == [preset], path


def test_only_the_front_loads_what_is_for_the_front(visitor: Browser, preset: str) -> None:
    first, *others = ways_in(visitor)
    assert re.findall(r"/css/fronts/(\w+)\.css", visitor.get(first).text) == [preset]
    assert not any("/css/fronts/" in visitor.get(path).text for path in others)


def test_a_first_view_is_light(visitor: Browser) -> None:
    for path in ways_in(visitor):
        assert weight(visitor, path) < FIRST_VIEW, path


def test_everything_that_is_listed_has_its_page(stack: Stack) -> None:
    visitor = stack.browser()
    items = on_sale(visitor)
    assert len(items) >= 20
    for item in items:
        assert visitor.get(item).status == 200, item


def test_the_market_speaks_of_things_by_their_name(stack: Stack) -> None:
    called = stack.app.settings.words
    page = stack.browser().get("/search").text
    assert called.everything in page
    assert f" {called.items}</" in page or f" {called.items}\n" in page


def test_nothing_that_cannot_be_had_is_offered(stack: Stack) -> None:
    """A listing is bought where there is a cart for it; another says what can be done with it, and nothing more."""
    visitor = stack.browser()
    page = visitor.get(on_sale(visitor)[0]).text
    assert ('action="/cart/lines"' in page) == ("product" in stack.app.settings.market.kinds)


def test_a_seller_is_shown_the_rooms_that_there_is_a_use_for(stack: Stack, preset: str) -> None:
    owner = find(stack.app.store, goods(preset).shops[0].owner.email)
    assert owner is not None
    page = signed_in(stack, owner.id).get("/selling").text
    rooms = {"listings", "jobs", "money", "documents", "coupons", "shipping", "shop"}
    assert {room for room in rooms if f"/selling/{room}" not in page} == _OF_NO_USE[preset]


def test_who_wants_to_begin_is_led_to_what_is_begun_there(stack: Stack, preset: str) -> None:
    begins = {"bazar": "/articles/new", "handwork": "/selling/jobs/new"}.get(preset, "/selling")
    menu, _, _ = somebody(stack).get("/").text.partition("</header>")
    assert f'href="{begins}"' in menu
    assert (begins == "/selling") == ('href="/selling"' in menu)


def test_who_has_nothing_going_on_is_told_what_would_be_there(stack: Stack, preset: str) -> None:
    page = somebody(stack, "new@example.org").get("/purchases").text
    begins = {
        "equipment": "What you hire ",
        "bazar": "What you make an offer for ",
        "handwork": "Jobs that you bid on ",
    }
    assert f"{begins.get(preset, 'What you buy ')}can be followed here" in page


def test_cards_say_where_a_thing_is_that_is_not_sent(stack: Stack, preset: str) -> None:
    one = goods(preset).listings[0]
    found = stack.browser().get(f"/search?q={one.title}").text
    assert bool(one.town) == (preset in ("bazar", "equipment", "handwork"))
    assert not one.town or f'<p class="seller">{one.town} · ' in found


def test_some_of_the_goods_of_the_board_are_promoted(stack: Stack, preset: str) -> None:
    assert ("Promoted by their owners" in stack.browser().get("/").text) == (preset == "bazar")


def test_what_members_fill_in_is_there(stack: Stack, preset: str) -> None:
    owner = find(stack.app.store, goods(preset).shops[0].owner.email)
    assert owner is not None
    browser = signed_in(stack, owner.id)
    for path in (
        "/selling/listings/new",
        "/selling/jobs/new",
        "/articles/new",
        "/selling/coupons",
        "/selling/shipping",
    ):
        assert browser.get(path).status in (200, 303), path
    editor = re.search(r'href="(/selling/listings/[0-9a-z]{13})"', browser.get("/selling/listings").text)
    assert editor is None or browser.get(editor[1]).status in (200, 303)
