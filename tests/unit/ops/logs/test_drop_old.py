"""Old logs make room, and nothing else goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from haat.config.load import load
from haat.ops.logs.drop_old import DROP_OLD_LOGS
from haat.ops.procedure import Scene
from haat.ops.procedure.journal import Journal
from haat.ops.procedure.run import Runner, plan

KEPT = {"web.log", "worker.log", "notes.log.old", "web.log.gz"}


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    (tmp_path / "logs").mkdir()
    for name in (*KEPT, "web.log.1", "web.log.2", "worker.log.7"):
        (tmp_path / "logs" / name).write_text("A line.\n")
    return Scene(load(tmp_path, {}, {}), {})


def test_what_was_turned_over_goes_and_what_is_written_to_stays(scene: Scene) -> None:
    data = scene.settings.data
    journal = Journal(data / "ops.db")
    run = Runner(journal, data / "ops.lock", lambda *_: None).start(DROP_OLD_LOGS, scene, "ada", "cli")
    journal.close()
    assert run.state == "done"
    assert {file.name for file in (data / "logs").iterdir()} == KEPT


def test_the_plan_names_each_file_and_nothing_is_done_where_there_is_none(scene: Scene) -> None:
    [step] = plan(DROP_OLD_LOGS, scene)
    assert [Path(name).name for name in step.deeds[0].argv[3:]] == ["web.log.1", "web.log.2", "worker.log.7"]
    for name in step.deeds[0].argv[3:]:
        Path(name).unlink()
    assert plan(DROP_OLD_LOGS, scene)[0].already
