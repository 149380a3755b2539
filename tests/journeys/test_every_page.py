"""No page is left out of those which test_pages_of_… look at; the way by keyboard over pages of every kind."""

from __future__ import annotations

import pytest

from haat.web.pages.routes import PAGES
from tests.journeys.states import NO_PAGES, STATES, State, Tour
from tests.support.chromium import DESK


def test_no_page_is_left_out() -> None:
    ways_in = {page.path for page in PAGES if page.method == "GET"}
    assert ways_in == {state.route for state in STATES if state.route} | NO_PAGES.keys()


@pytest.mark.parametrize(
    "state",
    [state for state in STATES if state.name in ("front", "checkout", "editor-of-kinds")],
    ids=lambda state: state.name,
)
def test_tab_goes_through_a_page_as_it_is_read(tour: Tour, state: State) -> None:
    page = tour.visit(state, DESK).page
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    places = []
    while page.evaluate("() => document.activeElement !== document.body"):
        places.append(page.evaluate("() => [...document.querySelectorAll('*')].indexOf(document.activeElement)"))
        assert len(places) < 300, "Tab is caught somewhere"
        page.keyboard.press("Tab")
    assert places == sorted(places)
    assert len(places) > 10


def test_who_skips_to_the_content_is_there(tour: Tour) -> None:
    page = tour.visit(STATES[0], DESK).page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "content"
