"""What operations take beside what cannot be spared: `haat ps` and `haat health` of a stack that runs beside a bare interpreter, and a step of a
procedure beside three commits of its journal, which are three times a disk has it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from haat.config.load import load
from haat.demo.practice import PracticeShop
from haat.ops.drills.servers import is_installed
from haat.ops.drills.stage import Stage
from haat.ops.procedure import Finding, Irreversible, Procedure, Scene, Step
from haat.ops.procedure.journal import Journal
from haat.ops.procedure.run import Runner
from haat.ops.procedure.step import never_done, only_looks

_KINDS = ("sqlite", "postgresql", "mariadb")
_STARTS = 15  # of each command, in turns
_GOAL_OF_COMMANDS = 10.0  # times a bare interpreter
_STEPS, _RUNS = 20, 7
_GOAL_OF_A_STEP = 2.0  # times three times that a disk has it
_ENTRY = b"0" * 4096  # a page, the least that a commit writes


def ask(folder: Path) -> int:
    """Print what was seen; returns how many figures were not reached."""
    print(f"\n{'operations':30} {'ours ms':>8} {'limit ms':>9} {'ratio':>6} goal")
    missed = _ask_for_a_step(folder)
    return missed + sum(_ask_for_commands(kind) for kind in _KINDS if is_installed(kind))


def _ask_for_commands(kind: str) -> int:
    haat, missed = str(Path(sys.executable).with_name("haat")), 0
    has_cache = is_installed("redis")
    with (
        tempfile.TemporaryDirectory(prefix="haat-bench-") as place,
        Stage(Path(place), kind, PracticeShop, has_cache=has_cache) as stage,
    ):
        for name in ("ps", "health"):
            ours, bare = _in_turns([haat, name, "--data", str(stage.data)], [sys.executable, "-c", "pass"])
            missed += _line(f"haat {name}, stack on {kind}", ours, bare, _GOAL_OF_COMMANDS)
    return missed


def _in_turns(ours: Sequence[str], bare: Sequence[str]) -> tuple[float, float]:
    """Medians of the seconds that each takes. The first start, after which compiled code is kept, does not count."""
    _seconds(ours)
    pairs = [(_seconds(ours), _seconds(bare)) for _ in range(_STARTS)]
    return statistics.median(one for one, _ in pairs), statistics.median(one for _, one in pairs)


def _seconds(words: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def _ask_for_a_step(folder: Path) -> int:
    """On the disk of the other figures: some folders for what is temporary are in memory, where nothing is had by a disk."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="operate-", dir=folder) as place:
        pairs = [(_step(Path(place)), _three_times(Path(place))) for _ in range(_RUNS)]
    return _line(
        "a step of a procedure",
        statistics.median(one for one, _ in pairs),
        statistics.median(one for _, one in pairs),
        _GOAL_OF_A_STEP,
    )


def _step(place: Path) -> float:
    """Seconds for one of many steps that do nothing."""
    step = Step(
        "Nothing", never_done, only_looks, lambda scene: Finding(True, "so it is"), Irreversible("nothing"), 1.0
    )
    procedure = Procedure("nothing", "Nothing.", (), (step,) * _STEPS)
    journal = Journal(place / "ops.db")
    scene = Scene(load(place, {}, {}), {})
    began = time.perf_counter()
    Runner(journal, place / "lock", lambda *_: None).start(procedure, scene, "bench", "bench")
    took = time.perf_counter() - began
    journal.close()
    return took / _STEPS


def _three_times(place: Path) -> float:
    with (place / "bare").open("ab", buffering=0) as file:
        began = time.perf_counter()
        for _ in range(3 * _STEPS):
            file.write(_ENTRY)
            os.fsync(file.fileno())
        return (time.perf_counter() - began) / _STEPS


def _line(name: str, ours: float, limit: float, most: float) -> int:
    print(f"{name:30} {ours * 1000:8.1f} {limit * 1000:9.1f} {ours / limit:6.2f} ≤ {most:g}", flush=True)
    return int(ours > most * limit)
