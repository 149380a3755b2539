"""`haat runbook`, as an operator types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from haat.cli import codes
from haat.cli.dispatch import dispatch
from haat.config.address import Address
from haat.config.secrets import ensure_secrets
from haat.kernel.ids import encode
from haat.ops import running
from haat.ops.procedure.journal import Journal
from haat.ops.runbook import PROCEDURES
from haat.store.migrate import migrate


@pytest.fixture
def data(tmp_path: Path) -> str:
    migrate(Address("sqlite", str(tmp_path / "haat.db")))
    ensure_secrets(tmp_path)
    return str(tmp_path)


def say(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = dispatch(["runbook", *words])
    out, err = capsys.readouterr()
    return code, out or err


@pytest.mark.parametrize("name", PROCEDURES)
def test_every_procedure_is_explained_and_well_put_together(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = say(capsys, "show", name)
    assert code == codes.DONE
    assert all(step.title in said for step in PROCEDURES[name].steps)
    assert list(PROCEDURES[name].problems()) == []


def test_a_dry_run_names_every_statement_and_leaves_no_trace(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = say(capsys, "run", "upkeep-database", "--dry-run", "--data", data)
    assert code == codes.DONE
    assert "ANALYZE" in said
    assert not (Path(data) / "ops.db").exists()


def test_a_run_is_told_and_is_in_the_history(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = say(capsys, "run", "upkeep-database", "--json", "--data", data)
    assert code == codes.DONE
    told = json.loads(said)
    assert told["state"] == "done"
    _, history = say(capsys, "history", "--json", "--data", data)
    assert [run["id"] for run in json.loads(history)["runs"]] == [told["id"]]
    assert told["id"] in say(capsys, "history", told["id"], "--data", data)[1]


def test_what_was_done_for_good_is_not_taken_back(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    run = json.loads(say(capsys, "run", "upkeep-database", "--json", "--data", data)[1])["id"]
    for words in (["undo", run], ["undo", run, "--dry-run"]):
        code, said = say(capsys, *words, "--data", data)
        assert code == codes.NOT_SO
        assert "cannot be taken back" in said


def test_a_run_that_was_killed_is_told_as_interrupted(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    journal = Journal(Path(data) / "ops.db")
    run = encode(journal.begin("upkeep-database", {}, "ada", "cli"))
    journal.close()
    for words in (["history"], ["history", run]):
        assert "interrupted" in say(capsys, *words, "--data", data)[1]
    code, said = say(capsys, "resume", run, "--dry-run", "--data", data)
    assert (code, "ANALYZE" in said, "Nothing was done." in said) == (codes.DONE, True, True)
    assert "No step is left." in say(capsys, "undo", run, "--dry-run", "--data", data)[1]
    assert "interrupted" in say(capsys, "history", run, "--data", data)[1]
    code, said = say(capsys, "run", "upkeep-database", "--data", data)
    assert code == codes.NOT_SO
    assert f"haat runbook resume {run}" in said


def test_a_run_that_fails_is_named_with_what_can_be_done_and_whether_the_shop_rests(
    data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (Path(data) / "run").mkdir(exist_ok=True)
    running.hold_of(Path(data)).write_text("A copy takes the place of the database.\n")
    Path(data, "haat.db").unlink()
    code, said = say(capsys, "run", "upkeep-database", "--data", data)
    [run] = json.loads(say(capsys, "history", "--json", "--data", data)[1])["runs"]
    assert code != codes.DONE and run["state"] == "failed"
    said = " ".join(said.split())
    assert f"Run {run['id']} has failed. The shop rests meanwhile." in said
    assert f"`haat runbook resume {run['id']}` goes on." in said


def test_a_run_is_told_step_by_step_as_it_happens_and_its_journal_in_the_words_of_a_person(
    data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dispatch(["runbook", "run", "upkeep-database", "--data", data]) == codes.DONE
    out, err = capsys.readouterr()
    assert out.startswith("Run ") and out.count("\n") == 1
    assert "1/2" in err and "2/2" in err and "{" not in err
    run = out.split()[1]
    told = say(capsys, "history", run, "--data", data)[1]
    assert "ANALYZE" in told and "{" not in told


@pytest.mark.parametrize(
    "words",
    [("history",), ("run", "upkeep-database"), ("run", "upkeep-database", "--dry-run"), ("undo", "0scfacsshxkfy")],
)
def test_where_there_is_no_stack_none_is_begun(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = tmp_path / "nowhere"
    code, said = say(capsys, *words, "--data", str(nowhere))
    assert code == codes.NOT_SO
    assert "There is no stack" in said
    assert not nowhere.exists()


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("run", "upkeep-databse"), "Did you mean “upkeep-database”?"),
        (("run", "end-session"), "session: is missing"),
        (("run", "end-session", "session=zero"), "expected a whole number"),
        (("run", "end-session", "session"), "NAME=VALUE"),
        (("run", "restart-database"), "this stack runs on sqlite"),
        (("run", "upkeep-database", "session=1"), "is not one of its parameters"),
        (("resume", "0scfacsshxkfy"), "There is no run"),
        (("history", "what"), "`haat runbook history` lists them"),
        (("resume", "nope"), "There is no run “nope”."),
    ],
)
def test_wrong_words_are_refused_and_explained(
    words: tuple[str, ...], hint: str, data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = say(capsys, *words, "--data", data)
    assert code != codes.DONE
    assert hint in said
