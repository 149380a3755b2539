"""A stack that really runs: `haat up` in a process of its own, spoken to over HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from haat.ops.servers import free_port

_PATIENCE = 30.0  # seconds


class Running:
    """`haat up` on a free port over `data`, with more environment. Ends with `stop`."""

    def __init__(self, data: Path, environ: Mapping[str, str] | None = None) -> None:
        self.port = free_port()
        self.log = data / "up.out"
        self._out = self.log.open("ab")
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "from haat.cli import main; main()",
                "up",
                "--data",
                str(data),
                "--port",
                str(self.port),
                "--empty",
            ],
            stdout=self._out,
            stderr=self._out,
            env={**os.environ, **(environ or {})},
        )
        wait_until(self._is_up, f"the stack is up; see {self.log}")

    def call(self, method: str, path: str, value: Any = None, token: str = "", **headers: str) -> tuple[int, Any]:
        """Status and body, decoded when it is JSON; status 0 when there was no answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        sent = {name.replace("_", "-"): text for name, text in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        body = value if isinstance(value, str | None) else json.dumps(value)
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException):
            return 0, None
        finally:
            connection.close()
        is_json = "json" in (answer.getheader("Content-Type") or "")
        return answer.status, json.loads(content) if is_json else content.decode()

    def _is_up(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"haat up has ended: {self.log.read_text()}")
        return self.call("GET", "/health")[0] == 200

    def insist(self, method: str, path: str, value: Any = None, token: str = "", **headers: str) -> Any:
        """Call until there is an answer, as a person reloads a page; returns its body."""
        answers: list[Any] = []

        def answered() -> bool:
            status, content = self.call(method, path, value, token, **headers)
            answers.append(content)
            return status != 0

        wait_until(answered, f"{method} {path} is answered")
        return answers[-1]

    def stop(self) -> int:
        """End the stack in order; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(_PATIENCE)
        finally:
            self._out.close()


def wait_until(is_so: Callable[[], bool], what: str, patience: float = _PATIENCE, every: float = 0.05) -> None:
    """Look again every so many seconds. Fails, naming what did not come."""
    until = time.monotonic() + patience
    while not is_so():
        if time.monotonic() > until:
            raise AssertionError(f"waited for {patience:g} s in vain until {what}")
        time.sleep(every)


def hear_interrupts() -> None:
    """Whoever runs the tests in the background may have them ignore Ctrl-C, and a process begins as its parent is."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
