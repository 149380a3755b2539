"""On the board an article is posted, looked at, found near its town, haggled over, reserved and sold; no money goes through the market."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from haat.demo.goods import PHOTOS
from tests.journeys.market import Market, running
from tests.journeys.people import PASSWORD, Person
from tests.journeys.scene import ADMINISTRATOR
from tests.support.chromium import SCREENS, Screen, Window

Come = Callable[..., Person]


@pytest.fixture(scope="module")
def board(stocked_as: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """A board with goods on it, on which every new article is looked at first."""
    data = tmp_path_factory.mktemp("board") / "data"
    shutil.copytree(stocked_as("bazar"), data)
    with (data / "haat.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[catalogue]\napproval = "all"\n')
    with running(data) as market:
        yield market


@pytest.fixture
def come(browser: Browser, board: Market, screen: Screen) -> Iterator[Come]:
    """Lets somebody come to the board. At the end none of them may have seen trouble."""
    windows: list[Window] = []

    def come_(name: str, email: str = "", password: str = PASSWORD) -> Person:
        windows.append(Window(browser, board.url, screen))
        return Person(windows[-1], board, name, email or f"{name.lower()}-{screen.name}@example.org", password)

    yield come_
    for window in windows:
        window.close()
    assert [trouble for window in windows for trouble in window.look_for_trouble()] == []


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_an_article_is_posted_haggled_over_and_sold(come: Come, board: Market, screen: Screen) -> None:
    title = f"Stool of beech for the {screen.name}"
    owner, buyer = come("Olga"), come("Bert")
    moderator = come("Administrator", ADMINISTRATOR, board.administrator_password)
    owner.sign_up()
    post(owner, title)
    approve(moderator, title)
    buyer.sign_up()
    find_near_its_town(buyer, title)
    ask_and_answer(buyer, owner)
    haggle(buyer, owner, title)
    sell(buyer, owner, title)
    assert board.lies() == {}


def post(owner: Person, title: str) -> None:
    owner.follow("Post an article", within="header")
    owner.fill(title=title, price="45")
    owner.page.locator("main [name=category]").select_option(label="Furniture and home › Sofas and chairs")
    owner.page.locator("label.pill", has_text="Price to be talked about").click()
    owner.page.locator("main [name=wear]").select_option(label="Used, in good order")
    owner.press("Begin")
    owner.sees_heading("Edit article")
    owner.fill(description="Turned by hand, forty years old.", place="Görlitz")
    owner.page.locator("[name=photos]").set_input_files(PHOTOS / "bazar-chairs.webp")
    owner.press("Put on sale")
    owner.sees("Waiting to be looked at")


def approve(moderator: Person, title: str) -> None:
    moderator.sign_in()
    moderator.go_by_menu("Administration")
    moderator.follow(re.compile("^To look at"), within=".room-nav")
    moderator.follow(title)
    moderator.press("Put on sale")


def find_near_its_town(buyer: Person, title: str) -> None:
    buyer.look_for("beech stool")
    if buyer.page.locator(".filters-open").is_visible():
        buyer.page.locator(".filters-open").click()
    buyer.page.locator("[name=near]").fill("Görlitz")
    buyer.page.locator("[name=near]").press("Enter")
    buyer.choose(title)
    buyer.sees("Görlitz", "€45.00")


def ask_and_answer(buyer: Person, owner: Person) -> None:
    buyer.follow("Write to the owner")
    buyer.fill(text="Does it wobble?")
    buyer.press("Send message")
    buyer.sees("Does it wobble?")
    owner.go_by_menu("Messages")
    owner.follow(buyer.name)
    owner.fill(text="It stands like a rock.")
    owner.press("Send message")
    buyer.go_by_menu("Messages")
    buyer.follow(owner.name)
    buyer.sees("It stands like a rock.")


def haggle(buyer: Person, owner: Person, title: str) -> None:
    """An offer, another price, and that is accepted."""
    buyer.follow(title)
    buyer.fill(amount="30", note="I could fetch it today.")
    buyer.press("Make an offer")
    buyer.sees_heading("Offer made, to be answered")
    owner.follow("Notices", within="header")
    owner.follow(re.compile(re.escape(title)))
    owner.sees("€30.00", "I could fetch it today.")
    owner.make_move("Name another price", amount="38")
    buyer.follow("Notices", within="header")
    buyer.follow(re.compile(re.escape(title)))
    buyer.sees("€38.00")
    buyer.make_move("Accept the price")
    buyer.sees_heading("Reserved, to be handed over")


def sell(buyer: Person, owner: Person, title: str) -> None:
    owner.page.reload()
    owner.make_move("It is handed over")
    buyer.page.reload()
    buyer.make_move("Confirm")
    buyer.sees_heading("Completed")
    owner.page.reload()
    owner.sees_heading("Completed")
    owner.go_by_menu("My articles")
    owner.sees(title, "Sold")
