"""`haat drill`: what cannot be carried out is never green."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from haat.cli import codes
from haat.cli.dispatch import dispatch
from haat.ops.drills import programme, servers
from haat.ops.drills.web_killed import WEB_KILLED


@pytest.fixture(autouse=True)
def _only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is one drill, and not on this machine."""
    impossible = WEB_KILLED._replace(why_not=lambda: "it is Sunday")
    monkeypatch.setattr(programme, "DRILLS", {impossible.name: impossible})


def test_a_drill_that_is_asked_for_and_cannot_be_carried_out_is_refused_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dispatch(["drill", "run", "web-killed", "--data", str(tmp_path)]) == codes.UNAVAILABLE
    assert "it is Sunday" in capsys.readouterr().err


def test_one_of_many_is_left_out_with_the_reason_and_where_none_is_left_nothing_is_proved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["drill", "run", "--all", "--data", str(tmp_path)]
    assert dispatch(words) == codes.NOT_SO
    said = capsys.readouterr().out
    assert "none  web-killed was left out: it is Sunday." in said
    assert "✓" not in said
    assert dispatch([*words, "--json"]) == codes.NOT_SO
    assert json.loads(capsys.readouterr().out) == {
        "drills": [],
        "left_out": [{"drill": "web-killed", "database": "", "why": "it is Sunday"}],
    }


def test_a_database_and_a_cache_that_the_machine_lacks_are_named_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(servers, "is_installed", lambda kind: False)
    cached = WEB_KILLED._replace(name="cached", has_cache=True, databases=("sqlite",))
    monkeypatch.setitem(programme.DRILLS, "cached", cached)
    monkeypatch.setitem(programme.DRILLS, "web-killed", WEB_KILLED._replace(databases=("postgresql", "mariadb")))
    words = ["drill", "run", "--all", "--data", str(tmp_path)]
    assert dispatch(words) == codes.NOT_SO
    said = capsys.readouterr().out
    for database in ("postgresql", "mariadb"):
        assert f"web-killed on {database} was left out: this machine has no {database}." in said
    assert "cached was left out: this machine has no redis." in said
    dispatch([*words, "--database", "mariadb", "--json"])
    assert json.loads(capsys.readouterr().out)["left_out"] == [
        {"drill": "web-killed", "database": "mariadb", "why": "this machine has no mariadb"}
    ]
