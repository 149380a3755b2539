"""Looking around through the API: listings, categories, search, shops."""

from __future__ import annotations

import pytest

from tests.support.browser import Browser
from tests.support.stack import Stack
from tests.web.api.acts import draft, every_page, got, offer


def test_categories_are_a_tree_and_each_has_what_those_above_it_ask(stack: Stack, admin: Browser) -> None:
    kitchen = admin.call("POST", "/api/v1/market/categories", {"name": "Kitchen"}).json
    admin.call("PUT", f"/api/v1/market/categories/{kitchen['id']}/attributes/brand", {"name": "Brand"})
    mugs = admin.call("POST", "/api/v1/market/categories", {"name": "Mugs", "parent": kitchen["id"]}).json
    size = {"name": "Size", "kind": "number", "unit": "ml", "is_required": True}
    admin.call("PUT", f"/api/v1/market/categories/{mugs['id']}/attributes/size", size)
    stranger = stack.browser()
    (top,) = got(stranger, "/categories")["items"]
    assert [one["key"] for one in top["attributes"]] == ["brand"]
    assert [one["key"] for one in top["children"][0]["attributes"]] == ["size"]
    one = got(stranger, "/categories/mugs")
    assert (one["path"], [name["name"] for name in one["breadcrumbs"]]) == ("kitchen/mugs", ["Kitchen", "Mugs"])
    assert [(a["key"], a["unit"], a["is_required"]) for a in one["attributes"]] == [
        ("brand", "", False),
        ("size", "ml", True),
    ]
    assert stranger.get("/api/v1/categories/forks").status == 404


def test_pages_of_listings_are_complete_and_without_doubles(stack: Stack, seller: Browser, category: str) -> None:
    made = [offer(seller, category, f"Mug {n}")["id"] for n in range(7)]
    stranger = stack.browser()
    for path in ("/listings", "/listings?category=kitchen", "/search?sort=newest", "/search?q=mug"):
        assert every_page(stranger, path, 3) == made[::-1]


def test_a_listing_shows_what_can_be_bought_and_who_sells_it(stack: Stack, seller: Browser, category: str) -> None:
    mine = offer(seller, category, attributes={"colour": "Blue"}, description="Holds <b>tea</b><script>x</script>")
    seen = got(stack.browser(), f"/listings/{mine['id']}")
    assert (seen["title"], seen["shop"]["slug"], seen["variants"][0]["free"]) == ("Blue mug", "cleo-s-shop", 3)
    assert seen["facts"] == [{"key": "colour", "name": "Colour", "value": "Blue"}]
    assert seen["description"] == "Holds <b>tea</b>"


def test_a_draft_is_not_there_for_others(stack: Stack, seller: Browser, category: str) -> None:
    mine = draft(seller, category)
    assert stack.browser().get(f"/api/v1/listings/{mine['id']}").status == 404


def test_search_counts_facets_and_narrows_by_them(stack: Stack, seller: Browser, category: str) -> None:
    for colour, price in (("Blue", 900), ("Blue", 1500), ("Red", 1200)):
        offer(seller, category, "Tea mug", price=price, attributes={"colour": colour})
    stranger = stack.browser()
    found = got(stranger, "/search?q=tea")
    (facet,) = found["facets"]
    assert (found["count"], found["is_capped"]) == (3, False)
    assert [(one["value"], one["count"]) for one in facet["values"]] == [("Blue", 2), ("Red", 1)]
    assert [one["category"]["slug"] for one in found["branches"]] == ["kitchen"]
    blue = got(stranger, "/search?q=tea&f=colour:Blue&sort=price_up")
    assert [item["price_from"] for item in blue["items"]] == [900, 1500]
    assert [one["value"] for one in blue["facets"][0]["values"] if one["is_chosen"]] == ["Blue"]
    both = got(stranger, "/search?q=tea&f=colour:Blue&f=colour:Red&min=1000&max=1500")
    assert both["count"] == 2
    assert got(stranger, "/search?q=tea&category=mugs&shop=cleo-s-shop")["count"] == 3


def test_a_mistyped_word_is_mended_and_said(stack: Stack, seller: Browser, category: str) -> None:
    offer(seller, category, "Wooden spoon")
    found = got(stack.browser(), "/search?q=woodne")
    assert (found["shown_for"], found["count"]) == ("wooden", 1)


def test_suggestions_name_listings_and_categories(stack: Stack, seller: Browser, category: str) -> None:
    mine = offer(seller, category, "Mug with a lid")
    found = got(stack.browser(), "/search/suggestions?q=mug")
    assert [one["id"] for one in found["listings"]] == [mine["id"]]
    assert [one["slug"] for one in found["categories"]] == ["mugs"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("sort=best", "sort"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("f=colour", "f[0]"),
        ("min=-1", "min"),
        ("max=99999999999999999999999", "max"),
        ("min=null", "min"),
        ("min=1&min=2", "min"),
        ("q=cup&q=mug", "q"),
        ("colour=red", "colour"),
        ("after=made-up", "after"),
    ],
)
def test_a_question_that_cannot_be_asked_names_the_field(stack: Stack, query: str, field: str) -> None:
    answer = stack.browser().get(f"/api/v1/search?{query}")
    assert answer.status == 422
    assert list(answer.json["fields"]) == [field]


def test_a_made_up_page_is_refused_and_not_an_error(stack: Stack, buyer: Browser) -> None:
    for path in ("/listings?after=x", "/listings?after=zzzzzzz-0000000000000", "/purchases?after=x"):
        answer = buyer.get(f"/api/v1{path}")
        assert (answer.status, list(answer.json["fields"])) == (422, ["after"])


def test_a_shop_says_who_it_is_and_how_it_sends(stack: Stack, seller: Browser) -> None:
    page = got(stack.browser(), "/shops/cleo-s-shop")
    assert page["shop"] == {"slug": "cleo-s-shop", "name": "Cleo's shop", "about": "", "country": "AT"}
    assert [(method["name"], method["price"]) for method in page["shipping_methods"]] == [("Parcel", 500)]
    assert stack.browser().get("/api/v1/shops/nobody").status == 404


def test_the_process_of_orders_is_told_as_data(stack: Stack) -> None:
    (purchase,) = [one for one in got(stack.browser(), "/processes")["items"] if one["name"] == "purchase"]
    assert purchase["start"] in {state["name"] for state in purchase["states"]}
    send = next(move for move in purchase["moves"] if move["name"] == "send")
    assert (send["from"], send["to"], send["needs"]) == (["paid"], "sent", ["carrier", "parcel"])
