"""How far something is, told to whoever looks."""

from __future__ import annotations

import re

import pytest

from haat.cli import progress as module
from haat.cli.progress import a_second, progress


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every step took a while."""
    monkeypatch.setattr(module, "_BETWEEN", 0.0)


@pytest.mark.usefixtures("slow")
def test_without_a_terminal_each_tenth_is_a_line_with_rate_and_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("listings", 200, is_silent=False) as move_on:
        for done in range(1, 201):
            move_on(done)
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert (out, len(lines)) == ("", 10)
    assert re.fullmatch(r"20 of 200 listings, [\d,.]+ a second, [\d,]+ s left", lines[0])
    assert re.fullmatch(r"200 of 200 listings, [\d,.]+ a second", lines[-1])


def test_what_is_quick_says_nothing_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("listings", 200, is_silent=False) as move_on:
        for done in range(1, 201):
            move_on(done)
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("slow")
def test_the_total_may_be_known_only_later(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("listings", is_silent=False) as move_on:
        move_on(1)
        move_on(2, 4)
        move_on(4, 4)
    assert [line.partition(",")[0] for line in capsys.readouterr().err.splitlines()] == [
        "2 of 4 listings",
        "4 of 4 listings",
    ]


@pytest.mark.parametrize(("rate", "said"), [(0.53, "0.5 a second"), (12.3, "12 a second"), (4321.0, "4,321 a second")])
def test_what_is_slow_has_a_rate_too(rate: float, said: str) -> None:
    assert a_second(rate) == said


def test_where_programs_listen_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("listings", 2, is_silent=True) as move_on:
        move_on(2, 2)
    assert capsys.readouterr() == ("", "")
