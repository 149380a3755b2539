"""A part of the log that was shipped is gone from the repository. The proof of the log says so, and holds again from the next set on."""

from __future__ import annotations

import shutil
from pathlib import Path

from haat.kernel import clock
from haat.kernel.errors import Unavailable
from haat.ops.backups.check_backups import PROVE_LOG
from haat.ops.backups.take_backup import command
from haat.ops.drills.broken import blind
from haat.ops.drills.database_damaged import wait_for_a_whole_set
from haat.ops.drills.drill import Budget, Drill, Mutation, by_itself
from haat.ops.drills.stage import Stage, wait_until
from haat.ops.procedure import Finding

_PATIENCE = 60.0  # seconds


def _tear(stage: Stage) -> Finding:
    """One that was ended, of which whoever ships has nothing any more, between a proved set and what is shipped now."""
    wait_for_a_whole_set(stage)
    stage.told("backup", "take")
    before = len(_generations(stage))
    wait_until(lambda: len(_generations(stage)) > before + 2, "more is shipped", _PATIENCE)
    torn = _generations(stage)[before]
    shutil.rmtree(torn)
    stage.notes["torn_at"] = clock.now()
    return Finding(not torn.exists(), f"what was committed within a moment is gone from the log: {torn.name}")


def _generations(stage: Stage) -> list[Path]:
    """Of the log of the shop's database, the oldest first: folders of a folder repository."""
    return sorted((stage.repository / "log" / stage.settings.database.path.name).glob("*/*"))


def _prove(stage: Stage) -> None:
    """A first try has to fail. From a new set on the log is whole."""
    if stage.haat("runbook", "run", PROVE_LOG.name).returncode == 0:
        raise Unavailable("A log was called whole that lacks a part.")
    status = stage.haat("backup", "status")
    if status.returncode == 0 or "the log does not replay" not in status.stdout:
        raise Unavailable("Nobody is told that the log does not replay.", why=status.stdout[:300])
    stage.told("backup", "take")
    ended = stage.haat("runbook", "run", PROVE_LOG.name)
    if ended.returncode:
        raise Unavailable("The log does not replay from the new set on either.", why=ended.stderr.strip()[-300:])


def _prove_the_set(stage: Stage) -> None:
    """Nothing is replayed: the set that was proved is proved once more."""
    [step] = PROVE_LOG.steps
    stage.run(PROVE_LOG._replace(steps=(step._replace(act=lambda scene: [command(scene, "prove")], timeout=1.0),)), {})


def _prove_nothing(stage: Stage) -> None:
    stage.run(blind(PROVE_LOG), {})


def _is_proved(stage: Stage) -> Finding:
    status = stage.told("backup", "status")
    log = status["log"]
    if log is None or log["until"] < stage.notes["torn_at"]:
        return Finding(False, "the log was not replayed since a part of it is gone")
    said = f"it replays from set {log['set']} to {clock.in_utc(log['until'])}"
    return Finding(log["holds"] and status["good"], said if log["holds"] else "the log does not replay")


LOG_TORN = Drill(
    name="log-torn",
    purpose="A part of the log that was shipped is gone from the repository; the proof of the log says so, and holds again from the next set on.",
    fault=_tear,
    answer=_prove,
    verify=_is_proved,
    budget=Budget(gap=2.5, failed=0, seconds=60.0, proof=2.0),
    mutations=(
        Mutation("not-proved", "Nobody replays it.", by_itself),
        Mutation("not-replayed", "The set is proved, and nothing is replayed.", _prove_the_set),
        Mutation(
            "proves-nothing",
            "The procedure says what it does, and does nothing.",
            _prove_nothing,
            breaks=PROVE_LOG.name,
        ),
    ),
    procedures=(PROVE_LOG.name,),
    databases=("sqlite",),
    ships=True,
)
