"""What a first view of a page weighs without its pictures: the page, its style sheets and its modules, not packed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from posixpath import dirname, normpath

import pytest

from haat.demo.goods import goods
from haat.demo.load import PASSWORD, load
from haat.market.catalogue.photos import Picture
from tests.support.browser import Browser
from tests.support.databases import Databases, lay
from tests.support.stack import Stack

FIRST_VIEW = 60_000  # bytes
PAGES = ["/", "/search", "/search?q=mug", "/category/plants-and-garden", "/shop/green-stairs-nursery"]

_SHEETS_AND_SCRIPTS = re.compile(r'<(?:link rel="(?:stylesheet|modulepreload)" href|script[^>]* src)="([^"]+)"')
_IMPORTS = re.compile(r'(?:import|from)\s*"(\./[^"]+)"')


class Unpictured:
    """Takes pictures and keeps only their names; nobody looks at them here."""

    def put(self, content: bytes) -> Picture:
        return Picture(sha256(content).hexdigest(), 640, 640)


@pytest.fixture(scope="module")
def stack(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack with the demo goods."""
    data = tmp_path_factory.mktemp("data")
    database = databases.fresh()
    lay(database, data)
    stack = Stack(data)
    stack.app.__dict__["pictures"] = Unpictured()
    load(stack.app)
    yield stack
    stack.close()
    databases.give_back(database)


@pytest.fixture(params=["en", "pl"])
def visitor(stack: Stack, request: pytest.FixtureRequest) -> Browser:
    return stack.browser(language=request.param)


@pytest.fixture
def buyer(visitor: Browser) -> Browser:
    """Somebody with three things in the cart."""
    visitor.submit("/sign-in", email=goods("ecommerce").buyers[0].email, password=PASSWORD)
    visitor.submit("/language", lang=visitor.headers["Accept-Language"], back="/")
    for item in on_sale(visitor)[:3]:
        variant = re.search(r'name="variant" value="([^"]+)"', visitor.get(item).text)
        assert variant
        assert visitor.submit("/cart/lines", variant=variant[1], quantity="1").status == 200
    return visitor


@pytest.mark.parametrize("path", PAGES)
def test_pages_to_look_around_on_are_light(visitor: Browser, path: str) -> None:
    assert weight(visitor, path) < FIRST_VIEW


def test_every_listing_is_light(visitor: Browser) -> None:
    assert max(weight(visitor, item) for item in on_sale(visitor)) < FIRST_VIEW


@pytest.mark.parametrize("path", ["/", "/search", "/cart", "/checkout"])
def test_pages_of_a_buyer_are_light(buyer: Browser, path: str) -> None:
    assert weight(buyer, path) < FIRST_VIEW


def on_sale(visitor: Browser) -> list[str]:
    """The listings on the first page of the search."""
    return list(dict.fromkeys(re.findall(r'href="(/item/[^"]+)"', visitor.get("/search").text)))


def weight(visitor: Browser, path: str) -> int:
    """The bytes of a page and of all that it needs before it can be used, pictures aside."""
    page = visitor.get(path)
    assert page.status == 200, path
    wanted = _SHEETS_AND_SCRIPTS.findall(page.text)
    assert any(address.endswith("/css/haat.css") for address in wanted)
    sizes: dict[str, int] = {}
    while wanted:
        address = wanted.pop()
        if address not in sizes:
            file = visitor.get(address)
            assert file.status == 200, address
            sizes[address] = len(file.body)
            wanted += [normpath(f"{dirname(address)}/{name}") for name in _IMPORTS.findall(file.text)]
    return len(page.body) + sum(sizes.values())
