"""Work that is done in a fork: its result comes back, and so do its errors."""

from __future__ import annotations

import os

import pytest

from haat.adapters.processes.forking import apart
from haat.kernel.errors import Refused, Unavailable


def test_the_result_comes_back_from_another_process() -> None:
    pid, parts = apart(lambda: [os.getpid(), ["a", None, 3]])
    assert pid != os.getpid()
    assert parts == ["a", None, 3]


def test_an_error_keeps_its_three_parts() -> None:
    def refuse() -> None:
        raise Refused("What.", why="Why.", try_="Try.")

    with pytest.raises(Refused) as raised:
        apart(refuse)
    assert (raised.value.what, raised.value.why, raised.value.try_) == ("What.", "Why.", "Try.")


def test_an_error_that_will_pass_is_still_one_that_will_pass() -> None:
    def fail() -> None:
        raise Unavailable("Not now.")

    with pytest.raises(Unavailable):
        apart(fail)


def test_what_nobody_foresaw_comes_with_its_traceback() -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        apart(lambda: 1 // 0)


def test_a_process_that_is_killed_is_told_as_what_will_pass() -> None:
    with pytest.raises(Unavailable, match="killed"):
        apart(lambda: os.kill(os.getpid(), 9))
