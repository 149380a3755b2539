"""The picture of a process says what the process says, can stand in any page, and no two of its parts lie on each other."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from haat.market.deals.draw import draw, standalone
from haat.market.deals.layout import arrange
from haat.market.deals.library import all_versions, newest, read
from haat.market.deals.process import Process

SVG = "{http://www.w3.org/2000/svg}"
HIRE = """
name = "hire"
version = 1
start = "asked"
states.asked = { title = "Asked for", money = "none", goods = "free" }
states.agreed = { title = "Agreed <&> booked", money = "none", goods = "free" }
states.done = { title = "Done", money = "none", goods = "free" }
[[moves]]
name = "agree"
title = "Agree"
from = ["asked"]
to = "agreed"
by = ["seller"]
[[moves]]
name = "doubt"
title = "Ask again"
from = ["agreed"]
to = "asked"
by = ["buyer"]
[[moves]]
name = "finish"
title = "Finish"
from = ["asked", "agreed"]
to = "done"
by = ["clock"]
"""


@pytest.fixture
def hire(tmp_path: Path) -> Process:
    """A process that can go back to where it was."""
    path = tmp_path / "hire.1.toml"
    path.write_text(HIRE)
    return read(path)


def texts_of(picture: str) -> str:
    return " ".join("".join(text.itertext()) for text in ElementTree.fromstring(picture).iter(f"{SVG}text"))


@pytest.mark.parametrize("process", all_versions(), ids=lambda process: f"{process.name}.{process.version}")
def test_every_state_and_every_move_is_named(process: Process) -> None:
    said = texts_of(draw(process))
    for name in [*(state.title for state in process.states.values()), *(move.title for move in process.moves)]:
        assert name in said


@pytest.mark.parametrize("process", all_versions(), ids=lambda process: f"{process.name}.{process.version}")
def test_no_two_states_lie_on_each_other_and_no_label_on_a_state(process: Process) -> None:
    root = ElementTree.fromstring(draw(process))
    states = [
        tuple(float(rect.get(side) or 0) for side in ("x", "y", "width", "height")) for rect in root.iter(f"{SVG}rect")
    ]
    labels = [label for group in root.iter(f"{SVG}g") if group.get("class") == "label" for label in group]
    assert len(states) == len(process.states)
    for (x, y, width, height), (x2, y2, width2, height2) in combinations(states, 2):
        assert x + width <= x2 or x2 + width2 <= x or y + height <= y2 or y2 + height2 <= y
    for label in labels:
        middle, base = float(label.get("x") or 0), float(label.get("y") or 0)
        assert not any(x <= middle <= x + width and y <= base <= y + height for x, y, width, height in states)


@pytest.mark.parametrize("process", all_versions(), ids=lambda process: f"{process.name}.{process.version}")
def test_every_state_is_inside_the_picture(process: Process) -> None:
    root = ElementTree.fromstring(draw(process))
    _, _, wide, high = (float(number) for number in (root.get("viewBox") or "").split())
    for rect in root.iter(f"{SVG}rect"):
        x, y, width, height = (float(rect.get(side) or 0) for side in ("x", "y", "width", "height"))
        assert x >= 0 and y >= 0 and x + width <= wide and y + height <= high


def test_a_page_without_inline_styles_can_hold_it() -> None:
    process = newest("purchase")
    picture = draw(process)
    assert "style" not in picture
    assert not re.search(r"#[0-9a-f]{3,6}|fill=|stroke=", picture)
    assert "<style>" in standalone(process)


def test_a_reader_who_cannot_see_it_gets_title_and_description() -> None:
    process = newest("purchase")
    root = ElementTree.fromstring(draw(process))
    labelled = (root.get("aria-labelledby") or "").split()
    by_id = {part.get("id"): part.text or "" for part in root if part.get("id")}
    assert root.get("role") == "img"
    assert [bool(by_id[name]) for name in labelled] == [True, True]
    assert "Send parcel (seller, operator): Paid, to be sent → On its way." in by_id[labelled[1]]


def test_words_of_the_process_are_translated_and_escaped(hire: Process) -> None:
    assert "Agreed <&> booked".upper() in texts_of(draw(hire, say=str.upper))


def test_a_timer_says_how_long_it_waits() -> None:
    process = newest("purchase")
    assert "5 days" in texts_of(draw(process, term=lambda name: "5 days" if name == "ship_within" else name))


def test_a_move_of_the_clock_alone_is_a_dashed_line(hire: Process) -> None:
    root = ElementTree.fromstring(draw(hire))
    kinds = [group.get("class") for group in root.iter(f"{SVG}g") if (group.get("class") or "").startswith("move")]
    assert sorted(kinds, key=str) == ["move", "move", "move clock"]


def test_a_move_back_points_upward(hire: Process) -> None:
    heads = [path.get("d") or "" for path in ElementTree.fromstring(draw(hire)).iter(f"{SVG}path")]
    assert sum("l-4.5 9h9z" in head for head in heads) == 1


def test_the_same_process_is_always_drawn_the_same(hire: Process) -> None:
    assert draw(hire) == draw(hire)


def test_boxes_keep_their_distance_and_stand_below_what_they_are_tied_to() -> None:
    rows = [["a"], ["b", "c"], ["d"]]
    lines = [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]
    middles = arrange(rows, lines, dict.fromkeys("abcd", 100.0), 20.0)
    assert abs(middles["b"] - middles["c"]) == pytest.approx(120)
    assert middles["a"] == middles["d"] == (middles["b"] + middles["c"]) / 2


def test_rows_are_turned_so_that_lines_do_not_cross() -> None:
    rows = [["a", "b"], ["c", "d"]]
    middles = arrange(rows, [("a", "d"), ("b", "c")], dict.fromkeys("abcd", 10.0), 10.0)
    assert (middles["a"] < middles["b"]) == (middles["d"] < middles["c"])
