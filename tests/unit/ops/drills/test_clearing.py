"""What is over is cleared away beside what comes next, and never without that being known."""

from __future__ import annotations

import threading

import pytest

from haat.kernel.errors import Unavailable
from haat.ops.drills.clearing import Clearing


def test_what_comes_next_begins_meanwhile_and_whoever_waits_finds_all_of_it_done() -> None:
    may_end, done = threading.Event(), []
    with Clearing() as clearing:
        clearing.begin(lambda: (may_end.wait(10), done.append("cleared")))
        assert done == []
        may_end.set()
        clearing.wait()
        assert done == ["cleared"]


def test_at_the_end_nothing_is_left() -> None:
    done: list[int] = []
    with Clearing() as clearing:
        for number in range(3):
            clearing.begin(lambda number=number: done.append(number))
    assert done == [0, 1, 2]


def test_what_cannot_be_cleared_away_is_told() -> None:
    def fail() -> None:
        raise Unavailable("The server does not end.")

    with Clearing() as clearing:
        clearing.begin(fail)
        with pytest.raises(Unavailable):
            clearing.wait()
