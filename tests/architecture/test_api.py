"""What people can do on pages, programs can do through the API: a use case that pages import is imported there as well."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from haat.web.api.routes import ENDPOINTS

ROOT = Path(__file__).parents[2]
WEB = ROOT / "src" / "haat" / "web"

# What only pages use, and why.
NOT_FOR_PROGRAMS = {
    "accounts.links": "whether a link works is asked before its form is shown; programs send it and see",
    "payments.events": "the gateway's news come to an address of their own, which is no part of the API",
    "payments.ledger": "pages show how a sale is divided; programs read the statement",
}

# The nouns of the product, and where programs find them.
NOUNS = {
    "account": "/account",
    "approval": "/market/articles/{id:id}/approval",
    "article": "/articles/{id:id}",
    "asked-for job": "/jobs/{id:id}",
    "attribute": "/market/categories/{id:id}/attributes/{key}",
    "balance": "/shop/balance",
    "bid": "/jobs/{id:id}/bids",
    "cart": "/cart",
    "category": "/categories/{slug}",
    "change of an agreement": "/agreements/{id:id}/changes",
    "checkout": "/checkouts",
    "conversation": "/conversations/{id:id}",
    "coupon of a shop": "/shop/coupons",
    "coupon of the market": "/market/coupons",
    "dead letter": "/market/dead-jobs",
    "job": "/market/jobs",
    "listing": "/listings/{id:id}",
    "listing of one's own": "/shop/listings/{id:id}",
    "mail": "/market/mails",
    "notice": "/account/notices",
    "offer": "/articles/{id:id}/offers",
    "order": "/market/orders/{id:id}",
    "payout": "/shop/payouts",
    "payment of milestones": "/agreements/{id:id}/payments",
    "photo": "/shop/listings/{id:id}/photos",
    "place": "/places",
    "process": "/processes",
    "purchase": "/purchases/{id:id}",
    "question": "/listings/{id:id}/questions",
    "removal": "/market/listings/{id:id}/removal",
    "report": "/reports",
    "role": "/market/accounts/{id:id}/roles/{role}",
    "sale": "/shop/sales/{id:id}",
    "schedule": "/market/schedule",
    "search": "/search",
    "session": "/account/sessions",
    "shipping method": "/shop/shipping-methods",
    "shop": "/shops/{slug}",
    "shop of one's own": "/shop",
    "sign-up": "/accounts",
    "statement": "/shop/statement",
    "stock": "/shop/variants/{id:id}/stock",
    "suggestion": "/search/suggestions",
    "suspension": "/market/accounts/{id:id}/suspension",
    "token": "/tokens",
    "truth": "/market/truth",
    "variant": "/shop/listings/{id:id}/variants",
}


@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_of_the_product_is_there_for_programs(noun: str) -> None:
    assert NOUNS[noun] in {endpoint.path for endpoint in ENDPOINTS}


def test_programs_can_do_what_people_can_do_on_pages() -> None:
    by_pages, by_programs = verbs(WEB / "pages"), verbs(WEB / "api")
    assert by_pages - by_programs == NOT_FOR_PROGRAMS.keys()


def verbs(folder: Path) -> set[str]:
    """The files of the market that write something down and are imported below a folder: `accounts.sign_up`."""
    found = {module for file in folder.rglob("*.py") for module in imports(file)}
    return {module.removeprefix("haat.market.") for module in found if changes_something(module)}


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("haat.market."):
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                yield inner if source(inner).exists() else node.module


def changes_something(module: str) -> bool:
    """Whether a unit of work is run in it, or made for one."""
    text = source(module).read_text() if source(module).exists() else ""
    return "store.write(" in text or "tx: Tx" in text


def source(module: str) -> Path:
    return (ROOT / "src" / Path(*module.split("."))).with_suffix(".py")
