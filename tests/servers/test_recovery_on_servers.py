"""A database on a server comes back to that server: a copy gets its place by names alone, and whoever is killed in between is gone on with."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.support.kept import Scene, settled
from tests.support.killing import killed_after
from tests.support.running import wait_until

from haat.config.address import Address
from haat.config.load import load
from haat.config.secrets import Secret
from haat.kernel import clock
from haat.kernel.errors import NotFound, Refused, Unavailable
from haat.ops import running
from haat.ops.backups import swap
from haat.ops.backups.engine import Carrier
from haat.ops.backups.engines import at_work, engine_at
from haat.ops.backups.swap import Ready
from haat.ops.procedure import Scene as Stage
from haat.ops.procedure.journal import Journal
from haat.ops.procedure.run import Runner
from haat.ops.recovery.recover_database import RECOVER_DATABASE, is_lost, what_is_wrong
from haat.store.drivers import driver_of

pytestmark = pytest.mark.only_on("postgresql mariadb", "a file has another way to its place")

# A user who may use the shop's database and nothing more, and what an administrator is told to run.
_CLERKS = {
    "postgresql": (
        "CREATE ROLE clerk LOGIN PASSWORD 'seven lamps' IN ROLE pg_read_all_data",
        'ALTER ROLE "clerk" CREATEDB; ALTER DATABASE "market" OWNER TO "clerk";',
    ),
    "mariadb": (
        "GRANT ALL ON market.* TO clerk@'127.0.0.1' IDENTIFIED BY 'seven lamps'",
        "GRANT ALL ON `market\\_%`.* TO 'clerk'@'127.0.0.1';",
    ),
}
# One who may do what a recovery needs, and put out nobody.
_WAITERS = {
    "postgresql": (
        "CREATE ROLE waiter LOGIN CREATEDB PASSWORD 'nine lamps'",
        "ALTER DATABASE small OWNER TO waiter",
        "ALTER DATABASE small_beside OWNER TO waiter",
    ),
    "mariadb": (
        "GRANT ALL ON small.* TO waiter@'127.0.0.1' IDENTIFIED BY 'nine lamps'",
        "GRANT ALL ON `small\\_%`.* TO waiter@'127.0.0.1'",
    ),
}
# One who may not see the log of the server, and what an administrator is told to run.
_LODGERS = {
    "postgresql": ("CREATE ROLE lodger LOGIN PASSWORD 'six lamps'", 'ALTER ROLE "lodger" REPLICATION;'),
    "mariadb": (
        "GRANT ALL ON market.* TO lodger@'127.0.0.1' IDENTIFIED BY 'six lamps'",
        "GRANT RELOAD, PROCESS, BINLOG MONITOR, REPLICATION SLAVE ON *.* TO 'lodger'@'127.0.0.1';",
    ),
}
_DROP = {"postgresql": 'DROP DATABASE "{}" WITH (FORCE)', "mariadb": "DROP DATABASE `{}`"}


@pytest.fixture(scope="module")
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    scene = Scene(request.config.getoption("database"))
    assert scene.haat("take", "--unproved")[0] == 0
    yield scene
    scene.stop()


@pytest.fixture
def carrier(scene: Scene) -> Carrier:
    found = engine_at(scene.address).carrier()
    assert found is not None
    return found


@pytest.fixture
def small(scene: Scene, carrier: Carrier, tmp_path: Path) -> Iterator[Path]:
    """The folder of a stack with a database of one row, and a copy with two that waits for its place."""
    for name, rows in (("small", 1), ("small_beside", 2)):
        make(scene, name, rows)
    swap.copy_of(tmp_path).mkdir()
    say_ready(tmp_path)
    yield tmp_path
    for name in carrier.names():
        if name.startswith("small"):
            drop(scene, name)


def drop(scene: Scene, name: str) -> None:
    scene.server.ask(_DROP[scene.address.kind].format(name))


def make(scene: Scene, name: str, rows: int) -> None:
    scene.server.ask(f"CREATE DATABASE {name}")
    driver = driver_of(scene.address._replace(database=name))
    with closing(driver):
        driver.connection().execute("CREATE TABLE numbers (number INTEGER PRIMARY KEY)")
        values = ", ".join(f"({number})" for number in range(rows))
        driver.connection().execute(f"INSERT INTO numbers VALUES {values}")


def say_ready(data: Path) -> None:
    swap.say_ready(data, Ready(1, 2, (), 3, 3, 3, ("sound",), database="small"))


def rows(carrier: Carrier, name: str) -> int:
    return sum(carrier.counts(name).values())


def test_what_was_there_is_kept_under_another_name_and_can_be_put_back(
    scene: Scene, carrier: Carrier, small: Path
) -> None:
    done = swap.swap(small, carrier)
    assert (rows(carrier, "small"), rows(carrier, done.kept)) == (2, 1)
    assert done.kept.startswith("small_before_2")
    assert "small_beside" not in carrier.names()
    assert done.kept in done.tells_where(small)
    back = swap.swap_back(small, carrier)
    assert (rows(carrier, "small"), rows(carrier, back.undone)) == (1, 2)
    assert done.kept not in carrier.names()
    with pytest.raises(NotFound):
        swap.swap_back(small, carrier)


def test_killed_after_any_move_it_is_finished_or_taken_back_whole(scene: Scene, carrier: Carrier, small: Path) -> None:
    for moves in range(20):
        if not killed_after(moves, lambda: swap.swap(small, carrier)):
            break
        if running.is_swapping(small):
            with pytest.raises(Refused):
                swap.refuse_half_done(small)
    assert moves >= 2
    assert rows(carrier, "small") == 2
    for moves in range(20):
        if not killed_after(moves, lambda: swap.swap_back(small, carrier)):
            break
    assert moves >= 2
    assert rows(carrier, "small") == 1
    assert swap.what_was_put(small) is None


def test_a_swap_that_was_killed_halfway_can_be_taken_back(scene: Scene, carrier: Carrier, small: Path) -> None:
    assert killed_after(2, lambda: swap.swap(small, carrier))
    assert running.is_swapping(small)
    swap.swap_back(small, carrier)
    assert rows(carrier, "small") == 1


def test_where_nothing_is_nothing_is_set_aside(scene: Scene, carrier: Carrier, small: Path) -> None:
    drop(scene, "small")
    done = swap.swap(small, carrier)
    assert (done.kept, rows(carrier, "small")) == ("", 2)
    swap.swap_back(small, carrier)
    assert "small" not in carrier.names()


def test_whoever_is_connected_is_named_and_put_out_when_the_name_is_given(
    scene: Scene, carrier: Carrier, small: Path
) -> None:
    driver = driver_of(scene.address._replace(database="small"))
    with closing(driver):
        driver.connection().execute("SELECT 1")
        [told] = carrier.sessions("small")
        assert "haat" in told
        swap.swap(small, carrier)
        assert carrier.sessions("small") == []


def test_a_copy_that_is_refused_the_place_while_somebody_holds_it_is_taken_back_meanwhile(
    scene: Scene, carrier: Carrier, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("haat.ops.backups.engines.carried._PATIENCE", 0.5)
    for statement in _WAITERS[scene.address.kind]:
        scene.server.ask(statement)
    waiter = scene.address._replace(user="waiter", password=Secret("nine lamps"))
    limited = engine_at(waiter._replace(database="small")).carrier()
    assert limited is not None
    holder = driver_of(scene.address._replace(database="small"))
    with closing(holder), holder.snapshot() as held:
        held.execute("SELECT number FROM numbers").fetchall()
        with pytest.raises(Refused):
            swap.swap(small, limited)
        assert running.is_swapping(small)
        swap.swap_back(small, limited)
        assert not running.is_swapping(small)
        assert held.execute("SELECT number FROM numbers").fetchall() == [(0,)]
    assert sorted(name for name in carrier.names() if name.startswith("small")) == ["small", "small_beside"]
    say_ready(small)
    swap.swap(small, carrier)
    assert rows(carrier, "small") == 2


def test_two_databases_are_never_made_one(scene: Scene, carrier: Carrier, small: Path) -> None:
    with pytest.raises(Refused):
        carrier.rename("small", "small_beside")
    assert (rows(carrier, "small"), rows(carrier, "small_beside")) == (1, 2)
    with pytest.raises(NotFound):
        carrier.rename("small_no", "small_none")


def test_what_is_somebody_elses_is_not_made_anew_and_what_was_left_half_made_is(
    scene: Scene, carrier: Carrier, small: Path
) -> None:
    copy = scene.address._replace(database="small")
    with pytest.raises(Refused, match="small_beside"):
        carrier.carry(copy, "small_beside")
    for moves in (0, 1):
        assert killed_after(moves, lambda: carrier.carry(copy, "small_carried"))
    carrier.carry(copy, "small_carried")
    assert carrier.counts("small_carried") == carrier.counts("small")


def test_a_user_who_may_not_do_it_is_told_what_an_administrator_runs(scene: Scene) -> None:
    statement, remedy = _CLERKS[scene.address.kind]
    scene.server.ask(statement)
    clerk = scene.address._replace(user="clerk", password=Secret("seven lamps"))
    stage = Stage(load(scene.data, {"HAAT_STORE__URL": clerk.reveal()}, {}), {})
    with pytest.raises(Refused) as raised:
        is_lost(stage)
    assert remedy in raised.value.try_
    code, said = scene.haat("restore", "--beside", HAAT_STORE__URL=clerk.reveal())
    assert (code, remedy in json.dumps(said).replace("\\\\", "\\").replace('\\"', '"')) == (1, True)


def test_where_nobody_may_keep_what_is_committed_a_recovery_says_so_at_its_end(scene: Scene) -> None:
    """An empty server in the place of one that is lost gives the shop what it was given, which may be too little."""
    statement, remedy = _LODGERS[scene.address.kind]
    scene.server.ask(statement)
    lodger = scene.address._replace(user="lodger", password=Secret("six lamps"))
    said = {}
    for address in (scene.address, lodger):
        given = {"HAAT_STORE__URL": address.reveal(), "HAAT_BACKUP__SHIP": "yes"}
        found = RECOVER_DATABASE.steps[-1].verify(Stage(load(scene.data, given, {}), {}))
        assert found.holds
        said[address.user] = found.said
    assert "is not kept" not in said[scene.address.user]
    assert "what is committed from now on is not kept" in said["lodger"]
    assert remedy in said["lodger"]
    given.pop("HAAT_BACKUP__SHIP")
    assert "kept" not in RECOVER_DATABASE.steps[-1].verify(Stage(load(scene.data, given, {}), {})).said


@pytest.mark.only_on("mariadb", "whoever may make databases on PostgreSQL owns them")
def test_who_has_no_right_to_the_shops_own_on_a_new_server_is_told_before_anything_is_done(scene: Scene) -> None:
    scene.server.ask("GRANT ALL ON `new\\_shop\\_%`.* TO lodger@'127.0.0.1' IDENTIFIED BY 'six lamps'")
    lodger = scene.address._replace(user="lodger", password=Secret("six lamps"), database="new_shop")
    there = engine_at(lodger).carrier()
    assert there is not None
    with pytest.raises(Refused) as raised:
        there.refuse_unless_allowed()
    statement = "GRANT ALL ON `new\\_shop`.* TO 'lodger'@'127.0.0.1';"
    assert statement in raised.value.try_
    scene.server.ask(statement)
    there.refuse_unless_allowed()
    assert not {name for name in there.names() if name.startswith("new_shop")}, "nothing was made"


def test_it_is_said_what_is_wrong_with_a_database_and_when_that_cannot_be_seen(scene: Scene) -> None:
    def wrong(address: Address) -> str:
        return what_is_wrong(Stage(load(scene.data, {"HAAT_STORE__URL": address.reveal()}, {}), {}))

    assert wrong(scene.address) == ""
    with pytest.raises(Refused, match="sound"):
        is_lost(Stage(load(scene.data, {}, {}), {}))
    assert "there is no database" in wrong(scene.address._replace(database="nothing"))
    scene.ask("ALTER TABLE deal_lines RENAME TO lines_before")
    assert wrong(scene.address) == "market lacks deal_lines"
    scene.ask("ALTER TABLE lines_before RENAME TO deal_lines")
    with pytest.raises(Unavailable):
        wrong(scene.address._replace(port=1))


def test_a_server_that_is_away_or_was_just_started_is_looked_at_when_the_shop_rests(scene: Scene) -> None:
    """And it goes on by itself when all is found to be well."""
    look, away = RECOVER_DATABASE.steps[0], scene.address._replace(port=1)
    hold = running.hold_of(scene.data)
    for address in (away, scene.address):
        scene.server.end()
        scene.server.start()
        stage = Stage(load(scene.data, {"HAAT_STORE__URL": address.reveal()}, {}), {})
        assert [str(hold) in str(deed) for deed in look.act(stage)] == [True]
    hold.parent.mkdir(exist_ok=True)
    with pytest.raises(Refused, match="sound"), closing(Journal(running.memory_of(scene.data))) as journal:
        runner = Runner(journal, running.operations_lock_of(scene.data), lambda *_: None)
        runner.start(RECOVER_DATABASE, Stage(load(scene.data, {}, {}), {}), "ada", "cli")
    with closing(Journal(running.memory_of(scene.data))) as journal:
        [run] = journal.newest(1)
        assert any(str(hold) in one.said for one in journal.entries(run.id)), "the shop rested"
    assert not hold.exists()


@pytest.mark.only_on("postgresql", "MariaDB looks at its tables itself")
def test_a_page_that_was_overwritten_is_found(scene: Scene, carrier: Carrier) -> None:
    make(scene, "spoilt", 2000)
    spoilt = scene.address._replace(database="spoilt")
    with closing(driver_of(spoilt)) as driver:
        [(name, index)] = driver.ask("SELECT pg_relation_filepath('numbers'), pg_relation_filepath('numbers_pkey')")
    found = engine_at(spoilt).carrier()
    assert found is not None
    assert found.wrong() == ""
    for damaged in (index, name):
        scene.server.end()  # In order: what it has to recover it may have whole pages of.
        with (scene.server.folder / "data" / damaged).open("r+b") as file:
            file.seek(8192)
            file.write(os.urandom(8192))
        scene.server.start()
        assert "invalid page" in found.wrong()
        assert damaged in found.wrong()
    with closing(driver_of(spoilt)) as driver:
        assert driver.ask("SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'") == [(0,)]
    scene.server.ask("DROP DATABASE spoilt")


def test_a_copy_takes_the_place_of_a_database_and_an_instant_after_that_can_be_had(scene: Scene) -> None:
    """What was there is kept, what was ordered since is named, and the log goes on as one line."""
    with scene.following() as follower:
        assert scene.haat("take", "--unproved")[0] == 0
        scene.ask(f"INSERT INTO facts VALUES (1, {clock.now()}, 'before')")
        wait_until(lambda: settled(follower), "it is kept")
        time.sleep(0.002)  # What was seen within a millisecond is dated after it.
        at = clock.now()
        scene.ask("UPDATE facts SET content = 'spoiled'")
        code, ready = scene.haat("restore", "--beside", "--to", instant(at))
        assert code == 0, ready
        code, done = scene.haat("swap")
        assert code == 0, done
        assert contents(scene.address) == ["before"]
        assert contents(scene.address._replace(database=done["kept"])) == ["spoiled"]

        scene.ask(f"INSERT INTO facts VALUES (3, {clock.now()}, 'after')")
        wait_until(lambda: settled(follower), "it is kept")
        time.sleep(0.002)  # What was seen within a millisecond is dated after it.
        at = clock.now()
        scene.ask("DELETE FROM facts")
        wait_until(lambda: settled(follower), "that is kept as well")
        code, ready = scene.haat("restore", "--replace", "--to", instant(at))
        assert code == 0, ready
        assert contents(scene.address) == ["before", "after"]
    assert at_work(load(scene.data, {}, {})) == []


def test_what_was_dropped_comes_back_with_all_that_was_in_it_then(scene: Scene) -> None:
    """Killed where the copy is carried, and where it gets its place: gone on with; and in the end taken back."""
    with scene.following() as follower:
        assert scene.haat("take", "--unproved")[0] == 0
        with scene.being_written() as committed:
            wait_until(lambda: len(committed) > 30, "facts are written")
        kept = scene.numbers(scene.address)
        drop(scene, scene.address.database)
        wait_until(lambda: settled(follower), "that is kept as well")

        for point in ("carry.carried", "swap.moved"):
            words = ("resume", runs(scene)[0]["id"]) if point != "carry.carried" else ("run", "recover-database")
            code, said = scene.asked("runbook", *words, HAAT_FAULT=f"{point}:{scene.home / point}")
            assert code != 0, said
            assert running.hold_of(scene.data).exists(), "the shop rests until somebody decides"
        code, said = scene.asked("runbook", "resume", runs(scene)[0]["id"])
        assert code == 0, said
        assert scene.numbers(scene.address) == kept
        assert not running.hold_of(scene.data).exists()

        code, said = scene.asked("runbook", "undo", runs(scene)[0]["id"])
        assert code == 0, said
        there = engine_at(scene.address).carrier()
        assert there is not None
        assert scene.address.database not in there.names()
        assert swap.beside(scene.address.database) not in there.names()
        back = swap.last(scene.data)
        assert back is not None
        there.rename(back.undone, scene.address.database)


def runs(scene: Scene) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = scene.asked("runbook", "history")[1]["runs"]
    return found


def instant(at: int) -> str:
    return f"{clock.as_datetime(at):%Y-%m-%dT%H:%M:%S.%f}"[:-3]


def contents(address: Address) -> list[str]:
    driver = driver_of(address)
    with closing(driver):
        return [row[0] for row in driver.connection().execute("SELECT content FROM facts ORDER BY number").fetchall()]


def test_a_new_machine_has_its_database_on_the_server_that_its_desk_names(scene: Scene) -> None:
    """Never where something lives; killed in between it is gone on with."""
    into, desk = scene.home / "new", scene.home / "desk"
    code, taken = scene.haat("take", "--unproved")
    assert code == 0, taken
    assert scene.haat("restore", taken["id"], "--into", str(into))[0] == 0
    desk.mkdir()
    code, said = scene.asked("backup", "carry", str(into), of=desk)
    assert (code, "has no server to come to" in json.dumps(said)) == (1, True)
    (desk / "haat.toml").write_text(f'[store]\nurl = "{scene.address.reveal()}"\n')
    code, said = scene.asked("backup", "carry", str(into), of=desk)
    assert (code, "something is in it" in json.dumps(said)) == (1, True)

    there = scene.address._replace(database="moved")
    (desk / "haat.toml").write_text(f'[store]\nurl = "{there.reveal()}"\n')
    for point in ("carry.carried", "swap.moved", "carry.named"):
        code, said = scene.asked(
            "backup", "carry", str(into), of=desk, HAAT_FAULT=f"{point}:{scene.home / f'of-{point}'}"
        )
        assert code == -9, said
    code, said = scene.asked("backup", "carry", str(into), of=desk)
    assert code == 0, said
    assert load(into, {}, {}).database.reveal() == there.reveal()
    assert not (into / scene.engine.name).exists()
    assert scene.numbers(there) is not None
    code, said = scene.asked("truth", of=into)
    assert code == 0, said
