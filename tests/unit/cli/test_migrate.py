"""A release that comes in by two steps, as its operator sees it between them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from haat.app import App
from haat.cli import codes, health
from haat.cli.dispatch import dispatch
from haat.cli.making import Plan, is_made
from haat.config.address import Address
from haat.config.secrets import ensure_secrets
from haat.store.migrate import migrate_before, revisions


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stack whose last migration is one for after the new code, and is still to be run."""
    *before, last = revisions()
    monkeypatch.setattr("haat.store.migrate.revisions", lambda: [*before, last._replace(kind="post")])
    versions = tmp_path / "versions"
    shutil.copytree(health._VERSIONS, versions)
    late = next(versions.glob(f"{last.number}_*"))
    late.rename(versions / f"{last.number}_post_{last.name}.py")
    monkeypatch.setattr(health, "_VERSIONS", versions)
    data = tmp_path / "data"
    data.mkdir()
    ensure_secrets(data)
    migrate_before(Address("sqlite", str(data / "haat.db")))
    return data


def test_status_says_what_is_left_and_when_it_goes(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["migrate", "status", "--data", str(data)]) == codes.DONE
    assert f"{revisions()[-1].number}  after it" in capsys.readouterr().out


def test_health_asks_for_attention_while_something_is_left(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dispatch(["health", "--json", "--data", str(data)])
    parts = {part["name"]: part for part in json.loads(capsys.readouterr().out)["parts"]}
    assert parts["database"]["status"] == "attention"
    assert "haat migrate after" in parts["database"]["try"]


def test_a_start_leaves_it_and_commands_run(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert is_made(App.of(data, {}), Plan("demo", is_done=True))
    assert dispatch(["jobs", "dead", "--data", str(data)]) == codes.DONE


def test_after_makes_the_rest_and_nothing_is_left(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert dispatch(["migrate", "after", "--data", str(data)]) == codes.DONE
    assert capsys.readouterr().out.splitlines() == [f"Done: {revisions()[-1].number}.", "There was nothing to do."]
