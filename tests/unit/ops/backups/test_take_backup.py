"""What the keeper does by itself: a set is taken, restored, and old ones go; a set that is no good is no success."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.kernel.errors import Unavailable
from haat.ops import running
from haat.ops.backups import take_backup
from haat.ops.backups.take_backup import TAKE_BACKUP
from haat.ops.procedure import Scene
from haat.ops.procedure.journal import Journal, Run
from haat.ops.procedure.run import Runner

pytestmark = pytest.mark.only_on("sqlite", "how a set is taken of others is tested beside their servers")


@pytest.fixture
def data(lay_database: Callable[[Path], None], tmp_path: Path) -> Path:
    folder = tmp_path / "stack"
    folder.mkdir()
    lay_database(folder)
    ensure_secrets(folder)
    return folder


def run(data: Path) -> Run:
    settings = load(data, {}, {})
    journal = Journal(running.memory_of(data))
    try:
        runner = Runner(journal, running.operations_lock_of(data), lambda *_: None)
        return runner.start(TAKE_BACKUP, Scene(settings, {}), "keeper", "schedule")
    finally:
        journal.close()


def status(data: Path) -> dict[str, Any]:
    argv = [sys.executable, "-m", "haat", "backup", "status", "--json", "--data", str(data)]
    said: dict[str, Any] = json.loads(subprocess.run(argv, capture_output=True, check=False).stdout)
    return said


def test_a_run_is_done_when_there_is_a_new_set_that_was_restored(data: Path) -> None:
    assert run(data).state == "done"
    first = status(data)
    assert first["good"] is True
    assert run(data).state == "done"
    assert status(data)["newest"]["id"] != first["newest"]["id"]


def test_a_run_fails_where_no_set_can_be_taken(data: Path) -> None:
    (data / "backups").write_text("no folder")
    with pytest.raises(Unavailable):
        run(data)


def test_a_repository_that_does_not_answer_in_time_is_one_of_which_nothing_is_known(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take_backup, "_PATIENCE", 0.001)
    scene = Scene(load(data, {}, {}), {})
    assert [step.verify(scene).holds for step in TAKE_BACKUP.steps] == [False, False]
