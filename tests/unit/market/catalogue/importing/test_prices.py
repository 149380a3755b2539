from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.catalogue_files import read

from haat.market.catalogue.importing.found import Unreadable
from haat.market.catalogue.importing.prices import Style, Tally, read_price, style_of


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("12", 1200),
        ("12.5", 1250),
        ("12,5", 1250),
        ("12.50", 1250),
        (".99", 99),
        ("0.5", 50),
        ("1.234,50", 123450),
        ("1,234.50", 123450),
        ("1 234,50", 123450),
        ("1\u00a0234,50", 123450),
        ("1\u202f234.5", 123450),
        ("1'234.50", 123450),
        ("1’234.50", 123450),
        ("1.234.567", 123456700),
        ("12,34,567.00", 123456700),
        ("1234567.89", 123456789),
        ("1234.5000", 123450),
        ("€ 12", 1200),
        ("€12,50", 1250),
        ("12,50 €", 1250),
        ("12.50 EUR", 1250),
        ("EUR 1.234,50", 123450),
        ("12,-", 1200),
        ("12,– €", 1200),
        ("12.", 1200),
        ("007", 700),
    ],
)
def test_prices_are_read_as_people_write_them(text: str, cents: int) -> None:
    assert read_price(text, "EUR", Style()) == cents


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("-3", "below zero"),
        ("−3,50", "below zero"),
        ("€ -3", "below zero"),
        ("(3.00)", "below zero"),
        ("1e5", "not a price"),
        ("0x10", "not a price"),
        ("free", "not a price"),
        ("12 per kg", "not a price"),
        ("1,2,3", "not a price"),
        ("12.34.56", "not a price"),
        ("1.23,456.7", "not a price"),
        ("1 2345", "not a price"),
        ("12-15", "not a price"),
        ("NaN", "not a price"),
        ("١٢", "not a price"),
        ("", "not a price"),
        ("-", "not a price"),
        ("12.345,6789", "more"),
        ("0.999", "more"),
        ("$ 12", "is not EUR"),
        ("12 USD", "is not EUR"),
        ("£12", "is not EUR"),
        ("99999999999999", "highest price"),
        ("9" * 5000, "highest price"),
    ],
)
def test_what_is_no_price_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason) as refused:
        read_price(text, "EUR", Style())
    assert refused.value.try_


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("$12.50", "USD", 1250),
        ("US$ 12.50", "USD", 1250),
        ("$12.50", "CAD", 1250),
        ("Rs. 120", "INR", 12000),
        ("Rs.120", "INR", 12000),
        ("12.50 zł", "PLN", 1250),
        ("1 200 ₽", "RUB", 120000),
        ("kr 99", "SEK", 9900),
        ("99:-", "SEK", None),
        ("R 1 234.50", "ZAR", 123450),
        ("¥1200", "JPY", 1200),
        ("1200.00", "JPY", 1200),
        ("1200.50", "JPY", None),
        ("1.2345", "KWD", None),
        ("12.345,678", "KWD", 12345678),
    ],
)
def test_each_currency_has_its_signs_and_decimals(text: str, currency: str, amount: int | None) -> None:
    if amount is None:
        with pytest.raises(Unreadable):
            read_price(text, currency, Style())
    else:
        assert read_price(text, currency, Style()) == amount


def style(*prices: str, currency: str = "EUR", others: tuple[str, ...] = ()) -> Style:
    own, other = Tally(), Tally()
    for text in prices:
        own.add(text)
    for text in others:
        other.add(text)
    return style_of(own, [own, other], currency)


def test_an_unclear_price_is_read_as_the_clear_ones_of_its_column() -> None:
    assert read_price("1.234", "EUR", style("1.234", "12,50")) == 123400
    assert read_price("1,234", "EUR", style("1,234", "12.50")) == 123400
    assert read_price("1.230", "EUR", style("1.230", "12.50")) == 123
    assert read_price("1.234", "EUR", style("1.234", "1.234.567")) == 123400


def test_where_the_column_is_silent_the_other_price_columns_tell() -> None:
    assert read_price("1.250", "EUR", style("1.250", others=("9,90",))) == 125000
    assert read_price("1.250", "EUR", style("1.250", others=("9.90",))) == 125


def test_where_all_are_silent_the_currency_tells_if_it_can() -> None:
    assert read_price("1,234", "JPY", style("1,234", currency="JPY")) == 1234
    assert read_price("1.250", "KWD", style("1.250", currency="KWD")) == 1250
    assert read_price("1.234", "EUR", style("1.234", "2.500")) == 123400


@pytest.mark.parametrize("others", [(), ("12.50", "1.234,50")])
def test_an_unclear_price_is_refused_where_nothing_tells_or_the_column_disagrees(others: tuple[str, ...]) -> None:
    with pytest.raises(Unreadable, match="the other prices do not tell"):
        read_price("1.250", "EUR", style("1.250", *others))


def test_the_reading_says_how_unclear_prices_were_read(tmp_path: Path) -> None:
    found = read(tmp_path, 'handle,title,price\na,A,1.234\nb,B,"9,90"\n')
    assert [draft.variants[0].price for draft in found.drafts] == [123400, 990]
    assert next(column.why for column in found.reading.columns if column.use == "price") == (
        "1.234 is read as 1234: so the other prices of the column are written"
    )


@given(st.integers(min_value=0, max_value=10**11), st.sampled_from(["{:,.2f}", "{:.2f}", "€{:,.2f}", "{:,.2f} EUR"]))
def test_every_amount_with_its_cents_written_out_is_read_back(cents: int, pattern: str) -> None:
    english = pattern.format(cents / 100)
    german = english.translate(str.maketrans(",.", ".,"))
    assert read_price(english, "EUR", Style()) == cents
    assert read_price(german, "EUR", Style()) == cents


def test_a_price_beyond_the_highest_is_refused_by_its_name() -> None:
    assert read_price("10000000000", "EUR", Style()) == 10**12
    with pytest.raises(Unreadable, match=r"The highest price is 10000000000\.00 EUR\."):
        read_price("10000000000.01", "EUR", Style())


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_prices(text: str) -> None:
    try:
        assert read_price(text, "EUR", style(text)) >= 0
    except Unreadable as refused:
        assert refused.reason
