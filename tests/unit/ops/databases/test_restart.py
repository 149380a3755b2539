"""Restarting the database: once, in order or by force, whenever the run is killed; and never where nobody has said how."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.databases import Databases, Servers
from tests.support.running import wait_until

from haat.config.load import load
from haat.kernel import faults
from haat.kernel.errors import NotFound, Refused, Unavailable
from haat.ops.databases.restart import RESTART_DATABASE
from haat.ops.drills.obeying import obeying
from haat.ops.procedure import Scene
from haat.ops.procedure.journal import Journal, Run
from haat.ops.procedure.run import Runner, plan

on_servers = pytest.mark.only_on("postgresql mariadb", "SQLite has no server")


class Place:
    """A stack on a server that counts how often it was restarted."""

    def __init__(self, data: Path, databases: Databases) -> None:
        self.data, self.databases = data, databases
        self.restarts = 0

    def scene(self, restart: tuple[str, ...], force: tuple[str, ...] = ()) -> Scene:
        settings = load(self.data, {}, {})
        return Scene(settings._replace(store=settings.store._replace(restart_command=restart, force_command=force)), {})

    def seconds_up(self) -> int:
        [(up,)] = self.scene(()).ask(
            "SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'UPTIME'"
        )
        return int(up)

    def restart(self) -> str:
        assert isinstance(self.databases, Servers)
        self.restarts += 1
        self.databases.server.end()
        self.databases.server.start()
        return ""

    def run(self, scene: Scene) -> Run:
        return self.with_journal(lambda runner, _: runner.start(RESTART_DATABASE, scene, "ada", "cli"))

    def resume(self, scene: Scene) -> Run:
        return self.with_journal(
            lambda runner, journal: runner.resume(journal.newest(1)[0], RESTART_DATABASE, scene, "ada", "cli")
        )

    def with_journal(self, work: Callable[[Runner, Journal], Run]) -> Run:
        journal = Journal(self.data / "ops.db")
        try:
            return work(Runner(journal, self.data / "ops.lock", lambda *_: None), journal)
        finally:
            journal.close()

    def said(self, event: str) -> str:
        journal = Journal(self.data / "ops.db")
        [found] = [one.said for one in journal.entries(journal.newest(1)[0].id) if one.event == event]
        journal.close()
        return found


@pytest.fixture
def place(lay_database: Callable[[Path], None], databases: Databases, tmp_path: Path) -> Place:
    lay_database(tmp_path)
    place = Place(tmp_path, databases)
    if databases.kind == "mariadb":  # It counts whole seconds: those since the last test restarted it have to be over.
        wait_until(lambda: place.seconds_up() >= 2, "the server is up for a while")
    return place


@on_servers
def test_it_is_restarted_in_order_and_found_to_be_up_anew(place: Place) -> None:
    with obeying(place.data, place.restart) as command:
        assert plan(RESTART_DATABASE, place.scene(command))[0].deeds
        assert place.restarts == 0
        assert place.run(place.scene(command)).state == "done"
    assert place.restarts == 1


@on_servers
def test_where_it_does_not_end_in_order_it_is_restarted_by_force_and_the_journal_says_so(place: Place) -> None:
    with obeying(place.data, place.restart) as command:
        assert place.run(place.scene(("false",), command)).state == "done"
    assert place.restarts == 1
    assert "“false” failed." in place.said("acted")


@on_servers
def test_a_command_that_restarts_nothing_is_found_out(place: Place) -> None:
    with pytest.raises(Unavailable, match="did not take"):
        [step] = RESTART_DATABASE.steps
        lame = RESTART_DATABASE._replace(steps=(step._replace(timeout=0.5),))
        scene = place.scene(("true",))
        place.with_journal(lambda runner, _: runner.start(lame, scene, "ada", "cli"))


@on_servers
@pytest.mark.parametrize(
    ("point", "before"),
    [("before.intended.0", 0), ("deed.0", 0), ("before.acted.0", 1), ("after.acted.0", 1), ("before.verified.0", 1)],
)
def test_killed_at_any_boundary_it_goes_on_and_the_server_is_restarted_once(
    place: Place, point: str, before: int
) -> None:
    with obeying(place.data, place.restart) as command:
        die(place, place.scene(command), point)
        assert place.restarts == before
        assert place.resume(place.scene(command)).state == "done"
    assert place.restarts == 1


@on_servers
def test_where_nobody_has_said_how_nothing_is_done(place: Place) -> None:
    with pytest.raises(Refused, match="Nobody has said"):
        place.run(place.scene(()))


@pytest.mark.only_on("sqlite", "which has no server")
def test_on_sqlite_it_is_said_that_there_is_nothing_to_restart(place: Place) -> None:
    with pytest.raises(NotFound, match="nothing for this stack"):
        place.run(place.scene(("true",)))


def die(place: Place, scene: Scene, point: str) -> None:
    """Run it in a process of its own, which is killed at this point."""
    pid = os.fork()
    if pid == 0:
        faults._POINT, faults._MARKER = point, str(place.data / "died")
        try:
            place.run(scene)
        finally:
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
