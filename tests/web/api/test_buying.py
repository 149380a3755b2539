"""Buying through the API, as a mobile app does."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from msgspec import to_builtins

from haat.kernel import ids
from haat.market.catalogue import stock
from tests.support.browser import Browser
from tests.support.stack import Stack
from tests.support.world import ADDRESS

CARD = {"number": "4000001000000018", "expiry": "12/34", "cvc": "123"}


def order(variant: int, *, key: str = "order-key-1", quantity: int = 1, **more: Any) -> dict[str, Any]:
    lines = [{"variant": ids.encode(variant), "quantity": quantity}]
    return {"key": key, "address": to_builtins(ADDRESS), "card": CARD, "lines": lines, **more}


def buyer(stack: Stack) -> Browser:
    return stack.program(stack.world.account())


def test_a_cart_is_filled_priced_bought_and_then_empty(stack: Stack) -> None:
    variant = stack.world.variant(stack.world.shop(), price=1000)
    program = buyer(stack)
    assert program.call("PUT", f"/api/v1/cart/lines/{ids.encode(variant)}", {"quantity": 2}).json == {"pieces": 2}
    cart = program.get("/api/v1/cart?country=AT").json
    assert (cart["goods"], cart["shipping"], cart["tax"], cart["total"]) == (2000, 500, 400, 2900)
    bought = program.call("POST", "/api/v1/checkouts", order(variant) | {"lines": None, "total": 2900})
    assert (bought.status, bought.json["payment"], bought.json["total"]) == (200, "paid", 2900)
    assert program.get("/api/v1/cart").json["parcels"] == []
    assert [deal["state"] for deal in program.get("/api/v1/purchases").json["items"]] == ["paid"]
    stack.work()
    assert stack.lies() == {}


def test_sixty_four_buyers_race_for_ten_pieces_and_every_loser_is_told(stack: Stack) -> None:
    variant = stack.world.variant(stack.world.shop(), pieces=10)
    programs = [buyer(stack) for _ in range(64)]
    answers: list[tuple[int, str]] = []

    def race(program: Browser) -> None:
        answer = program.call("POST", "/api/v1/checkouts", order(variant))
        answers.append((answer.status, answer.json.get("payment") or answer.json["code"]))

    threads = [threading.Thread(target=race, args=(program,)) for program in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [(200, "paid")] * 10 + [(409, "not_on_sale")] * 54
    left = stack.app.store.write(lambda tx: stock.of(tx, variant))
    assert left == (10, 0, 10)
    stack.work()
    assert stack.lies() == {}


def test_the_same_key_sent_twenty_times_at_once_is_one_order(stack: Stack) -> None:
    variant = stack.world.variant(stack.world.shop())
    program = buyer(stack)
    answers: list[dict[str, Any]] = []
    threads = [
        threading.Thread(target=lambda: answers.append(program.call("POST", "/api/v1/checkouts", order(variant)).json))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({answer["id"] for answer in answers}) == 1
    assert len(program.get("/api/v1/purchases").json["items"]) == 1
    assert len(stack.app.gateway.statement(0)) == 1


def test_a_cart_that_is_bought_twice_with_one_key_is_one_order(stack: Stack) -> None:
    variant = stack.world.variant(stack.world.shop())
    program = buyer(stack)
    program.call("PUT", f"/api/v1/cart/lines/{ids.encode(variant)}", {"quantity": 2})
    wish = order(variant) | {"lines": None}
    first, second = (program.call("POST", "/api/v1/checkouts", wish) for _ in range(2))
    assert (first.status, second.body) == (200, first.body)
    elsewhere = wish | {"address": to_builtins(ADDRESS) | {"city": "Linz"}}
    assert program.call("POST", "/api/v1/checkouts", elsewhere).json["code"] == "conflict"
    assert program.call("POST", "/api/v1/checkouts", wish | {"key": "order-key-2"}).json["code"] == "refused"
    assert len(stack.app.gateway.statement(0)) == 1


def test_a_declined_card_says_why_and_another_may_be_tried(stack: Stack) -> None:
    variant = stack.world.variant(stack.world.shop())
    program = buyer(stack)
    declined = CARD | {"number": "4000002000000024"}
    first = program.call("POST", "/api/v1/checkouts", order(variant) | {"card": declined}).json
    assert (first["payment"], first["decline_code"]) == ("declined", "not_enough_money")
    path = f"/api/v1/checkouts/{first['id']}/payments"
    assert program.call("POST", path, {"attempt": 1, "card": CARD}).json["payment"] == "paid"


def test_moves_are_offered_and_made_and_refused_with_the_reason(stack: Stack) -> None:
    variant = stack.world.variant(stack.world.shop())
    program = buyer(stack)
    deal = program.call("POST", "/api/v1/checkouts", order(variant)).json["deals"][0]["id"]
    assert [move["name"] for move in program.get(f"/api/v1/purchases/{deal}").json["moves"]] == ["call_off"]
    path = f"/api/v1/purchases/{deal}/moves"
    assert program.call("POST", f"{path}/call_off", {}).json["fields"] == {"reason": "This is needed."}
    assert program.call("POST", f"{path}/send", {"carrier": "P", "parcel": "1"}).status == 403
    assert program.call("POST", f"{path}/call_off", {"reason": "Too late"}).json["money"] == "returned"
    assert program.call("POST", f"{path}/call_off", {"reason": "Too late"}).status == 409
    stack.work()
    assert stack.lies() == {}


def test_what_belongs_to_somebody_else_is_not_there(stack: Stack) -> None:
    bought = buyer(stack).call("POST", "/api/v1/checkouts", order(stack.world.variant(stack.world.shop()))).json
    stranger = buyer(stack)
    assert stranger.get(f"/api/v1/checkouts/{bought['id']}").status == 404
    assert stranger.get(f"/api/v1/purchases/{bought['deals'][0]['id']}").status == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"key": "short"}, "key"),
        ({"lines": []}, "lines"),
        ({"lines": [{"variant": "x", "quantity": 1}]}, "lines[0].variant"),
        ({"address": to_builtins(ADDRESS) | {"country": "Austria"}}, "address.country"),
        ({"card": CARD | {"number": "4111111111111111"}}, "number"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_wrong_order_names_the_field_and_buys_nothing(stack: Stack, change: dict[str, Any], field: str) -> None:
    program = buyer(stack)
    answer = program.call("POST", "/api/v1/checkouts", order(stack.world.variant(stack.world.shop())) | change)
    assert answer.status == 422
    assert field in answer.json["fields"]
    assert program.get("/api/v1/purchases").json["items"] == []


def test_a_token_without_the_scope_cannot_buy(stack: Stack) -> None:
    program = stack.program(stack.world.account(), "purchases:read")
    answer = program.call("POST", "/api/v1/checkouts", order(stack.world.variant(stack.world.shop())))
    assert (answer.status, answer.json["code"]) == (403, "scope_missing")
