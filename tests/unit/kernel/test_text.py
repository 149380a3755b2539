"""Text that people typed cannot disturb what stands beside it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haat.kernel.text import free_name, one_line, some


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


@given(st.integers(0, 3000))
def test_the_next_number_is_found_in_few_looks(taken: int) -> None:
    known = {"mug" if number == 1 else f"mug-{number}" for number in range(1, taken + 1)}
    looks: list[str] = []

    def is_taken(name: str) -> bool:
        looks.append(name)
        return name in known

    assert free_name("mug", is_taken, 40) == (f"mug-{taken + 1}" if taken else "mug")
    assert len(looks) <= 25


@given(st.sets(st.integers(1, 40)), st.integers(37, 40))
def test_whatever_is_taken_the_name_is_not_and_is_not_too_long(taken: set[int], length: int) -> None:
    wanted = "m" * length
    endings = (f"-{number}" if number > 1 else "" for number in taken)
    known = {f"{wanted[: 40 - len(ending)]}{ending}" for ending in endings}
    name = free_name(wanted, known.__contains__, 40)
    assert name not in known
    assert len(name) <= 40


def test_of_many_the_first_are_named_and_the_others_counted() -> None:
    assert some([]) == ""
    assert some(["a", "b"]) == "a, b"
    assert some([*"abcdefg"]) == "a, b, c, d, e and 2 more"
