"""How the time without an order is counted."""

from __future__ import annotations

import pytest

from haat.ops.drills.load import Sent, longest_gap


def answered(at: float, status: int = 201) -> Sent:
    return Sent(f"order-{at}", at - 0.01, at, status)


def test_the_gap_is_the_longest_time_between_two_acknowledged_orders() -> None:
    assert longest_gap([answered(1.0), answered(1.5), answered(4.0), answered(4.5)], 0.5, 5.0) == 2.5


def test_the_gap_counts_from_the_fault_and_to_the_end() -> None:
    assert longest_gap([answered(1.0)], 0.0, 4.0) == 3.0
    assert longest_gap([answered(3.0)], 0.0, 4.0) == 3.0
    assert longest_gap([], 2.0, 4.0) == 2.0


@pytest.mark.parametrize("status", [0, 400, 503])
def test_an_order_that_was_not_acknowledged_ends_no_gap(status: int) -> None:
    assert longest_gap([answered(1.0), answered(2.0, status), answered(3.0)], 1.0, 3.0) == 2.0
