"""The books balance whatever is done to them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from tests.support.together import together

from haat.kernel.ids import new_id
from haat.market.payments import ledger, payout
from haat.market.payments.ledger import Entry, Shares, Terms
from haat.market.payments.tables import entries
from haat.store import IntegrityError, Store

terms = st.builds(
    lambda total, commission, tax, promotion: Terms(total, min(commission, total), min(tax, total), promotion),
    st.integers(1, 10**9),
    st.integers(0, 10**8),
    st.integers(0, 10**8),
    st.integers(0, 10**8),
)


@given(terms, st.lists(st.integers(0, 10**9), max_size=20))
def test_refunds_in_any_number_of_parts_give_back_exactly_what_the_sale_gave(terms: Terms, cuts: list[int]) -> None:
    marks = sorted({0, terms.total, *(cut % (terms.total + 1) for cut in cuts)})
    parts = [ledger.shares(terms, after) - ledger.shares(terms, before) for before, after in itertools.pairwise(marks)]
    assert Shares(*(sum(values) for values in zip(*parts, strict=True))) == ledger.whole(terms)


@given(terms, st.integers(0, 10**9))
def test_dividing_money_makes_none_and_loses_none(terms: Terms, of: int) -> None:
    part = ledger.shares(terms, of % (terms.total + 1))
    given = ledger.divide(part, shop_id=1, deal_id=2)
    taken = ledger.undivide(part, shop_id=1, deal_id=2)
    assert sum(entry.amount for entry in given) == -part.held
    assert sum(entry.amount for entry in [*given, *taken]) == 0


def test_a_movement_that_does_not_balance_is_never_written(store: Store) -> None:
    with pytest.raises(AssertionError, match="does not balance"):
        store.write(lambda tx: ledger.record(tx, "sale", 1, "EUR", Entry("gateway", 100), Entry("held", -99)))


def test_the_same_cause_is_booked_once(store: Store) -> None:
    reference = new_id()

    def book() -> None:
        store.write(lambda tx: ledger.record(tx, "sale", reference, "EUR", Entry("gateway", 5), Entry("held", -5)))

    book()
    with pytest.raises(IntegrityError):
        book()


def test_sixty_four_who_book_against_one_account_at_once_lose_no_entry_and_the_books_balance(store: Store) -> None:
    shop, references = new_id(), [new_id() for _ in range(32)]

    def book(number: int) -> bool:
        """Every movement is booked by two who do not know of each other."""
        amount, reference = number % 32 + 1, references[number % 32]
        sides = Entry("held", amount), Entry("seller", -amount, shop)
        try:
            store.write(lambda tx: ledger.record(tx, "release", reference, "EUR", *sides))
        except IntegrityError:
            return False
        return True

    booked = together(64, book)
    assert sum(booked) == 32
    assert payout.balance(store, shop, "EUR") == sum(range(1, 33))
    assert store.read(SUM_AND_COUNT) == [(0, 64)]


SUM_AND_COUNT = select(func.sum(entries.c.amount), func.count())
