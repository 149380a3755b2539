"""What people type is tidied the same way everywhere."""

from __future__ import annotations

import pytest

from haat.market.accounts import entries
from haat.market.accounts.shop import slug_of


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ada@Example.ORG\n", "ada@example.org"),
        ("ada+shop@mail.example.co.uk", "ada+shop@mail.example.co.uk"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("äda@example.org", "äda@example.org"),
        ("a\u0308da@example.org", "äda@example.org"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert entries.email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@example",
        "ada@exa mple.org",
        "a b@example.org",
        "ada@example..org",
        "ada@-example.org",
        "ada@example.org\r\nBcc: eve@example.org",
        "Ada <ada@example.org>",
        "x" * 65 + "@example.org",
        "ada@" + "a." * 130 + "org",
        "ada@" + "x" * 300 + ".org",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        entries.email(typed)


def test_a_name_is_one_tidy_line() -> None:
    assert entries.name("  Ada \n\t Lovelace\x00 ") == "Ada Lovelace"
    with pytest.raises(ValueError):
        entries.name("x" * 121)


def test_a_text_keeps_its_lines() -> None:
    assert entries.about("One\r\n\r\nTwo\x07\n") == "One\n\nTwo"


def test_a_country_and_a_language_are_codes() -> None:
    assert entries.country(" de ") == "DE"
    assert entries.language("pt-BR") == "pt-BR"
    for wrong in ("", "Germany", "D1", "ZZ"):
        with pytest.raises(ValueError):
            entries.country(wrong)
    for wrong in ("", "english", "EN", "../../etc"):
        with pytest.raises(ValueError):
            entries.language(wrong)


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Ada's Tools & More", "ada-s-tools-more"), ("Käthe", "kathe"), ("日本の店", "shop"), ("x" * 90, "x" * 60)],
)
def test_the_address_of_a_shop_comes_from_its_name(name: str, slug: str) -> None:
    assert slug_of(name) == slug
