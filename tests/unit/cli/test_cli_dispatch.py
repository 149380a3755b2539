"""Words become a command, or an error that says what was probably meant; exit codes tell scripts what came of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from haat.cli import codes, main

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HAAT_DATA", raising=False)


@pytest.mark.parametrize(
    ("words", "meant"),
    [(["helth"], "haat health"), (["config", "shwo"], "haat config show"), (["job", "dead"], "haat jobs")],
)
def test_a_misspelt_command_is_answered_with_the_nearest_one(words: list[str], meant: str, capsys: Captured) -> None:
    assert main(words) == codes.WRONG_USAGE
    assert f"Did you mean `{meant}`?" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["xylophone"],
        ["--data", "x", "health"],
        ["health", "--loud"],
        ["health", "now"],
        ["listings", "import"],
        ["listings", "import", "x.csv"],
        ["accounts", "appoint"],
        ["up", "--port"],
        ["config", "show", "--dat", "x"],
    ],
)
def test_words_that_are_not_understood_are_wrong_usage(words: list[str], capsys: Captured) -> None:
    assert main(words) == codes.WRONG_USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("haat: ")
    assert "--help` " in said.err


def test_a_value_that_is_taken_for_an_option_is_answered_with_what_was_expected(capsys: Captured) -> None:
    assert main(["backup", "restore", "--into", "x", "--to", "-5m"]) == codes.WRONG_USAGE
    said = capsys.readouterr().err
    assert "--to needs a value." in said
    assert "begins with a dash" in said
    assert "15m (that long ago)" in said


def test_an_error_is_json_where_json_was_asked_for(capsys: Captured) -> None:
    assert main(["truth", "--data", "nowhere", "--json"]) == codes.NOT_SO
    said = capsys.readouterr()
    assert said.out == ""
    error = json.loads(said.err)["error"]
    assert error["code"] == "not_found"
    assert set(error) == {"code", "what", "why", "try"}


def test_wrong_settings_have_a_code_of_their_own(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("HAAT_WEB__PORT", "eighty")
    assert main(["config", "check"]) == codes.WRONG_SETTINGS
    assert "web.port" in capsys.readouterr().err


def test_the_folder_of_the_stack_is_that_of_the_option_before_that_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured, tmp_path: Path
) -> None:
    def folder(*words: str) -> str:
        main(["config", "check", "--json", *words])
        return str(json.loads(capsys.readouterr().out)["data"])

    assert folder() == str(tmp_path / "data")
    monkeypatch.setenv("HAAT_DATA", str(tmp_path / "named"))
    assert folder() == str(tmp_path / "named")
    assert folder("--data", "given") == str(tmp_path / "given")


def test_a_reader_that_has_gone_is_no_error() -> None:
    words = [sys.executable, "-c", "import sys; from haat.cli import main; sys.exit(main(['config', 'example']))"]
    source, sink = os.pipe()
    os.close(source)
    with os.fdopen(sink, "w") as gone:
        ended = subprocess.run(words, stdout=gone, stderr=subprocess.PIPE)
    assert ended.returncode == codes.DONE
    assert ended.stderr == b""


def test_what_nobody_foresaw_comes_with_its_traceback(capsys: Captured) -> None:
    assert main(["config", "check", "--data", "no file\0can have this name"]) == codes.BROKEN
    said = capsys.readouterr().err
    assert said.startswith("Traceback")
    assert "haat: Haat itself failed." in said
