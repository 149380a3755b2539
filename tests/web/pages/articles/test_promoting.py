"""Promoting an article and seeing it promoted: in a browser without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.browser import Answer, Browser
from tests.support.desk import somebody
from tests.support.forms import form_of
from tests.support.stack import ALL_KINDS, Stack

from haat.kernel import ids
from haat.market.catalogue import moderate
from haat.market.catalogue.change_category import ensure_category
from haat.market.promotion.promotion import open_promotions

CARD = {"card_number": "4000 0010 0000 0018", "card_expiry": "12/34", "card_cvc": "123", "card_name": "Ada"}
MARK = "Promoted by their owners"


@pytest.fixture
def stack(lay_database: Callable[[Path], None], tmp_path: Path) -> Iterator[Stack]:
    """A market that promotes articles, and shows no page that it has kept."""
    lay_database(tmp_path)
    stack = Stack(tmp_path, {**ALL_KINDS, "HAAT_PROMOTION__KINDS": "article", "HAAT_WEB__PAGE_CACHE": "0s"})
    yield stack
    stack.close()


@pytest.fixture
def ada(stack: Stack) -> Browser:
    return somebody(stack)


@pytest.fixture
def table(stack: Stack, ada: Browser) -> str:
    """The id of an article of Ada that is on sale."""
    catalogue = stack.app.catalogue
    category = stack.app.store.write(lambda tx: ensure_category(tx, catalogue.categories, ["Home", "Tables"]))
    fields = {"title": "Oak table", "category": ids.encode(category), "asking": "negotiable", "price": "120"}
    where = ada.post("/articles", **fields, wear="good").header("Location") or ""
    assert ada.send(where, {**form_of(ada.get(where).text, where), "do": "send_off"}).status == 303
    return where.rpartition("/")[2]


def order(browser: Browser, listing: str, **fields: str) -> Answer:
    form = form_of(browser.get(f"/promotions/{listing}").text, f"/promotions/{listing}")
    return browser.post(f"/promotions/{listing}", **{**form, **CARD, **fields})


def test_an_owner_promotes_an_article_and_everybody_sees_that_it_is_promoted(
    stack: Stack, ada: Browser, table: str
) -> None:
    anybody = stack.browser()
    assert MARK not in anybody.get("/").text
    assert f"/promotions/{table}" in ada.get("/articles").text
    assert f"/promotions/{table}" in ada.get(f"/articles/{table}").text

    paid = ada.open(order(ada, table, days="7").header("Location") or "")
    assert "It is paid, and promoted until" in paid.text and "Promote it for longer" in paid.text
    for path in ("/", "/category/home", "/category/tables", "/search"):
        text = anybody.get(path).text
        assert MARK in text and text.count('class="ticket promoted"') == 1
        assert text.count('<a href="/item/' + table) == 1, path
    for path in ("/search?q=oak", "/search?sort=price_up", "/category/tables?sort=price_down"):
        text = anybody.get(path).text
        assert "Oak table" in text and MARK not in text and "ticket promoted" not in text

    purchases = ada.get("/purchases").text
    assert "Oak table" in purchases and "Haat" in purchases
    assert ada.get("/selling/orders?show=all").text.count("Oak table") == 0
    (deal,) = open_promotions(stack.app.store, ids.decode(table))
    assert ada.get(f"/purchases/{ids.encode(deal.id)}").status == 200
    assert ada.get(f"/selling/orders/{ids.encode(deal.id)}").status == 404


def test_mistakes_come_back_and_a_doubled_click_is_one_promotion(stack: Stack, ada: Browser, table: str) -> None:
    where = f"/promotions/{table}"
    wrong = order(ada, table, card_number="1", days="7")
    assert wrong.status == 422 and 'value="7" checked' in wrong.text and "12 to 19 digits" in wrong.text
    assert "Choose for how long." in order(ada, table, days="8").text
    assert "The price has changed." in order(ada, table, **{"days": "7", "price-7": "1"}).text

    form = {**form_of(ada.get(where).text, where), **CARD, "days": "3"}
    first, second = ada.post(where, **form), ada.post(where, **form)
    assert first.status == 303 and first.header("Location") == second.header("Location")
    assert len(open_promotions(stack.app.store, ids.decode(table))) == 1


def test_a_payment_that_waits_is_gone_on_with_and_a_declined_one_tried_again(
    stack: Stack, ada: Browser, table: str
) -> None:
    checkout = order(ada, table, card_number="4000 0020 0000 0016").header("Location") or ""
    assert "The payment did not go through" in ada.get(checkout).text
    waiting = ada.get(f"/promotions/{table}").text
    assert checkout in waiting and "card_number" not in waiting
    again = ada.submit(checkout, attempt="1", **CARD)
    assert "It is paid, and promoted until" in again.text


def test_it_is_for_its_owner_alone_and_only_while_it_is_on_sale(stack: Stack, ada: Browser, table: str) -> None:
    assert somebody(stack, "bob@example.org", "Bob").get(f"/promotions/{table}").status == 404
    assert stack.browser().get(f"/promotions/{table}").header("Location").startswith("/sign-in")  # type: ignore[union-attr]
    stack.app.store.write(lambda tx: moderate.remove(tx, stack.app.catalogue, 1, ids.decode(table), "It is a copy."))
    assert "Put it on sale first." in ada.get(f"/promotions/{table}").text


def test_what_a_moderator_takes_down_is_refunded_and_its_owner_told_how_much(
    stack: Stack, ada: Browser, table: str
) -> None:
    order(ada, table, days="7")
    stack.app.store.write(lambda tx: moderate.remove(tx, stack.app.catalogue, 1, ids.decode(table), "It is a copy."))
    stack.work()
    stack.work()
    assert MARK not in stack.browser().get("/").text
    told = [letter for letter in stack.letters("ada@example.org") if "The promotion was ended" in letter.subject]
    assert len(told) == 1 and "€0.00" in told[0].text and "It is a copy." in told[0].text
    assert stack.lies() == {}
