"""What people do by way of the API, in one step."""

from __future__ import annotations

from typing import Any

from msgspec import to_builtins

from tests.support.browser import Browser
from tests.support.stack import Stack
from tests.support.world import ADDRESS

CARD = {"number": "4000001000000018", "expiry": "12/34", "cvc": "123"}


def open_shop(stack: Stack, name: str) -> Browser:
    """Somebody of this name opens a shop that sends everywhere for 5.00."""
    program = stack.program(stack.world.account(name))
    made(program, "/shop", name=f"{name}'s shop", country="AT")
    made(program, "/shop/shipping-methods", name="Parcel", price=500, days_min=1, days_max=3)
    return program


def made(program: Browser, path: str, **body: Any) -> dict[str, Any]:
    """What a POST has made."""
    answer = program.call("POST", f"/api/v1{path}", body)
    assert answer.status == 201, answer.text
    value: dict[str, Any] = answer.json
    return value


def got(program: Browser, path: str) -> Any:
    """What is there."""
    answer = program.get(f"/api/v1{path}")
    assert answer.status == 200, answer.text
    return answer.json


def draft(seller: Browser, category: str, title: str = "Blue mug", **more: Any) -> dict[str, Any]:
    """A listing that is not on sale yet, with nothing to buy."""
    return made(seller, "/shop/listings", title=title, category=category, **more)


def offer(
    seller: Browser, category: str, title: str = "Blue mug", *, price: int = 1200, pieces: int = 3, **more: Any
) -> dict[str, Any]:
    """A listing on sale, with one variant."""
    listing = draft(seller, category, title, **more)
    made(seller, f"/shop/listings/{listing['id']}/variants", price=price, on_hand=pieces)
    on_sale = seller.call("PUT", f"/api/v1/shop/listings/{listing['id']}/state", {"state": "active"})
    assert on_sale.status == 200, on_sale.text
    value: dict[str, Any] = on_sale.json
    return value


def buy(buyer: Browser, listing: dict[str, Any], *, key: str = "order-key-1", quantity: int = 1) -> str:
    """Buy the first variant of a listing; returns the id of the order."""
    lines = [{"variant": listing["variants"][0]["id"], "quantity": quantity}]
    order = {"key": key, "address": to_builtins(ADDRESS), "card": CARD, "lines": lines}
    answer = buyer.call("POST", "/api/v1/checkouts", order)
    assert answer.json["payment"] == "paid", answer.text
    deal: str = answer.json["deals"][0]["id"]
    return deal


def every_page(program: Browser, path: str, limit: int) -> list[str]:
    """The ids of all items, page by page."""
    seen: list[str] = []
    after = ""
    while True:
        page = got(program, f"{path}{'&' if '?' in path else '?'}limit={limit}{after}")
        assert len(page["items"]) <= limit
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            return seen
        after = f"&after={page['next']}"
