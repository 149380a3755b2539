"""The main currency of a market is written by its own sign where that means one thing."""

from __future__ import annotations

import pytest
from babel import Locale

from haat.kernel.signs import signs_of

ENGLISH, POLISH = Locale("en"), Locale("pl")


@pytest.mark.parametrize(
    ("currencies", "said"),
    [
        (("ZAR",), "R1,199.00"),
        (("ZAR", "EUR"), "R1,199.00"),
        (("PLN",), "zł1,199.00"),
        (("EUR", "ZAR"), "ZAR1,199.00"),
        ((), "ZAR1,199.00"),
    ],
)
def test_the_main_currency_has_its_own_sign(currencies: tuple[str, ...], said: str) -> None:
    currency = currencies[0] if currencies and currencies[0] != "EUR" else "ZAR"
    assert signs_of(currencies).write(119900, currency, ENGLISH) == said


def test_a_sign_that_two_currencies_of_the_market_share_is_not_used_for_one() -> None:
    assert signs_of(("CAD", "USD")).write(100, "CAD", ENGLISH) == "CA$1.00"
    assert signs_of(("CAD", "EUR")).write(100, "CAD", ENGLISH) == "$1.00"


def test_a_language_keeps_its_way_of_writing() -> None:
    assert signs_of(("ZAR",)).write(119900, "ZAR", POLISH) == "1\xa0199,00\xa0R"


def test_a_sign_is_read_from_left_to_right_as_everything_here() -> None:
    assert signs_of(("KWD",)).of("KWD", ENGLISH) == "KWD"
