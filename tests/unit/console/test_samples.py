"""The last hour: what was seen is kept as long as that, what did not answer is a gap, and what hangs holds up nothing."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from tests.support.operator import Room

from haat.adapters.processes import lock
from haat.console.pages.wall import look
from haat.console.samples import Samples
from haat.kernel import clock
from haat.ops import running


def test_of_a_stack_that_is_dead_the_machine_is_still_seen(tmp_path: Path) -> None:
    desk = Room(tmp_path).console.desk
    desk.samples.take()
    desk.samples.take()
    assert desk.samples.of(lambda one: one.shop_ms) == [None, None]
    assert desk.samples.of(lambda one: one.waiting) == [None, None]
    assert None not in desk.samples.of(lambda one: one.cpu)
    hours = {tile.name: tile.hour for tile in look(desk)}
    assert hours["Shop"] is None
    assert hours["Machine"] is not None
    desk.close()


def test_an_hour_is_shown_in_few_points_of_which_each_is_the_worst_of_its_part(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.make_database()
    samples = room.console.desk.samples
    samples.take()
    [seen] = samples._kept
    for number in range(1000):
        samples._kept.append(seen._replace(waiting=float(number)))
    shown = samples.of(lambda one: one.waiting)
    assert len(shown) == 60
    assert (shown[0], shown[-1]) == (291.0, 999.0)
    room.console.desk.close()


def test_a_question_that_hangs_keeps_no_other_from_being_answered(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://shop:password@127.0.0.1:{silent.getsockname()[1]}/shop"
        samples = Samples(Room(tmp_path, HAAT_STORE__URL=url).console.desk.settings)
        samples.take()
        assert samples.of(lambda one: one.database_ms) == [None]
        assert None not in samples.of(lambda one: one.disk)


def test_the_processes_of_a_stack_are_listed_with_what_they_took(tmp_path: Path) -> None:
    room = Room(tmp_path)
    (tmp_path / "run").mkdir()
    handle = lock.take(running.lock_of(tmp_path))
    running.tell(tmp_path, running.Running(os.getpid(), "http://127.0.0.1:8000", clock.now(), "0.0.9"))
    room.console.desk.samples.take()
    room.console.desk.samples.take()
    page = room.operator("view").get("/services").text
    os.close(handle)
    assert f">{os.getpid()}<" in page
    assert "is installed now" in page
    assert page.count('class="hour"') >= 2
    assert "Nothing runs here" in room.operator("operate").get("/services").text
    room.console.desk.close()
