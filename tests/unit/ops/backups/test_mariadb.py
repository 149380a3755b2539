"""A server of MariaDB is copied while it runs, what is committed there is kept within a second, and any second can be had back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pymysql
import pytest
from tests.support.running import wait_until

from haat.adapters.files.shelf import FolderShelf
from haat.config.address import Address
from haat.kernel import clock
from haat.kernel.errors import Refused, Unavailable
from haat.ops.backups import log, vault
from haat.ops.backups.engine import Behind, Gap
from haat.ops.backups.engines.mariadb import MariaDB
from haat.ops.backups.gather import gathered
from haat.ops.backups.manifest import Manifest
from haat.ops.backups.mariadb.checked import found_in
from haat.ops.backups.mariadb.follow import Follower
from haat.ops.backups.mariadb.recover import recover
from haat.ops.backups.replay import END, as_taken, replay, way_to
from haat.ops.backups.restore import restore_into
from haat.ops.backups.take import Stack, take
from haat.ops.backups.vault import Damaged, Key, Vault
from haat.ops.drills.servers import OwnMaria
from haat.ops.servers import free_port

pytestmark = pytest.mark.only_on("mariadb", "its own programs copy it, and its binary logs are its own")

_NEEDED = "RELOAD, PROCESS, BINLOG MONITOR, REPLICATION SLAVE"


@pytest.fixture(scope="module")
def server() -> Iterator[OwnMaria]:
    folder = Path(tempfile.mkdtemp(prefix="haat-backed-up-"))
    folder.chmod(0o755)
    settings = {"log-bin": folder / "data" / "Shop-bin", "innodb-log-file-size": "16M", "innodb-flush-method": "nosync"}
    server = OwnMaria(folder, settings)
    server.start()
    server.ask("CREATE USER shop@'127.0.0.1' IDENTIFIED BY 'it''s \"seven\" #1'")
    server.ask(f"GRANT {_NEEDED} ON *.* TO shop@'127.0.0.1'")
    yield server
    server.kill()
    shutil.rmtree(folder)


@pytest.fixture
def shop(server: OwnMaria) -> Address:
    """A database in which facts are noted."""
    server.ask("CREATE OR REPLACE DATABASE shop")
    server.ask("GRANT ALL ON shop.* TO shop@'127.0.0.1'")
    server.ask("CREATE TABLE shop.facts (number INTEGER PRIMARY KEY, at BIGINT, content BLOB)")
    return Address.of(f"mariadb://shop:it%27s%20%22seven%22%20%231@127.0.0.1:{server.port}/shop")


@pytest.fixture
def opened(home: Path) -> Vault:
    return vault.create(FolderShelf(home / "repository"), Key(b"k" * 32))


@contextmanager
def shipping(opened: Vault, shop: Address, home: Path, long: int = 64_000_000) -> Iterator[Follower]:
    with closing(Follower(opened, shop, "mariadb", home / "spool", long)) as follower:
        follower.start()
        yield follower


def taken(opened: Vault, shop: Address, home: Path) -> Manifest:
    data = home / "stack"
    data.mkdir(exist_ok=True)
    engine = MariaDB(shop)
    with gathered(data, engine, home / "scratch") as found:
        return take(opened, Stack("0.1", "handwork", "/srv/shop", str(engine.address), "MariaDB", "0014"), found)


def add(server: OwnMaria, *numbers: int) -> None:
    for number in numbers:
        server.ask(f"INSERT INTO shop.facts VALUES ({number}, {clock.now()}, repeat('x', 300))")


def numbers(address: Address) -> dict[int, int]:
    connection = pymysql.connect(
        unix_socket=dict(address.options)["unix_socket"], user=address.user, password=address.password.reveal()
    )
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT number, at FROM shop.facts ORDER BY number")
        return dict(cursor.fetchall())


def had_back(opened: Vault, shop: Address, into: Path, at: int = END) -> list[int]:
    engine = MariaDB(shop)
    way = way_to(opened, at)
    restore_into(opened, way.manifest, into, finish=lambda folder: replay(opened, way, folder, engine, at))
    with engine.served(into) as address:
        assert engine.sound(into, address).holds
        found = [*numbers(address)]
    shutil.rmtree(into)
    return found


def test_what_was_committed_comes_back_at_any_instant(
    opened: Vault, server: OwnMaria, shop: Address, home: Path
) -> None:
    """Over several logs, with changes of tables and of users in them, and a set that was taken under writers."""
    instants: dict[int, int] = {}
    with shipping(opened, shop, home, long=3_000) as follower:
        add(server, 1)
        taken(opened, shop, home)
        for number in range(2, 30):
            add(server, number)
            follower.tick()
            time.sleep(0.002)
            instants[number] = clock.now()
            if number == 10:
                server.ask("ALTER TABLE shop.facts ADD more INTEGER")
                server.ask("CREATE OR REPLACE USER somebody@localhost")
                server.ask("ALTER TABLE shop.facts DROP more")
        server.ask("DELETE FROM shop.facts")
        assert follower.tick() > 0
        assert follower.tick() == 0
    assert len(log.generations(opened, "mariadb")) > 2
    assert had_back(opened, shop, home / "end") == []
    assert had_back(opened, shop, home / "then", instants[17]) == [*range(1, 18)]


def test_an_instant_between_two_looks_into_the_repository_is_known(
    opened: Vault, server: OwnMaria, shop: Address, home: Path
) -> None:
    with shipping(opened, shop, home) as follower:
        taken(opened, shop, home)
        follower.tick()
        add(server, 1)
        wait_until(lambda: bool(follower._reader.seen(follower._number, follower._end, 1 << 40)), "it has come")
        time.sleep(0.002)
        at = clock.now()
        add(server, 2)
        follower.tick()
    assert had_back(opened, shop, home / "then", at) == [1]


def test_whoever_was_away_goes_on_and_what_it_missed_is_known_to_the_second(
    opened: Vault, server: OwnMaria, shop: Address, home: Path
) -> None:
    """The server was killed meanwhile, too, and the set is of the very end of a log."""
    with shipping(opened, shop, home) as follower:
        add(server, 1)
        follower.tick()
        taken(opened, shop, home)
    server.kill()
    server.start()
    add(server, 2)
    time.sleep(1.5)
    between = clock.now()
    time.sleep(1.0)
    add(server, 3)
    with shipping(opened, shop, home) as follower:
        follower.tick()
        server.kill()
        with pytest.raises(Unavailable):
            follower.tick()
        server.start()
        add(server, 4)
        follower.tick()
    assert len({one.stream for one in log.generations(opened, "mariadb")}) == 1
    assert had_back(opened, shop, home / "then", between) == [1, 2]
    assert had_back(opened, shop, home / "end") == [1, 2, 3, 4]


def test_what_the_server_has_purged_is_a_gap_and_a_stream_of_its_own_goes_on(
    opened: Vault, server: OwnMaria, shop: Address, home: Path
) -> None:
    with shipping(opened, shop, home) as follower:
        add(server, 1)
        follower.tick()
        follower._reader.close()  # As if it had been killed.
        forget_logs(server)
        with pytest.raises(Gap, match="gap"):
            follower.tick()
    with shipping(opened, shop, home) as follower:
        add(server, 2)
        follower.tick()
        server.ask("RESET MASTER")
        with pytest.raises(Gap):
            follower.tick()
    with shipping(opened, shop, home) as follower:
        add(server, 3)
        follower.tick()
        lose_the_end_of_the_log(server)
        with pytest.raises(Unavailable):
            follower.tick()  # It has found out that the server went away.
        with pytest.raises(Gap):
            follower.tick()
    with shipping(opened, shop, home) as follower:
        follower.tick()
    assert len({one.stream for one in log.generations(opened, "mariadb")}) == 4


def test_what_has_no_room_here_stays_on_the_server_until_it_can_be_kept(
    opened: Vault, server: OwnMaria, shop: Address, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("haat.ops.backups.mariadb.follow._ROOM", 2_000)
    rests = 0
    with shipping(opened, shop, home) as follower:
        add(server, 1)
        taken(opened, shop, home)
        for number in range(2, 30):
            add(server, number)
            if number % 5 == 0:
                server.ask("FLUSH BINARY LOGS")
            if number % 7 == 0:
                rests += not is_kept(follower) or follower._reader.rests
        assert rests
        wait_until(lambda: is_kept(follower), "everything is kept")
    assert had_back(opened, shop, home / "end") == [*range(1, 30)]


def is_kept(follower: Follower) -> bool:
    try:
        follower.tick()
    except Behind:
        return False
    return True


def lose_the_end_of_the_log(server: OwnMaria) -> None:
    """As a power cut may, where logs are not on disk before people are told."""
    server.kill()
    last = max((server.folder / "data").glob("Shop-bin.0*"))
    os.truncate(last, last.stat().st_size - 100)
    server.start()


def forget_logs(server: OwnMaria) -> None:
    server.ask("FLUSH BINARY LOGS")
    server.ask("FLUSH BINARY LOGS")
    until = time.monotonic() + 10
    while len([*(server.folder / "data").glob("Shop-bin.0*")]) > 1 and time.monotonic() < until:
        server.ask("PURGE BINARY LOGS BEFORE now() + INTERVAL 1 DAY")


@pytest.mark.parametrize("missing", ["RELOAD", "BINLOG MONITOR", "REPLICATION SLAVE"])
def test_whoever_may_not_is_told_what_an_administrator_has_to_say(
    missing: str, opened: Vault, server: OwnMaria, shop: Address, home: Path
) -> None:
    server.ask(f"REVOKE {missing} ON *.* FROM shop@'127.0.0.1'")
    try:
        with pytest.raises(Refused) as refused, shipping(opened, shop, home) as follower:
            follower.tick()
        if missing != "REPLICATION SLAVE":
            with pytest.raises(Refused):
                taken(opened, shop, home)
    finally:
        server.ask(f"GRANT {_NEEDED} ON *.* TO shop@'127.0.0.1'")
    assert refused.value.try_.endswith(f"GRANT {_NEEDED} ON *.* TO 'shop'@'127.0.0.1';")


def test_a_server_without_a_log_is_copied_and_not_followed(
    opened: Vault, new_database: Callable[[], Address], home: Path
) -> None:
    address = new_database()
    with pytest.raises(Refused, match="cannot be kept") as refused, shipping(opened, address, home):
        pass
    assert "log_bin" in refused.value.try_
    assert taken(opened, address, home).positions["mariadb"] == ""


def test_a_copy_whose_pages_were_changed_is_found(opened: Vault, server: OwnMaria, shop: Address, home: Path) -> None:
    server.connected("shop", "INSERT INTO facts SELECT seq, 0, repeat('x', 300) FROM seq_1_to_2000")
    way, engine = as_taken(taken(opened, shop, home)), MariaDB(shop)
    into = home / "back"
    restore_into(opened, way.manifest, into, finish=lambda folder: replay(opened, way, folder, engine, way.reaches))
    file = into / "mariadb" / "shop" / "facts.ibd"
    content = bytearray(file.read_bytes())
    content[4 * 16_384 + 5_000] ^= 1
    file.write_bytes(content)
    with pytest.raises(Damaged), engine.served(into) as address:
        found = engine.sound(into, address)
        assert "facts" in found.said
        raise Damaged(found.said)


def test_what_an_operator_is_told_starts_a_server_on_the_copy(
    opened: Vault, server: OwnMaria, shop: Address, home: Path
) -> None:
    add(server, 1, 2)
    way, engine = as_taken(taken(opened, shop, home)), MariaDB(shop._replace(port=free_port() - 1))
    into = home / "back"
    restore_into(opened, way.manifest, into, finish=lambda folder: replay(opened, way, folder, engine, way.reaches))
    [told] = [line.split() for line in engine.told(into) if "mariadbd" in line]
    with subprocess.Popen(told, env={"PATH": f"{os.environ['PATH']}:/usr/sbin"}, stderr=subprocess.PIPE) as copy:
        assert copy.stderr
        for line in copy.stderr:
            if b"ready for connections" in line:
                break
        connection = pymysql.connect(unix_socket=str(into / "mariadb" / "socket"), user="root", ssl_disabled=True)
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT number FROM shop.facts ORDER BY number")
            assert cursor.fetchall() == ((1,), (2,))
        copy.terminate()
        copy.stderr.read()


@pytest.mark.parametrize(
    ("ends", "error"),
    [("kill -9 $$", Unavailable), ("echo 'write failed with error 28'; exit 1", Unavailable), ("exit 1", Damaged)],
)
def test_what_is_wrong_with_this_machine_is_not_said_of_the_set(
    ends: str, error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a set that is good would be noted as one that is not."""
    for name in ("mariadb-backup", "mariadb-check"):
        (tmp_path / name).write_text(f"#!/bin/sh\n{ends}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(error) as raised:
        recover(tmp_path / "mariadb", [], "", 0)
    assert type(raised.value) is error
    address = Address.of("mariadb://shop@127.0.0.1/shop")
    if ends.startswith("kill"):
        with pytest.raises(Unavailable):
            MariaDB(address).sound(tmp_path, address)
    else:
        assert not MariaDB(address).sound(tmp_path, address).holds


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("shop.facts            OK\nmysql.user         OK\n", True),
        (
            "shop.error            OK\nshop.seen\nnote     : The storage engine for the table doesn't support check\n",
            True,
        ),
        ("shop.facts\nerror    : Corrupt\nmysql.user         OK\n", False),
        ("shop.facts\nwarning  : InnoDB: Index by_number is marked as corrupted\nerror    : Corrupt\n", False),
        ("shop.facts            Needs upgrade\n", False),
        ("", False),
    ],
)
def test_what_was_looked_at_and_found_wrong_is_told_from_what_is_noted(said: str, holds: bool) -> None:
    found = found_in(said)
    assert found.holds == holds
    assert not holds or found.said.startswith(f"all {said.count('OK')} tables")


def test_nothing_is_left_of_whoever_was_killed(server: OwnMaria, shop: Address, home: Path) -> None:
    """Neither a program of MariaDB, nor a copy."""
    scratch = home / "scratch"
    with subprocess.Popen([sys.executable, "-c", _TAKER, shop.reveal(), str(scratch)]) as taker:
        wait_until(lambda: [*scratch.glob("copy-*/*/ibdata1")] != [], "it is being copied", 60)
        taker.kill()
    wait_until(lambda: not [line for line in running_programs() if str(scratch) in line], "all of it has ended", 20)
    with MariaDB(shop).copied(scratch):
        assert len([*scratch.glob("copy-*")]) == 1
    assert not [*scratch.glob("copy-*")]


def running_programs() -> Iterator[str]:
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield file.read_text(errors="replace")


_TAKER = """
import sys
from pathlib import Path
from haat.config.address import Address
from haat.ops.backups.engines.mariadb import MariaDB
with MariaDB(Address.of(sys.argv[1])).copied(Path(sys.argv[2])):
    raise SystemExit("nobody stopped it")
"""
