"""The console as a process: it is there when the stack is not, and what it was doing when it was killed can be gone on with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.support.operator import fields_of
from tests.support.running import free_port, wait_until
from tests.support.up import Up, get

from haat.config.address import Address
from haat.config.secrets import ensure_secrets
from haat.ops.procedure.journal import Journal
from haat.store.migrate import migrate


class Person:
    """An operator at the console that listens on a port."""

    def __init__(self, data: Path, name: str) -> None:
        said = haat("operators", "add", name, "--role", "operate", "--json", "--data", str(data))
        self._keys = json.loads(said.stdout)
        self._name = name
        self._cookie = ""

    def sign_in(self, port: int) -> None:
        status, headers, _ = self.ask(port, "POST", "/sign-in", fields_of(self._keys, self._name))
        assert status == 303
        self._cookie = headers["set-cookie"].partition(";")[0]

    def ask(
        self, port: int, method: str, path: str, fields: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and text; status 0 when there was no answer."""
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Cookie": self._cookie, "Sec-Fetch-Site": "same-origin"}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urlencode(fields or {}), headers)
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode()
        except (OSError, HTTPException):
            return 0, {}, ""
        finally:
            connection.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    migrate(Address("sqlite", str(tmp_path / "haat.db")))
    ensure_secrets(tmp_path)
    return tmp_path


@pytest.fixture
def begun() -> Iterator[list[subprocess.Popen[str]]]:
    """Consoles, of which nothing is left afterwards."""
    consoles: list[subprocess.Popen[str]] = []
    yield consoles
    for one in consoles:
        one.kill()
        print(one.communicate()[0])  # which is shown where a test fails


def haat(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "haat", *words], capture_output=True, text=True, check=True)


def console(begun: list[subprocess.Popen[str]], data: Path, port: int, **environ: str) -> subprocess.Popen[str]:
    """A console alone, once it answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "haat", "console", "--json", "--data", str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "HAAT_CONSOLE__PORT": str(port), **environ},
    )
    begun.append(process)
    wait_until(lambda: "200 OK" in _get(port), "the console answers")
    return process


def test_a_run_goes_on_without_its_browser_and_one_that_was_killed_with_the_console_is_resumed(
    data: Path, begun: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    port, ada = free_port(), Person(data, "ada")
    dying = console(begun, data, port, HAAT_FAULT=f"before.acted.1:{tmp_path / 'died'}")
    ada.sign_in(port)
    ada.ask(port, "POST", "/runbook/upkeep-database/runs")
    assert dying.wait(60) == -signal.SIGKILL

    [run] = json.loads(haat("runbook", "history", "--json", "--data", str(data)).stdout)["runs"]
    assert (run["state"], run["who"], run["way_in"]) == ("interrupted", "ada", "console")
    console(begun, data, port)
    assert "may be half done" in ada.ask(port, "GET", f"/runs/{run['id']}")[2]
    assert ada.ask(port, "POST", f"/runs/{run['id']}/resumption")[0] == 303
    # Nobody looks at a page from here on.
    wait_until(lambda: _states(data) == ["done"], "the run is done")

    last = begun[-1]
    last.send_signal(signal.SIGTERM)
    assert last.wait(60) == 0


def test_beside_the_shop_the_console_answers_on_its_own_port_whatever_dies(data: Path) -> None:
    port = free_port()
    environ = {"HAAT_CONSOLE__PORT": str(port), "HAAT_WEB__WORKERS": "1"}
    up = Up(data, "--empty", environ=environ)
    try:
        assert up.wait_for("ready")["console"] == f"http://127.0.0.1:{port}"
        os.kill(up.pid_of("console"), signal.SIGKILL)
        assert "200 OK" in _until_answered(port)
        assert "200 OK" in get(up.port)
        ada = Person(data, "ada")
        ada.sign_in(port)
        services = ada.ask(port, "GET", "/services")[2]
        assert all(f">{name}<" in services for name in ("haat-web", "haat-worker", "haat-console"))
        os.kill(up.pid_of("web"), signal.SIGSTOP)
        assert f"Nothing answers at http://127.0.0.1:{up.port}" in ada.ask(port, "GET", "/")[2]
        os.kill(up.pid_of("web"), signal.SIGCONT)
        second = Up(data.parent / "second", "--empty", environ=environ)
        try:
            assert f"port {port}" in second.wait_for("without_console")["why"]
            assert second.wait_for("ready")["console"] is None
            assert second.end() == 0
        finally:
            second.close()
        assert up.end() == 0
        assert [event["programs"] for event in up.named("ending")] == [["web"], ["worker"], ["console"], ["keeper"]]
    finally:
        up.close()


def _states(data: Path) -> list[str]:
    journal = Journal(data / "ops.db")
    try:
        return [run.state for run in journal.newest(9)]
    finally:
        journal.close()


def _get(port: int) -> str:
    try:
        return get(port)
    except OSError:
        return ""


def _until_answered(port: int) -> str:
    wait_until(lambda: bool(_get(port)), "the console is back")
    return _get(port)
