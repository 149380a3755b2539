"""Every page in every state: for those who see badly, use a keyboard, have a phone, like it dark, or need large text."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from haat.web.pages.routes import PAGES
from tests.journeys import looks
from tests.journeys.market import running
from tests.journeys.scene import set_the_scene
from tests.journeys.states import NO_PAGES, STATES, State, Tour, show_on
from tests.support.chromium import DESK, PHONE, SCREENS, THEMES


@pytest.fixture(scope="module")
def tour(browser: Browser, stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    data = tmp_path_factory.mktemp("scene") / "data"
    shutil.copytree(stocked, data)
    places = set_the_scene(data)
    with running(data) as market:
        tour = Tour(browser, market, places)
        yield tour
        tour.close()


def test_no_page_is_left_out() -> None:
    ways_in = {page.path for page in PAGES if page.method == "GET"}
    assert ways_in == {state.route for state in STATES if state.route} | NO_PAGES.keys()


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a_page_is_there_for_everybody(tour: Tour, state: State) -> None:
    window = tour.visit(state, PHONE)
    page = window.page
    found = [*window.look_for_trouble(), *looks.flaws(page), *looks.too_heavy(page), *looks.unmarked(page)]
    for screen in SCREENS:
        for theme in THEMES:
            show_on(page, screen, theme)
            found += [f"{screen.name}, {theme}: {barrier}" for barrier in looks.barriers(page)]
        found += [f"{screen.name}: {one}" for one in looks.too_wide(page) + looks.too_wide_with_large_text(page)]
    assert not found, "\n".join(found)


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
