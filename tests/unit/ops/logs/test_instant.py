"""A moment is read as people write it, and as we write it ourselves."""

from __future__ import annotations

import pytest

from haat.config.kinds import Unfit
from haat.kernel import clock
from haat.kernel.errors import Invalid, Refused
from haat.ops.logs import instant

NOON = 1_796_040_000_000  # 2026-11-30T12:00:00Z


@pytest.mark.parametrize(
    ("text", "after_midnight"),
    [
        ("9:05", "09:05:00.000"),
        ("09:05", "09:05:00.000"),
        ("9:05:30", "09:05:30.000"),
        ("09:05:30", "09:05:30.000"),
        ("9:05:30.250", "09:05:30.250"),
        ("11:05:30.25", "11:05:30.250"),
    ],
)
def test_a_time_is_of_today_however_exactly_it_is_told(text: str, after_midnight: str) -> None:
    with clock.frozen(NOON):
        assert instant.written(instant.read(text)) == f"2026-11-30T{after_midnight}Z"


@pytest.mark.parametrize(
    "text",
    [
        "9:5",
        "25:00",
        "9:05:60",
        "9:05:",
        "9:05:30.",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+12:00",
        "yesterday at noon",
    ],
)
def test_what_is_no_moment_is_said_so_to_whoever_typed_it(text: str) -> None:
    with pytest.raises(Unfit):
        instant.read(text)
    with pytest.raises(Invalid, match="is no instant"):
        instant.asked(text)


def test_what_is_written_is_read_as_the_same_moment() -> None:
    assert instant.read(instant.written(NOON + 250)) == NOON + 250


def test_what_is_to_come_cannot_be_had_back() -> None:
    with clock.frozen(NOON):
        instant.refuse_to_come(NOON)
        with pytest.raises(Refused, match="in the future") as told:
            instant.refuse_to_come(NOON + 1)
    assert "UTC" in told.value.try_
