"""What drills came to, on disk and as a page."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from haat.ops.drills.drill import Answer, Budget, Mutation, by_itself
from haat.ops.drills.page import page
from haat.ops.drills.programme import DRILLS
from haat.ops.drills.records import keep, kept
from haat.ops.drills.run import Figures, Moment, Report, Slice, _Performance
from haat.ops.drills.stage import Stage
from haat.ops.procedure import Finding


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


@pytest.mark.parametrize(("before", "is_hollow"), [(None, True), (by_itself, False)])
def test_one_that_failed_of_a_fault_that_did_not_take_is_wrong_unless_something_was_broken_before(
    before: Answer | None, is_hollow: bool
) -> None:
    harmless = DRILLS["web-killed"]._replace(fault=nothing, verify=nothing, budget=Budget(1.0, 0, 1.0, 0.0))
    broken = Mutation("broken", "", by_itself, before)
    performance = _Performance(harmless, broken, None, print)  # type: ignore[arg-type]  # Nothing is done to a stack.
    performance._break()
    performance._mend()
    assert performance._reasons[0] == "The fault did not take: nothing happened."
    assert performance._is_hollow == is_hollow
    failed = report("web-killed", "sqlite", "broken", *performance._reasons)
    assert msgspec.structs.replace(failed, is_hollow=performance._is_hollow).is_as_it_should_be != is_hollow


def nothing(stage: Stage) -> Finding:
    return Finding(False, "nothing happened")


def test_the_page_tells_every_drill_and_takes_nothing_from_elsewhere() -> None:
    text = page([report(), report("web-killed", "sqlite", "no-supervisor", "It was <late>.")], DRILLS)
    assert "2 of 2 came out as they should" in text
    assert "process 7 &lt;of 2&gt; is gone" in text
    assert "It was &lt;late&gt;." in text
    assert not any(word in text for word in ("http://", "https://", "src=", "@import"))


def test_a_record_of_a_drill_that_there_is_no_more_is_left_out() -> None:
    assert "0 of 0 came out" in page([report("long-gone")], DRILLS)
