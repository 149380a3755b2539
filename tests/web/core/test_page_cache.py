"""Pages are shared between visitors who are nobody in particular, and with nobody else."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from haat.app import App
from haat.web.http import Context, Response, html
from haat.web.routes import Page
from haat.web.wsgi import make_wsgi
from tests.support.browser import Browser
from tests.web.core.members import account, sign_in

if TYPE_CHECKING:
    from haat.ops.drills.servers import OwnRedis

Make = Callable[[Context], Response]


@pytest.fixture
def made() -> list[str]:
    """Where each page that was really made says what it was made for."""
    return []


@pytest.fixture
def visitor(app: App, made: list[str]) -> Browser:
    def show(ctx: Context) -> Response:
        made.append(ctx.path_and_query)
        return html(f"<p>{ctx.path_and_query} in {ctx.lang}, number {len(made)}</p>")

    def forget(ctx: Context) -> Response:
        made.append(ctx.path)
        response = html("secret")
        response.headers.append(("Cache-Control", "no-store"))
        return response

    def choose(ctx: Context) -> Response:
        made.append(ctx.path)
        ctx.set_cookie("haat_cart", "new")
        return html("a cart")

    pages = [Page("GET", "/page", show), Page("POST", "/page", show)]
    return Browser(make_wsgi(app, [*pages, Page("GET", "/forget", forget), Page("GET", "/choose", choose)], []))


def test_strangers_share_a_page(visitor: Browser, made: list[str]) -> None:
    assert visitor.get("/page").body == visitor.get("/page").body
    assert len(made) == 1


def test_each_address_query_and_language_has_a_page_of_its_own(visitor: Browser, made: list[str]) -> None:
    visitor.get("/page")
    visitor.get("/page?a=1")
    visitor.get("/page", **{"Accept-Language": "pl"})
    visitor.get("/page", Host="other.test")
    assert len(made) == 4


def test_the_chosen_language_counts_and_makes_nobody_of_somebody(visitor: Browser, made: list[str]) -> None:
    visitor.cookies["haat_lang"] = "pl"
    assert "in pl" in visitor.get("/page").text
    visitor.get("/page")
    assert len(made) == 1


@pytest.mark.parametrize("cookie", ["haat_session", "haat_cart", "haat_flash"])
def test_who_is_somebody_gets_a_page_of_their_own(visitor: Browser, made: list[str], cookie: str) -> None:
    visitor.get("/page")
    visitor.cookies[cookie] = "x"
    answer = visitor.get("/page")
    assert len(made) == 2
    assert answer.header("Cache-Control") == "private, no-cache"


def test_a_page_for_a_member_is_never_given_to_a_stranger(app: App, visitor: Browser, made: list[str]) -> None:
    sign_in(app, visitor, account(app))
    visitor.get("/page")
    visitor.cookies.clear()
    visitor.get("/page")
    assert len(made) == 2


def test_cookies_of_others_make_nobody_of_somebody(visitor: Browser, made: list[str]) -> None:
    visitor.cookies["consent"] = "yes"
    visitor.get("/page")
    visitor.get("/page")
    assert len(made) == 1


def test_a_page_that_sets_a_cookie_or_asks_to_be_forgotten_is_not_shared(visitor: Browser, made: list[str]) -> None:
    visitor.get("/forget")
    visitor.get("/forget")
    visitor.get("/choose")
    visitor.cookies.clear()
    visitor.get("/choose")
    assert len(made) == 4


def test_what_changes_something_is_always_done(visitor: Browser, made: list[str]) -> None:
    visitor.post("/page")
    visitor.post("/page")
    assert len(made) == 2


def test_a_browser_that_has_the_page_is_told_so(visitor: Browser) -> None:
    etag = visitor.get("/page").header("ETag") or ""
    answer = visitor.get("/page", **{"If-None-Match": etag})
    assert (answer.status, answer.body) == (304, b"")


def test_a_kept_page_is_packed_for_those_who_can_unpack(visitor: Browser) -> None:
    visitor.get("/page")
    packed = visitor.get("/page", **{"Accept-Encoding": "gzip"})
    assert packed.header("Content-Encoding") == "gzip"
    assert gzip.decompress(packed.body) == visitor.get("/page").body
    assert "Accept-Encoding" in (packed.header("Vary") or "")


def test_a_page_is_kept_for_a_moment_only(app: App, made: list[str]) -> None:
    def show(ctx: Context) -> Response:
        made.append(ctx.path)
        return html("<p>now</p>")

    short = App(app.settings._replace(web=app.settings.web._replace(page_cache=20)))
    visitor = Browser(make_wsgi(short, [Page("GET", "/page", show)], []))
    visitor.get("/page")
    time.sleep(0.03)
    visitor.get("/page")
    assert len(made) == 2


def test_nothing_is_kept_where_the_settings_say_so(app: App, made: list[str]) -> None:
    def show(ctx: Context) -> Response:
        made.append(ctx.path)
        return html("<p>now</p>")

    never = App(app.settings._replace(web=app.settings.web._replace(page_cache=0)))
    visitor = Browser(make_wsgi(never, [Page("GET", "/page", show)], []))
    visitor.get("/page")
    visitor.get("/page")
    assert len(made) == 2


def test_only_a_page_that_was_made_for_this_request_says_how_long_that_took(visitor: Browser) -> None:
    assert (visitor.get("/page").header("Server-Timing") or "").startswith("made;dur=")
    assert visitor.get("/page").header("Server-Timing") is None


def test_the_processes_of_a_stack_share_pages_on_a_server(app: App, made: list[str], cache_server: OwnRedis) -> None:
    def show(ctx: Context, name: str) -> Response:
        made.append(ctx.path_and_query)
        return html(f"<p>number {len(made)}</p>")

    cache = app.settings.cache._replace(url=cache_server.address)
    settings = app.settings._replace(cache=cache, web=app.settings.web._replace(page_cache=60_000))
    one, other = (Browser(make_wsgi(App(settings), [Page("GET", "/{name:path}", show)], [])) for _ in range(2))
    first, second = one.get("/page"), other.get("/page", **{"Accept-Encoding": "gzip"})
    assert gzip.decompress(second.body) == first.body
    assert second.header("Server-Timing") is None
    assert second.header("ETag") == first.header("ETag")
    assert second.header("Content-Security-Policy") == first.header("Content-Security-Policy")
    assert other.get("/page", **{"If-None-Match": first.header("ETag") or ""}).status == 304
    assert made == ["/page"]


@pytest.mark.parametrize("address", ["/verify?token=a", "/reset?token=a", "/page?token=a", "/sandbox/confirmations/a"])
def test_a_page_whose_address_holds_a_secret_is_kept_nowhere(app: App, made: list[str], address: str) -> None:
    def show(ctx: Context, name: str) -> Response:
        made.append(ctx.path_and_query)
        return html("<p>yours</p>")

    visitor = Browser(make_wsgi(app, [Page("GET", "/{name:path}", show)], []))
    visitor.get(address)
    assert visitor.get(address).header("Cache-Control") == "private, no-cache"
    assert len(made) == 2
