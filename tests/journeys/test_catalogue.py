"""Another shop's catalogue is imported, walked through, searched, bought from and sent, all in one morning.

The file is Spree's own catalogue of products, as its shop exports them. It is not part of this repository: HAAT_SHARED names the folder
that has it in data/, else that is ../shared beside the checkout.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.market import Market, running, stock
from tests.journeys.people import Person
from tests.support.chromium import DESK, PHONE, Screen, Window

FILE = Path(os.environ.get("HAAT_SHARED", Path(__file__).parents[3] / "shared")) / "data" / "spree_products.csv"
SELLER = ("Otto", "otto@example.org")


@pytest.fixture(scope="module")
def catalogue() -> Path:
    if not FILE.is_file():
        pytest.skip(f"There is no {FILE}. HAAT_SHARED names the folder that has it in data/.")
    return FILE


@pytest.fixture(scope="module")
def dollars(browser: Browser, catalogue: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """An empty market with the currency of the file."""
    data = tmp_path_factory.mktemp("dollars") / "data"
    data.mkdir()
    (data / "haat.toml").write_text('[market]\npreset = "ecommerce"\ncurrency = "USD"\n')
    stock(data, "--empty")
    with running(data) as market:
        yield market


@pytest.fixture
def visit(browser: Browser, dollars: Market) -> Iterator[Callable[..., Person]]:
    windows: list[Window] = []

    def visit_(name: str, email: str, screen: Screen) -> Person:
        windows.append(Window(browser, dollars.url, screen))
        return Person(windows[-1], dollars, name, email)

    yield visit_
    for window in windows:
        window.close()
    assert [trouble for window in windows for trouble in window.look_for_trouble()] == []


def test_a_catalogue_is_imported_looked_at_bought_and_sent(
    catalogue: Path, dollars: Market, visit: Callable[..., Person], capsys: pytest.CaptureFixture[str]
) -> None:
    seller = visit(*SELLER, DESK)
    seller.sign_up()
    seller.open_shop("Otto's Appliances")
    seller.say_how_it_is_sent(price="9.50")

    seconds, first = timed(partial(import_it, dollars, catalogue))
    assert first["problems"] == []
    assert (first["listings"]["created"], first["variants"]["created"]) == in_the_file(catalogue)
    again, second = timed(partial(import_it, dollars, catalogue))
    assert (second["listings"]["created"], second["variants"]["created"]) == (0, 0)

    buyer = visit("Paula", "paula@example.org", PHONE)
    walk_through(buyer)
    order = buy(buyer)
    send(seller, order)
    buyer.window.open(order)
    buyer.sees("1Z 4711")
    buyer.make_move("Confirm that it arrived")
    buyer.sees_heading("Delivered")
    assert dollars.lies() == {}
    with capsys.disabled():
        print(
            f"\n{catalogue.name}: {first['listings']['created']} listings with {first['variants']['created']} variants imported in"
            f" {seconds:.1f} s, again in {again:.1f} s; looked at, searched, bought and sent in a browser\n"
        )


def import_it(market: Market, file: Path) -> dict[str, Any]:
    command = ["listings", "import", str(file), "--seller", SELLER[1], "--data", str(market.data), "--json"]
    ran = subprocess.run([sys.executable, "-m", "haat", *command], capture_output=True, text=True, check=True)
    report: dict[str, Any] = json.loads(ran.stdout)
    return report


def timed(work: Callable[[], dict[str, Any]]) -> tuple[float, dict[str, Any]]:
    began = time.monotonic()
    result = work()
    return time.monotonic() - began, result


def in_the_file(file: Path) -> tuple[int, int]:
    """Its products, and what can be bought of them: a row without a price describes what its variants have in common."""
    with file.open(encoding="utf-8", newline="") as text:
        rows = [row for row in csv.DictReader(text) if row["currency"] == "USD"]
    return len({row["slug"] for row in rows}), sum(float(row["price"]) > 0 for row in rows)


def walk_through(visitor: Person) -> None:
    """Along the aisles, by a filter, and by a word with a slip in it."""
    visitor.window.open("/")
    visitor.follow(re.compile("^Kitchen"))
    visitor.sees_heading(re.compile("Kitchen"))
    visitor.follow("Coffee Machines")
    visitor.sees("Automatic Espresso Machine")
    visitor.look_for("espreso machnie")
    visitor.choose("Automatic Espresso Machine")


def buy(buyer: Person) -> str:
    buyer.page.locator("label.pill", has_text="Silver").click()
    expect(buyer.page.locator("p[data-price]")).to_contain_text("879.99")
    buyer.press("Add to cart")
    buyer.sees("Color: Silver")
    buyer.follow("Go to checkout")
    buyer.follow("Make an account")
    buyer.fill(name=buyer.name, email=buyer.email, password=buyer.password)
    buyer.press("Make an account")
    buyer.window.open(buyer.market.link_in_letter(buyer.email, "/verify"))
    buyer.press("Confirm address")
    buyer.follow("Go on")
    buyer.sign_in()
    buyer.window.open("/cart")
    buyer.check_out()
    buyer.sees_heading("Thank you, it is paid")
    return buyer.orders()[0]


def send(seller: Person, order: str) -> None:
    seller.window.open("/selling")
    seller.follow("Automatic Espresso Machine")
    assert seller.window.path.endswith(order.rpartition("/")[2])
    seller.make_move("Send parcel", carrier="UPS", parcel="1Z 4711")
    seller.sees_heading("On its way")
