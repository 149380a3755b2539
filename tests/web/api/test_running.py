"""Running the market through the API: moderators and administrators."""

from __future__ import annotations

from typing import Any

import pytest

from haat.jobs import outbox
from haat.jobs.job import GiveUp
from haat.jobs.worker import Worker
from haat.kernel import clock, ids
from tests.support.browser import Browser
from tests.support.members import member
from tests.support.stack import Stack
from tests.web.api.acts import buy, every_page, got, made, offer


@pytest.fixture
def ada(stack: Stack) -> str:
    """The id of a member."""
    return ids.encode(member(stack.app.store))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/market/accounts"),
        ("PUT", "/market/accounts/{}/suspension"),
        ("PUT", "/market/accounts/{}/roles/administrator"),
        ("GET", "/market/team"),
        ("GET", "/market/listings"),
        ("PUT", "/market/listings/{}/removal"),
        ("GET", "/market/orders"),
        ("POST", "/market/coupons"),
        ("POST", "/market/categories"),
        ("GET", "/market/mails"),
        ("POST", "/market/dead-jobs/replays"),
        ("GET", "/market/schedule"),
        ("POST", "/market/payouts"),
        ("GET", "/market/truth"),
    ],
)
def test_who_does_not_run_the_market_may_not(seller: Browser, ada: str, method: str, path: str) -> None:
    answer = seller.call(method, "/api/v1" + path.format(ada), {} if method != "GET" else None)
    assert (answer.status, answer.json["code"]) == (403, "not_allowed")


def test_a_moderator_sees_to_listings_and_to_nothing_else(
    stack: Stack, admin: Browser, seller: Browser, category: str, ada: str
) -> None:
    given = admin.call("PUT", f"/api/v1/market/accounts/{ada}/roles/moderator")
    assert given.json["roles"] == ["moderator"]
    moderator = stack.program(ids.decode(ada))
    listing = offer(seller, category)["id"]
    removal = f"/api/v1/market/listings/{listing}/removal"
    assert moderator.call("PUT", removal, {"why": "A copy"}).status == 204
    assert moderator.call("PUT", removal, {"why": "A copy"}).status == 409
    assert stack.browser().get(f"/api/v1/listings/{listing}").status == 404
    assert got(moderator, f"/market/listings/{listing}")["state"] == "removed"
    (removed,) = got(moderator, "/market/listings?state=removed")["items"]
    assert (removed["shop"], removed["removed_why"]) == ("cleo-s-shop", "A copy")
    assert got(seller, "/shop/listings?state=removed")["items"][0]["removed_why"] == "A copy"
    on_sale = seller.call("PUT", f"/api/v1/shop/listings/{listing}/state", {"state": "active"})
    assert (on_sale.status, on_sale.json["code"]) == (409, "refused")
    assert moderator.call("DELETE", removal).status == 204
    assert stack.browser().get(f"/api/v1/listings/{listing}").status == 200
    assert moderator.get("/api/v1/market/accounts").status == 403


def test_a_suspended_account_is_out_at_once_and_in_again(stack: Stack, admin: Browser, ada: str) -> None:
    program = stack.program(ids.decode(ada))
    path = f"/api/v1/market/accounts/{ada}/suspension"
    assert admin.call("PUT", path, {"why": ""}).json["fields"].keys() == {"why"}
    assert admin.call("PUT", path, {"why": "Fraud"}).json["account"]["suspended_why"] == "Fraud"
    assert program.get("/api/v1/account").status == 401
    assert admin.call("DELETE", path).status == 204
    assert program.get("/api/v1/account").status == 200


def test_roles_are_given_and_taken_and_the_last_administrator_stays(admin: Browser, ada: str) -> None:
    me = got(admin, "/account")["id"]
    last = admin.call("DELETE", f"/api/v1/market/accounts/{me}/roles/administrator")
    assert (last.status, last.json["code"]) == (409, "refused")
    assert admin.call("PUT", f"/api/v1/market/accounts/{ada}/roles/king").json["fields"].keys() == {"role"}
    admin.call("PUT", f"/api/v1/market/accounts/{ada}/roles/administrator")
    assert [one["account"] for one in got(admin, "/market/team")["items"]] == [ada, me]
    assert admin.call("DELETE", f"/api/v1/market/accounts/{ada}/roles/administrator").status == 204
    assert got(admin, f"/market/accounts/{ada}")["roles"] == []


def test_accounts_are_found_by_the_beginning_of_their_address(stack: Stack, admin: Browser) -> None:
    for n in range(5):
        member(stack.app.store, f"bob{n}@example.org", "Bob")
    assert len(every_page(admin, "/market/accounts?email=Bob", 2)) == 5
    assert len(every_page(admin, "/market/accounts", 2)) == 6
    assert admin.get("/api/v1/market/accounts/0000000000000").status == 404


def test_an_operator_settles_what_buyer_and_seller_cannot(
    stack: Stack, admin: Browser, seller: Browser, buyer: Browser, category: str
) -> None:
    mine = offer(seller, category, pieces=9)
    orders = [buy(buyer, mine, key=f"order-key-{n}") for n in range(3)]
    assert every_page(admin, "/market/orders", 2) == orders[::-1]
    assert every_page(admin, "/market/orders?state=paid&state=sent", 2) == orders[::-1]
    assert got(admin, "/market/orders?state=sent")["items"] == []
    assert got(admin, "/market/orders/counts") == {"states": {"paid": 3}}
    path = f"/api/v1/market/orders/{orders[0]}/moves/call_off"
    settled = admin.call("POST", path, {"reason": "They asked us"}).json
    assert (settled["money"], settled["events"][-1]["by"]) == ("returned", "operator")
    assert got(buyer, f"/purchases/{orders[0]}")["deal"]["state"] == "called_off"
    stack.work()
    assert stack.lies() == {}


def test_a_coupon_of_the_market_costs_the_seller_nothing(
    stack: Stack, admin: Browser, seller: Browser, buyer: Browser, category: str
) -> None:
    coupon = made(admin, "/market/coupons", code="WELCOME", amount=200)
    mine = offer(seller, category, price=1000)
    buyer.call("PUT", f"/api/v1/cart/lines/{mine['variants'][0]['id']}", {"quantity": 1})
    buyer.call("PUT", "/api/v1/cart/coupon", {"code": "welcome"})
    assert got(buyer, "/cart")["discount"] == 200
    assert seller.call("DELETE", f"/api/v1/shop/coupons/{coupon['id']}").status == 404
    assert admin.call("DELETE", f"/api/v1/market/coupons/{coupon['id']}").status == 204
    assert got(buyer, "/cart")["coupon_problem"]
    assert got(admin, "/market/coupons")["items"][0]["uses"] == 0


def test_listings_of_every_shop_are_found_by_their_words(
    admin: Browser, seller: Browser, rival: Browser, category: str
) -> None:
    mine = [offer(seller, category, f"Blue mug {n}")["id"] for n in range(3)]
    theirs = offer(rival, category, "Red mug")["id"]
    assert every_page(admin, "/market/listings?state=active", 2) == [theirs, *mine[::-1]]
    assert every_page(admin, "/market/listings?q=cleo", 2) == mine[::-1]


def test_what_is_owed_and_how_the_market_did_is_told(
    admin: Browser, seller: Browser, buyer: Browser, category: str
) -> None:
    start = clock.now()
    sale = buy(buyer, offer(seller, category, price=1000))
    seller.call("POST", f"/api/v1/shop/sales/{sale}/moves/send", {"carrier": "Post", "parcel": "1"})
    for move in ("deliver", "complete"):
        buyer.call("POST", f"/api/v1/purchases/{sale}/moves/{move}", {})
    debts = got(admin, "/market/debts")["items"]
    owed = {"shop": "cleo-s-shop", "shop_name": "Cleo's shop", "currency": "EUR", "amount": 1380, "due": 1380}
    assert debts == [owed]
    told = got(admin, f"/market/figures?start={start}&end={clock.now() + 1}")
    assert (told["orders"], told["turnover"], told["commission"]) == (
        1,
        got(buyer, f"/purchases/{sale}")["deal"]["total"],
        120,
    )
    assert got(admin, "/market/figures?start=0&end=253402300799999")["orders"] == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "Size", "kind": "colour"}, "kind"),
        ({"name": "Size", "kind": "choice"}, "choices"),
        ({"name": "Size", "unit": "ml"}, "unit"),
        ({"name": ""}, "name"),
    ],
)
def test_a_wrong_attribute_names_the_field(admin: Browser, category: str, body: dict[str, Any], field: str) -> None:
    answer = admin.call("PUT", f"/api/v1/market/categories/{category}/attributes/size", body)
    assert answer.status == 422
    assert list(answer.json["fields"]) == [field]


def test_categories_are_added_once_and_renamed(stack: Stack, admin: Browser, category: str) -> None:
    taken = admin.call("POST", "/api/v1/market/categories", {"name": "kitchen"})
    assert (taken.status, list(taken.json["fields"])) == (422, ["name"])
    renamed = admin.call("PATCH", f"/api/v1/market/categories/{category}", {"name": "Cups"}).json
    assert (renamed["name"], renamed["slug"]) == ("Cups", "mugs")
    assert got(stack.browser(), "/categories/mugs")["name"] == "Cups"


def test_mails_are_read_in_the_outbox(stack: Stack, admin: Browser) -> None:
    new = {"email": "ada@example.org", "name": "Ada", "password": "seven green umbrellas", "country": "AT"}
    stack.browser().call("POST", "/api/v1/accounts", new)
    stack.work()
    (mail,) = got(admin, "/market/mails")["items"]
    assert (mail["recipient"], mail["carrier"]) == ("ada@example.org", "kept")
    assert "token=" in got(admin, f"/market/mails/{mail['id']}")["text"]
    assert admin.get("/api/v1/market/mails/0000000000000").status == 404


def test_dead_jobs_are_listed_and_run_again(stack: Stack, admin: Browser) -> None:
    fail(stack, 5)
    dead = every_page(admin, "/market/dead-jobs", 2)
    assert len(set(dead)) == len(dead) == 5
    assert got(admin, "/market/dead-jobs")["items"][0]["problem"].startswith("It cannot be done.")
    assert got(admin, "/market/jobs") == {"waiting": 0, "oldest_due_ms": 0, "dead": 5, "items": []}
    path = f"/api/v1/market/dead-jobs/{dead[0]}/replays"
    assert [admin.call("POST", path).status for _ in range(2)] == [204, 404]
    assert admin.call("POST", "/api/v1/market/dead-jobs/replays").json == {"replayed": 4}
    jobs = got(admin, "/market/jobs")
    assert (jobs["waiting"], [job["topic"] for job in jobs["items"]]) == (5, ["test.never"] * 5)


def fail(stack: Stack, times: int) -> None:
    """Let as many jobs fail for good."""

    def give_up(job: dict[str, Any]) -> None:
        raise GiveUp("It cannot be done.")

    for n in range(times):
        stack.app.store.write(lambda tx, n=n: outbox.tell(tx, "test.never", {"n": n}))
    Worker(stack.app.store, {"test.never": give_up}).drain()


def test_the_schedule_says_when_each_task_ran_and_runs(stack: Stack, admin: Browser) -> None:
    tasks = got(admin, "/market/schedule")["items"]
    assert {"run timers", "pay out"} <= {task["name"] for task in tasks}
    assert {task["last_at"] for task in tasks} == {None}


def test_truth_names_what_is_broken(stack: Stack, admin: Browser, seller: Browser, category: str) -> None:
    offer(seller, category)
    told = got(admin, "/market/truth")
    assert told["holds"]
    assert all(one["promise"] and one["offending"] == [] for one in told["items"])
