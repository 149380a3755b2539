"""A recovery that is killed is gone on with, and one that is done can be taken back; while the shop rests whoever comes is told to come again."""

from __future__ import annotations

import http.client
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.support.running import wait_until
from tests.support.up import Up, get

from haat.config.secrets import ensure_secrets
from haat.ops import running
from haat.ops.backups import swap
from haat.ops.health.processes import children

pytestmark = pytest.mark.only_on("sqlite", "a database on a server is restored by other means")

SPOILED = b"spoiled" * 1000


def haat(data: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "haat", *words, "--data", str(data)]
    return subprocess.run(argv, env=os.environ | environ, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def data(lay_database: Callable[[Path], None], tmp_path: Path) -> Path:
    folder = tmp_path / "stack"
    folder.mkdir()
    lay_database(folder)
    ensure_secrets(folder)
    return folder


def newest_run(data: Path) -> dict[str, str]:
    run: dict[str, str] = json.loads(haat(data, "runbook", "history", "--json").stdout)["runs"][0]
    return run


def test_a_recovery_that_is_killed_goes_on_and_can_be_taken_back(data: Path, tmp_path: Path) -> None:
    assert haat(data, "backup", "take", "--unproved").returncode == 0
    for end in ("-wal", "-shm"):
        (data / f"haat.db{end}").unlink(missing_ok=True)
    (data / "haat.db").write_bytes(SPOILED)
    killed = haat(data, "runbook", "run", "recover-database", HAAT_FAULT=f"after.acted.3:{tmp_path / 'killed'}")
    assert killed.returncode == -9
    assert running.hold_of(data).exists(), "the shop rests until somebody decides"

    run = newest_run(data)["id"]
    resumed = haat(data, "runbook", "resume", run)
    assert resumed.returncode == 0, resumed.stderr
    put = swap.what_was_put(data)
    assert put is not None
    assert not running.hold_of(data).exists()
    with closing(sqlite3.connect(data / "haat.db")) as connection:
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]

    undone = haat(data, "runbook", "undo", run)
    assert undone.returncode == 0, undone.stderr
    assert (data / "haat.db").read_bytes() == SPOILED
    assert not running.hold_of(data).exists()


def test_while_the_shop_rests_whoever_comes_is_told_to_come_again_and_the_console_goes_on(data: Path) -> None:
    up = Up(data, "--empty")
    try:
        console = up.wait_for("ready")["console"]
        before = children(up.process.pid)
        running.hold_of(data).write_text("because")
        left = ["haat-console", "haat-doorman"]
        wait_until(lambda: sorted(children(up.process.pid).values()) == left, "the others rest", 60)
        connection = http.client.HTTPConnection("127.0.0.1", up.port, timeout=20)
        connection.request("POST", "/api/v1/checkouts", b"{}")
        answer = connection.getresponse()
        assert (answer.status, answer.getheader("Retry-After")) == (503, "10")
        assert get(int(console.rsplit(":", 1)[1].strip("/")), "/sign-in").startswith("HTTP/1.1 200")

        running.hold_of(data).unlink()
        wait_until(lambda: get(up.port).startswith("HTTP/1.1 200"), "the shop answers", 60)
        names = sorted(before.values())
        wait_until(lambda: sorted(children(up.process.pid).values()) == names, "all run again", 60)
        assert up.named("died") == []
    finally:
        up.end()
        up.close()
