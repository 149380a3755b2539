"""A value reads the same wherever it is written, and what is shown can be written again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haat.config.kinds import (
    Hidden,
    Kind,
    Many,
    Network,
    OneOf,
    Percent,
    Table,
    Text,
    TimeZone,
    Unfit,
    Whole,
    duration,
    size,
)
from haat.kernel.zone import UTC_ZONE, zone_of

COUNTRY = Text("a country", r"[A-Z]{2}")


@given(st.integers(min_value=0, max_value=365 * 86_400_000))
def test_a_time_that_is_shown_reads_back_to_the_millisecond(milliseconds: int) -> None:
    kind = duration("0s", "365d")
    assert kind.read(kind.show(milliseconds)) == milliseconds


@given(st.integers(min_value=0, max_value=10**12))
def test_a_size_that_is_shown_reads_back_to_the_byte(amount: int) -> None:
    kind = size("0B", "1000GB")
    assert kind.read(kind.show(amount)) == amount


@given(st.integers(min_value=0, max_value=10_000))
def test_a_percentage_that_is_shown_reads_back_to_the_basis_point(basis_points: int) -> None:
    assert Percent().read(Percent().show(basis_points)) == basis_points


@given(st.dictionaries(st.from_regex(r"[A-Z]{2}", fullmatch=True), st.integers(0, 10_000)))
def test_a_table_that_is_shown_reads_back(taxes: dict[str, int]) -> None:
    kind = Table(COUNTRY, Percent())
    assert kind.read(kind.show(taxes)) == taxes


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (duration("0s", "1d"), "250ms", 250),
        (duration("0s", "1d"), "90s", 90_000),
        (duration("0s", "1d"), "30 m", 1_800_000),
        (size("0B", "1GB"), "8MB", 8_000_000),
        (size("0B", "1GB"), "64 KB", 64_000),
        (Percent(), "7.5 %", 750),
        (Percent(), "7.05%", 705),
        (Percent(), "100 %", 10_000),
        (Whole(1, 65_535), 8000, 8000),
        (Whole(1, 65_535), "8000", 8000),
        (Network(), "10.0.0.7/8", "10.0.0.0/8"),
        (Network(), "::1", "::1/128"),
        (TimeZone(), "UTC", UTC_ZONE),
        (TimeZone(), "Africa/Johannesburg", zone_of("Africa/Johannesburg")),
        (Many(Whole(1, 9)), [3, 1, 3], (3, 1)),
        (Many(Whole(1, 9)), "3, 1", (3, 1)),
        (Many(Whole(1, 9)), "", ()),
        (Table(COUNTRY, Percent()), {"DE": "19 %"}, {"DE": 1900}),
        (Table(COUNTRY, Percent()), "DE=19%, FR = 20 %", {"DE": 1900, "FR": 2000}),
    ],
)
def test_a_value_is_read_into_the_unit_the_program_counts_in(kind: Kind, written: object, value: object) -> None:
    assert kind.read(written) == value


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (duration("1m", "1d"), "59s"),
        (duration("1m", "1d"), "25h"),
        (duration("1m", "1d"), 30),
        (duration("1m", "1d"), "30"),
        (duration("1m", "1d"), "30M"),
        (duration("1m", "1d"), "1.5h"),
        (duration("1m", "1d"), "٣m"),
        (size("1KB", "1GB"), "8MiB"),
        (size("1KB", "1GB"), "-8MB"),
        (Percent(), 10),
        (Percent(), "7,5 %"),
        (Percent(), "7.555 %"),
        (Percent(), "100.01 %"),
        (Whole(1, 9), True),
        (Whole(1, 9), 3.0),
        (Whole(1, 9), 10**30),
        (Whole(1, 9), "9" * 40),
        (OneOf(("tls", "none")), "TLS"),
        (Network(), "localhost"),
        (Network(), 10),
        (TimeZone(), "CET"),
        (TimeZone(), "localtime"),
        (TimeZone(), "Europe/../../passwd"),
        (TimeZone(), "Europe"),
        (TimeZone(), 2),
        (Many(Whole(1, 9), least=1), []),
        (Many(Whole(1, 9)), {"a": 1}),
        (Many(Whole(1, 9)), [1, [2]]),
        (Table(COUNTRY, Percent()), ["DE"]),
        (Table(COUNTRY, Percent()), "DE"),
        (Hidden(least=32), "short"),
        (Hidden(), 12345),
    ],
)
def test_a_value_that_does_not_fit_is_refused(kind: Kind, written: object) -> None:
    with pytest.raises(Unfit):
        kind.read(written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("europe/berlin", "Europe/Berlin"), ("Johannesburg", "Africa/Johannesburg"), ("sao paulo", "America/Sao_Paulo")],
)
def test_a_zone_that_is_nearly_right_is_told_its_name(written: str, meant: str) -> None:
    with pytest.raises(Unfit) as raised:
        TimeZone().read(written)
    assert raised.value.hint == f"Did you mean “{meant}”?"
