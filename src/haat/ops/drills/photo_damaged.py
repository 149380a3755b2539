"""A photo is overwritten on the disk. The one of the newest set takes its place, and what was there is kept."""

from __future__ import annotations

from haat.kernel.errors import Unavailable
from haat.ops.drills.broken import blind
from haat.ops.drills.drill import Budget, Drill, Mutation, by_itself
from haat.ops.drills.stage import Stage
from haat.ops.procedure import Finding
from haat.ops.recovery.recover_media import RECOVER_MEDIA

_PHOTO = f"media/ab/ab{'2' * 62}.original"
_CONTENT = b"what was sent" * 1000


def _damage(stage: Stage) -> Finding:
    photo = stage.data / _PHOTO
    photo.parent.mkdir(parents=True, exist_ok=True)
    photo.write_bytes(_CONTENT)
    stage.notes["set"] = stage.told("backup", "take", "--unproved")["id"]
    photo.write_bytes(bytes(len(_CONTENT)))
    return Finding(photo.read_bytes() != _CONTENT, f"{photo} is no photo any more")


def _recover(stage: Stage) -> None:
    ended = stage.haat("runbook", "run", RECOVER_MEDIA.name, f"path={_PHOTO}", f"set={stage.notes['set']}")
    if ended.returncode:
        raise Unavailable("The procedure did not run.", why=ended.stderr.strip()[-300:])


def _recover_nothing(stage: Stage) -> None:
    stage.run(blind(RECOVER_MEDIA), {"path": _PHOTO, "set": stage.notes["set"]})


def _is_whole(stage: Stage) -> Finding:
    photo = stage.data / _PHOTO
    aside = [path for path in photo.parent.iterdir() if path.read_bytes() == bytes(len(_CONTENT)) and path != photo]
    is_whole = photo.read_bytes() == _CONTENT
    return Finding(
        is_whole and len(aside) == 1, f"the photo is {'whole' if is_whole else 'damaged'}, {len(aside)} lies beside it"
    )


PHOTO_DAMAGED = Drill(
    name="photo-damaged",
    purpose="A photo is overwritten on the disk; that of the newest set takes its place.",
    fault=_damage,
    answer=_recover,
    verify=_is_whole,
    budget=Budget(gap=2.5, failed=0, seconds=10.0, proof=1.0),
    mutations=(
        Mutation("left-damaged", "Nobody brings it back.", by_itself),
        Mutation(
            "recovers-nothing",
            "The procedure says that it brings it back, and does nothing.",
            _recover_nothing,
            breaks=RECOVER_MEDIA.name,
        ),
    ),
    procedures=(RECOVER_MEDIA.name,),
    databases=("sqlite",),
)
