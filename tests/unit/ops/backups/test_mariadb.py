"""A server of MariaDB is copied while it runs, what is committed there is kept within a second, and any second can be had back."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pymysql
import pytest

from haat.adapters.files.shelf import FolderShelf
from haat.config.address import Address
from haat.kernel import clock
from haat.ops.backups import log, vault
from haat.ops.backups.engines.mariadb import MariaDB
from haat.ops.backups.gather import gathered
from haat.ops.backups.manifest import Manifest
from haat.ops.backups.mariadb.follow import Follower
from haat.ops.backups.replay import END, replay, way_to
from haat.ops.backups.restore import restore_into
from haat.ops.backups.take import Stack, take
from haat.ops.backups.vault import Key, Vault
from haat.ops.drills.servers import OwnMaria

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
def opened(tmp_path: Path) -> Vault:
    return vault.create(FolderShelf(tmp_path / "repository"), Key(b"k" * 32))


@contextmanager
def shipping(opened: Vault, shop: Address, tmp_path: Path, long: int = 64_000_000) -> Iterator[Follower]:
    with closing(Follower(opened, shop, "mariadb", tmp_path / "spool", long)) as follower:
        follower.start()
        yield follower


def taken(opened: Vault, shop: Address, tmp_path: Path) -> Manifest:
    data = tmp_path / "stack"
    data.mkdir(exist_ok=True)
    engine = MariaDB(shop)
    with gathered(data, engine, tmp_path / "scratch") as found:
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
    opened: Vault, server: OwnMaria, shop: Address, tmp_path: Path
) -> None:
    """Over several logs, with changes of tables and of users in them, and a set that was taken under writers."""
    instants: dict[int, int] = {}
    with shipping(opened, shop, tmp_path, long=3_000) as follower:
        add(server, 1)
        taken(opened, shop, tmp_path)
        for number in range(2, 30):
            add(server, number)
            follower.tick()
            instants[number] = clock.now()
            time.sleep(0.002)
            if number == 10:
                server.ask("ALTER TABLE shop.facts ADD more INTEGER")
                server.ask("CREATE OR REPLACE USER somebody@localhost")
                server.ask("ALTER TABLE shop.facts DROP more")
        server.ask("DELETE FROM shop.facts")
        assert follower.tick() > 0
        assert follower.tick() == 0
    assert len(log.generations(opened, "mariadb")) > 2
    assert had_back(opened, shop, tmp_path / "end") == []
    for number in (2, 17, 29):
        assert had_back(opened, shop, tmp_path / f"at{number}", instants[number]) == [*range(1, number + 1)]
