"""A copy is carried to the shop's own server of MariaDB as it is, and gets its place by new names, whoever is killed or in the way."""

from __future__ import annotations

import multiprocessing
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pymysql
import pytest

from haat.config.address import Address
from haat.kernel import faults
from haat.kernel.errors import NotFound, Refused, Unavailable
from haat.ops.backups.engine import CARRIED
from haat.ops.backups.mariadb.carried import Carried
from haat.ops.drills.servers import OwnMaria

pytestmark = pytest.mark.only_on(
    "mariadb", "its own programs carry it, and its databases have no word for another name"
)

# What is documented for a shop, and for one that takes backups.
_DOCUMENTED = "GRANT RELOAD, PROCESS, BINLOG MONITOR, REPLICATION SLAVE ON *.* TO shop@'127.0.0.1'"
_ODD = (
    """CREATE TABLE kinds (id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20) NOT NULL UNIQUE, size FLOAT, `exact value` DOUBLE)
       ENGINE = InnoDB ROW_FORMAT = COMPACT AUTO_INCREMENT = 77""",
    """CREATE TABLE facts (id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY, kind_id INTEGER, content LONGBLOB, words MEDIUMTEXT, at TIMESTAMP(3) NULL,
       half INTEGER AS (kind_id * 2) STORED, twice INTEGER AS (kind_id * 2) VIRTUAL, bits BIT(9), CHECK (kind_id > 0),
       CONSTRAINT of_kind FOREIGN KEY (kind_id) REFERENCES kinds (id) ON DELETE CASCADE, FULLTEXT INDEX by_words (words), INDEX by_twice (twice))
       ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin""",
    "CREATE TABLE `old ``ones` (id INTEGER PRIMARY KEY, name CHAR(9)) ENGINE = Aria CHARACTER SET latin1",
    "INSERT INTO kinds (name, size, `exact value`) VALUES ('a', 52.22967529, 0.1), ('b', 12345678, 1e300), ('c', NULL, NULL)",
    "INSERT INTO facts (kind_id, content, words, at, bits) VALUES (77, unhex('00010A0D1A22275C80FF'), 'brass lamp 🪔 \\\\ ''', '2026-01-02 03:04:05.678', b'100000001')",
    "INSERT INTO facts (kind_id, content, words) SELECT 78, repeat(char(seq), seq), concat('word', seq, '  ') FROM seq_1_to_300",
    "INSERT INTO `old ``ones` VALUES (1, 'für')",
    "CREATE TABLE seen (fact_id INTEGER, by_whom VARCHAR(20))",
    "CREATE TRIGGER kept.first_seen AFTER INSERT ON kept.facts FOR EACH ROW INSERT INTO seen VALUES (NEW.id, 'first')",
    "CREATE TRIGGER then_seen AFTER INSERT ON facts FOR EACH ROW INSERT INTO seen VALUES (NEW.id, '100% “then”')",
    "CREATE FUNCTION doubled(n INTEGER) RETURNS INTEGER DETERMINISTIC NO SQL RETURN n * 2",
    "CREATE PROCEDURE forget() DELETE FROM seen WHERE by_whom LIKE 'f%'",
    "CREATE VIEW z_view AS SELECT id, doubled(id) AS n FROM facts WHERE words LIKE '%brass%'",
    "CREATE VIEW a_view AS SELECT id, n FROM z_view",
    "CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2036-01-01 03:00:00' DO DELETE FROM seen",
)


@pytest.fixture(scope="module")
def server() -> Iterator[OwnMaria]:
    """The shop's own: what is for its administrators is not for the shop's user."""
    folder = Path(tempfile.mkdtemp(prefix="haat-carried-"))
    folder.chmod(0o755)
    quick = {"debug-no-sync": 1, "innodb-flush-method": "nosync", "innodb-flush-log-at-trx-commit": 0}
    small = {"innodb-doublewrite": 0, "innodb-log-file-size": "16M", "performance-schema": 0}
    log = {"log-bin": folder / "data" / "Shop-bin", "log-bin-trust-function-creators": 1}
    server = OwnMaria(folder, {**quick, **small, **log})
    server.start()
    yield server
    server.kill()
    shutil.rmtree(folder)


@pytest.fixture
def shop(server: OwnMaria) -> Iterator[Address]:
    """The address of a shop whose user has what is documented, and may have databases beside it; there is nothing in it."""
    server.ask("CREATE OR REPLACE USER shop@'127.0.0.1' IDENTIFIED BY 'it''s \"seven\" #1'")
    server.ask("GRANT ALL ON my_shop.* TO shop@'127.0.0.1'")
    server.ask(_DOCUMENTED)
    server.ask("GRANT ALL ON `my\\_shop\\_%`.* TO shop@'127.0.0.1'")
    server.ask("CREATE DATABASE my_shop CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")
    yield Address.of(f"mariadb://shop:it%27s%20%22seven%22%20%231@127.0.0.1:{server.port}/my_shop")
    for (name,) in told(server, "SHOW DATABASES LIKE 'my\\_shop%'"):
        server.ask(f"DROP DATABASE {name}")


@pytest.fixture(scope="module")
def copy(server: OwnMaria) -> Iterator[Address]:
    """A database with all that there can be, for an administrator at a socket."""
    server.ask("CREATE DATABASE kept CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")
    server.connected("kept", *_ODD)
    yield Address("mariadb", "kept", "root", options=(("unix_socket", str(server.folder / "socket")),))


def told(server: OwnMaria, statement: str, database: str = "information_schema") -> list[Any]:
    connection = pymysql.connect(
        unix_socket=str(server.folder / "socket"), user="root", database=database, ssl_disabled=True
    )
    with connection:
        return asked(connection, statement)


def line_of(address: Address) -> Any:
    return pymysql.connect(
        host=address.host,
        port=address.port_or_usual,
        user=address.user,
        password=address.password.reveal(),
        database=address.database,
        autocommit=True,
        ssl_disabled=True,
    )


def asked(line: Any, statement: str) -> list[Any]:
    with line.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def whole(server: OwnMaria, name: str) -> dict[str, Any]:
    """Everything that a database is: how each table is made, what is in it to the last byte, and what it does."""
    tables = [row[0] for row in told(server, f"SHOW FULL TABLES FROM {name} WHERE table_type <> 'VIEW'")]
    found: dict[str, Any] = {}
    for table in tables:
        quoted = "`" + table.replace("`", "``") + "`"
        found[table] = (
            told(server, f"SHOW CREATE TABLE {quoted}", name)[0][1],
            told(server, f"CHECKSUM TABLE {quoted}", name)[0][1],
            told(
                server,
                "SELECT engine, row_format, auto_increment FROM information_schema.tables"
                f" WHERE table_schema = '{name}' AND table_name = '{table.replace('`', '``')}'",
            ),
        )
    schema = f"trigger_schema = '{name}'"
    found["triggers"] = told(
        server,
        "SELECT trigger_name, action_timing, event_manipulation, event_object_table, action_order, action_statement, sql_mode,"
        f" collation_connection FROM information_schema.triggers WHERE {schema} ORDER BY 1",
    )
    found["views"] = [told(server, f"SELECT * FROM {name}.{view} ORDER BY 1") for view in ("a_view", "z_view")]
    found["routines"] = told(
        server,
        "SELECT routine_name, routine_type, routine_definition, sql_mode, is_deterministic FROM information_schema.routines"
        f" WHERE routine_schema = '{name}' ORDER BY 1",
    )
    found["events"] = told(
        server,
        "SELECT event_name, event_definition, interval_value, starts, status, time_zone FROM information_schema.events"
        f" WHERE event_schema = '{name}'",
    )
    found["letters"] = told(
        server,
        "SELECT default_character_set_name, default_collation_name FROM information_schema.schemata"
        f" WHERE schema_name = '{name}'",
    )
    return found


def killed_at(point: str, marker: Path, act: Callable[[], None]) -> bool:
    """Do this in a process that dies at this point; whether it came there."""

    def do() -> None:
        faults.die_at(point, str(marker))
        act()

    process = multiprocessing.get_context("fork").Process(target=do)
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def deaths(act: Callable[[], None], folder: Path) -> Iterator[int]:
    """Each time it is done it dies one statement later, until it does not any more."""
    for number in count(1):
        if not killed_at(f"line.changed.{number}", folder / f"{number}", act):
            return
        yield number


def test_all_that_a_database_is_comes_over(server: OwnMaria, shop: Address, copy: Address) -> None:
    Carried(shop).carry(copy, "my_shop_beside")
    assert whole(server, "my_shop_beside") == whole(server, "kept")
    assert Carried(shop).counts("my_shop_beside") == {"facts": 301, "kinds": 3, "old `ones": 1, "seen": 0}
    found = told(server, "SELECT id FROM my_shop_beside.facts WHERE MATCH (words) AGAINST ('+brass' IN BOOLEAN MODE)")
    assert found == [(1,)]
    definers = told(
        server,
        "SELECT definer FROM information_schema.triggers WHERE trigger_schema = 'my_shop_beside' UNION SELECT definer"
        " FROM information_schema.views WHERE table_schema = 'my_shop_beside'",
    )
    assert definers == [("shop@127.0.0.1",)]


def test_a_shop_comes_over_as_it_was_migrated(
    server: OwnMaria, shop: Address, new_database: Callable[[], Address]
) -> None:
    """From one server to another."""
    kept, carrier = new_database(), Carried(shop)
    carrier.carry(kept, "my_shop_beside")
    carrier.rename("my_shop", "my_shop_before")
    carrier.rename("my_shop_beside", "my_shop")
    counts = carrier.counts("my_shop")
    assert counts == Carried(kept).counts(kept.database)
    assert len(counts) > 50
    here, there = line_of(shop), line_of(kept)
    for table in counts:
        one, other = asked(here, f"SHOW CREATE TABLE {table}"), asked(there, f"SHOW CREATE TABLE {table}")
        assert one == other
    assert carrier.wrong() == ""
    assert sorted(carrier.names()) == ["information_schema", "my_shop", "my_shop_before"]


def test_whoever_is_killed_carrying_makes_it_anew(
    server: OwnMaria, shop: Address, copy: Address, tmp_path: Path
) -> None:
    carrier = Carried(shop)
    for _ in deaths(lambda: carrier.carry(copy, "my_shop_beside"), tmp_path):
        pass
    server.ask("DELETE FROM my_shop_beside.facts")
    carrier.carry(copy, "my_shop_beside")
    assert whole(server, "my_shop_beside") == whole(server, "kept")


def test_what_was_not_carried_is_not_written_over(server: OwnMaria, shop: Address, copy: Address) -> None:
    server.ask("CREATE TABLE my_shop.orders (id INTEGER)")
    for act in (lambda: Carried(shop).carry(copy, "my_shop"), lambda: Carried(shop).drop("my_shop")):
        with pytest.raises(Refused, match="somebody else's"):
            act()
    assert Carried(shop).counts("my_shop") == {"orders": 0}
    server.ask("DROP TABLE my_shop.orders")
    Carried(shop).carry(copy, "my_shop")
    assert whole(server, "my_shop") == whole(server, "kept")


def test_whoever_is_killed_renaming_between_any_two_statements_goes_on_and_loses_nothing(
    server: OwnMaria, shop: Address, copy: Address, tmp_path: Path
) -> None:
    carrier = Carried(shop)
    carrier.carry(copy, "my_shop_0")
    kept, number = whole(server, "kept"), 0
    for number in count(1):
        old, new = f"my_shop_{number - 1}", f"my_shop_{number}"
        died = killed_at(f"line.changed.{number}", tmp_path / f"{number}", lambda: carrier.rename(old, new))  # noqa: B023
        carrier.rename(old, new)
        assert whole(server, new) == kept
        assert old not in carrier.names()
        carrier.rename(old, new)
        if not died:
            break
    assert number > 12
    assert told(server, f"SELECT schema_comment FROM information_schema.schemata WHERE schema_name = '{new}'") == [
        ("",)
    ]
    server.ask(f"INSERT INTO {new}.facts (kind_id) VALUES (77)")
    assert told(server, f"SELECT by_whom FROM {new}.seen") == [("first",), ("100% “then”",)]


def test_what_was_renamed_in_part_can_be_taken_back(
    server: OwnMaria, shop: Address, copy: Address, tmp_path: Path
) -> None:
    carrier = Carried(shop)
    server.ask("CREATE TABLE my_shop.orders (id INTEGER PRIMARY KEY) SELECT 7 AS id")
    asked(line_of(shop), "CREATE VIEW latest AS SELECT max(id) FROM orders")
    asked(line_of(shop), "CREATE TRIGGER seen AFTER INSERT ON orders FOR EACH ROW SET @last = NEW.id")
    for number in deaths(lambda: carrier.rename("my_shop", "my_shop_before"), tmp_path):
        carrier.rename("my_shop_before", "my_shop")
        assert told(server, "SELECT * FROM my_shop.latest") == [(7,)], number
        assert told(server, "SELECT trigger_schema FROM triggers WHERE trigger_name = 'seen'") == [("my_shop",)]
        assert "my_shop_before" not in carrier.names()
    assert told(server, "SELECT * FROM my_shop_before.latest") == [(7,)]


def test_two_databases_are_never_made_one(server: OwnMaria, shop: Address) -> None:
    server.ask("CREATE TABLE my_shop.orders (id INTEGER)")
    server.ask("CREATE DATABASE my_shop_before")
    server.ask("CREATE TABLE my_shop_before.others (id INTEGER)")
    with pytest.raises(Refused, match="cannot be called"):
        Carried(shop).rename("my_shop", "my_shop_before")
    with pytest.raises(NotFound):
        Carried(shop).rename("my_shop_gone", "my_shop_nowhere")
    assert Carried(shop).counts("my_shop") == {"orders": 0}


def test_whoever_may_not_is_told_what_makes_it_so(server: OwnMaria, shop: Address, copy: Address) -> None:
    """With today's documented rights, and then with those that are told."""
    server.ask("REVOKE ALL ON `my\\_shop\\_%`.* FROM shop@'127.0.0.1'")
    server.ask("CREATE TABLE my_shop.orders (id INTEGER)")
    carrier = Carried(shop)
    tries: list[Callable[[], object]] = [
        carrier.refuse_unless_allowed,
        lambda: carrier.carry(copy, "my_shop_beside"),
        lambda: carrier.rename("my_shop", "my_shop_before"),
    ]
    told_to = set()
    for one in tries:
        with pytest.raises(Refused) as refused:
            one()
        told_to.add(refused.value.try_.partition("runs: ")[2])
    [statement] = told_to
    both = [f"GRANT ALL ON `{name}`.* TO 'shop'@'127.0.0.1';" for name in ("my\\_shop", "my\\_shop\\_%")]
    assert statement == " ".join(both)
    for one_of_both in both:
        server.ask(one_of_both)
    for one in tries:
        one()
    assert sorted(carrier.names()) == ["information_schema", "my_shop_before", "my_shop_beside"]


def test_what_acts_as_somebody_else_moves_only_where_that_stays_so(server: OwnMaria, shop: Address) -> None:
    """A trigger that may do what the shop may not would fail each time somebody buys."""
    make = (
        "CREATE DEFINER=root@localhost TRIGGER audited AFTER INSERT ON my_shop.orders FOR EACH ROW SET @last = NEW.id"
    )
    server.ask("CREATE TABLE my_shop.orders (id INTEGER)")
    server.connected("my_shop", make)
    carrier = Carried(shop)
    with pytest.raises(Refused) as refused:
        carrier.rename("my_shop", "my_shop_before")
    assert "my_shop_before" not in carrier.names()
    server.ask(refused.value.try_.partition("runs: ")[2])
    carrier.rename("my_shop", "my_shop_before")
    found = told(server, "SELECT definer FROM information_schema.triggers WHERE trigger_schema = 'my_shop_before'")
    assert found == [("root@localhost",)]


def test_what_a_server_with_a_log_lets_nobody_make_is_refused_before_anything_is_moved(
    server: OwnMaria, shop: Address
) -> None:
    server.ask("CREATE TABLE my_shop.orders (id INTEGER)")
    carrier = Carried(shop)
    asked(line_of(shop), "CREATE TRIGGER seen AFTER INSERT ON orders FOR EACH ROW SET @last = NEW.id")
    server.ask("SET GLOBAL log_bin_trust_function_creators = 0")
    try:
        with pytest.raises(Refused) as refused:
            carrier.rename("my_shop", "my_shop_before")
        assert "my_shop_before" not in carrier.names()
        server.ask(refused.value.try_.partition("runs: ")[2])
        carrier.rename("my_shop", "my_shop_before")
    finally:
        server.ask("SET GLOBAL log_bin_trust_function_creators = 1")
    assert [*carrier.counts("my_shop_before")] == ["orders"]


def test_no_row_that_somebody_was_told_of_is_lost(server: OwnMaria, shop: Address) -> None:
    """Who writes meanwhile is put out, and what they were told is saved is there."""
    server.ask("CREATE TABLE my_shop.orders (id INTEGER PRIMARY KEY)")
    saved: list[int] = []

    def buy() -> None:
        connection = line_of(shop)
        for number in count(1):
            try:
                connection.query(f"INSERT INTO my_shop.orders VALUES ({number})")
            except pymysql.err.Error:
                return
            saved.append(number)

    buyers = threading.Thread(target=buy, daemon=True)
    idle = line_of(shop)
    idle.query("BEGIN")
    idle.query("SELECT * FROM orders")
    carrier = Carried(shop)
    assert [one for one in carrier.sessions("my_shop") if one.startswith("shop from 127.0.0.1:")]
    buyers.start()
    while len(saved) < 20 and buyers.is_alive():
        pass
    carrier.rename("my_shop", "my_shop_before")
    buyers.join(10)
    assert not buyers.is_alive()
    assert {number for (number,) in told(server, "SELECT id FROM my_shop_before.orders")} >= {*saved}
    assert carrier.sessions("my_shop_before") == []


def test_whoever_cannot_be_put_out_is_named_with_what_lets_us(server: OwnMaria, shop: Address) -> None:
    server.ask("CREATE TABLE my_shop.orders (id INTEGER PRIMARY KEY)")
    reader = pymysql.connect(
        unix_socket=str(server.folder / "socket"), user="root", database="my_shop", ssl_disabled=True
    )
    asked(reader, "SELECT * FROM orders")
    carrier = Carried(shop)
    with pytest.raises(Refused) as refused:
        carrier.rename("my_shop", "my_shop_before")
    assert "root from localhost" in refused.value.why
    assert asked(reader, "SELECT * FROM my_shop.orders") == []
    server.ask(refused.value.try_.partition("Haat ends them: ")[2])
    carrier.rename("my_shop", "my_shop_before")
    assert carrier.counts("my_shop_before") == {"orders": 0}
    with pytest.raises(pymysql.err.Error):
        asked(reader, "SELECT 1")


def test_what_ends_on_the_way_is_told_by_whoever_ended(server: OwnMaria, shop: Address, copy: Address) -> None:
    server.ask("CREATE DATABASE broken")
    server.ask("CREATE TABLE broken.facts (id INTEGER) ENGINE = MyISAM")
    server.ask("FLUSH TABLES")
    (server.folder / "data" / "broken" / "facts.MYI").write_bytes(b"nothing")
    with pytest.raises(Unavailable, match="mariadb-dump failed") as failed:
        Carried(shop).carry(copy._replace(database="broken"), "my_shop_beside")
    assert "facts" in failed.value.why


def test_what_is_wrong_with_the_database_is_said(server: OwnMaria, shop: Address) -> None:
    server.ask("CREATE TABLE my_shop.orders (id INTEGER PRIMARY KEY)")
    carrier = Carried(shop)
    assert carrier.wrong() == ""
    server.ask("DROP DATABASE my_shop")
    assert carrier.wrong() == "there is no database my_shop on its server"


def test_a_database_is_known_by_what_is_noted_of_it(server: OwnMaria, shop: Address, copy: Address) -> None:
    """And is a shop's like any other once it has another name."""
    carrier = Carried(shop)
    carrier.carry(copy, "my_shop_beside")
    noted = "SELECT schema_comment FROM information_schema.schemata WHERE schema_name = '{}'"
    assert told(server, noted.format("my_shop_beside")) == [(CARRIED,)]
    carrier.rename("my_shop", "my_shop_before")
    carrier.rename("my_shop_beside", "my_shop")
    assert told(server, noted.format("my_shop")) == [("",)]
