"""What the keeper decides, in every phase and after every fault."""

from __future__ import annotations

from typing import Any

import pytest

from haat.kernel.clock import DAY, HOUR
from haat.ops.maintenance.decide import MOST_TRIES, PROVED_AFTER, Begin, GiveUp, GoOn, Seen, Stay, decide
from haat.ops.maintenance.look import Done, Standing
from haat.ops.maintenance.task import Task
from haat.ops.procedure.journal import Run
from haat.ops.procedure.pause import Pause

NOW = 100 * DAY
UPKEEP = Task("upkeep", "Upkeep", "week", "upkeep-database", {}, "")
DAILY = Task("daily", "Daily", "day", "upkeep-database", {}, "")
BACKUP = Task("back-up", "Back up", "day", "take-backup", {}, "")
LOOK = Task("look", "Look", "day", "", {}, "haat truth")
DUE = Standing(UPKEEP, 0, NOW - HOUR, NOW + DAY, None, ())
BACKED_UP = Standing(BACKUP, 0, NOW - HOUR, NOW + DAY, Done("keeper", NOW - HOUR, "it is done"), ())
PAUSE = Pause(1, "ada", "a move", NOW - HOUR, NOW + HOUR, None, None)


def seen(*standings: Standing, **more: Any) -> Seen:
    return Seen(NOW, None, False, None, 0, standings)._replace(**more)


def run_of(way_in: str, state: str = "running", procedure: str = "upkeep-database") -> Run:
    return Run(7, procedure, {}, "keeper", way_in, state, NOW - HOUR, None, {})


def failed(count: int, since: int) -> Standing:
    return DUE._replace(failed=[Done("keeper", NOW - since, "it failed")] * count)


def test_what_is_due_is_begun() -> None:
    decision = decide(seen(DUE))
    assert isinstance(decision, Begin)
    assert decision.task == UPKEEP


def test_what_waits_longest_comes_first() -> None:
    decision = decide(seen(DUE._replace(task=DAILY), DUE._replace(due_at=NOW - DAY)))
    assert isinstance(decision, Begin)
    assert decision.task == UPKEEP


@pytest.mark.parametrize(
    "standing",
    [
        DUE._replace(known_at=NOW - HOUR),  # It became known after its time.
        DUE._replace(done=Done("ada", NOW - HOUR, "")),  # Somebody has done it already.
        DUE._replace(task=LOOK),  # It is for a person.
    ],
)
def test_nothing_is_begun_that_is_not_the_keepers_to_do_now(standing: Standing) -> None:
    assert isinstance(decide(seen(standing)), Stay)


def test_what_was_missed_ten_times_is_done_once() -> None:
    """Its last time is what counts: once it is done after that, it is due no more."""
    missed = DUE._replace(done=Done("keeper", NOW - 70 * DAY, ""))
    assert isinstance(decide(seen(missed)), Begin)
    assert isinstance(decide(seen(missed._replace(done=Done("keeper", NOW, "")))), Stay)


def test_a_pause_goes_before_everything_and_says_who_and_why() -> None:
    decision = decide(seen(DUE, pause=PAUSE, unfinished=run_of("schedule")))
    assert isinstance(decision, Stay)
    assert "ada" in decision.said and "a move" in decision.said


def test_nothing_is_begun_while_somebody_is_at_a_run() -> None:
    assert isinstance(decide(seen(DUE, is_busy=True, unfinished=run_of("cli"))), Stay)


@pytest.mark.parametrize(
    ("ago", "standing", "is_begun"),
    [
        (PROVED_AFTER, BACKED_UP, True),
        (PROVED_AFTER - 1, BACKED_UP, False),  # The stack was just started, or has just had a gap.
        (PROVED_AFTER, BACKED_UP._replace(done=Done("keeper", NOW - PROVED_AFTER + 1, "")), False),
        (PROVED_AFTER, BACKED_UP._replace(failed=[Done("keeper", NOW - HOUR + 1, "it failed")]), False),
        (None, BACKED_UP, False),
        (PROVED_AFTER, BACKED_UP._replace(task=DAILY), False),
    ],
)
def test_a_set_that_shipping_goes_on_from_is_followed_by_one_that_is_proved(
    ago: int | None, standing: Standing, is_begun: bool
) -> None:
    decision = decide(seen(standing, unproved_at=None if ago is None else NOW - ago))
    assert isinstance(decision, Begin if is_begun else Stay)
    assert isinstance(decide(seen(standing, unproved_at=NOW - DAY, pause=PAUSE)), Stay)


def test_a_run_of_its_own_that_was_killed_goes_on_and_at_most_a_few_times() -> None:
    for turns in range(1, MOST_TRIES):
        assert isinstance(decide(seen(DUE, unfinished=run_of("schedule"), turns=turns)), GoOn)
    assert isinstance(decide(seen(DUE, unfinished=run_of("schedule"), turns=MOST_TRIES)), Stay)


@pytest.mark.parametrize("way_in", ["cli", "schedule"])
def test_a_killed_run_that_left_nothing_half_done_keeps_nobody_waiting(way_in: str) -> None:
    for procedure in ("take-backup", "prove-log", "verify-backup"):
        decision = decide(seen(DUE, unfinished=run_of(way_in, procedure=procedure), turns=MOST_TRIES))
        assert isinstance(decision, GiveUp)


@pytest.mark.parametrize("run", [run_of("cli"), run_of("console"), run_of("schedule", "undoing")])
def test_what_a_person_began_or_takes_back_is_the_persons_to_decide_about(run: Run) -> None:
    decision = decide(seen(DUE, unfinished=run, turns=1))
    assert isinstance(decision, Stay)
    assert "somebody has to" in decision.said


def test_what_failed_is_tried_again_after_an_hour_and_then_left_to_people() -> None:
    assert isinstance(decide(seen(failed(1, HOUR - 1))), Stay)
    assert isinstance(decide(seen(failed(1, HOUR))), Begin)
    assert isinstance(decide(seen(failed(MOST_TRIES, 5 * HOUR))), Stay)


def test_what_failed_does_not_keep_the_rest_from_being_done() -> None:
    decision = decide(seen(failed(1, 1), DUE._replace(task=DAILY)))
    assert isinstance(decision, Begin)
    assert decision.task == DAILY


def test_when_nothing_is_due_it_says_what_comes_next() -> None:
    decision = decide(seen(DUE._replace(known_at=NOW)))
    assert isinstance(decision, Stay)
    assert "the next is “upkeep”" in decision.said


def test_a_task_is_overdue_when_its_grace_is_over_and_not_before() -> None:
    overdue_at = UPKEEP.overdue_at(DUE.due_at)
    assert not DUE.is_overdue(overdue_at - 1)
    assert DUE.is_overdue(overdue_at)
    assert not DUE._replace(done=Done("ada", DUE.due_at, "")).is_overdue(overdue_at)
