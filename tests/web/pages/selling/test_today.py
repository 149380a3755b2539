"""A seller's first page: open a shop, and then what is to be done today."""

from __future__ import annotations

import pytest
from tests.support.desk import path, seller, sold, somebody
from tests.support.stack import Stack

from haat.market.accounts.account import find
from haat.market.accounts.shop import shop_of

PAGES = [
    "/selling",
    "/selling/orders",
    "/selling/listings",
    "/selling/listings/new",
    "/selling/listings.csv",
    "/selling/money",
    "/selling/coupons",
    "/selling/shipping",
    "/selling/shop",
]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_for_people_who_are_signed_in(stack: Stack, page: str) -> None:
    answer = stack.browser().get(page)
    assert answer.status == 303
    assert (answer.header("Location") or "").startswith("/sign-in?next=")


@pytest.mark.parametrize("page", PAGES[1:])
def test_a_member_without_a_shop_is_told_to_open_one(stack: Stack, page: str) -> None:
    answer = somebody(stack).get(page)
    assert answer.status == 403
    assert "Open a shop first" in answer.text


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_an_empty_shop_answers(stack: Stack, page: str) -> None:
    assert seller(stack).browser.get(page).status == 200


def test_a_shop_is_opened_on_the_first_page(stack: Stack) -> None:
    browser = somebody(stack)
    assert "Open a shop" in browser.get("/selling").text
    answer = browser.submit("/selling", name="Clay & Salt", about="By hand.", country="DE")
    assert "Your shop is open" in answer.text
    assert "Say how you send" in answer.text
    ada = find(stack.app.store, "ada@example.org")
    shop = shop_of(stack.app.store, ada.id) if ada else None
    assert shop and (shop.name, shop.country) == ("Clay & Salt", "DE")


def test_a_shop_without_a_name_is_refused_and_nothing_typed_is_lost(stack: Stack) -> None:
    browser = somebody(stack)
    answer = browser.post("/selling", name="  ", about="Thrown by hand.", country="PL")
    assert answer.status == 422
    assert 'href="#f-name"' in answer.text
    assert "Thrown by hand." in answer.text
    assert '<option value="PL" selected>' in answer.text


def test_what_waits_for_the_seller_stands_first_and_the_most_urgent_at_the_top(stack: Stack) -> None:
    mine = seller(stack)
    sent, waiting = sold(stack, mine.stall, title="Sent mug"), sold(stack, mine.stall, title="Waiting mug")
    stack.world.move(sent, "send", carrier="DHL", parcel="1")
    page = mine.browser.get("/selling").text
    assert path("/selling/orders", waiting.id) in page
    assert path("/selling/orders", sent.id) not in page
    assert "Waiting mug" in page


def test_sold_out_goods_and_drafts_are_counted(stack: Stack) -> None:
    mine = seller(stack)
    mine.stall.draft("A draft")
    mine.stall.sell("Gone", pieces=0)
    page = mine.browser.get("/selling").text
    assert "restock or end them" in page
    assert "only you see them" in page
    assert "Gone" in mine.browser.get("/selling/listings?show=sold_out").text
    assert "A draft" in mine.browser.get("/selling/listings?show=draft").text
