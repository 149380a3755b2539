"""What the sandbox does beyond the contract of a gateway: it outlives its processes, and misbehaves as its cards say."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haat.adapters.sandbox.cards import ACCOUNTS, CARDS
from haat.adapters.sandbox.gateway import POINTS, Sandbox
from haat.adapters.sandbox.orders import CONFIRMATIONS
from haat.kernel import clock
from haat.kernel.clock import MINUTE, SECOND
from haat.kernel.errors import NotFound
from haat.kernel.ids import new_id
from haat.kernel.money import Money
from haat.market.payments.ports import (
    Charge,
    Declined,
    GatewayRefused,
    GatewayUnavailable,
    NeedsConfirmation,
    Paid,
    PaidOut,
    PayoutOrder,
    Refunded,
    RefundOrder,
)

CUSTOMER = Path(__file__).with_name("customer.py")
SECRET = "a secret between two"
PRICE = Money(4990, "EUR")
TOKENS = {card.name: card.token for card in CARDS}


@pytest.fixture
def books(tmp_path: Path) -> Path:
    return tmp_path / "sandbox.db"


@pytest.fixture
def sandbox(books: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox(books, SECRET)
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox for all examples of a property."""
    sandbox = Sandbox(tmp_path_factory.mktemp("bank") / "sandbox.db", SECRET)
    yield sandbox
    sandbox.close()


def charge(card: str, key: str | None = None) -> Charge:
    return Charge(key or str(new_id()), PRICE, TOKENS[card], "/orders/back", "Two boards and a cable")


def paid(sandbox: Sandbox, card: str = "approves") -> Paid:
    outcome = sandbox.charge(charge(card))
    assert isinstance(outcome, Paid)
    return outcome


def asked(sandbox: Sandbox, key: str | None = None) -> str:
    outcome = sandbox.charge(charge("asks", key))
    assert isinstance(outcome, NeedsConfirmation)
    return outcome.url.removeprefix(CONFIRMATIONS)


def news(sandbox: Sandbox) -> list[str]:
    """The kinds of the events that are due, as they arrive."""
    kinds: list[str] = []

    def send(body: bytes, headers: dict[str, str]) -> int:
        kinds.append(sandbox.read_event(body, headers).kind)
        return 204

    sandbox.deliver_due(clock.now(), send)
    return kinds


def customer(books: Path, *arguments: str, fault: str = "") -> subprocess.Popen[str]:
    environment = os.environ | {"HAAT_FAULT": fault}
    return subprocess.Popen(
        [sys.executable, CUSTOMER, books, *arguments], stdout=subprocess.PIPE, text=True, env=environment
    )


class TestCards:
    def test_the_news_of_one_charge_may_come_in_the_wrong_order(self, sandbox: Sandbox) -> None:
        with clock.frozen():
            bought = paid(sandbox, "told_out_of_order")
            sandbox.refund(RefundOrder(str(new_id()), bought.ref, PRICE, "Changed my mind"))
            heard = news(sandbox)
            for _ in range(20):
                clock.advance(2 * SECOND)
                heard += news(sandbox)
        assert heard == ["charge.refunded", "charge.pending", "charge.paid"]

    def test_news_may_come_three_times_for_one_charge(self, sandbox: Sandbox) -> None:
        with clock.frozen():
            paid(sandbox, "told_twice")
            clock.advance(SECOND)
            assert news(sandbox) == ["charge.paid"] * 3

    def test_a_charge_sent_again_makes_no_more_news(self, sandbox: Sandbox) -> None:
        with clock.frozen():
            order = charge("late")
            assert sandbox.charge(order) == sandbox.charge(order)
            clock.advance(MINUTE)
            assert news(sandbox) == ["charge.paid"]

    @pytest.mark.parametrize("card", ["approves", "declined", "times_out_lost"])
    def test_what_the_caller_was_told_is_not_repeated(self, sandbox: Sandbox, card: str) -> None:
        with clock.frozen():
            with contextlib.suppress(GatewayUnavailable):
                sandbox.charge(charge(card))
            clock.advance(MINUTE)
            assert news(sandbox) == []


class TestConfirmationPage:
    def test_it_shows_what_is_asked(self, sandbox: Sandbox) -> None:
        shown = sandbox.confirmation(asked(sandbox))
        assert (shown.amount, shown.description, shown.last_four) == (PRICE, "Two boards and a cable", "0014")
        assert shown.is_open

    def test_the_answer_closes_it_and_leads_back(self, sandbox: Sandbox) -> None:
        door = asked(sandbox)
        assert sandbox.confirm(door, agrees=True) == "/orders/back"
        assert not sandbox.confirmation(door).is_open

    def test_it_is_reached_only_by_its_own_address(self, sandbox: Sandbox) -> None:
        order = charge("asks")
        sandbox.charge(order)
        for door in (order.key, f"sbc_{order.key}", "", "None"):
            with pytest.raises(NotFound):
                sandbox.confirmation(door)
            with pytest.raises(NotFound):
                sandbox.confirm(door, agrees=True)


class TestRestart:
    def test_everything_is_still_there_after_a_restart(self, books: Path) -> None:
        with clock.frozen():
            before = Sandbox(books, SECRET)
            done, late, open_ = charge("approves"), charge("late"), charge("asks")
            for order in (done, late, open_):
                before.charge(order)
            outcome = before.find_charge(open_.key)
            before.close()

            after = Sandbox(books, SECRET)
            assert isinstance(after.find_charge(done.key), Paid)
            assert after.find_charge(open_.key) == outcome
            clock.advance(MINUTE)
            assert isinstance(after.find_charge(late.key), Paid)
            assert news(after) == ["charge.paid"]
            after.close()


class TestProcesses:
    def test_two_processes_with_one_key_charge_once(self, books: Path, sandbox: Sandbox) -> None:
        order = charge("approves")
        rivals = [customer(books, "charge", order.key) for _ in range(2)]
        said = {rival.communicate()[0].strip() for rival in rivals}
        assert said == {repr(sandbox.find_charge(order.key))}
        assert len(sandbox.statement(0)) == 1

    def test_two_processes_that_send_the_same_orders_side_by_side_both_get_answers(
        self, books: Path, sandbox: Sandbox
    ) -> None:
        rivals = [customer(books, "charge_many", "a", "2000") for _ in range(2)]
        assert [(bool(rival.communicate()[0]), rival.returncode) for rival in rivals] == [(True, 0)] * 2
        assert len(sandbox.statement(0)) == 2000

    def test_two_busy_processes_do_not_starve_each_other(self, books: Path, sandbox: Sandbox) -> None:
        rivals = [customer(books, "charge_many", prefix, "1500") for prefix in "ab"]
        longest = [float(rival.communicate()[0]) for rival in rivals]
        assert max(longest) < 2000
        assert len(sandbox.statement(0)) == 3000


def _before_charge(sandbox: Sandbox) -> list[str]:
    return ["charge", "k1"]


def _before_confirm(sandbox: Sandbox) -> list[str]:
    return ["confirm", asked(sandbox, "k1")]


def _before_withdraw(sandbox: Sandbox) -> list[str]:
    asked(sandbox, "k1")
    return ["withdraw", "k1"]


def _before_refund(sandbox: Sandbox) -> list[str]:
    return ["refund", "k1", paid(sandbox).ref]


def _before_payout(sandbox: Sandbox) -> list[str]:
    return ["payout", "k1"]


class TestSuddenDeath:
    """A process that is killed at a point has either done nothing, or done all of it; once more is once."""

    @pytest.mark.parametrize(
        ("call", "prepare", "find", "done"),
        [
            ("charge", _before_charge, Sandbox.find_charge, Paid),
            ("confirm", _before_confirm, Sandbox.find_charge, Paid),
            ("withdraw", _before_withdraw, Sandbox.find_charge, Declined),
            ("refund", _before_refund, Sandbox.find_refund, Refunded),
            ("payout", _before_payout, Sandbox.find_payout, PaidOut),
        ],
    )
    def test_an_order_is_carried_out_once_whenever_its_process_dies(
        self,
        books: Path,
        sandbox: Sandbox,
        call: str,
        prepare: Callable[[Sandbox], list[str]],
        find: Callable[[Sandbox, str], object],
        done: type,
    ) -> None:
        arguments = prepare(sandbox)
        before = find(sandbox, "k1")
        for moment in ("before", "before_answer"):
            died = customer(books, *arguments, fault=f"gateway.{call}.{moment}:{books}.{moment}")
            assert (died.communicate()[0], died.returncode) == ("", -9)
            if moment == "before":
                assert find(sandbox, "k1") == before
        outcome = find(sandbox, "k1")
        assert isinstance(outcome, done)
        statement = sandbox.statement(0)
        again = customer(books, *arguments)
        assert again.communicate()[0]
        assert again.returncode == 0
        assert find(sandbox, "k1") == outcome
        assert sandbox.statement(0) == statement

    @pytest.mark.parametrize("moment", ["before", "before_answer"])
    def test_news_whose_courier_died_is_sent_by_the_next(self, books: Path, sandbox: Sandbox, moment: str) -> None:
        paid(sandbox, "told_twice")
        died = customer(books, "event", fault=f"gateway.event.{moment}:{books}.{moment}")
        assert died.wait() == -9
        with clock.frozen(clock.now() + 2 * MINUTE):
            assert news(sandbox) == ["charge.paid"] * 3

    def test_every_point_is_tried_here(self) -> None:
        calls = {"charge", "confirm", "withdraw", "refund", "payout", "event"}
        assert set(POINTS) == {f"gateway.{call}.{moment}" for call in calls for moment in ("before", "before_answer")}


class TestMoney:
    @settings(deadline=None, max_examples=60)
    @given(
        price=st.integers(1, 10_000),
        card=st.sampled_from(["approves", "refund_fails_once", "refund_late", "refund_times_out", "late"]),
        orders=st.lists(st.tuples(st.integers(0, 4), st.integers(-10, 6_000), st.integers(0, 6_000)), max_size=12),
    )
    def test_refunds_never_exceed_what_was_paid(
        self, bank: Sandbox, price: int, card: str, orders: list[tuple[int, int, int]]
    ) -> None:
        with clock.frozen():
            began = clock.now()
            key = str(new_id())
            ref = bank.charge(Charge(key, Money(price, "EUR"), TOKENS[card], "", "")).ref
            for number, amount, pause in orders:
                with contextlib.suppress(GatewayRefused, GatewayUnavailable):
                    bank.refund(RefundOrder(f"{key}.{number}", ref, Money(amount, "EUR"), ""))
                clock.advance(pause)
            clock.advance(MINUTE)
            lines = [line for line in bank.statement(began) if line.key.startswith(key)]
        back = [line for line in lines if line.kind == "refund"]
        assert sum(line.amount.amount for line in back) <= price
        assert len({line.key for line in back}) == len(back)
        assert [line.amount.amount for line in lines if line.kind == "charge"] == [price]

    def test_the_statement_balances_with_every_card_and_account(self, sandbox: Sandbox) -> None:
        with clock.frozen():
            for card in CARDS:
                with contextlib.suppress(GatewayUnavailable):
                    sandbox.charge(charge(card.name, key=card.name))
            for account in ACCOUNTS:
                with contextlib.suppress(GatewayUnavailable):
                    sandbox.pay_out(PayoutOrder(account.name, account.number, PRICE, ""))
            clock.advance(MINUTE)
            lines = sandbox.statement(0)
            for line in lines:
                if line.kind == "charge":
                    assert sandbox.find_charge(line.key) == Paid(line.ref, line.at)
            charged = {line.key for line in lines if line.kind == "charge"}
            assert charged == {card.name for card in CARDS if isinstance(sandbox.find_charge(card.name), Paid)}
            assert {line.key for line in lines if line.kind == "payout"} == {
                "pays",
                "returns",
                "pays_late",
                "times_out_paid",
            }
            assert {line.key for line in lines if line.kind == "payout_returned"} == {"returns"}
