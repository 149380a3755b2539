"""Selling through the API, as the program of a shop does."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from haat.kernel.errors import Refused
from haat.market.accounts.shop import shop_by_slug
from tests.support.browser import Answer, Browser
from tests.support.stack import Stack
from tests.web.api.acts import buy, draft, every_page, got, made, offer


def send_photo(seller: Browser, listing: str, content: bytes, type_: str = "image/png", **more: str) -> Answer:
    query = more.pop("query", "")
    return seller.ask("POST", f"/api/v1/shop/listings/{listing}/photos{query}", content, type_, more)


def picture(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(out, "PNG")
    return out.getvalue()


def size(value: str) -> list[dict[str, str]]:
    return [{"name": "Size", "value": value}]


# The shop


def test_whoever_opens_a_shop_becomes_a_seller_once(stack: Stack, buyer: Browser) -> None:
    assert buyer.get("/api/v1/shop").status == 403
    shop = made(buyer, "/shop", name="Clay & Co", country="AT", about="Mugs")
    assert (shop["slug"], shop["version"], got(buyer, "/shop")) == ("clay-co", 1, shop)
    again = buyer.call("POST", "/api/v1/shop", {"name": "Another", "country": "AT"})
    assert (again.status, again.json["code"]) == (409, "conflict")


def test_a_shop_is_changed_by_the_version_that_was_seen(seller: Browser) -> None:
    change = {"name": "Clay", "about": "Fired", "country": "DE", "version": 1}
    assert seller.call("PUT", "/api/v1/shop", change).json["version"] == 2
    assert seller.call("PUT", "/api/v1/shop", change | {"name": "Late"}).status == 409
    assert got(seller, "/shop")["name"] == "Clay"


def test_ways_of_sending_are_offered_and_ended(seller: Browser, rival: Browser) -> None:
    express = made(
        seller,
        "/shop/shipping-methods",
        name="Express",
        price=1500,
        days_min=0,
        days_max=1,
        countries=["DE", "AT"],
        free_from=9900,
    )
    assert (express["countries"], express["free_from"]) == (["AT", "DE"], 9900)
    path = f"/api/v1/shop/shipping-methods/{express['id']}"
    assert rival.call("DELETE", path).status == 404
    assert [seller.call("DELETE", path).status for _ in range(2)] == [204, 404]
    assert [one["name"] for one in got(seller, "/shop/shipping-methods")["items"]] == ["Parcel"]


def test_coupons_of_a_shop_are_made_listed_and_ended(seller: Browser, rival: Browser) -> None:
    for n in range(5):
        made(seller, "/shop/coupons", code=f"spring-{n}", basis_points=1000)
    coupons = every_page(seller, "/shop/coupons", 2)
    assert len(set(coupons)) == len(coupons) == 5
    taken = rival.call("POST", "/api/v1/shop/coupons", {"code": "SPRING-1", "amount": 500})
    assert (taken.status, taken.json["code"]) == (409, "conflict")
    neither = rival.call("POST", "/api/v1/shop/coupons", {"code": "NOTHING"})
    assert (neither.status, list(neither.json["fields"])) == (422, ["amount"])
    path = f"/api/v1/shop/coupons/{coupons[0]}"
    assert rival.call("DELETE", path).status == 404
    assert seller.call("DELETE", path).status == 204
    assert got(seller, "/shop/coupons")["items"][0]["ends_at"] is not None


# Listings


def test_a_listing_is_drafted_stocked_put_on_sale_and_taken_off(stack: Stack, seller: Browser, category: str) -> None:
    mine = draft(seller, category, attributes={"colour": "Blue"}, description="A mug.\n\nBlue.")
    assert (mine["state"], mine["handle"], mine["variants"]) == ("draft", "blue-mug", [])
    assert mine["description"] == "<p>A mug.</p><p>Blue.</p>"
    path = f"/api/v1/shop/listings/{mine['id']}/state"
    early = seller.call("PUT", path, {"state": "active"})
    assert (early.status, list(early.json["fields"])) == (422, ["variants"])
    made(seller, f"/shop/listings/{mine['id']}/variants", price=1200, on_hand=3)
    assert seller.call("PUT", path, {"state": "active"}).json["state"] == "active"
    assert seller.call("PUT", path, {"state": "active"}).status == 200
    assert got(seller, "/shop/listings/counts") == {"draft": 0, "active": 1, "sold_out": 0, "ended": 0, "removed": 0}
    assert seller.call("PUT", path, {"state": "ended"}).json["state"] == "ended"
    assert got(stack.browser(), "/listings")["items"] == []


@pytest.mark.parametrize("change", [{"price": 10**12 + 1}, {"on_hand": 10**7 + 1}, {"compare_at": 10**19}])
def test_numbers_beyond_all_measure_are_refused_by_field(
    seller: Browser, category: str, change: dict[str, int]
) -> None:
    mine = draft(seller, category)
    wish = {"price": 1200, "on_hand": 3} | change
    refused = seller.call("POST", f"/api/v1/shop/listings/{mine['id']}/variants", wish)
    assert (refused.status, list(refused.json["fields"])) == (422, list(change))


def test_a_listing_is_replaced_by_the_version_that_was_seen(seller: Browser, category: str) -> None:
    mine = draft(seller, category)
    path = f"/api/v1/shop/listings/{mine['id']}"
    change = {
        "title": "Red mug",
        "category": category,
        "description": "",
        "attributes": {"colour": "Red"},
        "version": mine["version"],
    }
    changed = seller.call("PUT", path, change).json
    assert (changed["title"], changed["handle"], changed["attributes"]) == ("Red mug", "blue-mug", {"colour": "Red"})
    assert seller.call("PUT", path, change).status == 409


def test_own_listings_come_in_pages_by_state(seller: Browser, category: str) -> None:
    drafts = [draft(seller, category, f"Mug {n}")["id"] for n in range(5)]
    offer(seller, category, "On sale")
    assert every_page(seller, "/shop/listings?state=draft", 2) == drafts[::-1]
    assert [one["title"] for one in got(seller, "/shop/listings")["items"]] == ["On sale"]


def test_a_copy_has_the_words_and_no_pieces(seller: Browser, category: str) -> None:
    mine = offer(seller, category, attributes={"colour": "Blue"})
    send_photo(seller, mine["id"], picture())
    copy = made(seller, f"/shop/listings/{mine['id']}/copies")
    assert (copy["state"], copy["title"], copy["attributes"]) == ("draft", "Blue mug", {"colour": "Blue"})
    assert ([one["on_hand"] for one in copy["variants"]], len(copy["photos"])) == ([0], 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"category": "mugs"}, "category"),
        ({"attributes": {"weight": 5}}, "attributes.weight"),
        ({"handle": "---"}, "handle"),
        ({"price": 5}, "price"),
    ],
)
def test_a_wrong_listing_names_the_field(seller: Browser, category: str, change: dict[str, Any], field: str) -> None:
    answer = seller.call("POST", "/api/v1/shop/listings", {"title": "Mug", "category": category} | change)
    assert answer.status == 422
    assert list(answer.json["fields"]) == [field]
    assert got(seller, "/shop/listings?state=draft")["items"] == []


def test_a_category_that_is_not_there_is_not_found(seller: Browser) -> None:
    answer = seller.call("POST", "/api/v1/shop/listings", {"title": "Mug", "category": "0" * 13})
    assert answer.status == 404


def test_what_belongs_to_another_shop_is_not_there(seller: Browser, rival: Browser, category: str) -> None:
    theirs = offer(rival, category)
    send_photo(rival, theirs["id"], picture())
    whole = got(rival, f"/shop/listings/{theirs['id']}")
    listing, variant = f"/shop/listings/{theirs['id']}", f"/shop/variants/{whole['variants'][0]['id']}"
    photo = f"/shop/photos/{whole['photos'][0]['id']}"
    words = {"title": "Mine", "category": category, "description": "", "attributes": {}}
    tries: list[tuple[str, str, Any]] = [
        ("GET", listing, None),
        ("PUT", listing, words),
        ("PUT", f"{listing}/state", {"state": "ended"}),
        ("POST", f"{listing}/copies", None),
        ("POST", f"{listing}/variants", {"price": 1}),
        ("PUT", f"{listing}/photos/order", {"photos": []}),
        ("PUT", f"{listing}/options", {"variants": []}),
        ("PUT", variant, {"price": 1, "options": []}),
        ("DELETE", variant, None),
        ("PUT", f"{variant}/stock", {"on_hand": 0}),
        ("POST", f"{variant}/deliveries", {"pieces": 5}),
        ("PATCH", photo, {"alt": "mine"}),
        ("DELETE", photo, None),
    ]
    for method, path, body in tries:
        assert (path, seller.call(method, f"/api/v1{path}", body).status) == (path, 404)
    assert send_photo(seller, theirs["id"], picture()).status == 404
    assert got(rival, f"/shop/listings/{theirs['id']}") == whole


# Variants and stock


def test_variants_are_added_changed_and_retired(seller: Browser, category: str) -> None:
    path = f"/shop/listings/{draft(seller, category)['id']}"
    small = made(seller, f"{path}/variants", price=900, options=size("S"), sku="MUG-S", on_hand=2)
    assert (small["sku"], small["free"], small["options"]) == ("MUG-S", 2, size("S"))
    other = seller.call(
        "POST", f"/api/v1{path}/variants", {"price": 900, "options": [{"name": "Colour", "value": "Blue"}]}
    )
    assert (other.status, list(other.json["fields"])) == (422, ["options"])
    large = made(seller, f"{path}/variants", price=1300, options=size("L"))
    change = {"price": 950, "options": size("S"), "compare_at": 1100}
    changed = seller.call("PUT", f"/api/v1/shop/variants/{small['id']}", change).json
    assert (changed["price"], changed["compare_at"], changed["sku"]) == (950, 1100, "MUG-S")
    assert seller.call("DELETE", f"/api/v1/shop/variants/{large['id']}").status == 204
    assert [one["retired_at"] is None for one in got(seller, path)["variants"]] == [True, False]


def test_what_variants_differ_in_is_said_anew_for_all_at_once(seller: Browser, category: str) -> None:
    path = f"/shop/listings/{draft(seller, category)['id']}"
    small, large = (made(seller, f"{path}/variants", price=900, options=size(one))["id"] for one in ("S", "L"))
    blue = [*size("S"), {"name": "Colour", "value": "Blue"}]
    wish = [{"variant": small, "options": blue}, {"variant": large, "options": [*size("L"), blue[1]]}]
    told = seller.call("PUT", f"/api/v1{path}/options", {"variants": wish}).json
    assert [one["options"][1]["value"] for one in told["variants"]] == ["Blue", "Blue"]
    alone = seller.call("PUT", f"/api/v1{path}/options", {"variants": wish[:1]})
    assert (alone.status, alone.json["code"]) == (409, "conflict")


def test_stock_is_counted_and_what_is_promised_stays(seller: Browser, buyer: Browser, category: str) -> None:
    mine = offer(seller, category, pieces=3)
    buy(buyer, mine, quantity=2)
    path = f"/api/v1/shop/variants/{mine['variants'][0]['id']}"
    more = seller.call("POST", f"{path}/deliveries", {"pieces": 4}).json
    assert (more["on_hand"], more["sold"], more["free"]) == (7, 2, 5)
    assert seller.call("PUT", f"{path}/stock", {"on_hand": 6, "seen": 3}).status == 409
    assert seller.call("PUT", f"{path}/stock", {"on_hand": 1}).json["code"] == Refused.code
    assert seller.call("PUT", f"{path}/stock", {"on_hand": 6, "seen": 7}).json["free"] == 4
    assert seller.call("POST", f"{path}/deliveries", {"pieces": -5}).status == 409


# Photos


def test_photos_are_sent_described_ordered_and_taken_off(stack: Stack, seller: Browser, category: str) -> None:
    mine = offer(seller, category)
    variant = mine["variants"][0]["id"]
    teal = send_photo(seller, mine["id"], picture()).json
    pink = send_photo(seller, mine["id"], picture("pink"), query=f"?alt=From%20above&variant={variant}").json
    assert (teal["width"], teal["height"], pink["alt"], pink["variant"]) == (80, 60, "From above", variant)
    path = f"/api/v1/shop/listings/{mine['id']}/photos/order"
    ordered = seller.call("PUT", path, {"photos": [pink["id"], teal["id"]]}).json["items"]
    assert [one["id"] for one in ordered] == [pink["id"], teal["id"]]
    assert got(stack.browser(), f"/listings/{mine['id']}")["photos"][0]["hash"] == pink["hash"]
    assert seller.call("PUT", path, {"photos": [pink["id"]]}).status == 422
    told = seller.call("PATCH", f"/api/v1/shop/photos/{teal['id']}", {"alt": "From the side"}).json
    assert told["alt"] == "From the side"
    assert seller.call("DELETE", f"/api/v1/shop/photos/{pink['id']}").status == 204
    assert [one["id"] for one in got(seller, f"/shop/listings/{mine['id']}")["photos"]] == [teal["id"]]


def test_a_photo_may_be_longer_than_any_other_body(seller: Browser, category: str) -> None:
    mine = draft(seller, category)
    noise = Image.effect_noise((1200, 1200), 100)
    out = io.BytesIO()
    noise.save(out, "PNG")
    assert len(out.getvalue()) > 1_000_000
    assert send_photo(seller, mine["id"], out.getvalue()).status == 201


def test_what_is_no_picture_is_refused(stack: Stack, seller: Browser, category: str) -> None:
    mine = draft(seller, category)
    assert send_photo(seller, mine["id"], picture(), "text/plain").status == 415
    wrong = send_photo(seller, mine["id"], b"GIF89a is what it says", "image/gif")
    assert (wrong.status, list(wrong.json["fields"])) == (422, ["photo"])
    most = stack.app.settings.media.max_size
    assert send_photo(seller, mine["id"], b"x" * (most + 1)).status == 413


# The same request twice


def test_what_is_sent_again_with_its_key_is_made_once(seller: Browser, category: str) -> None:
    mine = draft(seller, category)["id"]
    variant = made(seller, f"/shop/listings/{mine}/variants", price=900, sku="ONE")["id"]
    requests: list[tuple[str, Any]] = [
        ("/shop/listings", {"title": "Red mug", "category": category}),
        (f"/shop/listings/{mine}/copies", None),
        (f"/shop/variants/{variant}/deliveries", {"pieces": 5}),
        ("/shop/shipping-methods", {"name": "Bike", "price": 1, "days_min": 1, "days_max": 1}),
        ("/shop/coupons", {"code": "ONCE", "amount": 100}),
    ]
    for number, (path, body) in enumerate(requests):
        first, second = (seller.call("POST", f"/api/v1{path}", body, Idempotency_Key=f"key-{number}") for _ in range(2))
        assert (second.status, second.body) == (first.status, first.body)
        assert second.header("Idempotent-Replay") == "true"
    assert len(got(seller, "/shop/listings?state=draft")["items"]) == 3
    assert got(seller, f"/shop/listings/{mine}")["variants"][0]["on_hand"] == 5
    photos = [send_photo(seller, mine, picture(), Idempotency_Key="photo") for _ in range(2)]
    assert photos[0].body == photos[1].body
    assert len(got(seller, f"/shop/listings/{mine}")["photos"]) == 1


# Sales and money


def test_a_sale_is_sent_completed_and_paid_out(
    stack: Stack, seller: Browser, buyer: Browser, admin: Browser, category: str
) -> None:
    sale = buy(buyer, offer(seller, category, price=1000))
    assert got(seller, "/shop/sales/counts") == {"states": {"paid": 1}}
    whole = got(seller, f"/shop/sales/{sale}")
    assert {"send", "call_off"} <= {move["name"] for move in whole["moves"]}
    assert (whole["commission"], whole["address"]["city"], whole["deal"]["shop"]) == (120, "Graz", "cleo-s-shop")
    path = f"/api/v1/shop/sales/{sale}/moves"
    parcel = {"carrier": "Post", "parcel": "123"}
    first, second = (seller.call("POST", f"{path}/send", parcel, Idempotency_Key="send") for _ in range(2))
    assert (first.status, first.json["deal"]["state"], second.body) == (200, "sent", first.body)
    for move in ("deliver", "complete"):
        assert buyer.call("POST", f"/api/v1/purchases/{sale}/moves/{move}", {}).status == 200
    balance = got(seller, "/shop/balance")
    assert (balance["amount"], balance["payable"], balance["currency"]) == (1380, 1380, "EUR")
    assert admin.call("POST", "/api/v1/market/payouts").json["outcome"].startswith("Nothing is due")
    stack.world.bank_account(shop_by_slug(stack.app.store, "cleo-s-shop").id)
    assert admin.call("POST", "/api/v1/market/payouts").json == {"outcome": "Payouts claimed: 1."}
    stack.work()
    assert got(seller, "/shop/balance")["amount"] == 0
    (payout,) = got(seller, "/shop/payouts")["items"]
    assert (payout["amount"], payout["state"]) == (1380, "sent")
    assert [line["kind"] for line in got(seller, "/shop/statement")["items"]] == ["payout", "release"]
    assert sum(line["amount"] for line in got(seller, "/shop/statement")["items"]) == 0
    assert stack.lies() == {}


def test_a_part_is_refunded_and_both_sides_see_it(stack: Stack, seller: Browser, buyer: Browser, category: str) -> None:
    sale = buy(buyer, offer(seller, category, price=1000))
    path = f"/api/v1/shop/sales/{sale}/moves/refund_part"
    assert seller.call("POST", path, {"amount": 0, "reason": "A crack"}).status == 422
    assert seller.call("POST", path, {"amount": 300, "reason": "A crack"}).json["deal"]["refunded"] == 300
    beyond = seller.call("POST", path, {"amount": 10_000, "reason": "A crack"})
    assert (beyond.status, beyond.json["code"]) == (409, "refused")
    stack.work()
    (refund,) = got(buyer, f"/purchases/{sale}")["refunds"]
    assert (refund["amount"], refund["reason"], refund["state"]) == (300, "A crack", "done")
    assert stack.lies() == {}


def test_sales_come_in_pages_and_only_ones_own(seller: Browser, rival: Browser, buyer: Browser, category: str) -> None:
    mine = offer(seller, category, pieces=9)
    sales = [buy(buyer, mine, key=f"order-key-{n}") for n in range(5)]
    assert every_page(seller, "/shop/sales", 2) == sales[::-1]
    assert every_page(seller, "/shop/sales?state=paid", 2) == sales[::-1]
    assert every_page(buyer, "/purchases", 2) == sales[::-1]
    assert got(rival, "/shop/sales")["items"] == []
    assert rival.get(f"/api/v1/shop/sales/{sales[0]}").status == 404
    assert rival.call("POST", f"/api/v1/shop/sales/{sales[0]}/moves/send", {}).status == 404
    unknown = seller.get("/api/v1/shop/sales?state=mislaid")
    assert (unknown.status, list(unknown.json["fields"])) == (422, ["state"])


def test_the_face_behind_a_shop_is_shown_and_taken_down(seller: Browser) -> None:
    path = "/api/v1/shop/portrait"
    assert seller.ask("PUT", path, b"no picture", "image/png", {}).status == 422
    assert seller.ask("PUT", path, picture(), "image/png", {}).status == 204
    assert got(seller, "/shop")["portrait"]
    assert seller.call("DELETE", path).status == 204
    assert got(seller, "/shop")["portrait"] is None
