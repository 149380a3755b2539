"""Hiring through the API: setting up, looking, booking, handing over, bringing back."""

from __future__ import annotations

import io
from typing import Any

import pytest
from msgspec import to_builtins
from PIL import Image

from haat.kernel import clock
from haat.kernel.zone import zone_of
from haat.market.hire.period import date_of
from tests.support.browser import Answer, Browser
from tests.support.stack import Stack
from tests.support.world import ADDRESS
from tests.web.api.acts import CARD, draft, got, made

HERE = zone_of("Europe/Berlin")  # where the market of these tests is


def day(number: int) -> str:
    """So many days from now."""
    return date_of(HERE.day_of(clock.now()) + number)


def for_hire(seller: Browser, category: str, units: int = 2, **terms: Any) -> str:
    """Something for hire at 10.00 a day and 50.00 a week, with a deposit of 50.00; its id."""
    listing: str = draft(seller, category, "Digger", kind="equipment")["id"]
    said = {"per": "day", "prices": {"day": 1000, "week": 5000}, "deposit": 5000} | terms
    assert seller.call("PUT", f"/api/v1/shop/listings/{listing}/hire", said).status == 200
    for number in range(units):
        made(seller, f"/shop/listings/{listing}/units", name=f"SN-{number}")
    on_sale = seller.call("PUT", f"/api/v1/shop/listings/{listing}/state", {"state": "active"})
    assert on_sale.status == 200, on_sale.text
    return listing


def book(hirer: Browser, listing: str, first: int, last: int, *, key: str = "booking-1", **more: Any) -> Answer:
    body = {"key": key, "listing": listing, "start": day(first), "end": day(last), "card": CARD}
    return hirer.call("POST", "/api/v1/hires", body | {"address": to_builtins(ADDRESS)} | more)


def booked(hirer: Browser, listing: str, first: int = 3, last: int = 5, **more: Any) -> tuple[str, str]:
    """A hire and its deposit, paid."""
    answer = book(hirer, listing, first, last, **more)
    assert answer.json["payment"] == "paid", answer.text
    hire, deposit = (deal["id"] for deal in answer.json["deals"])
    return hire, deposit


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "teal").save(out, "PNG")
    return out.getvalue()


def test_equipment_is_not_for_hire_before_prices_and_units_are_said(seller: Browser, category: str) -> None:
    listing = draft(seller, category, "Digger", kind="equipment")["id"]
    refused = seller.call("PUT", f"/api/v1/shop/listings/{listing}/state", {"state": "active"})
    assert refused.status == 422 and refused.json["fields"].keys() >= {"prices", "units"}


def test_an_owner_sets_it_up_and_reads_it_again(seller: Browser, category: str) -> None:
    listing = for_hire(seller, category, least=2, gap=1, closed=[7])
    setup = got(seller, f"/shop/listings/{listing}/hire")
    assert (setup["prices"], setup["least"], setup["gap"], setup["closed"]) == (
        {"day": 1000, "week": 5000},
        2,
        1,
        [7],
    )
    unit = setup["units"][0]["id"]
    path = f"/api/v1/shop/listings/{listing}"
    assert seller.call("PATCH", f"{path}/units/{unit}", {"name": "Yellow"}).json["units"][0]["name"] == "Yellow"
    assert seller.call("DELETE", f"{path}/units/{unit}").json["units"][0]["retired_at"]
    closed = seller.call("POST", f"{path}/closed-days", {"first": day(4), "last": day(5)})
    assert closed.json["closed_days"] == [day(4), day(5)]
    assert seller.call("DELETE", f"{path}/closed-days/{day(4)}").json["closed_days"] == [day(5)]


def test_somebody_else_s_equipment_is_not_there(seller: Browser, rival: Browser, category: str) -> None:
    listing = for_hire(seller, category)
    for method, path, body in (
        ("GET", "hire", None),
        ("PUT", "hire", {"per": "day", "prices": {"day": 1}}),
        ("POST", "units", {"name": "Mine"}),
        ("POST", "closed-days", {"first": day(1), "last": day(2)}),
    ):
        assert rival.call(method, f"/api/v1/shop/listings/{listing}/{path}", body).status == 404


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"prices": {}}, "price.day"),
        ({"prices": {"day": 100, "year": 1}}, "prices"),
        ({"closed": list(range(1, 8))}, "closed"),
    ],
)
def test_terms_that_cannot_be_are_refused_by_field(
    seller: Browser, category: str, said: dict[str, Any], field: str
) -> None:
    listing = draft(seller, category, "Digger", kind="equipment")["id"]
    body = {"per": "day", "prices": {"day": 100}} | said
    answer = seller.call("PUT", f"/api/v1/shop/listings/{listing}/hire", body)
    assert answer.status == 422 and field in answer.json["fields"]


def test_the_calendar_says_how_many_are_free_on_each_day(
    stack: Stack, seller: Browser, buyer: Browser, category: str
) -> None:
    listing = for_hire(seller, category)
    booked(buyer, listing, 3, 5)
    anybody = stack.browser()
    found = got(anybody, f"/listings/{listing}/availability?first={day(2)}&last={day(6)}")
    assert (found["per"], found["units"], [slot["free"] for slot in found["slots"]]) == ("day", 2, [2, 1, 1, 1, 2])
    assert anybody.get(f"/api/v1/listings/{listing}/availability?first={day(2)}&last={day(90)}").status == 422


def test_a_day_in_which_clocks_are_changed_has_the_hours_that_it_has(
    stack: Stack, seller: Browser, category: str
) -> None:
    listing = for_hire(seller, category, per="hour", prices={"hour": 200}, deposit=0)
    anybody = stack.browser()
    for changed, count in (("2030-03-31", 23), ("2030-10-27", 24), ("2030-10-28", 24)):
        found = got(anybody, f"/listings/{listing}/availability?first={changed}&last={changed}")
        assert (found["time_zone"], len(found["slots"])) == ("Europe/Berlin", count)
        assert [slot["at"] for slot in found["slots"]] == sorted({slot["at"] for slot in found["slots"]})
        for slot in found["slots"]:
            assert f"{HERE.local(slot['at']):%Y-%m-%dT%H:%M}" == slot["start"]
    nine = got(anybody, f"/listings/{listing}/hire?start=2030-05-06T09:00&end=2030-05-06T12:00")
    assert HERE.local(nine["starts_at"]).isoformat() == "2030-05-06T09:00:00+02:00"
    same = got(anybody, f"/listings/{listing}/hire?start=2030-05-06T07:00Z&end=2030-05-06T10:00Z")
    assert (same["starts_at"], same["ends_at"], same["rent"]) == (nine["starts_at"], nine["ends_at"], 600)
    night = f"/api/v1/listings/{listing}/hire?start=2030-03-31T02:00&end=2030-03-31T05:00"
    assert "put forward" in anybody.get(night).json["fields"]["start"]


def test_costs_are_reckoned_part_by_part(stack: Stack, seller: Browser, category: str) -> None:
    listing = for_hire(seller, category)
    costs = got(stack.browser(), f"/listings/{listing}/hire?start={day(1)}&end={day(9)}&quantity=2&country=PL")
    assert costs["parts"] == [
        {"rate": "week", "count": 1, "price": 5000},
        {"rate": "day", "count": 2, "price": 1000},
    ]
    assert (costs["rent"], costs["deposit"]) == (14_000, 10_000)
    assert costs["total"] == costs["rent"] + costs["tax"] + costs["deposit"]


def test_booking_twice_with_one_key_is_one_booking_and_what_is_taken_is_refused(
    seller: Browser, buyer: Browser, rival: Browser, category: str
) -> None:
    listing = for_hire(seller, category, units=1)
    first = book(buyer, listing, 3, 5)
    assert book(buyer, listing, 3, 5).json["id"] == first.json["id"]
    taken = book(rival, listing, 5, 6, key="booking-2")
    assert (taken.status, taken.json["code"]) == (409, "not_free")
    changed = book(rival, listing, 8, 9, key="booking-3", total=1)
    assert (changed.status, changed.json["code"]) == (409, "price_changed")


def test_a_hire_goes_from_booking_to_the_deposit_that_comes_back(
    stack: Stack, seller: Browser, buyer: Browser, rival: Browser, category: str
) -> None:
    listing = for_hire(seller, category)
    hire, deposit = booked(buyer, listing)
    seen = got(buyer, f"/purchases/{hire}")
    assert [child["id"] for child in seen["children"]] == [deposit]
    assert (seen["deal"]["state"], seen["by_itself"]["name"], seen["has_turn"]) == ("booked", "lapse", False)
    assert {"by": "seller", "name": "hand_over", "title": "Hand it over"} in seen["others"]
    kept = seller.ask("POST", f"/api/v1/shop/sales/{hire}/photos", photo(), "image/png")
    assert kept.status == 201, kept.text
    picture = kept.json["hash"]
    assert seller.get(f"/api/v1/shop/sales/{hire}/photos/{picture}").status == 404  # not shown with anything yet
    handed = seller.call("POST", f"/api/v1/shop/sales/{hire}/moves/hand_over", {"note": "As new", "photos": [picture]})
    assert handed.json["deal"]["state"] == "handed_over", handed.text
    shown = buyer.get(f"/api/v1/purchases/{hire}/photos/{picture}")
    assert (shown.status, shown.header("Content-Type")) == (200, "image/webp")
    assert rival.get(f"/api/v1/purchases/{hire}/photos/{picture}").status == 404
    assert stack.browser().get(f"/media/{picture[:2]}/{picture}-640.webp").status == 404
    buyer.call("POST", f"/api/v1/purchases/{hire}/moves/bring_back", {})
    seller.call("POST", f"/api/v1/shop/sales/{hire}/moves/take_back", {})
    claimed = seller.call("POST", f"/api/v1/shop/sales/{deposit}/moves/claim", {"amount": 900, "note": "A dent"})
    assert claimed.json["deal"]["state"] == "claimed"
    agreed = buyer.call("POST", f"/api/v1/purchases/{deposit}/moves/accept", {})
    assert (agreed.json["deal"]["state"], agreed.json["deal"]["refunded"]) == ("settled", 4100)
    stack.work()
    assert stack.lies() == {}


def test_both_sides_are_told_in_words(stack: Stack, seller: Browser, buyer: Browser, category: str) -> None:
    booked(buyer, for_hire(seller, category))
    stack.work()
    (told,) = got(buyer, "/account/notices")["items"][:1]
    assert "You have booked Digger" in str(told)
    assert "Booked: Digger" in str(got(seller, "/account/notices")["items"][0])


def test_a_photo_that_we_do_not_keep_is_no_photo(seller: Browser, buyer: Browser, category: str) -> None:
    hire, _ = booked(buyer, for_hire(seller, category))
    body = {"note": "As new", "photos": ["x"]}
    assert seller.call("POST", f"/api/v1/shop/sales/{hire}/moves/hand_over", body).status == 422
