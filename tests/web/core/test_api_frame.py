"""Strict reading, one way of answering, and a description that says so."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import pytest

from haat.app import App
from haat.kernel.errors import Conflict
from haat.web.http import Context
from haat.web.routes import Endpoint, Input, Output
from haat.web.wsgi import make_wsgi
from tests.support.browser import Browser


class NewCup(Input):
    """A cup to be made."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    price: Annotated[int, msgspec.Meta(ge=0)]
    tags: tuple[str, ...] = ()


class Cup(Output):
    """A cup."""

    id: str
    name: str
    price: int
    size: tuple[int, int] | None = None


class CupQuery(Input):
    """Which cups."""

    after: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=100, description="How many at most.")] = 24
    colour: tuple[str, ...] = ()
    is_new: bool = False


class Cups(Output):
    """A page of cups."""

    items: list[Cup]
    next: str | None


def make(ctx: Context, body: NewCup) -> Cup:
    return Cup(id="1", name=body.name, price=body.price)


def list_(ctx: Context, query: CupQuery) -> dict[str, Any]:
    return {"after": query.after, "limit": query.limit, "colour": query.colour, "is_new": query.is_new}


def drop(ctx: Context, id: int) -> None:
    if id != 1:
        raise Conflict("Somebody drinks from it.")


ENDPOINTS = [
    Endpoint("GET", "/cups", list_, "Cups", query=CupQuery, gives=Cups),
    Endpoint("POST", "/cups", make, "Make a cup", takes=NewCup, gives=Cup, status=201, idempotent=True),
    Endpoint("DELETE", "/cups/{id:id}", drop, "Drop a cup", errors=(Conflict,)),
    Endpoint("GET", "/cups/{id:id}", make, "A cup", gives=Cup, scope="listings:read", needs="seller"),
]


@pytest.fixture
def program(app: App) -> Browser:
    return Browser(make_wsgi(app, [], ENDPOINTS))


def test_what_is_right_is_taken_and_answered(program: Browser) -> None:
    answer = program.call("POST", "/api/v1/cups", {"name": "Blue", "price": 5})
    assert (answer.status, answer.json) == (201, {"id": "1", "name": "Blue", "price": 5, "size": None})
    assert program.call("DELETE", "/api/v1/cups/0000000000001").status == 204


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "Blue", "price": "5"}, "price"),
        ({"name": "Blue", "price": -5}, "price"),
        ({"name": "", "price": 5}, "name"),
        ({"name": "Blue"}, "price"),
        ({"name": "Blue", "price": 5, "colour": "red"}, "colour"),
        ({"name": "Blue", "price": 5, "tags": ["a", 1]}, "tags[1]"),
    ],
)
def test_what_is_wrong_is_refused_by_name(program: Browser, body: dict[str, Any], field: str) -> None:
    answer = program.call("POST", "/api/v1/cups", body)
    assert (answer.status, answer.json["code"]) == (422, "invalid")
    assert list(answer.json["fields"]) == [field]


@pytest.mark.parametrize(
    ("type_", "body", "status", "code"),
    [
        ("application/json", b"{", 400, "not_readable"),
        ("application/json", b'{"name": "\xff"}', 400, "not_readable"),
        ("text/plain", b"{}", 415, "wrong_type"),
        ("application/x-www-form-urlencoded", b"name=Blue", 415, "wrong_type"),
    ],
)
def test_what_is_no_json_is_not_guessed_at(program: Browser, type_: str, body: bytes, status: int, code: str) -> None:
    answer = program.ask("POST", "/api/v1/cups", body, type_)
    assert (answer.status, answer.json["code"]) == (status, code)


def test_a_character_that_cannot_be_kept_is_refused_and_one_that_only_looks_like_it_is_not(program: Browser) -> None:
    for text, status in ((rb"a\u0000b", 422), (rb"\\\u0000", 422), (rb"\\u0000", 201), (rb"\\\\u0000", 201)):
        answer = program.ask("POST", "/api/v1/cups", b'{"name": "%s", "price": 1}' % text, "application/json")
        assert answer.status == status, text


def test_a_body_that_is_too_long_is_not_read(program: Browser) -> None:
    assert program.call("POST", "/api/v1/cups", {"name": "x" * 1_000_001, "price": 1}).status == 413


def test_a_query_is_read_as_what_it_should_be(program: Browser) -> None:
    assert program.get("/api/v1/cups?limit=5&colour=red&is_new=true").json == {
        "after": "",
        "limit": 5,
        "colour": ["red"],
        "is_new": True,
    }
    assert program.get("/api/v1/cups?colour=red&colour=blue").json["colour"] == ["red", "blue"]


@pytest.mark.parametrize(("query", "field"), [("limit=0", "limit"), ("limit=x", "limit"), ("color=red", "color")])
def test_a_wrong_query_is_refused_by_name(program: Browser, query: str, field: str) -> None:
    answer = program.get(f"/api/v1/cups?{query}")
    assert (answer.status, list(answer.json["fields"])) == (422, [field])


def test_the_description_names_every_endpoint_with_what_it_takes_gives_and_refuses(program: Browser) -> None:
    document = program.get("/api/v1/openapi.json").json
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "http://shop.test"}]
    assert set(document["paths"]) == {"/api/v1/cups", "/api/v1/cups/{id}"}
    make_ = document["paths"]["/api/v1/cups"]["post"]
    assert make_["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/NewCup"}
    assert set(make_["responses"]) == {"201", "400", "403", "409", "413", "415", "422", "default"}
    assert [parameter["name"] for parameter in make_["parameters"]] == ["Idempotency-Key"]
    listed = document["paths"]["/api/v1/cups"]["get"]["parameters"]
    limit = {"name": "limit", "in": "query", "required": False, "description": "How many at most."}
    assert limit | {"schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 24}} in listed
    assert set(document["paths"]["/api/v1/cups/{id}"]["delete"]["responses"]) == {"204", "403", "404", "409", "default"}
    mine = document["paths"]["/api/v1/cups/{id}"]["get"]
    assert mine["security"] == [{"token": []}, {"session": []}]
    assert {"401", "403"} <= set(mine["responses"])


def test_the_description_refers_to_nothing_that_is_not_in_it(program: Browser) -> None:
    document = program.get("/api/v1/openapi.json").json
    for reference in references(document):
        assert reference.removeprefix("#/components/schemas/") in document["components"]["schemas"]


def test_the_description_can_be_read_on_a_page(program: Browser) -> None:
    page = program.get("/api/docs")
    assert page.status == 200
    assert "POST /api/v1/cups" in page.text
    assert 'id="schema-NewCup"' in page.text
    assert "list of exactly whole number, whole number or null" in page.text
    assert 'id="in_flight"' in page.text


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for part in value.values() for found in references(part)]
    return [found for part in value for found in references(part)] if isinstance(value, list) else []
