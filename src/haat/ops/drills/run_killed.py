"""A procedure is killed at every step, and each time somebody goes on with it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from haat.kernel.errors import Unavailable
from haat.kernel.ids import encode
from haat.ops.databases.upkeep import UPKEEP
from haat.ops.drills.drill import Budget, Drill, Mutation, by_itself
from haat.ops.drills.stage import Stage
from haat.ops.procedure import Finding
from haat.ops.procedure.journal import DONE

_WORDS = ("runbook", "run", UPKEEP.name)
_EVENTS = ("intended", "acted", "verified")


def _points() -> Iterator[str]:
    """Around every entry, and within the one act."""
    yield "deed.0"
    for number in range(len(UPKEEP.steps)):
        for event in _EVENTS:
            yield f"before.{event}.{number}"
            yield f"after.{event}.{number}"


# Runs the command once for each line it is given, in a fork that has everything loaded: to start an interpreter takes longer than what it does.
_RUNNER = """
import os, sys
from haat.cli import main
from haat.kernel import faults
statuses = os.fdopen(os.dup(1), "w", buffering=1)
nowhere = os.open(os.devnull, os.O_WRONLY)
os.dup2(nowhere, 1)
os.dup2(nowhere, 2)
words = sys.argv[1:]
main([*words, "--dry-run"])
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        faults.die_at(*line.rstrip("\\n").split(" ", 1))
        os._exit(main(words))
    print(os.waitpid(pid, 0)[1], file=statuses)
"""


def _kill(stage: Stage) -> Finding:
    """The first time by the command, as an operator types it."""
    point = next(_points())
    marker = stage.folder / f"killed-{point}"
    ended = stage.haat(*_WORDS, HAAT_FAULT=f"{point}:{marker}")
    return _killed(point, marker, -ended.returncode)


def _go_on_each_time(stage: Stage) -> None:
    """Raises Unavailable when a run cannot be gone on with, or is not done afterwards."""
    _go_on_by_command(stage)
    with subprocess.Popen(  # noqa: S603 (our own program)
        [sys.executable, "-c", _RUNNER, *_WORDS, "--data", str(stage.data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as runner:
        assert runner.stdin is not None and runner.stdout is not None
        for point in islice(_points(), 1, None):
            marker = stage.folder / f"killed-{point}"
            runner.stdin.write(f"{point} {marker}\n")
            found = _killed(point, marker, int(runner.stdout.readline() or 0))
            if not found.holds:
                raise Unavailable("The procedure lived.", why=f"{found.said}.")
            stage.resume(UPKEEP)


def _killed(point: str, marker: Path, number: int) -> Finding:
    was_killed = marker.exists() and number == signal.SIGKILL
    return Finding(was_killed, f"killed at “{point}”" if was_killed else f"it was not killed at “{point}”")


def _go_on_by_command(stage: Stage) -> None:
    """Once as an operator does it; the other times the same is done from here."""
    [killed] = stage.unfinished()
    ended = stage.haat("runbook", "resume", encode(killed.id))
    if ended.returncode:
        raise Unavailable("A run that was killed cannot go on.", why=ended.stderr.strip()[-300:])


def _all_are_done(stage: Stage) -> Finding:
    count, killed = len(list(_points())), stage.runs()
    done = sum(run.state == DONE for run in killed)
    return Finding(done == count, f"{done} of {count} runs that were killed are done")


RUN_KILLED = Drill(
    name="run-killed",
    purpose="A procedure is killed before and after every entry of its journal and within its act, and resumed each time.",
    fault=_kill,
    answer=_go_on_each_time,
    verify=_all_are_done,
    budget=Budget(gap=2.5, failed=0, seconds=60.0, proof=2.0),
    mutations=(Mutation("not-resumed", "Nobody goes on with the run.", by_itself),),
)
