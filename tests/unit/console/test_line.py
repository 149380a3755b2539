"""Small lines: whatever was seen stays within its frame, and what was not seen is a gap."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from haat.console.line import HEIGHT, WIDTH, line


@given(st.lists(st.none() | st.floats(0, 1e12), max_size=60))
def test_a_line_stays_in_its_frame_and_has_a_point_for_all_that_was_seen(values: list[float | None]) -> None:
    drawn = line(values, str)
    known = [value for value in values if value is not None]
    if drawn is None:
        assert len(known) < 2
        return
    points = [(float(x), float(y)) for x, y in re.findall(r"[ML]([0-9.]+) ([0-9.]+)", drawn.path)]
    assert len(points) == len(known)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)


def test_where_nothing_was_seen_the_pen_is_lifted_and_the_words_say_so() -> None:
    drawn = line([1.0, None, 2.0, 4.0], lambda value: f"{value:.0f} ms")
    assert drawn is not None
    assert [one[0] for one in drawn.path.split(" ")][::2] == ["M", "M", "L"]
    assert drawn.said == "4 ms now; least 1 ms, most 4 ms; 1 of 4 times no answer"
