"""What is promised of backups holds where the database is on a server, too: one stack on a server of its own for all of this file."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.support.cutting import Cutter
from tests.support.databases import PostgresServer
from tests.support.kept import Scene, settled
from tests.support.running import wait_until
from tests.support.up import children_of

from haat.config.load import load
from haat.config.secrets import Secret
from haat.kernel import clock, ids
from haat.kernel.clock import HOUR
from haat.kernel.errors import HaatError, Refused, Unavailable
from haat.ops.backups import log, prune, sets
from haat.ops.backups.engine import Follower, Gap, Source
from haat.ops.backups.engines import clients, engine_of, wal
from haat.ops.backups.engines.private import let_through
from haat.ops.backups.prune import Kept
from haat.ops.backups.replay import END
from haat.ops.backups.vault import Vault
from haat.ops.backups.verify import verify

pytestmark = pytest.mark.only_on("postgresql mariadb", "SQLite is copied from its own files, and has its own promises")

# How much later than it was committed something may be known: PostgreSQL's log says itself when that was, by parts of the ms that are counted here.
_SEEN_WITHIN = {"postgresql": 1, "mariadb": 1_000}  # ms
# A user who may not copy, and what an administrator is told to run.
_CLERKS = {
    "postgresql": (
        "CREATE ROLE clerk LOGIN PASSWORD 'seven lamps' IN ROLE pg_read_all_data",
        'ALTER ROLE "clerk" REPLICATION',
    ),
    "mariadb": (
        "GRANT ALL ON market.* TO clerk@'127.0.0.1' IDENTIFIED BY 'seven lamps'",
        "GRANT RELOAD, PROCESS, BINLOG MONITOR, REPLICATION SLAVE ON *.* TO 'clerk'@'127.0.0.1'",
    ),
}


@pytest.fixture(scope="module")
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    scene = Scene(request.config.getoption("database"))
    yield scene
    scene.stop()


@pytest.fixture(scope="module")
def taken(scene: Scene) -> dict[str, Any]:
    """A set that was taken and proved while people wrote."""
    with scene.being_written():
        code, taken = scene.haat("take")
    assert code == 0, taken
    found: dict[str, Any] = taken
    return found


def test_a_set_under_writers_restores_with_all_that_the_shop_promises(taken: dict[str, Any]) -> None:
    assert [what for what, _, _ in taken["proof"]["looked"]] == ["restore", "start", "integrity", "truth"]
    assert taken["proof"]["holds"] is True
    assert taken["parts"]["database"]["files"] > 100


def test_what_a_set_would_be_made_of_is_told_and_nothing_is_copied(scene: Scene, taken: dict[str, Any]) -> None:
    before = scene.haat("list")[1]
    code, plan = scene.haat("take", "--dry-run")
    assert (code, plan["done"], plan["missing"]) == (0, False, [])
    size = taken["parts"]["database"]["bytes"]
    assert size / 4 < plan["databases"] < size * 4
    assert plan["scratch"]["needed"] >= plan["databases"]
    assert scene.haat("list")[1] == before


@pytest.mark.skipif(os.getuid() != 0, reason="only of root do servers run as somebody else")
def test_where_no_server_could_come_to_the_copy_that_is_said_before_anything_is_copied(
    scene: Scene, taken: dict[str, Any]
) -> None:
    before = scene.haat("list")[1]
    scene.home.chmod(0o700)
    try:
        for words in (("take", "--dry-run"), ("take",)):
            code, said = scene.haat(*words)
            assert (code, said["error"]["code"]) == (3, "unavailable")
            assert "backup.scratch" in said["error"]["try"]
    finally:
        scene.home.chmod(0o711)
    assert scene.haat("list")[1] == before


def test_a_second_set_stores_little_more(scene: Scene, taken: dict[str, Any]) -> None:
    assert scene.haat("take", "--unproved")[0] == 0  # People went on writing while that one was proved.
    code, again = scene.haat("take", "--unproved")
    assert code == 0
    assert again["added"] < again["bytes"] / 20


def test_a_set_is_one_instant_and_comes_back_beside_the_server_that_lives(
    scene: Scene, taken: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    into = scene.home / "back"
    code, done = scene.haat("restore", taken["id"], "--into", str(into))
    assert (code, done["done"]) == (0, True)
    monkeypatch.setenv("PGPORT", "1")  # An operator's own, who means another server with it.
    with scene.engine.served(into) as address:
        numbers = scene.numbers(address)
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) % 2 == 0, "half of a transaction"
    restored = load(into, {}, {}).database
    assert (restored.host, restored.port) != (scene.address.host, scene.address.port), "it is the server that lives"
    shutil.rmtree(into)


def test_what_is_killed_leaves_no_set(scene: Scene, taken: dict[str, Any]) -> None:
    before = scene.haat("list")[1]["sets"]
    code, _ = scene.haat("take", HAAT_FAULT=f"backup.pieces:{scene.home / 'killed'}")
    assert code == -9
    assert scene.haat("list")[1]["sets"] == before
    scene.haat("take", "--unproved")
    assert [*(scene.data / "run" / "proofs").iterdir()] == [], "a copy was left"


def test_any_instant_comes_back_as_it_was(scene: Scene, taken: dict[str, Any]) -> None:
    """Exactly: what had been committed by then, and nothing that was committed later."""
    with scene.following() as follower, scene.being_written() as committed:
        assert scene.haat("take", "--unproved")[0] == 0
        began = clock.now()
        until = time.monotonic() + 3
        while time.monotonic() < until:
            follower.tick()
            time.sleep(0.2)
        ended = clock.now()
        time.sleep(0.2)
        wait_until(lambda: settled(follower), "all is read")
    chance = random.Random(3)
    for at in [END, *(chance.randrange(began + 50, ended) for _ in range(3))]:
        numbers = scene.had_back(at)
        assert numbers == list(range(1, len(numbers) + 1))
        # Its own clock says when something was committed, a moment before that is known here.
        seen = min(at, ended) - _SEEN_WITHIN[scene.address.kind]
        assert numbers[-1] >= max((number for number, known in committed.items() if known <= seen), default=0)
        assert numbers[-1] <= min((number for number, known in committed.items() if known > at + 50), default=1 << 60)
    assert verify(scene.vault) == []


def test_nothing_is_missed_while_the_shipper_is_away(scene: Scene, taken: dict[str, Any]) -> None:
    with scene.following():
        assert scene.haat("take", "--unproved")[0] == 0
    streams = {one.stream for one in log.generations(scene.vault, scene.engine.name)}
    with scene.being_written() as committed:
        wait_until(lambda: len(committed) > 50, "facts are written")
    with scene.following() as follower:
        assert follower.tick() >= 0
    assert {one.stream for one in log.generations(scene.vault, scene.engine.name)} == streams
    assert scene.had_back(END)[-1] == max(committed)


@pytest.mark.only_on("postgresql", "MariaDB keeps its logs for as long as its own settings say")
def test_whoever_ships_no_more_leaves_nothing_to_the_server(scene: Scene, taken: dict[str, Any]) -> None:
    with scene.following():
        assert scene.engine.keeps(scene.data) is not None
    scene.engine.let_go(scene.data)
    assert scene.engine.keeps(scene.data) is None


@pytest.mark.only_on("postgresql", "MariaDB keeps its logs for as long as its own settings say")
def test_the_server_keeps_nothing_for_a_machine_that_cannot_read_it(
    scene: Scene, taken: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> Path:
        raise Unavailable(f"There is no {name} on this machine.")

    scene.engine.let_go(scene.data)
    monkeypatch.setattr(wal, "program_of", missing)
    with pytest.raises(Unavailable, match="pg_receivewal"), scene.following():
        pass
    assert scene.engine.keeps(scene.data) is None


@pytest.mark.only_on("postgresql", "MariaDB keeps its logs for as long as its own settings say")
def test_a_log_that_nobody_keeps_is_let_go_when_it_is_too_long(
    scene: Scene, taken: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with scene.following():
        pass
    source = scene.engine.source(scene.data)
    source.relieve()
    assert scene.engine.keeps(scene.data) is not None
    monkeypatch.setattr(wal, "MOST_WAITING", 0)
    source.relieve()
    assert scene.engine.keeps(scene.data) is None


@pytest.mark.only_on("postgresql", "MariaDB has no rule for who may read its log from where")
def test_whoever_may_not_read_the_log_from_here_is_told_which_line_is_missing(
    scene: Scene, taken: dict[str, Any]
) -> None:
    rules = scene.server.folder / "data" / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text("host all all 127.0.0.1/32 trust\n")
    scene.server.ask("SELECT pg_reload_conf()")
    try:
        with closing(scene.engine.source(scene.data).follower(scene.vault)) as follower:
            follower.start()
            wait_until(lambda: "pg_hba.conf" in tried(follower), "the line is named")
        with pytest.raises(Refused) as raised:
            scene.engine.refuse_unless_followed()
        assert "pg_hba.conf" in raised.value.try_
    finally:
        rules.write_text(before)
        scene.server.ask("SELECT pg_reload_conf()")


@pytest.mark.only_on("postgresql", "MariaDB has no slots")
def test_whoever_the_server_has_forgotten_tells_of_a_gap_and_begins_anew(scene: Scene, taken: dict[str, Any]) -> None:
    """As after another server has taken over."""
    with scene.following() as follower:
        # Whoever reads comes again at once.
        wait_until(lambda: dropped(scene), "the slot is gone")
        wait_until(lambda: tells_of_a_gap(follower), "the gap is told")
    assert scene.engine.source(scene.data).spooled() == []
    with scene.following():
        assert scene.engine.keeps(scene.data) is not None


@pytest.mark.only_on("postgresql", "MariaDB tells by the beginning of a log whose it is")
def test_a_standby_that_takes_over_is_followed_in_a_stream_of_its_own(scene: Scene, taken: dict[str, Any]) -> None:
    """At the same address, with a log that goes on on another time line, and without our slot."""
    wire = Cutter(scene.server.port)
    address = scene.address._replace(port=wire.port)
    source = wal.Log(scene.engine.name, address, scene.data)
    try:
        with closing(source.follower(scene.vault)) as follower:
            follower.start()
            wait_until(lambda: settled(follower), "the log is read")
            before = newest_stream(scene)
            with promoted(scene) as second:
                wire.lead_to(second.port)
                wait_until(lambda: tells_of_a_gap(follower), "the gap is told")
                follower.close()
                with begun_anew(source, scene.vault) as anew:
                    assert scene.haat("take", "--unproved", HAAT_STORE__URL=address.reveal())[0] == 0
                    second.ask("CREATE DATABASE of_the_second")
                    wait_until(lambda: settled(anew), "it is kept")
                    assert b"of_the_second" in kept_last(scene)
        assert newest_stream(scene) > before
        assert scene.had_back(END) == scene.numbers(scene.address)
    finally:
        wire.close()
        scene.engine.let_go(scene.data)


@pytest.mark.only_on("postgresql", "MariaDB tells by the beginning of a log whose it is")
@pytest.mark.parametrize("writes_more", [False, True])
def test_a_server_that_others_brought_back_to_an_earlier_instant_is_followed_in_a_stream_of_its_own(
    writes_more: bool, scene: Scene, taken: dict[str, Any]
) -> None:
    """It has the same names for another log, and may have written more of it than was kept before anybody looks."""
    source = scene.engine.source(scene.data)
    with scene.following():
        pass
    with brought_back(scene), scene.following() as follower:
        scene.ask("CREATE TABLE forgotten (number BIGINT)")
        wait_until(lambda: settled(follower), "it is kept")
        before = newest_stream(scene)
        if writes_more:
            follower.close()
    if writes_more:
        scene.ask("CREATE TABLE more AS SELECT n, repeat('x', 1000) FROM generate_series(1, 2000) AS n")
    with begun_anew(source, scene.vault) as follower:
        assert scene.haat("take", "--unproved")[0] == 0
        scene.ask("CREATE TABLE IF NOT EXISTS remembered (number BIGINT)")
        wait_until(lambda: settled(follower), "it is kept")
    assert newest_stream(scene) > before
    assert b"remembered" in kept_last(scene)
    assert scene.had_back(END) == scene.numbers(scene.address)
    scene.ask("DROP TABLE IF EXISTS more")


@pytest.mark.only_on("postgresql", "the follower of MariaDB has tests of its own")
def test_nothing_is_called_kept_that_the_server_has_not_sent_yet(scene: Scene, taken: dict[str, Any]) -> None:
    with scene.following() as follower:
        [receiver] = [pid for pid in children_of(os.getpid()) if name_of(pid) == "pg_receivewal"]
        os.kill(receiver, signal.SIGSTOP)
        try:
            scene.ask("CREATE TABLE late (number BIGINT)")
            assert not settled(follower)
        finally:
            os.kill(receiver, signal.SIGCONT)
        wait_until(lambda: settled(follower), "it comes")
        assert b"late" in kept_last(scene)


@pytest.mark.only_on("postgresql", "the follower of MariaDB has tests of its own")
def test_a_role_that_may_only_replicate_knows_when_all_is_kept(scene: Scene, taken: dict[str, Any]) -> None:
    scene.server.ask("CREATE ROLE courier LOGIN REPLICATION")
    source = wal.Log(scene.engine.name, scene.address._replace(user="courier"), scene.data)
    with closing(source.follower(scene.vault)) as follower:
        follower.start()
        scene.server.ask("SELECT pg_switch_wal()")  # What is left of the segment is zeros.
        wait_until(lambda: settled(follower), "it is read")


@pytest.mark.only_on("postgresql", "the follower of MariaDB has tests of its own")
def test_what_is_committed_while_others_are_kept_is_for_the_next_time(scene: Scene, taken: dict[str, Any]) -> None:
    """The gateway is kept before the shop: what is paid in between is not known to it."""
    with scene.following() as follower:
        follower.tick(lambda: scene.ask("CREATE TABLE in_between (number BIGINT)"))
        assert b"in_between" not in kept_last(scene)
        wait_until(lambda: settled(follower), "it comes")
        assert b"in_between" in kept_last(scene)


@contextmanager
def promoted(scene: Scene) -> Iterator[PostgresServer]:
    """A standby of the server, that is none any more."""
    folder = Path(tempfile.mkdtemp(prefix="haat-standby-"))
    folder.chmod(0o755)
    words = ["--write-recovery-conf", "--checkpoint=fast", "--no-sync", f"--pgdata={folder / 'data'}"]
    clients.run_client([str(clients.program_of("pg_basebackup")), *words], scene.address)
    let_through("postgres", folder / "data")
    server = PostgresServer(folder, is_durable=True)
    try:
        server.start()
        server.ask("SELECT pg_promote()")
        yield server
    finally:
        server.stop()


@contextmanager
def brought_back(scene: Scene) -> Iterator[None]:
    """What its server had on the disk before is there again afterwards."""
    data = scene.server.folder / "data"
    before = data.with_name("before")
    scene.server.end()
    subprocess.run(["cp", "--archive", str(data), str(before)], check=True)
    scene.server.start()
    yield
    scene.server.kill()
    shutil.rmtree(data)
    before.rename(data)
    scene.server.start()


@contextmanager
def begun_anew(source: Source, vault: Vault) -> Iterator[Follower]:
    """Whoever follows it when it is followed without a gap."""
    found: list[Follower] = []

    def is_followed() -> bool:
        follower = source.follower(vault)
        try:
            follower.start()
            wait_until(lambda: settled_or_gone(follower), "it is read")
        except Gap:
            follower.close()
            return False
        found.append(follower)
        return True

    wait_until(is_followed, "there is no gap any more")
    with closing(found[0]):
        yield found[0]


def settled_or_gone(follower: Follower) -> bool:
    """The same as `settled`. Raises Gap."""
    try:
        follower.tick()
    except Gap:
        raise
    except Unavailable:
        return False
    return True


def newest_stream(scene: Scene) -> int:
    return log.generations(scene.vault, scene.engine.name)[-1].stream


def kept_last(scene: Scene) -> bytes:
    """The last two files of its log, as far as they are kept."""
    known = log.generations(scene.vault, scene.engine.name)
    return b"".join(log.whole(scene.vault, scene.engine.name, one).frames for one in known[-2:])


def tried(follower: Follower) -> str:
    """What the follower says that may be tried."""
    try:
        follower.tick()
    except HaatError as error:
        return error.try_
    return ""


def tells_of_a_gap(follower: Follower) -> bool:
    try:
        follower.tick()
    except Unavailable as error:
        return isinstance(error, Gap)
    return False


def dropped(scene: Scene) -> bool:
    slot = scene.engine.source(scene.data).slot
    try:
        scene.ask(f"SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '{slot}'")
        scene.ask(f"SELECT pg_drop_replication_slot('{slot}')")
    except psycopg.errors.ObjectInUse:  # It is read still.
        return False
    return True


def name_of(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text("ascii").strip()


def test_old_logs_go_with_the_sets_that_went_on_with_them(scene: Scene, taken: dict[str, Any]) -> None:
    with scene.following() as follower, scene.being_written() as committed:
        wait_until(lambda: len(committed) > 50, "facts are written")
        scene.haat("take", "--unproved")
        follower.tick()
        with clock.frozen(clock.now() + HOUR):
            prune.prune(scene.vault, prune.plan(scene.vault, Kept(1, 1), clock.now()))
    with scene.following():
        pass
    assert scene.had_back(END)[-1] == max(committed)
    assert verify(scene.vault) == []


def test_a_piece_that_was_changed_is_found(scene: Scene, taken: dict[str, Any]) -> None:
    code, taken = scene.haat("take", "--unproved")
    files = sets.get(scene.vault, ids.decode(taken["id"])).part("database").files
    piece = scene.data / "backups" / max(files, key=lambda file: file.size).pieces[0]
    kept = piece.read_bytes()
    piece.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    code, found = scene.haat("verify")
    assert code == 1
    assert taken["id"] in found["wrong"][0]["sets"]
    code, proved = scene.haat("prove", taken["id"])
    assert (code, proved["proof"]["holds"]) == (1, False)
    piece.write_bytes(kept)


def test_a_role_that_may_not_copy_is_told_what_an_administrator_runs(scene: Scene) -> None:
    statement, remedy = _CLERKS[scene.address.kind]
    scene.server.ask(statement)
    clerk = scene.address._replace(user="clerk", password=Secret("seven lamps"))
    for words in (("take", "--dry-run"), ("take",)):
        code, said = scene.haat(*words, HAAT_STORE__URL=clerk.reveal())
        assert code == 1
        assert remedy in json.dumps(said, ensure_ascii=False).replace('\\"', '"')
        assert "seven lamps" not in json.dumps(said)
    with pytest.raises(HaatError, match="cannot be copied"):
        engine_of(load(scene.data, {"HAAT_STORE__URL": clerk.reveal()}, {})).source(scene.data).follower(
            scene.vault
        ).start()
