"""`bin/test` leaves nothing behind when it is ended, and asks for no browser where one is."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from tests.support.running import wait_until

SCRIPT = Path(__file__).parents[2] / "bin" / "test"
ONLY_ON_SERVERS = re.compile(r'only_on\(\s*"(?:postgresql|mariadb)')
TOOLS = ("sh", "dirname", "mktemp", "chmod", "rm", "sleep", "env", "cat", "ls", "mv")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with programs that do nothing, on a machine that has just the tools, much memory, and an administrator."""
    stand_in(tmp_path / "bin" / "setup", "")
    shutil.copy(SCRIPT, tmp_path / "bin" / "test")
    for name in ("ruff", "mypy", "lint-imports"):
        stand_in(tmp_path / ".venv" / "bin" / name, "")
    stand_in(
        tmp_path / ".venv" / "bin" / "python",
        f'echo "$TMPDIR" > {tmp_path}/draft; mv {tmp_path}/draft {tmp_path}/told; sleep 1',
    )
    for name in TOOLS:
        (tmp_path / "tools").mkdir(exist_ok=True)
        (tmp_path / "tools" / name).symlink_to(shutil.which(name) or name)
    stand_in(tmp_path / "tools" / "awk", "echo 9000")
    stand_in(tmp_path / "tools" / "df", "")
    stand_in(tmp_path / "tools" / "id", "echo 0")
    stand_in(tmp_path / "tools" / "apt-get", f'echo "$@" >> {tmp_path}/asked')
    return tmp_path


def stand_in(program: Path, does: str) -> None:
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f"#!/bin/sh\n{does}\n")
    program.chmod(0o755)


def begun(project: Path) -> subprocess.Popen[bytes]:
    """As from a terminal: what somebody before us passes over, a shell could not heed."""
    return subprocess.Popen(
        [project / "bin" / "test", "tests/some.py"],
        env={"PATH": str(project / "tools"), "HOME": os.environ.get("HOME", "/")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=heed_all,
    )


def heed_all() -> None:
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_whoever_is_told_to_end_leaves_nothing_in_memory(project: Path, number: signal.Signals) -> None:
    run = begun(project)
    wait_until((project / "told").exists, "tests run")
    in_memory = Path((project / "told").read_text().strip())
    assert in_memory.is_relative_to("/dev/shm")
    run.send_signal(number)
    assert run.wait(30) > 0
    assert not in_memory.exists()


def test_no_browser_is_asked_for_where_one_is(project: Path) -> None:
    stand_in(project / "tools" / "chromium", "")
    assert begun(project).wait(30) == 0
    asked = project / "asked"
    assert not asked.exists() or "chromium" not in asked.read_text()


def test_a_browser_without_windows_is_asked_for_where_there_is_none(project: Path) -> None:
    assert begun(project).wait(30) == 0
    assert "chromium-headless-shell" in (project / "asked").read_text()


def test_what_is_about_a_server_alone_runs_on_servers() -> None:
    """A test that is passed over on SQLite, and in no list of those that run on servers, would never run."""
    root = SCRIPT.parents[1]
    [listed] = re.findall(r'^about_the_database="(.*)"$', SCRIPT.read_text(), re.MULTILINE)
    only_there = [path for path in (root / "tests").rglob("test_*.py") if ONLY_ON_SERVERS.search(path.read_text())]
    forgotten = [
        str(path.relative_to(root))
        for path in only_there
        if not any(path.is_relative_to(root / one) for one in listed.split())
    ]
    assert len(only_there) > 10
    assert forgotten == []
