"""Which processes are new is known whatever happens to the clock of the machine meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.kernel import clock
from haat.kernel.clock import HOUR
from haat.ops import running
from haat.ops.fleet.restart_service import RESTART_SERVICE
from haat.ops.procedure import Scene
from haat.ops.procedure.hands import do

KEEPER = 'open("/proc/self/comm", "w").write("haat-keeper"); print(flush=True); input()'
[STEP] = RESTART_SERVICE.steps


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
