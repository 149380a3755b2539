"""Errors as answers: a page for people, a problem (RFC 9457) for programs."""

from __future__ import annotations

import logging
from errno import ENOSPC
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from haat.kernel.errors import (
    HaatError,
    Invalid,
    NotFound,
    NotSignedIn,
    TooMany,
    Unavailable,
)
from haat.web.headers import Header
from haat.web.http import Context, Response, html, redirect, rendered
from haat.web.site import Head
from haat.web.statuses import WrongMethod, status_of

if TYPE_CHECKING:
    pass

_log = logging.getLogger(__name__)

_TRY_AGAIN = 5  # seconds, when something we depend on is away


class Problem(msgspec.Struct, kw_only=True, frozen=True):
    """What went wrong (RFC 9457): `title` says what happened, `detail` why, `try` what to do; `code` is stable, `fields` says what is
    wrong with which field, and `request_id` finds it in the log."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    fields: dict[str, str]
    try_: str = msgspec.field(name="try")
    request_id: str


class NoSuchPage(NotFound):
    """The address is none of ours."""

    def __init__(self) -> None:
        super().__init__("There is nothing here.", why="The address is not one of ours, or what was here is gone.")


class Broken(HaatError):
    """A mistake of ours. What it was stands in the log, under the id of the request."""

    code = "broken"

    def __init__(self) -> None:
        super().__init__(
            "Something went wrong here.",
            why="It is our mistake, and it is noted.",
            try_="Try again in a moment. If it stays, tell us the number below.",
        )


def answer(ctx: Context, error: Exception) -> Response:
    """What to say. An error that is not of ours is logged with its traceback, and none of it is told."""
    if isinstance(error, OSError) and error.errno == ENOSPC:
        _log.error("%s %s: the disk is full", ctx.method, ctx.path, exc_info=error)
        error = Unavailable("The disk is full.", try_="Nothing of it was kept. Try again when there is room.")
    if not isinstance(error, HaatError):
        _log.error("%s %s failed", ctx.method, ctx.path, exc_info=error)
        error = Broken()
    response = problem(ctx, error) if ctx.is_for_programs else _page(ctx, error)
    response.headers += _headers_of(error)
    return response


def problem(ctx: Context, error: HaatError) -> Response:
    """The error for a program."""
    content = Problem(
        type=f"/api/docs#{error.code}",
        title=error.what,
        status=status_of(type(error)),
        detail=error.why,
        code=error.code,
        fields=error.fields if isinstance(error, Invalid) else {},
        try_=error.try_,
        request_id=ctx.request_id,
    )
    return Response(msgspec.json.encode(content), content.status, [("Content-Type", "application/problem+json")])


def _page(ctx: Context, error: HaatError) -> Response:
    if isinstance(error, NotSignedIn):
        return redirect(f"/sign-in?next={quote(_way_back(ctx), safe='')}")
    status = status_of(type(error))
    try:
        return html(rendered(ctx, "error.html", _head(ctx, status), _values(ctx, error)), status)
    except Exception:
        _log.exception("the page about an error failed")
        return html(_bare_page(error, ctx.request_id), status)


def _head(ctx: Context, status: int) -> Head:
    """Where something is broken it may be the database, so the page must do without."""
    if status < 500:
        return ctx.head()
    ctx.as_stranger()
    return Head()


def _values(ctx: Context, error: HaatError) -> dict[str, object]:
    """What error.html shows; it has words of its own for what has nothing to do with goods and people."""
    known = ctx.site.words(ctx.lang).known
    is_usual = isinstance(error, NoSuchPage | WrongMethod | Broken)
    return {
        "status": status_of(type(error)),
        "what": "" if is_usual else known(error.what),
        "why": "" if is_usual else known(error.why),
        "try_": "" if is_usual else known(error.try_),
        "request_id": ctx.request_id,
        "retry_after": _retry_after(error),
    }


def _way_back(ctx: Context) -> str:
    """Where somebody goes on after signing in: here, or to the page whose form they sent."""
    if ctx.method == "GET":
        return ctx.path_and_query
    came_from = ctx.header("Referer")
    return came_from.removeprefix(ctx.origin) if came_from.startswith(ctx.origin + "/") else "/"


def _bare_page(error: HaatError, request_id: str) -> str:
    said = "".join(f"<p>{escape(text)}</p>" for text in (error.why, error.try_) if text)
    return (
        f"<!doctype html><html lang=en><title>{escape(error.what)}</title>"
        f"<h1>{escape(error.what)}</h1>{said}<p><code>{escape(request_id)}</code></p>"
    )


def _headers_of(error: HaatError) -> list[Header]:
    if isinstance(error, WrongMethod):
        return [("Allow", error.allowed)]
    if isinstance(error, NotSignedIn):
        return [("WWW-Authenticate", "Bearer")]
    return [("Retry-After", str(_retry_after(error)))] if error.temporary else []


def _retry_after(error: HaatError) -> int:
    """In seconds; 0 where trying again does not help."""
    if isinstance(error, TooMany):
        return error.retry_after
    return _TRY_AGAIN if error.temporary else 0
