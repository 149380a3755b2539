"""On the telephone a cart of two shops is paid at once, both send, something is refunded, and a seller reads what the month came to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from haat.demo.load import PASSWORD as OF_DEMO
from tests.journeys.conftest import Come
from tests.journeys.market import Market
from tests.journeys.people import ASKED, Person
from tests.support.chromium import SCREENS, Screen

PRESET = "markethub"
KICKS = ("Sipho Dlamini", "sipho.hub@demo.haat.example", OF_DEMO)
PANTRY = ("Priya Naidoo", "priya.hub@demo.haat.example", OF_DEMO)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_goods_of_two_shops_are_paid_at_once_sent_and_partly_refunded(
    come: Come, market: Market, screen: Screen
) -> None:
    buyer, kicks, pantry = come("Thabo"), come(*KICKS), come(*PANTRY)
    buyer.sign_up()
    fill_the_cart(buyer)
    pay_and_confirm_at_the_bank(buyer)
    send(kicks, "Daypack, blue", "DP 101")
    send(pantry, "Fynbos honey", "FH 102")
    receive(buyer, "Daypack, blue", "DP 101")
    receive(buyer, "Fynbos honey", "FH 102")
    pantry.page.reload()
    pantry.make_move("Refund a part", amount="20", reason="One lid had leaked.")
    pantry.sees("R20.00", "One lid had leaked.")
    be_content(buyer)
    read_the_statement(pantry)
    assert market.lies() == {}


def fill_the_cart(buyer: Person) -> None:
    buyer.look_for("daypack")
    buyer.choose("Daypack, blue")
    buyer.put_in_cart()
    buyer.look_for("honey")
    buyer.choose("Fynbos honey")
    buyer.put_in_cart(2)
    buyer.sees("Kasi Kicks", "Naidoo's Pantry", "R549.00", "R258.00")


def pay_and_confirm_at_the_bank(buyer: Person) -> None:
    buyer.follow("Go to checkout")
    buyer.fill_in_address("South Africa")
    buyer.pay(ASKED)
    buyer.sees_heading("Your bank asks you to confirm")
    buyer.follow("Go to my bank")
    buyer.press("Yes, pay it")
    buyer.sees_heading("Thank you, it is paid")
    buyer.sees("Kasi Kicks", "Naidoo's Pantry")


def send(seller: Person, title: str, number: str) -> None:
    seller.sign_in()
    seller.go_by_menu("My shop")
    seller.follow(title)
    seller.make_move("Send parcel", carrier="The Courier Guy", parcel=number)
    seller.sees_heading("On its way")


def receive(buyer: Person, title: str, number: str) -> None:
    buyer.read_notice(f"On its way: {title}")
    buyer.sees(number)
    buyer.make_move("Confirm that it arrived")
    buyer.sees_heading("Delivered")


def be_content(buyer: Person) -> None:
    """After the refund, which has a notice too."""
    buyer.read_notice("Partly refunded: Fynbos honey")
    buyer.sees("R20.00", "One lid had leaked.")
    buyer.make_move("All is well")
    buyer.sees_heading("Completed")


def read_the_statement(seller: Person) -> None:
    """As a page, as a table and on paper."""
    seller.go_by_menu("My shop")
    seller.follow("Money", within=".room-nav")
    seller.follow(re.compile(r"^\d{4}-\d{2}$"))
    seller.sees("Opening balance", "Closing balance")
    assert load_down(seller, "As CSV").read_text("utf-8-sig").count("\n") > 2
    assert load_down(seller, "As PDF").read_bytes().startswith(b"%PDF")


def load_down(seller: Person, words: str) -> Path:
    with seller.page.expect_download() as download:
        seller.page.get_by_role("link", name=words).click()
    return Path(download.value.path())
