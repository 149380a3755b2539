"""The limit: the smallest program that does what a page cannot do without.

It runs exactly the statements that our page ran, on the same driver, and then either writes the same rows as JSON or renders the same
template from the same values, without keeping any card. It looks nobody up, routes by one dictionary, and logs and counts nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from markupsafe import Markup

from haat.app import App
from haat.kernel import ids
from haat.market.catalogue import card
from haat.market.catalogue.card import Card
from haat.market.catalogue.item import item
from haat.store import Store
from haat.store.store import Reader
from haat.web import templating
from haat.web.api import goods_shapes
from haat.web.shop import shop
from haat.web.site import Head, Site

_JSON = [("Content-Type", "application/json")]
_HTML = [("Content-Type", "text/html; charset=utf-8")]
_encode = msgspec.json.Encoder().encode

# The cookie of a visitor who has a cart: their pages are never kept whole.
SOMEBODY = "haat_cart=nobody-in-particular"

Statement = tuple[str, dict[str, Any]]


class Traced(NamedTuple):
    """What one of our pages did: its statements, and, if it rendered, its template with all values."""

    statements: list[Statement]
    template: str
    values: dict[str, Any]


def _trace(app: App, paths: Sequence[str]) -> dict[str, Traced]:
    """Let our own application answer each path once, and write down what it did."""
    ran: list[Statement] = []
    rendered: list[tuple[str, dict[str, Any]]] = []
    _spy_on_reads(ran)
    _spy_on_pages(rendered)
    application = shop(app)
    _keep_no_card(application._site._environment("en"))
    logging.disable()
    found: dict[str, Traced] = {}
    for path in paths:
        _ask(application, path)  # once to fill what a process keeps
        app.search._counts.forget()  # Of thousands of different questions hardly one was counted before.
        ran.clear()
        rendered.clear()
        _ask(application, path)
        template, values = rendered[0] if rendered else ("", {})
        found[path] = Traced(list(ran), template, values)
    return found


def static(content: bytes) -> Callable[..., list[bytes]]:
    """Answers everything with the same bytes."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", _HTML)
        return [content]

    return application


def repeating(app: App, paths: Sequence[str]) -> Callable[..., list[bytes]]:
    """Runs the statements of the path, and renders its template if it had one; anything else it answers with a word."""
    traced = _trace(app, paths)
    site = shop(app)._site
    environment = templating.environment("en", dict(site._environment("en").globals), site.formats("en"))
    _keep_no_card(environment)
    environment.globals["fragment"] = lambda name, it: Markup(environment.get_template(name).render(it=it))
    return _repeating(app.store, traced, environment)


def _keep_no_card(environment: Any) -> None:
    """For an environment that has no template yet: each takes the globals that are there when it is loaded."""
    environment.globals["card"] = lambda it, *more: environment.get_template("parts/goods.html").module.one_card(
        it, *more
    )


def _repeating(store: Store, traced: dict[str, Traced], environment: Any) -> Callable[..., list[bytes]]:
    templates = {one.template: environment.get_template(one.template) for one in traced.values() if one.template}

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        query = environ["QUERY_STRING"]
        one = traced.get(f"{environ['PATH_INFO']}?{query}" if query else environ["PATH_INFO"])
        if one is None:
            start_response("200 OK", _HTML)
            return [b"ok"]
        connection = store.connection()
        for text, params in one.statements:
            connection.execute(text, params).fetchall()
        start_response("200 OK", _HTML)
        return [templates[one.template].render(one.values).encode()] if one.template else [b"{}"]

    return application


def item_json(app: App) -> Callable[..., list[bytes]]:
    """One listing as JSON: its three statements, its shape, nothing else."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        found = item(app.store, ids.decode(environ["PATH_INFO"][-13:])) if len(environ["PATH_INFO"]) > 13 else None
        start_response("200 OK", _JSON)
        return [_encode(goods_shapes.listing(found)) if found else b"{}"]

    return application


def page_json(app: App) -> Callable[..., list[bytes]]:
    """A page of 24 as JSON: one statement, its shape, nothing else."""
    tree = app.catalogue.categories.tree(app.store)

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        slug, _, cursor = environ["QUERY_STRING"].removeprefix("category=").partition("&after=")
        at, _, id_ = cursor.partition("-")
        after = card.After(int(at, 16), ids.decode(id_)) if cursor else None
        rows: Iterable[Card] = card.in_category(app.store, tree.by_slug(slug).id, after).cards if slug else ()
        start_response("200 OK", _JSON)
        return [_encode({"items": [goods_shapes.card(row) for row in rows], "next": None})]

    return application


def _spy_on_reads(ran: list[Statement]) -> None:
    for name in ("read", "first"):
        setattr(Reader, name, _spied(getattr(Reader, name), ran))


def _spied(method: Callable[..., Any], ran: list[Statement]) -> Callable[..., Any]:
    def spied(self: Any, statement: Any, **params: Any) -> Any:
        text, constants = self._statements.of(statement)
        ran.append((text, {**constants, **params}))
        return method(self, statement, **params)

    return spied


def _spy_on_pages(rendered: list[tuple[str, dict[str, Any]]]) -> None:
    render = Site.render

    def spied(self: Site, language: str, template: str, head: Head, values: dict[str, Any]) -> str:
        rendered.append((template, {**head._asdict(), "now": 0, **values}))
        return render(self, language, template, head, values)

    Site.render = spied  # type: ignore[method-assign]


def _ask(application: Any, path: str) -> None:
    from tests.support.browser import Browser

    browser = Browser(application)
    name, _, value = SOMEBODY.partition("=")
    browser.cookies[name] = value
    answer = browser.get(path)
    if answer.status != 200:
        raise SystemExit(f"{path} was answered with {answer.status}")
