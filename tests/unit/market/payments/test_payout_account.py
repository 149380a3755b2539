"""Where a shop is paid: checked, shown by its last four, changed with the password, told by mail, and rested first."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from tests.support.desk import signed_in
from tests.support.members import PASSWORD, member
from tests.support.stack import Stack
from tests.support.world import World

from haat.kernel import clock
from haat.kernel.clock import DAY
from haat.kernel.errors import Conflict, Invalid
from haat.market.accounts.account import get
from haat.market.accounts.shop import get_shop
from haat.market.payments import bank, payout, payout_account
from haat.market.payments.payout_account import Account, NewAccount
from haat.market.tables import metadata
from haat.store import Store

GOOD = ("AT611904300234573201", "DE89370400440532013000", "PL61109010140000071219812874", "NO9386011117947")


@pytest.mark.parametrize("number", GOOD)
def test_an_iban_that_is_right_is_taken(number: str) -> None:
    assert bank.problem_of_iban(bank.tidy(f" {number[:4].lower()} {number[4:]} ")) == ""


@given(st.sampled_from(GOOD), st.integers(4, 40), st.integers(1, 9))
def test_one_wrong_digit_is_found(number: str, place: int, more: int) -> None:
    place = 4 + place % (len(number) - 4)
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    assert bank.problem_of_iban(wrong) == "There is a slip in this number."


@given(st.sampled_from(GOOD), st.integers(4, 40))
def test_two_digits_the_wrong_way_round_are_found(number: str, place: int) -> None:
    place = 4 + place % (len(number) - 5)
    if number[place] != number[place + 1]:
        wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert bank.problem_of_iban(wrong)


@pytest.mark.parametrize("number", ["", "DE", "DE8937040044053201300", "1234567890", "SB10000001"])
def test_what_is_no_iban_is_refused(number: str) -> None:
    assert bank.problem_of_iban(number)


def change(stack: Stack, password: str = PASSWORD, **more: Any) -> tuple[int, Account]:
    stall = stack.stall()
    account_id = member(stack.app.store, "ines@example.org", "Ines")
    new = NewAccount(**({"currency": "EUR", "holder": "Ines Adler", "number": GOOD[0], "seen": 1} | more))
    rules, rest = stack.app.settings.accounts, stack.app.accounts_rest
    owner = get(stack.app.store, account_id)
    return account_id, payout_account.change(
        stack.app.store, rules, rest, owner, stall.shop_id, new, password, "203.0.113.9"
    )


def test_a_new_account_rests_and_its_owner_is_told_by_mail(stack: Stack) -> None:
    with clock.frozen(clock.now()):
        _, account = change(stack)
        stack.work()
        (letter,) = stack.letters("ines@example.org")
        assert "3201" in letter.text and GOOD[0] not in letter.text
        assert account.state(clock.now()) == "resting"
        clock.advance(stack.app.settings.payments.account_rest)
        assert account.state(clock.now()) == "usable"


def test_a_wrong_password_changes_nothing(stack: Stack) -> None:
    with pytest.raises(Invalid) as raised:
        change(stack, "not this one")
    assert raised.value.fields.keys() == {"password"}


def test_an_account_that_was_changed_meanwhile_is_not_changed_over(stack: Stack) -> None:
    with pytest.raises(Conflict):
        change(stack, seen=0)


def test_what_is_wrong_is_named_field_by_field(stack: Stack) -> None:
    with pytest.raises(Invalid) as raised:
        change(stack, currency="USD", holder=" ", number="DE00")
    assert raised.value.fields.keys() == {"currency", "holder", "number"}


def test_the_whole_number_is_for_the_gateway_alone(stack: Stack, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    _, account = change(stack)
    stack.work()
    owner = get_shop(stack.app.store, account.shop_id).owner_id
    told = [
        stack.program(owner).get("/api/v1/shop/payout-terms").text,
        *(signed_in(stack, owner).get(path).text for path in ("/selling/payouts", "/selling/money")),
        *(letter.text + letter.html for letter in stack.letters("ines@example.org")),
        repr(payout_account.of_shop(stack.app.store, account.shop_id)),
    ]
    assert [text for text in told if account.last_four not in text] == []
    assert [text for text in (*told, caplog.text) if GOOD[0][:-4] in text.replace(" ", "")] == []
    assert everywhere(stack.app.store, GOOD[0][:-4]) == {"payout_accounts"}
    assert payout_account.number_of(stack.app.store, account.id) == GOOD[0]


def test_of_a_number_that_was_replaced_the_last_four_stay_once_nothing_is_paid_there(world: World) -> None:
    with clock.frozen():
        deal = world.move(world.bought(), "send", "deliver", "complete", carrier="Post", parcel="1Z")
        first = payout_account.newest(world.store, deal.shop_id, "EUR")
        assert first is not None
        payout_id = payout.claim(world.store, deal.shop_id, "EUR")
        world.bank_account(deal.shop_id, "SB20000001", version=2)
        clock.advance(2 * DAY)
        assert payout_account.forget_numbers(world.store).endswith(": 0.")
        world.work()
        assert payout_id is not None
        assert payout.get(world.store, payout_id).state == "sent"
        assert payout_account.forget_numbers(world.store).endswith(": 1.")
        assert payout_account.number_of(world.store, first.id) == first.last_four == "0001"
        second = payout_account.newest(world.store, deal.shop_id, "EUR")
        assert second is not None
        assert payout_account.number_of(world.store, second.id) == "SB20000001"
        assert payout_account.forget_numbers(world.store).endswith(": 0.")


def test_a_number_that_was_replaced_just_now_is_not_cut(world: World) -> None:
    with clock.frozen():
        shop = world.shop()
        world.store.write(
            lambda tx: payout_account.put_down(tx, shop, NewAccount("EUR", "Ines", GOOD[0], 1), 0, tx.now)
        )
        clock.advance(DAY)
        assert payout_account.forget_numbers(world.store).endswith(": 0.")
        clock.advance(1)
        assert payout_account.forget_numbers(world.store).endswith(": 1.")


def everywhere(store: Store, text: str) -> set[str]:
    """The tables in which a text stands."""
    return {
        name for name, table in metadata.tables.items() if any(text in str(row) for row in store.read(select(table)))
    }


def test_the_test_accounts_of_the_sandbox_are_taken(stack: Stack) -> None:
    _, account = change(stack, number="SB20000001")
    assert account.last_four == "0001"
