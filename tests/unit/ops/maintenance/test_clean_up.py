"""Cleaning up: exactly what nobody needs goes, whenever it is killed, and nothing that somebody began to need meanwhile."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Set
from pathlib import Path

import pytest

from haat.adapters.processes.log_file import LogFile
from haat.config.load import load
from haat.kernel import faults
from haat.kernel.errors import Refused, Unavailable
from haat.ops.drills import small_disk
from haat.ops.maintenance.clean_up import CLEAN_UP, set_aside, waste
from haat.ops.procedure import Removal, Renaming, Scene
from haat.ops.procedure.journal import Journal, Run
from haat.ops.procedure.run import Runner, plan

OLD, YOUNG = 40 * 86_400, 86_400 // 2  # seconds
USED, UNUSED, JUST_SENT = "aa" + "1" * 62, "aa" + "2" * 62, "aa" + "3" * 62
EVENTS = ("intended", "acted", "verified")
POINTS = [
    *(f"{side}.{event}.{step}" for step in (0, 2) for event in EVENTS for side in ("before", "after")),
    "after.already.1",
    *(f"deed.{number}" for number in range(10)),
]


def lay(path: Path, age: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * 10)
    os.utime(path, (time.time() - age,) * 2)
    return path


class Folder:
    """A stack with waste in every place, and beside each what must stay."""

    def __init__(self, data: Path) -> None:
        self.data, self.temporary = data, data / "tmp"
        self.temporary.mkdir()
        self.in_use: Set[str] = {USED}
        self.scene = Scene(load(data, {}, {}), {"days": 30}, lambda: self.in_use)
        self.going = [
            lay(data / "logs" / "web.log.2", OLD),
            lay(data / "logs" / "worker.log.9", YOUNG),  # More than logs.keep.
            lay(data / "media" / "aa" / f"{UNUSED}.original", OLD),
            lay(data / "media" / "aa" / f"{UNUSED}-640.webp", OLD),
            lay(data / "evidence" / "aa" / f"{UNUSED}.original", OLD),
            lay(data / "media" / "aa" / f".{USED}-640.webp.01234567", OLD),
            lay(data / "run" / ".up.json", OLD),
            lay(data / "profiles" / "web-4711-20260101-000000.html", OLD),
            lay(self.temporary / "haat-drill-abcd1234" / "up.log", OLD).parent,
        ]
        self.going.append(lay(data / "media" / "aa" / ".bringing-abcd1234" / f"{USED}.original", OLD).parent)
        for folder in self.going[-2:]:
            os.utime(folder, (time.time() - OLD,) * 2)
        self.staying = [
            lay(data / "logs" / "web.log", OLD),
            lay(data / "logs" / "web.log.1", OLD),
            lay(data / "logs" / "web.log.3", YOUNG),
            lay(data / "logs" / "notes.txt", OLD),
            lay(data / "media" / "aa" / f"{USED}.original", OLD),
            lay(data / "media" / "aa" / f"{USED}-640.webp", OLD),
            lay(data / "media" / "aa" / f"{JUST_SENT}.original", YOUNG),
            lay(data / "media" / "aa" / "cover.psd", OLD),
            lay(data / "run" / ".up.json.unused.txt", OLD),
            lay(self.temporary / ".somebody-elses.unused", OLD),
            lay(self.temporary / "haat-drill-of-somebody.txt", OLD),
        ]

    def runner(self, journal: Journal) -> Runner:
        return Runner(journal, self.data / "ops.lock", lambda *_: None)

    def run(self) -> Run:
        journal = Journal(self.data / "ops.db")
        try:
            return self.runner(journal).start(CLEAN_UP, self.scene, "ada", "cli")
        finally:
            journal.close()

    def assert_clean(self) -> None:
        assert [path for path in self.going if path.exists()] == []
        assert set_aside(self.scene) == []
        self.assert_whole()

    def assert_whole(self) -> None:
        assert [path for path in self.staying if not path.exists()] == []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    folder = Folder(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(folder.temporary))
    return folder


def test_what_nobody_needs_goes_and_nothing_else(folder: Folder) -> None:
    assert sorted(one.path for one in waste(folder.scene)) == sorted(folder.going)
    assert folder.run().state == "done"
    folder.assert_clean()


def test_a_plan_names_every_file_with_its_bytes_and_touches_none(folder: Folder) -> None:
    first, _, last = plan(CLEAN_UP, folder.scene)
    renamed = {deed.path for deed in first.deeds if isinstance(deed, Renaming)}
    assert renamed == {str(path) for path in folder.going}
    assert len([deed for deed in last.deeds if isinstance(deed, Removal)]) == len(folder.going)
    assert "for good" in last.undo or "cannot be undone" in last.undo
    assert all("(10 bytes)" in str(deed) for deed in first.deeds)
    assert all(path.exists() for path in folder.going)


def test_a_second_run_has_nothing_to_do(folder: Folder) -> None:
    folder.run()
    assert folder.run().evidence["ms"] == 0


def test_what_somebody_begins_to_need_while_it_is_set_aside_is_given_back(folder: Folder) -> None:
    original, shown = (folder.data / "media" / "aa" / f"{UNUSED}{end}" for end in (".original", "-640.webp"))
    # Somebody begins to show the picture just when it has been set aside.
    in_use = lambda: {USED} if original.exists() else {USED, UNUSED}  # noqa: E731
    folder.scene = folder.scene._replace(pictures_in_use=in_use)
    assert folder.run().state == "done"
    assert original.exists() and shown.exists()
    assert set_aside(folder.scene) == []
    folder.assert_whole()


def test_a_picture_that_was_sent_again_before_it_was_set_aside_is_given_back(folder: Folder) -> None:
    fresh = folder.data / "media" / "aa" / f"{UNUSED}.original"
    fresh.rename(fresh.with_name(f".{fresh.name}.unused"))
    os.utime(fresh.with_name(f".{fresh.name}.unused"))
    assert folder.run().state == "done"
    assert fresh.exists()


def test_a_young_part_that_took_the_name_of_an_old_one_when_the_log_was_turned_over_is_given_back(
    folder: Folder,
) -> None:
    logs, keep = folder.data / "logs", folder.scene.settings.logs.keep
    (logs / "web.log.2").unlink()
    lay(logs / "web.log.1", YOUNG)
    lay(logs / f"web.log.{keep}", OLD)
    lay(logs / f"web.log.{keep - 1}", YOUNG).write_bytes(b"young")
    looks = []

    def turn_when_listed() -> Set[str]:
        """The shop is asked when all logs are listed; the second list is of what is set aside then."""
        looks.append(1)
        if len(looks) == 2:
            turn(folder)
        return folder.in_use

    folder.scene = folder.scene._replace(pictures_in_use=turn_when_listed)
    assert folder.run().state == "done"
    assert (logs / f"web.log.{keep}").read_bytes() == b"young"


def test_what_is_taken_back_replaces_no_part_that_has_its_name_by_now(folder: Folder) -> None:
    die(folder, "after.verified.0")
    (folder.data / "logs" / "web.log.1").write_bytes(b"newer")
    turn(folder)
    journal = Journal(folder.data / "ops.db")
    [run] = journal.newest(5)
    assert folder.runner(journal).undo(run, CLEAN_UP, folder.scene, "ada", "cli").state == "undone"
    journal.close()
    assert (folder.data / "logs" / "web.log.2").read_bytes() == b"newer"
    assert [path.name for path in (folder.data / "logs").glob(".*")] == [".web.log.2.unused"]
    for _ in range(2):  # What is aside goes first, and what would have its name then the next time.
        folder.run()
    assert set_aside(folder.scene) == waste(folder.scene) == []


def turn(folder: Folder) -> None:
    log = LogFile(folder.data / "logs" / "web.log", max_size=1, keep=folder.scene.settings.logs.keep)
    for _ in range(2):  # It is turned over with the first line that it has no room for.
        log.write(b"a line\n")
    log.close()


def test_a_folder_of_a_drill_in_which_a_disk_is_still_mounted_is_left(folder: Folder) -> None:
    if why := small_disk.why_not():
        pytest.skip(why)
    busy = folder.temporary / "haat-drill-busy0000"
    (busy / "stack").mkdir(parents=True)
    os.utime(busy, (time.time() - OLD,) * 2)
    small_disk.mount(busy / "stack", 1_000_000)
    try:
        assert folder.run().state == "done"
        folder.assert_clean()
        assert busy.exists()
    finally:
        small_disk.unmount(busy / "stack")
    folder.run()
    assert not busy.exists()


def test_a_shop_that_cannot_be_asked_has_nothing_thrown_away(folder: Folder) -> None:
    def dead() -> Set[str]:
        raise Unavailable("The database does not answer.")

    folder.scene = folder.scene._replace(pictures_in_use=dead)
    with pytest.raises(Unavailable):
        folder.run()
    assert all(path.exists() for path in folder.going)


def test_thrown_away_it_is_not_taken_back(folder: Folder) -> None:
    run = folder.run()
    journal = Journal(folder.data / "ops.db")
    with pytest.raises(Refused, match="cannot be taken back"):
        folder.runner(journal).undo(run, CLEAN_UP, folder.scene, "ada", "cli")
    journal.close()


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_boundary_it_goes_on_and_nothing_else_is_touched(folder: Folder, point: str) -> None:
    die(folder, point)
    folder.assert_whole()
    journal = Journal(folder.data / "ops.db")
    [run] = journal.newest(5)
    if run.state != "done":
        assert folder.runner(journal).resume(run, CLEAN_UP, folder.scene, "ada", "cli").state == "done"
    journal.close()
    folder.assert_clean()


@pytest.mark.parametrize("point", ["after.intended.0", "deed.3", "after.verified.0", "after.already.1"])
def test_killed_before_anything_was_thrown_away_all_of_it_can_be_had_back(folder: Folder, point: str) -> None:
    die(folder, point)
    journal = Journal(folder.data / "ops.db")
    [run] = journal.newest(5)
    assert folder.runner(journal).undo(run, CLEAN_UP, folder.scene, "ada", "cli").state == "undone"
    journal.close()
    assert [path for path in folder.going if not path.exists()] == []
    folder.assert_whole()


def die(folder: Folder, point: str) -> None:
    """Clean up in a process of its own, which is killed at this point."""
    pid = os.fork()
    if pid == 0:
        faults._POINT, faults._MARKER = point, str(folder.data / "died")
        try:
            folder.run()
        finally:
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
