"""What every gateway promises the market, whoever stands behind it.

A `Rig` is a gateway with a hand on what lies outside of it: the cards that make it do things, the buyer, the time, the post.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

import pytest

from haat.adapters.sandbox.cards import ACCOUNTS, CARDS
from haat.adapters.sandbox.gateway import Sandbox
from haat.adapters.sandbox.orders import CONFIRMATIONS
from haat.kernel import clock
from haat.kernel.clock import MINUTE, SECOND
from haat.kernel.ids import new_id
from haat.kernel.money import Money
from haat.market.payments.ports import (
    SILENCE_IS_FINAL_AFTER,
    Charge,
    Declined,
    Gateway,
    GatewayRefused,
    GatewayUnavailable,
    NeedsConfirmation,
    NotGenuine,
    Outcome,
    Paid,
    PaidOut,
    PayoutOrder,
    PayoutReturned,
    Pending,
    Refunded,
    RefundFailed,
    RefundOrder,
    StatementLine,
)

Message = tuple[bytes, dict[str, str]]


class Rig(Protocol):
    gateway: Gateway

    def card(self, behaviour: str) -> str: ...
    def account(self, behaviour: str) -> str: ...
    def buyer_answers(self, url: str, *, agrees: bool) -> None: ...
    def pass_time(self, ms: int) -> None: ...
    def post(self) -> list[Message]: ...
    def forged_message(self) -> Message: ...


class SandboxRig:
    def __init__(self, folder: Path) -> None:
        self.gateway = self._sandbox = Sandbox(folder / "sandbox.db", "a secret between two")
        self._impostor = Sandbox(folder / "impostor.db", "a secret of somebody else")

    def card(self, behaviour: str) -> str:
        return next(card.token for card in CARDS if card.name == behaviour)

    def account(self, behaviour: str) -> str:
        return next(account.number for account in ACCOUNTS if account.name == behaviour)

    def buyer_answers(self, url: str, *, agrees: bool) -> None:
        self._sandbox.confirm(url.removeprefix(CONFIRMATIONS), agrees=agrees)

    def pass_time(self, ms: int) -> None:
        clock.advance(ms)

    def post(self) -> list[Message]:
        return _delivered(self._sandbox)

    def forged_message(self) -> Message:
        self._impostor.charge(charge(self.card("told_twice")))
        return _delivered(self._impostor)[0]

    def close(self) -> None:
        self._sandbox.close()
        self._impostor.close()


def _delivered(sandbox: Sandbox) -> list[Message]:
    taken: list[Message] = []

    def send(body: bytes, headers: dict[str, str]) -> int:
        taken.append((body, headers))
        return 204

    while sandbox.deliver_due(clock.now(), send):
        pass
    return taken


@pytest.fixture(params=["sandbox"])
def rig(request: pytest.FixtureRequest) -> Rig:
    made: Rig = request.getfixturevalue(f"{request.param}_rig")
    return made


@pytest.fixture
def sandbox_rig(tmp_path: Path) -> Iterator[SandboxRig]:
    with clock.frozen():
        rig = SandboxRig(tmp_path)
        yield rig
        rig.close()


def charge(card: str, amount: int = 4990, currency: str = "EUR", key: str | None = None) -> Charge:
    return Charge(key or str(new_id()), Money(amount, currency), card, "/orders/back", "Two boards and a cable")


def paid(rig: Rig, amount: int = 4990, card: str = "approves") -> Paid:
    outcome = rig.gateway.charge(charge(rig.card(card), amount))
    assert isinstance(outcome, Paid)
    return outcome


def refund(of: Paid, amount: int, currency: str = "EUR", key: str | None = None) -> RefundOrder:
    return RefundOrder(key or str(new_id()), of.ref, Money(amount, currency), "Arrived broken")


def payout(account: str, amount: int = 9900) -> PayoutOrder:
    return PayoutOrder(str(new_id()), account, Money(amount, "EUR"), "Sales of May")


def at_once(do: Callable[[], object], times: int) -> list[object]:
    """What `times` threads get that do the same at the same time."""
    start = threading.Barrier(times)
    results: list[object] = []

    def run() -> None:
        start.wait()
        results.append(do())

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class TestCharges:
    def test_an_approved_charge_is_paid_and_can_be_found(self, rig: Rig) -> None:
        order = charge(rig.card("approves"))
        outcome = rig.gateway.charge(order)
        assert isinstance(outcome, Paid)
        assert rig.gateway.find_charge(order.key, outcome.ref) == outcome
        assert rig.gateway.statement(0) == [
            StatementLine("charge", order.key, outcome.ref, Money(4990, "EUR"), outcome.at)
        ]

    @pytest.mark.parametrize(
        ("card", "code"),
        [
            ("declined", "card_declined"),
            ("not_enough_money", "not_enough_money"),
            ("expired", "card_expired"),
            ("wrong_cvc", "wrong_cvc"),
            ("suspected_fraud", "suspected_fraud"),
        ],
    )
    def test_a_declined_charge_says_why_and_moves_nothing(self, rig: Rig, card: str, code: str) -> None:
        order = charge(rig.card(card))
        outcome = rig.gateway.charge(order)
        assert isinstance(outcome, Declined)
        assert outcome.code == code
        assert outcome.words
        assert rig.gateway.find_charge(order.key, outcome.ref) == outcome
        assert rig.gateway.statement(0) == []

    def test_what_was_never_sent_is_not_known(self, rig: Rig) -> None:
        assert rig.gateway.find_charge(str(new_id())) is None

    def test_a_charge_sent_again_gets_the_same_outcome(self, rig: Rig) -> None:
        order = charge(rig.card("approves"))
        first = rig.gateway.charge(order)
        rig.pass_time(MINUTE)
        assert rig.gateway.charge(order) == first
        assert len(rig.gateway.statement(0)) == 1

    def test_a_charge_sent_by_many_at_once_is_charged_once(self, rig: Rig) -> None:
        order = charge(rig.card("approves"))
        outcomes = at_once(lambda: rig.gateway.charge(order), times=20)
        assert len(outcomes) == 20
        assert set(outcomes) == {rig.gateway.find_charge(order.key)}
        assert len(rig.gateway.statement(0)) == 1

    @pytest.mark.parametrize("other", [Money(4991, "EUR"), Money(4990, "USD")])
    def test_a_key_used_with_other_money_is_refused(self, rig: Rig, other: Money) -> None:
        order = charge(rig.card("approves"))
        rig.gateway.charge(order)
        with pytest.raises(GatewayRefused):
            rig.gateway.charge(charge(rig.card("approves"), *other, key=order.key))
        assert [line.amount for line in rig.gateway.statement(0)] == [Money(4990, "EUR")]

    @pytest.mark.parametrize("amount", [0, -1])
    def test_an_amount_that_is_not_above_zero_is_refused(self, rig: Rig, amount: int) -> None:
        with pytest.raises(GatewayRefused):
            rig.gateway.charge(charge(rig.card("approves"), amount))

    def test_a_card_that_the_gateway_did_not_make_is_refused(self, rig: Rig) -> None:
        order = charge("4111111111111111")
        with pytest.raises(GatewayRefused):
            rig.gateway.charge(order)
        assert rig.gateway.find_charge(order.key) is None

    def test_no_amount_is_too_large_or_too_odd(self, rig: Rig) -> None:
        for money in (Money(2**53 + 1, "JPY"), Money(1, "KWD")):
            rig.gateway.charge(charge(rig.card("approves"), *money))
        assert {line.amount for line in rig.gateway.statement(0)} == {Money(2**53 + 1, "JPY"), Money(1, "KWD")}


class TestConfirmation:
    def asked(self, rig: Rig, card: str) -> tuple[Charge, NeedsConfirmation]:
        order = charge(card)
        outcome = rig.gateway.charge(order)
        assert isinstance(outcome, NeedsConfirmation)
        return order, outcome

    def test_nothing_is_charged_until_the_buyer_agrees(self, rig: Rig) -> None:
        order, asks = self.asked(rig, rig.card("asks"))
        assert rig.gateway.find_charge(order.key, asks.ref) == asks
        assert rig.gateway.statement(0) == []
        rig.buyer_answers(asks.url, agrees=True)
        assert isinstance(rig.gateway.find_charge(order.key, asks.ref), Paid)
        assert len(rig.gateway.statement(0)) == 1

    def test_a_buyer_who_refuses_is_not_charged(self, rig: Rig) -> None:
        order, asks = self.asked(rig, rig.card("asks"))
        rig.buyer_answers(asks.url, agrees=False)
        outcome = rig.gateway.find_charge(order.key, asks.ref)
        assert isinstance(outcome, Declined)
        assert outcome.code == "not_confirmed"
        assert rig.gateway.statement(0) == []

    def test_the_bank_may_decline_what_the_buyer_agreed_to(self, rig: Rig) -> None:
        order, asks = self.asked(rig, rig.card("asks_then_declines"))
        rig.buyer_answers(asks.url, agrees=True)
        outcome = rig.gateway.find_charge(order.key, asks.ref)
        assert isinstance(outcome, Declined)
        assert outcome.code == "not_enough_money"

    def test_only_the_first_answer_counts(self, rig: Rig) -> None:
        order, asks = self.asked(rig, rig.card("asks"))
        rig.buyer_answers(asks.url, agrees=False)
        rig.buyer_answers(asks.url, agrees=True)
        assert isinstance(rig.gateway.find_charge(order.key, asks.ref), Declined)

    def test_a_buyer_without_a_card_chooses_at_the_gateway(self, rig: Rig) -> None:
        order, asks = self.asked(rig, "")
        rig.buyer_answers(asks.url, agrees=True)
        assert isinstance(rig.gateway.find_charge(order.key, asks.ref), Paid)

    def test_a_buyer_who_does_not_come_back_is_reported(self, rig: Rig) -> None:
        order, asks = self.asked(rig, rig.card("asks"))
        rig.buyer_answers(asks.url, agrees=True)
        rig.pass_time(MINUTE)
        assert [rig.gateway.read_event(*message).key for message in rig.post()] == [order.key]

    def test_a_withdrawn_charge_cannot_be_agreed_to_any_more(self, rig: Rig) -> None:
        order, asks = self.asked(rig, rig.card("asks"))
        outcome = rig.gateway.withdraw(order.key, asks.ref)
        assert isinstance(outcome, Declined)
        assert outcome.code == "withdrawn"
        rig.buyer_answers(asks.url, agrees=True)
        assert rig.gateway.find_charge(order.key, asks.ref) == outcome
        assert rig.gateway.statement(0) == []

    def test_a_buyer_who_was_quicker_has_paid(self, rig: Rig) -> None:
        order, asks = self.asked(rig, rig.card("asks"))
        rig.buyer_answers(asks.url, agrees=True)
        assert isinstance(rig.gateway.withdraw(order.key, asks.ref), Paid)

    def test_withdrawing_changes_nothing_that_is_settled_or_under_way(self, rig: Rig) -> None:
        for card, kind in (("approves", Paid), ("declined", Declined), ("late", Pending)):
            order = charge(rig.card(card))
            before = rig.gateway.charge(order)
            assert isinstance(before, kind)
            assert rig.gateway.withdraw(order.key, before.ref) == before

    def test_what_was_never_sent_cannot_be_withdrawn(self, rig: Rig) -> None:
        assert rig.gateway.withdraw(str(new_id())) is None


class TestNotKnowingYet:
    @pytest.mark.parametrize(("card", "kind"), [("late", Paid), ("late_decline", Declined)])
    def test_a_late_answer_is_pending_then_settles_and_is_reported(
        self, rig: Rig, card: str, kind: type[Outcome]
    ) -> None:
        order = charge(rig.card(card))
        assert isinstance(rig.gateway.charge(order), Pending)
        assert isinstance(rig.gateway.find_charge(order.key), Pending)
        assert rig.post() == []
        rig.pass_time(MINUTE)
        assert isinstance(rig.gateway.find_charge(order.key), kind)
        assert [rig.gateway.read_event(*message).key for message in rig.post()] == [order.key]

    def test_a_charge_that_got_no_answer_may_turn_out_paid(self, rig: Rig) -> None:
        order = charge(rig.card("times_out_paid"))
        with pytest.raises(GatewayUnavailable) as silence:
            rig.gateway.charge(order)
        assert silence.value.temporary
        rig.pass_time(SILENCE_IS_FINAL_AFTER)
        assert isinstance(rig.gateway.find_charge(order.key), Paid)
        assert [rig.gateway.read_event(*message).key for message in rig.post()] == [order.key]

    def test_a_charge_that_got_no_answer_is_charged_once_when_sent_again(self, rig: Rig) -> None:
        order = charge(rig.card("times_out_paid"))
        with pytest.raises(GatewayUnavailable):
            rig.gateway.charge(order)
        with pytest.raises(GatewayUnavailable):
            rig.gateway.charge(order)
        rig.pass_time(SILENCE_IS_FINAL_AFTER)
        assert isinstance(rig.gateway.charge(order), Paid)
        assert len(rig.gateway.statement(0)) == 1

    @pytest.mark.parametrize("card", ["times_out_lost", "unreachable"])
    def test_a_charge_that_got_no_answer_may_never_have_arrived(self, rig: Rig, card: str) -> None:
        order = charge(rig.card(card))
        with pytest.raises(GatewayUnavailable):
            rig.gateway.charge(order)
        rig.pass_time(SILENCE_IS_FINAL_AFTER)
        assert rig.gateway.find_charge(order.key) is None
        assert rig.gateway.statement(0) == []
        assert rig.post() == []


class TestRefunds:
    def test_a_charge_can_be_refunded_in_parts_and_never_beyond(self, rig: Rig) -> None:
        bought = paid(rig, 1000)
        assert isinstance(rig.gateway.refund(refund(bought, 400)), Refunded)
        assert isinstance(rig.gateway.refund(refund(bought, 600)), Refunded)
        with pytest.raises(GatewayRefused):
            rig.gateway.refund(refund(bought, 1))
        assert _sum(rig, "refund") == 1000

    def test_more_than_was_paid_is_refused_whole(self, rig: Rig) -> None:
        with pytest.raises(GatewayRefused):
            rig.gateway.refund(refund(paid(rig, 1000), 1001))
        assert _sum(rig, "refund") == 0

    def test_many_refunds_at_once_never_exceed_the_charge(self, rig: Rig) -> None:
        bought = paid(rig, 1000)

        def try_one() -> bool:
            try:
                return isinstance(rig.gateway.refund(refund(bought, 300)), Refunded)
            except GatewayRefused:
                return False

        assert sorted(map(bool, at_once(try_one, times=8))) == [False] * 5 + [True] * 3
        assert _sum(rig, "refund") == 900

    def test_a_refund_sent_again_is_made_once(self, rig: Rig) -> None:
        order = refund(paid(rig, 1000), 600)
        outcomes = at_once(lambda: rig.gateway.refund(order), times=8)
        assert set(outcomes) == {rig.gateway.find_refund(order.key, order.charge_ref)}
        assert _sum(rig, "refund") == 600

    def test_a_key_used_with_another_amount_or_charge_is_refused(self, rig: Rig) -> None:
        bought = paid(rig, 1000)
        order = refund(bought, 100)
        rig.gateway.refund(order)
        with pytest.raises(GatewayRefused):
            rig.gateway.refund(refund(bought, 200, key=order.key))
        with pytest.raises(GatewayRefused):
            rig.gateway.refund(refund(paid(rig, 1000), 100, key=order.key))
        assert _sum(rig, "refund") == 100

    def test_only_paid_charges_can_be_refunded(self, rig: Rig) -> None:
        for card in ("declined", "late", "asks"):
            outcome = rig.gateway.charge(charge(rig.card(card)))
            with pytest.raises(GatewayRefused):
                rig.gateway.refund(RefundOrder(str(new_id()), outcome.ref, Money(1, "EUR"), "No reason"))

    def test_a_charge_that_nobody_made_cannot_be_refunded(self, rig: Rig) -> None:
        for ref in ("", "sbc_1", "1"):
            with pytest.raises(GatewayRefused):
                rig.gateway.refund(RefundOrder(str(new_id()), ref, Money(1, "EUR"), "No reason"))

    def test_a_refund_is_in_the_currency_of_its_charge(self, rig: Rig) -> None:
        with pytest.raises(GatewayRefused):
            rig.gateway.refund(refund(paid(rig), 100, "USD"))

    @pytest.mark.parametrize("amount", [0, -100])
    def test_a_refund_of_nothing_is_refused(self, rig: Rig, amount: int) -> None:
        with pytest.raises(GatewayRefused):
            rig.gateway.refund(refund(paid(rig), amount))

    def test_a_failed_refund_stays_failed_and_another_one_works(self, rig: Rig) -> None:
        bought = paid(rig, 1000, "refund_fails_once")
        order = refund(bought, 1000)
        failed = rig.gateway.refund(order)
        assert isinstance(failed, RefundFailed)
        assert rig.gateway.refund(order) == failed == rig.gateway.find_refund(order.key, bought.ref)
        assert isinstance(rig.gateway.refund(refund(bought, 1000)), Refunded)
        assert _sum(rig, "refund") == 1000

    def test_a_late_refund_is_pending_then_done_and_is_reported(self, rig: Rig) -> None:
        order = refund(paid(rig, 1000, "refund_late"), 1000)
        assert isinstance(rig.gateway.refund(order), Pending)
        assert _sum(rig, "refund") == 0
        rig.pass_time(MINUTE)
        assert isinstance(rig.gateway.find_refund(order.key, order.charge_ref), Refunded)
        assert _sum(rig, "refund") == 1000
        events = [rig.gateway.read_event(*message) for message in rig.post()]
        assert [(event.about, event.key) for event in events] == [("refund", order.key)]

    def test_late_refunds_count_before_they_are_done(self, rig: Rig) -> None:
        bought = paid(rig, 1000, "refund_late")
        rig.gateway.refund(refund(bought, 600))
        with pytest.raises(GatewayRefused):
            rig.gateway.refund(refund(bought, 600))

    def test_a_refund_that_got_no_answer_is_made_once(self, rig: Rig) -> None:
        order = refund(paid(rig, 1000, "refund_times_out"), 1000)
        with pytest.raises(GatewayUnavailable):
            rig.gateway.refund(order)
        rig.pass_time(SILENCE_IS_FINAL_AFTER)
        assert isinstance(rig.gateway.find_refund(order.key, order.charge_ref), Refunded)
        assert isinstance(rig.gateway.refund(order), Refunded)
        assert _sum(rig, "refund") == 1000

    def test_what_was_never_sent_is_not_known(self, rig: Rig) -> None:
        assert rig.gateway.find_refund(str(new_id()), paid(rig).ref) is None


class TestPayouts:
    def test_a_payout_leaves_and_can_be_found(self, rig: Rig) -> None:
        order = payout(rig.account("pays"))
        outcome = rig.gateway.pay_out(order)
        assert isinstance(outcome, PaidOut)
        assert rig.gateway.find_payout(order.key) == outcome
        assert _sum(rig, "payout") == 9900

    def test_a_payout_sent_by_many_at_once_leaves_once(self, rig: Rig) -> None:
        order = payout(rig.account("pays"))
        outcomes = at_once(lambda: rig.gateway.pay_out(order), times=8)
        assert set(outcomes) == {rig.gateway.find_payout(order.key)}
        assert _sum(rig, "payout") == 9900

    def test_a_payout_may_come_back_after_it_left(self, rig: Rig) -> None:
        order = payout(rig.account("returns"))
        assert isinstance(rig.gateway.pay_out(order), PaidOut)
        rig.pass_time(MINUTE)
        outcome = rig.gateway.find_payout(order.key)
        assert isinstance(outcome, PayoutReturned)
        assert outcome.words
        assert rig.gateway.pay_out(order) == outcome
        assert _sum(rig, "payout") == _sum(rig, "payout_returned") == 9900
        events = [rig.gateway.read_event(*message) for message in rig.post()]
        assert [(event.about, event.key) for event in events] == [("payout", order.key)]

    def test_a_refused_payout_moves_nothing(self, rig: Rig) -> None:
        order = payout(rig.account("refuses"))
        assert isinstance(rig.gateway.pay_out(order), PayoutReturned)
        assert rig.gateway.statement(0) == []

    def test_a_late_payout_is_pending_then_leaves(self, rig: Rig) -> None:
        order = payout(rig.account("pays_late"))
        assert isinstance(rig.gateway.pay_out(order), Pending)
        rig.pass_time(MINUTE)
        assert isinstance(rig.gateway.find_payout(order.key), PaidOut)

    def test_a_payout_that_got_no_answer_leaves_once(self, rig: Rig) -> None:
        order = payout(rig.account("times_out_paid"))
        with pytest.raises(GatewayUnavailable):
            rig.gateway.pay_out(order)
        rig.pass_time(SILENCE_IS_FINAL_AFTER)
        assert isinstance(rig.gateway.find_payout(order.key), PaidOut)
        assert isinstance(rig.gateway.pay_out(order), PaidOut)
        assert _sum(rig, "payout") == 9900

    def test_a_key_used_with_another_amount_or_account_is_refused(self, rig: Rig) -> None:
        order = payout(rig.account("pays"))
        rig.gateway.pay_out(order)
        for account, amount in ((order.account, 1), (rig.account("pays_late"), 9900)):
            with pytest.raises(GatewayRefused):
                rig.gateway.pay_out(PayoutOrder(order.key, account, Money(amount, "EUR"), ""))
        assert _sum(rig, "payout") == 9900

    @pytest.mark.parametrize(("account", "amount"), [("", 100), ("pays", 0), ("pays", -1)])
    def test_a_payout_of_nothing_or_to_nobody_is_refused(self, rig: Rig, account: str, amount: int) -> None:
        with pytest.raises(GatewayRefused):
            rig.gateway.pay_out(payout(account and rig.account(account), amount))

    def test_what_was_never_sent_is_not_known(self, rig: Rig) -> None:
        assert rig.gateway.find_payout(str(new_id())) is None


class TestEvents:
    def message(self, rig: Rig) -> Message:
        rig.gateway.charge(charge(rig.card("late")))
        rig.pass_time(10 * SECOND)
        (message,) = rig.post()
        return message

    def test_an_event_says_whom_to_ask_about(self, rig: Rig) -> None:
        order = charge(rig.card("late"))
        rig.gateway.charge(order)
        rig.pass_time(10 * SECOND)
        (message,) = rig.post()
        event = rig.gateway.read_event(*message)
        assert (event.about, event.key) == ("charge", order.key)
        assert event.ref == getattr(rig.gateway.find_charge(order.key), "ref", None)
        assert event.id

    def test_the_same_event_keeps_its_id_and_another_has_another(self, rig: Rig) -> None:
        rig.gateway.charge(charge(rig.card("told_twice")))
        rig.pass_time(MINUTE)
        ids = [rig.gateway.read_event(*message).id for message in rig.post()]
        assert len(ids) == 3
        assert len(set(ids)) == 2

    def test_names_of_headers_may_be_in_any_case(self, rig: Rig) -> None:
        body, headers = self.message(rig)
        for change in (str.upper, str.lower):
            assert rig.gateway.read_event(body, {change(name): value for name, value in headers.items()})

    def test_a_message_that_was_touched_is_not_genuine(self, rig: Rig) -> None:
        body, headers = self.message(rig)
        for forged in (body + b" ", body.replace(b"paid", b"PAID"), body[:-1], b""):
            _refused(rig, forged, headers)

    def test_a_message_without_signature_is_not_genuine(self, rig: Rig) -> None:
        body, _headers = self.message(rig)
        _refused(rig, body, {})

    def test_a_signature_that_was_touched_is_not_genuine(self, rig: Rig) -> None:
        body, headers = self.message(rig)
        for name, value in headers.items():
            if "signature" in name.lower():
                flipped = value[:-1] + ("0" if value[-1] != "0" else "1")
                for forged in (flipped, value.upper(), "", "t=,v1=", value + "," + value, "\udcff", "ü" * 64):
                    _refused(rig, body, headers | {name: forged})

    def test_a_message_signed_by_somebody_else_is_not_genuine(self, rig: Rig) -> None:
        _refused(rig, *rig.forged_message())

    def test_an_old_message_cannot_be_played_again(self, rig: Rig) -> None:
        body, headers = self.message(rig)
        rig.pass_time(5 * MINUTE)
        assert rig.gateway.read_event(body, headers)
        rig.pass_time(SECOND)
        _refused(rig, body, headers)

    def test_a_message_from_the_future_is_not_genuine(self, rig: Rig) -> None:
        body, headers = self.message(rig)
        rig.pass_time(-6 * MINUTE)
        _refused(rig, body, headers)

    def test_the_time_of_a_message_cannot_be_renewed(self, rig: Rig) -> None:
        body, headers = self.message(rig)
        signed_at = str(clock.now())
        rig.pass_time(10 * MINUTE)
        renewed = {name: value.replace(signed_at, str(clock.now())) for name, value in headers.items()}
        assert renewed != headers
        _refused(rig, body, renewed)


class TestStatement:
    def test_it_lists_what_moved_oldest_first_from_an_instant_on(self, rig: Rig) -> None:
        bought = paid(rig, 5000)
        rig.pass_time(SECOND)
        rig.gateway.charge(charge(rig.card("declined")))
        rig.gateway.refund(refund(bought, 2000))
        rig.pass_time(SECOND)
        later = clock.now()
        rig.gateway.pay_out(payout(rig.account("pays"), 2500))
        lines = rig.gateway.statement(0)
        assert [(line.kind, line.amount.amount) for line in lines] == [
            ("charge", 5000),
            ("refund", 2000),
            ("payout", 2500),
        ]
        assert rig.gateway.statement(later) == lines[2:]
        assert rig.gateway.statement(later + 1) == []


def _sum(rig: Rig, kind: str) -> int:
    return sum(line.amount.amount for line in rig.gateway.statement(0) if line.kind == kind)


def _refused(rig: Rig, body: bytes, headers: Mapping[str, str]) -> None:
    with pytest.raises(NotGenuine):
        rig.gateway.read_event(body, headers)
