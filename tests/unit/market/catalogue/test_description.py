from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haat.market.catalogue.description import describe, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("One.\nStill one.\n\n\nTwo.", "<p>One.<br>Still one.</p><p>Two.</p>"),
        ("5 < 6 & so on", "<p>5 &lt; 6 &amp; so on</p>"),
        ("<p>Hello <strong>you</strong></p>", "<p>Hello <strong>you</strong></p>"),
        ("<h1>Big</h1><h2>b</h2>", "<h3>Big</h3><h3>b</h3>"),
        ("<p onclick=\"go()\" style='x'>Hi</p>", "<p>Hi</p>"),
        ("<script>alert(1)</script><p>Hi</p>", "<p>Hi</p>"),
        ('<a href="https://elsewhere.example">cheaper</a>', "<p>cheaper</p>"),
        ("8\u00a0cm", "<p>8&nbsp;cm</p>"),
        ("<p>unclosed <em>tag", "<p>unclosed <em>tag</em></p>"),
        ("<table><tr><td>1</td></tr></table>", "<table><tbody><tr><td>1</td></tr></tbody></table>"),
    ],
)
def test_what_becomes_of_a_text(text: str, expected: str) -> None:
    assert describe(text) == expected


@given(st.text(alphabet="<>/ap scriptonclk='\"&;!-=\x00\n"))
def test_nothing_that_acts_comes_through_and_cleaning_twice_is_cleaning_once(text: str) -> None:
    clean = describe(text)
    assert "<script" not in clean.lower()
    assert describe(clean) == clean


@given(st.text())
def test_what_is_described_already_stays_as_it_is(text: str) -> None:
    assert describe(describe(text)) == describe(text)


def test_plain_words_of_a_description() -> None:
    assert plain("<p>Fish &amp; chips</p><p>for <em>two</em></p>") == "Fish & chips for two"
