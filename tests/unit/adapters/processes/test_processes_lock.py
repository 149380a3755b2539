"""One supervisor to a stack."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from haat.adapters.processes import lock
from haat.kernel.errors import Conflict


def test_the_lock_is_free_again_when_it_is_let_go(tmp_path: Path) -> None:
    for _ in range(2):
        handle = lock.take(tmp_path / "up.lock")
        os.close(handle)


def test_whoever_comes_second_hears_who_has_it(tmp_path: Path) -> None:
    handle = lock.take(tmp_path / "up.lock")
    with pytest.raises(Conflict) as refused:
        lock.take(tmp_path / "up.lock")
    assert f"Process {os.getpid()}" in refused.value.why
    os.close(handle)


def test_a_process_that_a_dead_owner_left_behind_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "up.lock"
    left_behind = "import os, time\nif os.fork() == 0: time.sleep(0.7)"
    subprocess.run(
        [sys.executable, "-c", f"from haat.adapters.processes import lock; lock.take({str(file)!r})\n{left_behind}"],
        check=True,
    )
    began = time.monotonic()
    handle = lock.take(file)
    assert 0.1 < time.monotonic() - began < 4.0
    os.close(handle)


def test_what_stands_in_the_file_matters_to_nobody_but_the_locked(tmp_path: Path) -> None:
    (tmp_path / "up.lock").write_text("not a number, and longer than any number of a process is")
    os.close(lock.take(tmp_path / "up.lock"))
    assert (tmp_path / "up.lock").read_text() == f"{os.getpid()}\n"
