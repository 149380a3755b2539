"""What changes something is taken from our own pages alone."""

from __future__ import annotations

import pytest

from haat.app import App
from haat.web.http import Context, Response, empty, text
from haat.web.routes import Endpoint, Page
from haat.web.wsgi import make_wsgi
from tests.support.browser import Browser
from tests.web.core.members import account, sign_in, token


def done(ctx: Context) -> Response:
    return text("done")


@pytest.fixture
def visitor(app: App) -> Browser:
    pages = [Page("POST", "/act", done), Page("POST", "/news", done, from_outside=True)]
    endpoints = [
        Endpoint("POST", "/act", lambda ctx: empty(), "Act"),
        Endpoint("POST", "/mine", lambda ctx: empty(), "Act", scope="account:write"),
    ]
    return Browser(make_wsgi(app, pages, endpoints))


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_form_of_our_own_page_is_taken(visitor: Browser, site: str) -> None:
    assert visitor.ask("POST", "/act", headers={"Sec-Fetch-Site": site}).status == 200


def test_an_older_browser_says_it_with_the_origin(visitor: Browser) -> None:
    assert visitor.ask("POST", "/act", headers={"Origin": "http://shop.test"}).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://blog.shop.test"},
        {"Origin": "null"},
        {"Origin": "https://shop.test"},
        {"Origin": "http://shop.test.evil.example"},
    ],
)
def test_a_form_from_elsewhere_is_refused_with_a_page_that_says_why(visitor: Browser, headers: dict[str, str]) -> None:
    answer = visitor.ask("POST", "/act", headers=headers)
    assert answer.status == 403
    assert "This could not be accepted" in answer.text


def test_news_of_a_gateway_may_come_from_outside(visitor: Browser) -> None:
    assert visitor.ask("POST", "/news").status == 200


def test_the_address_of_the_settings_is_our_own_whatever_host_is_named(app: App) -> None:
    web = app.settings.web._replace(public_url="https://market.example")
    visitor = Browser(make_wsgi(App(app.settings._replace(web=web)), [Page("POST", "/act", done)], []))
    assert visitor.ask("POST", "/act", headers={"Origin": "https://market.example"}).status == 200
    assert visitor.ask("POST", "/act", headers={"Origin": "http://shop.test"}).status == 403


def test_a_session_cannot_be_used_by_other_pages_through_the_api(app: App, visitor: Browser) -> None:
    sign_in(app, visitor, account(app))
    assert visitor.call("POST", "/api/v1/mine", Origin="https://evil.example").json["code"] == "from_elsewhere"
    assert visitor.call("POST", "/api/v1/mine").status == 403
    assert visitor.call("POST", "/api/v1/mine", Origin="http://shop.test").status == 204


def test_an_authorization_that_is_no_token_does_not_open_the_api_to_other_pages(app: App, visitor: Browser) -> None:
    sign_in(app, visitor, account(app))
    elsewhere = {"Origin": "https://evil.example", "Authorization": "Basic YTpi"}
    assert visitor.call("POST", "/api/v1/mine", **elsewhere).json["code"] == "from_elsewhere"


def test_a_program_with_a_token_needs_no_page(app: App, visitor: Browser) -> None:
    secret = token(app, account(app), "account:write")
    assert visitor.call("POST", "/api/v1/mine", Authorization=f"Bearer {secret}").status == 204


def test_a_program_that_is_nobody_needs_no_page_either(visitor: Browser) -> None:
    assert visitor.call("POST", "/api/v1/act").status == 204
