"""Objectives stand beside what would be lost now and what the worst drill has shown."""

from __future__ import annotations

import pytest

from haat.config.schema import Objectives
from haat.kernel.clock import HOUR, MINUTE, SECOND
from haat.ops.backups.exposure import Exposure, Exposures
from haat.ops.drills import objectives as room
from haat.ops.drills.drill import Drill
from haat.ops.drills.objectives import Objective, objectives
from haat.ops.drills.programme import DRILLS
from haat.ops.drills.run import Figures, Report

WANTED = Objectives(15 * MINUTE, HOUR, 4 * HOUR, 5 * MINUTE, HOUR, 0)
KEPT = Exposures(Exposure(SECOND, "shipped"), Exposure(0, "all"), Exposure(0, "as a set has them"))


def report(drill: str, database: str, seconds: float, mutation: str = "", reasons: tuple[str, ...] = ()) -> Report:
    figures = Figures(orders=9, acknowledged=9, failed=0, lost=0, usual_gap=0.1, gap=0.7, seconds=seconds)
    return Report(drill, database, mutation, 1, reasons, (), figures)


@pytest.fixture
def drilled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two drills prove the recovery of a database, and one that of a machine."""
    any_: Drill = next(iter(DRILLS.values()))
    drills = {
        "deleted": any_._replace(name="deleted", procedures=("recover-database",)),
        "corrupted": any_._replace(name="corrupted", procedures=("recover-database",)),
        "gone": any_._replace(name="gone", procedures=("recover-machine",)),
    }
    monkeypatch.setattr(room, "DRILLS", drills)


def found(lost: Exposures, *reports: Report) -> dict[str, Objective]:
    return {one.name: one for one in objectives(WANTED, lost, reports)}


def test_nothing_is_claimed_of_what_no_drill_has_shown() -> None:
    all_ = found(KEPT)
    assert {name: one.holds for name, one in all_.items()} == {
        "critical_back": None,
        "rest_back": None,
        "whole_back": None,
        "data_lost": True,
        "files_lost": True,
        "settings_lost": True,
    }


def test_what_would_be_lost_now_is_held_against_what_may_be() -> None:
    lost = Exposures(Exposure(6 * MINUTE, "old"), Exposure(HOUR, "just so"), Exposure(None, "no set"))
    all_ = found(lost)
    assert [all_[name].holds for name in ("data_lost", "files_lost", "settings_lost")] == [False, True, False]


@pytest.mark.usefixtures("drilled")
def test_the_worst_drill_counts_and_none_whose_answer_was_broken() -> None:
    all_ = found(
        KEPT,
        report("deleted", "sqlite", 3.0),
        report("corrupted", "sqlite", 5.0),
        report("corrupted", "sqlite", 9999.0, "no-replay"),
        report("gone", "sqlite", 20.0),
        report("another", "sqlite", 9999.0),
    )
    shown = {name: one.shown.ms for name, one in all_.items() if one.shown}
    assert shown == {"critical_back": 20_000, "rest_back": 20_000, "whole_back": 20_000}
    assert all_["critical_back"].holds is True
    assert found(KEPT, report("deleted", "sqlite", 901.0))["critical_back"].holds is False


@pytest.mark.usefixtures("drilled")
def test_a_drill_that_failed_is_proof_of_nothing_however_quick_it_was() -> None:
    failed = report("deleted", "sqlite", 1.0, reasons=("3 acknowledged orders are lost.",))
    back = found(KEPT, failed, report("corrupted", "sqlite", 5.0))["critical_back"]
    assert back.holds is False
    assert back.shown is not None
    assert (back.shown.drill, back.shown.has_passed) == ("deleted", False)
