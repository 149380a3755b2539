"""The front, the search and a listing of every kind of market, for those who see badly, have a phone, like it dark, or need large text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from haat.config.schema import PRESETS
from tests.journeys import looks
from tests.journeys.conftest import MarketAs
from tests.journeys.market import Market
from tests.journeys.states import FIRST_LOOKS
from tests.support.chromium import PHONE, Window

OTHERS = [preset for preset in PRESETS if preset != "ecommerce"]  # which test_every_page goes through


@pytest.fixture(scope="module", params=OTHERS)
def preset_market(request: pytest.FixtureRequest, market_as: MarketAs) -> Iterator[Market]:
    with market_as(request.param) as market:
        yield market


@pytest.mark.parametrize("name", FIRST_LOOKS)
def test_a_page_is_there_for_everybody(browser: Browser, preset_market: Market, name: str) -> None:
    window = Window(browser, preset_market.url, PHONE)
    try:
        FIRST_LOOKS[name](window.page)
        found = looks.everything(window)
    finally:
        window.close()
    assert not found, "\n".join(found)


def test_the_goods_of_the_preset_are_true(preset_market: Market) -> None:
    assert preset_market.lies() == {}


def test_a_folder_stays_the_market_it_became(preset_market: Market, request: pytest.FixtureRequest) -> None:
    written = Path(preset_market.data / "haat.toml").read_text("utf-8")
    assert f'preset = "{preset_market.app.settings.market.preset}"' in written
