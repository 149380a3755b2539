"""From the tables of routes to the function that answers a request.

Falcon's compiled router finds the way; its Request and Response are left out, for they would cost as much as the whole rest of a
small answer: docs/decisions/0001-web-stack.md has the figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from falcon.routing import BaseConverter, CompiledRouter

from haat.kernel import ids
from haat.kernel.errors import NotFound
from haat.web import members, origin
from haat.web.http import Context, Response, redirect
from haat.web.problems import NoSuchPage
from haat.web.routes import Page
from haat.web.statuses import WrongMethod

Answer: TypeAlias = Callable[[Context, dict[str, Any]], Response]
SAFE = ("GET", "HEAD", "OPTIONS")


class Way(NamedTuple):
    """Where a path leads: the template of its route, and what answers by method."""

    template: str
    answers: Mapping[str, Answer]


class Mount(NamedTuple):
    """One line of a table of routes, made ready."""

    method: str
    path: str
    answer: Answer


class Router:
    """Finds the way for a path."""

    def __init__(self, mounts: Iterable[Mount]) -> None:
        self._ways = {path: Way(path, answers) for path, answers in _by_path(mounts).items()}
        self._find = _finder(tuple(self._ways))

    def find(self, path: str) -> tuple[Way, dict[str, Any]] | None:
        """The way, and the parts of the path that its template names."""
        if "\0" in path:
            return None  # No name of ours has it, and not every database can be asked for it.
        found = self._find(path)
        return None if found is None else (self._ways[found[0]], found[2])


@cache
def _finder(templates: tuple[str, ...]) -> Callable[[str], Any]:
    """Compiled once for all shops of a process, which differ in what answers and not in their paths."""
    router = CompiledRouter()
    router.options.converters["id"] = _Id
    for template in templates:
        router.add_route(template, template)
    return router.find


class _Id(BaseConverter):
    """`{id:id}`: one of our ids, as the number."""

    def convert(self, value: str) -> int | None:
        try:
            return ids.decode(value)
        except NotFound:
            return None


def page_mount(page: Page) -> Mount:
    """A page, behind the question whether this visitor may."""
    handler, needs = page.handler, page.needs
    must_be_ours = page.method not in SAFE and not page.from_outside

    def answer(ctx: Context, params: dict[str, Any]) -> Response:
        if must_be_ours:
            origin.require_own(ctx.environ, ctx.origin)
        if needs is not None:
            members.require(ctx.me, needs)
        return handler(ctx, **params)

    return Mount(page.method, page.path, answer)


def no_way(ctx: Context) -> Response:
    """There is no such path; one with a slash too many is sent to where it meant."""
    if len(ctx.path) > 1 and ctx.path.endswith("/") and ctx.method == "GET":
        query = ctx.environ.get("QUERY_STRING", "")
        return redirect(_without_slashes(ctx.path) + (f"?{query}" if query else ""))
    raise NoSuchPage


def other_method(ctx: Context, answers: Mapping[str, Answer]) -> Response:
    """The path is there, but not for this method."""
    allowed = {*answers, "OPTIONS"} | ({"HEAD"} if "GET" in answers else set())
    if ctx.method == "OPTIONS":
        return Response(b"", 204, [("Allow", ", ".join(sorted(allowed)))])
    raise WrongMethod(ctx.method, allowed)


def _by_path(mounts: Iterable[Mount]) -> dict[str, dict[str, Answer]]:
    paths: dict[str, dict[str, Answer]] = {}
    for mount in mounts:
        answers = paths.setdefault(mount.path, {})
        if mount.method in answers:
            raise ValueError(f"{mount.method} {mount.path} is in the table twice")
        answers[mount.method] = mount.answer
    return paths


def _without_slashes(path: str) -> str:
    return "/" + path.strip("/")
