"""Services that are begun anew while the shop is in use: no request is cut off, no job is lost, and what answers is new."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.running import wait_until
from tests.support.up import Up, get

from haat.config.address import Address
from haat.jobs.tables import jobs
from haat.kernel import clock
from haat.store import Store


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """One stack, with two web processes, for all of these."""
    up = Up(tmp_path_factory.mktemp("made") / "data", "--empty", environ={"HAAT_WEB__WORKERS": "2"})
    up.wait_for("ready")
    yield up
    assert up.end() == 0
    up.close()


def restart(up: Up, service: str) -> subprocess.CompletedProcess[str]:
    words = ["runbook", "run", "restart-service", f"service={service}", "--json", "--data", str(up.data)]
    return subprocess.run([sys.executable, "-m", "haat", *words], capture_output=True, text=True, timeout=120)


def test_both_web_processes_are_begun_anew_and_every_request_meanwhile_is_answered(up: Up) -> None:
    before = {up.pid_of("web 1"), up.pid_of("web 2")}
    is_over, failed, answered = threading.Event(), list[str](), list[str]()

    def call() -> None:
        while not is_over.is_set():
            try:
                said = get(up.port, patience=30.0)
            except OSError as error:
                failed.append(str(error))
            else:
                (answered if "200 OK" in said else failed).append(said)

    people = [threading.Thread(target=call) for _ in range(6)]
    for one in people:
        one.start()
    ended = restart(up, "web")
    is_over.set()
    for one in people:
        one.join()
    assert json.loads(ended.stdout)["state"] == "done", ended.stderr
    assert failed == []
    assert len(answered) > 20
    assert not before & {up.pid_of("web 1"), up.pid_of("web 2")}
    assert up.named("died") == []
    assert [event["program"] for event in up.named("renewing")] == ["web 1", "web 2"]


def test_a_worker_that_is_begun_anew_does_what_the_old_one_left(up: Up) -> None:
    before = up.pid_of("worker")
    assert json.loads(restart(up, "worker").stdout)["state"] == "done"
    assert up.pid_of("worker") != before
    store = Store(Address("sqlite", str(up.data / "haat.db")))
    at = clock.now()
    job = {"topic": "there.is.no.handler.for.this", "payload": "{}", "attempts": 0, "request_id": ""}
    store.write(lambda tx: tx.insert(jobs, id=1, run_at=at, created_at=at, **job))
    wait_until(lambda: store.value(jobs.select().with_only_columns(jobs.c.attempts)) == 1, "the job was tried")
    store.close()


@pytest.mark.parametrize("service", ["console", "keeper"])
def test_who_looks_after_the_shop_is_begun_anew_too(up: Up, service: str) -> None:
    before = up.pid_of(service)
    ended = restart(up, service)
    assert json.loads(ended.stdout)["state"] == "done", ended.stderr
    assert up.pid_of(service) != before


def test_where_nothing_runs_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "haat.toml").touch()
    words = ["runbook", "run", "restart-service", "service=web", "--data", str(tmp_path)]
    ended = subprocess.run([sys.executable, "-m", "haat", *words], capture_output=True, text=True, timeout=60)
    assert ended.returncode != 0
    assert "The stack does not run." in ended.stderr
