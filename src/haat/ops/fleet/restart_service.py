"""Begin the processes of a service anew: one after the other, what is in hand is finished first, and who is at the door waits.

Who was let in at the last moment has a fifth of a second to send a request; a connection that is silent even then is closed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from haat.config.kinds import OneOf
from haat.kernel.errors import Refused
from haat.ops import running
from haat.ops.health.processes import born, services
from haat.ops.procedure import Deed, Finding, Irreversible, Note, Parameter, Procedure, Scene, Step

SERVICES = ("web", "worker", "console", "keeper", "shipper")

_PATIENCE = 1.0  # seconds to wait for an answer, each time it is asked for
_PATIENCE_WITH_A_SIGN = 3.0  # seconds: a worker gives one each second


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
    old = _old(scene, pids) if _is_asked(scene) else pids
    if old or not pids:
        return Finding(False, f"{_named(old)} of {service} is the old one" if old else f"no {service} runs")
    return Finding(_does_its_work(scene), f"{_named(pids)} of {service} is new")


def _pids(scene: Scene) -> set[int]:
    return {pid for pid, name in services(scene.settings.data).items() if name == scene.given["service"]}


def _is_asked(scene: Scene) -> bool:
    """Whether this very run has asked for new ones: its number stands in the wish."""
    return running.wanted_anew(scene.settings.data).get(scene.given["service"]) == scene.began_at


def _old(scene: Scene, pids: Iterable[int]) -> set[int]:
    """Those that were there when this run asked. Clocks are set meanwhile: whether one was there is not reckoned from instants."""
    there = running.old_of(scene.settings.data, scene.given["service"]).read_text("ascii").split()
    return {pid for pid in pids if _known(pid) in there}


def _known(pid: int) -> str:
    return f"{pid}:{born(pid)}"


def _does_its_work(scene: Scene) -> bool:
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
            return _gives_a_sign(running.beats_of(scene.settings.data))
        case _:
            return True


def _gives_a_sign(file: Path) -> bool:
    """Whether it comes while we look, when no old process is left that it could be of."""
    last, until = _last_beat(file), time.monotonic() + _PATIENCE_WITH_A_SIGN
    while _last_beat(file) == last:
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def _last_beat(file: Path) -> float:
    return file.stat().st_mtime if file.exists() else 0.0


def _named(pids: Iterable[int]) -> str:
    return f"process {', '.join(map(str, sorted(pids)))}"


def _ask(scene: Scene) -> Sequence[Deed]:
    if _is_asked(scene):  # It is only waited for.
        return []
    data, service = scene.settings.data, scene.given["service"]
    there = " ".join(map(_known, sorted(_pids(scene))))
    return [
        Note(str(running.old_of(data, service)), there),
        Note(str(running.wish_of(data, service)), str(scene.began_at)),
    ]


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
