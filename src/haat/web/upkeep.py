"""What the frame itself answers: files, health, figures."""

from __future__ import annotations

from haat.web import files, health, measures
from haat.web.http import Context, Response, data, json, text
from haat.web.measures import Measures
from haat.web.routes import Page


def pages(figures: Measures) -> list[Page]:
    """The ways that every stack has, whatever it sells."""

    def show_figures(ctx: Context) -> Response:
        return data(figures.page(ctx.store), measures.CONTENT_TYPE)

    return [
        Page("GET", "/static/{version}/{name:path}", files.show_asset),
        Page("GET", "/media/{folder}/{name}", files.show_photo),
        Page("GET", "/health", _alive),
        Page("GET", "/api/health", _ready),
        Page("GET", "/metrics", show_figures),
    ]


def _alive(ctx: Context) -> Response:
    return text("ok\n")


def _ready(ctx: Context) -> Response:
    report = health.report(ctx.app)
    return json(report, 200 if report.is_ok else 503)
