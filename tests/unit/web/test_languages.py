"""The language that a browser likes best, of those that are offered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haat.web.languages import preferred

OFFERED = ("en", "pl", "pt-BR")


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "en"),
        ("pl", "pl"),
        ("PL-pl,en;q=0.8", "pl"),
        ("de,pl;q=0.3,en;q=0.5", "en"),
        ("pt", "pt-BR"),
        ("pt-BR", "pt-BR"),
        ("de, *;q=0.1", "en"),
        ("pl;q=0,en", "en"),
        ("pl;q=zero", "en"),
        ("en;q=0.1, pl; q=0.9", "pl"),
    ],
)
def test_the_best_that_both_can(accept: str, language: str) -> None:
    assert preferred(accept, OFFERED) == language


@given(st.text())
def test_whatever_a_browser_says_there_is_a_language(accept: str) -> None:
    assert preferred(accept, OFFERED) in OFFERED
