"""A process that dies is back at once; one that cannot live is tried more and more rarely."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from haat.adapters.processes.restart import SHORT, pause_after, short_lives

lengths = st.lists(st.floats(0, 10 * SHORT), max_size=20)


def test_after_a_long_life_it_is_started_at_once() -> None:
    assert pause_after([0.1, 0.1, 0.1, SHORT]) == 0.0


def test_the_first_short_life_costs_no_pause() -> None:
    assert pause_after([100.0, 0.1]) == 0.0


def test_three_kills_in_a_row_are_answered_within_a_second() -> None:
    assert pause_after([0.1, 0.1, 0.1]) < 1.0


@given(lengths)
def test_a_further_short_life_never_shortens_the_pause(lives: list[float]) -> None:
    assert pause_after([*lives, 0.0]) >= pause_after(lives)


@given(lengths)
def test_no_pause_is_longer_than_half_a_minute(lives: list[float]) -> None:
    assert 0.0 <= pause_after(lives) <= 30.0


@given(lengths, st.integers(0, 10))
def test_short_lives_are_counted_back_to_the_last_long_one(lives: list[float], short: int) -> None:
    assert short_lives([*lives, SHORT, *[0.0] * short]) == short
