"""`haat health`, `ps` and `probe`, as an operator types them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.running import free_port, hear_interrupts

from haat.adapters.processes import lock
from haat.cli import codes
from haat.cli.dispatch import dispatch
from haat.config.secrets import ensure_secrets
from haat.kernel import clock
from haat.ops import running


@pytest.fixture
def data(lay_database: Callable[[Path], None], tmp_path: Path) -> Path:
    lay_database(tmp_path)
    ensure_secrets(tmp_path)
    (tmp_path / "run").mkdir()
    return tmp_path


def say(capsys: pytest.CaptureFixture[str], data: Path, *words: str) -> tuple[int, str]:
    code = dispatch([*words, "--data", str(data)])
    out, err = capsys.readouterr()
    return code, out or err


def test_details_are_asked_only_when_they_are_wanted(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    short = {part["name"] for part in json.loads(say(capsys, data, "health", "--json")[1])["parts"]}
    parts = {part["name"]: part for part in json.loads(say(capsys, data, "health", "--detailed", "--json")[1])["parts"]}
    assert set(parts) - short == {"machine", "space", "processes", "port", "mail", "choices", "maintenance"}
    assert "cores" in parts["machine"]["detail"]
    assert parts["processes"]["status"] == "failed"
    assert parts["mail"]["status"] == "ok"


def test_a_mail_server_that_cannot_be_called_is_a_part_that_failed(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "haat.toml").write_text(f'[mail]\nhost = "127.0.0.1"\nport = {free_port()}\n', "utf-8")
    parts = json.loads(say(capsys, data, "health", "--detailed", "--json")[1])["parts"]
    assert {part["name"]: part["status"] for part in parts}["mail"] == "failed"


def test_it_asks_again_and_again_and_sees_what_has_changed(data: Path) -> None:
    words = [sys.executable, "-m", "haat", "health", "--continuous", "--interval", "1", "--json", "--data", str(data)]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=hear_interrupts
    ) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        (data / "haat.toml").write_text("[web]\nport = 0\n", "utf-8")
        later = [json.loads(process.stdout.readline()) for _ in range(2)][-1]
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(30) == codes.INTERRUPTED
        finally:
            process.kill()
    assert first["at"] < later["at"]
    assert len(first["parts"]) > 1
    assert [part["name"] for part in later["parts"]] == ["settings"]


@pytest.mark.parametrize("interval", ["0", "soon"])
def test_an_interval_is_a_number_of_seconds(data: Path, capsys: pytest.CaptureFixture[str], interval: str) -> None:
    code, said = say(capsys, data, "health", "--interval", interval)
    assert code == codes.WRONG_USAGE
    assert "--interval" in said


def test_the_processes_of_the_stack_are_listed_as_long_as_somebody_keeps_it(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = say(capsys, data, "ps")
    assert code == codes.NOT_SO
    assert "haat up" in said
    handle = lock.take(running.lock_of(data))
    running.tell(data, running.Running(os.getpid(), "http://127.0.0.1:8000", clock.now(), "0.0.9"))
    found = json.loads(say(capsys, data, "ps", "--json")[1])
    assert (found["version"], found["processes"][0]["pid"]) == ("0.0.9", os.getpid())
    assert "is installed now" in say(capsys, data, "ps")[1]
    os.close(handle)
    assert say(capsys, data, "ps", "--json")[0] == codes.NOT_SO


def test_a_probe_says_where_the_way_ends(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = say(capsys, data, "probe", f"http://127.0.0.1:{free_port()}/health")
    assert code == codes.UNAVAILABLE
    assert "cannot be reached" in said
    assert say(capsys, data, "probe", "shop.example")[0] == codes.WRONG_USAGE
