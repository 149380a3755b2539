"""Starting the command costs next to nothing: help at most 2.5, health at most 10 starts of the bare interpreter."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

HAAT = Path(sys.executable).with_name("haat")
ROUNDS = 8


@pytest.mark.skipif(not HAAT.exists(), reason="the command is not installed beside this interpreter")
@pytest.mark.parametrize(
    ("words", "limit"),
    [
        (["--help"], 2.5),
        (["--version"], 2.5),
        (["config", "--help"], 2.5),
        (["up", "--help"], 2.5),
        (["health"], 10.0),
        (["ps"], 10.0),
    ],
)
def test_a_start_costs_no_more_than_so_many_bare_ones(words: list[str], limit: float, tmp_path: Path) -> None:
    bare = [sys.executable, "-c", "pass"]
    command = [str(HAAT), *words]
    _seconds(command, tmp_path)  # Compiled code is kept from here on.
    # In turns and the best of each, in time of the processor: what else the machine does then counts for neither.
    pairs = [(_seconds(bare, tmp_path), _seconds(command, tmp_path)) for _ in range(ROUNDS)]
    assert min(ours for _, ours in pairs) <= limit * min(theirs for theirs, _ in pairs)


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["config", "--help"], ["up", "--help"]])
def test_help_loads_nothing_but_the_table(words: list[str]) -> None:
    program = f"import sys; from haat.cli import main; main({words!r}); print(*sorted(sys.modules), file=sys.stderr)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stderr.split()
    assert [name for name in loaded if name.startswith("haat.")] == ["haat.cli", "haat.cli.overview", "haat.cli.table"]
    assert "argparse" not in loaded


def test_health_loads_no_database_library(tmp_path: Path) -> None:
    program = "import sys; from haat.cli import main; main(['health']); print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path)
    assert "sqlalchemy" not in ended.stdout.split()


def _seconds(command: Sequence[str], folder: Path) -> float:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(command, env=environ, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime
