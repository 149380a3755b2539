"""What the keeper does by itself: a set is taken, restored, and old ones go; a set that is no good is no success."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.kernel import faults
from haat.kernel.errors import Unavailable
from haat.ops import running
from haat.ops.backups import take_backup
from haat.ops.backups.take_backup import TAKE_BACKUP
from haat.ops.procedure import Procedure, Scene
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
    return journalled(data, lambda runner, _: runner.start(*whose(data)))


def whose(data: Path) -> tuple[Procedure, Scene, str, str]:
    return TAKE_BACKUP, Scene(load(data, {}, {}), {}), "keeper", "schedule"


def journalled(data: Path, work: Callable[[Runner, Journal], Run]) -> Run:
    with closing(Journal(running.memory_of(data))) as journal:
        return work(Runner(journal, running.operations_lock_of(data), lambda *_: None), journal)


def status(data: Path) -> dict[str, Any]:
    return told(data, "status")


def told(data: Path, *words: str) -> dict[str, Any]:
    argv = [sys.executable, "-m", "haat", "backup", *words, "--json", "--data", str(data)]
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


@pytest.mark.parametrize("point", ["deed.0", "before.acted.0", "after.verified.0"])
def test_killed_before_the_set_is_taken_or_after_it_goes_on_to_one_set_that_was_restored(
    data: Path, point: str
) -> None:
    pid = os.fork()
    if pid == 0:
        faults.die_at(point, str(data.parent / "died"))
        try:
            run(data)
        finally:
            os._exit(1)
    assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGKILL
    is_resumed_to_one_set(data)


def test_a_set_that_is_killed_while_it_is_taken_is_taken_when_the_run_goes_on(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as only:
        only.setenv("HAAT_FAULT", f"backup.pieces:{data.parent / 'died'}")
        with pytest.raises(Unavailable):
            run(data)
    assert (data.parent / "died").exists()
    is_resumed_to_one_set(data)


def is_resumed_to_one_set(data: Path) -> None:
    done = journalled(data, lambda runner, journal: runner.resume(journal.newest(1)[0], *whose(data)))
    assert done.state == "done"
    assert len(told(data, "list")["sets"]) == 1
    assert status(data)["good"] is True
