"""The keeper, on a real stack: what is due is done once, what it was killed over goes on, and paused it does nothing."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from haat.config.load import load
from haat.config.schema import Settings
from haat.kernel import clock
from haat.kernel.clock import DAY, HOUR, MINUTE
from haat.kernel.errors import Refused
from haat.ops.maintenance import keeper as keeper_room
from haat.ops.maintenance import look as look_room
from haat.ops.maintenance import records
from haat.ops.maintenance.keeper import Keeper
from haat.ops.maintenance.look import Standing, look, task_of
from haat.ops.maintenance.task import tasks_of
from haat.ops.procedure import pause
from haat.ops.procedure.journal import Journal
from haat.ops.procedure.lock import held
from haat.ops.tables import opened
from haat.store import Store

SUNDAY = 1_795_914_000_000  # 2026-11-29, 01:00 in UTC
DUE = SUNDAY + DAY + HOUR + MINUTE  # just after upkeep is due, on Monday


# In the order of the list, both due at the same time.
BOTH = [("upkeep-database", "schedule", "done"), ("clean-up", "schedule", "done")]


class Place:
    """A stack whose keeper is at work, its clock stopped on a Sunday."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.keeper = Keeper(settings, set)
        self.memory: Store = opened(settings.data / "ops.db")
        self.journal = Journal(settings.data / "ops.db")

    def runs(self) -> list[tuple[str, str, str]]:
        return [(run.procedure, run.way_in, run.state) for run in self.journal.since(0)]

    def turn_until_idle(self) -> list[str]:
        """What it says, turn by turn, until there is nothing it can do."""
        said = []
        while "is done" in (now := self.keeper.tick()) or "It failed" in now:
            said.append(now)
            assert len(said) < 9
        return [*said, now]

    def standing(self, name: str = "upkeep") -> Standing:
        [found] = [one for one in look(self.memory, self.journal, self.settings) if one.task.name == name]
        return found

    def close(self) -> None:
        self.keeper.close()
        self.memory.close()
        self.journal.close()


@pytest.fixture
def place(lay_database: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    lay_database(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    # Sets are taken and looked after by processes of their own, whose clock does not stop.
    of_backups = ("take-backup", "prove-log", "verify-backup")
    short = tuple(task for task in tasks_of("ecommerce") if task.procedure not in of_backups)
    for room in (keeper_room, look_room):
        monkeypatch.setattr(room, "tasks_of", lambda preset: short)
    (tmp_path / "run").mkdir()
    with clock.frozen(SUNDAY):
        place = Place(load(tmp_path, {}, {}))
        assert "Nothing is due" in place.keeper.tick()
        yield place
        place.close()


def test_on_monday_each_is_run_once_and_is_in_the_journal(place: Place) -> None:
    clock.advance(DUE - SUNDAY)
    said = place.turn_until_idle()
    assert "“upkeep” was due on 2026-11-30 02:00 UTC. It is done." in said[0]
    assert "Nothing is due" in said[-1]
    assert place.runs() == BOTH
    assert place.standing().done is not None


def test_after_a_month_without_a_keeper_each_is_done_once(place: Place) -> None:
    clock.advance(31 * DAY)
    place.turn_until_idle()
    assert place.runs() == BOTH


def test_what_a_person_has_run_since_it_was_due_is_not_run_again(place: Place) -> None:
    clock.advance(DUE - SUNDAY)
    run_id = place.journal.begin("upkeep-database", {}, "ada", "cli")
    place.journal.end(run_id, "done", {})
    place.turn_until_idle()
    assert place.runs() == [("upkeep-database", "cli", "done"), BOTH[1]]


def test_paused_it_does_nothing_and_says_so_and_goes_on_when_the_time_is_over(place: Place) -> None:
    clock.advance(DUE - SUNDAY)
    pause.begin(place.memory, "ada", "The provider works on the network", "1h")
    assert "ada has paused" in place.keeper.tick()
    clock.advance(HOUR - 1)
    assert "ada has paused" in place.keeper.tick()
    assert place.runs() == []
    clock.advance(1)
    assert "It is done." in place.keeper.tick()


def test_what_it_was_killed_over_goes_on_and_what_a_person_was_killed_over_does_not(place: Place) -> None:
    mine = place.journal.begin("upkeep-database", {}, "keeper", "schedule")
    assert "goes on. It is done." in place.keeper.tick()
    assert place.journal.run(mine).state == "done"
    place.journal.begin("upkeep-database", {}, "ada", "cli")
    assert "somebody has to" in place.keeper.tick()


def test_while_somebody_is_at_a_run_it_waits(place: Place) -> None:
    clock.advance(DUE - SUNDAY)
    with held(place.settings.data / "run" / "ops.lock", "“something”"):
        assert "Somebody is at a run" in place.keeper.tick()
    assert "It is done." in place.keeper.tick()


def test_what_fails_is_said_and_tried_again_an_hour_later_and_the_rest_is_done(place: Place) -> None:
    database = place.settings.database.path
    away = database.rename(database.with_name("away.db"))
    clock.advance(DUE - SUNDAY)
    failed, cleaned, waits = place.turn_until_idle()
    assert "It failed: There is no database." in failed
    assert "“clean”" in cleaned
    assert "tried in vain" in waits
    away.rename(database)
    clock.advance(HOUR)
    assert "It is done." in place.keeper.tick()
    assert len(place.standing().failed) == 1


def test_what_is_for_a_person_becomes_overdue_until_somebody_ticks_it(place: Place) -> None:
    clock.advance(DAY)
    overdue_at = place.standing("see-errors").task.overdue_at(place.standing("see-errors").due_at)
    assert place.standing("see-errors").is_overdue(overdue_at)
    records.tick(place.memory, task_of(place.settings, "see-errors"), "ada", "cli", "two timeouts, seen to")
    standing = place.standing("see-errors")
    assert not standing.is_due
    assert standing.done is not None and standing.done.said == "two timeouts, seen to"


def test_what_goes_by_itself_is_not_ticked(place: Place) -> None:
    with pytest.raises(Refused, match="is not ticked"):
        records.tick(place.memory, task_of(place.settings, "upkeep"), "ada", "cli", "")


def test_what_it_cannot_see_is_logged_once_and_not_each_turn(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("haat.ops.maintenance.keeper._BETWEEN_TURNS", 0.01)
    (tmp_path / "ops.db").mkdir()  # It cannot be opened as what it should be.
    stop = threading.Event()
    thread = threading.Thread(target=Keeper(load(tmp_path, {}, {}), set).run_until_stopped, args=(stop,))
    thread.start()
    stop.wait(0.5)
    stop.set()
    thread.join()
    assert [record.levelname for record in caplog.records if "keeper" in record.name] == ["ERROR"]
