"""A market that really runs, with the demo goods on its stalls, and what a test may see behind its counter."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from haat.app import App
from haat.market.notices.mail import KeptMail, list_mails
from haat.market.truth.truth import check_all
from tests.support.running import wait_until
from tests.support.up import Up

T = TypeVar("T")

_PATIENCE = 240.0  # seconds for making the demo goods, which is mostly the making of pictures
_PASSWORD = "administrator.txt"


def stock(data: Path, *more: str) -> None:
    """Make a stack in a folder, start it once and end it. `more` may say --empty."""
    up = Up(data, *more)
    try:
        password = _when_ready(up).named("made")[0]["password"]
        assert up.end() == 0
    finally:
        up.close()
    (data / _PASSWORD).write_text(password)


def stock_once(template: Path, *more: str) -> Path:
    """The same, in a folder that several processes share: one makes it, the others wait. Copy it; it is not to be run."""
    template.parent.mkdir(parents=True, exist_ok=True)
    with template.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            draft = template.with_suffix(".draft")
            shutil.rmtree(draft, ignore_errors=True)
            stock(draft, *more)
            draft.rename(template)
    return template


class Market:
    """A running stack, in the data folder of which everything stands."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._up = Up(data)
        self.port = self._up.port
        self.url = self._up.url
        _when_ready(self._up)

    @property
    def administrator_password(self) -> str:
        return (self.data / _PASSWORD).read_text()

    @cached_property
    def app(self) -> App:
        """The same stack, in this process."""
        return App.of(self.data, os.environ)

    def letter(self, to: str, about: str = "") -> KeptMail:
        """The youngest mail to an address with these words in its subject, as soon as it is written."""
        return self.wait_for(
            lambda: next((m for m in list_mails(self.app.store) if m.recipient == to and about in m.subject), None),
            f"there is a mail to {to} about “{about}”",
        )

    def link_in_letter(self, to: str, path: str) -> str:
        """The first link below a path in a mail to an address, as soon as there is one."""

        def find() -> str | None:
            texts = (mail.text for mail in list_mails(self.app.store) if mail.recipient == to)
            links = (link for text in texts for link in re.findall(r"https?://\S+", text))
            return next((link for link in links if urlsplit(link).path == path), None)

        return self.wait_for(find, f"a mail to {to} has a link to {path}")

    def wait_for(self, look: Callable[[], T | None], what: str, patience: float = 30.0) -> T:
        """What `look` finds, as soon as it finds something."""
        until = time.monotonic() + patience
        while (found := look()) is None:
            assert time.monotonic() < until, f"waited for {patience:g} s in vain until {what}"
            time.sleep(0.05)
        return found

    def lies(self) -> dict[str, list[str]]:
        """What is not true of the market; empty while all is well."""
        found = check_all(self.app.store, self.app.truths())
        return {check.name: check.offending for check in found if not check.holds}

    def close(self) -> None:
        if "app" in self.__dict__:
            self.app.close()
        try:
            assert self._up.end() == 0
        finally:
            self._up.close()


@contextmanager
def running(data: Path) -> Iterator[Market]:
    market = Market(data)
    try:
        yield market
    finally:
        market.close()


def _when_ready(up: Up) -> Up:
    wait_until(lambda: bool(up.named("ready")) or up.process.poll() is not None, "the stack is ready", _PATIENCE)
    assert up.named("ready"), f"it ended before it was ready: {up.events}"
    return up
