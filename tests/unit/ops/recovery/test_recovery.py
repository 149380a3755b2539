"""Recoveries say what they would do, and are refused where there is nothing to recover."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from haat.adapters.files.shelf import FolderShelf
from haat.config.kinds import Unfit
from haat.config.load import load
from haat.kernel import clock, ids
from haat.kernel.errors import Refused
from haat.ops import running
from haat.ops.backups.engines.sqlite import SQLite
from haat.ops.backups.gather import gathered
from haat.ops.backups.repository import opened_or_made
from haat.ops.backups.swap import Ready, Swap
from haat.ops.backups.take import Stack, take
from haat.ops.procedure import Scene, Start
from haat.ops.procedure.hands import do
from haat.ops.procedure.run import plan
from haat.ops.recovery import steps
from haat.ops.recovery.recover_database import RECOVER_DATABASE, is_lost, looked_at_by, what_is_wrong
from haat.ops.recovery.recover_machine import RECOVER_MACHINE
from haat.ops.recovery.recover_media import RECOVER_MEDIA
from haat.ops.recovery.recover_to_time import RECOVER_TO_TIME


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "haat.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE things (content BLOB)")
        connection.executemany("INSERT INTO things VALUES (randomblob(3000))", [()] * 200)
    return tmp_path


def scene(data: Path, **given: str) -> Scene:
    procedure = {"to": RECOVER_TO_TIME, "into": RECOVER_MACHINE, "path": RECOVER_MEDIA}.get(next(iter(given), ""))
    return Scene(load(data, {}, {}), procedure.read(given) if procedure else {})


def test_a_database_that_is_sound_is_not_replaced(data: Path) -> None:
    with pytest.raises(Refused) as raised:
        is_lost(scene(data))
    assert "recover-to-time" in raised.value.try_


def test_it_is_said_what_is_wrong_with_a_database(data: Path) -> None:
    file = data / "haat.db"
    with file.open("r+b") as out:
        out.seek(40 * 4096)
        out.write(b"\xff" * 8192)
    assert what_is_wrong(scene(data))
    file.write_bytes(b"no database at all" * 300)
    assert "not a database" in what_is_wrong(scene(data))
    file.write_bytes(b"")
    assert "is empty" in what_is_wrong(scene(data))
    file.unlink()
    assert "does not exist" in what_is_wrong(scene(data))
    assert is_lost(scene(data)).holds
    assert not file.exists(), "to look makes none"


def test_a_plan_names_every_command_and_touches_nothing(data: Path) -> None:
    before = sorted(data.rglob("*"))
    planned = [
        *plan(RECOVER_DATABASE, scene(data)),
        *plan(RECOVER_TO_TIME, scene(data, to="2026-01-02T03:04:05")),
        *plan(RECOVER_MACHINE, scene(data, into=str(data / "back"))),
        *plan(RECOVER_MEDIA, scene(data, path="media/ab/ab12.original", set="01h2xcejqtf2n")),
    ]
    deeds = "\n".join(str(deed) for one in planned for deed in one.deeds)
    for said in (
        f"write “A copy takes the place of the database.” to {running.hold_of(data)}",
        "backup restore --beside --to 2026-01-02T03:04:05.000Z",
        "backup swap",
        f"backup restore --into {data / 'back'} --newest",
        "backup media media/ab/ab12.original --set 01h2xcejqtf2n",
    ):
        assert said in deeds
    assert sorted(data.rglob("*")) == before


def test_an_instant_stays_the_same_however_often_it_is_read(data: Path) -> None:
    [to] = RECOVER_TO_TIME.parameters
    at = to.kind.read("15m")
    assert abs(clock.now() - 15 * clock.MINUTE - at) < 5000
    assert to.kind.read(to.kind.show(at)) == at
    with pytest.raises(Unfit):
        to.kind.read("yesterday at noon")


def test_a_path_that_leads_out_of_the_photos_is_refused() -> None:
    path, _ = RECOVER_MEDIA.parameters
    for wrong in ("media/../haat.db", "haat.toml", "/etc/passwd", "media/.hidden"):
        with pytest.raises(Unfit):
            path.kind.read(wrong)


def test_the_programs_that_have_the_database_rest_while_it_is_held(data: Path) -> None:
    running.folder_of(data).mkdir()
    assert running.asleep(data) == {running.DOORMAN}
    running.hold_of(data).write_text("because")
    assert running.asleep(data) == set(running.OF_THE_DATABASE)
    running.hold_of(data).unlink()
    running.swap_of(data).write_text('{"phase": "taking"}')
    assert running.asleep(data) == set(running.OF_THE_DATABASE), "it is half in its place"
    running.swap_of(data).write_text('{"phase": "done"}')
    assert running.asleep(data) == {running.DOORMAN}


def test_the_steps_of_a_recovery_can_all_be_taken_back() -> None:
    for procedure in (RECOVER_DATABASE, RECOVER_TO_TIME, RECOVER_MACHINE):
        assert all(callable(step.undo) for step in procedure.steps), procedure.name


def test_a_photo_is_back_when_it_is_what_the_set_has_and_not_when_any_is_there(data: Path) -> None:
    photo = data / "media" / "ab" / "ab12.original"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"as it was")
    repository = opened_or_made(load(data, {}, {}), FolderShelf(data / "backups"))
    with gathered(data, SQLite(data / "haat.db"), data) as found:
        manifest = take(repository, Stack("0.1", "handwork", str(data), "sqlite:///haat.db", "SQLite 3", "0013"), found)
    [step] = RECOVER_MEDIA.steps
    wanted = scene(data, path="media/ab/ab12.original", set=ids.encode(manifest.id))
    assert step.verify(wanted).holds
    photo.write_bytes(b"as it is.")
    assert not step.verify(wanted).holds
    of_another = step.verify(scene(data, path="media/ab/ab12.original", set="01h2xcejqtf2n"))
    assert (of_another.holds, "cannot be told" in of_another.said) == (False, True)


def test_a_machine_gets_the_key_where_its_settings_want_it(data: Path) -> None:
    keys = '[backup]\nkey_file = "keys/repository.key"\n'
    for folder in (data, data / "back"):
        folder.mkdir(exist_ok=True)
        (folder / "haat.toml").write_text(keys)
    (data / "keys").mkdir()
    (data / "keys" / "repository.key").write_text("k")
    machine = scene(data, into=str(data / "back"))
    step = next(step for step in RECOVER_MACHINE.steps if "key" in step.title and "Give" in step.title)
    [key, adopt] = step.act(machine)
    assert "adopt" in str(adopt)
    do(key, machine, 10.0)
    assert step.verify(machine).holds


def test_what_is_started_has_a_log_though_its_folder_was_in_no_set(data: Path) -> None:
    log = data / "back" / "logs" / "start.out"
    do(Start((sys.executable, "--version"), str(log)), scene(data), 10.0)
    assert log.exists()


def test_what_takes_back_a_recovery_that_put_nothing_in_its_place_moves_nothing(data: Path) -> None:
    put = next(step for step in RECOVER_DATABASE.steps if step.title.startswith("Set aside"))
    assert callable(put.undo)
    earlier = Swap(("haat.db",), "before-20260101T000000.000", phase="done", began_at=1)
    running.swap_of(data).write_bytes(msgspec.json.encode(earlier))
    assert list(put.undo(scene(data)._replace(began_at=2))) == []
    assert len(put.undo(scene(data)._replace(began_at=1))) == 1


def test_what_may_be_lost_is_not_called_lost_where_the_stack_may_have_been_down(data: Path) -> None:
    """Nothing in a repository tells a stack that was down from one that did not come to ship."""
    nine = 1_796_029_200_000
    told = steps.lost(Ready(1, nine + 7 * clock.HOUR, ("haat.db",), nine + 30 * clock.MINUTE, nine, nine, (), 0))
    assert "nothing is kept that was committed from 2026-11-30 09:00:00 UTC until 2026-11-30 09:30:00 UTC" in told
    assert "unless the stack was down all that time" in told
    assert "is lost" not in told
    kept = steps.lost(Ready(1, nine + 7 * clock.HOUR, ("haat.db",), nine + 200, nine, nine, (), 0))
    assert "committed" not in kept


def test_a_copy_has_as_long_to_come_to_its_place_as_to_be_made() -> None:
    """What a server cannot open is copied from its disk to that of the stack, and a run that is killed over it would begin again."""
    put = next(step for step in RECOVER_DATABASE.steps if step.title.startswith("Set aside"))
    made = next(step for step in RECOVER_DATABASE.steps if step.title.startswith("Restore a copy"))
    assert put.timeout == made.timeout


def test_a_second_recovery_takes_back_the_rest_that_it_found(data: Path) -> None:
    rest = next(step for step in RECOVER_DATABASE.steps if step.title.startswith("Let the shop rest"))
    running.folder_of(data).mkdir()
    running.hold_of(data).write_text("because")
    assert not rest.check(scene(data)).holds
    assert list(rest.act(scene(data))) == []
    assert callable(rest.undo)
    assert len(rest.undo(scene(data))) == 1


def test_what_waiting_would_not_change_is_refused_at_once(data: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is there already"):
        RECOVER_MACHINE.steps[0].verify(scene(data, into=str(tmp_path)))
    with pytest.raises(Refused, match="in the future"):
        RECOVER_TO_TIME.steps[0].verify(scene(data, to="2088-01-01"))
    assert RECOVER_TO_TIME.steps[0].verify(scene(data, to="0s")).holds


def test_a_look_at_a_sound_database_lets_the_shop_go_on_that_rested_for_it(data: Path) -> None:
    own = scene(data)._replace(began_at=clock.now())
    running.folder_of(data).mkdir()
    hold = running.hold_of(data)
    for deed in steps.let_rest(own, looked_at_by(own)):
        do(deed, own, 1.0)
    assert hold.exists()
    with pytest.raises(Refused, match="sound") as raised:
        is_lost(own)
    assert not hold.exists()
    assert "rests" not in raised.value.try_


def test_a_look_at_a_sound_database_wakes_no_shop_that_rests_for_another_run(data: Path) -> None:
    own = scene(data)._replace(began_at=clock.now())
    running.folder_of(data).mkdir()
    hold = running.hold_of(data)
    for why in (looked_at_by(own._replace(began_at=own.began_at - 1)), "A copy takes the place of the database."):
        hold.write_text(f"{why}\n")
        with pytest.raises(Refused, match="sound") as raised:
            is_lost(own)
        assert hold.exists()
        assert "haat runbook history" in raised.value.try_
