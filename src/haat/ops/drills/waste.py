"""The folder of a stack is full of what nobody needs. Cleaning it up is killed in the middle, gone on with, and takes nothing else."""

from __future__ import annotations

import os
import time
from pathlib import Path

from haat.kernel.errors import Unavailable
from haat.kernel.ids import encode
from haat.ops.drills.broken import blind
from haat.ops.drills.drill import Budget, Drill, Mutation, by_itself
from haat.ops.drills.stage import Stage
from haat.ops.maintenance.clean_up import CLEAN_UP
from haat.ops.procedure import Finding

_LONG_AGO = 60 * 86_400  # seconds
_KILLED_AT = "deed.1"
_WORDS = ("runbook", "run", CLEAN_UP.name, "days=30")


def _waste_of(stage: Stage) -> list[Path]:
    pictures = stage.data / "media" / "ab"
    return [stage.data / "logs" / "web.log.7", stage.data / "logs" / "web.log.8", pictures / f"ab{'0' * 62}.original"]


def _kept_of(stage: Stage) -> list[Path]:
    """What must still be there: the log that is written, and a picture that has just been sent."""
    return [stage.data / "logs" / "web.log", stage.data / "media" / "ab" / f"ab{'1' * 62}.original"]


def _fill(stage: Stage) -> Finding:
    for path in (*_waste_of(stage), *_kept_of(stage)[1:]):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"nobody needs this")
    for path in _waste_of(stage):
        os.utime(path, (time.time() - _LONG_AGO,) * 2)
    return Finding(all(path.exists() for path in _waste_of(stage)), f"{len(_waste_of(stage))} files lie about")


def _clean_up_and_go_on(stage: Stage) -> None:
    """Raises Unavailable when it was not killed, or does not come to its end."""
    marker = stage.folder / "killed"
    stage.haat(*_WORDS, HAAT_FAULT=f"{_KILLED_AT}:{marker}")
    killed = stage.unfinished()
    if not marker.exists() or len(killed) != 1:
        raise Unavailable("Cleaning up was not killed.", why=f"{len(killed)} runs have no end.")
    ended = stage.haat("runbook", "resume", encode(killed[0].id))
    if ended.returncode:
        raise Unavailable("Cleaning up does not go on.", why=ended.stderr.strip()[-300:])


def _clean_nothing(stage: Stage) -> None:
    stage.run(blind(CLEAN_UP), {"days": 30})


def _is_clean(stage: Stage) -> Finding:
    left = [path.name for path in _waste_of(stage) if path.exists()]
    left += [path.name for path in stage.data.rglob("*.unused")]
    lost = [path.name for path in _kept_of(stage) if not path.exists()]
    if lost:
        return Finding(False, f"{', '.join(lost)} is gone, and should not be")
    return Finding(
        not left, f"{', '.join(left)} is still there" if left else "what nobody needs is gone, and nothing else"
    )


WASTE = Drill(
    name="waste",
    purpose="Old logs and pictures lie about; cleaning up is killed in the middle, and gone on with.",
    fault=_fill,
    answer=_clean_up_and_go_on,
    verify=_is_clean,
    budget=Budget(gap=2.5, failed=0, seconds=20.0, proof=2.0),
    mutations=(
        Mutation("not-cleaned", "Nobody cleans up.", by_itself),
        Mutation(
            "cleans-nothing", "The procedure says what it does, and does nothing.", _clean_nothing, breaks=CLEAN_UP.name
        ),
    ),
    procedures=(CLEAN_UP.name,),
)
