"""Begin the processes of a service anew: one after the other, what is in hand is finished first, and who is at the door waits.

Who was let in at the last moment has a fifth of a second to send a request; a connection that is silent even then is closed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from haat.config.kinds import OneOf
from haat.kernel.errors import Refused, Unavailable
from haat.ops import running
from haat.ops.health.processes import began_at, children
from haat.ops.procedure import Deed, Finding, Irreversible, Note, Parameter, Procedure, Scene, Step

SERVICES = ("web", "worker", "console", "keeper", "shipper")

_PATIENCE = 1.0  # seconds to wait for an answer, each time it is asked for


def _is_new(scene: Scene) -> Finding:
    """Raises Unavailable where nothing runs, Refused for the process in which the run itself is."""
    service = scene.given["service"]
    pids = _pids(scene)
    if os.getpid() in pids:
        raise Refused(
            f"The {service} cannot restart itself.",
            why="It would wait for this run to end, and this run for it.",
            try_=f"At a terminal: `haat runbook run {RESTART_SERVICE.name} service={service}`",
        )
    births = {pid: began_at(pid) or 0.0 for pid in pids}
    old = [pid for pid, born in births.items() if born < scene.began_at / 1000]
    if old or not pids:
        return Finding(False, f"{_named(old)} of {service} is the old one" if old else f"no {service} runs")
    return Finding(_does_its_work(scene, max(births.values())), f"{_named(pids)} of {service} is new")


def _pids(scene: Scene) -> set[int]:
    told = running.told(scene.settings.data)
    found = children(told.pid) if told else {}
    if not found:
        raise Unavailable("The stack does not run.", why="It has no supervisor.", try_="`haat up` starts it.")
    return {pid for pid, name in found.items() if name.removeprefix("haat-").split("-")[0] == scene.given["service"]}


def _does_its_work(scene: Scene, born: float) -> bool:
    """Web and console answer, the worker gives a sign of life. Keeper and shipper give none while there is nothing to do: that their
    processes are new is all that is proved of them.
    """
    told = running.told(scene.settings.data)
    match scene.given["service"]:
        case "web":
            return told is not None and running.answers(told.url, _PATIENCE)
        case "console":
            return told is not None and running.answers(told.console, _PATIENCE)
        case "worker":
            return _last_beat(running.beats_of(scene.settings.data)) >= born
        case _:
            return True


def _last_beat(file: Path) -> float:
    return file.stat().st_mtime if file.exists() else 0.0


def _named(pids: Iterable[int]) -> str:
    return f"process {', '.join(map(str, sorted(pids)))}"


def _ask(scene: Scene) -> Sequence[Deed]:
    return [Note(str(running.wish_of(scene.settings.data, scene.given["service"])), str(scene.began_at))]


RESTART_SERVICE = Procedure(
    name="restart-service",
    purpose="Begin the processes of a service anew, one after the other; each finishes what it has in hand, for 30 seconds at most.",
    symptoms=(
        "a process takes more and more memory",
        "a process answers, and what it says is wrong",
        "a library of the system was patched",
    ),
    parameters=(Parameter("service", "which of those that `haat ps` names", OneOf(SERVICES)),),
    steps=(
        Step(
            "Let its processes be begun anew",
            _is_new,
            _ask,
            _is_new,
            Irreversible("the old processes have ended; the new ones are of the same program"),
            budget=15.0,
            timeout=150.0,
        ),
    ),
)
