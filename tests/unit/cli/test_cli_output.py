"""What people see: aligned, folded, coloured on a terminal only."""

from __future__ import annotations

import io
import os
import sys

import pytest

from haat.cli import output
from haat.cli.output import error_text, in_our_words, paint, sign, table
from haat.kernel.errors import HaatError, Invalid


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def look_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on there is a terminal of 60 columns."""
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)


def test_columns_are_aligned_whatever_the_letters() -> None:
    text = table([("a", "one"), ("中文", "two"), ("e\u0301", "three"), ("long name", "four")])
    assert [line[-5:].strip() for line in text.splitlines()] == ["one", "two", "three", "four"]
    assert text.splitlines()[0] == "a          one"
    assert text.splitlines()[1] == "中文       two"
    assert text.splitlines()[2] == "e\u0301          three"


def test_figures_can_stand_to_the_right() -> None:
    assert table([("1", "x"), ("1000", "y")], right=(0,)) == "   1  x\n1000  y"


def test_the_last_column_is_folded_where_the_window_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    look_through(monkeypatch)
    lines = table([("name", "word " * 40)]).splitlines()
    assert len(lines) > 3
    assert all(len(line) <= 60 for line in lines)
    assert all(line.startswith("      word") for line in lines[1:])


def test_nothing_is_folded_where_no_terminal_is() -> None:
    assert len(table([("name", "word " * 400)]).splitlines()) == 1


def test_colours_take_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    look_through(monkeypatch)
    assert "\x1b[" in paint("red", "bad")
    lines = table([(paint("red", "bad"), "x"), ("green!", "y")]).splitlines()
    assert lines[0].endswith("     x")


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colours_can_be_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    look_through(monkeypatch)
    monkeypatch.setenv(name, value)
    assert paint("red", "bad") == "red"


def test_colours_are_for_terminals() -> None:
    assert paint("red", "bad", io.StringIO()) == "red"


def test_a_status_is_a_symbol_and_a_word() -> None:
    assert [sign(status) for status in ("ok", "attention", "failed")] == ["✓ ok", "! attention", "✗ failed"]


def test_an_error_says_what_why_and_try_each_where_it_can_be_found() -> None:
    error = Invalid("What.", fields={"price": "Give one."}, why="Why,\nand why.", try_="Try.")
    assert error_text(error).splitlines() == [
        "haat: What.",
        "  why  Why,",
        "       and why.",
        "       price: Give one.",
        "  try  Try.",
    ]


def test_an_error_of_one_sentence_is_one_line() -> None:
    assert error_text(HaatError("What.")) == "haat: What."


def test_a_full_disk_is_called_by_its_name() -> None:
    error = in_our_words(OSError(28, os.strerror(28), "/srv/shop/haat.db"))
    assert error is not None
    assert error.what == "The disk is full."
    assert "/srv/shop/haat.db" in error.why


def test_what_a_terminal_cannot_show_is_replaced() -> None:
    shown = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    output.print_line("5 × 中", to=shown)
    assert shown.buffer.getvalue() == b"5 ? ?\n"  # type: ignore[attr-defined]
