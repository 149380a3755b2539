"""Which processes are new is known whatever happens to the clock of the machine meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.kernel import clock, faults
from haat.kernel.clock import HOUR
from haat.ops import running
from haat.ops.fleet.restart_service import RESTART_SERVICE
from haat.ops.procedure import Procedure, Scene
from haat.ops.procedure.hands import do
from haat.ops.procedure.journal import Journal, Run
from haat.ops.procedure.run import Runner

KEEPER = 'open("/proc/self/comm", "w").write("haat-keeper"); print(flush=True); input()'
[STEP] = RESTART_SERVICE.steps
POINTS = [
    *(f"{side}.{event}.0" for event in ("intended", "acted", "verified") for side in ("before", "after")),
    "deed.0",
    "deed.1",
]


@pytest.fixture
def begin() -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Begins a keeper, as the supervisor would."""
    begun: list[subprocess.Popen[str]] = []

    def one() -> subprocess.Popen[str]:
        keeper = subprocess.Popen(
            [sys.executable, "-c", KEEPER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        begun.append(keeper)
        assert keeper.stdout is not None
        keeper.stdout.readline()
        return keeper

    yield one
    for keeper in begun:
        keeper.communicate()


def laid(folder: Path, began_at: int) -> Scene:
    """A stack whose supervisor is this process, and a run that began then."""
    ensure_secrets(folder)
    running.folder_of(folder).mkdir()
    running.tell(folder, running.Running(os.getpid(), "", 0))
    return Scene(load(folder, {}, {}), {"service": "keeper"}, began_at=began_at)


def ask(scene: Scene) -> None:
    for deed in STEP.act(scene):
        do(deed, scene, 10.0)


@pytest.mark.parametrize("by", [-HOUR, 0, HOUR])
def test_the_old_one_is_never_taken_for_new_nor_the_new_one_for_old_though_the_clock_is_set(
    tmp_path: Path, begin: Callable[[], subprocess.Popen[str]], by: int
) -> None:
    """By so much since the run began."""
    scene = laid(tmp_path, clock.now() - by)
    old = begin()
    assert not STEP.check(scene).holds
    ask(scene)
    assert running.wanted_anew(tmp_path) == {"keeper": scene.began_at}
    assert not STEP.verify(scene).holds
    new = begin()
    assert not STEP.verify(scene).holds, "one of two is the old one"
    old.communicate()
    assert STEP.verify(scene).holds
    assert str(new.pid) in STEP.verify(scene).said
    assert STEP.act(scene) == [], "it is asked once, however often the run goes on"


def test_what_is_new_for_one_run_is_old_for_the_next(
    tmp_path: Path, begin: Callable[[], subprocess.Popen[str]]
) -> None:
    scene = laid(tmp_path, began_at=1)
    old = begin()
    ask(scene)
    old.communicate()
    begin()
    assert STEP.check(scene).holds
    assert not STEP.check(scene._replace(began_at=2)).holds


class Supervisor:
    """Begins keepers anew for as long as it is used with `with`, as one of a stack does; `begun` are all that there were."""

    def __init__(self, data: Path, begin: Callable[[], subprocess.Popen[str]]) -> None:
        self._data, self._begin = data, begin
        self.begun = [begin()]
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Supervisor:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        seen: dict[str, int] = {}
        while not self._is_over.wait(0.01):
            wanted = running.wanted_anew(self._data)
            if wanted != seen:
                seen = wanted
                self.begun[-1].kill()  # Whoever was forked has its line as well, so to close that would not end it.
                self.begun[-1].wait()
                self.begun.append(self._begin())


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_it_goes_on_and_the_service_is_begun_anew_once(
    tmp_path: Path, begin: Callable[[], subprocess.Popen[str]], point: str
) -> None:
    scene = laid(tmp_path, began_at=0)
    with Supervisor(tmp_path, begin) as supervisor:
        die(scene, point)
        done = journalled(tmp_path, lambda runner, journal: runner.resume(newest(journal), *whose(scene)))
        assert done.state == "done"
    assert [keeper.poll() is None for keeper in supervisor.begun] == [False, True]


def die(scene: Scene, point: str) -> None:
    """Run it in a process of its own, which is killed at this point."""
    pid = os.fork()
    if pid == 0:
        faults.die_at(point, str(scene.settings.data / "died"))
        try:
            journalled(scene.settings.data, lambda runner, _: runner.start(*whose(scene)))
        finally:
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def whose(scene: Scene) -> tuple[Procedure, Scene, str, str]:
    return RESTART_SERVICE, scene, "ada", "cli"


def newest(journal: Journal) -> Run:
    [run] = journal.newest(5)
    return run


def journalled(data: Path, work: Callable[[Runner, Journal], Run]) -> Run:
    with closing(Journal(running.memory_of(data))) as journal:
        return work(Runner(journal, running.operations_lock_of(data), lambda *_: None), journal)
