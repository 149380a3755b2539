from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haat.market.catalogue.importing import values
from haat.market.catalogue.importing.found import Unreadable, shown


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
        assert values.category(text) == ("Kitchen", "Cups & mugs")
    assert values.category(r"Odd \> ends > Cups") == ("Odd > ends", "Cups")


@pytest.mark.parametrize("text", ["a>b>c>d>e>f>g", "x" * 121, "Kitchen > ---"])
def test_impossible_categories_are_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        values.category(text)


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


@pytest.mark.parametrize(
    "text", ["<p onclick=x()>", "< SCRIPT >", '<a href="javascript:x">', "<iframe src=x>", "<p\nonload = 'x'>"]
)
def test_what_could_act_on_a_reader_is_recognised(text: str) -> None:
    assert values.has_danger(f"Fine {text}")


@pytest.mark.parametrize("text", ["<p>The conclusion = fine</p>", "I use JavaScript: it is a language", "once = twice"])
def test_harmless_words_are_not_taken_for_danger(text: str) -> None:
    assert not values.has_danger(text)


@given(st.text(max_size=20))
def test_a_guarded_cell_is_no_formula_and_comes_back(text: str) -> None:
    guarded = values.guard(text)
    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert values.unguard(guarded) == text


def test_a_message_shows_a_value_on_one_short_line() -> None:
    assert shown("a\nb\t c") == "a b c"
    assert len(shown("x" * 500)) == 120
    assert shown("Gr\udcfcn\x07") == "Gr\\xfcn\\u0007"
