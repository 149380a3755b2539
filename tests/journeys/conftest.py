"""One market with demo goods and one browser for all journeys; each journey opens windows of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.market import Market, running, stock_once
from tests.journeys.people import PASSWORD, Person
from tests.journeys.scene import set_the_scene
from tests.journeys.states import Tour
from tests.support import chromium
from tests.support.chromium import Window

MarketAs = Callable[..., AbstractContextManager[Market]]
Come = Callable[..., Person]

NUMBERS = count(1)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium.chromium(chromium.need()) as browser:
        yield browser


@pytest.fixture(scope="package")
def stocked_as(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Makes a data folder with the demo goods of a preset, to be copied and not to be run. Test processes side by side share it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return lambda preset: stock_once(shared / preset, "--preset", preset)


@pytest.fixture(scope="package")
def stocked(stocked_as: Callable[[str], Path]) -> Path:
    return stocked_as("ecommerce")


@pytest.fixture(scope="package")
def market_as(stocked_as: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> MarketAs:
    """Runs a market of its own with the demo goods of a preset, with what is to stand in its settings besides."""

    @contextmanager
    def market_as_(preset: str, settings: str = "") -> Iterator[Market]:
        data = tmp_path_factory.mktemp(preset) / "data"
        shutil.copytree(stocked_as(preset), data)
        with (data / "haat.toml").open("a", encoding="utf-8") as file:
            file.write(settings)
        with running(data) as market:
            yield market

    return market_as_


@pytest.fixture(scope="package")
def hall(market_as: MarketAs) -> Iterator[Market]:
    """A market hall for all modules that name no other market."""
    with market_as("ecommerce") as market:
        yield market


@pytest.fixture(scope="module")
def market(market_as: MarketAs, request: pytest.FixtureRequest) -> Iterator[Market]:
    """The market of a module: one of its own where it names a `PRESET`, with its `SETTINGS` besides; else the hall."""
    preset = getattr(request.module, "PRESET", "")
    if not preset:
        yield request.getfixturevalue("hall")
        return
    with market_as(preset, getattr(request.module, "SETTINGS", "")) as market:
        yield market


@pytest.fixture(scope="package")
def tour(browser: Browser, stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    """Shows every page in every state, at a market in the middle of its day."""
    data = tmp_path_factory.mktemp("scene") / "data"
    shutil.copytree(stocked, data)
    places = set_the_scene(data)
    with running(data) as market:
        tour = Tour(browser, market, places)
        yield tour
        tour.close()


@pytest.fixture
def open_window(browser: Browser, market: Market) -> Iterator[Callable[..., Window]]:
    """Opens a window at the market. At the end of the test none of them may have seen trouble."""
    windows: list[Window] = []

    def open_(*screen: chromium.Screen, **more: object) -> Window:
        windows.append(Window(browser, market.url, *screen, **more))  # type: ignore[arg-type]
        return windows[-1]

    yield open_
    for window in windows:
        window.close()
    assert [trouble for window in windows for trouble in window.look_for_trouble()] == []


@pytest.fixture
def come(open_window: Callable[..., Window], market: Market, request: pytest.FixtureRequest) -> Come:
    """Lets somebody come to the market, with a window as this run of the test has them."""
    given = request.node.callspec.params

    def come_(name: str, email: str = "", password: str = PASSWORD) -> Person:
        window = open_window(given["screen"], has_scripts=given.get("has_scripts", True))
        return Person(window, market, name, email or f"{name.lower()}-{next(NUMBERS)}@example.org", password)

    return come_
