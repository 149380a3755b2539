"""What just happened is said once, on the next page."""

from __future__ import annotations

import pytest

from haat.app import App
from haat.web.http import Context, Response, html, page, redirect
from haat.web.routes import Page
from haat.web.wsgi import make_wsgi
from tests.support.browser import Browser


@pytest.fixture
def visitor(app: App) -> Browser:
    def save(ctx: Context) -> Response:
        ctx.flash("Saved “żółw”.")
        ctx.flash("Nearly sold out.", "warn")
        return redirect("/next")

    def say_now(ctx: Context) -> Response:
        ctx.flash("Said at once.")
        return page(ctx, "text.html", title="t", body="")

    pages = [
        Page("POST", "/save", save),
        Page("GET", "/next", lambda ctx: page(ctx, "text.html", title="t", body="")),
        Page("GET", "/now", say_now),
        Page("GET", "/plain", lambda ctx: html("nothing")),
    ]
    return Browser(make_wsgi(app, pages, []))


def test_a_message_is_shown_on_the_next_page_and_only_there(visitor: Browser) -> None:
    visitor.post("/save")
    visitor.get("/plain")
    shown = visitor.get("/next").text
    assert "Saved “żółw”." in shown
    assert "Nearly sold out." in shown
    assert "Saved" not in visitor.get("/next").text


def test_a_message_for_the_page_that_is_being_made_is_on_it(visitor: Browser) -> None:
    assert "Said at once." in visitor.get("/now").text
    assert "Said at once." not in visitor.get("/next").text


def test_a_page_with_a_message_is_shown_to_nobody_else(visitor: Browser) -> None:
    visitor.get("/now")
    stranger = Browser(visitor.application)
    assert "Said at once." in visitor.get("/now").text
    assert "Said at once." not in stranger.get("/next").text


def test_nobody_can_put_words_into_our_mouth(visitor: Browser) -> None:
    visitor.post("/save")
    content, _, signature = visitor.cookies["haat_flash"].partition(".")
    other = f"{content}.{signature[:-1]}{'1' if signature.endswith('0') else '0'}"
    for forged in (f"{content[:-4]}aaaa.{signature}", content, "", ".", "ż.ż", other):
        visitor.cookies["haat_flash"] = forged
        assert visitor.get("/next").status == 200
        visitor.cookies["haat_flash"] = forged
        assert "Saved" not in visitor.get("/next").text
