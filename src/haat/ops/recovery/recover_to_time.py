"""Somebody deleted or changed what should have stayed: the database as it was at an instant takes the place of that of today."""

from __future__ import annotations

from collections.abc import Sequence

from haat.ops.logs import instant
from haat.ops.procedure import Finding, Parameter, Procedure, Scene, Step
from haat.ops.procedure.step import never_done, nothing_to_undo
from haat.ops.recovery import steps


class Instant:
    """A moment, written as people write it; it is kept to the thousandth of a second, so that “15m” ago stays the same moment."""

    expected = instant.EXPECTED

    def read(self, value: object) -> int:
        """Milliseconds since 1970. Raises Unfit."""
        return instant.read(str(value))

    def show(self, value: int) -> str:
        return instant.written(value)


_INSTANT = Instant()


def _to(scene: Scene) -> Sequence[str]:
    return ("--to", instant.written(scene.given["to"]))


def _is_past(scene: Scene) -> Finding:
    """Raises Refused for an instant to come: nobody waits for it."""
    at = scene.given["to"]
    instant.refuse_to_come(at)
    return Finding(True, f"{instant.written(at)} is kept")


RECOVER_TO_TIME = Procedure(
    name="recover-to-time",
    purpose="Put the database as it was at an instant in the place of that of today, which is set aside. Orders that were made since are named in a "
    "file, for somebody has to look at them.",
    symptoms=(
        "somebody deleted what should have stayed",
        "an import or a migration has spoiled the data",
        "sellers say that their listings are gone",
    ),
    parameters=(Parameter("to", "the last instant at which all was well", _INSTANT),),
    steps=(
        Step(
            "See that this instant was kept",
            never_done,
            lambda scene: [
                steps.command(scene.settings.data, "backup", "restore", "--beside", "--dry-run", *_to(scene))
            ],
            _is_past,
            nothing_to_undo,
            budget=30.0,
            timeout=120.0,
        ),
        steps.hold(),
        steps.prove_copy(_to),
        steps.put_in_place(),
        steps.go_on(),
    ),
    goes_first=True,
)
