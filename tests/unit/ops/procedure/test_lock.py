"""One dangerous thing at a time, and whoever does it may let a program of its own do a part of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.running import wait_until
from tests.support.up import children_of

from haat.kernel.errors import Conflict
from haat.ops.procedure.lock import held, is_held

CHILD = """
import sys
from pathlib import Path
from haat.kernel.errors import Conflict
from haat.ops.procedure.lock import held
try:
    with held(Path(sys.argv[1]), "a part"):
        print("has it")
except Conflict as error:
    print(error.why)
"""
# Begun by somebody who has nothing to do with whoever has the lock.
STRANGER = "import subprocess, sys; print(subprocess.run([sys.executable, '-c', *sys.argv[1:]], capture_output=True, text=True).stdout)"


# Has a program do a part of what it has the lock for, which goes on until it is killed.
OWNER = """
import sys
from pathlib import Path
from haat.ops.procedure import Program
from haat.ops.procedure.hands import do
from haat.ops.procedure.lock import held
with held(Path(sys.argv[1]), "the whole"):
    do(Program((*sys.argv[2:], "1000")), None, 1000.0)
"""
SLEEP = (sys.executable, "-c", "import sys, time; time.sleep(float(sys.argv[1]))")


def said(*words: str) -> str:
    return subprocess.run([sys.executable, "-c", *words], capture_output=True, text=True, check=True).stdout.strip()


def test_a_program_of_whoever_has_the_lock_has_it_with_them(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with held(lock, "the whole"):
        assert said(CHILD, str(lock)) == "has it"
        assert "for the whole" in said(STRANGER, CHILD, str(lock))
        with pytest.raises(Conflict, match="Something else"), held(lock, "another"):
            pass


def test_what_was_lent_goes_back_and_not_further(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with held(lock, "the whole"):
        said(CHILD, str(lock))
        assert is_held(lock)
        assert "for the whole" in lock.read_text()
    assert not is_held(lock)
    with held(lock, "another"):
        pass


@pytest.mark.parametrize(("words", "is_ours"), [(SLEEP, True), (("sleep",), False)], ids=["ours", "another"])
def test_a_program_of_ours_that_outlives_whoever_began_it_keeps_the_lock_until_it_ends(
    words: tuple[str, ...], is_ours: bool, tmp_path: Path
) -> None:
    lock = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", OWNER, str(lock), *words]) as owner:
        wait_until(lambda: bool(children_of(owner.pid)), "the part is begun")
        [part] = children_of(owner.pid)
        wait_until(lambda: _runs(part, words[0]), "it is the program")
        owner.kill()
    assert is_held(lock) == is_ours
    if is_ours:
        with pytest.raises(Conflict, match="Something else"), held(lock, "another"):
            pass
    os.kill(part, signal.SIGKILL)
    wait_until(lambda: not is_held(lock), "the lock is free")
    with held(lock, "another"):
        pass


def _runs(pid: int, program: str) -> bool:
    """Whether it is this by now, and no longer a copy of whoever begins it."""
    words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return words[0] == program.encode() and OWNER.encode() not in words
