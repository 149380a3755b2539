"""Every page that administrators see, in every state: for those who see badly, use a keyboard, have a phone, like it dark, or need large text."""

from __future__ import annotations

import pytest

from tests.journeys import looks
from tests.journeys.states import ADMINISTRATION, State, Tour
from tests.support.chromium import PHONE


@pytest.mark.parametrize("state", ADMINISTRATION, ids=lambda state: state.name)
def test_a_page_is_there_for_everybody(tour: Tour, state: State) -> None:
    found = looks.everything(tour.visit(state, PHONE))
    assert not found, "\n".join(found)
