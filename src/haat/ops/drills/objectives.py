"""What operations is held to after a disaster, beside what would be lost now and what drills have shown."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from haat.config.schema import Objectives
from haat.ops.backups.exposure import Exposure, Exposures
from haat.ops.drills.loss import Loss, Losses
from haat.ops.drills.programme import DRILLS
from haat.ops.drills.run import Report

_DATABASE, _MACHINE = "recover-database", "recover-machine"


class Shown(NamedTuple):
    """What a drill came to (ms). Of one that has failed that proves nothing. It `is_less` where nothing was seen to be lost, and anything that took less
    than this could not have been seen.
    """

    drill: str
    database: str
    at: int
    ms: int
    has_passed: bool = True
    is_less: bool = False


class Objective(NamedTuple):
    """One of them: `wanted` at most (ms); `now` is what would be lost, of those that are about a loss; `shown` is the worst of the drills that measure
    it, which is one that has failed if there is any; None where none was carried out.
    """

    name: str
    said: str
    wanted: int
    now: Exposure | None
    shown: Shown | None

    @property
    def holds(self) -> bool | None:
        """Whether everything that is known of it is within it; None while nothing is known."""
        if self.shown and not self.shown.has_passed:
            return False
        known = [*([self.now.lost] if self.now else []), *([self.shown.ms] if self.shown else [])]
        return all(ms is not None and ms <= self.wanted for ms in known) if known else None


def objectives(wanted: Objectives, lost: Exposures, reports: Iterable[Report]) -> Iterator[Objective]:
    """All of a stack's. Reports of drills whose answer was broken on purpose are passed over."""
    real = [report for report in reports if not report.mutation]
    database, machine = [[*_times(real, procedure)] for procedure in (_DATABASE, _MACHINE)]
    either = _worst([*database, *machine])
    yield Objective("critical_back", "Buying and paying work again", wanted.critical_back, None, either)
    yield Objective("rest_back", "The rest of the shop does", wanted.rest_back, None, either)
    yield Objective("whole_back", "Everything is as it was", wanted.whole_back, None, _worst(machine))
    data, files, settings = [
        _worst(_losses(real, of))
        for of in (lambda losses: losses.data, lambda losses: losses.files, lambda losses: losses.settings)
    ]
    yield Objective("data_lost", "Lost of what the database was told", wanted.data_lost, lost.data, data)
    yield Objective("files_lost", "Lost of photos and other files", wanted.files_lost, lost.files, files)
    yield Objective("settings_lost", "Lost of settings", wanted.settings_lost, lost.settings, settings)


def _times(reports: Iterable[Report], procedure: str) -> Iterator[Shown]:
    """Of the drills that prove this procedure."""
    for one in reports:
        if one.drill in DRILLS and procedure in DRILLS[one.drill].procedures:
            yield Shown(one.drill, one.database, one.at, int(one.figures.seconds * 1000), one.has_passed)


def _losses(reports: Iterable[Report], of: Callable[[Losses], Loss | None]) -> Iterator[Shown]:
    """Of the drills that measure this one."""
    for one in reports:
        losses = one.figures.losses if one.drill in DRILLS else None
        if losses is not None and (found := of(losses)) is not None:
            ms = math.ceil(found.seconds * 1000)
            yield Shown(one.drill, one.database, one.at, ms, one.has_passed, is_less=not found.count and ms > 0)


def _worst(shown: Iterable[Shown]) -> Shown | None:
    return max(shown, key=lambda one: (not one.has_passed, one.ms), default=None)
