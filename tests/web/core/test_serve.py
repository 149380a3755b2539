"""The web process by itself, as it is started and stopped."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from haat.app import App
from haat.ops.drills import small_disk
from haat.web import serve


class Server:
    """`python -m haat.web.serve` on a stack."""

    def __init__(self, app: App, words: Sequence[str] = ("-m", "haat.web.serve")) -> None:
        self.port = free_port()
        self.words = words
        self.environ = os.environ | {"HAAT_DATA": str(app.settings.data), "HAAT_WEB__PORT": str(self.port)}
        self.process = self.start()

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, *self.words], env=self.environ, stdout=subprocess.PIPE, text=True)

    def answers(self) -> bool:
        return self.ask("/health")[0] == 200

    def ask(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return 0, ""
        finally:
            connection.close()

    def wait_until_it_answers(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.answers():
            assert time.monotonic() < until, f"no answer within {seconds} s"
            time.sleep(0.01)


@pytest.fixture
def server(app: App) -> Iterator[Server]:
    server = Server(app)
    try:
        server.wait_until_it_answers(15)
        yield server
    finally:
        server.process.terminate()
        server.process.communicate(timeout=25)


def test_it_stops_in_order_and_the_last_requests_are_in_the_log(server: Server) -> None:
    server.answers()
    server.process.send_signal(signal.SIGTERM)
    log, _ = server.process.communicate(timeout=25)
    assert server.process.returncode == 0
    assert '"path":"/health"' in log
    assert all(line.startswith("{") for line in log.splitlines())


def test_a_port_that_is_taken_is_named(server: Server) -> None:
    second = server.start()
    log, _ = second.communicate(timeout=15)
    assert second.returncode == 1
    assert f"Port {server.port} is in use" in log


def test_without_a_stack_it_says_what_is_missing() -> None:
    environ = {name: value for name, value in os.environ.items() if name != "HAAT_DATA"}
    command = [sys.executable, "-m", "haat.web.serve"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "HAAT_DATA" in done.stdout


# Serves, in a fork of what was made, on a disk that is filled “before” that is made or “between” making and forking.
_ON_A_FULL_DISK = """
import os, signal, sys
from pathlib import Path
from haat.adapters.processes.listener import listen
from haat.ops.drills.small_disk import fill
from haat.web import serve

filled, full, memory = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
serve._IN_MEMORY = memory
app = serve._app()
if filled == "before":
    fill(full / "filler")
made = serve.make(app)
if filled == "between":
    fill(full / "filler")
child = os.fork()
if child == 0:
    serve.serve(app, made, listen(app.settings.web.host, app.settings.web.port))
    os._exit(0)
signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(bool(small_disk.why_not()), reason=small_disk.why_not())
@pytest.mark.parametrize("filled", ["before", "between"])
@pytest.mark.parametrize("has_memory", [True, False])
def test_on_a_full_disk_that_holds_everything_it_answers_all_the_same(
    filled: str, has_memory: bool, app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, memory = app.settings.data / "run", tmp_path / "memory"
    full.mkdir()
    memory.mkdir()
    small_disk.mount(full, 24_000_000)
    (full / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(full / "tmp"))
    monkeypatch.setattr(serve, "_IN_MEMORY", memory)
    server = Server(app, ("-c", _ON_A_FULL_DISK, filled, str(full), str(memory if has_memory else full)))
    try:
        server.wait_until_it_answers(20)
        assert [server.ask("/")[0] for _ in range(3)] == [200] * 3
        time.sleep(1.2)  # Then they are in the figures.
        status, figures = server.ask("/metrics")
        assert (status, "haat_jobs_waiting" in figures) == (200, True)
        if has_memory and filled == "before":
            assert 'route="/health"' in figures
        assert server.answers()
        server.process.terminate()
        server.process.communicate(timeout=25)
        assert server.process.returncode == 0
        left = list(memory.iterdir())
        assert len(left) == has_memory
        monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")  # So that what is written there now is gone after this test.
        serve._make_place_for_measures(app.settings.data)
        assert not set(left) & set(memory.iterdir())
    finally:
        server.process.terminate()
        server.process.communicate(timeout=25)
        small_disk.unmount(full)


def test_room_is_taken_for_every_file_that_the_figures_are_in(tmp_path: Path) -> None:
    program = (
        "from haat.cache.looks import OwnLook, SharedLook\n"
        "from haat.cache.watch import State\n"
        "from haat.web.measures import Measures\n"
        "from haat.web.served import Served\n"
        "measures = Measures()\n"
        "measures.count([Served(0, 1, 'GET', '/', '/', 200, 5, 'id', '', None, False)], 1)\n"
        "measures.note_cache(State(1, 1, 1, OwnLook(1, 1, 1), SharedLook('redis://user@host', 1, 1, 1, ''), []))\n"
        "print(measures._registry.get_sample_value('haat_cache_up'))\n"
    )
    environ = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout == "1.0\n"
    assert {file.name.rpartition("_")[0] for file in tmp_path.iterdir()} == set(serve._FILES_OF_MEASURES)
    assert not any(b"host" in file.read_bytes() for file in tmp_path.iterdir())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
