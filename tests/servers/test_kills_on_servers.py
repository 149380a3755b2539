"""Whoever takes, proves or restores a backup of a server is killed at any moment: no set is called good that is not, nothing half restored has a name, and the server
goes on.

`HAAT_TRIALS` is how often; for a few, each moment is as likely as another.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.kept import Scene

from haat.ops.backups.verify import verify

pytestmark = pytest.mark.only_on("postgresql mariadb", "SQLite has kills of its own")
TRIALS = int(os.environ.get("HAAT_TRIALS", "3"))


@pytest.fixture(scope="module")
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    scene = Scene(request.config.getoption("database"))
    yield scene
    scene.stop()


def begun(scene: Scene, *words: str) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-m", "haat", "backup", *words, "--json", "--data", str(scene.data)]
    return subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def killed_within(seconds: float, scene: Scene, *words: str) -> bool:
    """Whether it was killed before it was done."""
    program = begun(scene, *words)
    time.sleep(random.uniform(0, seconds))
    program.kill()
    return program.wait() < 0


def usual(scene: Scene, *words: str) -> float:
    """How long it takes when nobody is killed, in seconds."""
    began = time.monotonic()
    assert begun(scene, *words).wait() == 0
    return time.monotonic() - began


def add(scene: Scene) -> int:
    """A fact more than there is; returns how many there are."""
    count = len(scene.numbers(scene.address)) + 1
    scene.ask(f"INSERT INTO facts VALUES ({count}, 1, '{random.randbytes(900).hex()}')")
    return count


def ids_of(scene: Scene) -> set[str]:
    """Of all sets. Whoever was killed has left none that cannot be read."""
    code, told = scene.haat("list")
    assert code == 0, told
    return {one["id"] for one in told["sets"]}


def test_a_set_that_is_there_is_whole_whenever_its_taker_was_killed(scene: Scene) -> None:
    add(scene)
    long, killed = usual(scene, "take", "--unproved"), 0
    known = ids_of(scene)
    for _ in range(TRIALS):
        count = add(scene)
        if killed_within(1.2 * long, scene, "take", "--unproved"):
            killed += 1
        else:
            long *= 0.7 if killed else 0.5  # The machine was busier when it was timed.
        assert scene.numbers(scene.address) == [*range(1, count + 1)], "the server goes on"
        for new in ids_of(scene) - known:
            code, proved = scene.haat("prove", new)
            assert (code, proved["proof"]["holds"]) == (0, True), proved
        known = ids_of(scene)
    assert verify(scene.vault) == []
    assert killed > 0
    code, taken = scene.haat("take")
    assert (code, taken["proof"]["holds"]) == (0, True)
    assert [*(scene.data / "run" / "proofs").iterdir()] == [], "a copy was left"


def test_a_set_is_called_proved_when_its_proof_was_written_down_and_never_before_whenever_its_prover_was_killed(
    scene: Scene, tmp_path: Path
) -> None:
    add(scene)
    code, taken = scene.haat("take", "--unproved")
    assert code == 0, taken
    scene.haat("prove", taken["id"], HAAT_FAULT=f"prove.looked:{tmp_path / 'killed'}")
    assert (tmp_path / "killed").exists(), "it was killed with all looked at, and nothing written down"
    assert scene.haat("show", taken["id"]) == (0, taken)
    long, killed = usual(scene, "prove", taken["id"]), 0
    for _ in range(TRIALS):
        add(scene)
        code, taken = scene.haat("take", "--unproved")
        assert code == 0, taken
        was_killed = killed_within(1.2 * long, scene, "prove", taken["id"])
        killed += was_killed
        code, shown = scene.haat("show", taken["id"])
        assert (shown["proof"] is None and was_killed) or shown["proof"]["holds"], shown
        code, proved = scene.haat("prove", taken["id"])
        assert (code, proved["proof"]["holds"]) == (0, True), proved
        assert [*(scene.data / "run" / "proofs").iterdir()] == [], "a copy was left"
        if not was_killed:
            long *= 0.7 if killed else 0.5  # The machine was busier when it was timed.
    assert killed > 0
    assert verify(scene.vault) == []


def test_a_set_and_its_proof_are_whole_whenever_whoever_takes_and_proves_was_killed(scene: Scene) -> None:
    add(scene)
    long, killed = usual(scene, "take"), 0
    known = ids_of(scene)
    for _ in range(TRIALS):
        add(scene)
        if killed_within(1.2 * long, scene, "take"):
            killed += 1
        else:
            long *= 0.7 if killed else 0.5
        for new in ids_of(scene) - known:
            code, shown = scene.haat("show", new)
            assert shown["proof"] is None or shown["proof"]["holds"], shown
            code, proved = scene.haat("prove", new)
            assert (code, proved["proof"]["holds"]) == (0, True), proved
        known = ids_of(scene)
    assert verify(scene.vault) == []
    assert killed > 0


def test_a_restore_is_whole_or_not_there_whenever_it_was_killed(scene: Scene) -> None:
    count = add(scene)
    code, taken = scene.haat("take")
    assert code == 0, taken
    place = scene.home / "back"
    words = ("restore", taken["id"], "--into", str(place))
    long, killed = usual(scene, *words), 0
    assert_whole(scene, place, count)
    for _ in range(TRIALS):
        if killed_within(1.2 * long, scene, *words):
            killed += 1
        else:
            long *= 0.7 if killed else 0.5
        if place.exists():
            assert_whole(scene, place, count)
    assert killed > 0
    if not place.exists():
        assert begun(scene, *words).wait() == 0, "what was left is in nobody's way"
        assert_whole(scene, place, count)
    assert scene.numbers(scene.address) == [*range(1, count + 1)]


def assert_whole(scene: Scene, place: Path, count: int) -> None:
    with scene.engine.served(place) as address:
        assert scene.numbers(address) == [*range(1, count + 1)]
    shutil.rmtree(place)
