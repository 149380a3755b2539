"""Handles are read by people and come back unchanged from a file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haat.market.catalogue.handle import handle_of


@pytest.mark.parametrize(
    ("title", "handle"),
    [
        ("Crème brûlée No. 2", "creme-brulee-no-2"),
        ("Żółta łódź", "zołta-łodz"),
        ("\N{PARENTHESIZED LATIN CAPITAL LETTER A} to \N{MODIFIER LETTER CAPITAL B}", "a-to-b"),
        ("!?", ""),
    ],
)
def test_a_handle_is_what_a_title_says_in_small_letters(title: str, handle: str) -> None:
    assert handle_of(title) == handle


@given(st.text(max_size=40))
def test_the_handle_of_a_handle_is_itself(title: str) -> None:
    assert handle_of(handle_of(title)) == handle_of(title)
