"""`haat maintenance` and `haat pause`, as an operator types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from haat.cli import codes
from haat.cli.dispatch import dispatch
from haat.config.secrets import ensure_secrets
from haat.ops.maintenance import records
from haat.ops.maintenance.task import tasks_of
from haat.ops.tables import opened

Say = Callable[..., tuple[int, str]]


@pytest.fixture
def say(
    lay_database: Callable[[Path], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    lay_database(tmp_path)
    ensure_secrets(tmp_path)
    (tmp_path / "run").mkdir()

    def one(*words: str) -> tuple[int, str]:
        code = dispatch([*words, "--data", str(tmp_path)])
        out, err = capsys.readouterr()
        return code, out or err

    return one


def tasks(say: Say) -> dict[str, Any]:
    return {one["name"]: one for one in json.loads(say("maintenance", "list", "--json")[1])["tasks"]}


def test_every_task_is_listed_and_nothing_of_a_new_stack_is_due(say: Say, tmp_path: Path) -> None:
    assert {(one["state"], one["known_at"]) for one in tasks(say).values()} == {("waits", None)}
    code, said = say("maintenance", "list")
    assert code == codes.DONE
    assert "The keeper has not looked yet" in said
    with closing(opened(tmp_path / "ops.db")) as store:
        records.get_to_know(store, tasks_of("ecommerce"))
    assert "Nothing is overdue." in say("maintenance", "list")[1]


def test_a_task_is_run_by_hand_and_told_as_done(say: Say) -> None:
    code, said = say("maintenance", "run", "upkeep", "--json")
    assert (code, json.loads(said)["state"]) == (codes.DONE, "done")
    assert tasks(say)["upkeep"]["done"]["said"].endswith("is done")
    assert "upkeep-database" in say("maintenance", "show", "upkeep")[1]


def test_what_a_person_did_is_ticked_with_what_they_saw(say: Say) -> None:
    assert say("maintenance", "tick", "see-errors", "--said", "all quiet")[0] == codes.DONE
    assert tasks(say)["see-errors"]["done"]["said"] == "all quiet"
    assert "all quiet" in say("maintenance", "show", "see-errors")[1]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("maintenance", "run", "see-errors"), "haat maintenance tick see-errors"),
        (("maintenance", "tick", "upkeep"), "haat maintenance run upkeep"),
        (("maintenance", "show", "upkep"), "Did you mean “upkeep”?"),
        (("pause", "begin", "--why", "x", "--for", "8d"), "expected a time from “1m” to “7d”"),
        (("pause", "begin", "--why", ""), "expected a reason"),
        (("pause", "begin"), "--why"),
        (("pause", "end"), "Nothing is paused."),
    ],
)
def test_wrong_words_are_refused_and_explained(say: Say, words: tuple[str, ...], hint: str) -> None:
    code, said = say(*words)
    assert code != codes.DONE
    assert hint in said


def test_a_pause_is_begun_seen_by_health_and_ended(say: Say) -> None:
    assert "Nothing is paused." in say("pause", "show")[1]
    assert say("pause", "begin", "--why", "The provider works on the network", "--for", "3h")[0] == codes.DONE
    assert "The provider works on the network" in say("pause", "show")[1]
    parts = {part["name"]: part for part in json.loads(say("health", "--json")[1])["parts"]}
    assert parts["pause"]["status"] == "attention"
    assert "The provider works on the network" in parts["pause"]["detail"]
    assert say("pause", "end")[0] == codes.DONE
    shown = json.loads(say("pause", "show", "--json")[1])
    assert (shown["paused"], len(shown["pauses"])) == (False, 1)
    parts = {part["name"]: part for part in json.loads(say("health", "--json")[1])["parts"]}
    assert parts["pause"]["status"] == "ok"
