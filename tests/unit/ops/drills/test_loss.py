"""What is lost is told in seconds before the fault, and never as less than could be seen."""

from __future__ import annotations

import pytest

from haat.ops.drills.load import Sent
from haat.ops.drills.loss import NOTHING, Loss, Losses, loss, of_orders
from haat.ops.drills.programme import DRILLS
from haat.ops.drills.run import lost_too_much

ORDERS = [(1.0, "a"), (2.0, "b"), (3.0, "c"), (4.0, "d")]


def test_it_reaches_from_the_fault_back_to_the_newest_that_is_there_again() -> None:
    assert loss(ORDERS, {"a", "b"}, 4.5) == Loss(2.5, 2)


def test_where_nothing_is_lost_it_is_less_than_the_time_since_the_last_and_never_nothing() -> None:
    found = loss(ORDERS, {"a", "b", "c", "d"}, 4.25)
    assert found == Loss(0.25, 0)
    assert str(found) == "less than 0.25 s"
    assert loss(ORDERS, {"a", "b", "c", "d"}, 4.0).seconds > 0
    assert str(loss(ORDERS, {"a", "b", "c", "d"}, 4.0)) == "less than 0.01 s"


def test_a_hole_reaches_back_as_far_as_its_beginning_whatever_came_after_it() -> None:
    assert loss(ORDERS, {"a", "c", "d"}, 4.5) == Loss(3.5, 1)


def test_where_nothing_is_there_again_all_of_it_is_lost() -> None:
    assert loss(ORDERS, set(), 4.5) == Loss(3.5, 4)


def test_what_was_acknowledged_after_the_fault_is_lost_as_well_when_it_is_gone() -> None:
    assert loss([*ORDERS, (5.0, "e")], {"a", "b", "c", "d"}, 4.5) == Loss(1.0, 1)
    assert loss([*ORDERS, (5.0, "e")], {"a", "b", "c", "d", "e"}, 4.5) == Loss(0.5, 0)


def test_of_orders_only_those_count_that_were_acknowledged_in_time() -> None:
    sent = [Sent("a", 0.5, 1.0, 201), Sent("b", 1.5, 2.0, 503), Sent("c", 2.5, 3.0, 201), Sent("d", 8.0, 9.0, 201)]
    assert of_orders(sent, {"a"}, fault_at=2.5, until=5.0) == Loss(2.0, 1)
    assert of_orders(sent, {"a", "c"}, fault_at=3.5, until=5.0) == Loss(0.5, 0)


def test_all_that_is_measured_is_said_and_nothing_else() -> None:
    assert str(Losses(Loss(0.42, 3))) == "0.42 s of data"
    assert str(Losses(Loss(0.42, 3), Loss(3.1, 9), NOTHING)) == "0.42 s of data, 3.10 s of files, nothing of settings"


def test_a_drill_fails_of_more_than_its_budget_also_when_nobody_could_see_whether_it_is_lost() -> None:
    assert [*lost_too_much(None, 1.0)] == []
    assert [*lost_too_much(Losses(Loss(5.0, 1)), None)] == []
    assert [*lost_too_much(Losses(Loss(1.0, 1)), 1.0)] == []
    for count in (0, 1):
        [reason] = lost_too_much(Losses(Loss(1.25, count)), 1.0)
        assert "1.25 s" in reason


def test_a_drill_fails_of_settings_that_are_lost() -> None:
    [reason] = lost_too_much(Losses(Loss(0.1, 0), None, Loss(1.0, 1)), 1.0)
    assert "Settings" in reason


@pytest.mark.parametrize("name", ["machine-lost", "database-gone", "database-damaged", "server-lost", "orders-deleted"])
def test_the_drills_of_recovery_may_lose_a_second_at_most(name: str) -> None:
    assert DRILLS[name].budget.loss == 1.0
