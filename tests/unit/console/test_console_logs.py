"""The pages of the logs: every line is found once, whatever stands in it, and nothing of it is taken for HTML."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.browser import Browser
from tests.support.operator import Room

from haat.kernel import clock


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    (tmp_path / "logs").mkdir()
    room = Room(tmp_path)
    yield room
    room.console.desk.close()


def write(room: Room, part: str, at: int, event: str, **more: object) -> None:
    stamp = clock.as_datetime(at).isoformat().replace("+00:00", "Z")
    line = {"at": stamp, "level": "info", "event": event, "request_id": "", **more}
    with (room.data / "logs" / f"{part}.log").open("a") as file:
        file.write(json.dumps(line) + "\n")


def said(page: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'<td class="said whole">([^<]*)</td>', page)]


def all_pages(browser: Browser, to: str) -> Iterator[str]:
    while to:
        page = browser.get(html.unescape(to)).text
        yield page
        [to] = re.findall(r'href="([^"]+)">Older lines', page) or [""]


def test_page_by_page_every_line_is_there_once_even_where_many_were_written_in_one_millisecond(room: Room) -> None:
    now = clock.now()
    for number in range(250):
        write(room, "web", now - 60_000 + (number // 130), f"Line {number}.")
    pages = [said(page) for page in all_pages(room.operator("view"), "/logs")]
    assert [len(page) for page in pages] == [100, 100, 50]
    assert sorted(line for page in pages for line in page) == sorted(f"Line {number}." for number in range(250))
    assert pages[0][0] == "Line 249."


def test_what_is_asked_for_is_found_and_a_request_leads_to_all_its_lines(room: Room) -> None:
    now = clock.now()
    write(room, "web", now, "Card declined.", request_id="abc-17", level="warning")
    write(room, "worker", now, "Told the buyer.", request_id="abc-17", address="203.0.113.9")
    write(room, "worker", now, "Something else.", request_id="abc-18")
    browser = room.operator("view")
    assert said(browser.get("/logs?text=DECLINED").text) == ["Card declined."]
    assert said(browser.get("/logs?level=warning").text) == ["Card declined."]
    assert len(said(browser.get("/logs?part=worker&since=5m").text)) == 2
    page = browser.get("/logs?text=declined").text
    assert 'href="/logs?request=abc-17"' in page
    story = browser.get("/logs?request=abc-17").text
    assert "Card declined." in story
    assert "Told the buyer." in story
    assert "address=203.0.113.9" in story
    assert "Something else." not in story


def test_nothing_that_was_written_down_is_taken_for_html(room: Room) -> None:
    evil = "<script>alert(1)</script><b onclick=x>\"'"
    write(room, "web", clock.now(), evil, request_id='"><img src=x>', level="error")
    (room.data / "logs" / "web.log").open("a").write("Traceback <script>alert(2)</script>\n")
    browser = room.operator("view")
    for path in (
        "/logs",
        "/logs?follow=1",
        "/logs/patterns",
        "/logs?text=%3Cscript%3E",
        "/logs?request=%22%3E%3Cimg+src%3Dx%3E",
    ):
        page = browser.get(path).text
        assert "&lt;script&gt;" in page, path
        for tag in ("<script>alert", "<b onclick", "<img"):
            assert tag not in page, path


def test_what_follows_is_live_and_what_is_looked_up_is_not(room: Room) -> None:
    write(room, "web", clock.now(), "Here.")
    browser = room.operator("view")
    assert "data-live" in browser.get("/logs?follow=1").text
    assert "data-live" not in browser.get("/logs").text


def test_a_moment_that_is_none_stands_at_its_field(room: Room) -> None:
    write(room, "web", clock.now(), "Here.")
    browser = room.operator("view")
    for path in (
        "/logs?since=soon",
        "/logs/patterns?since=soon",
        "/logs?level=loud",
        "/logs?before=x",
        "/logs?part=nobody",
    ):
        answer = browser.get(path)
        assert answer.status == 422, path
        assert 'role="alert"' in answer.text
    assert 'value="soon"' in browser.get("/logs?since=soon").text


def test_messages_that_differ_in_numbers_are_one_and_lead_to_the_last_of_them(room: Room) -> None:
    now = clock.now()
    for number in range(12):
        write(room, "worker", now - number, f"Job {number} failed.", level="error", request_id=f"r-{number}")
    write(room, "web", now, "Slow.", level="warning")
    browser = room.operator("view")
    page = browser.get("/logs/patterns?since=5m").text
    assert "<strong>12</strong>" in page
    assert 'href="/logs?request=r-0"' in page
    rising = said(browser.get("/logs/patterns?since=5m&sort=count").text)
    assert rising == ["Slow.", "Job # failed."]
