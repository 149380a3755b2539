"""Who is asking, and whether they may."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, update

from haat.app import App
from haat.kernel import clock
from haat.market.accounts import sessions
from haat.market.accounts.tables import accounts
from haat.market.accounts.tokens import list_tokens, revoke_token
from haat.web.http import Context, Response, json, text
from haat.web.routes import Endpoint, Page
from haat.web.wsgi import make_wsgi
from tests.support.browser import Browser
from tests.web.core.members import account, grant, open_shop, sign_in, token

SUSPEND = update(accounts).where(accounts.c.id == bindparam("account")).values(suspended_at=1)


def who(ctx: Context) -> Response:
    me = ctx.me
    return json(
        None if me is None else {"name": me.name, "shop": me.shop_slug, "admin": me.is_admin, "mod": me.is_moderator}
    )


@pytest.fixture
def visitor(app: App) -> Browser:
    def ok(ctx: Context) -> Response:
        return text("come in")

    pages = [
        Page("GET", "/who", who),
        Page("GET", "/mine", ok, needs="signed_in"),
        Page("POST", "/mine", ok, needs="signed_in"),
        Page("GET", "/selling", ok, needs="seller"),
        Page("GET", "/reports", ok, needs="moderator"),
        Page("GET", "/admin", ok, needs="administrator"),
    ]
    endpoints = [
        Endpoint("GET", "/who", who, "Who", scope="account:read"),
        Endpoint("GET", "/sales", who, "Sales", needs="seller", scope="sales:read"),
        Endpoint("GET", "/anyone", who, "Anyone"),
    ]
    return Browser(make_wsgi(app, pages, endpoints))


def test_a_stranger_is_nobody(visitor: Browser) -> None:
    assert visitor.get("/who").json is None
    visitor.cookies["haat_session"] = "made up"
    assert visitor.get("/who").json is None


def test_a_session_tells_all_about_a_member_at_once(app: App, visitor: Browser) -> None:
    ada = account(app)
    open_shop(app, ada, "ada")
    grant(app, ada, "administrator")
    sign_in(app, visitor, ada)
    assert visitor.get("/who").json == {"name": "Ada", "shop": "ada", "admin": True, "mod": True}


def test_a_session_is_over_when_it_was_ended(app: App, visitor: Browser) -> None:
    ada = account(app)
    sessions.end_session(app.store, ada, sign_in(app, visitor, ada))
    assert visitor.get("/who").json is None


def test_a_session_is_over_when_it_was_not_used_for_long(app: App, visitor: Browser) -> None:
    with clock.frozen():
        sign_in(app, visitor, account(app))
        clock.advance(app.settings.accounts.session)
        assert visitor.get("/who").json is None


def test_a_session_goes_on_as_long_as_it_is_used(app: App, visitor: Browser) -> None:
    with clock.frozen():
        sign_in(app, visitor, account(app))
        for _ in range(3):
            clock.advance(app.settings.accounts.session - 1)
            assert visitor.get("/who").json is not None


def test_who_is_suspended_is_signed_out_at_once(app: App, visitor: Browser) -> None:
    ada = account(app)
    sign_in(app, visitor, ada)
    app.store.write(lambda tx: tx.run(SUSPEND, account=ada))
    assert visitor.get("/who").json is None


def test_a_stranger_is_sent_to_sign_in_and_back(visitor: Browser) -> None:
    assert visitor.get("/mine?a=1").header("Location") == "/sign-in?next=%2Fmine%3Fa%3D1"
    sent = visitor.ask("POST", "/mine", headers={"Sec-Fetch-Site": "same-origin", "Referer": "http://shop.test/cart"})
    assert sent.header("Location") == "/sign-in?next=%2Fcart"
    elsewhere = visitor.ask(
        "POST", "/mine", headers={"Sec-Fetch-Site": "same-origin", "Referer": "http://evil.example/"}
    )
    assert elsewhere.header("Location") == "/sign-in?next=%2F"


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("", {"/mine"}),
        ("seller", {"/mine", "/selling"}),
        ("moderator", {"/mine", "/reports"}),
        ("administrator", {"/mine", "/reports", "/admin"}),
    ],
)
def test_each_role_opens_its_own_doors(app: App, visitor: Browser, role: str, may: set[str]) -> None:
    ada = account(app)
    if role == "seller":
        open_shop(app, ada)
    elif role:
        grant(app, ada, role)
    sign_in(app, visitor, ada)
    doors = {path: visitor.get(path).status for path in ("/mine", "/selling", "/reports", "/admin")}
    assert doors == {path: 200 if path in may else 403 for path in doors}


def test_a_token_may_do_what_its_scopes_say_and_no_more(app: App, visitor: Browser) -> None:
    ada = account(app)
    open_shop(app, ada)
    secret = token(app, ada, "account:read")
    assert visitor.call("GET", "/api/v1/who", Authorization=f"Bearer {secret}").json["name"] == "Ada"
    refused = visitor.call("GET", "/api/v1/sales", Authorization=f"Bearer {secret}")
    assert (refused.status, refused.json["code"]) == (403, "scope_missing")


def test_a_token_may_do_no_more_than_its_owner(app: App, visitor: Browser) -> None:
    secret = token(app, account(app), "sales:read")
    refused = visitor.call("GET", "/api/v1/sales", Authorization=f"Bearer {secret}")
    assert (refused.status, refused.json["code"]) == (403, "not_allowed")


def test_a_token_that_was_revoked_opens_nothing(app: App, visitor: Browser) -> None:
    ada = account(app)
    secret = token(app, ada, "account:read")
    revoke_token(app.store, ada, list_tokens(app.store, ada)[0].id)
    answer = visitor.call("GET", "/api/v1/who", Authorization=f"Bearer {secret}")
    assert (answer.status, answer.header("WWW-Authenticate")) == (401, "Bearer")


def test_a_wrong_token_is_not_made_good_by_a_session(app: App, visitor: Browser) -> None:
    sign_in(app, visitor, account(app))
    assert visitor.call("GET", "/api/v1/who", Authorization="Bearer haat_made_up").status == 401


def test_a_token_opens_no_pages(app: App, visitor: Browser) -> None:
    secret = token(app, account(app), "account:read")
    assert visitor.get("/who", Authorization=f"Bearer {secret}").json is None


def test_an_endpoint_without_a_scope_asks_nobody(visitor: Browser) -> None:
    assert visitor.call("GET", "/api/v1/anyone").status == 200


def test_a_table_cannot_name_a_scope_that_does_not_exist(app: App) -> None:
    with pytest.raises(ValueError, match="no scope"):
        make_wsgi(app, [], [Endpoint("GET", "/x", who, "X", scope="made:up")])
    with pytest.raises(ValueError, match="must name a scope"):
        make_wsgi(app, [], [Endpoint("GET", "/x", who, "X", needs="seller")])
