"""The console, and operators who sign in to it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from haat.config.address import Address
from haat.config.load import load
from haat.console.console import Console
from haat.console.routes import PAGES
from haat.kernel import clock
from haat.kernel.ids import encode
from haat.ops.operators import roster
from haat.ops.operators.acts import Hand
from haat.ops.operators.codes import code_of
from haat.store.migrate import migrate
from tests.support.browser import Browser
from tests.support.running import wait_until

# Every page that names nothing in its address, and is there whatever was done before.
LISTS = [
    line.path
    for line in PAGES
    if line.method == "GET" and line.needs is not None and "{" not in line.path and line.path != "/drills/pictures"
]


# Somebody at the terminal of the machine.
EVE = Hand("eve", "cli")


def fields_of(keys: Mapping[str, Any], name: str) -> dict[str, str]:
    """What `haat operators add --json` said, as the fields of the form; the code is the one of now."""
    [secret] = parse_qs(urlsplit(keys["second_factor"]).query)["secret"]
    factor = base64.b32decode(secret + "=" * (-len(secret) % 8))
    return {"name": name, "password": keys["password"], "code": code_of(factor, clock.now() // 30_000)}


class Room:
    """The console of a folder in which nothing else is, unless a test puts it there."""

    def __init__(self, data: Path, **environ: str) -> None:
        self.data = data
        self.console = Console(load(data, {"HAAT_WEB__PORT": "1", **environ}, {}))

    def operator(self, role: str) -> Browser:
        """Somebody with this role, signed in."""
        keys = roster.add(self.console.desk.store, role, role, EVE)
        browser = Browser(self.console)
        code = code_of(keys.factor, clock.now() // 30_000)
        assert browser.post("/sign-in", name=role, password=keys.password, code=code, to="/runs").status == 303
        return browser

    def make_database(self) -> None:
        migrate(Address("sqlite", str(self.data / "haat.db")))

    def ended(self, run: str) -> str:
        """The state of a run, when it has one at which it stays."""
        journal = self.console.desk.journal
        [found] = [one for one in journal.newest(100) if encode(one.id) == run]
        wait_until(lambda: journal.run(found.id).ended_at is not None, "the run has ended")
        return journal.run(found.id).state
