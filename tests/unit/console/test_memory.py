"""A disk that cannot be written keeps nobody from looking, nor from signing in; nothing is run then."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.support.browser import Browser
from tests.support.operator import EVE, LISTS, Room

from haat.config.load import load
from haat.console.console import Console
from haat.console.memory import remembered
from haat.console.pages.wall import look
from haat.kernel import clock
from haat.kernel.ids import encode
from haat.ops.operators import roster
from haat.ops.operators.codes import code_of
from haat.ops.operators.roster import Keys


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """One at which something was run, and somebody signed in."""
    room = Room(tmp_path)
    room.make_database()
    room.console.desk.journal.begin("upkeep-database", {}, "eve", "cli")
    return room


@pytest.fixture
def inside(room: Room) -> Browser:
    return room.operator("administer")


@pytest.fixture
def keys(room: Room) -> Keys:
    return roster.add(room.console.desk.store, "ada", "administer", EVE)


@pytest.fixture
def read_only(room: Room, inside: Browser, keys: Keys) -> Iterator[None]:
    """From the time at which this is asked for on, nothing that is opened in the folder can be written."""
    if subprocess.run(["mount", "--bind", room.data, room.data], capture_output=True).returncode != 0:
        pytest.skip("Nobody may mount here.")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", room.data], check=True)
        yield
    finally:
        room.console.desk.close()
        subprocess.run(["umount", "-l", room.data], check=True)


def seen(browser: Browser) -> dict[str, int]:
    """The status of every page, in a thread that has not asked anything before."""
    with ThreadPoolExecutor(1) as thread:
        return dict(thread.map(lambda path: (path, browser.get(path).status), LISTS))


@pytest.mark.usefixtures("read_only")
def test_a_console_that_was_there_before_goes_on_to_show_everything_and_runs_nothing(inside: Browser) -> None:
    assert seen(inside) == dict.fromkeys(LISTS, 200)
    refused = inside.post("/runbook/upkeep-database/runs")
    assert refused.status == 503
    assert "has to be written down first" in refused.text


@pytest.mark.usefixtures("read_only")
def test_one_that_begins_then_lets_people_in_and_works_on_a_copy_that_goes_with_it(room: Room, keys: Keys) -> None:
    [run] = room.console.desk.journal.newest(1)
    room.console.desk.close()
    begun = Console(load(room.data, {"HAAT_WEB__PORT": "1"}, {}))
    browser = Browser(begun)
    code = code_of(keys.factor, clock.now() // 30_000)
    assert browser.post("/sign-in", name="ada", password=keys.password, code=code, to="/").status == 303
    assert seen(browser) == dict.fromkeys(LISTS, 200)
    assert encode(run.id) in browser.get("/runs").text
    assert "The disk cannot be written" in browser.get("/").text
    assert {tile.name: tile.word for tile in look(begun.desk)}["Disk"] == "read-only"
    assert browser.post("/runbook/upkeep-database/runs").status == 503
    copy = begun.desk.memory.file
    assert copy.exists()
    begun.desk.close()
    assert not copy.parent.exists()


@pytest.mark.usefixtures("read_only")
def test_the_copy_of_a_console_that_was_killed_goes_when_another_begins_and_that_of_a_living_one_stays(
    room: Room,
) -> None:
    living = remembered(room.data / "ops.db")
    left = living.file.parent.with_name("haat-console-left-by-a-test")
    left.mkdir()
    begun = remembered(room.data / "ops.db")
    assert not left.exists()
    for one in (living, begun):
        assert one.file.exists()
        one.close()
        assert not one.file.parent.exists()
