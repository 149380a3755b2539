"""Every page of the shop."""

from haat.web.routes import Page

PAGES: list[Page] = []
