"""A step of a procedure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from haat.ops.procedure.deed import Deed
from haat.ops.procedure.scene import Scene


class Finding(NamedTuple):
    """What a look at the world came to: whether what was asked holds, and a sentence that says so."""

    holds: bool
    said: str


class Irreversible(NamedTuple):
    """There is no way back from this step, and why."""

    why: str


Look: TypeAlias = Callable[[Scene], Finding]
Act: TypeAlias = Callable[[Scene], Sequence[Deed]]


class Step(NamedTuple):
    """One thing that is done, and how it is known to be done.

    `check` asks whether it is done already, and then nothing is done. `act` says what to do; it may be done twice, because a run that was
    killed in the middle of it does it again unless `check` holds. `verify` asks whether it took, again and again for `timeout` seconds.
    `undo` says what to do to have it as it was; that may be done twice as well. `budget` is how many seconds the step should take at most.
    """

    title: str
    check: Look
    act: Act
    verify: Look
    undo: Act | Irreversible
    budget: float
    timeout: float = 30.0


def never_done(scene: Scene) -> Finding:
    """The check of a step that is worth doing whenever it is asked for."""
    return Finding(False, "is done every time")


def nothing_to_undo(scene: Scene) -> Sequence[Deed]:
    """The undo of a step that has changed nothing that was there."""
    return ()


def only_looks(scene: Scene) -> Sequence[Deed]:
    """The act of a step that does nothing: what is to be seen is seen by `verify`."""
    return ()
