"""The procedures of databases, on a real one of each kind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from tests.support.databases import LOCKS_SEEN_EVERY
from tests.support.running import wait_until

from haat.app import App
from haat.config.address import Address
from haat.kernel import clock
from haat.kernel.errors import HaatError, Invalid, Refused, Unavailable
from haat.ops.databases import compact, sqlite
from haat.ops.databases.compact import COMPACT
from haat.ops.databases.create_index import CREATE_INDEX
from haat.ops.databases.end_session import END_SESSION
from haat.ops.databases.look import look
from haat.ops.databases.sessions import Session, sessions
from haat.ops.databases.sqlite import holder_of
from haat.ops.databases.upkeep import UPKEEP
from haat.ops.procedure import Finding, Procedure, Scene, Statement
from haat.ops.procedure.journal import Journal, Run
from haat.ops.procedure.run import Runner, plan
from haat.ops.procedure.step import only_looks
from haat.store.driver import Driver
from haat.store.drivers import driver_of

on_servers = pytest.mark.only_on("postgresql mariadb", "SQLite has no sessions")

WAKE_UP = "UPDATE schedule SET last_at = last_at + 1 WHERE task = 'a'"


@pytest.fixture
def scene(lay_database: Callable[[Path], None], tmp_path: Path) -> Scene:
    lay_database(tmp_path)
    return Scene(App.of(tmp_path, {}).settings, {})


def run(procedure: Procedure, scene: Scene) -> Run:
    data = scene.settings.data
    journal = Journal(data / "ops.db")
    try:
        return Runner(journal, data / "ops.lock", lambda *_: None).start(procedure, scene, "ada", "cli")
    finally:
        journal.close()


def test_upkeep_finds_the_database_sound_and_knows_its_rows_afterwards(scene: Scene) -> None:
    assert run(UPKEEP, scene).state == "done"


def test_a_plan_of_upkeep_looks_first_and_names_what_it_would_do(scene: Scene) -> None:
    assert [bool(one.deeds) for one in plan(UPKEEP, scene)] == [False, True]


@pytest.mark.only_on("sqlite", "whose file a test can damage")
def test_a_damaged_database_is_said_to_be_damaged_at_once(scene: Scene) -> None:
    with scene.settings.database.path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 20_000)
    with pytest.raises(HaatError):
        run(UPKEEP, scene)


@pytest.mark.only_on("sqlite", "whose file a test can take away")
def test_no_database_is_said_at_once_and_none_is_made(scene: Scene) -> None:
    scene.settings.database.path.unlink()
    with pytest.raises(Unavailable):
        run(UPKEEP, scene)
    assert not scene.settings.database.path.exists()


@pytest.mark.only_on("postgresql", "which says when it looked at a table that is new")
def test_upkeep_that_looks_at_nothing_is_found_out(scene: Scene) -> None:
    look, renew = UPKEEP.steps
    lazy = renew._replace(act=only_looks, timeout=0.2)
    scene.tell("CREATE TABLE quite_new (number integer)")
    try:
        with pytest.raises(Unavailable, match="did not take"):
            run(UPKEEP._replace(steps=(look, lazy)), scene)
    finally:
        scene.tell("DROP TABLE quite_new")


ENDLESS = {
    "sqlite": "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(60)",
    "mariadb": "SELECT sleep(60)",
}


def test_a_statement_has_the_time_of_its_step_and_no_more(scene: Scene) -> None:
    _, renew = UPKEEP.steps
    endless = renew._replace(act=lambda scene: [Statement(ENDLESS[scene.database_kind])], timeout=0.3)
    with pytest.raises(Unavailable, match="takes too long") as given_up:
        run(UPKEEP._replace(steps=(endless,)), scene)
    assert "0.3 s" in given_up.value.why


@on_servers
def test_who_blocks_whom_is_seen_and_ending_the_one_lets_the_other_through(scene: Scene) -> None:
    address = scene.settings.database
    driver_of(address).connection().execute("INSERT INTO schedule (task, last_at, outcome) VALUES ('a', 0, '')")
    blocker = driver_of(address).connection()
    blocker.execute("BEGIN")
    blocker.execute(WAKE_UP)
    waiting = threading.Thread(target=lambda: driver_of(address).connection().execute(WAKE_UP))
    waiting.start()
    wait_until(lambda: blocked(address) is not None, "somebody waits", 10, LOCKS_SEEN_EVERY)
    one = blocked(address)
    assert one is not None and one.waits_for is not None
    assert run(END_SESSION, scene._replace(given={"session": one.waits_for})).state == "done"
    waiting.join(10)
    assert driver_of(address).ask("SELECT last_at FROM schedule")[0][0] == 1


SHELL = """
import sqlite3, sys
shell = sqlite3.connect(sys.argv[1], isolation_level=None)
shell.execute("BEGIN IMMEDIATE")
sys.stdin.read()
"""


KEEPER = """
import fcntl, sys
file = open(sys.argv[1], "wb")
fcntl.lockf(file, fcntl.LOCK_EX, 1, 120)
print("locked", flush=True)
sys.stdin.read()
"""
MANY_LOCKS = """
import fcntl, sys
file = open(sys.argv[1], "wb")
print("begins", flush=True)
while True:
    for byte in range(0, 200, 2):
        fcntl.lockf(file, fcntl.LOCK_EX, 1, byte)
    fcntl.lockf(file, fcntl.LOCK_UN)
"""


@contextmanager
def program(text: str, file: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-c", text, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as one:
        try:
            assert one.stdout is not None
            assert one.stdout.readline()
            yield one
        finally:
            one.kill()


def keeper_of(file: Path) -> AbstractContextManager[subprocess.Popen[bytes]]:
    return program(KEEPER, file)


@pytest.mark.only_on("sqlite", "where a process is what a session is elsewhere")
def test_a_process_that_keeps_the_file_to_itself_is_named_and_ending_it_lets_the_others_write(scene: Scene) -> None:
    address = scene.settings.database
    with subprocess.Popen([sys.executable, "-c", SHELL, str(address.path)], stdin=subprocess.PIPE) as shell:
        wait_until(lambda: holder_of(address.path) == shell.pid, "it keeps the file", 20)
        assert f"session={shell.pid}" in " ".join(one.do for one in look(address).advice)
        assert run(END_SESSION, scene._replace(given={"session": shell.pid})).state == "done"
        assert shell.wait(10) == -signal.SIGKILL
    assert holder_of(address.path) is None
    scene.tell("INSERT INTO schedule (task, last_at, outcome) VALUES ('a', 0, '')")


@pytest.mark.only_on("sqlite", "where a process is what a session is elsewhere")
def test_a_process_that_does_not_write_is_never_ended(scene: Scene) -> None:
    assert run(END_SESSION, scene._replace(given={"session": os.getpid()})).evidence["ms"] == 0


@pytest.mark.only_on("sqlite", "where a process is what a session is elsewhere")
def test_of_two_files_of_one_name_only_who_locks_this_one_is_its_writer(tmp_path: Path) -> None:
    file, other = tmp_path / "haat.db-shm", tmp_path / "other" / "haat.db-shm"
    other.parent.mkdir()
    with keeper_of(file) as keeper, keeper_of(other), file.open():
        assert sqlite.writers(tmp_path / "haat.db") == [keeper.pid]
        file.rename(tmp_path / "removed-haat.db-shm")
        file.touch()
        assert sqlite.writers(tmp_path / "haat.db") == []


@pytest.mark.only_on("sqlite", "where a process is what a session is elsewhere")
def test_a_writer_is_seen_by_every_look_however_many_locks_come_and_go(tmp_path: Path) -> None:
    """The list that the system has of all locks would be without it now and then."""
    file = tmp_path / "haat.db-shm"
    with keeper_of(file) as keeper, ExitStack() as others:
        for number in range(3):
            others.enter_context(program(MANY_LOCKS, tmp_path / f"file{number}"))
        assert {tuple(sqlite.writers(tmp_path / "haat.db")) for _ in range(100)} == {(keeper.pid,)}


@pytest.mark.only_on("sqlite", "where a process is what a session is elsewhere")
def test_whoever_has_stopped_writing_by_the_time_it_would_be_ended_is_left_alone(scene: Scene) -> None:
    assert END_SESSION.steps[0].act(scene._replace(given={"session": os.getpid()})) == []


@on_servers
def test_a_session_that_came_since_the_run_began_is_left_alone(scene: Scene) -> None:
    """Its number may be that of the one which was to be ended: by a run that was killed, and is resumed much later."""
    driver = driver_of(scene.settings.database)
    number = own_number(driver)
    look = END_SESSION.steps[0]
    since = scene._replace(given={"session": number}, began_at=clock.now() - 30 * clock.DAY)
    assert look.check(since).holds
    assert look.act(since) == []
    assert not look.check(since._replace(began_at=clock.now())).holds
    driver.close()


@on_servers
def test_a_session_of_another_database_is_never_ended(scene: Scene, new_database: Callable[[], Address]) -> None:
    other = driver_of(new_database())
    with pytest.raises(Refused, match="is not ended") as refused:
        run(END_SESSION, scene._replace(given={"session": (number := own_number(other))}))
    assert "another database" in refused.value.why
    assert own_number(other) == number
    other.close()


@pytest.mark.only_on("postgresql", "whose parts have numbers too")
def test_a_part_of_the_server_is_never_ended(scene: Scene) -> None:
    [(part,)] = scene.ask("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'")
    with pytest.raises(Refused, match="is not ended"):
        run(END_SESSION, scene._replace(given={"session": part}))
    assert scene.ask("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'") == [(part,)]


def test_ending_a_session_that_is_gone_is_done_already(scene: Scene) -> None:
    assert run(END_SESSION, scene._replace(given={"session": 2**30})).evidence["ms"] == 0


@pytest.fixture
def table(scene: Scene) -> Iterator[str]:
    scene.tell("CREATE TABLE remarks (number INTEGER NOT NULL, topic INTEGER NOT NULL, shade INTEGER NOT NULL)")
    scene.tell("INSERT INTO remarks VALUES (1, 7, 0), (2, 7, 0)")
    yield "remarks"
    scene.tell("DROP TABLE remarks")


def test_an_index_is_created_once_is_valid_and_is_taken_back(scene: Scene, table: str) -> None:
    asked = scene._replace(given={"table": table, "columns": "topic,shade"})
    [step] = CREATE_INDEX.steps
    made = run(CREATE_INDEX, asked)
    assert step.verify(asked) == Finding(True, "by_hand_remarks_topic_shade is there, and valid")
    assert plan(CREATE_INDEX, asked)[0].already
    assert plan(CREATE_INDEX, scene._replace(given={"table": table, "columns": "topic"}))[0].already
    assert not plan(CREATE_INDEX, scene._replace(given={"table": table, "columns": "shade"}))[0].already
    assert take_back(made, CREATE_INDEX, asked).state == "undone"
    assert not step.verify(asked).holds


def test_indexes_of_long_names_are_told_apart(scene: Scene, table: str) -> None:
    columns = [f"{letter * 40}" for letter in "ab"]
    for column in columns:
        scene.tell(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER")
    for given in (columns, columns[::-1]):
        asked = scene._replace(given={"table": table, "columns": ",".join(given)})
        assert run(CREATE_INDEX, asked).state == "done"
        assert CREATE_INDEX.steps[0].verify(asked).holds


@pytest.mark.parametrize(("name", "columns", "what"), [("remark", "topic", "no table"), ("", "topik", "no column")])
def test_an_index_on_what_is_not_there_is_refused(scene: Scene, table: str, name: str, columns: str, what: str) -> None:
    with pytest.raises(Invalid, match=what):
        run(CREATE_INDEX, scene._replace(given={"table": name or table, "columns": columns}))


@pytest.mark.only_on("postgresql", "where an index may be half made")
def test_an_index_that_was_left_half_made_gives_way_to_a_whole_one(scene: Scene, table: str) -> None:
    asked = scene._replace(given={"table": table, "columns": "topic"})
    with suppress(HaatError):  # Two rows have the same topic.
        scene.tell(f"CREATE UNIQUE INDEX CONCURRENTLY by_hand_remarks_topic ON {table} (topic)")
    assert CREATE_INDEX.steps[0].verify(asked) == Finding(False, "by_hand_remarks_topic is there, and not valid")
    assert run(CREATE_INDEX, asked).state == "done"


@pytest.fixture
def letters(scene: Scene) -> Iterator[str]:
    scene.tell("CREATE TABLE letters (number INTEGER NOT NULL, said VARCHAR(1000) NOT NULL)")
    yield "letters"
    scene.tell("DROP TABLE letters")


@pytest.mark.only_on("sqlite mariadb", "which keep the room of what was deleted")
def test_room_that_nothing_takes_is_given_back_and_every_row_is_kept(
    scene: Scene, letters: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compact, "LEAST", 5_000_000)
    scene.tell(f"INSERT INTO {letters} VALUES (1, '{'x' * 1000}')")
    for _ in range(14):
        scene.tell(f"INSERT INTO {letters} SELECT number + (SELECT count(*) FROM {letters}), said FROM {letters}")
    scene.tell(f"DELETE FROM {letters} WHERE number > 9")
    [step] = COMPACT.steps
    wait_until(lambda: not step.check(scene).holds, "what was deleted is cleared away", 20)
    assert run(COMPACT, scene).state == "done"
    assert scene.ask(f"SELECT count(*) FROM {letters}") == [(9,)]
    assert plan(COMPACT, scene)[0].already


@pytest.mark.only_on("sqlite", "whose file is written anew beside itself")
def test_a_file_is_not_written_anew_where_the_disk_has_no_room_for_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compact, "LEAST", 0)
    monkeypatch.setattr(compact, "_SHARE", 0)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(9, 9, 0))  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="no room"):
        run(COMPACT, scene)


@pytest.mark.only_on("postgresql", "where an index may be half made, or far too large")
def test_indexes_that_are_half_made_far_too_large_or_left_behind_are_put_in_order(
    scene: Scene, letters: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compact, "LEAST", 1_000_000)
    scene.tell(f"INSERT INTO {letters} SELECT n, 'x' FROM generate_series(1, 100000) n")
    scene.tell(f"CREATE INDEX large ON {letters} (number)")
    scene.tell(f"DELETE FROM {letters} WHERE mod(number, 20) > 0")
    scene.tell(f"VACUUM (ANALYZE) {letters}")
    for name in ("half_made", "half_made_ccnew"):
        with suppress(HaatError):  # Every row says the same.
            scene.tell(f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {letters} (said)")
    with pytest.raises(Unavailable) as found:
        run(UPKEEP, scene)
    assert "2 indexes are not valid, which compact-database makes anew" in found.value.why
    said = plan(COMPACT, scene)
    assert [str(deed) for deed in said[0].deeds] == [
        'REINDEX INDEX CONCURRENTLY "half_made"',
        'DROP INDEX CONCURRENTLY "half_made_ccnew"',
        'REINDEX INDEX CONCURRENTLY "large"',
    ]
    scene.tell(f"UPDATE {letters} SET said = cast(number AS varchar)")
    assert run(COMPACT, scene).state == "done"
    assert "every index is valid" in UPKEEP.steps[0].verify(scene).said
    assert [
        name
        for (name,) in scene.ask(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'letters'::regclass ORDER BY 1"
        )
    ] == ["half_made", "large"]


def test_nobody_is_shown_who_is_not_there(scene: Scene) -> None:
    assert sessions(scene.settings.database) == []


def own_number(driver: Driver) -> int:
    """Of the session that this thread has."""
    asks = "SELECT pg_backend_pid()" if driver.address.kind == "postgresql" else "SELECT connection_id()"
    [(number,)] = driver.connection().execute(asks).fetchall()
    return int(number)


def take_back(made: Run, procedure: Procedure, scene: Scene) -> Run:
    data = scene.settings.data
    journal = Journal(data / "ops.db")
    try:
        return Runner(journal, data / "ops.lock", lambda *_: None).undo(made, procedure, scene, "ada", "cli")
    finally:
        journal.close()


def blocked(address: Address) -> Session | None:
    return next((one for one in sessions(address) if one.waits_for is not None), None)
