from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haat.market.catalogue.importing import values
from haat.market.catalogue.importing.found import Unreadable, shown


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("Crème brûlée No. 2", "creme-brulee-no-2"),
        ("  Mug__Blue ", "mug-blue"),
        ("Straße", "strasse"),
        ("Чайник 1,7 л", "чаиник-1-7-л"),
        ("不锈钢 水壶", "不锈钢-水壶"),
        ("!!!", ""),
    ],
)
def test_a_handle_keeps_letters_and_figures(text: str, handle: str) -> None:
    assert values.handle(text) == handle


@given(st.text(max_size=40))
def test_a_handle_of_a_handle_is_itself(text: str) -> None:
    once = values.handle(text)
    assert values.handle(once) == once


@pytest.mark.parametrize(("text", "pieces"), [("0", 0), ("12", 12), ("12.0", 12), ("12,00", 12)])
def test_stock_is_a_whole_number(text: str, pieces: int) -> None:
    assert values.stock(text) == pieces


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("-1", "below zero"),
        ("2.5", "whole pieces"),
        ("1,000", "whole pieces"),
        ("many", "not a number"),
        ("1e3", "not a number"),
        ("9999999999", "cannot be kept"),
        ("9" * 6000, "cannot be kept"),
    ],
)
def test_other_stock_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        values.stock(text)


def test_category_paths_are_read_in_either_spelling() -> None:
    for text in ("Kitchen > Cups & mugs", "Kitchen -> Cups & mugs", " Kitchen>Cups & mugs > "):
        assert values.category(text, longest_name=80, deepest=6) == ("Kitchen", "Cups & mugs")
    assert values.category(r"Odd \> ends > Cups", longest_name=80, deepest=6) == ("Odd > ends", "Cups")


@pytest.mark.parametrize("text", ["a>b>c>d>e>f>g", "x" * 81, "Kitchen > ---"])
def test_impossible_categories_are_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        values.category(text, longest_name=80, deepest=6)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("https://pics.example/a.jpg", "https://pics.example/a.jpg"),
        ("http://pics.example/a b.jpg?v=1", "http://pics.example/a%20b.jpg?v=1"),
        ("//cdn.example/é.png", "https://cdn.example/%C3%A9.png"),
        ("blue mug.JPG", "blue mug.JPG"),
    ],
)
def test_pictures_are_addresses_or_file_names(text: str, source: str) -> None:
    assert values.picture(text) == source


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "JaVaScRiPt://pics.example/%0aalert(1)",
        "data:image/png;base64,AAAA",
        "file:///etc/passwd",
        "ftp://pics.example/a.jpg",
        "https://",
        "http://[::1",
        "../../etc/passwd",
        "../mug.jpg",
        "..\\mug.jpg",
        "C:\\mug.jpg",
        "mug.exe",
        "mug",
        "https://pics.example/" + "a" * 2000,
    ],
)
def test_other_pictures_are_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        values.picture(text)


def test_html_keeps_what_is_harmless_and_nothing_else() -> None:
    dirty = (
        '<p onclick="x()">Fine <b>clay</b></p><script>steal()</script><img src=x onerror=alert(1)>'
        '<a href="javascript:x">link</a><style>p{}</style><ul><li>one</ul>'
    )
    assert values.description(dirty) == "<p>Fine <b>clay</b></p>link<ul><li>one</li></ul>"
    assert values.has_danger(dirty)
    assert not values.has_danger("<p>The conclusion = fine</p>")


def test_plain_text_gets_paragraphs_and_is_not_taken_for_html() -> None:
    assert values.description("1 < 2 & 3 > 2\r\n\r\nNext\nline") == "<p>1 &lt; 2 &amp; 3 &gt; 2</p><p>Next<br>line</p>"
    assert values.description("Salt &amp; pepper") == "<p>Salt &amp; pepper</p>"
    assert values.description("I <3 it") == "<p>I &lt;3 it</p>"


@given(st.text(max_size=200))
def test_a_cleaned_description_does_not_change_again(text: str) -> None:
    once = values.description(text)
    assert values.description(once) == once


@given(st.text(max_size=20))
def test_a_guarded_cell_is_no_formula_and_comes_back(text: str) -> None:
    guarded = values.guard(text)
    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert values.unguard(guarded) == text


def test_a_message_shows_a_value_on_one_short_line() -> None:
    assert shown("a\nb\t c") == "a b c"
    assert len(shown("x" * 500)) == 120
    assert shown("Gr\udcfcn\x07") == "Gr\\xfcn\\u0007"
