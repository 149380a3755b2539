"""What becomes of a deed that does not work is said in the words of who refused it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from haat.config.load import load
from haat.kernel.errors import Unavailable
from haat.ops.procedure import Program, Scene
from haat.ops.procedure.hands import do


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(load(tmp_path, {}, {}), {})


def test_what_a_program_of_ours_refuses_is_told_in_its_three_parts(scene: Scene, tmp_path: Path) -> None:
    words = ("-m", "haat", "runbook", "history", "--data", str(tmp_path / "nowhere"))
    with pytest.raises(Unavailable) as raised:
        do(Program((sys.executable, *words)), scene, 30.0)
    assert raised.value.what.startswith("“haat runbook history --data")
    assert "failed: There is no stack" in raised.value.what
    assert "haat up" in raised.value.try_
    assert "haat:" not in f"{raised.value.what}{raised.value.why}{raised.value.try_}"


def test_what_another_program_says_is_why(scene: Scene) -> None:
    with pytest.raises(Unavailable, match="“ls /nowhere/at/all” failed") as raised:
        do(Program(("ls", "/nowhere/at/all")), scene, 30.0)
    assert "No such file" in raised.value.why
