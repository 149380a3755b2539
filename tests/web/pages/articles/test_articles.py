"""Posting an article, finding it, and agreeing on it: in a browser without JavaScript."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from tests.support.browser import Answer, Browser
from tests.support.desk import somebody
from tests.support.forms import form_of
from tests.support.stack import Stack

from haat.kernel import clock, ids
from haat.kernel.clock import DAY
from haat.market.catalogue.change_category import ensure_category
from haat.market.classifieds import article as articles
from haat.market.classifieds.article import Article


@pytest.fixture
def category(stack: Stack) -> str:
    catalogue = stack.app.catalogue
    id_ = stack.app.store.write(lambda tx: ensure_category(tx, catalogue.categories, ["Home", "Tables"]))
    return ids.encode(id_)


@pytest.fixture
def ada(stack: Stack) -> Browser:
    return somebody(stack)


@pytest.fixture
def bob(stack: Stack) -> Browser:
    return somebody(stack, "bob@example.org", "Bob")


def picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (400, 300), "red").save(file, "PNG")
    return file.getvalue()


def begin(browser: Browser, category: str, **fields: str) -> Answer:
    typed = {"title": "Oak table", "category": category, "asking": "negotiable", "price": "120", "wear": "good"}
    return browser.post("/articles", **{**typed, **fields})


def edit(browser: Browser, where: str, do: str, *files: tuple[str, str, bytes], **changes: str) -> Answer:
    fields = form_of(browser.get(where).text, where)
    return browser.send(where, {**fields, **changes, "do": do}, files)


def posted(browser: Browser, category: str, **fields: str) -> str:
    """The path of the editor of an article that is on sale."""
    where = begin(browser, category, **fields).header("Location") or ""
    assert edit(browser, where, "send_off").status == 303
    return where


def article(stack: Stack, where: str) -> Article:
    return articles.get(stack.app.store, ids.decode(where.rpartition("/")[2]))


def page_of(stack: Stack, where: str) -> str:
    found = article(stack, where)
    return f"/item/{ids.encode(found.id)}/{found.handle}"


def test_anybody_who_is_signed_in_posts_an_article(stack: Stack, ada: Browser, category: str) -> None:
    assert "/sign-in" in (stack.browser().get("/articles/new").header("Location") or "")
    assert ada.get("/articles/new").status == 200
    where = begin(ada, category).header("Location") or ""
    text = ada.get(where).text
    assert "SKU" not in text
    assert "Stock" not in text
    done = edit(ada, where, "send_off", ("photos", "table.png", picture()), description="Hardly used.", price="99,50")
    assert done.status == 303
    shown = stack.browser().open(page_of(stack, where)).text
    assert "€99.50" in shown
    assert "Hardly used." in shown
    assert "Used, in good order" in shown
    assert article(stack, where).photo
    assert "Oak table" in ada.get("/articles").text
    assert "Oak table" in stack.browser().get("/search?q=oak").text


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(ada: Browser, category: str) -> None:
    came_back = begin(ada, category, price="a lot", title="My table")
    assert came_back.status == 422
    assert "Write an amount such as 12.50" in came_back.text
    assert "My table" in came_back.text
    where = begin(ada, category).header("Location") or ""
    again = edit(ada, where, "save", title="", description="Kept.")
    assert again.status == 422
    assert "Kept." in again.text


def test_only_its_owner_opens_the_editor(ada: Browser, bob: Browser, category: str) -> None:
    where = begin(ada, category).header("Location") or ""
    assert bob.get(where).status == 404
    assert bob.post(where, title="Mine").status == 404


def test_an_offer_is_made_answered_and_the_article_handed_over(
    stack: Stack, ada: Browser, bob: Browser, category: str
) -> None:
    where = posted(ada, category)
    there = page_of(stack, where)
    assert bob.post(f"{where}/offers", amount="nothing").status == 422
    made = bob.post(f"{where}/offers", amount="90", note="Saturday?")
    deal = (made.header("Location") or "").rpartition("/")[2]
    assert "Saturday?" in bob.get(f"/purchases/{deal}").text
    assert "Saturday?" in ada.get(f"/selling/orders/{deal}").text
    assert ada.post(f"/selling/orders/{deal}/moves/counter", amount="110").status == 303
    page = bob.get(f"/purchases/{deal}").text
    assert "€110.00" in page and "EUR" not in page
    assert bob.post(f"/purchases/{deal}/moves/accept_price").status == 303
    assert "It is reserved for somebody" in stack.browser().get(there).text
    assert "Reserved" in stack.browser().get("/search?q=oak").text
    assert ada.post(f"/selling/orders/{deal}/moves/hand_over").status == 303
    assert bob.post(f"/purchases/{deal}/moves/complete").status == 303
    stack.work()
    assert "Sold" in bob.get(there).text
    assert "Oak table" not in bob.get("/search?q=oak").text
    assert article(stack, where).standing == "sold"
    subjects = [mail.subject for mail in stack.letters("bob@example.org")]
    assert "Sold: Oak table" in subjects
    assert stack.lies() == {}


def test_a_gift_is_asked_for_without_an_amount(stack: Stack, ada: Browser, bob: Browser, category: str) -> None:
    where = posted(ada, category, asking="free", price="")
    assert "For free" in bob.get(page_of(stack, where)).text
    assert bob.post(f"{where}/offers", note="For my school.").status == 303


def test_an_article_is_not_put_into_a_cart(stack: Stack, ada: Browser, bob: Browser, category: str) -> None:
    where = posted(ada, category)
    variant = ids.encode(article(stack, where).variant_id)
    bob.post("/cart/lines", variant=variant, quantity="1")
    assert "Oak table" not in bob.get("/cart").text


def test_the_mail_before_it_expires_leads_to_one_button(stack: Stack, ada: Browser, category: str) -> None:
    where = posted(ada, category)
    with clock.frozen():
        clock.advance(28 * DAY)
        schedule = {one.name: one for one in stack.app.schedule()}
        schedule["warn of expiry"].do()
        stack.work()
        (mail,) = [mail for mail in stack.letters("ada@example.org") if "Soon over" in mail.subject]
        (link,) = set(re.findall(r"/articles/\w+/renewal", mail.text))
        clock.advance(3 * DAY)
        schedule["expire articles"].do()
        assert article(stack, where).standing == "expired"
    assert "Do you still have it?" in ada.get(link).text
    assert ada.post(link).status == 303
    assert article(stack, where).standing == "active"
    assert stack.lies() == {}


def test_it_is_said_to_be_sold_elsewhere_and_renewed(stack: Stack, ada: Browser, category: str) -> None:
    where = posted(ada, category)
    assert edit(ada, where, "sold_elsewhere").status == 303
    assert article(stack, where).standing == "sold_elsewhere"
    assert ada.post(f"{where}/renewal").status == 303
    assert article(stack, where).standing == "active"


def test_what_is_near_is_found_with_its_distance_and_the_nearest_first(
    stack: Stack, ada: Browser, bob: Browser, category: str
) -> None:
    for title, town in (("Near table", "Potsdam"), ("Nearer table", "Berlin"), ("Far table", "Hamburg")):
        where = begin(ada, category, title=title).header("Location") or ""
        assert edit(ada, where, "send_off", place=town).status == 303
    found = bob.get("/search?near=Berlin&km=50&sort=nearest").text
    assert found.index("Nearer table") < found.index("Near table")
    assert "Far table" not in found
    assert "Potsdam · " in found and re.search(r"2\d km away", found)
    assert "within 50 km of Berlin, DE" in found
    several = bob.get("/search?near=Birmingham").text
    assert "Which one?" in several
    assert 'value="Birmingham, GB"' in several
    assert bob.get("/search?near=Birmingham&near=Birmingham%2C+GB").status == 200
    assert "Berlin, DE" in bob.get("/places/suggest?q=berl").json
    hits = bob.get("/api/v1/search?near=Berlin,%20DE&km=50&sort=nearest").json["items"]
    assert [one["title"] for one in hits] == ["Nearer table", "Near table"]
    assert stack.lies() == {}


def test_a_town_that_is_not_known_is_told_and_nothing_is_lost(ada: Browser, category: str) -> None:
    where = begin(ada, category).header("Location") or ""
    came_back = edit(ada, where, "save", place="Nowhereville", description="Kept.")
    assert came_back.status == 422
    assert "No town is called so" in came_back.text
    assert "Kept." in came_back.text
