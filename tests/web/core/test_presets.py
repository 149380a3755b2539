"""The five kinds of market, each with its demo goods: its pages are there in both languages, light, and in one coat of paint."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from haat.config.schema import PRESETS
from haat.demo.load import load
from tests.support.browser import Browser
from tests.support.databases import Databases, lay
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
    stack = Stack(data, {})
    stack.app.__dict__["pictures"] = Unpictured()
    load(stack.app)
    yield stack
    stack.close()
    databases.give_back(database)


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
