"""Make room on a disk that is full: remove the logs that were turned over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from haat.ops.logs.files import ages_of, path_of
from haat.ops.procedure import Deed, Finding, Irreversible, Procedure, Program, Scene, Step


def _old(scene: Scene) -> list[Path]:
    """All but those that are written to now."""
    folder = scene.settings.data / "logs"
    files = (path_of(folder, name, age) for name, oldest in ages_of(folder).items() for age in range(1, oldest + 1))
    return [file for file in files if file.exists()]


def _are_gone(scene: Scene) -> Finding:
    left = _old(scene)
    megabytes = sum(file.stat().st_size for file in left) / 1_000_000
    return Finding(not left, f"{len(left)} of them take {megabytes:.1f} MB" if left else "there are none")


def _remove(scene: Scene) -> Sequence[Deed]:
    return [Program(("rm", "-f", "--", *map(str, _old(scene))))]


DROP_OLD_LOGS = Procedure(
    name="drop-old-logs",
    purpose="Remove the logs that were turned over; those that are written to now stay.",
    symptoms=(
        "the disk is full",
        "orders are refused because the disk is full",
        "health says that a disk is nearly full",
    ),
    steps=(
        Step(
            "Remove the logs that were turned over",
            _are_gone,
            _remove,
            _are_gone,
            Irreversible("what stood in them is gone, if nobody has taken it elsewhere"),
            budget=5.0,
        ),
    ),
)
