"""Routes are data: one line says the way in, who may, and which function answers.

    PAGES = [
        Page("GET", "/item/{id:id}/{slug}", items.show),
        Page("POST", "/selling/listings", listings.create, needs="seller"),
    ]
    ENDPOINTS = [
        Endpoint("GET", "/listings/{id:id}", listings.show, gives=Listing, summary="One listing", errors=(NotFound,)),
        Endpoint("POST", "/listings", listings.create, takes=NewListing, gives=Listing, status=201,
                 needs="seller", scope="listings:write", summary="Offer something", errors=(Invalid,), idempotent=True),
    ]

`{id:id}` is one of our ids: the handler gets the number, and what is no id is not found. `{slug}` is any text without a slash,
`{rest:path}` any text with slashes and must come last. Two routes that share a stretch of path name its parts alike.
GET answers HEAD too. Endpoint paths start below /api/v1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import msgspec

from haat.kernel.errors import HaatError
from haat.web.http import Response
from haat.web.members import Need

Method: TypeAlias = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True)
class Page:
    """A way in for people. What changes something must come from our own pages, unless it is `from_outside` (a gateway's news)."""

    method: Method
    path: str
    handler: Callable[..., Response]
    needs: Need | None = None
    from_outside: bool = False


class Input(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """What an endpoint takes. A field that it does not know is refused by name."""


class Output(msgspec.Struct, kw_only=True, frozen=True):
    """What an endpoint gives."""


@dataclass(frozen=True)
class File:
    """A body or an answer that is a file, as it is. `types` are what it may say that it is; it may be as long as a photo."""

    types: tuple[str, ...]


@dataclass(frozen=True)
class Endpoint:
    """A way in for programs.

    The handler is called with `body=` where it takes something, `query=` where it has a query, and the parts of the path; it
    returns a value of `gives` (None where it gives nothing) or a Response. `scope` is what a token must be allowed; without one
    everybody may come, and `needs` is then refused.
    """

    method: Method
    path: str
    handler: Callable[..., Any]
    summary: str
    takes: type[Input] | File | None = None
    gives: Any = None
    query: type[Input] | None = None
    needs: Need | None = None
    scope: str | None = None
    status: int = 200
    errors: tuple[type[HaatError], ...] = ()
    idempotent: bool = False
    description: str = ""
