"""The administration by its real pages: who may, what changes, and what is only shown."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update
from tests.support.browser import Browser
from tests.support.desk import one_of_the_team, path, seller, sold, somebody
from tests.support.forms import form_of
from tests.support.members import PASSWORD
from tests.support.stack import Stack

from haat.jobs.dead import list_dead
from haat.jobs.tables import dead_jobs
from haat.kernel import ids
from haat.market.accounts.account import find, get
from haat.market.accounts.roles import roles_of
from haat.market.catalogue.item import item
from haat.market.catalogue.tables import listings
from haat.market.deals import coupon
from haat.market.deals.deal import get as get_deal
from haat.market.notices.notice import list_notices
from haat.market.payments import payout

FOR_MODERATORS = ["/admin/listings"]
FOR_ADMINISTRATORS = [
    "/admin",
    "/admin/orders",
    "/admin/accounts",
    "/admin/categories",
    "/admin/coupons",
    "/admin/payouts",
    "/admin/outbox",
    "/admin/jobs",
    "/admin/truth",
    "/admin/processes",
    "/admin/settings",
]


@pytest.fixture
def root(stack: Stack) -> Browser:
    return one_of_the_team(stack)


def bury(stack: Stack, topic: str = "mail.send") -> int:
    """A job that was given up; returns its id."""
    dead_id = ids.new_id()
    row = {"topic": topic, "payload": '{"mail":1}', "attempts": 12, "problem": "Nobody answers.", "request_id": "r-1"}
    stack.app.store.write(
        lambda tx: tx.insert(dead_jobs, id=dead_id, **row, created_at=tx.now, died_at=tx.now, replayed_at=None)
    )
    return dead_id


@pytest.mark.parametrize("page", FOR_MODERATORS + FOR_ADMINISTRATORS)
def test_every_page_answers_on_an_empty_market_and_to_the_team_alone(stack: Stack, root: Browser, page: str) -> None:
    assert root.get(page).status == 200
    assert somebody(stack).get(page).status == 403
    assert stack.browser().get(page).status == 303


@pytest.mark.parametrize("page", FOR_ADMINISTRATORS[1:])
def test_moderators_see_listings_and_nothing_else(stack: Stack, page: str) -> None:
    moderator = one_of_the_team(stack, "moderator")
    assert moderator.get(page).status == 403
    assert moderator.get("/admin").header("Location") == "/admin/listings"
    assert page not in moderator.get("/admin/listings").text


@pytest.mark.parametrize(
    "action",
    [
        "/admin/payouts",
        "/admin/truth",
        "/admin/jobs/dead/replay",
        "/admin/categories",
        "/admin/coupons",
        "/admin/accounts/0000000000000/roles",
    ],
)
def test_nobody_else_can_send_the_forms_of_administrators(stack: Stack, action: str) -> None:
    assert somebody(stack).post(action).status == 403
    assert one_of_the_team(stack, "moderator").post(action).status == 403


def test_the_day_in_figures(stack: Stack, root: Browser) -> None:
    sold(stack, seller(stack).stall, price=10_000)
    page = root.get("/admin").text
    assert "€120.00" in page  # with the tax of the buyer's country
    assert "Blue mug" in page


def test_what_needs_somebody_is_said_first(stack: Stack, root: Browser) -> None:
    assert "1 job was given up" not in root.get("/admin").text
    bury(stack)
    assert "1 job was given up" in root.get("/admin").text


def test_an_account_is_found_suspended_and_let_in_again(stack: Stack, root: Browser) -> None:
    eve = somebody(stack, "eve@example.org", "Eve")
    account, other = find(stack.app.store, "eve@example.org"), find(stack.app.store, "administrator@example.org")
    assert account and other
    page = root.get("/admin/accounts?find=EVE").text
    own = path("/admin/accounts", account.id)
    assert own in page and path("/admin/accounts", other.id) not in page
    assert root.post(f"{own}/suspend", why=" ").status == 422
    assert root.post(f"{own}/suspend", why="Sold what never came.").status == 303
    assert eve.get("/account").status == 303
    assert "Sold what never came." in root.get(own).text
    refused = stack.browser().post("/sign-in", email="eve@example.org", password=PASSWORD)
    assert "Sold what never came." in refused.text
    assert root.post(f"{own}/unsuspend").status == 303
    assert get(stack.app.store, account.id).suspended_at is None


def test_what_a_suspended_seller_sells_is_hidden_and_comes_back(stack: Stack, root: Browser) -> None:
    stall = stack.stall()
    listing_id = stall.sell("Blue mug")
    member, own = somebody(stack), path("/admin/accounts", stall.owner_id)  # whom no kept page is shown

    def finds() -> list[bool]:
        pages = (
            "/search?q=mug",
            f"/shop/shop-{stall.shop_id}",
            "/api/v1/search?q=mug",
            path("/item", listing_id, "/blue-mug"),
        )
        return ["Blue mug" in member.get(page).text for page in pages]

    assert finds() == [True] * 4
    assert root.post(f"{own}/suspend", why="Sold what never came.").status == 303
    stack.work()
    assert finds() == [False] * 4
    assert "Blue mug" in root.get("/admin/listings?show=hidden").text
    assert stack.lies() == {}
    assert root.post(f"{own}/unsuspend").status == 303
    stack.work()
    assert finds() == [True] * 4
    assert stack.lies() == {}


def test_roles_are_given_and_taken_and_the_last_administrator_stays(stack: Stack, root: Browser) -> None:
    somebody(stack, "eve@example.org", "Eve")
    eve, me = find(stack.app.store, "eve@example.org"), find(stack.app.store, "administrator@example.org")
    assert eve and me
    assert root.post(path("/admin/accounts", eve.id, "/roles"), give="moderator").status == 303
    assert roles_of(stack.app.store, eve.id) == ["moderator"]
    assert root.post(path("/admin/accounts", eve.id, "/roles"), take="moderator").status == 303
    assert roles_of(stack.app.store, eve.id) == []
    answer = root.submit(path("/admin/accounts", me.id, "/roles"), take="administrator")
    assert "needs an administrator" in answer.text
    assert roles_of(stack.app.store, me.id) == ["administrator"]


def test_a_listing_is_taken_down_with_a_reason_that_its_seller_reads(stack: Stack) -> None:
    moderator, mine = one_of_the_team(stack, "moderator"), seller(stack)
    listing_id = mine.stall.sell("Blue mug")
    page = path("/admin/listings", listing_id)
    assert page in moderator.get("/admin/listings?find=blue").text
    assert page not in moderator.get("/admin/listings?find=green").text
    missing = moderator.post(f"{page}/remove", why="")
    assert missing.status == 422 and 'href="#f-why"' in missing.text
    assert moderator.post(f"{page}/remove", why="A forbidden thing.").status == 303
    assert "A forbidden thing." in moderator.get("/admin/listings?show=removed").text
    (told,) = list_notices(stack.app.store, mine.account_id)
    assert told.kind == "listing_removed" and "A forbidden thing." in told.body
    assert moderator.post(f"{page}/restore").status == 303
    found = item(stack.app.store, listing_id)
    assert found and found.state == "active"


def test_what_a_seller_wrote_is_shown_and_never_run(stack: Stack) -> None:
    mine = seller(stack)
    listing_id = mine.stall.draft("<b>Mug</b>", description="<p>Fine <script>alert(1)</script></p>")
    page = one_of_the_team(stack, "moderator").get(path("/admin/listings", listing_id)).text
    assert "&lt;b&gt;Mug" in page
    assert "alert(1)" not in page


def test_operators_decide_where_buyer_and_seller_cannot(stack: Stack, root: Browser) -> None:
    deal = sold(stack, seller(stack).stall)
    order = path("/admin/orders", deal.id)
    number = re.search(r'<span class="code nowrap">([\w-]+)</span>', root.get("/admin/orders").text)
    assert number and root.get(f"/admin/orders?find={number[1].lower()}").header("Location") == order
    assert "No order has the number" in root.get("/admin/orders?find=nothing").text
    assert root.post(f"{order}/moves/call_off", reason=" ").status == 422
    assert "Called off and refunded" in root.submit(f"{order}/moves/call_off", reason="Fraud").text
    assert get_deal(stack.app.store, deal.id).state == "called_off"


def test_orders_are_shown_by_their_state(stack: Stack, root: Browser) -> None:
    deal = sold(stack, seller(stack).stall)
    assert path("/admin/orders", deal.id) in root.get("/admin/orders?show=paid").text
    assert path("/admin/orders", deal.id) not in root.get("/admin/orders?show=sent").text


def test_categories_grow_are_renamed_and_ask(stack: Stack, root: Browser) -> None:
    kitchen = root.post("/admin/categories", name="Kitchen", parent="").header("Location") or ""
    kitchen_id = kitchen.rpartition("/")[2]
    assert root.post("/admin/categories", name="Cups", parent=kitchen_id).status == 303
    assert "kitchen/cups" in root.get("/admin/categories").text
    assert root.post(kitchen, name="Kitchen and table").status == 303
    asked = {"name": "Material", "kind": "choice", "choices": "Clay\n\nWood\nClay", "is_required": "1"}
    assert root.post(f"{kitchen}/attributes", **asked).status == 303
    tree = stack.app.catalogue.categories.tree(stack.app.store)
    (material,) = tree.attributes(tree.by_slug("cups").id)
    assert (material.key, material.choices, material.is_required, material.is_facet) == (
        "material",
        ("Clay", "Wood"),
        True,
        False,
    )
    again = form_of(root.get(f"{kitchen}?attribute=material").text, f"{kitchen}/attributes")
    assert (again["name"], again["choices"], again["kind"]) == ("Material", "Clay\nWood", "choice")


@pytest.mark.parametrize(
    ("form", "fields", "wrong"),
    [
        ("", {"name": " "}, "name"),
        ("/attributes", {"name": "Size", "key": "Not A Key", "kind": "text"}, "key"),
        ("/attributes", {"name": "Size", "kind": "choice"}, "choices"),
        ("/attributes", {"name": "Size", "kind": "text", "unit": "cm"}, "unit"),
    ],
)
def test_what_a_category_cannot_be_is_named_and_kept(
    root: Browser, form: str, fields: dict[str, str], wrong: str
) -> None:
    kitchen = root.post("/admin/categories", name="Kitchen", parent="").header("Location") or ""
    answer = root.post(kitchen + form, **fields)
    assert answer.status == 422
    assert f'href="#f-{wrong}"' in answer.text
    assert form_of(answer.text, kitchen + form)["name"] == fields["name"]


def test_a_category_of_the_same_name_is_refused(root: Browser) -> None:
    assert root.post("/admin/categories", name="Kitchen", parent="").status == 303
    answer = root.post("/admin/categories", name="kitchen", parent="")
    assert answer.status == 422
    assert form_of(answer.text, "/admin/categories")["name"] == "kitchen"


def test_a_coupon_of_the_market_is_made_and_ended(stack: Stack, root: Browser) -> None:
    assert root.post("/admin/coupons", code="WELCOME", amount="5", kind="amount", least="30").status == 303
    (made,) = coupon.of_market(stack.app.store)
    assert (made.amount, made.least, made.shop_id) == (500, 3000, None)
    assert root.post(path("/admin/coupons", made.id, "/end")).status == 303
    assert "Ended" in root.get("/admin/coupons").text


def test_what_is_owed_is_paid_out_now(stack: Stack, root: Browser) -> None:
    mine = seller(stack)
    deal = sold(stack, mine.stall, price=10_000)
    stack.world.move(deal, "send", "deliver", "complete", carrier="DHL", parcel="1")
    assert "€90.00" in root.get("/admin/payouts").text
    assert "Payouts claimed: 1." in root.submit("/admin/payouts").text
    stack.work()
    (paid,) = payout.of_shop(stack.app.store, mine.stall.shop_id)
    assert (paid.amount, paid.state) == (9000, "sent")
    assert "Nothing is owed to any shop" in root.get("/admin/payouts").text


def test_mails_can_be_read_with_their_links(stack: Stack, root: Browser) -> None:
    stack.browser().post("/sign-up", name="Ben", email="ben@example.org", password="nine brown teapots")
    stack.work()
    (mail,) = stack.letters("ben@example.org")
    assert path("/admin/outbox", mail.id) in root.get("/admin/outbox").text
    page = root.get(path("/admin/outbox", mail.id)).text
    link = re.search(r'<a href="http://[^"]+(/verify\?token=[^"]+)">', page)
    assert link and stack.browser().get(link[1]).status == 200


def test_jobs_that_were_given_up_run_again(stack: Stack, root: Browser) -> None:
    first, second, third = bury(stack), bury(stack), bury(stack)
    page = root.get("/admin/jobs").text
    assert "Nobody answers." in page and "check truth" in page
    assert root.post(path("/admin/jobs/dead", first, "/replay")).status == 303
    assert {job.id for job in list_dead(stack.app.store)} == {second, third}
    assert "Jobs that run again: 2" in root.submit("/admin/jobs/dead/replay").text
    assert list_dead(stack.app.store) == []
    assert "not among the dead letters" in root.submit(path("/admin/jobs/dead", first, "/replay")).text


def test_truth_names_the_rows_that_break_a_promise(stack: Stack, root: Browser) -> None:
    listing_id = seller(stack).stall.sell()
    assert "Every promise holds" in root.post("/admin/truth").text
    stack.app.store.write(lambda tx: tx.run(update(listings).values(free=99)))
    page = root.post("/admin/truth").text
    assert "1 promise is broken" in page
    assert ids.encode(listing_id) in page


def test_every_process_is_drawn_without_a_style_of_its_own(root: Browser) -> None:
    page = root.get("/admin/processes").text
    assert '<svg class="process"' in page and "Send parcel" in page
    assert "style=" not in page and "<style" not in page


def test_settings_are_shown_and_secrets_are_not(stack: Stack, root: Browser) -> None:
    page = root.get("/admin/settings").text
    assert "pay_within" in page and "(hidden)" in page
    for secret in (stack.app.settings.web.signing_key, stack.app.settings.payments.webhook_secret):
        assert secret.reveal() not in page


@pytest.mark.parametrize("action", ["/admin/jobs/dead/replay", "/admin/accounts/0000000000000/suspend"])
def test_nothing_changes_by_looking(root: Browser, action: str) -> None:
    assert root.get(action).status == 405
