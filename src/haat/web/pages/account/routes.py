"""Every page of this room."""

from haat.web.pages.account import password, profile, sessions, tokens
from haat.web.routes import Page

PAGES: list[Page] = [*profile.PAGES, *password.PAGES, *sessions.PAGES, *tokens.PAGES]
