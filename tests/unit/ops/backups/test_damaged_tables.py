"""What a server of MariaDB cannot open any more is kept as files, and is in nobody's way when a copy takes the place of its database."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from tests.support.killing import killed_after

from haat.kernel.errors import Refused
from haat.ops import running
from haat.ops.backups import swap
from haat.ops.backups.mariadb.carried import Carried
from haat.ops.backups.swap import Ready
from haat.ops.drills.servers import OwnMaria

pytestmark = pytest.mark.only_on("mariadb", "PostgreSQL gives a database another name, whatever is damaged in it")

_PAGE = 16384
_NOBODY = 65534
_SHOP = (
    "CREATE TABLE goods (id INTEGER PRIMARY KEY, name VARCHAR(300), KEY by_name (name))",
    "INSERT INTO goods SELECT seq, repeat(md5(seq), 8) FROM seq_1_to_3000",
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, goods INTEGER REFERENCES goods (id))",
    "INSERT INTO orders SELECT seq, seq FROM seq_1_to_50",
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, of_order INTEGER REFERENCES orders (id))",
    "INSERT INTO notes SELECT seq, seq FROM seq_1_to_50",
    "CREATE TABLE `long-lost` (id INTEGER PRIMARY KEY)",
    "CREATE TABLE figures (id INTEGER PRIMARY KEY, one INTEGER, two INTEGER, KEY (one), KEY (two))",
    "INSERT INTO figures SELECT seq, seq, seq FROM seq_1_to_3000",
)


class Shop:
    """A server with a shop of which every table but one is damaged, each in its own way, and with a copy of it that waits for its place."""

    def __init__(self, home: Path) -> None:
        self.data = home / "stack"
        swap.copy_of(self.data).mkdir(parents=True)
        swap.say_ready(self.data, Ready(1, 2, (), 3, 3, 3, ("sound",), database="shop"))
        quick = {"debug-no-sync": 1, "innodb-flush-method": "nosync", "innodb-log-file-size": "16M"}
        self.server = OwnMaria(home / "server", quick)
        self.server.start()
        for name in ("shop", "shop_beside"):
            self.server.ask(f"CREATE DATABASE {name}")
            self.server.connected(name, *_SHOP)
        self.server.end()
        self.files = home / "server" / "data" / "shop"
        self.overwrite("goods.ibd", 3, 1)  # the root of its rows
        self.overwrite("notes.ibd", 0, 1)  # the head of the file
        self.overwrite("figures.ibd", 20, 4)  # some of its rows
        (self.files / "long@002dlost.ibd").unlink()
        self.server.start()
        self.carrier = Carried(self.server.address("shop"))

    def overwrite(self, name: str, first: int, pages: int) -> None:
        with (self.files / name).open("r+b") as file:
            file.seek(first * _PAGE)
            file.write(os.urandom(pages * _PAGE))


@pytest.fixture
def shop() -> Iterator[Shop]:
    home = Path(tempfile.mkdtemp(prefix="haat-damaged-"))
    home.chmod(0o711)
    shop = Shop(home)
    yield shop
    shop.server.kill()
    shutil.rmtree(home)


def test_a_copy_takes_the_place_of_what_cannot_be_opened_whoever_is_killed_and_its_files_are_kept(shop: Shop) -> None:
    was = (shop.files / "goods.ibd").read_bytes()
    wrong = shop.carrier.wrong()
    assert all(name in wrong for name in ("goods", "notes", "long-lost", "figures"))
    for moves in count():
        if not killed_after(moves, lambda: swap.swap(shop.data, shop.carrier)):
            break
    assert moves >= 5
    assert shop.carrier.wrong() == ""
    done = swap.last(shop.data)
    assert done is not None
    kept = swap.damaged_of(shop.data / done.aside)
    assert sorted(file.name for file in kept.glob("*.ibd")) == ["goods.ibd", "notes.ibd"]
    assert (kept / "goods.ibd").read_bytes() == was
    assert shop.carrier.counts(done.kept).keys() == {"figures", "orders"}


def test_what_was_there_holds_on_to_nothing_of_the_copy_and_comes_back_as_far_as_it_can_be_read(shop: Shop) -> None:
    done = swap.swap(shop.data, shop.carrier)
    shop.server.connected("shop", "DELETE FROM notes", "DELETE FROM orders", "DELETE FROM goods")
    swap.swap_back(shop.data, shop.carrier)
    assert done.kept not in shop.carrier.names()
    assert shop.carrier.counts("shop")["orders"] == 50


def test_a_table_that_was_dropped_is_not_missed_by_what_referred_to_it(shop: Shop) -> None:
    shop.server.connected("shop", "SET foreign_key_checks = 0", "DROP TABLE goods")
    swap.swap(shop.data, shop.carrier)
    shop.server.connected("shop", "DELETE FROM notes", "DELETE FROM orders", "DELETE FROM goods")


def test_a_copy_that_is_refused_the_place_is_taken_back_and_what_was_there_is_as_it_was(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was in the way of the one is not in the way of the other."""
    shut = shop.carrier.shut("shop")
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("socket.gethostname", lambda: "another-machine")
        with pytest.raises(Refused, match="cannot be set aside"):
            swap.swap(shop.data, shop.carrier)
        assert running.is_swapping(shop.data)
        back = swap.swap_back(shop.data, shop.carrier)
    assert not running.is_swapping(shop.data)
    assert back.tells_where(shop.data) == "nowhere, for nothing had taken its place"
    assert {"shop", "shop_beside"} == {name for name in shop.carrier.names() if name.startswith("shop")}
    assert shop.carrier.shut("shop") == shut == ["goods", "long-lost", "notes"]


def test_whoever_asks_what_a_swap_would_do_is_told_which_tables_it_would_drop(shop: Shop) -> None:
    (shop.data / "haat.toml").write_text(f'[store]\nurl = "{shop.server.address("shop").reveal()}"\n')
    argv = [sys.executable, "-m", "haat", "backup", "swap", "--dry-run", "--data", str(shop.data)]
    told = subprocess.run(argv, capture_output=True, text=True, check=False).stdout
    assert "1. Keep the files of goods, long-lost, notes in" in told, told
    assert "and drop them from shop" in told
    assert (shop.files / "goods.ibd").exists()


def test_tables_whose_key_a_server_has_lost_are_not_dropped(tmp_path: Path) -> None:
    home = Path(tempfile.mkdtemp(prefix="haat-sealed-"))
    home.chmod(0o711)
    (home / "keys").write_text(f"1;{'ab' * 32}\n")
    quick = {"debug-no-sync": 1, "innodb-flush-method": "nosync", "innodb-log-file-size": "16M"}
    key = {"plugin-load-add": "file_key_management", "file-key-management-filename": home / "keys"}
    sealing = OwnMaria(home / "server", {**quick, **key, "innodb-encrypt-tables": "ON"})
    server = OwnMaria(home / "server", quick)
    try:
        sealing.start()
        sealing.ask("CREATE DATABASE shop")
        sealing.connected("shop", "CREATE TABLE goods (id INTEGER PRIMARY KEY)", "INSERT INTO goods VALUES (1)")
        sealing.end()
        server.start()
        with pytest.raises(Refused, match="can open no table") as refused:
            Carried(server.address("shop")).part_with("shop", tmp_path / "kept")
        assert "Give the server its key" in refused.value.try_
        server.end()
        sealing.start()
        assert Carried(sealing.address("shop")).counts("shop") == {"goods": 1}
    finally:
        server.kill()
        sealing.kill()
        shutil.rmtree(home)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody who may not read them")
def test_whoever_may_not_read_its_files_is_told_what_to_do_and_goes_on_then(shop: Shop) -> None:
    statement = shop_of_somebody_else(shop)
    assert "SET foreign_key_checks = 0; DROP TABLE `shop`.`goods`; DROP TABLE `shop`.`long-lost`;" in statement
    assert str(shop.files) in statement
    told = statement.partition("runs: ")[2].partition(" Then")[0]
    shop.server.connected("shop", *filter(None, told.split("; ")))
    assert shop_of_somebody_else(shop) == ""


def shop_of_somebody_else(shop: Shop) -> str:
    """What one who may not read the files of the server is told to try."""
    heard, said = multiprocessing.Pipe(duplex=False)

    def do() -> None:
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
        try:
            shop.carrier.part_with("shop", shop.data / "nowhere")
        except Refused as error:
            said.send(error.try_)
        else:
            said.send("")

    process = multiprocessing.get_context("fork").Process(target=do)
    process.start()
    process.join(60)
    assert heard.poll()
    told: str = heard.recv()
    return told
