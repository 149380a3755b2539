"""Serves an application in as many forks as the shop has workers, and sends requests to it with wrk."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, NamedTuple

from haat.adapters.granian import server
from haat.adapters.processes.listener import listen
from haat.ops.servers import free_port

WORKERS = 2
CONNECTIONS = 32
SECONDS = 3
WARM_UP = 5  # seconds: long enough for every page of the longest question to be asked once of each process
PORT = free_port()  # Two benches do not get in each other's way.
JOURNAL = Path("data/bench/journal.log")

_LUA = Path(__file__).with_name("requests.lua")


class Load(NamedTuple):
    """What wrk saw. Latencies in milliseconds, `megabytes` the resident memory of one worker after it."""

    per_second: float
    p50: float
    p99: float
    failed: int
    megabytes: float


@contextmanager
def serving(make: Callable[[], Any], threads: int) -> Iterator[list[int]]:
    """Serve what `make` makes, in WORKERS forks of this process."""
    listener = listen("127.0.0.1", PORT)
    workers = [_fork(make, listener, threads) for _ in range(WORKERS)]
    try:
        _wait_for_answer()
        yield workers
    finally:
        for worker in workers:
            os.kill(worker, signal.SIGTERM)
        for worker in workers:
            os.waitpid(worker, 0)
        listener.close()


def load(
    workers: Sequence[int], requests: Sequence[str], seconds: float = SECONDS, connections: int = CONNECTIONS
) -> Load:
    """Send these requests (lines for requests.lua) in turn over so many connections."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(requests))
        file.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--latency", "-s", str(_LUA)]
        said = subprocess.run(
            [*command, f"http://127.0.0.1:{PORT}", "--", file.name], capture_output=True, text=True, check=True
        ).stdout
    return Load(
        per_second=float(_found(r"Requests/sec:\s+([\d.]+)", said)),
        p50=_milliseconds(_found(r"50%\s+([\d.]+\w+)", said)),
        p99=_milliseconds(_found(r"99%\s+([\d.]+\w+)", said)),
        failed=int(_found(r"Non-2xx or 3xx responses: (\d+)", said, "0")),
        megabytes=max(_resident(worker) for worker in workers),
    )


def _fork(make: Callable[[], Any], listener: Any, threads: int) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            # The journal goes to a file, as it does in a stack that runs.
            os.dup2(os.open(JOURNAL, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 1)
            server.serve(make(), listener, threads=threads)
        finally:
            os._exit(0)
    return pid


def _wait_for_answer() -> None:
    for _ in range(200):
        connection = HTTPConnection("127.0.0.1", PORT, timeout=1)
        try:
            connection.request("GET", "/health")
            connection.getresponse().read()
        except (OSError, HTTPException):
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()
    raise SystemExit("nothing answers")


def _found(pattern: str, text: str, otherwise: str | None = None) -> str:
    match = re.search(pattern, text)
    if match is None:
        if otherwise is None:
            raise SystemExit(f"wrk said something unexpected:\n{text}")
        return otherwise
    return match[1]


def _milliseconds(text: str) -> float:
    value, unit = re.fullmatch(r"([\d.]+)(\w+)", text).groups()  # type: ignore[union-attr]
    return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(_found(r"VmRSS:\s+(\d+)", status)) / 1000
