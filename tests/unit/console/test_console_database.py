"""The page of the database, on a real one of each kind."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.databases import LOCKS_SEEN_EVERY
from tests.support.operator import Room
from tests.support.running import wait_until

from haat.console.pages.wall import look
from haat.ops.databases.sessions import sessions
from haat.store.drivers import driver_of

WAKE_UP = "UPDATE schedule SET last_at = last_at + 1 WHERE task = 'a'"


@pytest.fixture
def room(lay_database: Callable[[Path], None], tmp_path: Path) -> Iterator[Room]:
    lay_database(tmp_path)
    room = Room(tmp_path)
    yield room
    room.console.desk.close()


def test_the_wall_tells_what_the_database_is_and_how_many_jobs_wait(room: Room) -> None:
    tiles = {tile.name: tile for tile in look(room.console.desk)}
    assert tiles["Database"].state == "ok"
    assert re.match(r"(SQLite|PostgreSQL|MariaDB) [0-9]", tiles["Database"].said)
    assert (tiles["Queue"].state, tiles["Queue"].figure) == ("ok", "0")


def test_a_look_says_how_large_it_is_what_is_in_it_and_what_to_do(room: Room) -> None:
    page = room.operator("view").get("/database?sort=table").text
    for word in ("What to do next", "<dt>size</dt>", "Largest tables"):
        assert word in page
    assert 'aria-sort="ascending"><a href="?sort=-table">' in page


def test_a_statement_that_reads_is_explained_and_one_that_writes_is_refused(room: Room) -> None:
    browser = room.operator("view")
    way = browser.get("/database/explain?statement=SELECT+*+FROM+schedule")
    assert way.status == 200
    assert "schedule" in way.text.partition("The way</h2>")[2]
    refused = browser.get("/database/explain?statement=DELETE+FROM+schedule+--+%3Cb%3E")
    assert refused.status == 422
    assert "Only a statement that reads is explained" in refused.text
    assert "<b>" not in refused.text


@pytest.mark.only_on("postgresql mariadb", "SQLite has no sessions")
def test_who_holds_others_up_is_marked_and_ended_from_the_page(room: Room) -> None:
    address = room.console.desk.settings.database
    driver_of(address).connection().execute("INSERT INTO schedule (task, last_at, outcome) VALUES ('a', 0, '')")
    blocker = driver_of(address).connection()
    blocker.execute("BEGIN")
    blocker.execute(WAKE_UP)
    waiting = threading.Thread(target=lambda: driver_of(address).connection().execute(WAKE_UP))
    waiting.start()
    wait_until(lambda: any(one.waits_for for one in sessions(address)), "somebody waits", 20, LOCKS_SEEN_EVERY)
    browser = room.operator("operate")
    page = browser.get("/database/sessions").text
    assert "holds up 1" in page
    view = room.operator("view")
    assert view.get("/database/sessions").text.count("end-session") == 0
    look = view.get("/database").text
    assert "Who waits for whom" in look
    assert 'class="button' not in look
    [number] = {one.waits_for for one in sessions(address) if one.waits_for}
    assert f'href="/runbook/end-session?session={number}"' in page
    assert f'value="{number}"' in browser.get(f"/runbook/end-session?session={number}").text
    assert str(number) in browser.get(f"/runbook/end-session/plan?session={number}").text
    answer = browser.post("/runbook/end-session/runs", session=str(number))
    assert room.ended((answer.header("Location") or "").removeprefix("/runs/")) == "done"
    waiting.join(20)
    assert driver_of(address).ask("SELECT last_at FROM schedule")[0][0] == 1
