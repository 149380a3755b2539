"""A visitor fills a cart from two sellers, becomes a buyer, pays once, and has two parcels."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.market import Market
from tests.journeys.people import ASKED, EMPTY, GOOD, POTTER, SMITH, Card, Person
from tests.journeys.ways import A_PAIR, EVERYWHERE
from tests.support.chromium import Screen


@pytest.mark.parametrize(("screen", "has_scripts"), EVERYWHERE)
def test_two_sellers_are_paid_at_once_and_each_sends_a_parcel(
    come: Callable[..., Person], market: Market, screen: Screen, has_scripts: bool
) -> None:
    buyer = come("Ada")
    fill_cart_from_two_sellers(buyer)
    become_buyer_at_the_checkout(buyer)
    make_mistakes_at_the_checkout(buyer)
    buyer.fill_in_address()
    buyer.pay()
    buyer.sees_heading("Thank you, it is paid")
    cups, chisel = buyer.orders()

    send(come(*POTTER), cups, "JD 1001")
    send(come(*SMITH), chisel, "JD 1002")

    buyer.window.open(cups)
    buyer.sees("JD 1001", "On its way", "Held by the market")
    buyer.make_move("Confirm that it arrived")
    buyer.sees_heading("Delivered")
    assert market.lies() == {}


def fill_cart_from_two_sellers(visitor: Person) -> None:
    visitor.look_for("morning mug")
    visitor.choose("Morning mug")
    visitor.put_in_cart(2)
    visitor.look_for("bench chizel")
    visitor.choose("Bench chisel, ash handle")
    visitor.put_in_cart(1)
    visitor.sees("Barro & Sal", "Kerrigan Toolworks", "3 pieces")


def become_buyer_at_the_checkout(visitor: Person) -> None:
    """Nothing in the cart is lost on the way from stranger to member."""
    visitor.follow("Go to checkout")
    visitor.sees_heading("Sign in")
    visitor.follow("Make an account")
    visitor.fill(name=visitor.name, email=visitor.email, password="short")
    visitor.press("Make an account")
    visitor.sees("Check 1 thing")
    visitor.fill(password=visitor.password)
    visitor.press("Make an account")
    visitor.window.open(visitor.market.link_in_letter(visitor.email, "/verify"))
    visitor.press("Confirm address")
    visitor.follow("Go on")
    visitor.sign_in()
    visitor.window.open("/cart")
    visitor.sees("Morning mug", "Bench chisel, ash handle", "3 pieces")
    visitor.follow("Go to checkout")
    visitor.sees_heading("Checkout")


def make_mistakes_at_the_checkout(buyer: Person) -> None:
    """Each mistake is named at the top and beside its field; what was typed stays, but for the card."""
    buyer.fill(name=buyer.name, street="", postcode="8010", city="Graz")
    buyer.pay()
    buyer.sees("Check 1 thing", "This is needed.")
    buyer.sees_heading("Checkout")
    expect(buyer.page.locator("[name=city]")).to_have_value("Graz")
    expect(buyer.page.locator("[name=card_number]")).to_have_value("")
    expect(buyer.page.locator("[name=street]")).to_have_attribute("aria-invalid", "true")
    buyer.fill(street="Main Street 1")
    buyer.pay(Card("4000 0010 0000 0019"))
    buyer.sees("There is a slip in this number.")
    expect(buyer.page.locator("[name=street]")).to_have_value("Main Street 1")


def send(seller: Person, order: str, number: str) -> None:
    """The seller finds the order among those that wait, and sends the parcel."""
    seller.sign_in()
    seller.window.open("/selling")
    link = seller.page.locator(f'main a[href="/selling/orders/{order.rpartition("/")[2]}"]').first
    link.click()
    seller.sees_heading("Paid, to be sent")
    seller.make_move("Send parcel", carrier="DHL", parcel=number)
    seller.sees_heading("On its way")


@pytest.mark.parametrize(("screen", "has_scripts"), A_PAIR)
def test_a_bank_that_asks_is_answered_and_leads_back(
    come: Callable[..., Person], screen: Screen, has_scripts: bool
) -> None:
    buyer = bring_to_the_checkout(come("Bea"))
    buyer.fill_in_card(ASKED)
    buyer.page.locator("[name=card_name]").press("Enter")
    buyer.sees_heading("Your bank asks you to confirm")
    buyer.follow("Go to my bank")
    buyer.sees_heading("Is it you who pays?")
    buyer.press("Yes, pay it")
    buyer.sees_heading("Thank you, it is paid")


@pytest.mark.parametrize(("screen", "has_scripts"), A_PAIR)
def test_who_refuses_at_the_bank_pays_with_another_card(
    come: Callable[..., Person], screen: Screen, has_scripts: bool
) -> None:
    buyer = bring_to_the_checkout(come("Cyd"))
    buyer.pay(ASKED)
    buyer.follow("Go to my bank")
    buyer.press("No, refuse")
    buyer.sees_heading("The payment did not go through")
    buyer.pay(EMPTY)
    buyer.sees("There is not enough money on the account.")
    buyer.pay(GOOD)
    buyer.sees_heading("Thank you, it is paid")


def bring_to_the_checkout(buyer: Person) -> Person:
    """Somebody new, who has one thing and has said where it goes."""
    buyer.sign_up()
    buyer.look_for("linen cushion")
    buyer.choose(re.compile("[Cc]ushion"))
    buyer.put_in_cart()
    buyer.follow("Go to checkout")
    buyer.fill_in_address()
    return buyer
