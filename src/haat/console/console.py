"""The outermost function of the console: everything that is true of every request to it."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from falcon.routing import CompiledRouter

from haat.config.schema import Settings
from haat.console.desk import Desk
from haat.console.request import Answer, Request, page, redirect
from haat.console.routes import PAGES, Page
from haat.kernel.errors import (
    HaatError,
    NotFound,
    NotSignedIn,
)
from haat.kernel.trace import request_id
from haat.ops.procedure.scene import PicturesInUse, nobody_to_ask
from haat.web import headers, origin
from haat.web.statuses import status_of

_SAFE = ("GET", "HEAD")
_NOT_KEPT = ("Cache-Control", "no-store")

_log = logging.getLogger(__name__)


class Console:
    """Answers the requests of operators."""

    def __init__(self, settings: Settings, pictures_in_use: PicturesInUse = nobody_to_ask) -> None:
        self.desk = Desk(settings, pictures_in_use)
        self._router = CompiledRouter()
        for path, pages in _by_path().items():
            self._router.add_route(path, pages)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request_id.set(f"console-{secrets.token_hex(6)}")
        ask = Request(self.desk, environ)
        try:
            answer = self._answer(ask)
        except Exception as error:
            answer = _explained(ask, error)
        if ask.method not in _SAFE:
            who = ask.me.name if "me" in ask.__dict__ and ask.me else "nobody"
            _log.info("%s %s by %s from %s: %d", ask.method, ask.path, who, ask.address, answer.status)
        start_response(headers.STATUS_LINES[answer.status], _headers_of(ask, answer))
        return [] if ask.method == "HEAD" else [answer.body]

    def _answer(self, ask: Request) -> Answer:
        found = self._router.find(ask.path)
        if found is None:
            raise NotFound("There is nothing here.", why="The address is none of the console.")
        pages: dict[str, Page] = found[0]  # type: ignore[assignment]
        line = pages.get("GET" if ask.method == "HEAD" else ask.method)
        if line is None:
            raise NotFound("This address is not for that.", why=f"It takes {' and '.join(sorted(pages))}.")
        if ask.method not in _SAFE:
            origin.require_own(ask.environ, ask.origin)
        if line.needs is not None:
            ask.require(line.needs)
        return line.handler(ask, **found[2])


def _explained(ask: Request, error: Exception) -> Answer:
    """An error as a page; who is not signed in is asked to, and comes back."""
    if isinstance(error, NotSignedIn) and ask.method in _SAFE:
        return redirect(f"/sign-in?to={quote(ask.path_and_query, safe='')}")
    if not isinstance(error, HaatError):
        _log.exception("%s %s has failed.", ask.method, ask.path)
        error = HaatError("The console has a fault.", why=f"{type(error).__name__}: {error}", try_="Its log says more.")
    status = status_of(type(error))
    try:
        return page(ask, "problem.html", status=status, problem=error)
    except HaatError:  # Nobody can be looked up: then the page is for nobody.
        ask.__dict__["me"] = None
        return page(ask, "problem.html", status=status, problem=error)


def _headers_of(ask: Request, answer: Answer) -> list[headers.Header]:
    own = {name for name, _ in answer.headers}
    kind = headers.OF_FILES if ask.path.startswith("/static/") else headers.OF_PAGES
    sent = [*answer.headers, *((name, value) for name, value in (*kind, _NOT_KEPT) if name not in own)]
    sent += [("Set-Cookie", cookie) for cookie in ask.answer_cookies]
    if ask.method == "HEAD":
        sent.append(("Content-Length", str(len(answer.body))))
    return sent


def _by_path() -> dict[str, dict[str, Page]]:
    paths: dict[str, dict[str, Page]] = {}
    for line in PAGES:
        paths.setdefault(line.path, {})[line.method] = line
    return paths
