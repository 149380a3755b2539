"""People at the market. Each has a window and does with it what their words say, by what can be read on the page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Locator, Page, expect

from haat.demo.load import PASSWORD as OF_DEMO
from tests.journeys.market import Market
from tests.support.chromium import Window

expect.set_options(timeout=20_000)

PASSWORD = "nine brown teapots"
POTTER = ("Inês Duarte", "ines@demo.haat.example", OF_DEMO)
SMITH = ("Dónal Kerrigan", "donal@demo.haat.example", OF_DEMO)


class Card(NamedTuple):
    """A card as it is typed."""

    number: str
    expiry: str = "12/34"
    code: str = "123"


GOOD = Card("4000 0010 0000 0018")
EMPTY = Card("4000 0020 0000 0024")
ASKED = Card("4000 0030 0000 0014")


class Person:
    """Somebody with a window at a market. Follows links and presses buttons; an address is typed only where a person would type one."""

    def __init__(
        self, window: Window, market: Market, name: str = "", email: str = "", password: str = PASSWORD
    ) -> None:
        self.window = window
        self.market = market
        self.name = name
        self.email = email
        self.password = password

    @property
    def page(self) -> Page:
        return self.window.page

    # What everybody does

    def follow(self, words: str | re.Pattern[str], within: str = "main", exact: bool = False) -> None:
        self.page.locator(within).get_by_role("link", name=words, exact=exact).first.click()
        self.page.wait_for_load_state()

    def press(self, words: str | re.Pattern[str], within: str = "main") -> None:
        self.page.locator(within).get_by_role("button", name=words).first.click()
        self.page.wait_for_load_state()

    def fill(self, **fields: str) -> None:
        """Fill in fields by their names; underscores and all."""
        for name, text in fields.items():
            self.page.locator(f'main [name="{name}"]').fill(text)

    def open_door(self, words: str) -> Locator:
        """Open what is folded away under these words, unless it is open; returns it."""
        door = self.page.locator("main details", has=self.page.get_by_text(words, exact=True)).first
        if door.get_attribute("open") is None:
            door.locator("summary").first.click()
        return door

    def sees(self, *words: str) -> None:
        for text in words:
            expect(self.page.locator("body")).to_contain_text(text)

    def sees_heading(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.locator("h1")).to_have_text(words)

    # Coming and going

    def sign_up(self) -> None:
        """Make an account, and prove the address by the link in the mail."""
        self.window.open("/")
        self.follow("Sign in", within="header")
        self.follow("Make an account")
        self.fill(name=self.name, email=self.email, password=self.password)
        self.press("Make an account")
        self.sees_heading("Look into your mailbox")
        self.window.open(self.market.link_in_letter(self.email, "/verify"))
        self.press("Confirm address")
        self.sees_heading("Your address is checked")
        self.follow("Go on")
        self.sign_in()

    def sign_in(self) -> None:
        """From wherever somebody is asked to, or from the front page."""
        if self.window.path != "/sign-in":
            self.window.open("/")
            self.follow("Sign in", within="header")
        self.fill(email=self.email, password=self.password)
        self.press("Sign in")
        expect(self.page.locator("header")).to_contain_text(self.name)

    def open_menu(self) -> None:
        self.page.locator("header summary").click()

    def go_by_menu(self, words: str) -> None:
        self.open_menu()
        self.follow(words, within="header")

    def read_notice(self, words: str) -> None:
        """Go where the youngest notice with these words leads, as soon as it is there."""
        self.follow("Notices", within="header")
        notice = self.page.locator("main").get_by_role("link", name=words).first
        self.market.wait_for(lambda: self._sees_after_a_while(notice), f"there is a notice “{words}”")
        notice.click()
        self.page.wait_for_load_state()

    def _sees_after_a_while(self, place: Locator) -> bool | None:
        if place.is_visible():
            return True
        self.page.reload()
        return None

    # Buying

    def look_for(self, words: str) -> None:
        self.window.open("/")
        self.page.get_by_role("searchbox").or_(self.page.get_by_role("combobox", name="Search the market")).fill(words)
        self.page.locator("form.search button").click()
        self.page.wait_for_load_state()

    def choose(self, title: str) -> None:
        """Open one of the goods that are shown."""
        self.follow(title, exact=True)
        self.sees_heading(title)

    def put_in_cart(self, pieces: int = 1, **kind: str) -> None:
        """Put the listing that is shown into the cart. `kind` says which of its variants, by the words on the button."""
        for value in kind.values():
            self.page.locator("label.pill:visible", has_text=value).first.click()
        self.page.locator("[name=quantity]").fill(str(pieces))
        self.press("Add to cart")
        self.sees_heading("Cart")

    def fill_in_address(self, country: str = "Austria") -> None:
        self.fill(name=self.name, street="Main Street 1", postcode="8010", city="Graz")
        self.page.locator("[name=country]").select_option(label=country)
        if self.window.has_scripts:
            expect(self.page.locator("form.checkout")).not_to_have_attribute("aria-busy", "true")
        else:
            self.press("Work out the costs again")

    def fill_in_card(self, card: Card = GOOD) -> None:
        self.fill(card_number=card.number, card_expiry=card.expiry, card_cvc=card.code, card_name=self.name)

    def pay(self, card: Card = GOOD) -> None:
        self.fill_in_card(card)
        self.press(re.compile("^Pay "))

    def check_out(self, card: Card = GOOD) -> None:
        """From the cart to wherever the payment leads."""
        self.follow("Go to checkout")
        self.fill_in_address()
        self.pay(card)

    def orders(self) -> list[str]:
        """The addresses of the orders that the page of thanks names."""
        links = self.page.get_by_role("link", name=re.compile("^Follow (this order|it)$"))
        return [str(link.get_attribute("href")) for link in links.all()]

    # Selling

    def open_shop(self, name: str, about: str = "Small things, made with care.") -> None:
        self.go_by_menu("Start selling")
        self.fill(name=name, about=about)
        self.page.locator("[name=country]").select_option(label="Austria")
        self.press("Open the shop")
        self.sees("Your shop is open")

    def say_how_it_is_sent(self, name: str = "Parcel", price: str = "4.90") -> None:
        self.window.open("/selling")
        self.follow(re.compile("Shipping"), within=".room-nav")
        self.fill(name=name, price=price)
        self.press("Offer it")
        self.sees(name)

    def begin_listing(self, title: str, category: str) -> None:
        self.window.open("/selling")
        self.follow(re.compile("^Listings"), within=".room-nav")
        self.follow("New listing")
        self.fill(title=title)
        self.page.locator("main [name=category]").select_option(label=category)
        self.press("Begin")
        self.sees_heading("Edit listing")

    def add_photo(self, photo: Path) -> None:
        self.page.locator("[name=photos]").set_input_files(photo)
        self.save_draft()
        expect(self.page.locator("form .photo-grid img")).to_have_count(1)

    def save_draft(self) -> None:
        self.press("Save draft")

    def fill_row(self, number: int, **cells: str) -> None:
        """A variant, by the names of its fields without the key of the row: price, free, sku, o0, …"""
        row = self.page.locator("[data-variant]").nth(number - 1)
        key = row.locator("[name=row]").input_value()
        for name, text in cells.items():
            row.locator(f'[name="{key}-{name}"]').fill(text)

    def make_move(self, words: str, photo: Path | None = None, **given: str) -> None:
        """One of the moves on the page of an order, with what it asks for, whether it stands open or behind a door."""
        form = self.page.locator(
            "main form", has=self.page.get_by_role("button", name=words, exact=True, include_hidden=True)
        )
        if not form.first.is_visible():
            self.open_door(words)
        for name, text in given.items():
            form.first.locator(f'[name="{name}"]').fill(text)
        if photo is not None:
            form.first.locator("[name=photos]").set_input_files(photo)
        form.first.get_by_role("button", name=words, exact=True).click()
        self.page.wait_for_load_state()
