"""Programs post articles, make offers, write messages and report; moderators' programs decide."""

from __future__ import annotations

import pytest

from haat.kernel import ids
from haat.market.accounts.tables import grants
from haat.market.catalogue.change_category import ensure_category
from tests.support.browser import Browser
from tests.support.members import member
from tests.support.stack import Stack

API = "/api/v1"


@pytest.fixture
def category(stack: Stack) -> str:
    catalogue = stack.app.catalogue
    return ids.encode(stack.app.store.write(lambda tx: ensure_category(tx, catalogue.categories, ["Home", "Tables"])))


def program_of(stack: Stack, name: str) -> Browser:
    return stack.program(member(stack.app.store, f"{name.lower()}@example.org", name))


@pytest.fixture
def olga(stack: Stack) -> Browser:
    return program_of(stack, "Olga")


@pytest.fixture
def bob(stack: Stack) -> Browser:
    return program_of(stack, "Bob")


@pytest.fixture
def moderator(stack: Stack) -> Browser:
    account_id = member(stack.app.store, "mo@example.org", "Mo")
    stack.app.store.write(lambda tx: tx.insert(grants, account_id=account_id, role="moderator", granted_at=tx.now))
    return stack.program(account_id)


@pytest.fixture
def table(olga: Browser, category: str) -> str:
    text = {"title": "Oak table", "category": category, "asking": "negotiable", "wear": "good", "price": 12000}
    made = olga.call("POST", f"{API}/articles", text)
    assert (made.status, made.json["standing"]) == (201, "draft")
    id_: str = made.json["id"]
    on_sale = olga.call("PUT", f"{API}/articles/{id_}/state", {"state": "on_sale"})
    assert (on_sale.status, on_sale.json["standing"]) == (200, "active")
    return id_


def test_an_article_is_changed_renewed_and_taken_off(olga: Browser, bob: Browser, table: str, category: str) -> None:
    version = olga.call("GET", f"{API}/articles/{table}").json["version"]
    text = {"title": "Oak table", "category": category, "asking": "free", "wear": "worn", "version": version}
    changed = olga.call("PUT", f"{API}/articles/{table}", text).json
    assert (changed["asking"], changed["price"]) == ("free", 0)
    assert olga.call("PUT", f"{API}/articles/{table}", text).status == 409
    assert bob.call("PUT", f"{API}/articles/{table}", text).status == 404
    assert olga.call("POST", f"{API}/articles/{table}/renewal").json["standing"] == "active"
    gone = olga.call("PUT", f"{API}/articles/{table}/state", {"state": "sold_elsewhere"}).json
    assert gone["standing"] == "sold_elsewhere"
    assert [one["id"] for one in olga.call("GET", f"{API}/articles").json["items"]] == [table]


def test_an_offer_is_made_and_answered(olga: Browser, bob: Browser, table: str) -> None:
    assert bob.call("POST", f"{API}/articles/{table}/offers", {"amount": 0}).status == 422
    made = bob.call("POST", f"{API}/articles/{table}/offers", {"amount": 9000, "note": "Today?"})
    assert (made.status, made.json["deal"]["state"]) == (201, "offered")
    deal = made.json["deal"]["id"]
    countered = olga.call("POST", f"{API}/shop/sales/{deal}/moves/counter", {"amount": 10000})
    assert (countered.status, countered.json["deal"]["total"]) == (200, 10000)
    agreed = bob.call("POST", f"{API}/purchases/{deal}/moves/accept_price", {})
    assert agreed.json["deal"]["state"] == "reserved"


def test_people_write_to_each_other_and_block(olga: Browser, bob: Browser, table: str) -> None:
    talk = bob.call("POST", f"{API}/conversations", {"listing": table, "text": "Hello"}).json
    (seen,) = olga.call("GET", f"{API}/conversations").json["items"]
    assert (seen["person_name"], seen["is_unread"], seen["read_by_them"] is None) == ("Bob", True, False)
    where = f"{API}/conversations/{talk['id']}"
    assert olga.call("PUT", f"{where}/read", {"up_to": talk["last"]["id"]}).status == 204
    assert olga.call("GET", where).json["is_unread"] is False
    assert olga.call("POST", f"{where}/messages", {"text": "Yes?"}).status == 201
    said = bob.call("GET", f"{where}/messages").json["items"]
    assert [(one["text"], one["is_mine"]) for one in said] == [("Hello", True), ("Yes?", False)]
    assert olga.call("PUT", f"{where}/block").status == 204
    assert bob.call("POST", f"{where}/messages", {"text": "?"}).status == 409
    assert olga.call("DELETE", f"{where}/block").status == 204
    assert bob.call("POST", f"{where}/messages", {"text": "?"}).status == 201


def test_reports_are_decided_by_moderators(olga: Browser, bob: Browser, moderator: Browser, table: str) -> None:
    report = {"reason": "fraud", "text": "Stolen."}
    assert bob.call("POST", f"{API}/reports", report).status == 422
    assert bob.call("POST", f"{API}/reports", {**report, "listing": table}).status == 204
    assert bob.call("POST", f"{API}/reports", {**report, "listing": table}).status == 409
    assert bob.call("GET", f"{API}/market/reports").status == 403
    (seen,) = moderator.call("GET", f"{API}/market/reports").json["items"]
    decision = {"decision": "removed", "why": "It was."}
    assert moderator.call("PUT", f"{API}/market/reports/{seen['id']}/decision", decision).status == 204
    assert moderator.call("GET", f"{API}/market/reports").json["items"] == []
    assert olga.call("GET", f"{API}/articles/{table}").json["standing"] == "removed"


def test_moderators_see_what_waits(moderator: Browser, bob: Browser, table: str) -> None:
    assert moderator.call("GET", f"{API}/market/articles").json == {"items": [], "next": None}
    assert bob.call("GET", f"{API}/market/articles").status == 403
    assert moderator.call("PUT", f"{API}/market/articles/{table}/refusal", {"why": "No."}).status == 409


def test_a_listing_is_put_into_a_town(olga: Browser, bob: Browser, table: str) -> None:
    towns = bob.call("GET", f"{API}/places?q=Potsd").json["items"]
    assert towns[0]["name"] == "Potsdam, DE"
    where = f"{API}/shop/listings/{table}/place"
    assert olga.call("PUT", where, {"name": "Nowhereville"}).status == 422
    assert olga.call("PUT", where, {"name": "Potsdam, DE"}).json["name"] == "Potsdam, DE"
    assert bob.call("PUT", where, {"name": "Potsdam, DE"}).status == 403
    assert [one["id"] for one in bob.call("GET", f"{API}/search?near=Berlin,%20DE&km=50").json["items"]] == [table]
    assert olga.call("DELETE", where).status == 204
    assert bob.call("GET", f"{API}/search?near=Berlin,%20DE&km=50").json["items"] == []
