"""A byte changes in the repository. Whoever reads all of it finds that, no set that needs it is called good, and the next one mends it."""

from __future__ import annotations

import os
from pathlib import Path

from haat.kernel.errors import Unavailable
from haat.ops.backups.check_backups import VERIFY_BACKUP
from haat.ops.backups.take_backup import TAKE_BACKUP
from haat.ops.drills.broken import blind
from haat.ops.drills.drill import Budget, Drill, Mutation, by_itself
from haat.ops.drills.stage import Stage
from haat.ops.procedure import Finding

_PHOTO = f"media/ab/ab{'3' * 62}.original"
_SIZE = 2 << 20  # bytes that cannot be compressed, so that the largest pieces are its own


def _spoil(stage: Stage) -> Finding:
    photo = stage.data / _PHOTO
    photo.parent.mkdir(parents=True, exist_ok=True)
    photo.write_bytes(os.urandom(_SIZE))
    stage.told("backup", "take", "--unproved")
    piece = max((stage.data / "backups" / "pieces").rglob("*"), key=lambda path: path.stat().st_size)
    content = bytearray(piece.read_bytes())
    content[len(content) // 2] ^= 1
    piece.write_bytes(content)
    stage.notes["piece"] = piece
    return Finding(True, f"a byte of {piece.name[:12]}… is another")


def _take(stage: Stage) -> None:
    """A first try has to fail, because the set that it takes needs that piece. The next one puts it there anew."""
    if stage.haat("runbook", "run", TAKE_BACKUP.name).returncode == 0:
        raise Unavailable("A set was called good that does not restore.")
    if stage.haat("runbook", "run", VERIFY_BACKUP.name).returncode == 0:
        raise Unavailable("A repository was called sound that is not.")
    _refuse_unless_found(stage)
    for procedure in (TAKE_BACKUP, VERIFY_BACKUP):
        ended = stage.haat("runbook", "run", procedure.name)
        if ended.returncode:
            raise Unavailable("The next set has mended nothing.", why=ended.stderr.strip()[-300:])


def _refuse_unless_found(stage: Stage) -> None:
    """What cannot be trusted is written down."""
    wrong = [Path(name).name for name in (stage.told("backup", "status")["reading"] or {"wrong": ()})["wrong"]]
    spoilt: Path = stage.notes["piece"]
    if wrong != [spoilt.name]:
        raise Unavailable("What cannot be trusted was not found.", why=f"These were named: {', '.join(wrong)}.")


def _read_nothing(stage: Stage) -> None:
    stage.run(blind(VERIFY_BACKUP), {})
    _refuse_unless_found(stage)


def _take_unproved(stage: Stage) -> None:
    stage.haat("backup", "take", "--unproved")


def _take_none(stage: Stage) -> None:
    stage.run(blind(TAKE_BACKUP), {})


def _is_good(stage: Stage) -> Finding:
    status = stage.told("backup", "status")
    if not status["good"]:
        return Finding(False, "the newest set was not proved to restore")
    if not status["reading"] or status["reading"]["wrong"]:
        return Finding(False, "not every byte of the repository was read and found to be sound")
    return Finding(
        True, f"set {status['newest']['id']} restores, with every promise of the shop; every byte is as it was written"
    )


BACKUP_SPOILT = Drill(
    name="backup-spoilt",
    purpose="A byte changes in the repository; the set that needs it is not called good, and the next one mends it.",
    fault=_spoil,
    answer=_take,
    verify=_is_good,
    budget=Budget(gap=2.5, failed=0, seconds=45.0, proof=2.0),
    mutations=(
        Mutation("not-proved", "A set is taken, and nobody restores it.", _take_unproved),
        Mutation("not-taken", "Nobody takes another.", by_itself),
        Mutation(
            "takes-none", "The procedure says what it does, and does nothing.", _take_none, breaks=TAKE_BACKUP.name
        ),
        Mutation(
            "reads-nothing",
            "The procedure says that it reads every byte, and does nothing.",
            _read_nothing,
            breaks=VERIFY_BACKUP.name,
        ),
    ),
    procedures=(TAKE_BACKUP.name, VERIFY_BACKUP.name),
    databases=("sqlite",),
)
