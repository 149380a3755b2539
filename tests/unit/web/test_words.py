"""Messages and the values in them."""

from __future__ import annotations

from markupsafe import Markup

from haat.words import words


def test_values_are_escaped_and_our_own_words_are_not() -> None:
    gettext = words("en").gettext
    assert gettext("Hello %(name)s", name="<b>") == Markup("Hello &lt;b&gt;")
    assert gettext("<b>100 %%</b>") == Markup("<b>100 %</b>")


def test_a_plural_follows_the_number() -> None:
    ngettext = words("en").ngettext
    assert [str(ngettext("%(num)s cup", "%(num)s cups", num)) for num in (0, 1, 2)] == ["0 cups", "1 cup", "2 cups"]


def test_plain_text_is_not_escaped() -> None:
    assert words("en").text("Hello %(name)s", name="<b>") == "Hello <b>"


def test_a_sentence_that_is_not_ours_is_left_as_it_is() -> None:
    assert words("en").known("100 % wool, 3 %(left)s") == "100 % wool, 3 %(left)s"
    assert words("en").known("") == ""


def test_a_language_without_translators_is_english() -> None:
    assert str(words("xx").gettext("Cart")) == "Cart"
