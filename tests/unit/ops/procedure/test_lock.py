"""One dangerous thing at a time, and whoever does it may let a program of its own do a part of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.support.running import wait_until
from tests.support.up import children_of

from haat.config.load import load
from haat.kernel.errors import Conflict
from haat.ops.procedure import Program, Scene
from haat.ops.procedure.hands import do
from haat.ops.procedure.lock import held, held_to_read, is_held, lent, make_way, reading_beside

CHILD = """
import sys
import threading
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
import threading
from pathlib import Path
from haat.ops.procedure import Program
from haat.ops.procedure.hands import do
from haat.ops.procedure.lock import held
with held(Path(sys.argv[1]), "the whole"):
    do(Program((*sys.argv[2:], "1000")), None, 1000.0)
"""
GIVES_WAY = """
import signal, sys, time
from pathlib import Path
from haat.ops.procedure.lock import held_giving_way
if sys.argv[2] == "False":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
with held_giving_way(Path(sys.argv[1]), "a set"):
    print("has it", flush=True)
    time.sleep(600)
"""
MARK = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).touch(); time.sleep(1)"
SLEEP = (sys.executable, "-c", "import sys, time; time.sleep(float(sys.argv[1]))")


def said(*words: str) -> str:
    return subprocess.run([sys.executable, "-c", *words], capture_output=True, text=True, check=True).stdout.strip()


def test_a_program_of_whoever_has_the_lock_has_it_with_them(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with held(lock, "the whole"):
        assert said(CHILD, str(lock)) == "has it"
        assert "for the whole" in said(STRANGER, CHILD, str(lock))
        with pytest.raises(Conflict, match="Something else") as raised, held(lock, "another"):
            pass
        assert raised.value.try_.startswith("Wait until it is done: it is when that process ends.")


def test_what_was_lent_goes_back_and_not_further(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with held(lock, "the whole"):
        said(CHILD, str(lock))
        assert is_held(lock)
        assert "for the whole" in lock.read_text()
    assert not is_held(lock)
    with held(lock, "another"):
        pass


def test_whoever_only_reads_keeps_others_waiting_who_read_and_nobody_else(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with held_to_read(lock, "a proof"):
        assert (is_held(lock), is_held(reading_beside(lock)), len(lent())) == (False, True, 1)
        with pytest.raises(Conflict, match="Something else") as raised, held_to_read(lock, "another proof"):
            pass
        assert f"process {os.getpid()}, for a proof" in raised.value.why
        with held(lock, "a recovery"):
            assert is_held(reading_beside(lock))
    assert (is_held(reading_beside(lock)), lent()) == (False, ())


def test_nobody_begins_to_read_while_something_is_being_done(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with held(lock, "a recovery"), pytest.raises(Conflict) as raised, held_to_read(lock, "a proof"):
        pass
    assert "for a recovery" in raised.value.why
    assert not is_held(reading_beside(lock))


def test_a_program_is_lent_what_its_own_run_holds_and_nothing_of_a_run_beside_it(tmp_path: Path) -> None:
    lock, mark, reader, actor = tmp_path / "lock", tmp_path / "mark", threading.Event(), threading.Event()

    def read() -> None:
        with held_to_read(lock, "a proof"):
            reader.set()
            assert actor.wait(10)
            do(Program((sys.executable, "-c", MARK, str(mark))), Scene(load(tmp_path, {}, {}), {}), 10.0)

    thread = threading.Thread(target=read)
    thread.start()
    assert reader.wait(10)
    with held(lock, "a recovery"):
        actor.set()
        wait_until(mark.exists, "the program of the proof runs")
    assert not is_held(lock), "what the recovery had went with it to a program that is not its own"
    assert is_held(reading_beside(lock))
    thread.join()


@pytest.mark.parametrize("listens", [True, False])
def test_who_gives_way_is_ended_whether_it_listens_or_not_and_nobody_else_is(
    listens: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "lock"
    make_way(lock)
    with subprocess.Popen([sys.executable, "-c", GIVES_WAY, str(lock), str(listens)], stdout=subprocess.PIPE) as taking:
        assert taking.stdout is not None
        assert taking.stdout.readline() == b"has it\n"
        monkeypatch.setattr("haat.ops.procedure.lock._GIVES_WAY_WITHIN", 0.2)
        make_way(lock)
        assert not is_held(lock)
        assert taking.wait(10) == (-signal.SIGTERM if listens else -signal.SIGKILL)
    with held(lock, "a restore"):
        make_way(lock)
        assert is_held(lock)


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
        with pytest.raises(Conflict, match="Something else") as raised, held(lock, "another"):
            pass
        assert "That process has ended, and what it had begun goes on: " in raised.value.why
        assert f"(process {part})" in raised.value.why
    os.kill(part, signal.SIGKILL)
    wait_until(lambda: not is_held(lock), "the lock is free")
    with held(lock, "another"):
        pass


def _runs(pid: int, program: str) -> bool:
    """Whether it is this by now, and no longer a copy of whoever begins it."""
    words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return words[0] == program.encode() and OWNER.encode() not in words
