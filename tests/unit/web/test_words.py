"""Messages and the values in them."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup

from haat.words import words

LOCALE = Path(__file__).parents[3] / "src" / "haat" / "locale"
CATALOGUES = sorted(LOCALE.glob("*/LC_MESSAGES/haat.po"))


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


def test_a_sentence_is_known_whatever_was_put_into_it() -> None:
    known = words("pl").known
    assert known("Use at most 70 characters.") == "Najwyżej tyle znaków: 70."
    assert known("A listing has at most 30.") == "Najwyżej tyle może mieć oferta: 30."
    assert known("Use at most 70 letters.") == "Use at most 70 letters."
    assert words("en").known("Use at most 70 characters.") == "Use at most 70 characters."


def test_what_was_put_into_a_sentence_is_in_the_same_language_where_it_is_ours() -> None:
    assert words("pl").known("“Send parcel” is not possible now.") == "Ruch „Wyślij paczkę” nie jest teraz możliwy."
    assert words("pl").known("There is no coupon “%(1)s”.") == "Nie ma kuponu „%(1)s”."


def test_a_language_without_translators_is_english() -> None:
    assert str(words("xx").gettext("Cart")) == "Cart"


def test_polish_has_plurals_of_its_own() -> None:
    ngettext = words("pl").ngettext
    said = [str(ngettext("%(num)s piece", "%(num)s pieces", num)) for num in (1, 3, 5, 22)]
    assert said == ["1 sztuka", "3 sztuki", "5 sztuk", "22 sztuki"]


@pytest.mark.parametrize("po", CATALOGUES, ids=lambda po: po.parts[-3])
def test_what_translators_wrote_is_compiled(po: Path) -> None:
    fresh = BytesIO()
    write_mo(fresh, catalogue(po))
    assert po.with_suffix(".mo").read_bytes() == fresh.getvalue(), "run bin/messages"


@pytest.mark.parametrize("po", CATALOGUES, ids=lambda po: po.parts[-3])
def test_every_message_is_translated_and_none_by_guess(po: Path) -> None:
    assert [message.id for message in catalogue(po) if message.id and not all(forms(message.string))] == []
    assert [message.id for message in catalogue(po) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("po", CATALOGUES, ids=lambda po: po.parts[-3])
def test_a_translation_has_the_percent_signs_of_the_message(po: Path) -> None:
    for message in catalogue(po):
        signs = [re.sub(r"%\(\w+\)s", "", text).count("%") for text in (*forms(message.string), *forms(message.id))]
        assert not message.id or len(set(signs)) == 1, message.id


@pytest.mark.parametrize("po", CATALOGUES, ids=lambda po: po.parts[-3])
def test_a_translation_names_the_same_values_as_the_message(po: Path) -> None:
    for message in catalogue(po):
        said, meant = forms(message.string), forms(message.id)
        if message.id:
            assert names(*said) <= names(*meant), message.id
            assert names(meant[-1]) <= names(said[-1]) | {"num"}, message.id


def catalogue(po: Path) -> Catalog:
    with po.open("rb") as file:
        return read_po(file, locale=po.parts[-3])


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


def names(*texts: str) -> set[str]:
    return {name for text in texts for name in re.findall(r"%\((\w+)\)s", text)}
