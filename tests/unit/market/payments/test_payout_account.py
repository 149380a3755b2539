"""Where a shop is paid: checked, shown by its last four, changed with the password, told by mail, and rested first."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.members import PASSWORD, member
from tests.support.stack import Stack

from haat.kernel import clock
from haat.kernel.errors import Conflict, Invalid
from haat.market.accounts.account import get
from haat.market.payments import bank, payout_account
from haat.market.payments.payout_account import Account, NewAccount

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


def test_the_test_accounts_of_the_sandbox_are_taken(stack: Stack) -> None:
    _, account = change(stack, number="SB20000001")
    assert account.last_four == "0001"
