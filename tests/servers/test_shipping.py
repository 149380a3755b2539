"""A stack is gone at once, with its database: what it answered until a second before comes back from the repository."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.databases import lay, server_of
from tests.support.running import wait_until
from tests.support.up import Up, children_of, crowding

from haat.config.address import Address
from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.demo.practice import PracticeShop
from haat.kernel import clock
from haat.ops import running
from haat.ops.backups.engines import engine_of
from haat.ops.drills.load import Load
from haat.store.drivers import driver_of
from haat.store.migrate import migrate


def haat(data: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "haat", *words, "--data", str(data)]
    return subprocess.run(argv, env=os.environ | environ, capture_output=True, text=True, check=False, timeout=90)


@pytest.fixture
def end_database(home: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[], None]]:
    """Lays a database for the stack in this place; whoever calls it ends that at once, and for good."""
    data, kind = home / "stack", request.config.getoption("database")
    data.mkdir()
    if kind == "sqlite":
        migrate(Address("sqlite", str(data / "haat.db")))
        yield lambda: None
        return
    server = server_of(kind, is_durable=True)
    server.ask("CREATE DATABASE market")
    migrate(server.address("market"))
    lay(server.address("market"), data)
    yield server.kill
    server.stop()


def newest(data: Path, repository: str) -> dict[str, str]:
    """Which databases the newest set has, each with its place in its log."""
    told = haat(data, "backup", "list", "--json", HAAT_BACKUP__TO=repository)
    sets = json.loads(told.stdout)["sets"] if told.returncode == 0 else []
    positions: dict[str, str] = sets[0]["positions"] if sets else {}
    return positions


def test_a_stack_that_is_gone_comes_back_with_all_orders_but_those_of_the_last_second(
    home: Path, end_database: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, repository = home / "stack", str(home / "repository")
    ensure_secrets(data)
    up = Up(data, "--empty", environ={"HAAT_BACKUP__SHIP": "yes", "HAAT_BACKUP__TO": repository})
    up.wait_for("ready")
    shop = PracticeShop(data)
    orders = Load(up.port, shop.lay_out(4))
    orders.start()
    wait_until(lambda: "sandbox.db" in newest(data, repository), "there is a set with the gateway in it", 60)
    more = orders.acknowledged + 30
    wait_until(lambda: orders.acknowledged > more, "people order", 60)
    time.sleep(1.5)  # So that some orders are older than the second that may be lost.

    all_of_it = [*children_of(up.process.pid), up.process.pid]
    for pid in all_of_it:
        os.kill(pid, signal.SIGKILL)
    end_database()
    killed = time.monotonic()
    orders.stop()
    up.close()
    shop.close()
    for name in ("haat.db", "haat.db-wal", "haat.db-shm", "sandbox.db", "sandbox.db-wal", "sandbox.db-shm"):
        (data / name).unlink(missing_ok=True)  # A log goes with whoever closes its database last.

    back = home / "back"
    restored = haat(data, "backup", "restore", "--into", str(back), "--to", "0s", HAAT_BACKUP__TO=repository)
    assert restored.returncode == 0, restored.stderr
    with engine_of(load(back, {}, {})).served(back) as address:
        monkeypatch.setenv("HAAT_STORE__URL", address.reveal())
        told = haat(back, "truth")
        assert told.returncode == 0, told.stdout
        found = PracticeShop(back)
        kept = found.kept()
        found.close()
    acknowledged = [one for one in orders.sent if one.is_acknowledged]
    lost = [killed - one.ended for one in acknowledged if one.key not in kept]
    assert acknowledged
    assert max(lost, default=0) < crowding(), f"{len(lost)} of {len(acknowledged)} are lost"
    assert not running.shipped_of(back).exists()


def test_what_a_stack_ships_is_replayed_while_it_runs_and_what_is_missing_of_it_is_told(
    home: Path, end_database: Callable[[], None]
) -> None:
    data, repository = home / "stack", home / "repository"
    ensure_secrets(data)
    environ = {"HAAT_BACKUP__SHIP": "yes", "HAAT_BACKUP__TO": str(repository)}

    def proved() -> tuple[int, dict[str, Any]]:
        said = haat(data, "backup", "prove", "--newest", "--json", **environ)
        assert said.stdout, said.stderr
        return said.returncode, json.loads(said.stdout)["log"]

    up = Up(data, "--empty", environ=environ)
    up.wait_for("ready")
    wait_until(lambda: bool(newest(data, str(repository))), "there is a set", 60)
    taken = haat(data, "backup", "take", "--json", **environ)
    assert taken.returncode == 0, taken.stderr
    began = clock.now()
    code, log = proved()
    assert (code, log["holds"]) == (0, True), log
    assert [what for what, _, _ in log["looked"]] == ["restore", "start", "integrity", "truth", "newest"]
    assert log["set"] == json.loads(taken.stdout)["id"]
    assert began <= log["until"] + 5_000
    status = haat(data, "backup", "status", "--json", **environ)
    assert (status.returncode, json.loads(status.stdout)["log"]) == (0, log)
    assert "the log is proved up to" in haat(data, "backup", "status", **environ).stdout

    assert up.end() == 0
    up.close()
    assert proved()[1]["holds"], "all is kept of a stack that ended in order"
    write_down(data, 60_000)
    code, log = proved()
    assert (code, log["holds"]) == (1, False)
    assert "not as new" in log["looked"][-1][2]
    status = haat(data, "backup", "status", **environ)
    assert status.returncode == 1
    assert "the log does not replay" in status.stdout
    write_down(data, -60_000)
    assert proved()[1]["holds"]
    parts = sorted((repository / "log" / engine_of(load(data, {}, {})).name).glob("*/*"))
    for generation in parts[-2:]:
        min(generation.iterdir()).unlink()
    code, log = proved()
    assert (code, log["holds"]) == (1, False)
    end_database()


def write_down(data: Path, later: int) -> None:
    """As if the worker had been at work so many ms later, and that had been shipped."""
    driver_of(load(data, {}, {}).database).tell(f"UPDATE schedule SET last_at = last_at + {later}")
