"""Hiring on pages, without a script: an owner sets it up, a hirer looks, books, and both hand it to and fro."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from tests.support.browser import Answer, Browser
from tests.support.desk import Seller, path, seller, somebody
from tests.support.forms import form_of
from tests.support.stack import ALL_KINDS, Stack

from haat.kernel import clock, ids
from haat.kernel.clock import DAY, HOUR
from haat.kernel.zone import zone_of
from haat.market.catalogue.stand_out import stand_out
from haat.market.deals import deal as dealing
from haat.market.deals import queries
from haat.market.deals.deal import Deal
from haat.market.hire.equipment import equipment
from haat.market.hire.period import date_of

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

HERE = zone_of("Europe/Berlin")  # where the market of these tests is


@pytest.fixture
def mine(stack: Stack) -> Seller:
    return seller(stack)


def day(number: int) -> str:
    return date_of(HERE.day_of(clock.now()) + number)


def set_up(mine: Seller, **changes: str) -> int:
    """An owner makes a listing for hire on the pages: 10.00 a day, a deposit of 50.00, two units; it is on sale then."""
    category = ids.encode(mine.stall.category("Tools"))
    begun = mine.browser.post("/selling/listings", title="Digger", category=category, kind="equipment")
    listing = (begun.header("Location") or "").rpartition("/")[2]
    listing_id, hire = ids.decode(listing), f"/selling/listings/{listing}/hire"
    fields = {"per": "day", "price-day": "10.00", "deposit": "50", "least": "1", "ahead": "0", "gap": "0"} | changes
    assert mine.browser.submit(hire, **fields).status == 200
    for name in ("Yellow", "Red"):
        assert "There is one more of it." in mine.browser.submit(f"{hire}/units", name=name).text
    editor = f"/selling/listings/{listing}"
    page = mine.browser.get(editor).text
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    put_up = mine.browser.submit(editor, seen=seen[1], title="Digger", category=category, do="publish")
    assert "It is saved, and on sale." in put_up.text
    return listing_id


def book(hirer: Browser, listing_id: int, **changes: str) -> Answer:
    listing = ids.encode(listing_id)
    chosen = {"start": day(3), "end": day(5), "quantity": "1"}
    page = hirer.get(f"/hire/{listing}?start={day(3)}&end={day(5)}&quantity=1").text
    key, total = (re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("key", "total"))
    assert key and total, page
    return hirer.submit(f"/hire/{listing}", **(FORM | chosen | {"key": key[1], "total": total[1]} | changes))


def deals_of(stack: Stack, listing_id: int) -> tuple[Deal, Deal]:
    rows = stack.app.store.read(queries.RIVALS, listing_id=listing_id, process="hire", but=0)
    hire = dealing.get(stack.app.store, rows[0][0])
    (deposit,) = dealing.children(stack.app.store, hire.id)
    return hire, deposit


def test_an_owner_sets_up_what_is_for_hire_and_everybody_sees_it(stack: Stack, mine: Seller) -> None:
    listing_id = set_up(mine)
    page = stack.browser().open(f"/item/{ids.encode(listing_id)}").text
    assert "Digger" in page and "€10.00" in page and "Deposit for each" in page
    assert page.count("2 free") >= 1
    assert 'class="calendar"' in page


def test_what_is_wrong_with_prices_stands_beside_them(mine: Seller) -> None:
    category = ids.encode(mine.stall.category("Tools"))
    begun = mine.browser.post("/selling/listings", title="Digger", category=category, kind="equipment")
    answer = mine.browser.post(f"{begun.header('Location')}/hire", **{"per": "day", "price-day": "", "deposit": "x"})
    assert answer.status == 422
    assert "such as 12.50" in answer.text
    answer = mine.browser.post(f"{begun.header('Location')}/hire", **{"per": "day", "price-day": "", "deposit": "1"})
    assert answer.status == 422 and 'href="#f-price-day"' in answer.text


def test_units_are_renamed_and_taken_off_and_days_closed_and_opened(stack: Stack, mine: Seller) -> None:
    listing_id = set_up(mine)
    hire = f"{path('/selling/listings', listing_id)}/hire"
    first, second = (unit.id for unit in equipment(stack.app.store, listing_id).units)
    assert 'value="Blue"' in mine.browser.submit(f"{hire}/units/{ids.encode(first)}", name="Blue").text
    mine.browser.submit(f"{hire}/units/{ids.encode(second)}", name="Red", do="retire")
    assert [unit.name for unit in equipment(stack.app.store, listing_id).offered] == ["Blue"]
    mine.browser.submit(f"{hire}/closed", first=day(3), last=day(4))
    mine.browser.submit(f"{hire}/closed", first=day(3), do="open")
    assert equipment(stack.app.store, listing_id).closed_days == {HERE.day_of(clock.now()) + 4}


def test_a_visitor_sees_what_a_period_costs_and_what_is_wrong_with_it(stack: Stack, mine: Seller) -> None:
    listing = ids.encode(set_up(mine))
    visitor = stack.browser()
    page = visitor.open(f"/item/{listing}").text
    here = re.search(r'action="(/item/[^"]+)"', page)
    assert here
    quoted = visitor.get(f"{here[1]}?start={day(3)}&end={day(5)}&quantity=2").text
    assert "It is free" in quoted and "6 × Day at €10.00" in quoted and "Deposit, which comes back" in quoted
    assert f"/hire/{listing}?" in quoted
    wrong = visitor.get(f"{here[1]}?start={day(5)}&end={day(3)}&quantity=1").text
    assert "It ends before it begins." in wrong
    many = visitor.get(f"{here[1]}?start={day(3)}&end={day(5)}&quantity=3").text
    assert "2 units are free in all of it." in many
    assert visitor.get(f"{here[1]}?month=2031-02").text.count('<time datetime="2031-02-') == 28
    assert visitor.get(f"{here[1]}?month=never").status == 200


def test_hours_are_those_of_the_market_and_a_change_of_its_clocks_is_said(stack: Stack, mine: Seller) -> None:
    listing = ids.encode(set_up(mine, **{"per": "hour", "price-hour": "2.00", "deposit": "0"}))
    visitor = stack.browser()
    page = visitor.open(f"/item/{listing}").text
    here = re.search(r'action="(/item/[^"]+)"', page)
    assert here and "Full hours, Berlin time." in page
    for start, end, said in (
        ("2030-05-06T09:00", "2030-05-06T12:00", "May 6, 2030, 9:00\u202fAM CEST"),
        ("2030-03-31T01:00", "2030-03-31T04:00", "The hour that they jump over costs nothing."),
        ("2030-10-27T01:00", "2030-10-27T04:00", "is yours twice, and costs once."),
        ("2030-03-31T02:00", "2030-03-31T04:00", "the clocks are put forward over it"),
    ):
        assert said in visitor.get(f"{here[1]}?start={start}&end={end}&quantity=1").text
    assert "The clocks" not in visitor.get(f"{here[1]}?start=2030-05-06T09:00&end=2030-05-06T12:00&quantity=1").text
    changed = visitor.get(f"{here[1]}?start=2030-03-31T03:00&end=2030-03-31T05:00&quantity=1").text
    assert '<span class="num">01:00</span>' in changed and '<span class="num">02:00</span>' not in changed


def test_the_first_day_is_chosen_in_the_calendar_and_then_the_last(stack: Stack, mine: Seller) -> None:
    here = f"/item/{ids.encode(set_up(mine))}/digger"
    visitor = stack.browser()
    picked = visitor.get(f"{here}?quantity=2&month=2031-02").text
    assert f'href="{here}?quantity=2&amp;start=2031-02-03&amp;end=2031-02-03#when"' in picked
    picked = visitor.get(f"{here}?quantity=2&start=2031-02-03&end=2031-02-03").text
    assert f'href="{here}?quantity=2&amp;start=2031-02-03&amp;end=2031-02-05#when"' in picked
    assert "start=2031-02-01&amp;end=2031-02-01#when" in picked, "an earlier day begins anew"
    picked = visitor.get(f"{here}?quantity=2&start=2031-02-03&end=2031-02-05").text
    assert "start=2031-02-06&amp;end=2031-02-06#when" in picked


def test_a_hirer_books_pays_and_follows_it(stack: Stack, mine: Seller) -> None:
    listing_id = set_up(mine)
    hirer = somebody(stack)
    done = book(hirer, listing_id)
    assert "Thank you, it is paid" in done.text and "It is yours." in done.text
    hire, deposit = deals_of(stack, listing_id)
    page = hirer.get(path("/purchases", hire.id)).text
    assert "Booked and paid" in page and "Deposit held" in page
    assert "Cancel, and get everything back" in page and "Possible until" in page
    assert "The owner can:" in page
    assert "Part of “Digger”" in hirer.get(path("/purchases", deposit.id)).text
    assert stack.lies() == {}


def test_a_card_that_is_wrong_loses_nothing_that_was_typed(stack: Stack, mine: Seller) -> None:
    answer = book(somebody(stack), set_up(mine), card_number="1234")
    assert answer.status == 422 and 'value="Main Street 1"' in answer.text and 'href="#f-card_number"' in answer.text


def test_who_comes_too_late_is_sent_back_to_the_calendar_with_a_word(stack: Stack, mine: Seller) -> None:
    listing_id = set_up(mine)
    for email in ("one@example.org", "two@example.org"):
        assert "it is paid" in book(somebody(stack, email), listing_id).text
    late = somebody(stack, "late@example.org")
    page = late.open(f"/hire/{ids.encode(listing_id)}?start={day(4)}&end={day(4)}&quantity=1")
    assert "No unit is free in all of it." in page.text and 'class="calendar"' in page.text


def test_it_is_handed_over_with_photos_that_nobody_else_sees(stack: Stack, mine: Seller) -> None:
    listing_id = set_up(mine)
    hirer = somebody(stack)
    book(hirer, listing_id)
    hire, deposit = deals_of(stack, listing_id)
    order = path("/selling/orders", hire.id)
    assert "Hand it over" in mine.browser.get("/selling/orders").text
    empty = mine.browser.post(f"{order}/moves/hand_over", note="")
    assert empty.status == 422 and "hand_over-note" in empty.text
    file = BytesIO()
    Image.new("RGB", (400, 300), "red").save(file, "PNG")
    shown = ("photos", "digger.png", file.getvalue())
    assert mine.browser.send(f"{order}/moves/hand_over", {"note": "Scratch on the left"}, [shown]).status == 303
    page = hirer.get(path("/purchases", hire.id)).text
    href = re.search(r'src="(/purchases/[^"]+/photos/[0-9a-f]{64})"', page)
    assert href and "Scratch on the left" in page
    assert hirer.get(href[1]).header("Content-Type") == "image/webp"
    assert somebody(stack, "eve@example.org", "Eve").get(href[1]).status == 404
    assert stack.browser().get(href[1]).status in (302, 303, 401, 403)
    hirer.submit(f"{path('/purchases', hire.id)}/moves/bring_back")
    back = mine.browser.submit(f"{order}/moves/take_back")
    assert "It is done. The hire is: Back, and done." in back.text
    assert "Ask for a part of it" in back.text  # the deposit, on the page of its hire
    claim = f"{path('/selling/orders', deposit.id)}/moves/claim"
    claimed = mine.browser.submit(claim, amount="9.00", note="A dent").text
    assert "Back, and done" in claimed and "It is now: Deposit: part asked for." in claimed
    agreed = hirer.submit(f"{path('/purchases', deposit.id)}/moves/accept").text
    assert "Deposit settled" in agreed
    stack.work()
    assert stack.lies() == {}


def test_what_is_free_on_some_days_is_found_and_what_is_not_is_not(stack: Stack, mine: Seller) -> None:
    listing_id = set_up(mine)
    visitor = stack.browser()
    days = f"free_from={day(4)}&free_until={day(6)}"
    assert f"/digger?start={day(4)}&amp;end={day(6)}" in visitor.get(f"/search?{days}").text
    for email in ("one@example.org", "two@example.org"):
        book(somebody(stack, email), listing_id)
    there = somebody(stack, "three@example.org")
    assert "Digger" not in there.get(f"/search?{days}").text
    assert "Digger" in there.get(f"/search?free_from={day(6)}").text
    assert "Free for hire" in there.get("/category/tools").text
    wrong = there.get(f"/search?free_from={day(6)}&free_until={day(4)}").text
    assert "Choose days, the first one first." in wrong
    found = stack.browser().get(f"/api/v1/search?free_from={day(4)}&free_until={day(6)}").json
    assert found["items"] == []
    assert len(stack.browser().get(f"/api/v1/search?free_from={day(6)}").json["items"]) == 1


def test_what_is_hired_out_by_the_hour_is_free_for_the_whole_days_that_were_searched_for(
    stack: Stack, mine: Seller
) -> None:
    listing_id = set_up(mine, per="hour", **{"price-day": "", "price-hour": "2.00"})
    page = f"/item/{ids.encode(listing_id)}/digger?start={day(4)}&end="
    assert "24 × Hour at €2.00" in stack.browser().get(f"{page}{day(4)}").text
    assert "48 × Hour at €2.00" in stack.browser().get(f"{page}{day(5)}").text
    assert stack.browser().get(f"{page}9999-12-31").status == 200


def test_a_whole_day_is_hired_by_the_hour_where_the_clocks_jump_over_its_midnight(
    lay_database: Callable[[Path], None], tmp_path: Path
) -> None:
    lay_database(tmp_path)
    stack = Stack(tmp_path, {**ALL_KINDS, "HAAT_MARKET__TIME_ZONE": "Africa/Cairo"})
    try:
        with clock.frozen(1_902_700_800_000):  # 2030-04-18; on 2030-04-26 there are the clocks jump from 00:00 to 01:00
            listing_id = set_up(seller(stack), per="hour", **{"price-day": "", "price-hour": "2.00", "deposit": "0"})
            listing, hirer = ids.encode(listing_id), somebody(stack)
            for day, hours, typed in (
                ("2030-04-25", 24, ("2030-04-25T00:00", "2030-04-26T01:00")),
                ("2030-04-26", 23, ("2030-04-26T01:00", "2030-04-27T00:00")),
            ):
                page = hirer.open(f"/item/{listing}?start={day}&end={day}&quantity=1").text
                page = hirer.get(f"/item/{listing}/digger?start={day}&end={day}&quantity=1").text
                assert f"{hours} × Hour at €2.00" in page
                assert all(f'value="{text}"' in page for text in typed)
                assert (
                    f"{hours} × Hour at €2.00"
                    in hirer.get(f"/item/{listing}/digger?start={typed[0]}&end={typed[1]}").text
                )
                form = form_of(hirer.get(f"/hire/{listing}?start={day}&end={day}&quantity=1").text, f"/hire/{listing}")
                paid = hirer.open(hirer.post(f"/hire/{listing}", **form | FORM).header("Location") or "")
                assert "Thank you, it is paid" in paid.text
            rows = stack.app.store.read(queries.RIVALS, listing_id=listing_id, process="hire", but=0)
            first, second = sorted((dealing.get(stack.app.store, row[0]) for row in rows), key=lambda deal: deal.id)
            assert first.ends_at == second.starts_at and second.ends_at == second.starts_at + 23 * HOUR
            assert stack.lies() == {}
    finally:
        stack.close()


def test_what_is_promoted_is_asked_for_the_days_that_were_searched_for(stack: Stack, mine: Seller) -> None:
    listing_id = set_up(mine)
    catalogue = stack.app.catalogue
    stack.app.store.write(lambda tx: stand_out(tx, catalogue, listing_id, tx.now + DAY))
    page = stack.browser().get(f"/search?free_from={day(4)}&free_until={day(6)}").text
    assert "Promoted by their owners" in page
    assert f"/digger?start={day(4)}&amp;end={day(6)}" in page


def test_where_nothing_is_for_hire_nobody_is_asked_for_days(stack: Stack, mine: Seller) -> None:
    mine.stall.sell("Blue mug")
    assert "Free for hire" not in stack.browser().get("/search").text
