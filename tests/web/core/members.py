"""People for the tests of the web core, with a session or a token in hand."""

from __future__ import annotations

from haat.app import App
from haat.kernel.ids import new_id
from haat.market.accounts import sessions, tokens
from haat.market.accounts.sessions import Device
from haat.market.accounts.tables import accounts, grants, shops
from tests.support.browser import Browser


def account(app: App, name: str = "Ada", *, language: str = "en") -> int:
    """Somebody who has confirmed the address; returns the id."""
    account_id = new_id()
    row = {
        "email": f"{name.lower()}@example.org",
        "name": name,
        "password_hash": "-",
        "language": language,
        "country": "DE",
        "created_at": 0,
        "verified_at": 0,
    }
    app.store.write(lambda tx: tx.insert(accounts, id=account_id, **row))
    return account_id


def open_shop(app: App, owner: int, slug: str = "stall") -> int:
    shop_id = new_id()
    row = {"slug": slug, "name": slug, "about": "", "country": "DE", "created_at": 0}
    app.store.write(lambda tx: tx.insert(shops, id=shop_id, owner_id=owner, **row))
    return shop_id


def grant(app: App, account_id: int, role: str) -> None:
    app.store.write(lambda tx: tx.insert(grants, account_id=account_id, role=role, granted_at=0))


def sign_in(app: App, browser: Browser, account_id: int) -> int:
    """Give the browser a session; returns the id of the session."""
    device = Device("203.0.113.7", "tests")
    started = app.store.write(lambda tx: sessions.start(tx, app.settings.accounts, account_id, device))
    browser.cookies["haat_session"] = started.secret
    return started.session_id


def token(app: App, account_id: int, *scopes: str) -> str:
    """The secret of a new token."""
    return tokens.create_token(app.store, account_id, "tests", scopes).secret
