"""On the board an article is posted, looked at, found near its town, haggled over, reserved and sold; no money goes through the market."""

from __future__ import annotations

import re

import pytest

from haat.demo.goods import PHOTOS
from tests.journeys.conftest import Come
from tests.journeys.market import Market
from tests.journeys.people import Person
from tests.journeys.scene import ADMINISTRATOR
from tests.support.chromium import SCREENS, Screen

PRESET = "bazar"
SETTINGS = '\n[catalogue]\napproval = "all"\n'  # every new article is looked at first


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_an_article_is_posted_haggled_over_and_sold(come: Come, market: Market, screen: Screen) -> None:
    title = f"Stool of beech for the {screen.name}"
    owner, buyer = come("Olga"), come("Bert")
    moderator = come("Administrator", ADMINISTRATOR, market.administrator_password)
    owner.sign_up()
    post(owner, title)
    approve(moderator, title)
    buyer.sign_up()
    find_near_its_town(buyer, title)
    ask_and_answer(buyer, owner)
    haggle(buyer, owner, title)
    sell(buyer, owner, title)
    assert market.lies() == {}


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
    owner.read_notice(f"An offer for {title}")
    owner.sees("€30.00", "I could fetch it today.")
    owner.make_move("Name another price", amount="38")
    buyer.read_notice(f"Another price for {title}")
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
