"""The outermost function: everything that is true of every request, whatever it asks for."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from itertools import count
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeAlias

from haat.cache.packing import packed
from haat.cache.page import Key
from haat.cache.page import Page as KeptPage
from haat.cache.watch import Watch
from haat.kernel.trace import request_id as current_request_id
from haat.ops import running
from haat.web import headers, problems, upkeep
from haat.web.api import openapi
from haat.web.api.frame import endpoint_mount
from haat.web.headers import STATUS_LINES, Header
from haat.web.http import Context, Environ, Response
from haat.web.journal import Journal, write_to_standard_output
from haat.web.measures import Measures
from haat.web.mount import Router, no_way, other_method, page_mount
from haat.web.page_cache import Keys, is_for_everybody, may_be_shared
from haat.web.routes import Endpoint, Page
from haat.web.served import Served
from haat.web.site import Site

if TYPE_CHECKING:
    from haat.app import App

StartResponse: TypeAlias = Callable[..., Any]

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,40}")
_WORTH_PACKING = 1024  # bytes
_PACKED = ("text/", "application/json", "application/problem+json", "image/svg+xml")


class Application:
    """Answers requests: from the kept pages, or by the way that the router finds."""

    def __init__(self, site: Site, router: Router, journal: Journal, measures: Measures) -> None:
        self._site = site
        self._router = router
        self._journal = journal
        self.measures = measures
        self._pages = site.app.pages
        self._watch = Watch(self._pages, running.folder_of(site.app.settings.data), measures.note_cache)
        self._keys = Keys(site.app.settings.market.languages, site.cookie_names)
        self._name = secrets.token_hex(5)
        self._numbers = count(1)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        began = perf_counter()
        request_id = self._request_id(environ)
        in_hand = self._journal.in_hand
        in_hand.add(request_id)
        try:
            key = self._keys.of(environ) if self._pages.keeps else None
            kept = self._pages.fresh(key) if key is not None else None
            if kept is not None:
                return self._send_kept(kept, environ, start_response, request_id, began)
            current_request_id.set(request_id)
            if key is not None and is_for_everybody(key):
                return self._send_shared(key, environ, start_response, request_id, began)
            return self._send_own(environ, start_response, request_id, began)
        finally:
            in_hand.discard(request_id)

    def start(self) -> None:
        """Serve in this process, which may be a fork of the one that made the application."""
        self._name = secrets.token_hex(5)
        self._journal.keep_writing()
        if self._pages.keeps:
            self._watch.start()

    def stop(self) -> None:
        """Write down what was served; no request may come after this."""
        self._watch.stop()
        self._journal.write_down()

    def _request_id(self, environ: Environ) -> str:
        """The id that a proxy gave, if it is one that can stand in a log; else a new one."""
        given = environ.get("HTTP_X_REQUEST_ID")
        if given is not None and _SANE_ID.fullmatch(given):
            return str(given)
        return f"{self._name}-{next(self._numbers):x}"

    def _send_own(
        self, environ: Environ, start_response: StartResponse, request_id: str, began: float
    ) -> Iterable[bytes]:
        """What is made for this visitor alone."""
        ctx = Context(self._site, environ, request_id)
        route, response = self._respond(ctx)
        return self._send(ctx, route, response, start_response, began)

    def _send_shared(
        self, key: Key, environ: Environ, start_response: StartResponse, request_id: str, began: float
    ) -> Iterable[bytes]:
        """What others may get too: from where it is kept, from whoever is making it, or made here for everybody."""
        taken = self._pages.page_or_turn(key)
        if isinstance(taken, KeptPage):
            return self._send_kept(taken, environ, start_response, request_id, began)
        with taken:
            ctx = Context(self._site, environ, request_id)
            route, response = self._respond(ctx)
            if "answer_cookies" in ctx.__dict__ or not may_be_shared(response):
                if response.status < 500:
                    taken.leave()
                return self._send(ctx, route, response, start_response, began)
            made = KeptPage.made(route, response.content, [*response.headers, *headers.OF_PAGES])
            taken.keep(made)
        start_response = _saying_it_is_new(start_response, began)
        return self._send_kept(made, environ, start_response, request_id, began, is_new=True)

    def _respond(self, ctx: Context) -> tuple[str, Response]:
        """The route that was found, "" for none, and what it answers."""
        route = ""
        try:
            found = self._router.find(ctx.path)
            if found is None:
                response = no_way(ctx)
            else:
                (route, answers), params = found
                answer = answers.get("GET" if ctx.method == "HEAD" else ctx.method)
                response = answer(ctx, params) if answer is not None else other_method(ctx, answers)
        except Exception as error:
            response = problems.answer(ctx, error)
        if "said" in ctx.__dict__:
            ctx.keep_said()
        return route, response

    def _send_kept(
        self,
        kept: KeptPage,
        environ: Environ,
        start_response: StartResponse,
        request_id: str,
        began: float,
        *,
        is_new: bool = False,
    ) -> list[bytes]:
        """A page that everybody may have, or the word that the browser has it already."""
        own = ("X-Request-Id", request_id)
        if environ.get("HTTP_IF_NONE_MATCH") == kept.etag:
            status, content = 304, b""
            start_response(STATUS_LINES[304], [("ETag", kept.etag), own])
        elif "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            status = 200
            content, headers = kept.packed()
            start_response("200 OK", [*headers, own])
        else:
            status, content = 200, kept.plain
            start_response("200 OK", [*kept.headers, own])
        self._journal.note(
            Served(
                began,
                perf_counter() - began,
                "GET",
                environ["PATH_INFO"],
                kept.route,
                status,
                len(content),
                request_id,
                environ.get("REMOTE_ADDR", ""),
                None,
                not is_new,
            )
        )
        return [content]

    def _send(
        self, ctx: Context, route: str, response: Response, start_response: StartResponse, began: float
    ) -> Iterable[bytes]:
        sent = _headers_of(ctx, response)
        body = response.body
        if isinstance(body, bytes):
            if len(body) >= _WORTH_PACKING and _may_be_packed(ctx, sent):
                body = packed(body)
                sent.append(("Content-Encoding", "gzip"))
            size = len(body)
            chunks: Iterable[bytes] = [body]
        else:
            size, chunks = 0, body
        if ctx.method == "HEAD":
            sent.append(("Content-Length", str(size)))
            chunks = []
        start_response(STATUS_LINES[response.status], sent)
        known = ctx.__dict__
        me = known.get("me")
        self._journal.note(
            Served(
                began,
                perf_counter() - began,
                ctx.method,
                ctx.path,
                route,
                response.status,
                size,
                ctx.request_id,
                known.get("address") or ctx.environ.get("REMOTE_ADDR", ""),
                None if me is None else me.id,
                False,
            )
        )
        return chunks


def _saying_it_is_new(start_response: StartResponse, began: float) -> StartResponse:
    """Only a page that was made for this very request says how long that took: so who asks can tell it from one that was kept."""

    def start(status: str, sent: list[Header]) -> Any:
        return start_response(status, [*sent, ("Server-Timing", f"made;dur={(perf_counter() - began) * 1000:.1f}")])

    return start


def _headers_of(ctx: Context, response: Response) -> list[Header]:
    """The answer's own headers, those of its kind, its cookies, and the id of the request."""
    if response.headers and response.headers[0][1].startswith("text/html"):
        kind = headers.OF_PAGES
    elif ctx.is_for_programs:
        kind = headers.OF_PROGRAMS
    else:
        kind = headers.OF_FILES
    sent = [*response.headers, *kind, ("X-Request-Id", ctx.request_id)]
    if len(response.headers) < 2 or response.header("Cache-Control") is None:
        sent.append(headers.PRIVATE)
    if "answer_cookies" in ctx.__dict__:
        sent += [("Set-Cookie", cookie) for cookie in ctx.answer_cookies]
    return sent


def _may_be_packed(ctx: Context, sent: list[Header]) -> bool:
    return (
        "gzip" in ctx.environ.get("HTTP_ACCEPT_ENCODING", "")
        and sent[0][1].startswith(_PACKED)
        and not any(name == "Content-Encoding" for name, _ in sent)
    )


def make_wsgi(app: App, pages: Iterable[Page], endpoints: Iterable[Endpoint]) -> Application:
    """The application of a stack with these routes, besides those that every stack has."""
    measures = Measures()
    api = [*endpoints]
    mounts = [page_mount(page) for page in [*upkeep.pages(measures), *openapi.pages(api), *pages]]
    mounts += [endpoint_mount(endpoint) for endpoint in api]
    return Application(Site(app), Router(mounts), Journal(measures, write_to_standard_output), measures)
