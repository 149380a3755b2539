"""A photo is gone or damaged: that of a set comes back."""

from __future__ import annotations

from pathlib import Path

from haat.config.kinds import Text
from haat.ops.procedure import Finding, Irreversible, Parameter, Procedure, Scene, Step
from haat.ops.procedure.step import never_done
from haat.ops.recovery import steps

_PATH = Text("a path such as “media/ab/ab12….original”", r"(media|evidence)(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+")
_SET = Text("the id of a set", r"[0-9a-z]{10,16}")


def _is_there(scene: Scene) -> Finding:
    path: Path = scene.settings.data / scene.given["path"]
    if not path.is_file():
        return Finding(False, f"{path} is not there")
    return Finding(True, f"{path} has {path.stat().st_size:,} bytes, as in set {scene.given['set']}")


RECOVER_MEDIA = Procedure(
    name="recover-media",
    purpose="Bring a photo, or another file of people, back as it is in a set; what is damaged in its place is kept beside it.",
    symptoms=(
        "a photo is not shown, or is damaged",
        "`haat truth` says that a picture is missing",
        "a photo was deleted from the disk",
    ),
    parameters=(
        Parameter("path", "which file, as `haat backup media` lists it", _PATH),
        Parameter("set", "which version, as `haat backup media PATH` tells", _SET),
    ),
    steps=(
        Step(
            "Bring the file back",
            never_done,
            lambda scene: [
                steps.command(scene.settings.data, "backup", "media", scene.given["path"], "--set", scene.given["set"])
            ],
            _is_there,
            Irreversible(
                "what is as it should be stays, and what is damaged is kept beside it, so there is nothing to have back"
            ),
            budget=10.0,
            timeout=120.0,
        ),
    ),
    databases=steps.ON,
)
