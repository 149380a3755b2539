"""Every page of this room."""

from haat.web.pages.articles import editor, mine, offers
from haat.web.routes import Page

PAGES: list[Page] = [
    *mine.PAGES,
    *editor.PAGES,
    *offers.PAGES,
]
