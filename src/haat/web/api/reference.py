"""The API to be read by people: the OpenAPI document, put in the order of a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

Json: TypeAlias = dict[str, Any]


class Field(NamedTuple):
    """One name that is taken or given; `place` is query, path or header where it is not part of a body."""

    name: str
    place: str
    kind: str
    is_required: bool
    words: str


class Answer(NamedTuple):
    """What may come back, and why."""

    status: str
    words: str


class Operation(NamedTuple):
    """One endpoint. `body` and `gives` are names of schemas, empty for none."""

    method: str
    path: str
    summary: str
    description: str
    scope: str
    takes: list[Field]
    body: str
    gives: str
    answers: list[Answer]


class Group(NamedTuple):
    """The endpoints about one noun."""

    name: str
    operations: list[Operation]


class Schema(NamedTuple):
    """One kind of value."""

    name: str
    words: str
    fields: list[Field]


class ProblemCode(NamedTuple):
    """A code that programs can rely on."""

    code: str
    status: str
    words: str


def values(document: Json) -> dict[str, Any]:
    """What the page shows."""
    return {
        "about": document["info"]["description"].split("\n\n"),
        "groups": _groups(document),
        "schemas": _schemas(document),
        "problems": _problem_codes(document),
    }


def _groups(document: Json) -> list[Group]:
    """The endpoints, by noun."""
    found: dict[str, Group] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            name = operation["tags"][0]
            found.setdefault(name, Group(name, [])).operations.append(_operation(method.upper(), path, operation))
    return [found[name] for name in sorted(found)]


def _schemas(document: Json) -> list[Schema]:
    """The kinds of values, by name."""
    known: Mapping[str, Json] = document["components"]["schemas"]
    return [
        Schema(name, _one_line(schema.get("description", "")), [*_fields(schema)])
        for name, schema in sorted(known.items())
    ]


def _problem_codes(document: Json) -> list[ProblemCode]:
    """Every code that an endpoint may answer with."""
    codes = {
        code: ProblemCode(code, status, words)
        for operations in document["paths"].values()
        for operation in operations.values()
        for status, response in operation["responses"].items()
        for code, words in response.get("x-codes", {}).items()
    }
    return [codes[code] for code in sorted(codes)]


def _operation(method: str, path: str, operation: Json) -> Operation:
    body = operation.get("requestBody", {})
    success = next(iter(operation["responses"].values()))
    return Operation(
        method,
        path,
        operation["summary"],
        operation.get("description", ""),
        operation.get("x-scope", ""),
        [_parameter(parameter) for parameter in operation["parameters"]],
        _schema_name(body),
        _schema_name(success),
        [Answer(status, response["description"]) for status, response in operation["responses"].items()],
    )


def _parameter(parameter: Json) -> Field:
    return Field(
        parameter["name"],
        parameter["in"],
        _kind(parameter["schema"]),
        parameter["required"],
        parameter.get("description", ""),
    )


def _fields(schema: Json) -> Iterator[Field]:
    required = schema.get("required", ())
    for name, kind in schema.get("properties", {}).items():
        yield Field(name, "", _kind(kind), name in required, kind.get("description", ""))


def _schema_name(holder: Json) -> str:
    for content in holder.get("content", {}).values():
        return _name(content["schema"].get("$ref", ""))
    return ""


def _kind(schema: Json) -> str:
    """A schema in a few words: `list of Listing`, `text or null`."""
    if "$ref" in schema:
        return _name(schema["$ref"])
    if "anyOf" in schema:
        return " or ".join(_kind(part) for part in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(str(value) for value in schema["enum"])
    if "prefixItems" in schema:
        return f"list of exactly {', '.join(_kind(part) for part in schema['prefixItems'])}"
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return _WORDS.get(schema.get("type", ""), "anything")


_WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "object",
    "null": "null",
}


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]


def _one_line(words: str) -> str:
    return " ".join(words.split())
