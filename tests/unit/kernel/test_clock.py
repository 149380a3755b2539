"""Instants are read by people in UTC, to the second or to the minute."""

from __future__ import annotations

from haat.kernel import clock


def test_an_instant_is_read_in_utc_whatever_lies_between_its_seconds() -> None:
    at = 1_795_961_342_999  # the last thousandth of its second
    assert clock.in_utc(at) == "2026-11-29 14:09:02 UTC"
    assert clock.minute_in_utc(at) == "2026-11-29 14:09 UTC"
