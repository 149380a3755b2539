"""`haat up` as a program sees it: a process, and a line of JSON for everything that happens."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from haat.ops.servers import free_port
from tests.support.running import wait_until

_PATIENCE = 90.0  # seconds; making demo goods is some seconds of work, on a machine that may be busy


class Up:
    """A start of a stack over `data`, on a free port unless one is given. Nothing is waited for until it is asked for."""

    def __init__(
        self, data: Path, *more: str, port: int | None = None, environ: Mapping[str, str] | None = None
    ) -> None:
        self.data = data
        self.port = port or free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "haat", "up", "--json", "--data", str(data), "--port", str(self.port), *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # Compiled code may be kept, as it is wherever the stack is installed.
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **(environ or {})},
            text=True,
        )
        self.events: list[dict[str, Any]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_for(self, name: str, count: int = 1) -> dict[str, Any]:
        """The event of this name, or the so-manieth one."""
        wait_until(lambda: len(self.named(name)) >= count or self._has_ended(), f"“{name}” is said", _PATIENCE)
        found = self.named(name)
        assert len(found) >= count, f"it ended without “{name}”: {self.events}"
        return found[count - 1]

    def named(self, name: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == name]

    def pid_of(self, program: str) -> int:
        """The process of a program, by the name it shows to `ps`."""
        return pid_of(self.process.pid, program)

    def end(self, number: int = signal.SIGINT) -> int:
        """Ask for the end; returns the exit code."""
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> int:
        code = self.process.wait(_PATIENCE)
        self._reader.join(_PATIENCE)
        return code

    def refusal(self) -> dict[str, Any]:
        """The error with which it ended."""
        assert self.process.stderr is not None
        code, said = self.process.wait(_PATIENCE), self.process.stderr.read()
        error: dict[str, Any] = json.loads(said.splitlines()[-1])["error"]
        return {**error, "exit": code}

    def close(self) -> None:
        """Nothing of it is left."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(_PATIENCE)
        self._reader.join(_PATIENCE)
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.events.append(json.loads(line))

    def _has_ended(self) -> bool:
        return self.process.poll() is not None and not self._reader.is_alive()


def crowding() -> float:
    """How many times as long work takes now as on a machine that does nothing else; 1.0 on such a machine."""
    wall, cpu = time.perf_counter(), time.process_time()
    while time.process_time() - cpu < 0.1:
        sum(range(1000))
    return max(1.0, (time.perf_counter() - wall) / (time.process_time() - cpu))


class Stopwatch:
    """Tells how long something takes on a machine that does nothing else, as far as can be known on one that does."""

    def __init__(self) -> None:
        self._crowding = crowding()
        self._began = time.monotonic()

    def seconds(self) -> float:
        took = time.monotonic() - self._began
        return took / max(self._crowding, crowding())


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def pid_of(supervisor: int, program: str) -> int:
    """The child of a supervisor that runs a program, by the name it shows to `ps`; one that has just begun takes a moment to show it."""
    name, found = f"haat-{program}".replace(" ", "-"), list[int]()

    def is_there() -> bool:
        found[:] = [pid for pid in children_of(supervisor) if _name_of(pid) == name]
        return bool(found)

    wait_until(is_there, f"there is a process of {program}")
    return found[0]


def is_alive(pid: int) -> bool:
    """A process that ended and whose end nobody has taken notice of counts as dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


SOON = 0.1  # seconds in which a caller speaks on whose machine there is room for it; a process that ends waits longer than that


def get(port: int, path: str = "/health", patience: float = 5.0) -> str:
    """The status line and body of one request on a connection of its own. Raises OSError; not for who was kept from speaking soon."""
    question = f"GET {path} HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n".encode()
    while True:
        answer, began = b"", time.monotonic()
        with socket.create_connection(("127.0.0.1", port), timeout=patience) as connection:
            connection.sendall(question)
            is_soon = time.monotonic() - began < SOON
            try:
                while received := connection.recv(65536):
                    answer += received
            except ConnectionError:
                if is_soon:
                    raise
        if answer or is_soon:
            return answer.decode()


def _name_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""  # It has ended since it was listed.
