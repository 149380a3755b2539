"""`haat operators`, as somebody types it who has the machine and nothing else that works."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.browser import Browser
from tests.support.operator import fields_of

from haat.cli import codes
from haat.cli.dispatch import dispatch
from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.console.console import Console


@pytest.fixture
def data(tmp_path: Path) -> str:
    ensure_secrets(tmp_path)
    return str(tmp_path)


def say(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = dispatch(["operators", *words])
    out, err = capsys.readouterr()
    return code, out or err


def may_come_in(data: str, said: str, name: str) -> bool:
    console = Console(load(Path(data), {}, {}))
    try:
        return Browser(console).post("/sign-in", **fields_of(json.loads(said), name)).status == 303
    finally:
        console.desk.close()


def test_keys_are_shown_once_and_open_the_console_until_there_are_new_ones_or_they_are_taken_back(
    data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Nobody may sign in" in say(capsys, "list", "--data", data)[1]
    code, first = say(capsys, "add", "ada", "--role", "operate", "--json", "--data", data)
    assert code == codes.DONE
    assert may_come_in(data, first, "ada")
    _, second = say(capsys, "new-password", "ada", "--json", "--data", data)
    assert not may_come_in(data, first, "ada")
    assert may_come_in(data, second, "ada")
    _, listed = say(capsys, "list", "--json", "--data", data)
    assert [(one["name"], one["role"]) for one in json.loads(listed)["operators"]] == [("ada", "operate")]
    assert json.loads(second)["password"] not in listed
    assert say(capsys, "remove", "ada", "--data", data)[0] == codes.DONE
    assert not may_come_in(data, second, "ada")


def test_who_errs_is_told_what_to_type(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = say(capsys, "add", "ada", "--role", "root", "--data", data)
    assert code == codes.WRONG_USAGE
    assert "“view”, “operate”, “administer”" in said
    say(capsys, "add", "ada", "--role", "view", "--data", data)
    code, said = say(capsys, "add", "ada", "--role", "view", "--data", data)
    assert code == codes.NOT_SO
    assert "haat operators new-password ada" in said
    assert "Did you mean “ada”?" in say(capsys, "remove", "adda", "--data", data)[1]
