"""Somebody opens a shop and sells; what goes wrong with an order is put right."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from haat.demo.goods import PHOTOS
from tests.journeys.conftest import Come
from tests.journeys.market import Market
from tests.journeys.people import POTTER, Person
from tests.journeys.ways import A_PAIR
from tests.support.chromium import Screen


@pytest.mark.parametrize(("screen", "has_scripts"), A_PAIR)
def test_who_opens_a_shop_in_the_morning_sells_at_noon(
    come: Come, market: Market, screen: Screen, has_scripts: bool
) -> None:
    seller = come("Greta")
    title = f"Ladle of cherry wood {screen.name}"
    seller.sign_up()
    seller.open_shop(f"Holzer and Daughter {screen.name}")
    seller.say_how_it_is_sent()
    offer_two_sizes(seller, title)

    buyer = come("Hugo")
    buyer.sign_up()
    buyer.look_for(f"cherry ladle {screen.name}")
    buyer.choose(title)
    buyer.put_in_cart(1, size="Large")
    buyer.sees("Size: Large", "€32.00")
    buyer.check_out()
    buyer.sees_heading("Thank you, it is paid")

    seller.window.open("/selling")
    seller.sees(title)
    assert market.lies() == {}


def offer_two_sizes(seller: Person, title: str) -> None:
    """A draft, a photo, two variants, and on sale; what is missing is said on the way."""
    seller.begin_listing(title, "Kitchen and table › Bowls and plates")
    seller.press("Put on sale")
    seller.sees("Check")
    seller.add_photo(PHOTOS / "mallet.webp")
    seller.open_door("It comes in sizes, colours or other kinds")
    seller.page.locator("[name=option-0]").fill("Size")
    seller.press("Save and show the fields")
    seller.fill_row(1, o0="Small", price="24", free="5")
    seller.save_draft()
    seller.fill_row(2, o0="Large", price="32.00", free="3")
    seller.press("Put on sale")
    seller.sees("On sale")
    expect(seller.page.locator("[data-variant] [name$=-price]").first).to_have_value("24.00")


@pytest.mark.parametrize(("screen", "has_scripts"), A_PAIR)
def test_a_part_and_then_the_whole_is_refunded(come: Come, market: Market, screen: Screen, has_scripts: bool) -> None:
    buyer, seller = come("Iris"), come(*POTTER)
    order = buy_a_jar(buyer)
    seller.sign_in()
    seller.window.open(order.replace("/purchases/", "/selling/orders/"))
    seller.make_move("Refund a part", amount="5.00", reason="The lid has a scratch.")
    seller.sees("€5.00", "The lid has a scratch.")
    seller.make_move("Send parcel", carrier="DHL", parcel="JD 2001")
    seller.make_move("Refund everything", reason="It broke on its way.")
    seller.sees_heading("Refunded")

    buyer.window.open(order)
    buyer.sees_heading("Refunded")
    buyer.sees("The lid has a scratch.", "It broke on its way.", "€5.00")
    assert market.lies() == {}


@pytest.mark.parametrize(("screen", "has_scripts"), A_PAIR)
def test_what_is_returned_is_paid_back(come: Come, market: Market, screen: Screen, has_scripts: bool) -> None:
    buyer, seller = come("Jan"), come(*POTTER)
    order = buy_a_jar(buyer)
    sale = order.replace("/purchases/", "/selling/orders/")
    seller.sign_in()
    seller.window.open(sale)
    seller.make_move("Send parcel", carrier="DHL", parcel="JD 3001")
    buyer.window.open(order)
    buyer.make_move("Confirm that it arrived")
    buyer.make_move("Ask for a return", reason="It is smaller than I thought.")
    buyer.sees_heading("Return asked for")
    seller.window.open(sale)
    seller.sees("It is smaller than I thought.")
    seller.make_move("Accept the return")
    buyer.window.open(order)
    buyer.make_move("Send it back", carrier="Post", parcel="RX 3002")
    seller.window.open(sale)
    seller.make_move("Goods are back: refund")
    seller.sees_heading("Returned and refunded")
    buyer.window.open(order)
    buyer.sees_heading("Returned and refunded")
    market.letter(buyer.email, "")
    assert market.lies() == {}


def buy_a_jar(buyer: Person) -> str:
    """Somebody new buys one; returns the address of the order."""
    buyer.sign_up()
    buyer.look_for("shoulder vase")
    buyer.choose(re.compile("[Vv]ase"))
    buyer.put_in_cart()
    buyer.check_out()
    buyer.sees_heading("Thank you, it is paid")
    return buyer.orders()[0]
