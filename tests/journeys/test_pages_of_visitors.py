"""Every page that strangers see, and whoever looks for something to hire, in every state: for those who see badly, use a keyboard, have a phone, like it dark, or need large text."""

from __future__ import annotations

import pytest

from tests.journeys import looks
from tests.journeys.states import HIRING, LOOKING_AROUND, NOT_THERE, State, Tour
from tests.support.chromium import PHONE


@pytest.mark.parametrize("state", [*LOOKING_AROUND, *HIRING, *NOT_THERE], ids=lambda state: state.name)
def test_a_page_is_there_for_everybody(tour: Tour, state: State) -> None:
    found = looks.everything(tour.visit(state, PHONE))
    assert not found, "\n".join(found)


def test_the_reference_of_the_api_holds_together_as_a_whole(tour: Tour) -> None:
    [reference] = [state for state in NOT_THERE if state.name == "api"]
    found = looks.wrong_as_a_whole(tour.visit(reference._replace(act=None), PHONE).page)
    assert not found, "\n".join(found)
