"""Cookies of ours: out of the reach of scripts and of other hosts."""

from __future__ import annotations

from haat.app import App
from haat.web import cookies
from haat.web.http import Context, Response, text
from haat.web.routes import Page
from haat.web.wsgi import make_wsgi
from tests.support.browser import Browser


def keep(ctx: Context) -> Response:
    ctx.keep_session("secret")
    return text(ctx.cookie(cookies.SESSION))


def drop(ctx: Context) -> Response:
    ctx.delete_cookie(cookies.SESSION)
    return text("gone")


def test_a_session_is_kept_from_scripts_and_from_requests_of_other_pages(app: App) -> None:
    answer = Browser(make_wsgi(app, [Page("GET", "/keep", keep)], [])).get("/keep")
    assert answer.header("Set-Cookie") == "haat_session=secret; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax"


def test_over_https_it_is_bound_to_this_very_host(app: App) -> None:
    web = app.settings.web._replace(public_url="https://market.example")
    visitor = Browser(make_wsgi(App(app.settings._replace(web=web)), [Page("GET", "/keep", keep)], []))
    assert (visitor.get("/keep").header("Set-Cookie") or "").startswith("__Host-haat_session=secret; Path=/;")
    assert (visitor.get("/keep").header("Set-Cookie") or "").endswith("; Secure")
    assert visitor.get("/keep").text == "secret"


def test_a_cookie_can_be_taken_back(app: App) -> None:
    visitor = Browser(make_wsgi(app, [Page("GET", "/keep", keep), Page("GET", "/drop", drop)], []))
    visitor.get("/keep")
    visitor.get("/drop")
    assert visitor.cookies == {}


def test_of_two_cookies_with_one_name_the_first_counts() -> None:
    assert cookies.parse('a=1; a=2; b="x=y"; junk; c=') == {"a": "1", "b": "x=y", "c": ""}
