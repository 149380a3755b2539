from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haat.adapters.sandbox.cards import ACCOUNTS, CARDS, Card, card_of, tokenise
from haat.kernel import clock
from haat.kernel.errors import Invalid

GUIDE = Path(__file__).parents[4] / "docs" / "guides" / "test-cards.md"


def fields(number: str = CARDS[0].number, expiry: str = "12/40", cvc: str = "123") -> set[str]:
    """The fields that are wrong with a card as it was typed."""
    with pytest.raises(Invalid) as error:
        tokenise(number, expiry, cvc)
    return set(error.value.fields)


def in_fours(number: str) -> str:
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_every_card_can_be_typed_and_its_token_hides_the_number(card: Card) -> None:
    token = tokenise(card.number, "12/40", "123")
    assert card_of(token) is card
    assert token.endswith(card.number[-4:])
    assert card.number not in token


def test_names_numbers_and_tokens_are_distinct() -> None:
    for what in ("name", "number", "token"):
        assert len({getattr(card, what) for card in CARDS}) == len(CARDS)
    assert len({account.number for account in ACCOUNTS}) == len(ACCOUNTS)


@pytest.mark.parametrize("typed", ["4000 0010 0000 0018", " 4000-0010-0000-0018 ", "4000001000000018"])
def test_a_number_may_be_typed_in_groups(typed: str) -> None:
    assert tokenise(typed, "12/40", "123") == CARDS[0].token


@pytest.mark.parametrize("typed", ["12/40", "12/2040", " 01 / 40 ", "01/40"])
def test_an_expiry_may_be_typed_in_the_usual_ways(typed: str) -> None:
    assert tokenise(CARDS[0].number, typed, "123")


@pytest.mark.parametrize("typed", ["", "13/40", "00/40", "1240", "12-40", "December", "12/4", "12/1940", "１２/40"])
def test_anything_else_is_no_expiry(typed: str) -> None:
    assert fields(expiry=typed) == {"expiry"}


def test_a_card_is_good_until_the_end_of_its_month() -> None:
    may = 1_779_000_000_000  # 2026-05-17
    with clock.frozen(may):
        assert tokenise(CARDS[0].number, "05/26", "123")
        assert fields(expiry="04/26") == {"expiry"}


@pytest.mark.parametrize("typed", ["", "12", "12345", "abc", "１２３"])
def test_a_security_code_has_three_or_four_digits(typed: str) -> None:
    assert fields(cvc=typed) == {"cvc"}


@pytest.mark.parametrize(
    "typed", ["", "4000", "4000001000000019", "4111111111111111", "4242424242424242", "not a number", "4" * 40]
)
def test_only_the_test_cards_are_taken(typed: str) -> None:
    assert fields(number=typed) == {"number"}


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert fields("", "", "") == {"number", "expiry", "cvc"}


def test_one_wrong_digit_is_noticed() -> None:
    for place in range(16):
        number = CARDS[0].number
        wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        with pytest.raises(Invalid) as error:
            tokenise(wrong, "12/40", "123")
        assert "slip" in error.value.fields["number"]


@given(st.text(max_size=30), st.text(max_size=10), st.text(max_size=6))
def test_whatever_is_typed_is_a_test_card_or_explained(number: str, expiry: str, cvc: str) -> None:
    try:
        assert tokenise(number, expiry, cvc) in {card.token for card in CARDS}
    except Invalid as error:
        assert all(error.fields.values())


def test_the_guide_lists_every_card_and_account_and_no_other() -> None:
    rows = dict(re.findall(r"^\| `((?:SB)?[\d ]+)` \| (.+?) \|$", GUIDE.read_text("utf-8"), re.MULTILINE))
    assert rows == {in_fours(card.number): card.does for card in CARDS} | {
        account.number: account.does for account in ACCOUNTS
    }
