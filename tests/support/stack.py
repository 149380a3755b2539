"""A whole stack in one process: the real application over a store, a gateway and a worker of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from haat.app import App
from haat.config.load import load
from haat.config.secrets import ensure_secrets
from haat.jobs.worker import Worker
from haat.market.accounts.tokens import SCOPES, create_token
from haat.market.notices.mail import KeptMail, list_mails
from haat.market.truth.truth import check_all
from haat.web.shop import shop
from haat.web.wsgi import Application
from tests.support.browser import Browser
from tests.support.stall import Stall
from tests.support.world import World

ALL_KINDS = {"HAAT_MARKET__KINDS": "product, equipment, job, article"}


class Stack:
    """`data` holds a migrated database already. The world writes people and goods; browsers and tokens come from outside.

    Every kind can be listed, unless `environ` says otherwise.
    """

    def __init__(self, data: Path, environ: Mapping[str, str] = MappingProxyType(ALL_KINDS)) -> None:
        ensure_secrets(data)
        self.app = App(load(data, environ, {}))
        self.app.count_hires()  # as a start does
        self.application: Application = shop(self.app)
        self.world = World(self.app.store, data, self.app.gateway, zone=self.app.settings.market.time_zone)
        self.worker = Worker(self.app.store, self.app.handlers())

    def browser(self, **more: str) -> Browser:
        return Browser(self.application, **more)

    def stall(self, name: str = "Clay and Co") -> Stall:
        """A shop whose goods are made by the use cases, so that they can be found."""
        return Stall(self.app.store, self.app.catalogue.on_change, name)

    def program(self, account_id: int, *scopes: str) -> Browser:
        """Something that calls the API with a token of this account, with all scopes unless some are named."""
        token = create_token(self.app.store, account_id, "test", scopes or SCOPES)
        browser = self.browser()
        browser.headers["Authorization"] = f"Bearer {token.secret}"
        return browser

    def work(self) -> int:
        """Run every job that is due; returns how many ran."""
        return self.worker.drain()

    def letters(self, to: str) -> list[KeptMail]:
        """The mails that were written to an address, youngest first."""
        return [mail for mail in list_mails(self.app.store) if mail.recipient == to]

    def lies(self) -> dict[str, list[str]]:
        """What is not true of the market; empty while all is well."""
        return {
            found.name: found.offending for found in check_all(self.app.store, self.app.truths()) if not found.holds
        }

    def close(self) -> None:
        self.app.close()
