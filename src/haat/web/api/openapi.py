"""The API's description of itself: OpenAPI 3.1, made of the table of routes and the types in it, and a page to read it on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from inspect import getdoc
from typing import Any

import msgspec

from haat import __version__
from haat.kernel.errors import HaatError, Invalid, NotAllowed, NotFound, NotSignedIn
from haat.web.api import reference
from haat.web.api.frame import PREFIX, ScopeMissing
from haat.web.api.idempotency import InFlight, KeyReused
from haat.web.api.kinds import ID_PATTERN
from haat.web.api.reference import Json
from haat.web.bodies import NotReadable, TooLarge, WrongType
from haat.web.http import Context, Response, json, page
from haat.web.mount import SAFE
from haat.web.origin import FromElsewhere
from haat.web.problems import Problem
from haat.web.routes import Endpoint, File, Input, Page
from haat.web.statuses import status_of

_ADDRESS = f"{PREFIX}/openapi.json"
_PART = re.compile(r"{(\w+)(?::(\w+))?}")
_ID = {"type": "string", "pattern": ID_PATTERN}


def pages(endpoints: Sequence[Endpoint]) -> list[Page]:
    """The document, and the page that shows it."""
    describe = cache(lambda: document(endpoints))

    def show(ctx: Context) -> Response:
        return json(describe() | {"servers": [{"url": ctx.origin}]})

    def show_page(ctx: Context) -> Response:
        return page(ctx, "api/reference.html", address=_ADDRESS, **reference.values(describe()))

    return [Page("GET", _ADDRESS, show), Page("GET", "/api/docs", show_page)]


def document(endpoints: Iterable[Endpoint]) -> Json:
    """The whole description, without the address of the server."""
    all_ = [*endpoints]
    types = [Problem, *_types(all_)]
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    known = dict(zip(map(_key, types), schemas, strict=True))
    for component in components.values():
        component["description"] = " ".join(component.get("description", "").split())
    paths: dict[str, Json] = {}
    for endpoint in all_:
        paths.setdefault(_path(endpoint), {})[endpoint.method.lower()] = _operation(endpoint, known)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Haat", "version": __version__, "description": _ABOUT},
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _SECURITY},
    }


_ABOUT = """\
Money is whole numbers of minor units (cents) beside their currency, instants are milliseconds since 1970 (UTC), ids are texts of 13
characters, languages and countries are codes such as `en` and `DE`. Days that people choose, such as those of a hire, are days of the
market's own calendar, and so are months of statements; the availability of what is for hire names its time zone. What a request says must
be known: a field that is not is refused by name.

Programs bring a token (`Authorization: Bearer …`), made by `POST /api/v1/tokens`; each endpoint names the scope that it needs.

Lists come in pages: `items`, and in `next` what to send as `after` for the page behind it, or null on the last. Lists that are
always short have `items` alone.

A POST that says so takes an `Idempotency-Key`: sent again with the same key within a day it gives the same answer and does nothing
twice. Errors are problems (RFC 9457): `title` says what happened, `detail` why, `try` what to do; `code` is stable."""

_SECURITY: Json = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token of an account, limited to its scopes."},
    "session": {"type": "apiKey", "in": "cookie", "name": "haat_session", "description": "The session of a browser."},
}

_IDEMPOTENCY_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Unique for each new request; the same for each repetition of one.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 120, "pattern": "^[\\x21-\\x7e]+$"},
}


def _types(endpoints: Iterable[Endpoint]) -> Iterator[Any]:
    """Each type of the table once."""
    seen: set[object] = set()
    for endpoint in endpoints:
        for kind in (endpoint.takes, endpoint.gives):
            if kind is not None and not isinstance(kind, File) and _key(kind) not in seen:
                seen.add(_key(kind))
                yield kind


def _key(kind: Any) -> str:
    return repr(kind)


def _path(endpoint: Endpoint) -> str:
    return PREFIX + _PART.sub(r"{\1}", endpoint.path)


def _operation(endpoint: Endpoint, schemas: Mapping[str, Json]) -> Json:
    operation: Json = {
        "summary": endpoint.summary,
        "operationId": _operation_id(endpoint),
        "tags": [_tag(endpoint)],
        "parameters": [*_path_parameters(endpoint), *_query_parameters(endpoint), *_header_parameters(endpoint)],
        "responses": _responses(endpoint, schemas),
    }
    if description := " ".join(_descriptions(endpoint)):
        operation["description"] = description
    if endpoint.takes is not None:
        operation["requestBody"] = {"required": True, "content": _content(endpoint.takes, schemas)}
    if endpoint.scope is not None:
        operation["security"] = [{"token": []}, {"session": []}]
        operation["x-scope"] = endpoint.scope
    return operation


def _descriptions(endpoint: Endpoint) -> Iterator[str]:
    """What the endpoint says of itself, and what its query says."""
    if endpoint.description:
        yield endpoint.description
    if endpoint.query is not None and endpoint.query.__doc__:
        yield " ".join((getdoc(endpoint.query) or "").split())


def _content(takes: type[Input] | File, schemas: Mapping[str, Json]) -> Json:
    if isinstance(takes, File):
        return {type_: {"schema": {"type": "string", "format": "binary"}} for type_ in takes.types}
    return {"application/json": {"schema": schemas[_key(takes)]}}


def _operation_id(endpoint: Endpoint) -> str:
    words = [part.strip("{}").partition(":")[0] for part in endpoint.path.split("/") if part]
    return "_".join([endpoint.method.lower(), *words]).replace("-", "_")


def _tag(endpoint: Endpoint) -> str:
    return endpoint.path.split("/")[1]


def _path_parameters(endpoint: Endpoint) -> Iterator[Json]:
    for name, kind in _PART.findall(endpoint.path):
        yield {"name": name, "in": "path", "required": True, "schema": _ID if kind == "id" else {"type": "string"}}


def _query_parameters(endpoint: Endpoint) -> Iterator[Json]:
    if endpoint.query is None:
        return
    _, components = msgspec.json.schema_components([endpoint.query])
    schema = components[endpoint.query.__name__]
    for name, kind in schema["properties"].items():
        described = {"description": kind.pop("description")} if "description" in kind else {}
        required = name in schema.get("required", ())
        yield {"name": name, "in": "query", "required": required, "schema": _without_null(kind), **described}


def _without_null(kind: Json) -> Json:
    """A query cannot say null: what may be left out is left out."""
    kinds = [one for one in kind.get("anyOf", ()) if one.get("type") != "null"]
    return kinds[0] if len(kinds) == 1 else kind


def _header_parameters(endpoint: Endpoint) -> Iterator[Json]:
    if endpoint.idempotent:
        yield _IDEMPOTENCY_KEY


def _responses(endpoint: Endpoint, schemas: Mapping[str, Json]) -> Json:
    responses: Json = {str(endpoint.status if endpoint.gives is not None else 204): _success(endpoint, schemas)}
    for status, kinds in _errors_by_status(endpoint).items():
        said = " ".join(dict.fromkeys(_first_line(kind) for kind in kinds))
        responses[str(status)] = _problem(said, {kind.code: _first_line(kind) for kind in kinds})
    return responses | {"default": _problem("Something else is in the way.", {})}


def _success(endpoint: Endpoint, schemas: Mapping[str, Json]) -> Json:
    if endpoint.gives is None:
        return {"description": "Done."}
    if isinstance(endpoint.gives, File):
        content: Json = {type_: {"schema": {"type": "string", "format": "binary"}} for type_ in endpoint.gives.types}
    else:
        content = {"application/json": {"schema": schemas[_key(endpoint.gives)]}}
    return {"description": HTTPStatus(endpoint.status).phrase, "content": content}


def _errors_by_status(endpoint: Endpoint) -> dict[int, list[type[HaatError]]]:
    """What the endpoint says of itself, and what the frame may refuse before it is asked."""
    kinds = dict.fromkeys((*endpoint.errors, *_errors_of_the_frame(endpoint)))
    by_status: dict[int, list[type[HaatError]]] = {}
    for kind in sorted(kinds, key=status_of):
        by_status.setdefault(status_of(kind), []).append(kind)
    return by_status


def _errors_of_the_frame(endpoint: Endpoint) -> Iterator[type[HaatError]]:
    if endpoint.scope is not None:
        yield from (NotSignedIn, ScopeMissing)
    if endpoint.needs not in (None, "signed_in"):
        yield NotAllowed
    if endpoint.method not in SAFE:
        yield FromElsewhere
    if _PART.search(endpoint.path):
        yield NotFound
    if endpoint.query is not None:
        yield Invalid
    if isinstance(endpoint.takes, File):
        yield from (TooLarge, WrongType)
    elif endpoint.takes is not None:
        yield from (Invalid, NotReadable, TooLarge, WrongType)
    if endpoint.idempotent:
        yield from (InFlight, KeyReused)


def _problem(description: str, codes: Mapping[str, str]) -> Json:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": description, "content": content} | ({"x-codes": codes} if codes else {})


def _first_line(kind: type[HaatError]) -> str:
    return (kind.__doc__ or "").strip().split("\n")[0]
