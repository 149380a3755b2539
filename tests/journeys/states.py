"""Every page of the shop in every state that it is drawn for: where it is, who sees it there, and what they do to see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from playwright.sync_api import Browser, Page

from haat.demo.load import PASSWORD
from tests.journeys.market import Market
from tests.journeys.scene import (
    ADMINISTRATOR,
    BEGINNER,
    BUYER,
    CRAFTSPERSON,
    CUSTOMER,
    NEWCOMER,
    OWNER,
    SELLER,
    SHOPPER,
    WORRIED,
)
from tests.support.chromium import DESK, Screen, Window

Act = Callable[[Page], None]
STRANGER = ""


class State(NamedTuple):
    """`route` is the page as its routes name it; `place` may hold names of the scene in braces; `act` is done once the page is there."""

    name: str
    route: str
    place: str
    who: str = STRANGER
    act: Act | None = None
    status: int = 200


def _press(words: str) -> Act:
    def press(page: Page) -> None:
        page.locator("main").get_by_role("button", name=words).first.click()
        page.wait_for_load_state()

    return press


def _fill_and_press(words: str, **fields: str) -> Act:
    def act(page: Page) -> None:
        for name, text in fields.items():
            page.locator(f'main [name="{name}"]').first.fill(text)
        _press(words)(page)

    return act


def _open(words: str) -> Act:
    return lambda page: page.locator("main summary", has_text=words).first.click()


def _open_menu(page: Page) -> None:
    page.locator("header summary").click()


def _open_filters(page: Page) -> None:
    """On a phone they are a sheet; at a desk they stand there already."""
    button = page.locator(".filters-open")
    if button.is_visible():
        button.click()


def _type_in_search(page: Page) -> None:
    field = page.locator("input[type=search]").first
    field.fill("")
    field.press_sequentially("cof")
    page.locator(".suggestions li").first.wait_for()


def _fail_move(words: str) -> Act:
    """Try a move without what it asks for; the browser itself would not send it."""

    def act(page: Page) -> None:
        page.evaluate("() => document.querySelectorAll('main form').forEach((form) => (form.noValidate = true))")
        door = page.locator("main details", has_text=words)
        if door.count():
            door.first.locator("summary").first.click()
        page.locator("main").get_by_role("button", name=words, exact=True).first.click()
        page.wait_for_load_state()

    return act


_ONE_OF_EACH = """() => {
  const kind = (node) => [...new Set([node, ...node.querySelectorAll("*")].map((one) => `${one.tagName}.${one.className}`))].sort().join(" ");
  const thin_out = (nodes, seen = new Set()) => nodes.forEach((node) => (seen.has(kind(node)) ? node.remove() : seen.add(kind(node))));
  document.querySelectorAll("main tbody, main dl, main ul").forEach((list) => thin_out([...list.children]));
  thin_out([...document.querySelectorAll("main article")]);
}"""


def _keep_one_of_each(page: Page) -> None:
    """Of a page that is endless because it repeats itself: what is alike is there once."""
    page.evaluate(_ONE_OF_EACH)


def _check_truth(page: Page) -> None:
    page.locator("main form button").first.click()
    page.wait_for_load_state()


LOOKING_AROUND = [
    State("front", "/", "/"),
    State("front-of-a-member", "/", "/", BUYER),
    State("menu", "/", "/", SELLER, _open_menu),
    State("suggestions", "/", "/", STRANGER, _type_in_search),
    State("search", "/search", "/search"),
    State("search-words", "/search", "/search?q=mug"),
    State("search-misspelt", "/search", "/search?q=chizel"),
    State("search-did-you-mean", "/search", "/search?q=bench"),
    State("search-filtered", "/search", "/search?q=cup&f.material=Stoneware&min=10&max=90&sort=price_up"),
    State("search-filters-open", "/search", "/search?q=cup", STRANGER, _open_filters),
    State("search-filtered-away", "/search", "/search?q=mug&f.material=Steel&max=2"),
    State("search-nothing", "/search", "/search?q=helicopter"),
    State("search-wrong-price", "/search", "/search?min=cheap"),
    State("category", "/category/{slug}", "/category/kitchen-and-table"),
    State("category-deep", "/category/{slug}", "/category/mugs-and-cups"),
    State("listing", "/item/{id:id}/{slug}", "/item/{plain}"),
    State("listing-of-kinds", "/item/{id:id}/{slug}", "/item/{kinds}"),
    State("listing-of-two-kinds", "/item/{id:id}/{slug}", "/item/{axes}"),
    State("listing-sold-out", "/item/{id:id}/{slug}", "/item/{sold_out}"),
    State("listing-ended", "/item/{id:id}/{slug}", "/item/{ended}"),
    State("listing-without-photo", "/item/{id:id}/{slug}", "/item/{without_photo}"),
    State("listing-draft-of-mine", "/item/{id:id}/{slug}", "/item/{draft}", SELLER),
    State("listing-of-mine", "/item/{id:id}/{slug}", "/item/{mine}", SELLER),
    State("shop", "/shop/{slug}", "/shop/barro-sal"),
    State("shop-search", "/shop/{slug}", "/shop/barro-sal?q=mug"),
    State("shop-empty", "/shop/{slug}", "/shop/conti-paper"),
    State("help-buying", "/help/buying", "/help/buying"),
    State("help-test-cards", "/help/test-cards", "/help/test-cards"),
]  # fmt: skip

HIRING = [
    State("hire", "/item/{id:id}/{slug}", "/item/{hire_day}"),
    State("hire-by-the-hour", "/item/{id:id}/{slug}", "/item/{hire_hour}?start={hire_from}T09:00&end={hire_from}T17:00&quantity=1"),
    State("hire-that-is-free", "/item/{id:id}/{slug}", "/item/{hire_day}?start={hire_from}&end={hire_until}&quantity=2", BUYER),
    State("hire-mistakes", "/item/{id:id}/{slug}", "/item/{hire_day}?start={hire_until}&end={hire_from}&quantity=1"),
    State("hire-found", "/search", "/search?free_from={hire_from}&free_until={hire_until}"),
    State("hire-checkout", "/hire/{id:id}", "/hire/{hire_day_id}?start={hire_from}&end={hire_until}&quantity=1", BUYER),
    State("hire-checkout-mistakes", "/hire/{id:id}", "/hire/{hire_day_id}?start={hire_from}&end={hire_until}&quantity=1", BUYER, _fill_and_press("Pay ", street="", card_number="4000 0010 0000 0019")),
    *(
        State(f"hire-{state.replace('_', '-')}", "/purchases/{id:id}", f"/purchases/{{hire_{state}}}", BUYER)
        for state in ("booked", "handed_over", "brought_back", "closed", "claimed", "settled")
    ),
    State("deposit-claimed", "/purchases/{id:id}", "/purchases/{deposit_claimed}", BUYER),
]  # fmt: skip

ARTICLES = [
    *(
        State(f"article-{asking}", "/item/{id:id}/{slug}", f"/item/{{article_{asking}}}")
        for asking in ("negotiable", "fixed", "free", "offers")
    ),
    State("article-to-offer-for", "/item/{id:id}/{slug}", "/item/{article_negotiable}", BUYER),
    State("article-offer-mistake", "/item/{id:id}/{slug}", "/item/{article_offers}", BUYER, _fail_move("Make an offer")),
    State("article-of-mine", "/item/{id:id}/{slug}", "/item/{article_negotiable}", OWNER),
    State("article-reserved", "/item/{id:id}/{slug}", "/item/{armchair_reserved}"),
    State("articles-near", "/search", "/search?q=armchair&near=Graz&km=25"),
    State("articles-near-nowhere", "/search", "/search?near=Nowhereville"),
    State("articles", "/articles", "/articles", OWNER),
    State("articles-empty", "/articles", "/articles", NEWCOMER),
    State("article-new", "/articles/new", "/articles/new", OWNER),
    State("article-new-mistakes", "/articles/new", "/articles/new", OWNER, _fail_move("Begin")),
    *(
        State(f"article-editor-{standing}", "/articles/{id:id}", f"/articles/{{article_{standing}_id}}", OWNER)
        for standing in ("draft", "waiting", "refused", "negotiable", "ended")
    ),
    State("article-editor-sold", "/articles/{id:id}", "/articles/{armchair_sold_id}", OWNER),
    State("article-editor-mistakes", "/articles/{id:id}", "/articles/{article_draft_id}", OWNER, _fill_and_press("Save draft", title="", place="Nowhereville")),
    State("promotion", "/promotions/{id:id}", "/promotions/{article_negotiable_id}", OWNER),
    State("promotion-mistakes", "/promotions/{id:id}", "/promotions/{article_negotiable_id}", OWNER, _fill_and_press("Promote it and pay", card_number="12")),
    State("promotion-longer", "/promotions/{id:id}", "/promotions/{article_fixed_id}", OWNER, _open("Promote it for longer")),
    State("promotion-to-be-paid", "/promotions/{id:id}", "/promotions/{article_free_id}", OWNER),
    State("promotion-of-mine", "/purchases/{id:id}", "/purchases/{promotion_paid}", OWNER),
    State("promoted", "/category/{slug}", "/category/bowls-and-plates"),
    State("article-renewal", "/articles/{id:id}/renewal", "/articles/{article_ended_id}/renewal", OWNER),
    State("article-renewal-too-early", "/articles/{id:id}/renewal", "/articles/{article_negotiable_id}/renewal", OWNER),
    *(
        State(f"offer-{state.replace('_', '-')}", "/purchases/{id:id}", f"/purchases/{{offer_{state}}}", BUYER)
        for state in ("offered", "countered", "reserved", "handed_over", "collected", "sold", "declined", "withdrawn", "fallen_through")
    ),
    *(
        State(f"offer-to-owner-{state.replace('_', '-')}", "/selling/orders/{id:id}", f"/selling/orders/{{offer_{state}}}", OWNER)
        for state in ("offered", "countered", "reserved", "handed_over", "collected", "sold", "fallen_through")
    ),
    State("offer-counter-mistake", "/selling/orders/{id:id}", "/selling/orders/{offer_offered}", OWNER, _fail_move("Name another price")),
]  # fmt: skip

MESSAGES = [
    State("messages", "/messages", "/messages", OWNER),
    State("messages-empty", "/messages", "/messages", NEWCOMER),
    State("message-new", "/messages/new", "/messages/new?listing={article_fixed_id}", BUYER),
    State("message-new-mistake", "/messages/new", "/messages/new?listing={article_fixed_id}", BUYER, _fail_move("Send message")),
    State("talk", "/messages/{id:id}", "/messages/{talk}", BUYER),
    State("talk-of-the-owner", "/messages/{id:id}", "/messages/{talk}", OWNER),
    State("talk-blocked", "/messages/{id:id}", "/messages/{talk_blocked}", OWNER),
    State("report-a-listing", "/reports/new", "/reports/new?listing={article_fixed_id}", BUYER),
    State("report-a-person", "/reports/new", "/reports/new?person={member}", OWNER),
    State("report-mistakes", "/reports/new", "/reports/new?listing={article_fixed_id}", BUYER, _fail_move("Send report")),
]  # fmt: skip

JOBS = [
    State("job", "/item/{id:id}/{slug}", "/item/{job_bid}"),
    State("job-sealed", "/item/{id:id}/{slug}", "/item/{job_sealed}"),
    State("job-i-bid-on", "/item/{id:id}/{slug}", "/item/{job_bid}", CRAFTSPERSON),
    State("job-of-mine", "/item/{id:id}/{slug}", "/item/{job_bid}", CUSTOMER),
    State("job-taken", "/item/{id:id}/{slug}", "/item/{job_working}"),
    State("bid", "/item/{id:id}/bid", "/item/{job_sealed_id}/bid", CRAFTSPERSON),
    State("bid-mistakes", "/item/{id:id}/bid", "/item/{job_sealed_id}/bid", CRAFTSPERSON, _fail_move("Make the bid")),
    State("bid-to-change", "/item/{id:id}/bid", "/item/{job_bid_id}/bid", CRAFTSPERSON),
    State("jobs", "/selling/jobs", "/selling/jobs", CUSTOMER),
    State("jobs-empty", "/selling/jobs", "/selling/jobs", BEGINNER),
    State("job-new", "/selling/jobs/new", "/selling/jobs/new", CUSTOMER),
    State("job-new-mistakes", "/selling/jobs/new", "/selling/jobs/new", CUSTOMER, _fail_move("Save draft")),
    *(
        State(f"job-editor-{standing}", "/selling/jobs/{id:id}", f"/selling/jobs/{{job_{standing}_id}}", CUSTOMER)
        for standing in ("draft", "bid", "working", "closed")
    ),
    *(
        State(f"agreement-{state}", "/agreements/{id:id}", f"/agreements/{{agreement_{state}}}", CUSTOMER)
        for state in ("bid", "awarded", "planned", "working")
    ),
    State("agreement-pay-mistakes", "/agreements/{id:id}", "/agreements/{agreement_working}", CUSTOMER, _fail_move("Pay in")),
    *(
        State(f"agreement-of-craftsperson-{state}", "/agreements/{id:id}", f"/agreements/{{agreement_{state}}}", CRAFTSPERSON)
        for state in ("bid", "awarded", "planned", "working")
    ),
    *(
        State(f"commission-{state.replace('_', '-')}", "/purchases/{id:id}", f"/purchases/{{agreement_{state}}}", CUSTOMER)
        for state in ("bid", "awarded", "planned", "working", "declined")
    ),
    *(
        State(f"commission-to-craftsperson-{state.replace('_', '-')}", "/selling/orders/{id:id}", f"/selling/orders/{{agreement_{state}}}", CRAFTSPERSON)
        for state in ("bid", "awarded", "planned", "working", "turned_down", "withdrawn")
    ),
    *(
        State(f"milestone-{state.replace('_', '-')}", "/purchases/{id:id}", f"/purchases/{{milestone_{state}}}", CUSTOMER)
        for state in ("unfunded", "unpaid", "held", "submitted", "changes_asked", "disputed", "released", "returned")
    ),
    *(
        State(f"milestone-of-craftsperson-{state.replace('_', '-')}", "/selling/orders/{id:id}", f"/selling/orders/{{milestone_{state}}}", CRAFTSPERSON)
        for state in ("unfunded", "held", "submitted", "changes_asked", "disputed", "released")
    ),
]  # fmt: skip

PAYING = [
    State("cart-empty", "/cart", "/cart"),
    State("cart", "/cart", "/cart", SHOPPER),
    State("cart-changed", "/cart", "/cart", WORRIED),
    State("checkout", "/checkout", "/checkout", SHOPPER),
    State("checkout-mistakes", "/checkout", "/checkout", SHOPPER, _fill_and_press("Pay ", street="", card_number="4000 0010 0000 0019")),
    State("checkout-coupon-wrong", "/checkout", "/checkout", SHOPPER, lambda page: (_open("I have a coupon")(page), _fill_and_press("Use coupon", coupon="NOSUCH")(page))[0]),
    State("checkout-paid", "/checkout/{id:id}", "/checkout/{checkout_paid}", BUYER),
    State("checkout-declined", "/checkout/{id:id}", "/checkout/{checkout_declined}", BUYER),
    State("checkout-declined-mistakes", "/checkout/{id:id}", "/checkout/{checkout_declined}", BUYER, _press("Pay ")),
    State("checkout-bank-asks", "/checkout/{id:id}", "/checkout/{checkout_asked}", BUYER),
    State("checkout-no-answer-yet", "/checkout/{id:id}", "/checkout/{checkout_silent}", BUYER),
    State("bank", "/sandbox/confirmations/{secret}", "/sandbox/confirmations/{bank_door}", BUYER),
    State("bank-answered", "/sandbox/confirmations/{secret}", "/sandbox/confirmations/{bank_door_done}", BUYER),
]  # fmt: skip

PURCHASES = [
    State("purchases", "/purchases", "/purchases", BUYER),
    State("purchases-done", "/purchases", "/purchases?show=done", BUYER),
    State("purchases-empty", "/purchases", "/purchases", NEWCOMER),
    *(
        State(f"purchase-{state.replace('_', '-')}", "/purchases/{id:id}", f"/purchases/{{order_{state}}}", BUYER)
        for state in (
            "unpaid", "paid", "sent", "delivered", "completed", "return_asked", "return_refused", "return_agreed", "sent_back",
            "missing_reported", "disputed",
            "returned", "refunded", "part_refunded", "called_off", "cancelled", "expired",
        )
    ),
    State("purchase-move-mistake", "/purchases/{id:id}", "/purchases/{order_delivered}", BUYER, _fail_move("Ask for a return")),
]  # fmt: skip

ACCOUNTS = [
    State("sign-in", "/sign-in", "/sign-in"),
    State("sign-in-wrong", "/sign-in", "/sign-in", STRANGER, _fill_and_press("Sign in", email="nobody@scene.example", password="wrong")),
    State("sign-up", "/sign-up", "/sign-up"),
    State("sign-up-mistakes", "/sign-up", "/sign-up", STRANGER, _press("Make an account")),
    State("mail-was-sent", "/verify", "/verify?email=noor%40scene.example"),
    State("address-to-confirm", "/verify", "/verify?token={confirm_link}"),
    State("address-link-used-up", "/verify", "/verify?token=used-up", STRANGER, _press("Confirm address")),
    State("new-address-to-confirm", "/account/address", "/account/address?token={move_link}"),
    State("forgot", "/forgot", "/forgot"),
    State("forgot-mistake", "/forgot", "/forgot", STRANGER, _press("Send me a link")),
    State("forgot-sent", "/forgot", "/forgot", STRANGER, _fill_and_press("Send me a link", email="neel@scene.example")),
    State("reset", "/reset", "/reset?token={reset_link}"),
    State("reset-mistake", "/reset", "/reset?token={reset_link}", STRANGER, _fill_and_press("Save the password", password="short")),
    State("reset-link-used-up", "/reset", "/reset?token=used-up", status=404),
    State("notices", "/notices", "/notices", BUYER),
    State("notices-empty", "/notices", "/notices", NEWCOMER),
    State("account", "/account", "/account", BUYER),
    State("account-password", "/account/password", "/account/password", BUYER),
    State("account-sessions", "/account/sessions", "/account/sessions", BUYER),
    State("account-tokens", "/account/tokens", "/account/tokens", BUYER),
    State("account-tokens-empty", "/account/tokens", "/account/tokens", NEWCOMER),
]  # fmt: skip

SELLING = [
    State("open-a-shop", "/selling", "/selling", BUYER),
    State("open-a-shop-mistakes", "/selling", "/selling", BUYER, _press("Open the shop")),
    State("selling-today", "/selling", "/selling", SELLER),
    State("selling-first-day", "/selling", "/selling", BEGINNER),
    State("selling-orders", "/selling/orders", "/selling/orders", SELLER),
    State("selling-orders-all", "/selling/orders", "/selling/orders?show=all", SELLER),
    State("selling-orders-empty", "/selling/orders", "/selling/orders", BEGINNER),
    *(
        State(f"sale-{state.replace('_', '-')}", "/selling/orders/{id:id}", f"/selling/orders/{{order_{state}}}", SELLER)
        for state in (
            "unpaid", "paid", "sent", "delivered", "completed", "return_asked", "return_refused", "return_agreed", "sent_back",
            "missing_reported", "disputed",
            "returned", "refunded", "part_refunded", "called_off", "cancelled", "expired",
        )
    ),
    State("sale-move-mistake", "/selling/orders/{id:id}", "/selling/orders/{order_paid}", SELLER, _fail_move("Send parcel")),
    State("packing-slip", "/selling/orders/{id:id}/slip", "/selling/orders/{order_paid}/slip", SELLER),
    State("selling-listings", "/selling/listings", "/selling/listings", SELLER),
    State("selling-listings-drafts", "/selling/listings", "/selling/listings?show=draft", SELLER),
    State("selling-listings-removed", "/selling/listings", "/selling/listings?show=removed", SELLER),
    State("selling-listings-empty", "/selling/listings", "/selling/listings", BEGINNER),
    State("new-listing", "/selling/listings/new", "/selling/listings/new", SELLER),
    State("new-listing-mistakes", "/selling/listings/new", "/selling/listings/new", SELLER, _press("Begin")),
    State("editor-of-a-draft", "/selling/listings/{id:id}", "/selling/listings/{draft_id}", SELLER),
    State("editor-of-kinds", "/selling/listings/{id:id}", "/selling/listings/{kinds_id}", SELLER),
    State("editor-of-two-kinds", "/selling/listings/{id:id}", "/selling/listings/{axes_id}", SELLER),
    State("editor-mistakes", "/selling/listings/{id:id}", "/selling/listings/{draft_id}", SELLER, _fill_and_press("Save draft", title="")),
    State("editor-of-a-removed-one", "/selling/listings/{id:id}", "/selling/listings/{removed_id}", SELLER),
    State("editor-of-equipment", "/selling/listings/{id:id}", "/selling/listings/{hire_day_id}", SELLER),
    State("selling-hire", "/selling/listings/{id:id}/hire", "/selling/listings/{hire_day_id}/hire", SELLER),
    State("selling-hire-mistakes", "/selling/listings/{id:id}/hire", "/selling/listings/{hire_day_id}/hire", SELLER, _fill_and_press("Save", deposit="much")),
    *(
        State(f"hired-out-{state.replace('_', '-')}", "/selling/orders/{id:id}", f"/selling/orders/{{hire_{state}}}", SELLER)
        for state in ("booked", "handed_over", "brought_back", "closed", "claimed")
    ),
    State("hand-over-mistake", "/selling/orders/{id:id}", "/selling/orders/{hire_booked}", SELLER, _fail_move("Hand it over")),
    State("selling-money", "/selling/money", "/selling/money", SELLER),
    State("selling-payouts", "/selling/payouts", "/selling/payouts", SELLER),
    State("selling-payouts-empty", "/selling/payouts", "/selling/payouts", BEGINNER),
    State("selling-statement", "/selling/statements/{month}", "/selling/statements/{month}", SELLER),
    State("selling-documents", "/selling/documents", "/selling/documents", SELLER),
    State("selling-documents-empty", "/selling/documents", "/selling/documents", BEGINNER),
    State("selling-money-empty", "/selling/money", "/selling/money", BEGINNER),
    State("selling-coupons", "/selling/coupons", "/selling/coupons", SELLER),
    State("selling-coupons-empty", "/selling/coupons", "/selling/coupons", BEGINNER),
    State("selling-coupons-mistakes", "/selling/coupons", "/selling/coupons", SELLER, _press("Make coupon")),
    State("selling-shipping", "/selling/shipping", "/selling/shipping", SELLER),
    State("selling-shipping-empty", "/selling/shipping", "/selling/shipping", BEGINNER),
    State("selling-shipping-mistakes", "/selling/shipping", "/selling/shipping", SELLER, _press("Offer it")),
    State("shop-sign", "/selling/shop", "/selling/shop", SELLER),
]  # fmt: skip

ADMINISTRATION = [
    State("admin", "/admin", "/admin", ADMINISTRATOR),
    State("admin-orders", "/admin/orders", "/admin/orders", ADMINISTRATOR),
    State("admin-order", "/admin/orders/{id:id}", "/admin/orders/{order_return_refused}", ADMINISTRATOR),
    State("admin-order-to-decide", "/admin/orders/{id:id}", "/admin/orders/{order_disputed}", ADMINISTRATOR),
    State("admin-listings", "/admin/listings", "/admin/listings", ADMINISTRATOR),
    State("admin-listing", "/admin/listings/{id:id}", "/admin/listings/{kinds_id}", ADMINISTRATOR),
    State("admin-listing-removed", "/admin/listings/{id:id}", "/admin/listings/{removed_id}", ADMINISTRATOR),
    State("admin-accounts", "/admin/accounts", "/admin/accounts", ADMINISTRATOR),
    State("admin-account", "/admin/accounts/{id:id}", "/admin/accounts/{member}", ADMINISTRATOR),
    State("admin-account-suspended", "/admin/accounts/{id:id}", "/admin/accounts/{suspended}", ADMINISTRATOR),
    State("admin-categories", "/admin/categories", "/admin/categories", ADMINISTRATOR),
    State("admin-category", "/admin/categories/{id:id}", "/admin/categories/{category}", ADMINISTRATOR),
    State("admin-coupons", "/admin/coupons", "/admin/coupons", ADMINISTRATOR),
    State("admin-payouts", "/admin/payouts", "/admin/payouts", ADMINISTRATOR),
    State("admin-batch", "/admin/payouts/batches/{id:id}", "/admin/payouts/batches/{batch}", ADMINISTRATOR),
    State("admin-terms", "/admin/payouts/terms/{slug}", "/admin/payouts/terms/{shop}", ADMINISTRATOR),
    State("admin-documents", "/admin/documents", "/admin/documents", ADMINISTRATOR),
    State("admin-reconciliation", "/admin/reconciliation", "/admin/reconciliation", ADMINISTRATOR),
    State("admin-outbox", "/admin/outbox", "/admin/outbox", ADMINISTRATOR),
    State("admin-mail", "/admin/outbox/{id:id}", "/admin/outbox/{mail}", ADMINISTRATOR),
    State("admin-jobs", "/admin/jobs", "/admin/jobs", ADMINISTRATOR),
    State("admin-truth", "/admin/truth", "/admin/truth", ADMINISTRATOR),
    State("admin-truth-checked", "/admin/truth", "/admin/truth", ADMINISTRATOR, _check_truth),
    State("admin-processes", "/admin/processes", "/admin/processes", ADMINISTRATOR),
    State("admin-settings", "/admin/settings", "/admin/settings", ADMINISTRATOR),
    State("admin-articles", "/admin/articles", "/admin/articles", ADMINISTRATOR),
    State("admin-article", "/admin/articles/{id:id}", "/admin/articles/{article_waiting_id}", ADMINISTRATOR),
    State("admin-article-mistake", "/admin/articles/{id:id}", "/admin/articles/{article_waiting_id}", ADMINISTRATOR, _fail_move("Refuse")),
    State("admin-questions", "/admin/questions", "/admin/questions", ADMINISTRATOR),
    State("admin-reports", "/admin/reports", "/admin/reports", ADMINISTRATOR),
    State("admin-milestone-to-decide", "/admin/orders/{id:id}", "/admin/orders/{milestone_disputed}", ADMINISTRATOR),
]  # fmt: skip

NOT_THERE = [
    State("not-found", "", "/nowhere", status=404),
    State("not-allowed", "", "/admin", BUYER, status=403),
    State("api", "", "/api/docs", STRANGER, _keep_one_of_each),
]  # fmt: skip

STATES = [
    *LOOKING_AROUND,
    *HIRING,
    *ARTICLES,
    *MESSAGES,
    *JOBS,
    *PAYING,
    *PURCHASES,
    *ACCOUNTS,
    *SELLING,
    *ADMINISTRATION,
    *NOT_THERE,
]

# Ways in that answer GET with something else than a page.
NO_PAGES = {
    "/search/suggest": "JSON for the field that is typed in",
    "/places/suggest": "JSON for the field of a place",
    "/messages/{id:id}/new": "JSON for the script of a conversation",
    "/item/{id:id}": "leads to the listing's full address",
    "/checkout/{id:id}/back": "leads to the checkout",
    "/purchases/{id:id}/photos/{sha}": "a photo",
    "/selling/orders/{id:id}/photos/{sha}": "a photo",
    "/admin/orders/{id:id}/photos/{sha}": "a photo",
    "/selling/listings.csv": "a file",
    "/selling/statements/{month}/csv": "a file",
    "/selling/statements/{month}/pdf": "a file",
    "/selling/documents/{id:id}/pdf": "a file",
    "/purchases/{id:id}/documents/{document_id:id}/pdf": "a file",
    "/admin/documents/{id:id}/pdf": "a file",
}


def _go(path: str) -> Act:
    def go(page: Page) -> None:
        page.goto(path)

    return go


def _go_to_the_first(selector: str, *, on: str) -> Act:
    def go(page: Page) -> None:
        page.goto(on)
        path = page.locator(selector).first.get_attribute("href")
        assert path, f"nothing leads on from {on}"
        page.goto(path)

    return go


# What a stranger sees first of a market, whatever kind it is.
FIRST_LOOKS: Mapping[str, Act] = {
    "front": _go("/"),
    "search": _go("/search"),
    "category": _go_to_the_first("main a[href^='/category/']", on="/"),
    "listing": _go_to_the_first("main .card a[href^='/item/']", on="/search"),
    "shop": _go_to_the_first("main a[href^='/shop/']", on="/"),
    "sign-in": _go("/sign-in"),
}


class Tour:
    """Goes from state to state, with one window for everybody who has something to see."""

    def __init__(self, browser: Browser, market: Market, scene: Mapping[str, str]) -> None:
        self._browser = browser
        self._market = market
        self._scene = scene
        self._windows: dict[str, Window] = {}

    def visit(self, state: State, screen: Screen = DESK, theme: str = "light") -> Window:
        """The window in which the state can be seen. What others did to it before is undone by coming anew."""
        window = self._windows.get(state.who) or self._enter(state.who)
        show_on(window.page, screen, theme)
        answer = window.page.goto(state.place.format_map(self._scene))
        assert answer is not None and answer.status == state.status, f"{state.name}: {answer and answer.status}"
        if state.act is not None:
            state.act(window.page)
        return window

    def close(self) -> None:
        for window in self._windows.values():
            window.close()

    def _enter(self, who: str) -> Window:
        window = self._windows[who] = Window(self._browser, self._market.url)
        if who != STRANGER:
            password = self._market.administrator_password if who == ADMINISTRATOR else PASSWORD
            window.send("/sign-in", email=who, password=password)
        return window


def show_on(page: Page, screen: Screen, theme: str) -> None:
    """Show a page that stands there already on another screen, in other colours."""
    page.set_viewport_size({"width": screen.width, "height": screen.height})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
