"""Services of a stack in use: begun anew nobody is left without an answer and no job is lost, and they look at themselves when asked."""

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
    return subprocess.run([sys.executable, "-m", "haat", *words], capture_output=True, text=True, timeout=180)


def test_both_web_processes_are_begun_anew_and_every_caller_meanwhile_is_answered(up: Up) -> None:
    before = {up.pid_of("web 1"), up.pid_of("web 2")}
    is_over, failed, answered = threading.Event(), list[str](), list[str]()

    def call() -> None:
        while not is_over.is_set():
            said = asked()
            (answered if "200 OK" in said else failed).append(said)

    def asked() -> str:
        try:
            return get(up.port, patience=30.0)
        except OSError:
            return ""

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


def test_a_web_process_that_answers_tells_where_its_time_goes_and_one_profile_is_taken_at_a_time(up: Up) -> None:
    is_over = threading.Event()

    def call() -> None:
        while not is_over.is_set():
            get(up.port, "/", patience=30.0)

    visitor = threading.Thread(target=call)
    visitor.start()
    words = [sys.executable, "-m", "haat", "profile", "web", "--seconds", "3", "--json", "--data", str(up.data)]
    first = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    wait_until((up.data / "run" / "profiles" / "lock").exists, "the profile is begun")
    wait_until(lambda: any((up.data / "run" / "profiles").glob("*.wish")), "it is asked for")
    second = subprocess.run(words, capture_output=True, text=True, timeout=60)
    said, _ = first.communicate(timeout=60)
    is_over.set()
    visitor.join()
    assert "is being taken already" in second.stderr
    profiles = json.loads(said)["profiles"]
    assert len(profiles) == 2
    assert any(one["name"].startswith("haat.") for profile in profiles for one in profile["hottest"])
    assert all(Path(profile["page"]).exists() and profile["cost"] < 0.05 for profile in profiles)


def test_where_nothing_runs_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "haat.toml").touch()
    for words in (["runbook", "run", "restart-service", "service=web"], ["profile"]):
        said = subprocess.run(
            [sys.executable, "-m", "haat", *words, "--data", str(tmp_path)], capture_output=True, text=True, timeout=60
        )
        assert said.returncode != 0
        assert "The stack does not run." in said.stderr
