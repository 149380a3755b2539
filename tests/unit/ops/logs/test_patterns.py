"""What is said most often."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.ops.logs.test_logs import NOON, line, opened, request, write

from haat.kernel import clock
from haat.ops.logs.patterns import Patterns, fold, patterns


def count(folder: Path, level: str = "debug") -> Patterns:
    with opened(folder) as parts:
        return patterns(parts, NOON, NOON + clock.HOUR, level)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Job 17 failed after 3.5 s.", "Job 4711 failed after 12 s."),
        ("Run 0scfacsshxkfy was killed", "Run 0sag8v76x38r6 was killed"),
        ("10.0.0.7:5432 is away", "192.168.1.20:5432 is away"),
        ("No mail to ada@shop.example", "No mail to i.b+c@haat.example"),
        ("a1b2c3d4-0000-4000-8000-0123456789ab is gone", "ffb2c3d4-0000-4000-8000-0123456789ab is gone"),
    ],
)
def test_messages_that_differ_in_numbers_and_ids_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert fold(one) != fold("Nothing of this kind")


def test_the_commonest_come_first_beside_the_span_before(tmp_path: Path) -> None:
    write(tmp_path, "web.log", *(line(NOON - 1000 + at, f"Job {at} failed.", "error") for at in range(3)))
    write(
        tmp_path, "web.log", *(line(NOON + at, f"Job {at} failed.", "error", request_id=f"r-{at}") for at in range(5))
    )
    write(tmp_path, "web.log", line(NOON + 9, "Once."), line(NOON + 2 * clock.HOUR, "Later."))
    [often, once] = count(tmp_path).patterns
    assert (often.said, often.count, often.before, often.level) == ("Job # failed.", 5, 3, "error")
    assert (often.first_at, often.last_at, often.request_id) == (NOON, NOON + 4, "r-4")
    assert (once.said, once.count, once.before) == ("Once.", 1, 0)


def test_requests_are_grouped_by_route_and_those_that_went_well_only_counted(tmp_path: Path) -> None:
    write(tmp_path, "web.log", *(request(NOON + at, 200) for at in range(7)), request(NOON, 404), request(NOON, 500))
    found = count(tmp_path)
    assert sorted((one.said, one.level) for one in found.patterns) == [
        ("GET /cart 404", "warning"),
        ("GET /cart 500", "error"),
    ]
    assert found.answered == 7
    assert [one.said for one in count(tmp_path, "error").patterns] == ["GET /cart 500"]


def test_a_page_that_there_is_not_is_named_by_its_path(tmp_path: Path) -> None:
    nowhere = [line(NOON, "request", method="GET", path=f"/old/{at}.php", route="", status=404) for at in range(3)]
    write(tmp_path, "web.log", *nowhere)
    assert [(one.said, one.count) for one in count(tmp_path).patterns] == [("GET /old/# 404", 3)]


def test_who_asks_most_is_named_with_what_was_refused(tmp_path: Path) -> None:
    write(tmp_path, "web.log", *(request(NOON + at, 200 if at else 401) for at in range(4)))
    assert [one._asdict() for one in count(tmp_path).callers] == [
        {"address": "203.0.113.7", "requests": 4, "refused": 1}
    ]


def test_the_cause_of_an_error_tells_it_from_another(tmp_path: Path) -> None:
    for number, cause in enumerate(["KeyError: 'a'", "ValueError: 12", "ValueError: 13"]):
        write(tmp_path, "worker.log", line(NOON + number, "It failed.", "error", traceback=f"Traceback\n  x\n{cause}"))
    assert [(one.said, one.count) for one in count(tmp_path).patterns] == [
        ("It failed. (ValueError: #)", 2),
        ("It failed. (KeyError: 'a')", 1),
    ]


def test_the_last_words_of_a_crash_are_counted_under_the_time_before_them(tmp_path: Path) -> None:
    write(tmp_path, "web.log", line(NOON, "alive"), b"Fatal error 7\n", b'{"cut', b"\n", b'{"at": 1, "event": "odd"}\n')
    assert {one.said for one in count(tmp_path, "error").patterns} == {"Fatal error #", '{"cut'}
