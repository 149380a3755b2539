"""The web process by itself, as it is started and stopped."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from haat.app import App


class Server:
    """`python -m haat.web.serve` on a stack."""

    def __init__(self, app: App) -> None:
        self.port = free_port()
        self.environ = os.environ | {"HAAT_DATA": str(app.settings.data), "HAAT_WEB__PORT": str(self.port)}
        self.process = self.start()

    def start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "haat.web.serve"]
        return subprocess.Popen(command, env=self.environ, stdout=subprocess.PIPE, text=True)

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except OSError:
            return False
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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
