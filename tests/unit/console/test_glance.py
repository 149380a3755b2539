"""What costs much to look at is looked at once, and never by more than one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from haat.console.glance import Glance
from haat.kernel.errors import Unavailable


def test_however_many_ask_it_is_looked_at_once() -> None:
    asked: list[int] = []

    def ask() -> int:
        asked.append(1)
        return len(asked)

    glance = Glance(ask)
    with ThreadPoolExecutor(4) as pool:
        assert {*pool.map(lambda _: glance.look(), range(20))} == {1}


def test_nobody_queues_behind_a_question_that_hangs() -> None:
    hangs, goes_on = threading.Event(), threading.Event()

    def ask() -> str:
        hangs.set()
        goes_on.wait(30)
        return "here it is"

    glance = Glance(ask, patience=0.05)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(glance.look)
        assert hangs.wait(30)
        with pytest.raises(Unavailable):
            glance.look()
        goes_on.set()
        assert first.result(30) == "here it is"
    assert glance.look() == "here it is"
