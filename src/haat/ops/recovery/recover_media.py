"""A photo is gone or damaged: that of a set comes back."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

from haat.config.kinds import Text
from haat.ops.procedure import Finding, Irreversible, Parameter, Procedure, Scene, Step
from haat.ops.procedure.step import never_done
from haat.ops.recovery import steps

_PATH = Text("a path such as “media/ab/ab12….original”", r"(media|evidence)(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+")
_SET = Text("the id of a set", r"[0-9a-z]{10,16}")


_PATIENCE = 60.0  # seconds for an answer: a repository may be far away


def _is_there(scene: Scene) -> Finding:
    path: Path = scene.settings.data / scene.given["path"]
    if not path.is_file():
        return Finding(False, f"{path} is not there")
    wanted = _sha256_in_set(scene)
    if wanted is None:
        return Finding(False, f"{path} is there; what it is in set {scene.given['set']} cannot be told")
    with path.open("rb") as content:
        is_it = hashlib.file_digest(content, "sha256").hexdigest() == wanted
    return Finding(is_it, f"{path} is {'' if is_it else 'not '}as in set {scene.given['set']}")


def _sha256_in_set(scene: Scene) -> str | None:
    """None where the command that knows the sets does not answer, or knows of none such."""
    argv = steps.command(scene.settings.data, "backup", "media", scene.given["path"], "--json").argv
    try:
        said = subprocess.run(argv, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603 (our own words)
        versions = json.loads(said.stdout)["versions"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return None
    return next((one["sha256"] for one in versions if scene.given["set"] in one["sets"]), None)


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
)
