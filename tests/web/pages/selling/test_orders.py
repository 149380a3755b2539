"""Orders: a list to work through, and each with what its seller can do now."""

from __future__ import annotations

import re

from tests.support.desk import path, seller, sold, somebody
from tests.support.forms import form_of
from tests.support.stack import Stack

from haat.kernel import clock, ids
from haat.market.deals.deal import get
from haat.market.deals.tables import deals
from haat.market.payments import refund
from haat.web.pages.desk import PAGE


def test_a_parcel_is_sent_with_its_carrier_and_number(stack: Stack) -> None:
    mine = seller(stack)
    deal = sold(stack, mine.stall)
    order = path("/selling/orders", deal.id)
    page = mine.browser.get(order).text
    assert set(form_of(page, f"{order}/moves/send")) == {"carrier", "parcel"}
    answer = mine.browser.submit(f"{order}/moves/send", carrier="DHL", parcel="0034")
    assert "On its way" in answer.text and "0034" in answer.text
    assert get(stack.app.store, deal.id).state == "sent"


def test_what_a_move_lacks_is_named_and_nothing_typed_is_lost(stack: Stack) -> None:
    mine = seller(stack)
    deal = sold(stack, mine.stall)
    order = path("/selling/orders", deal.id)
    answer = mine.browser.post(f"{order}/moves/send", carrier="DHL", parcel=" ")
    assert answer.status == 422
    assert 'href="#f-send-parcel"' in answer.text
    assert form_of(answer.text, f"{order}/moves/send")["carrier"] == "DHL"
    assert get(stack.app.store, deal.id).state == "paid"


def test_a_part_is_refunded_in_major_units(stack: Stack) -> None:
    mine = seller(stack)
    deal = sold(stack, mine.stall, price=2000)
    order = path("/selling/orders", deal.id)
    assert mine.browser.post(f"{order}/moves/refund_part", amount="2,50", reason="A scratch").status == 303
    assert [one.amount for one in refund.of_deal(stack.app.store, deal.id)] == [250]


def test_more_than_was_paid_is_refused_beside_what_was_typed(stack: Stack) -> None:
    mine = seller(stack)
    deal = sold(stack, mine.stall, price=2000)
    order = path("/selling/orders", deal.id)
    for typed in ("999", "ten"):
        answer = mine.browser.post(f"{order}/moves/refund_part", amount=typed, reason="A scratch")
        assert answer.status == 422
        assert form_of(answer.text, f"{order}/moves/refund_part") == {"amount": typed, "reason": "A scratch"}
    assert refund.of_deal(stack.app.store, deal.id) == []


def test_the_same_field_of_two_moves_has_two_names_on_the_page(stack: Stack) -> None:
    mine = seller(stack)
    deal = sold(stack, mine.stall)
    found = re.findall(r' id="([^"]+)"', mine.browser.get(path("/selling/orders", deal.id)).text)
    assert len(found) == len(set(found))


def test_nobody_sees_or_moves_the_order_of_another_shop(stack: Stack) -> None:
    mine, other = seller(stack), seller(stack, "Oakline")
    order = path("/selling/orders", sold(stack, mine.stall).id)
    assert other.browser.get(order).status == 404
    assert other.browser.get(f"{order}/slip").status == 404
    assert other.browser.post(f"{order}/moves/send", carrier="DHL", parcel="1").status == 404
    assert somebody(stack).post(f"{order}/moves/send", carrier="DHL", parcel="1").status == 403


def test_nothing_moves_by_looking(stack: Stack) -> None:
    mine = seller(stack)
    deal = sold(stack, mine.stall)
    assert mine.browser.get(path("/selling/orders", deal.id, "/moves/send")).status == 405
    assert get(stack.app.store, deal.id).state == "paid"


def test_a_move_that_is_not_possible_now_says_so(stack: Stack) -> None:
    mine = seller(stack)
    deal = sold(stack, mine.stall)
    answer = mine.browser.post(path("/selling/orders", deal.id, "/moves/take_back"))
    assert answer.status == 422
    assert "is not possible now" in answer.text


def test_the_money_says_where_it_is_and_what_the_seller_gets(stack: Stack) -> None:
    mine = seller(stack)
    deal = sold(stack, mine.stall, price=10_000)
    page = mine.browser.get(path("/selling/orders", deal.id)).text
    assert "Held by the market" in page
    assert "€90.00" in page  # 100 less 10 % commission; the sender's price and tax have a line of their own


def test_the_slip_has_the_address_and_what_is_in_the_parcel(stack: Stack) -> None:
    mine = seller(stack)
    page = mine.browser.get(path("/selling/orders", sold(stack, mine.stall, pieces=2).id, "/slip")).text
    assert "Main Street 1" in page and "Austria" in page
    assert "Blue mug" in page


def test_each_tab_shows_its_orders(stack: Stack) -> None:
    mine = seller(stack)
    to_send = sold(stack, mine.stall, title="To send")
    sent = stack.world.move(sold(stack, mine.stall, title="Sent"), "send", carrier="DHL", parcel="1")
    done = stack.world.move(sold(stack, mine.stall, title="Done"), "call_off", reason="Broken")
    for tab, shown in {"todo": [to_send], "open": [sent], "done": [done], "all": [to_send, sent, done]}.items():
        page = mine.browser.get(f"/selling/orders?show={tab}").text
        assert set(re.findall(r'class="title cover" href="/selling/orders/(\w+)"', page)) == {
            ids.encode(deal.id) for deal in shown
        }


def test_a_long_list_goes_on_where_it_stopped(stack: Stack) -> None:
    mine = seller(stack)
    first = sold(stack, mine.stall, pieces=1)
    copies = [first.id + number for number in range(1, PAGE + 1)]

    def copy(tx) -> None:  # type: ignore[no-untyped-def]
        row = tx.first(deals.select().where(deals.c.id == first.id))
        for number, id_ in enumerate(copies):
            values = dict(zip(deals.c.keys(), row, strict=True)) | {"id": id_, "due_at": clock.now() + number}
            tx.insert(deals, **values)

    stack.app.store.write(copy)
    seen: list[str] = []
    onward = "/selling/orders"
    while onward:
        page = mine.browser.get(onward).text
        seen += re.findall(r'class="title cover" href="/selling/orders/(\w+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        onward = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == PAGE + 1
