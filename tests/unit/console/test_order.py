"""The order of rows: by the column that is asked for, both ways, and what has no value stands last."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from haat.console.order import Columns
from haat.web.bodies import parse_query

COLUMNS: Columns[int | None] = Columns({"value": lambda one: one}, usual="-value")


@given(st.lists(st.none() | st.integers()), st.sampled_from(["", "sort=value", "sort=-value", "sort=%3Cb%3E&sort=x"]))
def test_every_row_is_there_once_in_order_and_those_without_a_value_stand_last(
    rows: list[int | None], query: str
) -> None:
    found, order = COLUMNS.put(rows, parse_query(query))
    known = [one for one in found if one is not None]
    assert known == sorted(known, reverse=order.is_falling)
    assert found == known + [None] * rows.count(None)
    assert order.is_falling == (query != "sort=value")


def test_a_link_turns_the_order_round_and_keeps_what_else_was_asked_for() -> None:
    _, order = COLUMNS.put([], parse_query("since=1h&sort=-value"))
    assert order.link("value", is_number=True) == "?since=1h&sort=value"
    assert order.link("other", is_number=True) == "?since=1h&sort=-other"
    assert order.link("other", is_number=False) == "?since=1h&sort=other"
    assert (order.state("value"), order.state("other")) == ("descending", "none")
