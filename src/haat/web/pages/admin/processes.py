"""The processes that deals run by, drawn and as tables."""

from __future__ import annotations

from markupsafe import Markup

from haat.market.deals import library
from haat.market.deals.draw import draw
from haat.market.deals.process import Move, Process
from haat.web.http import Context, Response
from haat.web.pages.admin.room import admin_page
from haat.web.pages.desk import View, known, lasting
from haat.web.routes import Page


def show(ctx: Context) -> Response:
    """GET /admin/processes."""
    shown = [_process(ctx, rules) for rules in library.every()]
    return admin_page(ctx, "admin/processes.html", "processes", processes=shown)


def _process(ctx: Context, rules: Process) -> View:
    terms = ctx.settings.deals._asdict()
    picture = draw(rules, say=lambda text: known(ctx, text), term=lambda name: lasting(ctx, terms[name]))
    return {
        "name": rules.name,
        "version": rules.version,
        "picture": Markup(picture),  # noqa: S704  The drawing escapes its words.
        "moves": [_move(ctx, rules, move) for move in rules.moves],
    }


def _move(ctx: Context, rules: Process, move: Move) -> View:
    return {
        "title": known(ctx, move.title),
        "name": move.name,
        "by": ", ".join(known(ctx, rules.called(role)) for role in move.by),
        "sources": [known(ctx, rules.states[state].title) for state in move.sources],
        "target": known(ctx, rules.states[move.target].title) if move.target else "",
        "needs": ", ".join([*move.needs, *(f"({name})" for name in move.takes)]),
        "effects": ", ".join(move.effects),
    }


PAGES = [Page("GET", "/admin/processes", show, needs="administrator")]
