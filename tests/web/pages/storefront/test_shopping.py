"""A person shops, by the real pages, without JavaScript."""

from __future__ import annotations

import re

import pytest
from tests.support import desk
from tests.support.browser import Browser
from tests.support.desk import one_of_the_team, seller, sold
from tests.support.forms import form_of
from tests.support.members import PASSWORD, member
from tests.support.stack import Stack

from haat.kernel import ids
from haat.market.deals import cart as carts
from haat.market.deals.cart import Owner

FORM = {
    "name": "Ada Example",
    "street": "Main Street 1",
    "postcode": "8010",
    "city": "Graz",
    "country": "AT",
    "card_number": "4000 0010 0000 0018",
    "card_expiry": "12/34",
    "card_cvc": "123",
    "card_name": "Ada Example",
}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def signed_in(stack: Stack, email: str = "ada@example.org") -> Browser:
    member(stack.app.store, email)
    browser = stack.browser()
    assert browser.submit("/sign-in", email=email, password=PASSWORD).status == 200
    return browser


def put_in_cart(stack: Stack, browser: Browser, price: int = 1000) -> int:
    variant = stack.world.variant(stack.world.shop(), price=price)
    assert browser.submit("/cart/lines", variant=ids.encode(variant), quantity="2").status == 200
    return variant


def check_out(browser: Browser, **changes: str):
    page = browser.get("/checkout").text
    fields = FORM | {"key": hidden(page, "key"), "total": hidden(page, "total"), "step": "pay"} | changes
    # The first page prices for the country of the account; the costs are shown again before they are paid.
    page = browser.post("/checkout", **(fields | {"step": "costs"})).text
    return browser.post("/checkout", **(fields | {"total": hidden(page, "total")}))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search",
        "/search?q=mug",
        "/cart",
        "/sign-in",
        "/sign-up",
        "/forgot",
        "/help/buying",
        "/help/test-cards",
        "/verify",
        "/reset?token=x",
    ],
)
def test_every_page_for_everybody_answers_on_an_empty_market(stack: Stack, path: str) -> None:
    assert stack.browser().get(path).status in (200, 404 if path.startswith("/reset") else 200)


def test_signing_up_takes_a_letter_and_a_button(stack: Stack) -> None:
    browser = stack.browser()
    person = {"name": "Ben", "email": "ben@example.org", "password": "nine brown teapots"}
    assert "Look into your mailbox" in browser.submit("/sign-up", **person).text
    assert browser.post("/sign-in", **person).status == 422
    stack.work()
    letter = stack.letters("ben@example.org")[0]
    link = re.search(r"/verify\?token=\S+", letter.text)
    assert link and "Is this your address?" in browser.get(link[0]).text
    assert browser.post("/verify", token=link[0].partition("=")[2]).status == 200
    assert browser.submit("/sign-in", **person).status == 200
    assert browser.get("/purchases").status == 200


@pytest.mark.parametrize("path", ["/sign-up", "/forgot"])
def test_who_has_us_write_too_many_letters_is_told_to_wait_and_keeps_what_was_typed(stack: Stack, path: str) -> None:
    browser, most = stack.browser(), stack.app.settings.accounts.letters_per_mailbox
    form = {"name": "Ben", "email": "ben@example.org", "password": "nine brown teapots"}
    answers = [browser.post(path, **form) for _ in range(most + 1)]
    assert all(answer.status < 400 for answer in answers[:most])
    refused = answers[-1]
    assert (refused.status, 0 < int(refused.header("Retry-After") or 0) <= 3600) == (429, True)
    assert "We do not write another letter now." in refused.text
    assert form_of(refused.text, path)["email"] == "ben@example.org"


def test_who_guesses_passwords_is_told_how_long_to_wait(stack: Stack) -> None:
    member(stack.app.store, "ada@example.org")
    most = stack.app.settings.accounts.sign_ins_per_account
    answers = [stack.browser().post("/sign-in", email="ada@example.org", password="wrong") for _ in range(most + 1)]
    assert [answer.status for answer in answers] == [422] * most + [429]
    assert int(answers[-1].header("Retry-After") or 0) > 0


def test_a_forgotten_password_is_replaced_by_a_letter(stack: Stack) -> None:
    member(stack.app.store, "ada@example.org")
    browser = stack.browser()
    assert browser.post("/forgot", email="ada@example.org").status == 200
    stack.work()
    link = re.search(r"/reset\?token=(\S+)", stack.letters("ada@example.org")[0].text)
    assert link and browser.get(link[0]).status == 200
    assert browser.post("/reset", token=link[1], password="short").status == 422
    assert browser.post("/reset", token=link[1], password="another long password").status == 303
    assert browser.post("/reset", token=link[1], password="another long password").status == 404
    assert browser.post("/sign-in", email="ada@example.org", password="another long password").status == 303


def test_a_stranger_s_cart_comes_along_when_they_sign_in(stack: Stack) -> None:
    account = member(stack.app.store, "ada@example.org")
    browser = stack.browser()
    variant = put_in_cart(stack, browser)
    browser.submit("/sign-in", email="ada@example.org", password=PASSWORD)
    assert [(line.variant_id, line.quantity) for line in carts.look(stack.app.store, Owner(account)).lines] == [
        (variant, 2)
    ]


def test_buying_leads_from_the_cart_to_the_paid_order(stack: Stack) -> None:
    browser = signed_in(stack)
    put_in_cart(stack, browser)
    answer = check_out(browser)
    assert answer.status == 303
    done = browser.get(answer.header("Location") or "")
    assert done.status == 200
    order = re.search(r"/purchases/(\w{13})", done.text)
    assert order
    shown = browser.get(f"/purchases/{order[1]}").text
    assert "Paid, to be sent" in shown
    assert order[1] in browser.get("/purchases").text
    assert order[1] not in browser.get("/purchases?show=done").text
    assert "Austria" in shown
    assert browser.post(f"/purchases/{order[1]}/moves/call_off").status == 422
    assert browser.submit(f"/purchases/{order[1]}/moves/call_off", reason="Too late").status == 200
    stack.work()
    assert browser.get("/notices").status == 200
    assert stack.lies() == {}


def test_the_same_form_sent_twice_is_one_order(stack: Stack) -> None:
    browser = signed_in(stack)
    put_in_cart(stack, browser)
    page = browser.get("/checkout?country=AT").text
    fields = FORM | {"key": hidden(page, "key"), "step": "pay", "total": hidden(page, "total")}
    first, second = browser.post("/checkout", **fields), browser.post("/checkout", **fields)
    assert first.status == second.status == 303
    assert first.header("Location") == second.header("Location")
    assert len(stack.app.gateway.statement(0)) == 1


def test_nothing_typed_is_lost_but_the_card(stack: Stack) -> None:
    browser = signed_in(stack)
    put_in_cart(stack, browser)
    answer = check_out(browser, street="", card_cvc="12")
    assert answer.status == 422
    assert 'value="Graz"' in answer.text and "4000 0010" not in answer.text
    assert check_out(browser, card_number="4111111111111111").status == 422
    assert stack.app.gateway.statement(0) == []


def test_a_price_that_changed_is_shown_before_it_is_paid(stack: Stack) -> None:
    browser = signed_in(stack)
    put_in_cart(stack, browser)
    page = browser.get("/checkout").text
    answer = browser.post("/checkout", **FORM, key=hidden(page, "key"), total="1", step="pay")
    assert answer.status == 422 and "It is now" in answer.text
    assert stack.app.gateway.statement(0) == []


def test_a_bank_that_asks_is_answered_on_its_own_page(stack: Stack) -> None:
    browser = signed_in(stack)
    put_in_cart(stack, browser)
    answer = check_out(browser, card_number="4000003000000014")
    waiting = browser.get(answer.header("Location") or "").text
    door = re.search(r'href="(/sandbox/confirmations/[^"]+)"', waiting)
    assert door and "Is it you who pays?" in browser.get(door[1]).text
    back = browser.post(door[1], answer="agree").header("Location") or ""
    path = "/" + back.split("/", 3)[3]
    assert "/purchases/" in browser.open(path).text


def test_who_reads_the_log_cannot_confirm_a_payment(stack: Stack, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    browser = signed_in(stack)
    put_in_cart(stack, browser)
    place = check_out(browser, card_number="4000003000000014").header("Location") or ""
    door = re.search(r'href="(/sandbox/confirmations/[^"]+)"', browser.get(place).text)
    assert door and browser.get(door[1]).status == 200
    stack.application.stop()
    log = capfdbinary.readouterr().out
    assert b"/sandbox/confirmations/{secret}" in log
    assert door[1].encode() not in log


def test_money_for_an_order_that_had_ended_is_not_called_a_purchase(stack: Stack) -> None:
    browser = signed_in(stack)
    put_in_cart(stack, browser)
    place = check_out(browser, card_number="4000003000000014").header("Location") or ""
    door = re.search(r'href="(/sandbox/confirmations/[^"]+)"', browser.get(place).text)
    purchase = re.search(r'href="(/purchases/[0-9a-z]{13})"', browser.get("/purchases").text)
    assert door and purchase
    browser.post(f"{purchase[1]}/moves/cancel")
    browser.post(door[1], answer="agree")
    browser.open(f"{place}/back")
    assert "The money goes back to you." in browser.open(place).text


def test_a_declined_card_leads_to_another_try(stack: Stack) -> None:
    browser = signed_in(stack)
    put_in_cart(stack, browser)
    place = check_out(browser, card_number="4000002000000024").header("Location") or ""
    page = browser.get(place).text
    assert "There is not enough money on the account." in page
    again = {name: FORM[name] for name in FORM if name.startswith("card")} | {"attempt": hidden(page, "attempt")}
    assert browser.submit(place, **again).status == 200
    assert "/purchases/" in browser.get(place).text


def test_pages_of_somebody_else_are_not_there(stack: Stack) -> None:
    browser = signed_in(stack)
    put_in_cart(stack, browser)
    place = check_out(browser).header("Location") or ""
    assert signed_in(stack, "eve@example.org").get(place).status == 404
    assert stack.browser().get(place).status == 303


def test_goods_are_found_looked_at_and_bought(stack: Stack) -> None:
    stall = stack.stall()
    listing = stall.sell("Blue mug")
    browser = stack.browser()
    for path in (
        "/",
        "/search?q=blue",
        "/search?q=bleu+mgu&sort=price_up&min=1&max=900",
        "/category/cups",
        "/search?f.color=Blue",
    ):
        assert browser.get(path).status == 200, path
    assert "Blue mug" in browser.get("/search?q=mug").text
    assert browser.get("/search/suggest?q=bl").json[0]["text"] == "Blue mug"
    page = browser.open(f"/item/{ids.encode(listing)}")
    assert "Blue mug" in page.text
    assert browser.submit("/cart/lines", variant=hidden(page.text, "variant"), quantity="1").status == 200


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=" + "x" * 3000,
        "q=%22%28%29*",
        "min=abc&max=-1",
        "after=nonsense",
        "f.=x",
        "sort=evil",
        "q=🫖",
        "category=none",
    ],
)
def test_no_question_breaks_search(stack: Stack, query: str) -> None:
    assert stack.browser().get(f"/search?{query}").status < 500


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_away_to_another_site(stack: Stack, back: str) -> None:
    member(stack.app.store, "ada@example.org")
    answer = stack.browser().post("/sign-in", email="ada@example.org", password=PASSWORD, next=back)
    assert answer.header("Location") == "/"


def test_where_a_parcel_never_came_buyer_and_seller_say_what_they_know_and_the_market_decides(stack: Stack) -> None:
    cleo, root = seller(stack), one_of_the_team(stack)
    deal = sold(stack, cleo.stall)
    ines = desk.signed_in(stack, deal.buyer_id)
    stack.world.move(deal, "send", carrier="Post", parcel="1Z")
    bought, sale, order = (desk.path(start, deal.id) for start in ("/purchases", "/selling/orders", "/admin/orders"))
    assert "Reported as not arrived" in ines.submit(f"{bought}/moves/report_missing").text
    assert "Send it again" in cleo.browser.get(sale).text
    assert cleo.browser.post(f"{sale}/moves/contest_missing", reason=" ").status == 422
    assert cleo.browser.post(f"{sale}/moves/contest_missing", reason="There is a signature").status == 303
    assert ines.post(f"{bought}/moves/add_evidence", reason="It is not mine").status == 303
    assert all(words in cleo.browser.get(sale).text for words in ("There is a signature", "It is not mine"))
    assert "1 order waits for your decision" in root.get("/admin").text
    assert root.post(f"{order}/moves/decide_for_buyer", reason="It is not hers").status == 303
    assert "1 order waits" not in root.get("/admin").text
    stack.work()
    page = ines.get(bought).text
    assert "Your money is on its way back to you." in page
    assert "It is not hers" in page
    assert stack.lies() == {}
