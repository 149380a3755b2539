"""Money, coupons, ways of sending and the sign of a shop."""

from __future__ import annotations

from tests.support.desk import path, seller, sold
from tests.support.forms import form_of
from tests.support.stack import Stack

from haat.kernel import clock
from haat.market.accounts.shop import get_shop
from haat.market.deals import coupon, shipping
from haat.market.payments import payout


def test_what_was_earned_stands_in_balance_statement_and_payouts(stack: Stack) -> None:
    mine = seller(stack)
    deal = sold(stack, mine.stall, price=10_000)
    assert "Nothing earned yet" in mine.browser.get("/selling/money").text
    stack.world.move(deal, "send", "deliver", "complete", carrier="DHL", parcel="1")
    page = mine.browser.get("/selling/money").text
    assert page.count("€90.00") >= 2
    assert path("/selling/orders", deal.id) in page
    payout.claim_all(stack.app.store)
    stack.work()
    page = mine.browser.get("/selling/money").text
    assert "-€90.00" in page and "Sent" in page


def test_a_shop_that_owes_is_told_so(stack: Stack) -> None:
    mine = seller(stack)
    deal = sold(stack, mine.stall, price=10_000)
    stack.world.move(deal, "send", "deliver", "complete", carrier="DHL", parcel="1")
    payout.claim_all(stack.app.store)
    stack.world.move(deal, "refund", reason="It was broken")
    assert "you owe this to the market" in mine.browser.get("/selling/money").text


def test_a_coupon_is_made_and_ended(stack: Stack) -> None:
    mine = seller(stack)
    typed = {"code": "spring-7", "amount": "7,5", "kind": "percent", "least": "20", "most_uses": "3"}
    assert "SPRING-7" in mine.browser.submit("/selling/coupons", **typed).text
    (made,) = coupon.of_shop(stack.app.store, mine.stall.shop_id)
    assert (made.basis_points, made.least, made.most_uses, made.ends_at) == (750, 2000, 3, None)
    assert mine.browser.post(path("/selling/coupons", made.id, "/end")).status == 303
    (ended,) = coupon.of_shop(stack.app.store, mine.stall.shop_id)
    assert ended.ends_at is not None and ended.ends_at <= clock.now()


def test_a_coupon_that_cannot_be_is_refused_field_by_field(stack: Stack) -> None:
    mine = seller(stack)
    typed = {"code": "?", "amount": "120", "kind": "percent", "last_day": "2001-01-01"}
    answer = mine.browser.post("/selling/coupons", **typed)
    assert answer.status == 422
    assert 'id="e-amount"' in answer.text and 'id="e-last_day"' in answer.text
    assert form_of(answer.text, "/selling/coupons")["code"] == "?"
    taken = {"code": "TWICE", "amount": "5", "kind": "amount"}
    assert mine.browser.post("/selling/coupons", **taken).status == 303
    assert 'id="e-code"' in mine.browser.post("/selling/coupons", **taken).text


def test_the_coupon_of_another_shop_cannot_be_ended(stack: Stack) -> None:
    mine, other = seller(stack), seller(stack, "Oakline")
    mine.browser.post("/selling/coupons", code="MINE", amount="5", kind="amount")
    (made,) = coupon.of_shop(stack.app.store, mine.stall.shop_id)
    assert "There is no such coupon" in other.browser.submit(path("/selling/coupons", made.id, "/end")).text
    assert coupon.of_shop(stack.app.store, mine.stall.shop_id) == [made]


def test_a_way_of_sending_is_offered_and_ended(stack: Stack) -> None:
    mine = seller(stack)
    for old in shipping.of_shop(stack.app.store, mine.stall.shop_id):
        shipping.end(stack.app.store, mine.stall.shop_id, old.id)
    assert "Nobody can buy from you" in mine.browser.get("/selling/shipping").text
    typed = {"name": "Letter", "price": "2.90", "free_from": "", "days_min": "2", "days_max": "4", "reach": "some"}
    answer = mine.browser.post("/selling/shipping", **typed, countries=["DE", "AT"])
    assert answer.status == 303
    (way,) = shipping.of_shop(stack.app.store, mine.stall.shop_id)
    assert (way.name, way.price, way.free_from, way.countries) == ("Letter", 290, None, "AT DE")
    assert "Austria, Germany" in mine.browser.get("/selling/shipping").text
    assert mine.browser.post(path("/selling/shipping", way.id, "/end")).status == 303
    assert shipping.of_shop(stack.app.store, mine.stall.shop_id) == []


def test_a_way_of_sending_that_cannot_be_is_refused_with_all_that_was_typed(stack: Stack) -> None:
    mine = seller(stack)
    before = shipping.of_shop(stack.app.store, mine.stall.shop_id)
    typed = {"name": "", "price": "free", "days_min": "9", "days_max": "2", "reach": "some"}
    answer = mine.browser.post("/selling/shipping", **typed)
    assert answer.status == 422
    assert 'id="e-price"' in answer.text and 'id="e-countries"' in answer.text
    assert form_of(answer.text, "/selling/shipping")["price"] == "free"
    assert shipping.of_shop(stack.app.store, mine.stall.shop_id) == before


def test_the_sign_is_changed_and_its_address_stays(stack: Stack) -> None:
    mine = seller(stack)
    fields = form_of(mine.browser.get("/selling/shop").text, "/selling/shop")
    slug = get_shop(stack.app.store, mine.stall.shop_id).slug
    assert mine.browser.send("/selling/shop", {**fields, "name": "Clay & Salt"}).status == 303
    after = get_shop(stack.app.store, mine.stall.shop_id)
    assert (after.name, after.slug) == ("Clay & Salt", slug)
    late = mine.browser.send("/selling/shop", {**fields, "name": "Another"})
    assert late.status == 409
    assert form_of(late.text, "/selling/shop")["name"] == "Another"
    assert get_shop(stack.app.store, mine.stall.shop_id).name == "Clay & Salt"
