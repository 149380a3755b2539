"""A stack whose database is gone makes no new one in its place, and says what brings the old one back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.support.databases import Databases, lay

from haat.app import App
from haat.cli import codes
from haat.cli.dispatch import dispatch
from haat.cli.making import Plan, is_made
from haat.config.secrets import ensure_secrets
from haat.kernel.errors import Refused
from haat.store.migrate import current


@pytest.fixture(params=["empty", "dropped"])
def data(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Path:
    """A stack that was made, and whose database is empty, or not on its server any more."""
    ensure_secrets(tmp_path)
    (tmp_path / "stack.json").write_text('{"goods": "demo", "is_done": true}', "utf-8")
    if databases.kind != "sqlite":
        there = databases.bare()
        lay(there if request.param == "empty" else there._replace(database="dropped"), tmp_path)
    elif request.param == "dropped":
        pytest.skip("a file that is not there is the only one that is empty")
    return tmp_path


@pytest.mark.parametrize("words", [["migrate", "before"], ["migrate", "after"], ["jobs", "dead"], ["truth"]])
def test_every_command_says_what_brings_it_back_and_makes_none(
    data: Path, words: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert dispatch([*words, "--data", str(data)]) == codes.NOT_SO
    said = " ".join(capsys.readouterr().err.split())
    assert "The database of this stack is gone." in said
    assert "recover-database" in said
    assert not (data / "haat.db").exists()


@pytest.mark.parametrize("is_there", [False, True])
def test_a_start_is_refused_and_puts_no_new_shop_in_its_place(data: Path, is_there: bool) -> None:
    app = App.of(data, {})
    if is_there and app.settings.database.kind == "sqlite":
        (data / "haat.db").touch()
    with pytest.raises(Refused, match="is gone"):
        is_made(app, Plan("demo", is_done=True))
    assert (data / "haat.db").exists() == (is_there and app.settings.database.kind == "sqlite")


@pytest.mark.parametrize("data", ["empty"], indirect=True)
def test_a_first_start_that_was_cut_off_is_finished(data: Path) -> None:
    (data / "stack.json").write_text('{"goods": "demo", "is_done": false}', "utf-8")
    app = App.of(data, {})
    assert not is_made(app, Plan("demo", is_done=False))
    assert dispatch(["migrate", "after", "--data", str(data)]) == codes.DONE
    assert current(app.settings.database) is not None


def test_what_brings_it_back_can_be_run_without_it(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["runbook", "run", "recover-database", "--dry-run", "--data", str(data)]) == codes.DONE
    assert "backup restore --beside" in capsys.readouterr().out
    assert not (data / "haat.db").exists()
