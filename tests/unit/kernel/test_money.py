import pytest
from hypothesis import given
from hypothesis import strategies as st

from haat.kernel.errors import Invalid
from haat.kernel.money import Money, exponent, parse, percent, split

amounts = st.integers(min_value=-(10**15), max_value=10**15)
weights = st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=40)


@given(amounts, weights)
def test_the_parts_of_a_split_always_add_up(amount: int, weights: list[int]) -> None:
    assert sum(split(amount, weights)) == amount


@given(amounts, weights)
def test_no_part_is_more_than_one_unit_from_its_exact_share(amount: int, weights: list[int]) -> None:
    total = sum(weights)
    if total == 0:
        return
    for part, weight in zip(split(amount, weights), weights, strict=True):
        assert abs(part * total - amount * weight) < total


@given(st.integers(min_value=0, max_value=10**12), weights)
def test_a_split_never_makes_a_negative_part(amount: int, weights: list[int]) -> None:
    assert min(split(amount, weights)) >= 0


@given(amounts, st.integers(min_value=0, max_value=10_000))
def test_a_share_is_rounded_once_and_never_exceeds_the_whole(amount: int, basis_points: int) -> None:
    share = percent(amount, basis_points)
    assert abs(share) <= abs(amount)
    assert abs(share * 10_000 - amount * basis_points) * 2 <= 10_000


@pytest.mark.parametrize(("currency", "decimals"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("ZAR", 2)])
def test_a_currency_has_the_decimals_of_iso_4217(currency: str, decimals: int) -> None:
    assert exponent(currency) == decimals


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("12", "EUR", 1200),
        ("12.5", "EUR", 1250),
        ("12.50", "EUR", 1250),
        ("12.500", "EUR", 1250),
        ("7", "JPY", 7),
        ("1.234", "KWD", 1234),
    ],
)
def test_amounts_are_read_exactly(text: str, currency: str, amount: int) -> None:
    assert parse(text, currency) == Money(amount, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("-1", "EUR"),
        ("1,5", "EUR"),
        ("1.005", "EUR"),
        ("0.5", "JPY"),
        ("", "EUR"),
        ("1e3", "EUR"),
        ("٣", "JPY2"),
    ],
)
def test_what_is_not_an_amount_is_refused(text: str, currency: str) -> None:
    with pytest.raises(Invalid):
        parse(text, currency)


@given(st.integers(min_value=0, max_value=10**12), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_money_reads_back_what_it_writes(amount: int, currency: str) -> None:
    assert parse(str(Money(amount, currency)).split()[0], currency) == Money(amount, currency)
