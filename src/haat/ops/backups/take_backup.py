"""Take a set of the whole stack, restore it, and let go of old ones: what the keeper does by itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import msgspec

from haat.ops.procedure import Deed, Finding, Irreversible, Procedure, Program, Scene, Step

_LONG = 4 * 3600.0  # seconds that a large stack may take
_PATIENCE = 120.0  # seconds for an answer: a repository may be far away


def command(scene: Scene, *words: str) -> Program:
    """What `haat backup` is told: in a process of its own, for files of SQLite may not be closed by one that has the database open."""
    return Program((sys.executable, "-m", "haat", "backup", *words, "--data", str(scene.settings.data)))


def _is_taken(scene: Scene) -> Finding:
    newest = asked(scene, "status").get("newest")
    if newest is None or newest["taken_at"] < scene.began_at:
        return Finding(False, "there is no set that was taken since the run began")
    proof = newest["proof"]
    if proof is None:
        return Finding(False, f"set {newest['id']} was never restored")
    return Finding(proof["holds"], "; ".join(said for _, _, said in proof["looked"]))


def _nothing_is_old(scene: Scene) -> Finding:
    planned = asked(scene, "prune", "--dry-run")
    if "sets" not in planned:
        return Finding(False, "it cannot be known what is old")
    count = len(planned["sets"])
    return Finding(count == 0, f"{count} sets are older than they have to be")


def asked(scene: Scene, *words: str) -> dict[str, Any]:
    """What the command answers to programs; nothing where it cannot, or not in time."""
    argv = (*command(scene, *words).argv, "--json")
    try:
        said = subprocess.run(argv, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603 (our own words)
        return msgspec.json.decode(said.stdout, type=dict[str, Any])
    except (subprocess.TimeoutExpired, msgspec.DecodeError):
        return {}


def _take(scene: Scene) -> Sequence[Deed]:
    return [command(scene, "take")]


def _prune(scene: Scene) -> Sequence[Deed]:
    return [command(scene, "prune")]


TAKE_BACKUP = Procedure(
    name="take-backup",
    purpose="Take a set of the whole stack, restore it in a scratch place, examine the shop in it, and let go of sets that are older than they have to be.",
    symptoms=(
        "there is no good backup from today",
        "photos or settings are in no set",
        "what would be lost now is more than the objectives allow",
    ),
    steps=(
        Step(
            "Take a set, and restore it in a scratch place",
            _is_taken,
            _take,
            _is_taken,
            Irreversible("a set that is not wanted goes with the next that are old"),
            budget=600.0,
            timeout=_LONG,
        ),
        Step(
            "Let go of old sets",
            _nothing_is_old,
            _prune,
            _nothing_is_old,
            Irreversible("what is gone is in no other place"),
            budget=120.0,
            timeout=_LONG,
        ),
    ),
    gives_way=True,
)
