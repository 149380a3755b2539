"""What drills came to, on disk and as a page."""

from __future__ import annotations

from pathlib import Path

from haat.ops.drills.page import page
from haat.ops.drills.programme import DRILLS
from haat.ops.drills.records import keep, kept
from haat.ops.drills.run import Figures, Moment, Report, Slice


def report(drill: str = "web-killed", database: str = "sqlite", mutation: str = "", *reasons: str) -> Report:
    figures = Figures(orders=9, acknowledged=7, failed=2, lost=0, usual_gap=0.1, gap=0.7, seconds=1.2)
    moments = (Moment("the fault", 1.0, "process 7 <of 2> is gone"),)
    return Report(drill, database, mutation, 0, reasons, moments, figures, (Slice(3, 0), Slice(0, 2), Slice(4, 0)))


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    keep(tmp_path / "drills", report())
    assert kept(tmp_path / "drills") == [report()]


def test_the_same_drill_again_takes_the_place_of_the_last_one_and_another_stands_beside_it(tmp_path: Path) -> None:
    for one in (report(), report("web-killed", "sqlite", "", "It was late."), report("web-killed", "mariadb")):
        keep(tmp_path, one)
    assert [(one.database, one.reasons) for one in kept(tmp_path)] == [("mariadb", ()), ("sqlite", ("It was late.",))]


def test_where_nothing_was_drilled_there_are_no_records(tmp_path: Path) -> None:
    assert kept(tmp_path / "nowhere") == []


def test_a_drill_is_right_when_it_passes_and_right_when_it_fails_with_its_answer_broken() -> None:
    assert report().is_as_it_should_be
    assert report("web-killed", "sqlite", "no-supervisor", "It was late.").is_as_it_should_be
    assert not report("web-killed", "sqlite", "", "It was late.").is_as_it_should_be
    assert not report("web-killed", "sqlite", "no-supervisor").is_as_it_should_be


def test_the_page_tells_every_drill_and_takes_nothing_from_elsewhere() -> None:
    text = page([report(), report("web-killed", "sqlite", "no-supervisor", "It was <late>.")], DRILLS)
    assert "2 of 2 came out as they should" in text
    assert "process 7 &lt;of 2&gt; is gone" in text
    assert "It was &lt;late&gt;." in text
    assert not any(word in text for word in ("http://", "https://", "src=", "@import"))


def test_a_record_of_a_drill_that_there_is_no_more_is_left_out() -> None:
    assert "0 of 0 came out" in page([report("long-gone")], DRILLS)
