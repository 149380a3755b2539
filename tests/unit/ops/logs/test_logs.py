"""Finding lines in logs: what is wanted is found, whatever its size, its age and the state of the files."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haat.adapters.processes.log_file import LogFile
from haat.kernel import clock
from haat.kernel.errors import Invalid, NotFound
from haat.ops.logs import search
from haat.ops.logs.files import Part, close, open_parts
from haat.ops.logs.follow import Follower
from haat.ops.logs.line import LEVELS, Line
from haat.ops.logs.search import newest
from haat.ops.logs.wanted import Wanted

NOON = 1_780_000_000_000


def line(at: int = NOON, event: str = "Something was done.", level: str = "info", **more: Any) -> bytes:
    stamp = clock.as_datetime(at).isoformat().replace("+00:00", "Z")
    fields = {"at": stamp, "level": level, "event": event, "request_id": "", **more}
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"


def request(at: int, status: int, path: str = "/cart") -> bytes:
    return line(at, "request", method="GET", path=path, route=path, status=status, ms=1.5, address="203.0.113.7")


def write(folder: Path, name: str, *lines: bytes) -> None:
    with (folder / name).open("ab") as file:
        file.write(b"".join(lines))


@contextmanager
def opened(folder: Path, *names: str) -> Iterator[Sequence[Part]]:
    parts = open_parts(folder, names)
    yield parts
    close(parts)


def find(folder: Path, wanted: Wanted | None = None, most: int = 100, names: Sequence[str] = ()) -> Sequence[Line]:
    with opened(folder, *names) as parts:
        return newest(parts, wanted or Wanted(), most).lines


def said(lines: Sequence[Line]) -> list[str]:
    return [line.said for line in lines]


def test_parts_and_files_that_were_turned_over_are_one_story_in_the_order_of_time(tmp_path: Path) -> None:
    write(tmp_path, "web.log.2", line(NOON, "1"))
    write(tmp_path, "web.log.1", line(NOON + 2, "3"))
    write(tmp_path, "web.log", line(NOON + 4, "5"))
    write(tmp_path, "worker.log", line(NOON + 1, "2"), line(NOON + 3, "4"))
    assert said(find(tmp_path)) == ["1", "2", "3", "4", "5"]
    assert said(find(tmp_path, names=["worker"])) == ["2", "4"]


def test_what_a_command_answered_to_a_process_of_the_stack_is_said_as_an_error(tmp_path: Path) -> None:
    answer = {
        "error": {"code": "conflict", "what": "Something else is being done.", "why": "A backup.", "try": "Wait."}
    }
    write(tmp_path, "shipper.log", line(), json.dumps(answer).encode() + b"\n")
    *_, found = find(tmp_path)
    assert (found.level, found.said) == ("error", "Something else is being done. A backup.")


def test_the_last_lines_are_given_and_whether_there_are_more(tmp_path: Path) -> None:
    write(tmp_path, "web.log", *(line(NOON + number, str(number)) for number in range(10)))
    with opened(tmp_path) as parts:
        assert [newest(parts, Wanted(), most).has_more for most in (9, 10)] == [True, False]
        assert said(newest(parts, Wanted(), 2).lines) == ["8", "9"]


def test_a_request_is_found_in_its_lines_and_not_where_it_is_only_mentioned(tmp_path: Path) -> None:
    write(tmp_path, "web.log", line(event="its own", request_id="a-1"), line(event="a-1 is mentioned"))
    write(tmp_path, "worker.log", line(NOON + 9, "its job", request_id="a-1"), line(event="another", request_id="a-12"))
    assert said(find(tmp_path, Wanted(request="a-1"))) == ["its own", "its job"]


@pytest.mark.parametrize("text", ["the bank", "“closed”", 'it said "no"', "two\nlines", "a\\b", "ÄRGER", "3.25"])
def test_text_is_found_as_people_would_read_it(tmp_path: Path, text: str) -> None:
    event = 'THE BANK is “closed”; it said "no"\nand two\nlines of a\\b, ÄRGER'
    write(tmp_path, "web.log", line(event="before"), line(event=event, ms=3.25), line(event="after"))
    assert said(find(tmp_path, Wanted(text=text))) == [event]


def test_the_name_of_a_field_is_no_text_of_a_line(tmp_path: Path) -> None:
    write(tmp_path, "web.log", line())
    assert find(tmp_path, Wanted(text="request_id")) == []


def test_a_level_is_the_least_and_requests_that_fail_have_one_too(tmp_path: Path) -> None:
    each = [line(event=level, level=level) for level in ("debug", "info", "warning", "error", "critical")]
    write(
        tmp_path, "web.log", *each, request(NOON, 200), request(NOON, 404), request(NOON, 503), b"Segmentation fault\n"
    )
    found = {level: len(find(tmp_path, Wanted(level=level))) for level in LEVELS}
    assert found == {"debug": 9, "info": 8, "warning": 6, "error": 4}


def test_time_is_kept_to_the_millisecond_across_files(tmp_path: Path) -> None:
    write(tmp_path, "web.log.1", *(line(NOON + at, str(at)) for at in range(5)))
    write(tmp_path, "web.log", *(line(NOON + at, str(at)) for at in range(5, 10)))
    assert said(find(tmp_path, Wanted(since=NOON + 3, until=NOON + 6))) == ["3", "4", "5", "6"]


def test_a_request_that_took_minutes_is_found_under_the_time_at_which_it_began(tmp_path: Path) -> None:
    filler = [line(NOON + clock.MINUTE * 2 + at, "x" * 500) for at in range(600)]
    write(tmp_path, "web.log", line(NOON, "before"), *filler, line(NOON + 1, "slow"))
    assert said(find(tmp_path, Wanted(until=NOON + 10))) == ["before", "slow"]


def test_damaged_lines_stop_nothing_and_have_the_time_of_the_line_before(tmp_path: Path) -> None:
    broken = [
        line(NOON + 1)[:40] + b"\n",
        b"\xff\xfe\x00\n",
        b"[1, 2]\n",
        b'{"at": 7}\n',
        b'{"at": "yesterday"}\n',
        b"\n",
    ]
    write(
        tmp_path,
        "web.log",
        line(NOON, "first"),
        *broken,
        b"Fatal Python error: out of memory\n",
        line(NOON + 2, "last"),
    )
    found = find(tmp_path)
    assert (found[0].said, found[-1].said, len(found)) == ("first", "last", 8)
    [fatal] = find(tmp_path, Wanted(text="out of MEMORY", since=NOON, until=NOON))
    assert (fatal.level, fatal.at) == ("error", NOON)


def test_a_line_without_an_end_and_one_of_megabytes_are_lines(tmp_path: Path) -> None:
    write(tmp_path, "web.log", line(event="small"), line(NOON + 1, "x" * 3_000_000), line(NOON + 2, "the end")[:-1])
    assert [len(one.said) for one in find(tmp_path)] == [5, 3_000_000, 7]


@given(
    st.lists(st.sampled_from(["red", "Red", "green", 'it said "red"', "naked", "", "x" * 70, "ü"]), max_size=40),
    st.sampled_from(["red", "green", '"red', "ü", "absent"]),
    st.integers(1, 9),
    st.integers(8, 200),
)
def test_whatever_the_size_of_a_block_the_same_lines_are_found(
    tmp_path_factory: pytest.TempPathFactory, events: list[str], text: str, most: int, size: int
) -> None:
    folder = tmp_path_factory.mktemp("logs")
    raw = [b"red and naked\n" if event == "naked" else line(NOON + at, event) for at, event in enumerate(events)]
    write(folder, "web.log", *raw, b"")
    shown = ["red and naked" if event == "naked" else event for event in events]
    expected = [event for event in shown if text.lower() in event.lower()][-most:]
    before = search._BLOCK, search._PROBE
    try:
        search._BLOCK, search._PROBE = size, 8
        assert said(find(folder, Wanted(text=text), most)) == expected
    finally:
        search._BLOCK, search._PROBE = before


def test_a_part_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    write(tmp_path, "web.log", line())
    with pytest.raises(Invalid) as refused:
        open_parts(tmp_path, ["wep"])
    assert "“web”" in refused.value.why
    assert "“web”" in refused.value.try_


def test_where_nothing_was_logged_it_says_so(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(NotFound):
            open_parts(folder, [])


class TestFollowing:
    @pytest.fixture
    def follower(self, tmp_path: Path) -> Iterator[Follower]:
        write(tmp_path, "web.log", line(NOON, "before"))
        with opened(tmp_path) as parts:
            yield Follower(tmp_path, [], parts, Wanted(level="info"))

    def test_what_is_written_from_now_on_is_told_once(self, follower: Follower, tmp_path: Path) -> None:
        assert follower.news() == []
        write(tmp_path, "web.log", line(NOON, "one"), line(NOON, "not wanted", "debug"), line(NOON, "two")[:-5])
        assert said(follower.news()) == ["one"]
        write(tmp_path, "web.log", line(NOON, "two")[-5:])
        assert said(follower.news()) == ["two"]
        assert follower.news() == []

    def test_files_that_are_turned_over_meanwhile_lose_no_line(self, follower: Follower, tmp_path: Path) -> None:
        log = LogFile(tmp_path / "web.log", max_size=400, keep=8)
        told = []
        for number in range(40):
            log.write(line(NOON + number, str(number)))
            if number % 7 == 0:
                told += said(follower.news())
        log.close()
        assert told + said(follower.news()) == [str(number) for number in range(40)]

    def test_a_part_that_begins_is_followed_and_a_file_that_is_emptied_goes_on(
        self, follower: Follower, tmp_path: Path
    ) -> None:
        write(tmp_path, "worker.log", line(NOON, "born"))
        assert said(follower.news()) == ["born"]
        os.truncate(tmp_path / "web.log", 0)
        write(tmp_path, "web.log", line(NOON, "anew"))
        assert said(follower.news()) == ["anew"]
