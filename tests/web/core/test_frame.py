"""What is true of every request, whatever it asks for."""

from __future__ import annotations

import logging
from errno import ENOSPC

import pytest

from haat.app import App
from haat.kernel.errors import Conflict, NotAllowed, TooMany, Unavailable
from haat.kernel.trace import request_id
from haat.web.http import Context, Response, data, html, redirect, text
from haat.web.routes import Endpoint, Page
from haat.web.wsgi import make_wsgi
from tests.support.browser import Browser


def hello(ctx: Context) -> Response:
    return text(f"hello {ctx.path}")


def raising(error: Exception):
    def handler(ctx: Context) -> Response:
        raise error

    return handler


def browser(app: App, *routes: Page | Endpoint) -> Browser:
    pages = [route for route in routes if isinstance(route, Page)]
    return Browser(make_wsgi(app, pages, [route for route in routes if isinstance(route, Endpoint)]))


def test_people_get_a_page_and_programs_a_problem_where_nothing_is(app: App) -> None:
    visitor = browser(app)
    page, problem = visitor.get("/nothing"), visitor.get("/api/v1/nothing")
    assert page.status == problem.status == 404
    assert page.header("Content-Type") == "text/html; charset=utf-8"
    assert "<h1>" in page.text
    assert problem.header("Content-Type") == "application/problem+json"
    assert problem.json["code"] == "not_found"
    assert problem.json["request_id"] == problem.header("X-Request-Id")


def test_a_method_that_is_not_for_a_path_is_told_which_are(app: App) -> None:
    visitor = browser(app, Page("GET", "/hello", hello), Page("POST", "/hello", hello))
    answer = visitor.ask("DELETE", "/hello")
    assert (answer.status, answer.header("Allow")) == (405, "GET, HEAD, OPTIONS, POST")
    assert visitor.ask("OPTIONS", "/hello").header("Allow") == "GET, HEAD, OPTIONS, POST"


def test_head_says_what_get_would_and_sends_nothing(app: App) -> None:
    visitor = browser(app, Page("GET", "/hello", hello))
    answer = visitor.ask("HEAD", "/hello")
    assert (answer.status, answer.body, answer.header("Content-Length")) == (200, b"", str(len("hello /hello")))


def test_a_slash_too_many_leads_to_where_it_meant_and_never_to_another_host(app: App) -> None:
    visitor = browser(app, Page("GET", "/hello", hello))
    assert visitor.get("/hello/?a=1").header("Location") == "/hello?a=1"
    assert visitor.get("//evil.example/").header("Location") == "/evil.example"


def test_an_address_may_hold_any_letters(app: App) -> None:
    def show(ctx: Context, word: str) -> Response:
        return text(word)

    visitor = browser(app, Page("GET", "/word/{word}", show))
    assert visitor.get("/word/żółw").text == "żółw"


def test_a_part_that_is_no_id_is_not_found(app: App) -> None:
    def show(ctx: Context, id: int) -> Response:
        return text(str(id))

    visitor = browser(app, Page("GET", "/item/{id:id}", show))
    assert visitor.get("/item/0000000000010").text == "32"
    assert visitor.get("/item/41").status == 404


def test_every_answer_carries_an_id_and_a_sane_one_is_kept(app: App) -> None:
    def show(ctx: Context) -> Response:
        return text(request_id.get())

    visitor = browser(app, Page("GET", "/id", show))
    first, second = visitor.get("/id"), visitor.get("/id")
    assert first.header("X-Request-Id") == first.text != second.text
    assert visitor.get("/id", **{"X-Request-Id": "from-the-balancer-1"}).text == "from-the-balancer-1"
    for unfit in ("short", 'quo"te-and-more', "x" * 41):
        assert visitor.get("/id", **{"X-Request-Id": unfit}).header("X-Request-Id") != unfit


def test_a_mistake_of_ours_is_logged_with_its_id_and_tells_nothing(app: App, caplog: pytest.LogCaptureFixture) -> None:
    visitor = browser(app, Page("GET", "/oops", raising(ValueError("the secret is pomegranate"))))
    with caplog.at_level(logging.ERROR):
        answer = visitor.get("/oops", **{"X-Request-Id": "find-me-here"})
    assert answer.status == 500
    assert "pomegranate" not in answer.text
    assert "find-me-here" in answer.text
    assert "the secret is pomegranate" in caplog.text


@pytest.mark.only_on("sqlite", "it takes the file away")
def test_the_page_about_a_broken_database_needs_no_database(app: App, caplog: pytest.LogCaptureFixture) -> None:
    visitor = browser(app, Page("GET", "/mine", hello, needs="signed_in"))
    visitor.cookies["haat_session"] = "x"
    app.store.close()
    app.store.address.path.unlink()
    app.store.address.path.mkdir()
    answer = visitor.get("/mine")
    assert answer.status == 503
    assert "<header" in answer.text
    assert answer.header("Retry-After") == "5"
    assert "the page about an error failed" not in caplog.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotAllowed("No."), 403),
        (Conflict("Too late."), 409),
        (TooMany("Slowly.", retry_after=30), 429),
        (Unavailable("Away."), 503),
    ],
)
def test_what_is_raised_becomes_what_is_said(app: App, error: Exception, status: int) -> None:
    visitor = browser(
        app, Page("GET", "/page", raising(error)), Endpoint("GET", "/endpoint", raising(error), "Refuses")
    )
    assert visitor.get("/page").status == status
    problem = visitor.get("/api/v1/endpoint")
    assert (problem.status, problem.json["title"]) == (status, str(error))


def test_a_disk_without_room_is_no_mistake_of_ours(app: App) -> None:
    full = OSError(ENOSPC, "No space left on device", "/srv/shop/media/x")
    answer = browser(app, Endpoint("GET", "/endpoint", raising(full), "Keeps a file")).get("/api/v1/endpoint")
    assert (answer.status, answer.json["code"]) == (503, "unavailable")
    assert answer.header("Retry-After")
    assert "/srv" not in answer.text


def test_too_many_attempts_are_told_when_to_come_back(app: App) -> None:
    visitor = browser(app, Page("GET", "/page", raising(TooMany("Slowly.", retry_after=30))))
    assert visitor.get("/page").header("Retry-After") == "30"


def test_what_an_error_says_is_text_and_not_html(app: App) -> None:
    visitor = browser(app, Page("GET", "/page", raising(Conflict("<script>", why="100 % <b>"))))
    page = visitor.get("/page").text
    assert "&lt;script&gt;" in page
    assert "100 % &lt;b&gt;" in page


def test_pages_may_run_nothing_that_is_not_in_files_of_ours(app: App) -> None:
    policy = browser(app).get("/nothing").header("Content-Security-Policy") or ""
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    for rule in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert rule in policy


def test_every_kind_of_answer_forbids_guessing_its_type(app: App) -> None:
    visitor = browser(app, Page("GET", "/", lambda ctx: html("<p>")), Page("GET", "/hello", hello))
    for path in ("/", "/hello", "/nothing", "/api/v1/nothing", "/api/v1/openapi.json"):
        assert visitor.get(path).header("X-Content-Type-Options") == "nosniff"


def test_long_texts_are_packed_for_those_who_can_unpack(app: App) -> None:
    import gzip

    long = "word " * 1000
    visitor = browser(
        app,
        Page("GET", "/long", lambda ctx: text(long)),
        Page("GET", "/photo", lambda ctx: data(b"x" * 5000, "image/png")),
    )
    packed = visitor.get("/long", **{"Accept-Encoding": "gzip, br"})
    assert packed.header("Content-Encoding") == "gzip"
    assert gzip.decompress(packed.body).decode() == long
    assert visitor.get("/long").text == long
    assert visitor.get("/photo", **{"Accept-Encoding": "gzip"}).header("Content-Encoding") is None


def test_a_body_may_come_in_many_pieces(app: App) -> None:
    visitor = browser(
        app, Page("GET", "/rows", lambda ctx: data(iter([b"a,b\n", b"1,2\n"]), "text/csv", save_as="żółw.csv"))
    )
    answer = visitor.get("/rows")
    assert answer.body == b"a,b\n1,2\n"
    assert answer.header("Content-Disposition") == "attachment; filename*=UTF-8''%C5%BC%C3%B3%C5%82w.csv"


def test_a_redirect_cannot_smuggle_a_header(app: App) -> None:
    visitor = browser(app, Page("GET", "/go", lambda ctx: redirect("/a\r\nSet-Cookie: x=1")))
    location = visitor.get("/go").header("Location") or ""
    assert "\r" not in location
    assert "\n" not in location


def test_two_routes_cannot_claim_the_same_way(app: App) -> None:
    with pytest.raises(ValueError, match="twice"):
        make_wsgi(app, [Page("GET", "/a", hello), Page("GET", "/a", hello)], [])
