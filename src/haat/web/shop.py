"""The whole shop."""

from __future__ import annotations

from haat.app import App
from haat.web.api.routes import ENDPOINTS
from haat.web.pages.routes import PAGES
from haat.web.wsgi import Application, make_wsgi


def shop(app: App) -> Application:
    """The application of a stack, with every page and every endpoint."""
    return make_wsgi(app, PAGES, ENDPOINTS)
