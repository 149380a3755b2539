"""Members look after their account, and administrators after the market."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Come
from tests.journeys.market import Market
from tests.journeys.people import PASSWORD, Person
from tests.journeys.scene import ADMINISTRATOR
from tests.journeys.ways import A_PAIR
from tests.support.chromium import Screen


@pytest.mark.parametrize(("screen", "has_scripts"), A_PAIR)
def test_who_signs_out_everywhere_is_signed_out_in_the_other_browser(
    come: Come, screen: Screen, has_scripts: bool
) -> None:
    at_home = come("Kim")
    at_home.sign_up()
    on_the_way = come("Kim", at_home.email)
    on_the_way.sign_in()
    on_the_way.window.open("/purchases")
    on_the_way.sees_heading("My purchases")

    at_home.go_by_menu("My account")
    at_home.follow("Signed in", within=".room-nav")
    at_home.sees("This device")
    at_home.press("Sign out everywhere")
    on_the_way.window.open("/purchases")
    on_the_way.sees_heading("Sign in")
    at_home.window.open("/purchases")
    at_home.sees_heading("Sign in")


@pytest.mark.parametrize(("screen", "has_scripts"), A_PAIR)
def test_who_forgot_the_password_chooses_another_by_mail(
    come: Come, market: Market, screen: Screen, has_scripts: bool
) -> None:
    member = come("Lea")
    member.sign_up()
    sign_out(member)
    member.follow("Sign in", within="header")
    member.fill(email=member.email, password="I do not know any more")
    member.press("Sign in")
    member.sees_heading("Sign in")
    expect(member.page.locator("[name=email]")).to_have_value(member.email)
    member.follow("I forgot my password")
    member.fill(email=member.email)
    member.press("Send me a link")
    member.window.open(market.link_in_letter(member.email, "/reset"))
    member.fill(password=PASSWORD)
    member.press("Save the password")
    member.sign_in()


def sign_out(member: Person) -> None:
    member.open_menu()
    member.press("Sign out", within="header")
    member.sees("You are signed out.")


@pytest.mark.parametrize(("screen", "has_scripts"), A_PAIR)
def test_an_administrator_sees_orders_takes_a_listing_down_and_reads_the_mail(
    come: Come, market: Market, screen: Screen, has_scripts: bool
) -> None:
    administrator = come("Administrator", ADMINISTRATOR, market.administrator_password)
    administrator.sign_in()
    administrator.go_by_menu("Administration")
    see_an_order(administrator)
    moderate(administrator, come("Mia"))
    read_a_mail(administrator)
    ask_for_the_truth(administrator)


def see_an_order(administrator: Person) -> None:
    go(administrator, "Orders")
    administrator.page.locator("main table a, main .worklist a").first.click()
    administrator.sees("Goes to", "The way of it")


def moderate(administrator: Person, visitor: Person) -> None:
    """Nobody finds what was taken down, until it is put back."""
    go(administrator, "Listings")
    administrator.fill(find="rag rug")
    administrator.page.locator("main form button").first.click()
    administrator.follow("Rag rug")
    administrator.press("Take down")
    administrator.sees("Check 1 thing")
    administrator.fill(why="The seller asked us to, while she is away.")
    administrator.press("Take down")
    visitor.page.wait_for_timeout(1100)  # a page may be kept for visitors that long
    visitor.look_for("rag rug")
    expect(visitor.page.get_by_role("link", name="Rag rug", exact=True)).to_have_count(0)

    go(administrator, "Listings")
    administrator.follow("Taken down")
    administrator.follow("Rag rug")
    administrator.sees("The seller asked us to, while she is away.")
    administrator.press("Put it back")
    visitor.page.wait_for_timeout(1100)
    visitor.look_for("rag rug")
    visitor.choose("Rag rug")


def read_a_mail(administrator: Person) -> None:
    go(administrator, "Mail")
    administrator.page.locator("main .worklist a").first.click()
    administrator.sees("Written", "To")


def ask_for_the_truth(administrator: Person) -> None:
    go(administrator, "Truth")
    administrator.page.locator("main form button").first.click()
    administrator.sees("Every promise holds")


def go(administrator: Person, room: str) -> None:
    administrator.window.open("/admin")
    administrator.follow(re.compile(f"^{room}"), within=".room-nav")
