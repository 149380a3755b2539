"""kill -9 at every point around every call to the gateway: nothing is charged without an order, nothing is ordered twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import to_builtins
from sqlalchemy import update
from tests.support.running import Running, wait_until
from tests.support.stack import Stack
from tests.support.world import ADDRESS

from haat.adapters.sandbox.cards import CARDS
from haat.kernel import ids
from haat.kernel.clock import MINUTE
from haat.market.accounts.tokens import SCOPES, create_token
from haat.market.payments import payout
from haat.market.payments.tables import payments


class Shop:
    """A running stack that will be killed once at `point`, with a buyer, a seller and something to buy."""

    def __init__(self, data: Path, point: str) -> None:
        self.marker = data / "killed"
        self.stack = Stack(data)
        world = self.stack.world
        self.shop_id = world.shop()
        self.variant = world.variant(self.shop_id, price=1000)
        self.buyer = self._token(world.account("Buyer"))
        self.running = Running(data, {"HAAT_FAULT": f"{point}:{self.marker}"})

    def buy(self, card: str = "approves") -> Any:
        """Send one order until it is answered; returns the checkout."""
        number = next(one.number for one in CARDS if one.name == card)
        order = {
            "key": "the-only-order",
            "address": to_builtins(ADDRESS),
            "card": {"number": number, "expiry": "12/34", "cvc": "123"},
            "lines": [{"variant": ids.encode(self.variant), "quantity": 1}],
        }
        return self.running.insist("POST", "/api/v1/checkouts", order, self.buyer)

    def let_time_pass(self) -> None:
        """The seconds are over for which nobody asks the gateway what became of a payment: they are for whoever has begun it, and that one is dead."""
        self.stack.app.store.write(lambda tx: tx.run(update(payments).values(asked_at=payments.c.asked_at - MINUTE)))

    def wait_for(self, state: str) -> dict[str, Any]:
        """Wait until the one deal there is has come to this state, and nothing is left to be done."""
        wait_until(lambda: self.deal()["state"] == state, f"the deal is {state}")
        return self.deal()

    def deal(self) -> dict[str, Any]:
        (deal,) = self.running.insist("GET", "/api/v1/purchases", token=self.buyer)["items"]
        found: dict[str, Any] = deal
        return found

    def move(self, deal: dict[str, Any], name: str, **given: str) -> None:
        self.running.insist("POST", f"/api/v1/purchases/{deal['id']}/moves/{name}", given, self.buyer)

    def moved_by_gateway(self) -> list[tuple[str, int]]:
        return [(line.kind, line.amount.amount) for line in self.stack.app.gateway.statement(0)]

    def prove(self, *movements: tuple[str, int]) -> None:
        """It was killed, it is whole again, and the gateway has moved exactly this."""
        wait_until(self.marker.exists, "a process was killed")
        # The claim of a worker that died runs out after a while; then another takes its job.
        wait_until(lambda: self.moved_by_gateway() == list(movements), f"the gateway has moved {movements}", 60)
        wait_until(lambda: self.stack.lies() == {}, "everything is true", 60)
        assert len(self.running.insist("GET", "/api/v1/purchases", token=self.buyer)["items"]) == 1

    def _token(self, account_id: int) -> str:
        return create_token(self.stack.app.store, account_id, "test", SCOPES).secret

    def close(self) -> None:
        assert self.running.stop() == 0
        self.stack.close()


@pytest.fixture
def shop(lay_database: Callable[[Path], None], tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Shop]:
    lay_database(tmp_path)
    shop = Shop(tmp_path, request.param)
    yield shop
    shop.close()


def killed_at(*points: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("shop", points, indirect=True)


@killed_at("checkout.before_charge", "gateway.charge.before", "gateway.charge.before_answer", "checkout.before_settle")
def test_a_web_process_that_dies_around_a_charge_leaves_one_order_and_at_most_one_charge(shop: Shop) -> None:
    checkout = shop.buy()
    # Asked before anything was charged, the gateway has never heard of it: the buyer may then pay again.
    if shop.moved_by_gateway():
        shop.let_time_pass()
        shop.wait_for("paid")
        shop.prove(("charge", 1700))
    else:
        assert checkout["payment"] == "started"
        shop.prove()
        assert shop.deal()["state"] == "unpaid"


@killed_at("gateway.confirm.before", "gateway.confirm.before_answer")
def test_a_buyer_who_agreed_while_the_web_died_has_paid_once(shop: Shop) -> None:
    path = shop.buy("asks")["confirm_url"]
    form = {"Content_Type": "application/x-www-form-urlencoded", "Sec_Fetch_Site": "same-origin"}
    shop.running.insist("POST", path, "answer=agree", **form)
    shop.running.insist("POST", path, "answer=agree", **form)
    shop.wait_for("paid")
    shop.prove(("charge", 1700))


@killed_at("gateway.event.before", "gateway.event.before_answer")
def test_a_courier_that_dies_loses_no_news(shop: Shop) -> None:
    shop.buy("late")
    shop.wait_for("paid")
    shop.prove(("charge", 1700))


@killed_at("gateway.refund.before", "gateway.refund.before_answer", "refund.before_settle")
def test_a_worker_that_dies_around_a_refund_gives_back_once(shop: Shop) -> None:
    shop.buy()
    shop.move(shop.wait_for("paid"), "call_off", reason="Too late")
    shop.wait_for("called_off")
    shop.prove(("charge", 1700), ("refund", 1700))


@killed_at("gateway.withdraw.before", "gateway.withdraw.before_answer")
def test_a_worker_that_dies_while_it_withdraws_a_payment_charges_nothing(shop: Shop) -> None:
    checkout = shop.buy("asks")
    shop.move(shop.deal(), "cancel")
    path = f"/api/v1/checkouts/{checkout['id']}"
    wait_until(lambda: shop.running.insist("GET", path, token=shop.buyer)["payment"] == "declined", "it is withdrawn")
    shop.prove()


@killed_at("gateway.payout.before", "gateway.payout.before_answer", "payout.before_settle")
def test_a_worker_that_dies_around_a_payout_pays_once(shop: Shop) -> None:
    shop.buy()
    deal = shop.stack.world.deal_of(shop.wait_for("paid")["id"])
    shop.stack.world.move(deal, "send", "deliver", "complete", carrier="Post", parcel="1Z")
    payout.claim(shop.stack.app.store, shop.shop_id, "EUR")
    shop.prove(("charge", 1700), ("payout", 1500 - deal.commission))
