"""The document that the API describes itself with: valid, whole, and true of every endpoint."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from haat.market.accounts.tokens import SCOPES
from haat.web.api.openapi import document
from haat.web.api.routes import ENDPOINTS
from haat.web.routes import Endpoint
from haat.web.statuses import status_of
from tests.support.browser import Browser
from tests.support.members import administrator
from tests.support.stack import Stack

DOCUMENT = json.loads(msgspec.json.encode(document(ENDPOINTS)))
NOT_REPEATABLE = {"/tokens"}  # an answer that is kept to be given again would keep the secret


def name(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


def operation(endpoint: Endpoint) -> dict[str, Any]:
    path = "/api/v1" + re.sub(r"{(\w+)(:\w+)?}", r"{\1}", endpoint.path)
    found: dict[str, Any] = DOCUMENT["paths"][path][endpoint.method.lower()]
    return found


def somewhere(endpoint: Endpoint) -> str:
    """A path of the endpoint at which nothing is."""
    return "/api/v1" + re.sub(r"{\w+:id}", "0" * 13, endpoint.path).replace("{", "").replace("}", "")


def test_the_document_is_openapi_and_its_schemas_are_json_schemas(stack: Stack) -> None:
    served = stack.browser().get("/api/v1/openapi.json").json
    assert [error.message for error in OPENAPI_31_VALIDATOR.iter_errors(served)] == []
    assert served == DOCUMENT | {"servers": [{"url": "http://shop.test"}]}
    for title, schema in DOCUMENT["components"]["schemas"].items():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
        assert schema["description"], title


def test_every_reference_leads_somewhere_and_every_schema_is_used() -> None:
    referred = {reference.rpartition("/")[2] for reference in references(DOCUMENT)}
    assert referred == DOCUMENT["components"]["schemas"].keys()


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from references(one)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=name)
def test_every_route_is_told_with_all_its_errors(endpoint: Endpoint) -> None:
    told = operation(endpoint)
    success = str(endpoint.status) if endpoint.gives is not None else "204"
    assert told["summary"] and not told["summary"].endswith(".")
    assert next(iter(told["responses"])) == success
    for error in endpoint.errors:
        assert error.code in told["responses"][str(status_of(error))]["x-codes"]
    parts = re.findall(r"{(\w+)", endpoint.path)
    assert [one["name"] for one in told["parameters"] if one["in"] == "path"] == parts


def test_nothing_is_told_twice() -> None:
    operations = [operation(endpoint)["operationId"] for endpoint in ENDPOINTS]
    assert len(set(operations)) == len(operations) == sum(len(path) for path in DOCUMENT["paths"].values())


@pytest.mark.parametrize("endpoint", [one for one in ENDPOINTS if one.status == 201], ids=name)
def test_what_makes_something_gives_it_and_can_be_sent_again(endpoint: Endpoint) -> None:
    assert endpoint.gives is not None
    assert endpoint.idempotent or endpoint.path in NOT_REPEATABLE


def test_lists_that_go_on_come_in_pages_of_a_hundred_at_the_most() -> None:
    for endpoint in ENDPOINTS:
        if "next" in getattr(endpoint.gives, "__struct_fields__", ()):
            query = {one["name"]: one["schema"] for one in operation(endpoint)["parameters"]}
            assert (query["limit"]["maximum"], "after" in query) == (100, True), endpoint.path


def test_whoever_has_no_token_gets_into_nothing_that_needs_one(stack: Stack) -> None:
    stranger = stack.browser()
    answers = {name(one): stranger.call(one.method, somewhere(one)).status for one in ENDPOINTS if one.scope}
    assert set(answers.values()) == {401}, answers
    assert len(answers) > 80


def test_a_token_does_nothing_beyond_its_scopes(stack: Stack) -> None:
    me = administrator(stack.app.store)
    stack.program(me).call("POST", "/api/v1/shop", {"name": "Clay", "country": "AT"})
    for scope in SCOPES:
        program = stack.program(me, scope)
        for endpoint in ENDPOINTS:
            if endpoint.scope not in (None, scope):
                assert refusal(program, endpoint) == (403, "scope_missing"), f"{name(endpoint)} with {scope}"


def refusal(program: Browser, endpoint: Endpoint) -> tuple[int, str]:
    answer = program.call(endpoint.method, somewhere(endpoint))
    return answer.status, answer.json["code"]


def test_the_page_for_people_shows_every_endpoint_and_every_code(stack: Stack) -> None:
    page = stack.browser().get("/api/docs").text
    for endpoint in ENDPOINTS:
        path = "/api/v1" + re.sub(r":\w+}", "}", endpoint.path)
        assert f"<code>{endpoint.method} {path}</code>" in page
    assert all(f'id="{code}"' in page for code in ("not_found", "scope_missing", "not_on_sale", "too_many"))
