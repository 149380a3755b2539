"""`haat up` with real processes: it starts, stays up whatever dies, ends in order, and says clearly why it cannot start."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.support.running import wait_until
from tests.support.up import SOON, Stopwatch, Up, children_of, get, is_alive
from tests.support.world import World

from haat.config.address import Address
from haat.jobs.tables import jobs
from haat.kernel import clock
from haat.kernel.zone import zone_of
from haat.store import Store

Start = Callable[..., Up]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts stacks, of one web process unless a test says otherwise, and sees that nothing of them is left."""
    started: list[Up] = []

    def start_one(data: Path, *more: str, environ: Mapping[str, str] | None = None, **options: Any) -> Up:
        started.append(Up(data, *more, environ={"HAAT_WEB__WORKERS": "1", **(environ or {})}, **options))
        return started[-1]

    yield start_one
    for up in started:
        up.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a stack that was started and ended once, to be copied."""
    data = tmp_path_factory.mktemp("made") / "data"
    up = Up(data, "--empty")
    up.wait_for("ready")
    assert up.end() == 0
    up.close()
    return data


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "data")
    return tmp_path / "data"


class TestStarting:
    def test_the_first_start_makes_everything_and_shows_a_password_that_signs_the_administrator_in_once(
        self, start: Start, tmp_path: Path
    ) -> None:
        up = start(tmp_path / "new" / "data", "--empty")
        up.wait_for("ready")
        [made] = up.named("made")
        assert made["administrator"] == "admin@haat.example"
        assert len(made["password"]) > 20
        assert "200 OK" in get(up.port)
        assert {file.name for file in up.data.iterdir()} >= {"haat.db", "haat.toml", "secrets.toml", "logs", "media"}
        assert 'preset = "ecommerce"' in (up.data / "haat.toml").read_text("utf-8")
        assert up.end() == 0

    def test_a_second_start_makes_nothing_and_is_ready_within_two_seconds(self, start: Start, data: Path) -> None:
        seconds: list[float] = []
        while not seconds or (min(seconds) >= 2.0 and len(seconds) < 3):
            watch = Stopwatch()
            up = start(data)
            up.wait_for("ready")
            seconds.append(watch.seconds())
            assert up.named("made") == []
            assert up.end() == 0
        assert min(seconds) < 2.0

    def test_a_first_start_that_was_killed_is_finished_by_the_next(self, start: Start, tmp_path: Path) -> None:
        first = start(tmp_path / "data", "--empty")
        first.wait_for("making")
        first.process.kill()
        second = start(tmp_path / "data")
        second.wait_for("ready")
        assert _haat("accounts", "team", "--data", str(second.data)).stdout.startswith("admin@haat.example")
        assert second.end() == 0

    def test_goods_to_look_at_come_once_even_if_the_first_start_is_killed_over_them(
        self, start: Start, tmp_path: Path
    ) -> None:
        first = start(tmp_path / "data", "--preset", "bazar")
        first.wait_for("making")
        store = Store(Address("sqlite", str(tmp_path / "data" / "haat.db")))
        wait_until(
            lambda: (tmp_path / "data" / "haat.db").exists() and _listings(store) > 3, "some goods are there", 90
        )
        first.process.kill()
        second = start(tmp_path / "data")
        accounts = second.wait_for("accounts")["accounts"]
        second.wait_for("ready")
        count = _listings(store)
        assert {account["role"] for account in accounts} == {"buyer", "seller"}
        assert "<h1" in get(second.port, "/")
        assert second.end() == 0
        third = start(tmp_path / "data")
        third.wait_for("ready")
        assert third.named("accounts") == second.named("accounts")
        assert third.named("made") == []
        assert third.end() == 0
        assert _listings(store) == count > 20
        store.close()

    def test_the_port_of_the_flag_is_the_one_that_health_asks(self, start: Start, data: Path) -> None:
        up = start(data)
        up.wait_for("ready")
        health = _haat("health", "--data", str(data))
        assert health.returncode == 0, health.stdout
        assert up.url in health.stdout

    def test_several_web_processes_answer_at_one_door(self, start: Start, data: Path) -> None:
        up = start(data, environ={"HAAT_WEB__WORKERS": "2"})
        up.wait_for("ready")
        assert up.pid_of("web 1") != up.pid_of("web 2")
        assert all("200 OK" in get(up.port) for _ in range(10))
        assert up.end() == 0

    def test_no_secret_stands_in_a_process_list_or_in_a_log(self, start: Start, data: Path) -> None:
        up = start(data, environ={"HAAT_LOGS__LEVEL": "debug"})
        up.wait_for("ready")
        get(up.port, "/")
        keys = [line.split('"')[1] for line in (data / "secrets.toml").read_text().splitlines() if '"' in line]
        seen = [Path(f"/proc/{pid}/{file}") for pid in children_of(up.process.pid) for file in ("cmdline", "environ")]
        texts = [file.read_bytes() for file in seen]
        assert up.end() == 0
        texts += [file.read_bytes() for file in (data / "logs").iterdir()]
        assert len(keys) == 2
        assert not any(key.encode() in text for key in keys for text in texts)


class TestDying:
    @pytest.mark.parametrize("program", ["web", "worker"])
    def test_a_process_that_is_killed_is_back_within_a_second(self, start: Start, data: Path, program: str) -> None:
        up = start(data)
        up.wait_for("ready")
        for count in (1, 2, 3):
            killed = up.pid_of(program)
            watch = Stopwatch()
            os.kill(killed, signal.SIGKILL)
            up.wait_for("back", count)
            assert watch.seconds() < 1.0
            assert up.pid_of(program) != killed
            assert "200 OK" in get(up.port)
        assert [event["how"] for event in up.named("died")] == ["was killed by SIGKILL"] * 3
        assert up.end() == 0

    def test_who_calls_while_the_web_is_dead_waits_and_is_answered(self, start: Start, data: Path) -> None:
        up = start(data)
        up.wait_for("ready")
        web, watch = up.pid_of("web"), Stopwatch()
        os.kill(web, signal.SIGKILL)
        assert "200 OK" in get(up.port)
        assert watch.seconds() < 1.0

    def test_a_job_is_done_after_the_worker_was_killed(self, start: Start, data: Path) -> None:
        up = start(data)
        up.wait_for("ready")
        os.kill(up.pid_of("worker"), signal.SIGKILL)
        store = Store(Address("sqlite", str(data / "haat.db")))
        store.write(lambda tx: tx.insert(jobs, **_job("there.is.no.handler.for.this")))
        wait_until(lambda: store.value(jobs.select().with_only_columns(jobs.c.attempts)) == 1, "the job was tried")
        store.close()

    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP])
    def test_no_process_outlives_its_supervisor(self, start: Start, data: Path, number: int) -> None:
        up = start(data)
        up.wait_for("ready")
        children = children_of(up.process.pid)
        assert len(children) == 4
        up.process.send_signal(number)
        wait_until(lambda: not any(map(is_alive, children)), "every process has ended")
        again = start(data, port=up.port)
        again.wait_for("ready")

    def test_a_stack_whose_processes_all_die_at_once_is_given_up(self, start: Start, data: Path) -> None:
        # The first fork is a part of the start, and not a program.
        broken = (
            "import os; forks = []\n"
            "os.register_at_fork(before=lambda: forks.append(1), after_in_child=lambda: len(forks) > 1 and os._exit(7))"
        )
        (data / "sitecustomize.py").write_text(broken, "utf-8")
        refusal = start(data, environ={"PYTHONPATH": str(data)}).refusal()
        assert refusal["exit"] == 3
        assert "does not come up" in refusal["what"]
        assert "ended with code 7" in refusal["why"]

    def test_the_supervisor_has_one_thread_and_no_database_open_for_its_forks_to_inherit(
        self, start: Start, data: Path
    ) -> None:
        up = start(data)
        up.wait_for("ready")
        process = Path(f"/proc/{up.process.pid}")
        assert len(list((process / "task").iterdir())) == 1
        assert not [handle for handle in (process / "fd").iterdir() if handle.readlink().name.startswith("haat.db")]


class TestEnding:
    @pytest.mark.parametrize("keeps_alive", [False, True])
    def test_ctrl_c_under_load_cuts_no_request(self, start: Start, data: Path, keeps_alive: bool) -> None:
        up = start(data)
        up.wait_for("ready")
        outcomes: Counter[str] = Counter()
        visitors = [threading.Thread(target=_visit, args=(up.port, keeps_alive, outcomes)) for _ in range(8)]
        for visitor in visitors:
            visitor.start()
        wait_until(lambda: outcomes["answered"] > 200, "there is load")
        assert up.end(signal.SIGINT) == 0
        for visitor in visitors:
            visitor.join()
        assert outcomes["cut"] == 0
        assert outcomes["turned away"] == 8

    def test_who_was_let_in_and_has_not_spoken_yet_is_answered(self, start: Start, data: Path) -> None:
        up = start(data)
        up.wait_for("ready")
        for count in range(1, 10):
            with socket.create_connection(("127.0.0.1", up.port), timeout=10) as connection:
                time.sleep(0.02)
                os.kill(up.pid_of("web"), signal.SIGTERM)
                told = time.monotonic()
                time.sleep(0.02)
                spoke = time.monotonic()
                answer = _ask(connection)
            up.wait_for("back", count)
            if spoke - told < SOON:
                break
        assert answer.startswith(b"HTTP/1.1 200")

    def test_the_web_ends_first_then_the_worker_then_the_console_and_the_keeper_last(
        self, start: Start, data: Path
    ) -> None:
        up = start(data)
        up.wait_for("ready")
        assert up.end(signal.SIGTERM) == 0
        assert [event["programs"] for event in up.named("ending")] == [["web"], ["worker"], ["console"], ["keeper"]]
        assert up.events[-1]["event"] == "ended"

    def test_asked_twice_it_ends_at_once(self, start: Start, data: Path) -> None:
        up = start(data)
        up.wait_for("ready")
        os.kill(up.pid_of("worker"), signal.SIGSTOP)  # It will not end by itself.
        up.process.send_signal(signal.SIGINT)
        up.wait_for("ending", 2)
        time.sleep(0.6)
        watch = Stopwatch()
        assert up.end(signal.SIGINT) == 0
        assert watch.seconds() < 2.0
        assert up.named("ending")[-1] == {
            "event": "ending",
            "programs": ["worker", "console", "keeper"],
            "by_force": True,
        }


class TestRefusing:
    def test_a_port_in_use_names_who_has_it_and_the_setting(self, start: Start, data: Path) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            refusal = start(data, port=other.getsockname()[1]).refusal()
        assert refusal["exit"] == 3
        assert "in use" in refusal["what"]
        assert f"process {os.getpid()}" in refusal["why"]
        assert "--port" in refusal["try"]

    def test_a_stack_that_runs_is_not_started_again(self, start: Start, data: Path) -> None:
        first = start(data)
        first.wait_for("ready")
        refusal = start(data).refusal()
        assert refusal["exit"] == 1
        assert str(first.process.pid) in refusal["why"]
        assert "200 OK" in get(first.port)

    def test_a_database_of_a_newer_haat_is_left_alone(self, start: Start, data: Path) -> None:
        with sqlite3.connect(data / "haat.db") as database:
            database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.close()
        refusal = start(data).refusal()
        assert refusal["exit"] == 1
        assert "newer Haat" in refusal["what"]

    def test_a_damaged_database_is_said_to_be_damaged(self, start: Start, data: Path) -> None:
        for file in data.glob("haat.db*"):
            file.write_bytes(b"This is not a database, whatever its name says. " * 200)
        refusal = start(data).refusal()
        assert refusal["exit"] == 3
        assert "damaged" in refusal["what"]

    def test_another_time_zone_waits_until_no_hire_is_on(self, start: Start, data: Path, tmp_path: Path) -> None:
        world = World(Store(Address("sqlite", str(data / "haat.db"))), tmp_path, zone=zone_of("Europe/Berlin"))
        world.hired(world.equipment(), world.period(5, 2))
        world.close()
        world.store.close()
        refusal = start(data, environ={"HAAT_MARKET__TIME_ZONE": "Africa/Johannesburg"}).refusal()
        assert refusal["exit"] == 1
        assert "from Europe/Berlin to Africa/Johannesburg" in refusal["what"]
        assert "Hires that are on" in refusal["why"] and 'time_zone = "Europe/Berlin"' in refusal["try"]

    def test_wrong_settings_are_all_named_before_anything_is_made(self, start: Start, tmp_path: Path) -> None:
        refusal = start(tmp_path / "data", environ={"HAAT_WEB__THREADS": "many", "HAAT_LOGS__KEEP": "-1"}).refusal()
        assert refusal["exit"] == 4
        assert "web.threads" in refusal["why"]
        assert "logs.keep" in refusal["why"]
        assert not (tmp_path / "data").exists()

    def test_an_unknown_preset_is_refused(self, start: Start, tmp_path: Path) -> None:
        refusal = start(tmp_path / "data", "--preset", "ecomerce").refusal()
        assert refusal["exit"] == 4
        assert "--preset" in refusal["why"]

    def test_a_preset_that_its_settings_do_not_name_is_refused_before_anything_is_made(
        self, start: Start, tmp_path: Path
    ) -> None:
        """Every other command would take the stack for what they say."""
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "haat.toml").write_text('[backup]\nship = "yes"\n')
        refusal = start(tmp_path / "data", "--preset", "markethub").refusal()
        assert refusal["exit"] == 1
        assert "“ecommerce”" in refusal["why"]
        assert 'preset = "markethub"' in refusal["try"]
        assert not (tmp_path / "data" / "haat.db").exists()

    def test_a_folder_that_cannot_be_written_is_named(self, start: Start, tmp_path: Path) -> None:
        with _mounted(tmp_path, "size=64m") as disk:
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
            refusal = start(disk / "data").refusal()
        assert refusal["exit"] == 3
        assert str(disk / "data") in refusal["what"]

    def test_a_full_disk_is_called_full(self, start: Start, tmp_path: Path) -> None:
        with _mounted(tmp_path, "size=1m") as disk:
            refusal = start(disk / "data").refusal()
        assert refusal["exit"] == 3
        assert "disk is full" in refusal["what"]


def _listings(store: Store) -> int:
    try:
        count: int = store.connection().execute("SELECT count(*) FROM listings").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    return count


def _haat(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "haat", *words], capture_output=True, text=True, timeout=30)


def _job(topic: str) -> dict[str, object]:
    now = clock.now()
    return {
        "id": 1, "topic": topic, "payload": "{}", "run_at": now, "attempts": 0, "request_id": "", "created_at": now,
    }  # fmt: skip


def _visit(port: int, keeps_alive: bool, outcomes: Counter[str]) -> None:
    """Ask again and again until nobody listens. A connection that was closed while it was idle is made anew, as browsers do."""
    connection: socket.socket | None = None
    while True:
        is_reused, began = connection is not None, time.monotonic()
        if connection is None:
            try:
                connection = socket.create_connection(("127.0.0.1", port), timeout=10)
            except ConnectionRefusedError:
                outcomes["turned away"] += 1
                return
        is_soon = time.monotonic() - began < SOON
        answer = _ask(connection)
        if answer.startswith(b"HTTP/1.1 200"):
            outcomes["answered"] += 1
        elif answer or (is_soon and not is_reused):
            outcomes["cut"] += 1
        if not answer or not keeps_alive:
            connection.close()
            connection = None


def _ask(connection: socket.socket) -> bytes:
    """The beginning of the answer; nothing when the connection is closed instead."""
    try:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: shop.test\r\n\r\n")
        return connection.recv(65536)
    except ConnectionError:
        return b""


class _mounted:  # noqa: N801  It is read as a function.
    """A small disk of its own, where this user may make one."""

    def __init__(self, folder: Path, options: str) -> None:
        self._disk = folder / "disk"
        self._options = options

    def __enter__(self) -> Path:
        self._disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", self._options, "none", str(self._disk)]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
            pytest.skip("only the superuser can make a small disk here")
        return self._disk

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "--lazy", str(self._disk)], check=True)
