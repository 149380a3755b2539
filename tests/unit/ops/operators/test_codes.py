"""The codes of the second factor: those of the standard, each good once and for a short time."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haat.ops.operators.codes import accepted, address_of, code_of, new_factor

# RFC 6238, appendix B, for SHA-1: seconds since 1970, and the code of eight figures.
OF_THE_STANDARD = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}
NOW = 1_767_225_600_000
COUNT = NOW // 30_000


@pytest.mark.parametrize(("seconds", "code"), OF_THE_STANDARD.items())
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert code_of(b"12345678901234567890", seconds // 30, digits=8) == code


@pytest.mark.parametrize("beside", [-1, 0, 1])
def test_a_clock_may_be_half_a_minute_off(beside: int) -> None:
    factor = new_factor()
    assert accepted(factor, code_of(factor, COUNT + beside), NOW, 0) == COUNT + beside


@given(st.integers(2, 100_000))
def test_an_older_or_a_later_code_is_not_good(off: int) -> None:
    factor = b"a factor that is long"
    for count in (COUNT - off, COUNT + off):
        code = code_of(factor, count)
        if code not in {code_of(factor, COUNT + beside) for beside in (-1, 0, 1)}:
            assert accepted(factor, code, NOW, 0) is None


def test_a_code_is_good_once_and_so_is_every_one_before_it() -> None:
    factor = new_factor()
    assert accepted(factor, code_of(factor, COUNT), NOW, COUNT) is None
    assert accepted(factor, code_of(factor, COUNT - 1), NOW, COUNT) is None


@given(st.text(max_size=12))
def test_whatever_is_typed_is_no_code_unless_it_is_one(typed: str) -> None:
    factor = b"a factor that is long"
    codes = {code_of(factor, COUNT + beside) for beside in (-1, 0, 1)}
    assert (accepted(factor, typed, NOW, 0) is not None) == ("".join(typed.split()) in codes)


def test_apps_can_read_the_address_of_a_factor() -> None:
    address = urlsplit(address_of(b"12345678901234567890", "ada", "Ada & Co"))
    assert (address.scheme, address.netloc, address.path) == ("otpauth", "totp", "/Ada%20%26%20Co:ada")
    assert parse_qs(address.query) == {"secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"], "issuer": ["Ada & Co"]}
