"""One dangerous thing at a time, and whoever does it may let a program of its own do a part of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

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
