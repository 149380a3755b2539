"""Find: pages, procedures, runs and requests by a word, and nothing that somebody may not see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.operator import Room

from haat.kernel.ids import encode


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.console.desk.close()


def test_pages_procedures_runs_and_requests_are_found_by_a_word(room: Room) -> None:
    run = encode(room.console.desk.journal.begin("upkeep-database", {}, "eve", "cli"))
    browser = room.operator("view")
    for wanted, to in (
        ("serv", "/services"),
        ("checkouts hang", "/runbook/end-session"),
        (run[:6], f"/runs/{run}"),
        ("f0914b47df-1", "/logs?request=f0914b47df-1"),
        ("card declined", "/logs?text=card+declined"),
    ):
        assert f'href="{to}"' in browser.get(f"/find?q={wanted.replace(' ', '+')}").text.partition("data-found")[2], (
            wanted
        )


def test_what_one_may_not_see_is_not_found(room: Room) -> None:
    assert "/operators" not in room.operator("view").get("/find").text
    assert 'href="/operators"' in room.operator("administer").get("/find").text


def test_what_was_typed_is_not_taken_for_html(room: Room) -> None:
    assert "<b>" not in room.operator("view").get("/find?q=%3Cb%3E").text


def test_no_page_shows_the_marks_of_commands_that_symptoms_have(room: Room) -> None:
    browser = room.operator("view")
    for path in ("/runbook", "/runbook/create-index", "/find?q=create-index"):
        text = browser.get(path).text
        assert "`" not in text, path
        assert "<code>haat database explain</code>" in text, path
