"""What a look at a part of the stack comes to, and how the database is asked without anything of the shop."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
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
    except HaatError as error:
        said = Said(FAILED, f"{error.what} {error.why}".strip(), error.try_)
    return Part(name, round((time.perf_counter() - began) * 1000, 2), said)


def rows(address: Address, sql: str) -> list[tuple[Any, ...]]:
    """What the database answers, by the quickest way to it. Of PostgreSQL it may be text. Raises Unavailable."""
    if address.kind == "postgresql":
        from haat.store import libpq

        if libpq.is_there():
            return libpq.ask(address, sql, PATIENCE)
    from haat.store.drivers import driver_of

    return driver_of(address).ask(sql, PATIENCE)


def size(count: float) -> str:
    return f"{count / 1_000_000_000:.1f} GB" if count >= 1_000_000_000 else f"{count / 1_000_000:.1f} MB"


def age(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} seconds"
