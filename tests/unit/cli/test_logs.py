"""`haat logs`, as an operator types it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.running import hear_interrupts
from tests.unit.ops.logs.test_logs import NOON, line, request, write

from haat.cli import codes
from haat.cli.dispatch import dispatch
from haat.kernel import clock


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    write(tmp_path / "logs", "web.log", line(NOON, "One thing", request_id="a-1"), request(NOON + 1000, 500))
    return tmp_path


def say(capsys: pytest.CaptureFixture[str], data: Path, *words: str) -> tuple[int, str]:
    code = dispatch(["logs", *words, "--data", str(data)])
    out, err = capsys.readouterr()
    return code, out or err


def test_a_request_is_told_to_people_and_to_programs(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = say(capsys, data, "read", "--request", "a-1")
    assert code == codes.DONE
    assert "2026-05-28 20:26:40.000  web     info     One thing  a-1" in said
    [found] = json.loads(say(capsys, data, "read", "--request", "a-1", "--json")[1])["lines"]
    assert (found["part"], found["at"], found["fields"]["event"]) == ("web", NOON, "One thing")


def test_it_works_where_the_settings_are_wrong(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "haat.toml").write_text("this is = not = toml", "utf-8")
    assert "GET /cart 500" in say(capsys, data, "read", "--level", "error")[1]


def test_nothing_found_is_said(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert say(capsys, data, "read", "--text", "absent") == (codes.DONE, "Nothing was found.\n")


def test_that_there_is_more_is_said(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--most" in say(capsys, data, "read", "--most", "1")[1]


def test_patterns_are_told_for_the_hour_before_the_end(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    until = clock.as_datetime(NOON + clock.MINUTE).isoformat()
    said = say(capsys, data, "patterns", "--until", until)[1]
    assert "GET /cart 500" in said
    assert "203.0.113.7" in said
    assert json.loads(say(capsys, data, "patterns", "--until", until, "--json")[1])["patterns"][0]["count"] == 1


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("read", "--level", "eror"), "Did you mean “error”?"),
        (("read", "--since", "yesterday"), "expected a moment like"),
        (("read", "--since", "25:99"), "expected a moment like"),
        (("read", "--since", "1h", "--until", "2h"), "later than the end"),
        (("patterns", "--until", "2026-13-01"), "--until"),
        (("read", "--most", "0"), "a whole number from 1"),
        (("read", "wbe"), "Did you mean “web”?"),
    ],
)
def test_wrong_words_are_refused_and_explained(
    words: tuple[str, ...], hint: str, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = say(capsys, data, *words)
    assert code == codes.WRONG_USAGE
    assert hint in said


def test_where_nothing_was_logged_it_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = say(capsys, tmp_path, "read")
    assert code == codes.NOT_SO
    assert "There are no logs" in said


def test_following_tells_each_line_as_it_comes_until_it_is_interrupted(data: Path) -> None:
    words = [sys.executable, "-m", "haat", "logs", "read", "--follow", "--json", "--data", str(data)]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=hear_interrupts
    ) as process:
        assert process.stdout is not None
        assert [json.loads(process.stdout.readline())["at"] for _ in range(2)] == [NOON, NOON + 1000]
        write(data / "logs", "worker.log", line(NOON, "News"))
        assert json.loads(process.stdout.readline())["said"] == "News"
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(30) == codes.INTERRUPTED
        finally:
            process.kill()
