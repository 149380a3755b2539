"""Procedures of the page, killed at every entry of their journals and within their acts: each comes to its end, and is taken back whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.support.running import wait_until
from tests.unit.ops.logs.test_logs import line, write

from haat.adapters.files.shelf import FolderShelf
from haat.cache.orders import of_machine
from haat.cache.watch import orders_of
from haat.config.load import load
from haat.kernel import clock, faults, ids
from haat.kernel.errors import Refused
from haat.ops import running
from haat.ops.backups.engines.sqlite import SQLite
from haat.ops.backups.gather import gathered
from haat.ops.backups.repository import opened_or_made
from haat.ops.backups.take import Stack, take
from haat.ops.caches.clear_cache import CLEAR_CACHE
from haat.ops.caches.warm_cache import WARM_CACHE
from haat.ops.databases.compact import COMPACT
from haat.ops.databases.create_index import CREATE_INDEX
from haat.ops.databases.end_session import END_SESSION
from haat.ops.databases.sqlite import writers
from haat.ops.databases.upkeep import UPKEEP
from haat.ops.logs.drop_old import DROP_OLD_LOGS
from haat.ops.procedure import Irreversible, Procedure, Scene
from haat.ops.procedure.journal import Journal, Run
from haat.ops.procedure.run import Runner, choices
from haat.ops.recovery.recover_media import RECOVER_MEDIA
from haat.ops.runbook import PROCEDURES

PHOTO = "media/ab/ab12.original"
SHELL = """
import sqlite3, sys
shell = sqlite3.connect(sys.argv[1], isolation_level=None)
shell.execute("BEGIN IMMEDIATE")
sys.stdin.read()
"""


class Shop(ThreadingHTTPServer):
    """Answers every request with a page that it has kept."""

    def __init__(self) -> None:
        self.visited: list[str] = []
        super().__init__(("127.0.0.1", 0), Answer)


class Answer(BaseHTTPRequestHandler):
    server: Shop

    def do_GET(self) -> None:
        self.server.visited.append(self.path)
        self.send_response(200)
        self.send_header("ETag", '"kept"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *said: object) -> None:
        """Nobody reads it."""


class Place:
    """The folder of a stack of which nothing runs but a shop that answers."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.shop = Shop()
        threading.Thread(target=self.shop.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        web = f'[market]\nlanguages = ["en"]\n[web]\nport = {self.shop.server_port}\npage_cache = "1m"\nworkers = 1\n'
        (data / "haat.toml").write_text(web, "utf-8")
        (data / "haat.toml").chmod(0o600)
        self.settings = load(data, {}, {})
        self.shell: subprocess.Popen[bytes] | None = None

    def end(self) -> None:
        self.shop.shutdown()
        self.shop.server_close()
        if self.shell is not None:
            self.shell.kill()
            self.shell.wait()

    def with_journal(self, work: Callable[[Runner, Journal], Run]) -> Run:
        journal = Journal(self.data / "ops.db")
        try:
            return work(Runner(journal, self.data / "ops.lock", lambda *_: None), journal)
        finally:
            journal.close()


class Case(NamedTuple):
    """A procedure, its steps that act with how many deeds each, what it is for (whose parameters are returned), and the look whether that is over."""

    procedure: Procedure
    acts: Mapping[int, int]
    need: Callable[[Place], dict[str, Any]]
    is_over: Callable[[Place], bool]


def keep_the_database(place: Place) -> dict[str, Any]:
    path = place.settings.database.path
    place.shell = subprocess.Popen([sys.executable, "-c", SHELL, str(path)], stdin=subprocess.PIPE)
    wait_until(lambda: bool(writers(path)), "somebody keeps the database", 20)
    return {"session": place.shell.pid}


def shell_is_dead(place: Place) -> bool:
    """Whoever is killed lets go of the file first, and is gone a moment later."""
    assert place.shell is not None
    return not writers(place.settings.database.path) and place.shell.wait(10) == -signal.SIGKILL


def lose_statistics(place: Place) -> dict[str, Any]:
    for statement in ("ANALYZE", "DELETE FROM sqlite_stat1"):
        Scene(place.settings, {}).tell(statement)
    return {}


def has_statistics(place: Place) -> bool:
    return Scene(place.settings, {}).ask("SELECT count(*) FROM sqlite_stat1") != [(0,)]


def ask_for_what_has_no_index(place: Place) -> dict[str, Any]:
    Scene(place.settings, {}).tell("CREATE TABLE remarks (topic INTEGER NOT NULL)")
    return {"table": "remarks", "columns": "topic"}


def index_is_there(place: Place) -> bool:
    return Scene(place.settings, {}).ask("SELECT count(*) FROM pragma_index_list('remarks')") == [(1,)]


def throw_letters_away(place: Place) -> dict[str, Any]:
    """Twelve megabytes of them."""
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)"
    for statement in (
        "CREATE TABLE letters (said TEXT NOT NULL)",
        f"INSERT INTO letters {numbers} SELECT printf('%1000d', i) FROM n",
        "DELETE FROM letters",
    ):
        Scene(place.settings, {}).tell(statement)
    return {}


def room_is_given_back(place: Place) -> bool:
    return Scene(place.settings, {}).ask("PRAGMA freelist_count") == [(0,)]


def turn_logs_over(place: Place) -> dict[str, Any]:
    (place.data / "logs").mkdir()
    for name in ("web.log", "web.log.1", "web.log.2"):
        (place.data / "logs" / name).write_text("{}\n")
    return {}


def only_the_log_is_left(place: Place) -> bool:
    return [file.name for file in (place.data / "logs").iterdir()] == ["web.log"]


def keep_pages(place: Place) -> dict[str, Any]:
    return {"pattern": "*"}


def processes_are_told(place: Place) -> bool:
    return of_machine(orders_of(running.folder_of(place.data))).number > 0


def lose_a_photo(place: Place) -> dict[str, Any]:
    """There is a set with it, and what is in its place is not it."""
    photo = place.data / PHOTO
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"a lamp")
    vault = opened_or_made(place.settings, FolderShelf(place.data / "backups"))
    with gathered(place.data, SQLite(place.settings.database.path), place.data) as found:
        stack = Stack("0.1", "ecommerce", str(place.data), "sqlite:///haat.db", "SQLite 3", "0013")
        manifest = take(vault, stack, found)
    photo.write_bytes(b"a lump")
    return {"path": PHOTO, "set": ids.encode(manifest.id)}


def photo_is_back(place: Place) -> bool:
    return (place.data / PHOTO).read_bytes() == b"a lamp"


def ask_for_a_page(place: Place) -> dict[str, Any]:
    """An hour ago nobody had asked; a minute ago somebody got a page that is kept."""
    (place.data / "logs").mkdir()
    asked = {
        "method": "GET",
        "path": "/help",
        "route": "/help",
        "status": 200,
        "ms": 1.0,
        "account": None,
        "from_cache": True,
    }
    write(place.data / "logs", "web.log", line(clock.now() - clock.MINUTE, "request", **asked))
    return {"top": 5}


def page_was_asked_for(place: Place) -> bool:
    return set(place.shop.visited) == {"/help"}


CASES = {
    case.procedure.name: case
    for case in (
        Case(END_SESSION, {0: 1}, keep_the_database, shell_is_dead),
        Case(UPKEEP, {0: 0, 1: 1}, lose_statistics, has_statistics),
        Case(CREATE_INDEX, {0: 1}, ask_for_what_has_no_index, index_is_there),
        Case(COMPACT, {0: 1}, throw_letters_away, room_is_given_back),
        Case(DROP_OLD_LOGS, {0: 1}, turn_logs_over, only_the_log_is_left),
        Case(CLEAR_CACHE, {1: 1}, keep_pages, processes_are_told),
        Case(RECOVER_MEDIA, {0: 1}, lose_a_photo, photo_is_back),
        Case(WARM_CACHE, {0: 1}, ask_for_a_page, page_was_asked_for),
    )
}
# What the others take, beside this folder; clean-up, restart-database, restart-service and take-backup are killed in the same way where they are tested.
TAKES_MORE = {
    "clean-up": "waste in every place",
    "restart-database": "a server of a database",
    "restart-service": "a supervisor",
    "take-backup": "a set that is taken and restored, each time",
    "prove-log": "a set, and what was shipped since",
    "verify-backup": "a repository",
    "recover-database": "a set, and a stack that runs",
    "recover-to-time": "a set, and a stack that runs",
    "recover-machine": "a set, and a machine without one",
}
POINTS = [
    (case.procedure.name, point)
    for case in CASES.values()
    for step, deeds in case.acts.items()
    for point in (
        *(f"{side}.{event}.{step}" for event in ("intended", "acted", "verified") for side in ("before", "after")),
        *(f"deed.{number}" for number in range(deeds)),
    )
]

pytestmark = pytest.mark.only_on("sqlite", "where what is killed costs no server")


@pytest.fixture
def place(lay_database: Callable[[Path], None], tmp_path: Path) -> Iterator[Place]:
    lay_database(tmp_path)
    place = Place(tmp_path)
    yield place
    place.end()


def test_of_every_procedure_it_is_said_whether_it_is_killed_here() -> None:
    assert sorted([*CASES, *TAKES_MORE]) == sorted(PROCEDURES)


@pytest.mark.parametrize(("name", "point"), POINTS)
def test_killed_anywhere_it_comes_to_its_end_and_is_taken_back_whole_or_not_at_all(
    place: Place, name: str, point: str
) -> None:
    procedure, _, need, is_over = CASES[name]
    scene = Scene(place.settings, need(place))
    assert not is_over(place)
    die(place, procedure, scene, point)

    def go_on(runner: Runner, journal: Journal) -> Run:
        [killed] = journal.newest(5)
        if choices(killed, procedure, journal.entries(killed.id)).for_good:
            with pytest.raises(Refused, match="cannot be taken back"):
                runner.undo(killed, procedure, scene, "ada", "cli")
        return runner.resume(killed, procedure, scene, "ada", "cli")

    done = place.with_journal(go_on)
    assert done.state == "done"
    assert is_over(place)
    if not any(isinstance(step.undo, Irreversible) for step in procedure.steps):
        undone = place.with_journal(lambda runner, _: runner.undo(done, procedure, scene, "ada", "cli"))
        assert undone.state == "undone"
        assert not is_over(place)


def die(place: Place, procedure: Procedure, scene: Scene, point: str) -> None:
    """Run it in a process of its own, which is killed at this point."""
    pid = os.fork()
    if pid == 0:
        faults.die_at(point, str(place.data / "died"))
        try:
            place.with_journal(lambda runner, _: runner.start(procedure, scene, "ada", "cli"))
        finally:
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
