"""Objectives stand beside what would be lost now and what the worst drill has shown."""

from __future__ import annotations

import pytest

from haat.config.schema import Objectives
from haat.kernel.clock import HOUR, MINUTE, SECOND
from haat.ops.backups.exposure import Exposure, Exposures
from haat.ops.drills import objectives as room
from haat.ops.drills.drill import Drill
from haat.ops.drills.loss import NOTHING, Loss, Losses
from haat.ops.drills.objectives import Objective, objectives
from haat.ops.drills.programme import DRILLS
from haat.ops.drills.run import Figures, Report

WANTED = Objectives(15 * MINUTE, HOUR, 4 * HOUR, 5 * MINUTE, HOUR, 0)
KEPT = Exposures(Exposure(SECOND, "shipped"), Exposure(0, "all"), Exposure(0, "as a set has them"))


def report(
    drill: str,
    database: str,
    seconds: float,
    mutation: str = "",
    reasons: tuple[str, ...] = (),
    losses: Losses | None = None,
) -> Report:
    figures = Figures(9, 9, failed=0, lost=0, usual_gap=0.1, gap=0.7, seconds=seconds, losses=losses)
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


@pytest.mark.usefixtures("drilled")
def test_the_worst_loss_of_the_drills_that_measure_it_stands_beside_what_would_be_lost_now() -> None:
    all_ = found(
        KEPT,
        report("deleted", "sqlite", 3.0, losses=Losses(Loss(0.0204, 0))),
        report("gone", "sqlite", 3.0, losses=Losses(Loss(0.61, 4), Loss(3.0, 2), NOTHING)),
        report("gone", "sqlite", 3.0, "not-replayed", losses=Losses(Loss(99.0, 4), Loss(3.0, 2), NOTHING)),
        report("corrupted", "sqlite", 3.0),
    )
    shown = {name: (one.shown.ms, one.shown.is_less) for name, one in all_.items() if one.shown and one.now}
    assert shown == {"data_lost": (610, False), "files_lost": (3000, False), "settings_lost": (0, False)}
    assert [all_[name].holds for name in shown] == [True, True, True]


@pytest.mark.usefixtures("drilled")
def test_where_nothing_was_seen_to_be_lost_it_is_said_to_be_less_than_could_be_seen() -> None:
    shown = found(KEPT, report("deleted", "sqlite", 3.0, losses=Losses(Loss(0.0204, 0))))["data_lost"].shown
    assert shown is not None
    assert (shown.ms, shown.is_less) == (21, True)


@pytest.mark.usefixtures("drilled")
def test_a_loss_beyond_what_may_be_lost_and_a_drill_that_failed_do_not_hold() -> None:
    wide = report("gone", "sqlite", 3.0, losses=Losses(Loss(301.0, 4)))
    failed = report("gone", "sqlite", 3.0, reasons=("Settings are lost.",), losses=Losses(Loss(0.1, 0)))
    assert found(KEPT, wide)["data_lost"].holds is False
    assert found(KEPT, failed)["data_lost"].holds is False
