"""What a request brings is read when it is asked for, and never more of it than is good."""

from __future__ import annotations

import pytest

from haat.app import App
from haat.web.http import Context, Response, json
from haat.web.routes import Page
from haat.web.wsgi import make_wsgi
from tests.support.browser import Browser

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def visitor(app: App) -> Browser:
    def show(ctx: Context) -> Response:
        files = {name: [[f.name, f.size, f.file.read(9).decode()] for f in ctx.form.files(name)] for name in ("photo",)}
        return json([ctx.form.as_dict(), files])

    def query(ctx: Context) -> Response:
        return json([ctx.query.get("a"), ctx.query.all("a"), ctx.query.get("b", "none"), "c" in ctx.query])

    return Browser(make_wsgi(app, [Page("POST", "/form", show), Page("GET", "/query", query)], []))


def test_a_query_may_say_a_thing_once_several_times_or_not_at_all(visitor: Browser) -> None:
    assert visitor.get("/query?a=1&a=%C5%BC+2&c=").json == ["1", ["1", "ż 2"], "none", True]
    assert visitor.get("/query").json == ["", [], "none", False]
    assert visitor.get("/query?%ff=%ff&&&=").status == 200


def test_a_form_is_read_in_both_of_its_encodings(visitor: Browser) -> None:
    fields: dict[str, str | list[str]] = {"title": "Żółw & co", "size": ["s", "m"], "empty": ""}
    assert visitor.send("/form", fields).json == [fields, {"photo": []}]
    with_file = visitor.send("/form", fields, [("photo", "żółw.jpg", b"picture")])
    assert with_file.json == [
        {"title": ["Żółw & co"], "size": ["s", "m"], "empty": [""]},
        {"photo": [["żółw.jpg", 7, "picture"]]},
    ]


def test_what_no_keyboard_types_and_no_database_keeps_is_left_out(visitor: Browser) -> None:
    assert visitor.get("/query?a=x%00y&a=%00").json[:2] == ["xy", ["xy", ""]]
    assert visitor.send("/form", {"title": "Blue\0mug"}).json[0] == {"title": "Bluemug"}
    assert visitor.send("/form", {"title": "Blue\0mug"}, [("photo", "a.jpg", b"x")]).json[0] == {"title": ["Bluemug"]}
    assert visitor.get("/query/%00").status == 404


def test_a_file_field_that_was_left_empty_brings_no_file(visitor: Browser) -> None:
    assert visitor.send("/form", {}, [("photo", "", b"")]).json[1] == {"photo": []}


def test_a_large_file_is_kept_whole(visitor: Browser) -> None:
    assert visitor.send("/form", {}, [("photo", "a.jpg", b"x" * 3_000_000)]).json[1]["photo"][0][1] == 3_000_000


def test_a_form_without_files_may_be_a_megabyte_long(visitor: Browser) -> None:
    assert visitor.send("/form", {"a": "x" * 900_000}).status == 200
    assert visitor.send("/form", {"a": "x" * 1_100_000}).status == 413


def test_the_words_of_a_form_with_files_are_no_longer_than_those_of_one_without(visitor: Browser) -> None:
    photo = [("photo", "a.jpg", b"x")]
    assert visitor.send("/form", {"a": ["x" * 300_000] * 3}, photo).status == 200
    assert visitor.send("/form", {"a": ["x" * 300_000] * 4}, photo).status == 413


def test_files_may_be_as_long_as_several_photos_and_no_longer(app: App) -> None:
    small = App(app.settings._replace(media=app.settings.media._replace(max_size=100_000)))

    def read(ctx: Context) -> Response:
        return json(len(ctx.form.files("photo")))

    visitor = Browser(make_wsgi(small, [Page("POST", "/form", read)], []))
    assert visitor.send("/form", {}, [("photo", "a.jpg", b"x" * 99_000)] * 8).json == 8
    assert visitor.send("/form", {}, [("photo", "a.jpg", b"x" * 99_000)] * 9).status == 413


def test_a_body_that_does_not_say_how_long_it_is_is_counted(app: App, visitor: Browser) -> None:
    class Endless:
        def read(self, size: int) -> bytes:
            return b"x" * size

    answers: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/form",
        "wsgi.url_scheme": "http",
        "HTTP_SEC_FETCH_SITE": "none",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "wsgi.input": Endless(),
    }
    visitor.application(environ, lambda status, headers: answers.append(status))
    assert answers == ["413 Content Too Large"] or answers == ["413 Request Entity Too Large"]


@pytest.mark.parametrize(
    ("type_", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\ncut off"),
        ("multipart/form-data", b"--x--"),
        ("multipart/form-data; boundary=x", b"\xff\xfe nothing"),
        ("text/plain", b"a=1"),
    ],
)
def test_a_form_that_cannot_be_read_is_refused_in_words(visitor: Browser, type_: str, body: bytes) -> None:
    answer = visitor.ask("POST", "/form", body, type_, OURS)
    assert answer.status == 400
    assert "This form cannot be read" in answer.text
