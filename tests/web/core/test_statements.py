"""A page asks the database as often for many goods as for few, so that no list grows slow with what is in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haat.kernel import ids
from haat.market.deals import cart
from haat.market.deals.cart import Owner
from haat.store.store import Reader
from tests.support.bazaar import Bazaar
from tests.support.browser import Browser
from tests.support.desk import signed_in
from tests.support.stack import Stack

FEW, MANY = 3, 24


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that reads, from now on."""
    statements: list[str] = []

    def noting(method: Callable[..., Any]) -> Callable[..., Any]:
        def noted(self: Reader, statement: Any, **params: Any) -> Any:
            statements.append(self._statements.of(statement)[0])
            return method(self, statement, **params)

        return noted

    for name in ("read", "first"):
        monkeypatch.setattr(Reader, name, noting(getattr(Reader, name)))
    return statements


@pytest.mark.parametrize(
    "path",
    [
        "/category/{}",
        "/search?q=mug",
        "/search?q=blue+mug&min=1",
        "/api/v1/listings?category={}",
        "/api/v1/search?q=mug",
        "/api/v1/search?category={}&in_stock=true",
    ],
)
def test_a_list_of_goods_asks_no_more_for_many_than_for_few(stack: Stack, asked: list[str], path: str) -> None:
    stall = stack.stall()
    category = stall.category("Kitchen", "Cups")
    path = path.format(stall.tree.get(category).slug)
    few = statements_of(stack, stall.sell, FEW, path, asked)
    assert len(few) <= 12
    assert len(statements_of(stack, stall.sell, MANY - FEW, path, asked)) <= len(few)


@pytest.mark.parametrize("path", ["/search?q=digger&{}", "/category/things?{}", "/api/v1/search?q=digger&{}"])
def test_what_is_free_for_hire_asks_as_often_for_many_as_for_few(stack: Stack, asked: list[str], path: str) -> None:
    path = path.format("free_from=2040-05-01&free_until=2040-05-03")
    few = statements_of(stack, lambda _: stack.world.equipment(units=2), FEW, path, asked)
    assert len(few) <= 12
    assert len(statements_of(stack, lambda _: stack.world.equipment(units=2), FEW, path, asked)) == len(few)


@pytest.mark.parametrize("kind", ["product", "equipment", "article"])
def test_cards_of_every_kind_ask_as_often_for_many_as_for_one(stack: Stack, asked: list[str], kind: str) -> None:
    world, bazaar, stall = stack.world, Bazaar(stack.app.store), stack.stall()
    owner = bazaar.person()
    offer: Callable[[], int] = {
        "product": lambda: stall.sell("Blue mug"),
        "equipment": lambda: world.equipment(units=2),
        "article": lambda: bazaar.on_sale(owner),
    }[kind]
    visitor, drawn = stack.browser(), []
    visitor.cookies["haat_cart"] = "nobody"
    for more in (1, MANY):
        for _ in range(more):
            offer()
        asked.clear()
        assert visitor.get("/search").text.count('<article class="card') == more
        of_cards = ("listing_details", "hire_prices", "listing_places", "job_posts")
        drawn.append(sum(any(f"FROM {table}" in text for table in of_cards) for text in asked))
    assert drawn[0] == drawn[1] <= len(of_cards)


def test_a_listing_of_a_large_shop_asks_no_more_than_one_of_a_small_shop(stack: Stack, asked: list[str]) -> None:
    stall = stack.stall()
    path = f"/item/{ids.encode(stall.sell('Blue mug'))}/blue-mug"
    few = statements_of(stack, stall.sell, FEW, path, asked)
    assert len(few) <= 12
    assert len(statements_of(stack, stall.sell, MANY - FEW, path, asked)) == len(few)


def test_a_list_of_orders_asks_as_often_for_many_as_for_few(stack: Stack, asked: list[str]) -> None:
    world = stack.world
    buyer, variant = world.account(), world.variant(world.shop(), pieces=1000)
    program = stack.program(buyer)
    counts = []
    for more in (FEW, MANY - FEW):
        for _ in range(more):
            world.buy(buyer, {variant: 1})
        asked.clear()
        assert len(program.get("/api/v1/purchases").json["items"]) == more + (len(counts) and FEW)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("path", ["/cart", "/checkout", "/api/v1/cart?country=AT"])
def test_a_full_cart_of_many_shops_asks_as_often_as_one_with_two_lines(
    stack: Stack, asked: list[str], path: str
) -> None:
    world, buyer = stack.world, stack.world.account()
    visitor = stack.program(buyer) if path.startswith("/api") else signed_in(stack, buyer)
    counts = []
    for more in (2, cart.MOST_LINES - 2):
        for number in range(more):
            if number % 10 == 0:
                shop = world.shop(f"Shop {number}")
            cart.add(stack.app.store, Owner(buyer), world.variant(shop), 1)
        counts.append(len(asked_by(visitor, path, asked)))
    assert counts[0] == counts[1]


def statements_of(stack: Stack, sell: Callable[[str], int], more: int, path: str, asked: list[str]) -> list[str]:
    """What a visitor's page asks once there are so many more mugs."""
    for number in range(more):
        sell(f"Blue mug {number}")
    visitor = stack.browser()
    visitor.cookies["haat_cart"] = "nobody"
    stack.application.start()
    try:
        return [text.split("FROM")[-1].split()[0] for text in asked_by(visitor, path, asked)]
    finally:
        stack.application.stop()


def asked_by(visitor: Browser, path: str, asked: list[str]) -> list[str]:
    """What a visit asks while everything is kept that is kept for everybody: of some visits, the one that asks least."""
    visits = []
    for _ in range(4):
        asked.clear()
        assert visitor.get(path).status == 200
        visits.append([*asked])
    return min(visits, key=len)
