"""What a look at a part of the stack comes to, and how the database is asked without anything of the shop."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from types import MappingProxyType
from typing import Any, NamedTuple

from haat.config.address import Address
from haat.config.schema import Settings
from haat.kernel.errors import HaatError

PATIENCE = 2.0  # seconds to wait for whoever is asked

OK, ATTENTION, FAILED, NONE = "ok", "attention", "failed", "none"


class Said(NamedTuple):
    """What a check found: `ok`, `attention` (it works, and somebody should look), `failed`, or `none` where there is no such part.

    `try_` is the command that answers it, or what to do; `figures` are for programs.
    """

    status: str
    detail: str
    try_: str = ""
    figures: Mapping[str, float] = MappingProxyType({})


class Part(NamedTuple):
    """What a check found, and in how many milliseconds."""

    name: str
    ms: float
    said: Said

    @property
    def data(self) -> dict[str, Any]:
        said = self.said
        known = {"name": self.name, "status": said.status, "ms": self.ms, "detail": said.detail, "try": said.try_}
        return {**known, "figures": dict(said.figures)} if said.figures else known


Check = Callable[[Settings], Said]


def asked(name: str, check: Callable[[], Said]) -> Part:
    """Whatever goes wrong is what it has to say."""
    began = time.perf_counter()
    try:
        said = check()
    except OSError as error:
        said = Said(FAILED, f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror or error}.")
    except sqlite3.Error as error:
        said = Said(
            FAILED, f"The database says: {error}.", "`haat database look` tells more, as far as it can be read."
        )
    except HaatError as error:
        said = Said(FAILED, f"{error.what} {error.why}".strip(), error.try_)
    return Part(name, round((time.perf_counter() - began) * 1000, 2), said)


def rows(address: Address, sql: str) -> list[tuple[Any, ...]]:
    """Raises Unavailable, sqlite3.Error."""
    if address.kind == "sqlite":
        with closing(sqlite3.connect(f"{address.path.as_uri()}?mode=ro", uri=True, timeout=PATIENCE)) as connection:
            return connection.execute(sql).fetchall()
    from haat.store.drivers import driver_of

    return driver_of(address).ask(sql, PATIENCE)


def size(count: float) -> str:
    return f"{count / 1_000_000_000:.1f} GB" if count >= 1_000_000_000 else f"{count / 1_000_000:.1f} MB"


def age(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} seconds"
