"""Text that people typed cannot disturb what stands beside it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haat.kernel.text import one_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Blue \t mug\r\n", "Blue mug"),
        ("Blue\0mug", "Blue mug"),
        ("\u202egum eulB\u202c", "gum eulB"),
        ("\u2066Blue\u2069 mug", "Blue mug"),
        ("كوب أزرق", "كوب أزرق"),
        ("👩‍👩‍👧 mug", "👩‍👩‍👧 mug"),
        ("\u202e\0", ""),
    ],
)
def test_a_line_has_neither_control_characters_nor_such_that_turn_its_direction(typed: str, kept: str) -> None:
    assert one_line(typed) == kept


@given(st.text(max_size=40))
def test_a_line_is_one_line_and_stays_as_it_is(typed: str) -> None:
    kept = one_line(typed)
    assert one_line(kept) == kept
    assert len(kept.splitlines()) <= 1
    assert not any(unicodedata.category(letter) == "Cc" for letter in kept)
