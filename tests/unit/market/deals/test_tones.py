"""How states look and what is under way follows from the process, whichever it is."""

from __future__ import annotations

import pytest

from haat.market.deals import library
from haat.market.deals.process import Process

ALL = pytest.mark.parametrize("rules", library.all_versions(), ids=lambda rules: rules.name)


@ALL
def test_some_end_is_a_good_one_and_every_end_that_came_to_nothing_is_amiss(rules: Process) -> None:
    ends = [name for name in rules.states if rules.is_final(name)]
    assert any(rules.tone(name) == "good" for name in ends)
    assert all(rules.is_amiss(name) for name in ends if name in ("cancelled", "expired", "lapsed", "lost", "declined"))


@ALL
def test_what_waits_for_the_market_looks_serious(rules: Process) -> None:
    waiting = [name for name, state in rules.states.items() if state.turn == "operator"]
    assert all((rules.tone(name), rules.mark(name)) == ("bad", "scale") for name in waiting)


@ALL
def test_what_is_under_way_has_begun_has_not_ended_and_waits_for_others(rules: Process) -> None:
    going = [name for name in rules.states if name in library.under_way("seller")]
    assert all(not rules.is_final(name) and rules.states[name].turn != "seller" for name in going)
    assert rules.start not in going
    assert going


@ALL
def test_giving_money_back_by_hand_is_grave(rules: Process) -> None:
    for move in rules.moves:
        if set(move.by) & {"buyer", "seller", "operator"} and {"return_money", "return_part"} & set(move.effects):
            assert move.grave or move.leads_on, move.name
