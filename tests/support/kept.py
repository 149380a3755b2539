"""A stack with a shop in it, on a server of its own that keeps its word when it is killed; its repository, and who follows its log."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from haat.adapters.files.shelf import FolderShelf
from haat.config.address import Address
from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.demo.practice import PracticeShop
from haat.kernel import clock
from haat.kernel.errors import Unavailable
from haat.ops.backups import repository
from haat.ops.backups.engine import Engine, Follower
from haat.ops.backups.engines import engine_of
from haat.ops.backups.replay import replay, way_to
from haat.ops.backups.restore import restore_into
from haat.ops.backups.vault import Vault
from haat.store.drivers import driver_of
from haat.store.migrate import migrate
from tests.support.databases import Server, lay, server_of
from tests.support.running import wait_until

_FACTS = "CREATE TABLE facts (number BIGINT PRIMARY KEY, at BIGINT NOT NULL, content VARCHAR(4000) NOT NULL)"


class Scene:
    """A stack with a shop in it, its server, and its repository."""

    def __init__(self, kind: str) -> None:
        # Servers on copies have a user of their own, who has to come there.
        self.home = Path(tempfile.mkdtemp(prefix="haat-backups-"))
        self.home.chmod(0o711)
        self.server: Server = server_of(kind, is_durable=True)
        self.server.ask("CREATE DATABASE market")
        self.address = self.server.address("market")
        self.data = self.home / "stack"
        self.data.mkdir()
        migrate(self.address)
        lay(self.address, self.data)
        ensure_secrets(self.data)
        shop = PracticeShop(self.data)
        shop.lay_out(2)
        shop.close()
        self.ask(_FACTS)

    @property
    def engine(self) -> Engine:
        return engine_of(load(self.data, {}, {}))

    @property
    def vault(self) -> Vault:
        return repository.opened(load(self.data, {}, {}), FolderShelf(self.data / "backups"))

    def ask(self, statement: str) -> None:
        driver = driver_of(self.address)
        driver.connection().execute(statement)
        driver.close()

    def haat(self, *words: str, **environ: str) -> tuple[int, Any]:
        """Exit code, and what it answers to programs."""
        return self.asked("backup", *words, **environ)

    def asked(self, *words: str, of: Path | None = None, **environ: str) -> tuple[int, Any]:
        """The same of any command, on this stack or another."""
        argv = [sys.executable, "-m", "haat", *words, "--json", "--data", str(of or self.data)]
        ended = subprocess.run(argv, env=os.environ | environ, capture_output=True, text=True, check=False, timeout=300)
        said = ended.stdout or ended.stderr
        return ended.returncode, json.loads(said) if said.startswith("{") else said

    @contextmanager
    def being_written(self) -> Iterator[dict[int, int]]:
        """Pairs of facts, committed together; yields the instant at which each was known to be committed."""
        stop, committed = threading.Event(), {}
        driver = driver_of(self.address)
        connection = driver.connection()
        [(last,)] = connection.execute("SELECT coalesce(max(number), 0) FROM facts").fetchall()

        def write() -> None:
            number = int(last)
            while not stop.is_set():
                content = random.randbytes(900).hex()
                rows = ", ".join(f"({number + more}, {clock.now()}, '{content}')" for more in (1, 2))
                connection.execute(f"INSERT INTO facts VALUES {rows}")
                committed[number := number + 2] = clock.now()
                stop.wait(0.002)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            yield committed
        finally:
            stop.set()
            writer.join()
            driver.close()

    def numbers(self, address: Address) -> list[int]:
        driver = driver_of(address)
        with closing(driver):
            rows = driver.connection().execute("SELECT number FROM facts ORDER BY number").fetchall()
        return [number for (number,) in rows]

    def had_back(self, at: int) -> list[int]:
        """The facts as they were at an instant."""
        into = self.home / f"back-{at}"
        way = way_to(self.vault, at)
        restore_into(self.vault, way.manifest, into, finish=lambda to: replay(self.vault, way, to, self.engine, at))
        try:
            with self.engine.served(into) as address:
                return self.numbers(address)
        finally:
            shutil.rmtree(into)

    @contextmanager
    def following(self) -> Iterator[Follower]:
        with closing(self.engine.source(self.data).follower(self.vault)) as follower:
            follower.start()
            wait_until(lambda: settled(follower), "the log is read")
            yield follower

    def stop(self) -> None:
        self.server.stop()
        shutil.rmtree(self.home, ignore_errors=True)


def settled(follower: Follower) -> bool:
    """Whether everything is kept that was committed until a moment ago."""
    try:
        follower.tick()
    except Unavailable:
        return False
    return True
