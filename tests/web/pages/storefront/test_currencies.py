"""Looking for goods in a market of several currencies: prices of different ones are never compared, and the page says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.stack import Stack


@pytest.fixture
def stack(lay_database: Callable[[Path], None], tmp_path: Path) -> Iterator[Stack]:
    """A market in euros and yen, with something at 15.00 EUR and something at 1500 JPY."""
    lay_database(tmp_path)
    stack = Stack(tmp_path, {"HAAT_MARKET__CURRENCIES": "JPY"})
    for currency in ("EUR", "JPY"):
        stack.world.variant(stack.world.shop(f"Shop of {currency}", currency=currency), price=1500)
    yield stack
    stack.close()


def shops_on(page: str) -> set[str]:
    return {*re.findall(r"Shop of (?:EUR|JPY)", page)}


@pytest.mark.parametrize(
    ("query", "shown", "is_told"),
    [
        ("", {"EUR", "JPY"}, False),
        ("?currency=JPY", {"EUR", "JPY"}, False),
        ("?min=15&max=15", {"EUR"}, True),
        ("?min=1500&max=1500&currency=JPY", {"JPY"}, True),
        ("?max=1500&currency=XXX", {"EUR"}, True),
        ("?sort=price_up&currency=JPY", {"JPY"}, True),
        ("?sort=newest&currency=JPY", {"EUR", "JPY"}, False),
    ],
)
def test_what_is_sold_in_other_currencies_is_left_out_where_prices_count_and_that_is_told(
    stack: Stack, query: str, shown: set[str], is_told: bool
) -> None:
    page = stack.browser().get(f"/search{query}").text
    assert shops_on(page) == {f"Shop of {currency}" for currency in shown}
    assert ("Prices in different currencies cannot be compared" in page) is is_told


def test_programs_say_which_currency_they_mean(stack: Stack) -> None:
    def found(query: str) -> list[str]:
        return [item["currency"] for item in stack.browser().get(f"/api/v1/search?{query}").json["items"]]

    assert found("min=1500&max=1500") == ["EUR"]
    assert found("min=1500&max=1500&currency=JPY") == ["JPY"]
    assert found("sort=price_up&currency=JPY") == ["JPY"]
    assert sorted(found("currency=JPY")) == ["EUR", "JPY"]
    refused = stack.browser().get("/api/v1/search?currency=USD")
    assert (refused.status, list(refused.json["fields"])) == (422, ["currency"])
